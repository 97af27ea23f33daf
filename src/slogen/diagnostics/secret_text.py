"""Recognises text that looks like a credential, so that no message, excerpt or file ever repeats it.

Changes when a service gives its keys a new form.
"""

import re

_KNOWN_FORMS: tuple[tuple[str, str], ...] = (
    ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    ("a Slack token", r"\bx(?:ox[abeprs]|app)-[A-Za-z0-9-]{6,}"),
    ("a Slack webhook", r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[^\s\"',}\]]+"),
    ("a Discord webhook", r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/[^\s\"',}\]]+"),
    ("a Teams webhook", r"(?:webhook\.office\.com|outlook\.office\.com)/webhook[^\s\"',}\]]+"),
    ("an AWS key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a GitHub token", r"\b(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{16,}"),
    ("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{16,}"),
    ("a Stripe key", r"\b[rsp]k_live_[A-Za-z0-9]{10,}"),
    ("a Google key", r"\bAIza[0-9A-Za-z_-]{30,}"),
    ("a Telegram bot token", r"\b\d{6,12}:[A-Za-z0-9_-]{30,}"),
    ("a JSON web token", r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}"),
    ("a password in a URL", r"(?<=://)[^/\s:@\"']+:[^/\s@\"']+(?=@)"),
    (
        "a key in a URL",
        r"(?i:(?<=[?&])(?:[a-z_-]*(?:token|secret|password|signature)|api-?_?key|key|sig|auth)=)[^&\s\"',}\]{$]{6,}",
    ),
    ("a key", r"\b(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64})\b"),
)
_KNOWN = re.compile("|".join(f"(?P<form{index}>{pattern})" for index, (_, pattern) in enumerate(_KNOWN_FORMS)))
_LONG_RUN = re.compile(r"[A-Za-z0-9_+]{24,}={0,2}")
_INLINE_FIELD = re.compile(
    r"\b(?:(?:smtp|slack|opsgenie|victorops|wechat|telegram|rocketchat)_)?"
    r"(?:(?:routing|service|api|user|access|secret)_key|(?:bot_|app_|alert_source_|bearer_)?token(?:_id)?|webhook_url"
    r"|(?:auth_)?(?:password|secret)|api_secret|client_secret|credentials)"
    r"[\"']?\s*:\s*(?P<value>\"[^\"]*\"?|'[^']*'?|[^\s,}\]#][^,}\]#\n]*)"
)


def secret_form(text: str) -> str | None:
    """What kind of credential `text` contains ("a Slack token"), or None where it looks harmless."""
    known = _KNOWN.search(text)
    if known is not None and known.lastgroup is not None:
        return _KNOWN_FORMS[int(known.lastgroup.removeprefix("form"))][0]
    return "a key" if any(_is_random(run.group()) for run in _LONG_RUN.finditer(text)) else None


def without_secrets(text: str) -> str:
    """`text` (one line of a file, or a message) with everything that looks like a credential replaced by a mask.

    The mask has the length of what it hides as far as it can, so that carets under an excerpt still point right.
    """

    def hide(match: re.Match[str]) -> str:
        return "*" * len(match.group())

    def hide_value(match: re.Match[str]) -> str:
        start = match.start("value") - match.start()
        return match.group()[:start] + "*" * len(match.group("value"))

    def hide_random(match: re.Match[str]) -> str:
        return hide(match) if _is_random(match.group()) else match.group()

    return _LONG_RUN.sub(hide_random, _KNOWN.sub(hide, _INLINE_FIELD.sub(hide_value, text)))


def _is_random(run: str) -> bool:
    """Whether a long run of letters and digits was made by a machine: both cases and at least four digits mixed in."""
    digits = sum(c.isdigit() for c in run)
    return digits >= 4 and any(c.islower() for c in run) and any(c.isupper() for c in run)
