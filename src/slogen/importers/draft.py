"""A proposed spec as text: comments beside what they explain, and nothing from a page that YAML could misread."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from slogen.emit.yaml import comment
from slogen.importers.candidates import Candidate, Use
from slogen.promql.atoms import quote

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A model's proposal. `refused` are candidates that the compiler would not take, with its reason.

    `notes` are said at the end: what cannot be measured, what is on the page and in no entry. `schema` is the path of
    the editor's schema as seen from the spec; empty where there is none.
    """

    name: str
    uses: tuple[Use, ...]
    team: str | None
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...]
    schema: str
    refused: tuple[tuple[Candidate, str], ...] = ()

    def without(self, refused: Mapping[Candidate, str]) -> "Draft":
        """The draft with these candidates turned into remarks."""
        kept = tuple(one for one in self.candidates if one not in refused)
        return replace(self, candidates=kept, refused=(*self.refused, *refused.items()))


def text(draft: Draft) -> str:
    """The spec file."""
    return "".join(line + "\n" for line, _ in _lines(draft))


def owner(draft: Draft, line: int) -> Candidate | None:
    """The candidate that wrote a line of the spec file (from 1); None for the rest of it."""
    owners = [who for _, who in _lines(draft)]
    return owners[line - 1] if 0 < line <= len(owners) else None


def _lines(draft: Draft) -> Iterator[tuple[str, Candidate | None]]:
    for line in _head(draft):
        yield line, None
    for section in ("slos", "alerts"):
        members = [one for one in draft.candidates if one.section == section]
        if members:
            yield "", None
            yield f"{section}:", None
        for one in members:
            yield from ((line, one) for line in (*said(one.why, "  "), f"  {one.key}:"))
            yield from ((f"    {field}", one) for field in one.fields)
    for line in _foot(draft):
        yield line, None


def _head(draft: Draft) -> Iterator[str]:
    if draft.schema:
        yield f"# yaml-language-server: $schema={draft.schema}"
    pages = ", ".join(dict.fromkeys(use.sample for use in draft.uses))
    yield from said(
        f"Proposed from {pages}: thresholds are bucket bounds of the page, objectives follow from what it counted. "
        "Look at every number before you rely on it."
    )
    yield f"model: {word(draft.name)}"
    if draft.team is not None:
        yield f"team: {word(draft.team)}"
    yield ""
    yield "sources:"
    for use in draft.uses:
        yield from _source(use)


def _source(use: Use) -> Iterator[str]:
    entry = use.server.entry
    some = ", ".join(use.server.found[:3])
    yield from said(f"{entry.title} ({entry.versions}): {use.presence()} are on the page, {some} among them.", "  ")
    if not use.select:
        yield from said(
            "The page names no model, so this takes in every server of its kind that Prometheus scrapes. Where there "
            "are several, narrow it by a label of the scrape target: select: {job: NAME}",
            "  ",
        )
    yield f"  {word(use.key)}:"
    yield f"    template: {word(use.server.name)}"
    if use.select:
        pairs = (f"{word(label)}: {_condition(value)}" for label, value in use.select.items())
        yield f"    select: {{{', '.join(pairs)}}}"
    yield f"    sample: {word(use.sample)}"


def _condition(value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return word(value)
    return f"{{{', '.join(f'{operator}: {word(operand)}' for operator, operand in value.items())}}}"


def _foot(draft: Draft) -> Iterator[str]:
    remarks = [f"Not proposed: {one.key}. {reason}" for one, reason in draft.refused]
    for remark in (*remarks, *draft.notes):
        yield ""
        yield from said(remark)


def said(remark: str, indent: str = "") -> Iterator[str]:
    """A remark as comment lines; whatever a page put into it stays inside of them."""
    folded: Iterable[str] = textwrap.wrap(
        " ".join(remark.split()), _WIDTH - len(indent), break_on_hyphens=False, break_long_words=False
    ) or [""]
    for line in comment("\n".join(folded)).splitlines():
        yield indent + line


def word(value: str) -> str:
    """A scalar that every YAML reader takes for just this text, in flow and in block style."""
    plain = _PLAIN.fullmatch(value) is not None and value.lower() not in _WORDS
    return value if plain else quote(value)
