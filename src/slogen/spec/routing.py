"""Teams, Alertmanager instances and routing policy as written in slogen.yaml; changes with the routing language."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from slogen.source.scalars import text_of
from slogen.spec.names import Key, LabelName, Name
from slogen.spec.receiver_fields import SecretFile, SecretFree, Text, pause_ms
from slogen.spec.receivers import Integration
from slogen.spec.units import Percentage, Version

OLDEST, NEWEST = (0, 25), (0, 34)
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"


def _written(value: object) -> object:
    """The text of `0.28` without quotes, which arrives as a number."""
    return value if isinstance(value, bool) else text_of(value) or value


def _supported(version: tuple[int, int]) -> tuple[int, int]:
    if not OLDEST <= version <= NEWEST:
        problem = f"Alertmanager {version[0]}.{version[1]} is not known here"
        raise PydanticCustomError("unit", "{problem}", {"problem": problem, "hint": "name one from 0.25 to 0.34"})
    return version


def _clock_range(text: str) -> str:
    start, _, end = text.partition("-")
    if re.fullmatch(_CLOCK, start) is None or re.fullmatch(f"{_CLOCK}|24:00", end) is None or start >= end:
        problem = "this is not a part of one day"
        hint = "write 09:00-17:30; split what crosses midnight at 24:00"
        raise PydanticCustomError("unit", "{problem}", {"problem": problem, "hint": hint})
    return text


def _moment(text: str) -> str:
    if re.fullmatch(_MOMENT, text) is None:
        hint = "write 2027-01-31T22:00, in the time of `location`"
        raise PydanticCustomError("unit", "{problem}", {"problem": "this is not a moment", "hint": hint})
    return text.replace(" ", "T")


AlertmanagerVersion = Annotated[Version, BeforeValidator(_written), AfterValidator(_supported)]
ClockRange = Annotated[
    StrictStr,
    AfterValidator(_clock_range),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK}-({_CLOCK}|24:00)$"}),
]
Moment = Annotated[StrictStr, AfterValidator(_moment), WithJsonSchema({"type": "string", "pattern": f"^{_MOMENT}$"})]
Pause = Annotated[
    int,
    BeforeValidator(pause_ms),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^(0|([0-9]+(ms|[smhdwy]))+)$"}),
]
"""A duration in ms; zero is allowed."""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Receivers = dict[Key, tuple[Integration, ...]]

_SLACK = {"slack": {"api_url_file": "payments-slack", "channel": "#payments-alerts"}}
_PAGERDUTY = {"pagerduty": {"routing_key_file": "payments-pagerduty"}}
Location = Annotated[Text, Field(min_length=1, description="The place whose clock counts.", examples=["Europe/London"])]
GroupBy = Annotated[
    tuple[LabelName, ...],
    Field(min_length=1, description="Alerts with the same values share one message.", examples=[["env", "model"]]),
]
GroupWait = Annotated[Pause, Field(description="How long a new group waits for company.", examples=["30s"])]
GroupInterval = Annotated[Pause, Field(gt=0, description="How often a group tells of changes.", examples=["5m"])]
RepeatInterval = Annotated[
    Pause, Field(gt=0, description="How often a group repeats itself while nothing changes.", examples=["3h55m"])
]


class Escalation(SecretFree):
    """Who is told as well when a page still fires after a while; Alertmanager knows no acknowledgement."""

    after: Pause = Field(gt=0, description="How long the page must have fired.", examples=["30m"])
    to: tuple[Integration, ...] = Field(min_length=1, description="Who is told then.", examples=[[_PAGERDUTY]])


class Team(SecretFree):
    """Who owns models, and how each tier of alert reaches them."""

    receivers: Receivers = Field(
        description="Ways to reach the team, by tier.", examples=[{"page": [_PAGERDUTY], "ticket": [_SLACK]}]
    )
    environments: dict[Name, Receivers] = Field(
        default={},
        description="Other ways for single tiers in single environments.",
        examples=[{"production-eu": {"page": [_PAGERDUTY]}}],
    )
    hours: dict[Key, Key] = Field(
        default={}, description="The hours that alerts of a tier wait for.", examples=[{"ticket": "office"}]
    )
    escalation: Escalation | None = Field(
        default=None, description=str(Escalation.__doc__), examples=[{"after": "30m", "to": [_PAGERDUTY]}]
    )


class TierPolicy(SecretFree):
    """How alerts of one severity travel."""

    priority: Text | None = Field(default=None, description="What people call it.", examples=["P1"])
    group_by: GroupBy | None = Field(default=None)
    group_wait: GroupWait | None = Field(default=None)
    group_interval: GroupInterval | None = Field(default=None)
    repeat_interval: RepeatInterval | None = Field(default=None)
    hours: Key | None = Field(
        default=None, description="The hours its alerts wait for, in every team.", examples=["office"]
    )


class Hours(SecretFree):
    """A repeating stretch of the week."""

    weekdays: tuple[Weekday, ...] = Field(
        min_length=1, description="The days.", examples=[["monday", "tuesday", "wednesday", "thursday", "friday"]]
    )
    times: tuple[ClockRange, ...] = Field(
        default=("00:00-24:00",), min_length=1, description="The parts of those days.", examples=[["09:00-17:30"]]
    )
    location: Location


class Maintenance(SecretFree):
    """When planned work keeps alerts quiet: once, from `start` to `end`, or `weekly`."""

    start: Moment | None = Field(default=None, description="When it begins.", examples=["2027-01-31T22:00"])
    end: Moment | None = Field(default=None, description="When it is over.", examples=["2027-02-01T04:00"])
    location: Location = Field(default="UTC")
    weekly: Hours | None = Field(
        default=None,
        description="When it happens each week.",
        examples=[{"weekdays": ["sunday"], "times": ["02:00-04:00"], "location": "UTC"}],
    )
    teams: tuple[Key, ...] = Field(
        default=(), description="Whose alerts keep quiet; everybody's where empty.", examples=[["payments-ml"]]
    )
    severities: tuple[Key, ...] = Field(
        default=("ticket", "log"), min_length=1, description="Which tiers keep quiet.", examples=[["ticket", "log"]]
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        once = (self.start, self.end).count(None) == 0
        if (self.start, self.end).count(None) == 1 or once == (self.weekly is not None):
            problem, hint = "when this maintenance happens is not clear", "give start and end, or weekly"
        elif self.start is not None and self.end is not None and self.start >= self.end:
            problem, hint = "this maintenance ends before it starts", "exchange start and end"
        else:
            return self
        raise PydanticCustomError("unit", "{problem}", {"problem": problem, "hint": hint})


class SideChannel(SecretFree):
    """A copy of some alerts that goes elsewhere without taking them from anybody."""

    to: tuple[Integration, ...] = Field(
        min_length=1,
        description="Who gets the copy.",
        examples=[[{"webhook": {"url": "https://remediation.example.org/hook"}}]],
    )
    severities: tuple[Key, ...] = Field(
        default=(), description="Which tiers are copied; all where empty.", examples=[["page"]]
    )
    teams: tuple[Key, ...] = Field(
        default=(), description="Whose alerts are copied; everybody's where empty.", examples=[["payments-ml"]]
    )
    labels: dict[LabelName, Text] = Field(
        default={}, description="Labels that an alert must carry.", examples=[{"remediation": "rollback"}]
    )
    group_by: GroupBy | None = Field(default=None)
    group_wait: GroupWait = Field(default=0)
    group_interval: GroupInterval | None = Field(default=None)
    repeat_interval: RepeatInterval | None = Field(default=None)


class Smtp(SecretFree):
    """The mail server of an instance."""

    smarthost: Text = Field(
        pattern=r"^([^\s:]+|\[[^\s\]]+\]):[0-9]+$", description="Host and port.", examples=["smtp.example.org:587"]
    )
    from_: Text = Field(
        alias="from", min_length=1, description="The sender's address.", examples=["alerts@example.org"]
    )
    hello: Text | None = Field(default=None, description="The name to greet with.", examples=["alerts.example.org"])
    auth_username: Text | None = Field(default=None, description="Who logs in.", examples=["alerts"])
    auth_password_file: SecretFile | None = Field(default=None, description="Its password.", examples=["smtp-password"])
    require_tls: bool | None = Field(
        default=None, strict=True, description="Whether mail may only go encrypted.", examples=[True]
    )


class Include(SecretFree):
    """A hand-written Alertmanager configuration to keep, and the route that slogen's tree goes under."""

    file: Text = Field(
        min_length=1, description="The file, relative to the project.", examples=["alertmanager/base.yaml"]
    )
    under: tuple[Text, ...] = Field(
        min_length=1, description="The matchers of that route, as they stand in the file.", examples=[['domain="ml"']]
    )


