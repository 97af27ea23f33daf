"""What Alertmanager demands of receivers beyond their shape: fields that must be there, or not together.

Changes with the checks that Alertmanager makes when it loads a configuration.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slogen.routing.reading import Reader
from slogen.source.go_yaml import Fields, Items, Scalar


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one of these fields must be set, here or (under their own names) in `global`."""

    fields: tuple[str, ...]
    fallback: tuple[str, ...]
    message: str


def _needs(*fields: str, otherwise: tuple[str, ...] = ()) -> OneOf:
    where = " here or in global" if otherwise else ""
    return OneOf(fields, otherwise, f"one of {', '.join(fields)} must be set{where}")


_SLACK = ("slack_api_url", "slack_api_url_file", "slack_app_token", "slack_app_token_file")
_ONE_OF: Mapping[str, tuple[OneOf, ...]] = {
    "webhook": (_needs("url", "url_file"),),
    "pagerduty": (_needs("routing_key", "routing_key_file", "service_key", "service_key_file"),),
    "slack": (_needs("api_url", "api_url_file", "app_token", "app_token_file", otherwise=_SLACK),),
    "opsgenie": (_needs("api_key", "api_key_file", otherwise=("opsgenie_api_key", "opsgenie_api_key_file")),),
    "msteams": (_needs("webhook_url", "webhook_url_file"),),
    "msteamsv2": (_needs("webhook_url", "webhook_url_file"),),
    "discord": (_needs("webhook_url", "webhook_url_file"),),
    "mattermost": (
        _needs("webhook_url", "webhook_url_file", otherwise=("mattermost_webhook_url", "mattermost_webhook_url_file")),
    ),
    "jira": (_needs("project"), _needs("issue_type"), _needs("api_url", otherwise=("jira_api_url",))),
    "email": (
        _needs("to"),
        _needs("smarthost", otherwise=("smtp_smarthost",)),
        _needs("from", otherwise=("smtp_from",)),
    ),
    "webex": (_needs("room_id"), _needs("http_config")),
    "telegram": (
        _needs("chat_id", "chat_id_file"),
        _needs("bot_token", "bot_token_file", otherwise=("telegram_bot_token", "telegram_bot_token_file")),
    ),
    "pushover": (_needs("user_key", "user_key_file"), _needs("token", "token_file")),
    "victorops": (
        _needs("routing_key"),
        _needs("api_key", "api_key_file", otherwise=("victorops_api_key", "victorops_api_key_file")),
    ),
    "wechat": (
        _needs("api_secret", "api_secret_file", otherwise=("wechat_api_secret", "wechat_api_secret_file")),
        _needs("corp_id", otherwise=("wechat_api_corp_id",)),
    ),
    "incidentio": (_needs("url", "url_file"),),
    "rocketchat": (
        _needs("token", "token_file", otherwise=("rocketchat_token", "rocketchat_token_file")),
        _needs("token_id", "token_id_file", otherwise=("rocketchat_token_id", "rocketchat_token_id_file")),
    ),
    "tracing": (_needs("endpoint"),),
    "slack_field": (_needs("title"), _needs("value")),
    "slack_action": (_needs("type"), _needs("text"), _needs("url", "name")),
    "slack_confirmation": (_needs("text"),),
    "opsgenie_responder": (_needs("id", "username", "name"),),
    "oauth2": (_needs("client_id"), _needs("token_url")),
}
_APART: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "webhook": (("url", "url_file"),),
    "pagerduty": (("routing_key", "routing_key_file"), ("service_key", "service_key_file")),
    "slack": (
        ("api_url", "api_url_file"),
        ("app_token", "app_token_file"),
        ("api_url", "app_token"),
        ("api_url", "app_token_file"),
        ("api_url_file", "app_token"),
        ("api_url_file", "app_token_file"),
    ),
    "opsgenie": (("api_key", "api_key_file"),),
    "msteams": (("webhook_url", "webhook_url_file"),),
    "msteamsv2": (("webhook_url", "webhook_url_file"),),
    "discord": (("webhook_url", "webhook_url_file"),),
    "mattermost": (("webhook_url", "webhook_url_file"),),
    "email": (("auth_password", "auth_password_file"), ("auth_secret", "auth_secret_file")),
    "telegram": (("bot_token", "bot_token_file"), ("chat_id", "chat_id_file")),
    "pushover": (("user_key", "user_key_file"), ("token", "token_file"), ("html", "monospace")),
    "victorops": (("api_key", "api_key_file"),),
    "wechat": (("api_secret", "api_secret_file"),),
    "incidentio": (("url", "url_file"), ("alert_source_token", "alert_source_token_file")),
    "rocketchat": (("token", "token_file"), ("token_id", "token_id_file")),
    "sns": (("topic_arn", "target_arn"), ("topic_arn", "phone_number"), ("target_arn", "phone_number")),
    "basic_auth": (("password", "password_file"), ("password", "password_ref"), ("password_file", "password_ref")),
    "authorization": (("credentials", "credentials_file"), ("credentials", "credentials_ref")),
    "oauth2": (("client_secret", "client_secret_file"), ("client_secret", "client_secret_ref")),
    "http_config": (
        ("bearer_token", "bearer_token_file"),
        ("basic_auth", "bearer_token"),
        ("basic_auth", "bearer_token_file"),
        ("oauth2", "bearer_token"),
        ("oauth2", "bearer_token_file"),
        ("authorization", "bearer_token"),
        ("authorization", "bearer_token_file"),
        ("basic_auth", "oauth2"),
        ("basic_auth", "authorization"),
        ("oauth2", "authorization"),
        ("proxy_url", "proxy_from_environment"),
        ("no_proxy", "proxy_from_environment"),
    ),
    "global": tuple(
        (name, f"{name}_file")
        for name in (
            "slack_app_token", "slack_api_url", "opsgenie_api_key", "victorops_api_key", "telegram_bot_token",
            "smtp_auth_password", "smtp_auth_secret", "rocketchat_token", "rocketchat_token_id", "wechat_api_secret",
            "mattermost_webhook_url",
        )
    ),
}  # fmt: skip
_CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("jira", "api_type"): ("auto", "cloud", "datacenter"),
    ("telegram", "parse_mode"): ("Markdown", "MarkdownV2", "HTML", ""),
    ("wechat", "message_type"): ("text", "markdown"),
    ("threading", "thread_by_date"): ("none", "daily"),
    ("tracing", "client_type"): ("http", "grpc"),
    ("tracing", "compression"): ("gzip", ""),
    ("opsgenie_responder", "type"): ("team", "teams", "user", "escalation", "schedule"),
}
_VICTOROPS_FIXED = frozenset(
    {
        "routing_key",
        "message_type",
        "state_message",
        "entity_display_name",
        "monitoring_tool",
        "entity_id",
        "entity_state",
    }
)


