"""Teams, Alertmanager instances and routing policy as written in slogen.yaml; changes with the routing language."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from slogen.spec.receivers import Declared, Duration, Integration, SecretFile, Text

LABEL_NAME = r"^[a-zA-Z_][a-zA-Z0-9_]*$"
NAME = r"^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$"

Name = Annotated[str, Field(pattern=NAME, max_length=63)]
LabelName = Annotated[str, Field(pattern=LABEL_NAME)]
Tier = Annotated[str, Field(pattern=NAME, max_length=63)]


def _version(value: object) -> object:
    """`0.30` written without quotes arrives as the number 0.3, and no supported version is called 0.3."""
    if isinstance(value, float):
        return f"{value:.2f}"
    return value


def _clock(text: str) -> str:
    if not re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)", text):
        raise PydanticCustomError("clock-range", "expected a range of the day such as 09:00-17:30")
    start, _, end = text.partition("-")
    if start >= end:
        raise PydanticCustomError("clock-range", "the range must end later than it starts; split it at midnight")
    return text


def _moment(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text):
        raise PydanticCustomError("moment", "expected a moment such as 2027-01-31T22:00")
    return text.replace(" ", "T")


Version = Annotated[str, BeforeValidator(_version), Field(pattern=r"^0\.(?:2[5-9]|3[0-4])(?:\.\d+)?$")]
ClockRange = Annotated[str, AfterValidator(_clock)]
Moment = Annotated[str, AfterValidator(_moment)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Integrations = tuple[Integration, ...]


class Escalation(Declared):
    """Who is told as well when a page still fires after a while; Alertmanager knows no acknowledgement."""

    after: Duration
    to: Annotated[Integrations, Field(min_length=1)]


class Team(Declared):
    """Who owns models, and how each tier of alert reaches them."""

    receivers: dict[Tier, Integrations]
    hours: dict[Tier, Name] = Field(default_factory=dict)
    escalation: Escalation | None = None


class TierPolicy(Declared):
    """How alerts of one severity travel; the order of tiers is their urgency, most urgent first."""

    priority: Text | None = None
    group_by: Annotated[tuple[LabelName, ...], Field(min_length=1)] | None = None
    group_wait: Duration | None = None
    group_interval: Duration | None = None
    repeat_interval: Duration | None = None
    hours: Name | None = None


class Hours(Declared):
    """A repeating stretch of the week, in the time of `location`."""

    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    times: Annotated[tuple[ClockRange, ...], Field(min_length=1)] = ("00:00-24:00",)
    location: Annotated[Text, Field(min_length=1)]


class Maintenance(Declared):
    """When planned work keeps alerts quiet: once (`start` to `end`), or every week (`weekly`)."""

    start: Moment | None = None
    end: Moment | None = None
    location: Annotated[Text, Field(min_length=1)] = "UTC"
    weekly: Hours | None = None
    teams: tuple[Name, ...] = ()
    severities: Annotated[tuple[Tier, ...], Field(min_length=1)] = ("ticket", "log")

    @model_validator(mode="after")
    def _one_form(self) -> "Maintenance":
        once = self.start is not None and self.end is not None
        if (self.start is None) != (self.end is None) or once == (self.weekly is not None):
            raise PydanticCustomError("maintenance-form", "give either start and end, or weekly")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("maintenance-form", "the end must be later than the start")
        return self


class SideChannel(Declared):
    """A copy of some alerts that goes elsewhere (remediation, audit log) without taking them from anybody."""

    to: Annotated[Integrations, Field(min_length=1)]
    severities: tuple[Tier, ...] = ()
    teams: tuple[Name, ...] = ()
    labels: dict[LabelName, Text] = Field(default_factory=dict)
    group_by: Annotated[tuple[LabelName, ...], Field(min_length=1)] | None = None
    group_wait: Duration = "0s"
    group_interval: Duration | None = None
    repeat_interval: Duration | None = None


class Smtp(Declared):
    """The mail server of an instance."""

    smarthost: Annotated[Text, Field(pattern=r"^[^\s:]+:\d+$|^\[[^\s\]]+\]:\d+$")]
    from_: Annotated[Text, Field(alias="from", min_length=1)]
    hello: Text | None = None
    auth_username: Text | None = None
    auth_password_file: SecretFile | None = None
    require_tls: bool | None = None


class Include(Declared):
    """A hand-written Alertmanager configuration to keep, and the route under which slogen's tree is placed."""

    file: Annotated[str, Field(min_length=1)]
    under: tuple[Text, ...] = ()


class Alertmanager(Declared):
    """One Alertmanager: what it serves, and who hears what no team's route takes."""

    version: Version = "0.28"
    environments: Annotated[tuple[Name, ...], Field(min_length=1)]
    fallback: Annotated[Integrations, Field(min_length=1)]
    nonproduction: Integrations = ()
    shadow: Integrations = ()
    heartbeat: Integrations = ()
    heartbeat_interval: Duration = "1m"
    secrets_folder: Text = "/etc/alertmanager/secrets"
    smtp: Smtp | None = None
    include: Include | None = None


class Routing(Declared):
    """The policy that all instances share."""

    tiers: dict[Tier, TierPolicy] = Field(default_factory=dict)
    hours: dict[Name, Hours] = Field(default_factory=dict)
    maintenance: dict[Name, Maintenance] = Field(default_factory=dict)
    side_channels: dict[Name, SideChannel] = Field(default_factory=dict)
    suppression: Literal["inhibit", "promql"] = "inhibit"


Teams = dict[Name, Team]
Alertmanagers = dict[Name, Alertmanager]