class Alertmanager(SecretFree):
    """One Alertmanager: what it serves, and who hears what no team's route takes."""

    version: AlertmanagerVersion = Field(default=(0, 28), description="Its oldest version.", examples=["0.28"])
    environments: tuple[Name, ...] = Field(
        min_length=1, description="The environments whose alerts it gets.", examples=[["production", "staging"]]
    )
    fallback: tuple[Integration, ...] = Field(
        min_length=1, description="Who reads what nobody else is told of.", examples=[[_SLACK]]
    )
    nonproduction: tuple[Integration, ...] = Field(
        default=(), description="Who reads alerts of environments that wake nobody.", examples=[[_SLACK]]
    )
    shadow: tuple[Integration, ...] = Field(
        default=(), description="Who reads alerts that are still on trial.", examples=[[_SLACK]]
    )
    heartbeat: tuple[Integration, ...] = Field(
        default=(),
        description="Who raises the alarm when the Watchdog stops reporting.",
        examples=[[{"webhook": {"url_file": "heartbeat-url"}}]],
    )
    heartbeat_interval: Pause = Field(
        default=60_000, gt=0, description="How often the Watchdog reports.", examples=["1m"]
    )
    secrets_folder: Text = Field(
        default="/etc/alertmanager/secrets",
        description="Where the files of secrets lie on its host, unless they name a path of their own.",
        examples=["/etc/alertmanager/secrets"],
    )
    mimir: bool = Field(
        default=False,
        strict=True,
        description="Whether it is Grafana Mimir's: one file to upload, secrets as ${PLACEHOLDERS} to fill in.",
        examples=[True],
    )
    smtp: Smtp | None = Field(
        default=None,
        description=str(Smtp.__doc__),
        examples=[{"smarthost": "smtp.example.org:587", "from": "alerts@example.org"}],
    )
    include: Include | None = Field(
        default=None,
        description=str(Include.__doc__),
        examples=[{"file": "alertmanager/base.yaml", "under": ['domain="ml"']}],
    )


