"""The ways to reach people that a project may declare, with Alertmanager's own field names; secrets only as files.

Changes when Alertmanager learns a receiver or a field that users ask for. Which version has which field is not known
here: the backend checks it against the instance's version.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from slogen.spec.node import wrong_choice
from slogen.spec.receiver_fields import Channel, Duration, Flag, SecretFile, SecretFree, Text, Tls, WebUrl
from slogen.spec.receivers_chat import Discord, Mattermost, MsTeams, Pushover, RocketChat, Slack, Telegram, Webex


class Webhook(Channel):
    """JSON to a URL: automated remediation, audit logs, bridges."""

    one_of = (("url", "url_file"),)
    not_both = (("url", "url_file"),)

    url: WebUrl | None = None
    url_file: SecretFile | None = None
    max_alerts: Annotated[int, Field(ge=0)] | None = None
    timeout: Duration | None = None


class PagerDuty(Channel):
    """Events API v2 with `routing_key_file`; v1 with `service_key_file`."""

    one_of = (("routing_key_file", "service_key_file"),)
    not_both = (("routing_key_file", "service_key_file"),)

    routing_key_file: SecretFile | None = None
    service_key_file: SecretFile | None = None
    url: WebUrl | None = None
    client: Text | None = None
    client_url: Text | None = None
    description: Text | None = None
    severity: Text | None = None
    class_: Annotated[Text | None, Field(alias="class")] = None
    component: Text | None = None
    group: Text | None = None
    source: Text | None = None
    details: dict[str, Text] = Field(default={})
    timeout: Duration | None = None


class Responder(SecretFree):
    """Who OpsGenie calls."""

    one_of = (("id", "name", "username"),)

    id: Text | None = None
    name: Text | None = None
    username: Text | None = None
    type: Literal["team", "teams", "user", "escalation", "schedule"]


class OpsGenie(Channel):
    """OpsGenie, or Jira Service Management through `api_url`."""

    api_key_file: SecretFile
    api_url: WebUrl | None = None
    message: Text | None = None
    description: Text | None = None
    source: Text | None = None
    entity: Text | None = None
    note: Text | None = None
    tags: Text | None = None
    actions: Text | None = None
    priority: Text | None = None
    details: dict[str, Text] = Field(default={})
    responders: tuple[Responder, ...] = ()
    update_alerts: Flag | None = None


class Jira(Channel):
    """A Jira issue per group."""

    api_url: WebUrl
    api_type: Literal["auto", "cloud", "datacenter"] | None = None
    project: Text
    issue_type: Text
    summary: Text | None = None
    description: Text | None = None
    labels: tuple[Text, ...] = ()
    priority: Text | None = None
    reopen_transition: Text | None = None
    resolve_transition: Text | None = None
    wont_fix_resolution: Text | None = None
    reopen_duration: Duration | None = None


class SigV4(SecretFree):
    """Which AWS identity signs; without keys, the role or profile of the host."""

    region: Text | None = None
    profile: Text | None = None
    role_arn: Text | None = None


class Sns(Channel):
    """Amazon SNS: exactly one of topic, target and phone number."""

    one_of = (("topic_arn", "target_arn", "phone_number"),)
    not_both = (("topic_arn", "target_arn"), ("topic_arn", "phone_number"), ("target_arn", "phone_number"))

    topic_arn: Text | None = None
    target_arn: Text | None = None
    phone_number: Text | None = None
    api_url: WebUrl | None = None
    sigv4: SigV4 = SigV4()
    subject: Text | None = None
    message: Text | None = None
    attributes: dict[str, Text] = Field(default={})


def _once_each(headers: dict[str, str]) -> dict[str, str]:
    names = [name.lower() for name in headers]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        hint = "upper and lower case are the same here"
        raise PydanticCustomError(
            "unit", "{problem}", {"problem": f"the header {twice[0]} stands here twice", "hint": hint}
        )
    return headers


Headers = Annotated[dict[str, Text], AfterValidator(_once_each)]


class Email(SecretFree):
    """Mail; the server comes from the instance's `smtp` unless it is named here."""

    send_resolved: Flag | None = None
    to: Annotated[Text, Field(min_length=1)]
    from_: Annotated[Text | None, Field(alias="from")] = None
    smarthost: Annotated[Text, Field(pattern=r"^([^\s:]+|\[[^\s\]]+\]):[0-9]+$")] | None = None
    hello: Text | None = None
    auth_username: Text | None = None
    auth_identity: Text | None = None
    auth_password_file: SecretFile | None = None
    require_tls: Flag | None = None
    tls_config: Tls | None = None
    headers: Headers = Field(default={})
    html: Text | None = None
    text: Text | None = None


def _own_field(name: str) -> str:
    if name in _VICTOROPS_FIELDS:
        hint = f"{name} is a field of the message itself"
        raise PydanticCustomError("unit", "{problem}", {"problem": f"`{name}` cannot be a custom field", "hint": hint})
    return name


_VICTOROPS_FIELDS = frozenset({
    "routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool", "entity_id",
    "entity_state",
})  # fmt: skip


class VictorOps(Channel):
    """VictorOps, now Splunk On-Call; `routing_key` names a route there and is no secret."""

    api_key_file: SecretFile
    routing_key: Annotated[Text, Field(min_length=1)]
    api_url: WebUrl | None = None
    message_type: Text | None = None
    state_message: Text | None = None
    entity_display_name: Text | None = None
    monitoring_tool: Text | None = None
    custom_fields: dict[Annotated[str, AfterValidator(_own_field)], Text] = Field(default={})


class IncidentIo(Channel):
    """An incident.io alert source."""

    one_of = (("url", "url_file"),)
    not_both = (("url", "url_file"),)

    url: WebUrl | None = None
    url_file: SecretFile | None = None
    alert_source_token_file: SecretFile
    max_alerts: Annotated[int, Field(ge=0)] | None = None
    timeout: Duration | None = None


class Integration(SecretFree):
    """One way to reach people: exactly one kind with its settings, `{pagerduty: {routing_key_file: ...}}`."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    webhook: Webhook | None = None
    pagerduty: PagerDuty | None = None
    slack: Slack | None = None
    opsgenie: OpsGenie | None = None
    msteams: MsTeams | None = None
    jira: Jira | None = None
    sns: Sns | None = None
    email: Email | None = None
    discord: Discord | None = None
    mattermost: Mattermost | None = None
    telegram: Telegram | None = None
    victorops: VictorOps | None = None
    incidentio: IncidentIo | None = None
    webex: Webex | None = None
    rocketchat: RocketChat | None = None
    pushover: Pushover | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        chosen = sorted(self.model_fields_set)
        if len(chosen) != 1 or getattr(self, chosen[0]) is None:
            raise wrong_choice(chosen, list(type(self).model_fields))
        return self

    @property
    def kind(self) -> str:
        """The key that is set: the field's word for the kind of receiver."""
        return next(iter(self.model_fields_set))
