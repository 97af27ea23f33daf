"""Receivers as declared: every kind has a form that is accepted, and mistakes are named without repeating secrets."""

from typing import Any

import pytest
from pydantic import ValidationError

from slogen.spec.receivers import Integration

GOOD: dict[str, dict[str, Any]] = {
    "webhook": {"url": "https://hook.example.org", "timeout": "10s", "http_config": {"tls_config": {"ca_file": "/ca"}}},
    "pagerduty": {"routing_key_file": "key", "class": "slo", "details": {"a": "b"}},
    "slack": {"api_url_file": "url", "channel": "#x", "fields": [{"title": "a", "value": "b"}]},
    "opsgenie": {"api_key_file": "key", "responders": [{"name": "ops", "type": "team"}]},
    "msteams": {"webhook_url_file": "url"},
    "jira": {"api_url": "https://jira.example.org", "project": "ML", "issue_type": "Bug", "reopen_duration": "7d"},
    "sns": {"topic_arn": "arn:aws:sns:eu-west-1:1:alerts", "sigv4": {"role_arn": "arn:aws:iam::1:role/x"}},
    "email": {"to": "a@example.org", "from": "b@example.org", "headers": {"X-A": "b"}},
    "discord": {"webhook_url_file": "url"},
    "mattermost": {"webhook_url_file": "url", "channel": "town"},
    "telegram": {"bot_token_file": "token", "chat_id": -100},
    "victorops": {"api_key_file": "key", "routing_key": "payments", "custom_fields": {"owner": "ml"}},
    "incidentio": {"url_file": "url", "alert_source_token_file": "token"},
    "webex": {"room_id": "room", "http_config": {"authorization": {"credentials_file": "token"}}},
    "rocketchat": {"token_file": "token", "token_id_file": "id"},
    "pushover": {"user_key_file": "user", "token_file": "token", "retry": "1m"},
}


def problems(kind: str, settings: Any) -> list[str]:
    """The types of errors of an integration."""
    try:
        Integration.model_validate({kind: settings})
    except ValidationError as error:
        return [item["type"] for item in error.errors()]
    return []


@pytest.mark.parametrize("kind", Integration.model_fields)
def test_every_kind_has_a_good_form(kind: str) -> None:
    """The least a receiver needs is enough, and its kind is known."""
    assert problems(kind, GOOD[kind]) == []
    assert Integration.model_validate({kind: GOOD[kind]}).kind == kind


@pytest.mark.parametrize("kind", Integration.model_fields)
def test_every_kind_refuses_what_it_does_not_know(kind: str) -> None:
    """Unknown fields, nothing at all, and no mapping."""
    assert problems(kind, {**GOOD[kind], "colour": "red"}) == ["extra_forbidden"]
    assert problems(kind, {}) != []
    assert problems(kind, None) != []
    assert problems(kind, "x") != []


@pytest.mark.parametrize(
    ("kind", "change", "error"),
    [
        ("webhook", {"url_file": "x"}, "several_of"),
        ("webhook", {"url": "ftp://x"}, "unit"),
        ("webhook", {"url": "https://"}, "unit"),
        ("webhook", {"url": "https://a b"}, "unit"),
        ("webhook", {"url": "https://user:" + "hush@x.example.org"}, "inline-secret"),
        ("webhook", {"url": "https://x.example.org?token=" + "abcdefgh"}, "inline-secret"),
        ("webhook", {"http_config": {"basic_auth": {"username": "a", "password": "hush"}}}, "inline-secret"),
        ("webhook", {"http_config": {"bearer_token": "hush"}}, "inline-secret"),
        ("webhook", {"http_config": {"authorization": {"type": "Basic", "credentials_file": "x"}}}, "unit"),
        ("webhook", {"timeout": 10}, "unit"),
        ("pagerduty", {"service_key_file": "x"}, "several_of"),
        ("pagerduty", {"routing_key": "hush"}, "inline-secret"),
        ("pagerduty", {"description": "xoxb-" + "123456789-abcdef"}, "inline-secret"),
        ("pagerduty", {"routing_key_file": ""}, "unit"),
        ("slack", {"api_url": "https://hooks.slack.com/services/" + "a/b/c"}, "inline-secret"),
        ("slack", {"app_token_file": "x"}, "several_of"),
        ("slack", {"fields": [{"title": "a"}]}, "missing"),
        ("opsgenie", {"responders": [{"type": "team"}]}, "none_of"),
        ("opsgenie", {"responders": [{"name": "a", "type": "squad"}]}, "literal_error"),
        ("sns", {"phone_number": "+1"}, "several_of"),
        ("email", {"smarthost": "mail:"}, "string_pattern_mismatch"),
        ("email", {"headers": {"Subject": "a", "subject": "b"}}, "unit"),
        ("telegram", {"chat_id": 0}, "unit"),
        ("telegram", {"chat_id": "@channel"}, "int_type"),
        ("victorops", {"custom_fields": {"entity_id": "x"}}, "unit"),
        ("webex", {"http_config": {}}, "missing"),
        ("jira", {"api_type": "server"}, "literal_error"),
    ],
)
def test_what_alertmanager_would_refuse(kind: str, change: dict[str, Any], error: str) -> None:
    """A mistake is named here, before a server sees it; no message repeats a secret."""
    settings = {**GOOD[kind], **change}
    assert problems(kind, settings) == [error]
    try:
        Integration.model_validate({kind: settings})
    except ValidationError as caught:
        words = " ".join(item["msg"] for item in caught.errors())
        assert [secret for secret in ("hush", "abcdefgh", "a/b/c", "123456789") if secret in words] == []
