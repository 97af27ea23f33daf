"""The ways to reach people that a project may declare, with Alertmanager's own field names; secrets only as files.

Changes when Alertmanager learns a receiver or a field that users ask for. Which version has which field is not known
here: the backend checks it against the instance's version.
"""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from slogen.spec.node import wrong_choice
from slogen.spec.receiver_fields import Channel, Duration, Flag, Http, SecretFile, SecretFree, Text, Tls, WebUrl


class Webhook(Channel):
    """JSON to a URL: automated remediation, audit logs, bridges."""

    url: WebUrl | None = None
    url_file: SecretFile | None = None
    max_alerts: Annotated[int, Field(ge=0)] | None = None
    timeout: Duration | None = None


class PagerDuty(Channel):
    """Events API v2 with `routing_key_file`; v1 with `service_key_file`."""

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


class SlackField(SecretFree):
    """One field of a Slack attachment."""

    title: Text
    value: Text
    short: Flag | None = None


class Slack(Channel):
    """An incoming webhook (`api_url_file`) or an app (`app_token_file`)."""

    api_url_file: SecretFile | None = None
    app_token_file: SecretFile | None = None
    channel: Text | None = None
    username: Text | None = None
    color: Text | None = None
    title: Text | None = None
    title_link: Text | None = None
    pretext: Text | None = None
    text: Text | None = None
    fallback: Text | None = None
    footer: Text | None = None
    icon_emoji: Text | None = None
    icon_url: WebUrl | None = None
    link_names: Flag | None = None
    mrkdwn_in: tuple[Text, ...] = ()
    fields: tuple[SlackField, ...] = ()
    update_message: Flag | None = None
    timeout: Duration | None = None


class Responder(SecretFree):
    """Who OpsGenie calls."""

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


class MsTeams(Channel):
    """A Teams workflow (`webhook_url_file`)."""

    webhook_url_file: SecretFile
    title: Text | None = None
    text: Text | None = None


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

    topic_arn: Text | None = None
    target_arn: Text | None = None
    phone_number: Text | None = None
    api_url: WebUrl | None = None
    sigv4: SigV4 = SigV4()
    subject: Text | None = None
    message: Text | None = None
    attributes: dict[str, Text] = Field(default={})


class Email(SecretFree):
    """Mail; the server comes from the instance's `smtp` unless it is named here."""

    send_resolved: Flag | None = None
    to: Annotated[Text, Field(min_length=1)]
    from_: Annotated[Text | None, Field(alias="from")] = None
    smarthost: Text | None = None
    hello: Text | None = None
    auth_username: Text | None = None
    auth_identity: Text | None = None
    auth_password_file: SecretFile | None = None
    require_tls: Flag | None = None
    tls_config: Tls | None = None
    headers: dict[str, Text] = Field(default={})
    html: Text | None = None
    text: Text | None = None


class Discord(Channel):
    """A Discord channel's webhook."""

    webhook_url_file: SecretFile
    title: Text | None = None
    message: Text | None = None
    content: Text | None = None
    username: Text | None = None
    avatar_url: WebUrl | None = None


class Mattermost(Channel):
    """A Mattermost incoming webhook."""

    webhook_url_file: SecretFile
    channel: Text | None = None
    username: Text | None = None
    title: Text | None = None
    title_link: Text | None = None
    text: Text | None = None
    color: Text | None = None
    fallback: Text | None = None
    icon_emoji: Text | None = None
    icon_url: WebUrl | None = None


class Telegram(Channel):
    """A Telegram chat."""

    bot_token_file: SecretFile
    chat_id: int
    message_thread_id: int | None = None
    api_url: WebUrl | None = None
    message: Text | None = None
    disable_notifications: Flag | None = None
    parse_mode: Literal["Markdown", "MarkdownV2", "HTML", ""] | None = None


class VictorOps(Channel):
    """VictorOps, now Splunk On-Call; `routing_key` names a route there and is no secret."""

    api_key_file: SecretFile
    routing_key: Annotated[Text, Field(min_length=1)]
    api_url: WebUrl | None = None
    message_type: Text | None = None
    state_message: Text | None = None
    entity_display_name: Text | None = None
    monitoring_tool: Text | None = None
    custom_fields: dict[str, Text] = Field(default={})


class IncidentIo(Channel):
    """An incident.io alert source."""

    url: WebUrl | None = None
    url_file: SecretFile | None = None
    alert_source_token_file: SecretFile
    max_alerts: Annotated[int, Field(ge=0)] | None = None
    timeout: Duration | None = None


class Webex(SecretFree):
    """A Webex room; the bot's token is `http_config.authorization.credentials_file`."""

    send_resolved: Flag | None = None
    room_id: Annotated[str, Field(min_length=1)]
    http_config: Http
    api_url: WebUrl | None = None
    message: Text | None = None


class RocketChat(Channel):
    """A Rocket.Chat channel."""

    token_file: SecretFile
    token_id_file: SecretFile
    api_url: WebUrl | None = None
    channel: Text | None = None
    title: Text | None = None
    title_link: Text | None = None
    text: Text | None = None
    color: Text | None = None
    emoji: Text | None = None
    icon_url: WebUrl | None = None


class Pushover(Channel):
    """A Pushover user or group."""

    user_key_file: SecretFile
    token_file: SecretFile
    title: Text | None = None
    message: Text | None = None
    url: Text | None = None
    url_title: Text | None = None
    device: Text | None = None
    sound: Text | None = None
    priority: Text | None = None
    retry: Duration | None = None
    expire: Duration | None = None
    ttl: Duration | None = None
    html: Flag | None = None


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