def is_set(node: Fields, name: str) -> bool:
    """Whether a field holds anything: not absent, null, false, zero or empty."""
    match node.fields.get(name):
        case None:
            return False
        case Scalar() as value:
            return not value.null and value.text not in {"", "false", "0"}
        case Items(items=items):
            return bool(items)
        case _:
            return True


def check_demands(reader: Reader, node: Fields, mapping: str, defaults: Fields) -> None:
    """Note what is missing, contradictory or not among the choices in one mapping; `defaults` is `global`."""
    for demand in _ONE_OF.get(mapping, ()):
        if not any(is_set(node, name) for name in demand.fields) and not any(
            is_set(defaults, name) for name in demand.fallback
        ):
            reader.refuse(node.span, f"{mapping}: {demand.message}")
    for pair in _APART.get(mapping, ()):
        if all(is_set(node, name) for name in pair):
            reader.refuse(node.keys[pair[1]], f"{mapping}: at most one of {' and '.join(pair)} may be set")
    for (owner, name), choices in _CHOICES.items():
        value = node.fields.get(name)
        if owner == mapping and isinstance(value, Scalar) and not _chosen(value, choices):
            reader.refuse(value.span, f"{name} must be one of {', '.join(filter(None, choices))}")
    for message in _peculiar(node, mapping):
        reader.refuse(node.span, f"{mapping}: {message}")


def _chosen(value: Scalar, choices: tuple[str, ...]) -> bool:
    return (
        value.null or value.text in choices or ("{{" in value.text and value.text.count("{{") == value.text.count("}}"))
    )


def _peculiar(node: Fields, mapping: str) -> Iterator[str]:
    match mapping:
        case "sns" if not any(is_set(node, name) for name in ("topic_arn", "target_arn", "phone_number")):
            yield "one of topic_arn, target_arn, phone_number must be set"
        case "webex" if not _inside(node, "http_config", "authorization"):
            yield "http_config.authorization must be set"
        case "global":
            yield from _port(_text(node, "smtp_smarthost"))
        case "slack":
            yield from _slack(node)
        case "email":
            yield from _email(node)
        case "victorops":
            custom = node.fields.get("custom_fields")
            names = set(custom.fields) if isinstance(custom, Fields) else set()
            yield from (f"custom field {name} is one of its own" for name in sorted(names & _VICTOROPS_FIXED))
        case "authorization" if _text(node, "type").lower() == "basic":
            yield 'authorization type cannot be "basic", use basic_auth instead'
        case "sigv4" if is_set(node, "access_key") != is_set(node, "secret_key"):
            yield "access_key and secret_key come together"


def _slack(node: Fields) -> Iterator[str]:
    token = is_set(node, "app_token") or is_set(node, "app_token_file")
    if token and _inside(node, "http_config", "authorization"):
        yield "http authorization cannot be set beside an app token"
    if is_set(node, "update_message") and _text(node, "api_url") != "https://slack.com/api/chat.postMessage":
        yield "update_message needs api_url to be https://slack.com/api/chat.postMessage"


def _email(node: Fields) -> Iterator[str]:
    yield from _port(_text(node, "smarthost"))
    headers = node.fields.get("headers")
    names = [name.lower() for name in headers.fields] if isinstance(headers, Fields) else []
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"duplicate header {name}"


def _port(host: str) -> Iterator[str]:
    if host and (":" not in host or host.endswith(":")):
        yield "smarthost needs a port"


def _inside(node: Fields, outer: str, inner: str) -> bool:
    found = node.fields.get(outer)
    return isinstance(found, Fields) and inner in found.fields


def _text(node: Fields, name: str) -> str:
    found = node.fields.get(name)
    return found.text if isinstance(found, Scalar) and not found.null else ""