class Outage(SecretFree):
    """When an environment fails as a whole, so that one page says it for all that runs there."""

    team: Key | None = Field(
        default=None, description="Who is paged; the default team where not given.", examples=["ml-platform"]
    )
    share: Percentage = Field(
        default="50%",
        validate_default=True,
        gt=0,
        le=1,
        description="How much of what has traffic there must fail at once.",
        examples=["50%"],
    )
    components: int = Field(
        default=5,
        strict=True,
        ge=2,
        description="How many models and components must have traffic, so that a share means something.",
        examples=[5],
    )


class Routing(SecretFree):
    """The policy that all instances share."""

    tiers: dict[Key, TierPolicy] = Field(
        default={},
        description="Severities, most urgent first; page, ticket and log are there unless redefined.",
        examples=[{"page": {"group_wait": "10s"}, "ticket": {"hours": "office"}}],
    )
    hours: dict[Key, Hours] = Field(
        default={},
        description="Hours that alerts may wait for.",
        examples=[{"office": {"weekdays": ["monday"], "times": ["09:00-17:30"], "location": "Europe/London"}}],
    )
    maintenance: dict[Key, Maintenance] = Field(
        default={},
        description="Planned work that keeps alerts quiet.",
        examples=[{"new-year": {"start": "2026-12-31T18:00", "end": "2027-01-02T06:00"}}],
    )
    side_channels: dict[Key, SideChannel] = Field(
        default={},
        description="Copies of alerts for machines and archives.",
        examples=[{"audit": {"to": [{"webhook": {"url": "https://audit.example.org/alerts"}}]}}],
    )
    suppression: Literal["inhibit", "promql"] = Field(
        default="inhibit",
        description="Where a page keeps the ticket of its SLO quiet: in Alertmanager, or in the rules.",
        examples=["inhibit"],
    )
    outage: Outage = Field(
        default=Outage(), description=str(Outage.__doc__), examples=[{"team": "ml-platform", "share": "50%"}]
    )


Teams = dict[Key, Team]
Alertmanagers = dict[Key, Alertmanager]
