"""Markdown that shows text as it was written; changes when a reader of Markdown turns out to read something else."""

import re
from dataclasses import dataclass
from urllib.parse import quote

_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~$&]")
_FIRST = re.compile(r"^(?:[-+=]|\d+(?=[.)](?:\s|$)))")
_SPACES = re.compile(r"\s+")
_ADDRESS = ":/?#@!$&'*+,;=%~-._"
_PLAIN = re.compile(r"[a-zA-Z0-9:/?#@!$&'*+,;=%~._-]*")
_TICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text that is Markdown already and is not escaped again."""

    text: str


def escaped(value: object) -> str:
    """Any value as one line of Markdown that shows it and does nothing: no markup, no HTML, no table cell, no formula.

    Line breaks become spaces, so that text from a spec cannot begin a heading, a list or a code block.
    """
    if isinstance(value, Markdown):
        return value.text
    line = _SPACES.sub(" ", str(value)).strip()
    return _FIRST.sub(r"\\\g<0>" if not line[:1].isdigit() else _numbered, _SIGNS.sub(r"\\\g<0>", line))


def _numbered(number: re.Match[str]) -> str:
    """A number that would begin a list: its point or bracket is escaped, which stands behind it."""
    return f"{number[0]}\\"


def code(text: str) -> Markdown:
    """A span of code that fits into a table cell; its fence is longer than any run of ticks inside."""
    line = _SPACES.sub(" ", text).strip().replace("|", "\\|")
    ticks = _fence(line, 1)
    padded = f" {line} " if line.startswith("`") or line.endswith("`") else line
    return Markdown(f"{ticks}{padded}{ticks}")


def block(text: str, language: str = "") -> Markdown:
    """A block of code that no line inside can end."""
    fence = _fence(text, 3)
    return Markdown(f"{fence}{language}\n{text}\n{fence}")


def answer(text: str) -> Markdown:
    """What somebody wrote to be done: a line as text, several lines as they stand, in a block that fits into a list."""
    lines = text.strip("\n").splitlines()
    if len(lines) < 2:
        return Markdown(escaped(text))
    inside = "\n".join(f"   {line}".rstrip() for line in block("\n".join(lines)).text.split("\n"))
    return Markdown(f"\n\n{inside}\n")


def link(text: object, address: str) -> Markdown:
    """A link whose address can end neither the link nor the line."""
    safe = address if _PLAIN.fullmatch(address) else quote(address, safe=_ADDRESS)
    return Markdown(f"[{escaped(text)}]({safe})")


def joined(parts: list[Markdown], between: str = ", ") -> Markdown:
    """Pieces of Markdown as one."""
    return Markdown(between.join(part.text for part in parts))


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)
