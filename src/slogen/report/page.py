"""Prints the contents as one HTML document with its style, script and drawings inside; nothing is loaded."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from slogen.report.contents import STATES, AlertCard, Claim, Contents, count_of
from slogen.report.figures import WIDTH, Figure
from slogen.report.wording import count, plural

MOST_WHOLE = 1_500
"""Alerts that are shown whole; beyond them one whose proof is already on the page leads there."""

_SEVERITIES = ("page", "ticket", "log")


def page(contents: Contents) -> str:
    """The document; all texts are escaped, and the browser is told to run and load nothing but what is inside."""
    style, script = _asset("report.css"), _asset("report.js")
    shared = Shared()
    templates = Environment(
        loader=PackageLoader("slogen.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters.update(count=count, plural=plural, count_of=count_of)
    body = templates.get_template("page.html.j2")
    return body.render(
        it=contents,
        states=STATES,
        severities=_SEVERITIES,
        shared=shared,
        width=WIDTH,
        style=style,
        script=script,
        policy=_policy(style, script),
    )


def _asset(name: str) -> str:
    return files("slogen.report").joinpath("assets", name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """A content security policy under which only this style and this script count."""
    sources = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    return f"default-src 'none'; {sources}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@dataclass(slots=True)
class Shared:
    """What alerts have in common: each drawing is stored once, and on a large page each proof is shown once."""

    drawings: dict[tuple[str, int], str] = field(default_factory=dict)
    proofs: dict[tuple[Claim, ...], str] = field(default_factory=dict)
    shown: int = 0

    def drawing(self, figure: Figure) -> str:
        """The name under which a drawing can be shown."""
        return self.drawings.setdefault((figure.body, figure.height), f"d{len(self.drawings) + 1}")

    def elsewhere(self, card: AlertCard) -> str:
        """The id of the card that shows the same proof; empty where this card is to show it."""
        first = self.proofs.setdefault(card.claims, card.id)
        if self.shown >= MOST_WHOLE and first != card.id:
            return first
        self.shown += 1
        return ""
