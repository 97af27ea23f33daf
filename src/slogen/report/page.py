"""Prints the contents as one HTML document with its style, script and drawings inside; nothing is loaded."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from slogen.report.contents import STATES, Contents
from slogen.report.figures import WIDTH, Figure
from slogen.report.wording import count, plural

_SEVERITIES = ("page", "ticket", "log")


def page(contents: Contents) -> str:
    """The document; all texts are escaped, and the browser is told to run and load nothing but what is inside."""
    style, script = _asset("report.css"), _asset("report.js")
    sprite = Sprite()
    templates = Environment(
        loader=PackageLoader("slogen.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters.update(count=count, plural=plural)
    body = templates.get_template("page.html.j2")
    return body.render(
        it=contents,
        states=STATES,
        severities=_SEVERITIES,
        sprite=sprite,
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
class Sprite:
    """The drawings of a page, each once however often it is shown."""

    bodies: dict[tuple[str, int], str] = field(default_factory=dict)

    def place(self, figure: Figure) -> str:
        """The name under which a drawing can be shown."""
        return self.bodies.setdefault((figure.body, figure.height), f"d{len(self.bodies) + 1}")
