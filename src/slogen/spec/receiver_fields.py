"""What every way to reach people is made of: text without secrets, files of secrets, web addresses, HTTP settings.

Changes when a form of secret or a setting of Alertmanager's HTTP client is added.
"""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from slogen.diagnostics.secret_text import secret_form
from slogen.spec.names import written_text
from slogen.spec.node import Node
from slogen.spec.units import duration_ms

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


def _problem(kind: str, message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{problem}", {"problem": message, "hint": hint})


def _harmless(text: str) -> str:
    form = secret_form(text)
    if form is not None:
        raise _problem(REFUSED, f"this looks like {form}", "keep it in a file and name the file in a *_file field")
    return text


def _file_name(text: str) -> str:
    _harmless(text)
    if not text or any(c in text for c in "\n\r\0"):
        raise _problem("unit", "a file of secrets needs a path on one line", "write payments-pagerduty or a full path")
    return text


def _web_url(text: str) -> str:
    _harmless(text)
    scheme, colon, rest = text.partition("://")
    bad = any(c.isspace() or not c.isprintable() or c in '"<>\\^`{|}' for c in text)
    if scheme not in {"http", "https"} or not colon or rest[:1] in {"", "/", "?", "#", ":"} or bad:
        raise _problem("unit", "this is not a web address", "write it as https://alerts.example.org/hook")
    return text


def pause_ms(value: object) -> int:
    """The milliseconds of a duration that may be zero."""
    return 0 if value in (0, "0", "0s") and not isinstance(value, bool) else duration_ms(value)


Text = Annotated[
    StrictStr,
    BeforeValidator(written_text),
    AfterValidator(_harmless),
    WithJsonSchema({"type": ["string", "number"]}),
]
"""Text that is refused where it looks like a credential."""
SecretFile = Annotated[StrictStr, AfterValidator(_file_name), WithJsonSchema({"type": "string", "minLength": 1})]
WebUrl = Annotated[StrictStr, AfterValidator(_web_url), WithJsonSchema({"type": "string", "pattern": "^https?://"})]
Duration = Annotated[
    int, BeforeValidator(pause_ms), WithJsonSchema({"type": "string", "pattern": "^([0-9]+(ms|[smhdwy]))+$"})
]
"""A duration in ms."""
Flag = Annotated[bool, Field(strict=True)]


def needed(*fields: str) -> PydanticCustomError:
    """The error for a mapping that has none of some fields."""
    return _problem("none_of", f"needs {' or '.join(f'`{field}`' for field in fields)}", "add one of them")


def apart(*fields: str) -> PydanticCustomError:
    """The error for a mapping that has fields which exclude each other."""
    named = " and ".join(f"`{field}`" for field in fields)
    return _problem("several_of", f"{named} exclude each other", "keep one of them")


class SecretFree(Node):
    """A mapping of the routing part: fields that would hold a secret are refused, and told where it belongs.

    Of each group in `one_of` at least one field must be there, of each pair in `not_both` at most one.
    """

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    not_both: ClassVar[tuple[tuple[str, str], ...]] = ()

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        for group in self.one_of:
            if not any(getattr(self, field) is not None for field in group):
                raise needed(*group)
        for pair in self.not_both:
            if all(getattr(self, field) is not None for field in pair):
                raise apart(*pair)
        return self

    @model_validator(mode="before")
    @classmethod
    def _no_inline_secrets(cls, data: Any) -> Any:
        for key in data if isinstance(data, dict) else ():
            if key in _FILE_FOR and key not in cls.model_fields:
                way = _FILE_FOR[key]
                hint = f"write {way} and keep the secret in that file" if way else "use a role or a profile instead"
                raise _problem(REFUSED, f"`{key}` would put a secret into the file", hint)
        return data


class BasicAuth(SecretFree):
    """User name and password for HTTP."""

    username: Text
    password_file: SecretFile


def _not_basic(text: str) -> str:
    if text.lower() == "basic":
        raise _problem("unit", "basic authorization has fields of its own", "write basic_auth instead")
    return text


class Authorization(SecretFree):
    """The Authorization header: `Bearer` unless another type is named; for Basic there is `basic_auth`."""

    type: Annotated[Text, AfterValidator(_not_basic)] = "Bearer"
    credentials_file: SecretFile


class OAuth2(SecretFree):
    """Client credentials flow."""

    client_id: Text
    client_secret_file: SecretFile
    token_url: WebUrl
    scopes: tuple[Text, ...] = ()
    endpoint_params: dict[str, Text] = Field(default={})


class Tls(SecretFree):
    """Certificates and names for TLS."""

    ca_file: Text | None = None
    cert_file: Text | None = None
    key_file: Text | None = None
    server_name: Text | None = None
    insecure_skip_verify: Flag | None = None
    min_version: Literal["TLS10", "TLS11", "TLS12", "TLS13"] | None = None
    max_version: Literal["TLS10", "TLS11", "TLS12", "TLS13"] | None = None


class Http(SecretFree):
    """How Alertmanager speaks HTTP to the receiver."""

    not_both = (
        ("basic_auth", "authorization"),
        ("basic_auth", "oauth2"),
        ("authorization", "oauth2"),
        ("proxy_url", "proxy_from_environment"),
        ("no_proxy", "proxy_from_environment"),
    )

    basic_auth: BasicAuth | None = None
    authorization: Authorization | None = None
    oauth2: OAuth2 | None = None
    proxy_url: WebUrl | None = None
    no_proxy: Text | None = None
    proxy_from_environment: Flag | None = None
    follow_redirects: Flag | None = None
    enable_http2: Flag | None = None
    tls_config: Tls | None = None


class Channel(SecretFree):
    """What every integration has."""

    send_resolved: Flag | None = None
    http_config: Http | None = None
