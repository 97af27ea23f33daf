"""The ways to reach people that a project may declare, with Alertmanager's own field names; secrets only as files.

Changes when Alertmanager learns a receiver or a field that users ask for. Which version has which field is not known
here: the backend checks it against the instance's version.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from slogen.diagnostics.secret_text import secret_form

REFUSED = "inline-secret"
"""`type` of the pydantic error for text that looks like a credential; its message never holds the text."""

_FILE_FOR = {
    "access_key": None,
    "alert_source_token": "alert_source_token_file",
    "api_key": "api_key_file",
    "api_url": "api_url_file",
    "api_secret": "api_secret_file",
    "app_token": "app_token_file",
    "auth_password": "auth_password_file",
    "auth_secret": "auth_secret_file",
    "bearer_token": "authorization: {credentials_file: ...}",
    "bot_token": "bot_token_file",
    "client_secret": "client_secret_file",
    "credentials": "credentials_file",
    "password": "password_file",
    "routing_key": "routing_key_file",
    "secret_key": None,
    "service_key": "service_key_file",
    "token": "token_file",
    "token_id": "token_id_file",
    "user_key": "user_key_file",
    "webhook_url": "webhook_url_file",
}


def _harmless(text: str) -> str:
    form = secret_form(text)
    if form is not None:
        raise PydanticCustomError(REFUSED, "this looks like {form}; keep it in a file", {"form": form})
    return text


def _file_name(text: str) -> str:
    _harmless(text)
    if not text or "\n" in text or "\0" in text:
        raise PydanticCustomError("secret-file", "a file of secrets needs a path on one line")
    return text


def _web_url(text: str) -> str:
    _harmless(text)
    scheme, colon, rest = text.partition("://")
    if scheme not in {"http", "https"} or not colon or not rest.strip("/") or any(c.isspace() for c in text):
        raise PydanticCustomError("web-url", "expected a URL such as https://alerts.internal/hook")
    return text


def _duration_text(value: object) -> object:
    return "0s" if value == 0 and not isinstance(value, bool) else value


Text = Annotated[str, AfterValidator(_harmless)]
SecretFile = Annotated[str, AfterValidator(_file_name)]
WebUrl = Annotated[str, AfterValidator(_web_url)]
Duration = Annotated[
    str,
    BeforeValidator(_duration_text),
    Field(pattern=r"^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$", min_length=2),
]


class Declared(BaseModel):
    """What every mapping of the routing part shares: unknown keys are errors and no message repeats the input."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _no_inline_secrets(cls, data: Any) -> Any:
        if isinstance(data, dict):
            for key in data:
                if key in _FILE_FOR and key not in cls.model_fields:
                    way = _FILE_FOR[key]
                    hint = f"write {way} instead" if way else "use a role or a profile instead"
                    raise PydanticCustomError(
                        REFUSED, "{field} would put a secret into the file; {hint}", {"field": key, "hint": hint}
                    )
        return data


class BasicAuth(Declared):
    """User name and password for HTTP."""

    username: Text
    password_file: SecretFile


class Authorization(Declared):
    """The Authorization header: `Bearer` unless another type is named."""

    type: Text = "Bearer"
    credentials_file: SecretFile


class OAuth2(Declared):
    """Client credentials flow."""

    client_id: Text
    client_secret_file: SecretFile
    token_url: WebUrl
    scopes: tuple[Text, ...] = ()
    endpoint_params: dict[str, Text] = Field(default_factory=dict)


class Tls(Declared):
    """Certificates and names for TLS."""

    ca_file: Text | None = None
    cert_file: Text | None = None
    key_file: Text | None = None
    server_name: Text | None = None
    insecure_skip_verify: bool | None = None
    min_version: Literal["TLS10", "TLS11", "TLS12", "TLS13"] | None = None
    max_version: Literal["TLS10", "TLS11", "TLS12", "TLS13"] | None = None


class Http(Declared):
    """How Alertmanager speaks HTTP to the receiver."""

    basic_auth: BasicAuth | None = None
    authorization: Authorization | None = None
    oauth2: OAuth2 | None = None
    proxy_url: WebUrl | None = None
    no_proxy: Text | None = None
    proxy_from_environment: bool | None = None
    follow_redirects: bool | None = None
    enable_http2: bool | None = None
    tls_config: Tls | None = None


class Channel(Declared):
    """What every integration has."""

    send_resolved: bool | None = None
    http_config: Http | None = None


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
    details: dict[str, Text] = Field(default_factory=dict)
    timeout: Duration | None = None


class SlackField(Declared):
    """One field of a Slack attachment."""

    title: Text
    value: Text
    short: bool | None = None


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
    link_names: bool | None = None
    mrkdwn_in: tuple[Text, ...] = ()
    fields: tuple[SlackField, ...] = ()
    update_message: bool | None = None
    timeout: Duration | None = None


class Responder(Declared):
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
    details: dict[str, Text] = Field(default_factory=dict)
    responders: tuple[Responder, ...] = ()
    update_alerts: bool | None = None


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


class SigV4(Declared):
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
    attributes: dict[str, Text] = Field(default_factory=dict)


class Email(Declared):
    """Mail; the server comes from the instance's `smtp` unless it is named here."""

    send_resolved: bool | None = None
    to: Annotated[Text, Field(min_length=1)]
    from_: Annotated[Text | None, Field(alias="from")] = None
    smarthost: Text | None = None
    hello: Text | None = None
    auth_username: Text | None = None
    auth_identity: Text | None = None
    auth_password_file: SecretFile | None = None
    require_tls: bool | None = None
    tls_config: Tls | None = None
    headers: dict[str, Text] = Field(default_factory=dict)
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
    disable_notifications: bool | None = None
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
    custom_fields: dict[str, Text] = Field(default_factory=dict)


class IncidentIo(Channel):
    """An incident.io alert source."""

    url: WebUrl | None = None
    url_file: SecretFile | None = None
    alert_source_token_file: SecretFile
    max_alerts: Annotated[int, Field(ge=0)] | None = None
    timeout: Duration | None = None


class Webex(Declared):
    """A Webex room; the bot's token is `http_config.authorization.credentials_file`."""

    send_resolved: bool | None = None
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
    html: bool | None = None


class Integration(Declared):
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
    def _exactly_one(self) -> "Integration":
        if len(self.model_fields_set) != 1 or getattr(self, next(iter(self.model_fields_set))) is None:
            raise PydanticCustomError("one-kind", "name exactly one kind of receiver, such as {slack: {...}}")
        return self
