"""What looks like a credential is recognised and never shown; what does not is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.diagnostics.secret_text import secret_form, without_secrets

SECRETS = (
    "https://hooks.slack.com/services/" + "T000/B000/abcdefgh",
    "xoxb-" + "123456789-abcdef",
    "https://discord.com/api/webhooks/1/" + "abcdefgh",
    "https://example.webhook.office.com/webhookb2/" + "abc",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "ghp_" + "abcdefghijklmnop1234",
    "12345678:" + "AAabcdefghijklmnopqrstuvwxyz-12345",
    "https://user:" + "hush@alerts.example.org",
    "https://alerts.example.org/hook?token=" + "abcdefgh",
    "https://alerts.example.org/hook?a=b&api_key=" + "abcdefgh",
    "0123456789abcdef" * 2,
    "-----BEGIN PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi",
    "Ab3dE5gH7jK9mN1pQ3sT5vW7",
)
HARMLESS = (
    "payments-ml-pagerduty",
    "/etc/alertmanager/secrets/payments-ml-pagerduty-2027",
    "https://alerts.example.org/hook?team=payments",
    "https://runbooks.example.org/error-budget-burn-page-for-fraud-detector",
    "#payments-ml-alerts",
    "{{ .CommonLabels.model }} burns",
    "arn:aws:sns:eu-west-1:123456789012:alerts",
    "ThisIsAVeryLongCamelCaseNameOfAReceiver",
    "routing_key_file: payments",
    "550e8400-e29b-41d4-a716-446655440000",
)


@pytest.mark.parametrize("text", SECRETS)
def test_credentials_are_recognised_and_masked(text: str) -> None:
    """The form is named, and nothing of the secret part is left in a line that holds it."""
    assert secret_form(text) is not None
    hidden = without_secrets(f"  url: {text}  # comment")
    assert hidden != f"  url: {text}  # comment"
    assert secret_form(hidden) is None
    assert len(hidden) == len(f"  url: {text}  # comment")


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Names, paths, links and templates are shown as they are."""
    assert secret_form(text) is None
    assert without_secrets(text) == text


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("routing_key: abc", "routing_key: ***"),
        ("{api_key: 'a b', x: 1}", "{api_key: *****, x: 1}"),
        ('"bot_token": "abc"', '"bot_token": *****'),
        ("password: p#q r # why", "password: *#q r # why"),
    ],
)
def test_values_of_secret_fields_are_masked(line: str, shown: str) -> None:
    """Whatever stands after the name of such a field is hidden up to a comment or the next field."""
    assert without_secrets(line) == shown


@given(st.text())
def test_masking_keeps_the_length_and_is_stable(text: str) -> None:
    """Carets still point right, and masking twice masks no more."""
    hidden = without_secrets(text)
    assert len(hidden) == len(text)
    assert without_secrets(hidden) == hidden
