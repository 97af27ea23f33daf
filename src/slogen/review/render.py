"""A comparison for people and machines: terminal, a pull request's comment, JSON, annotations."""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from slogen.review.changes import Change, Danger, Kind
from slogen.review.compare import Comparison

MARKER = "<!-- slogen diff -->"
"""The first line of a comment, by which the next run finds and replaces it."""
LONGEST = 60_000
"""Characters of a comment; GitHub refuses more than 65,536."""
_ANNOTATIONS = 9
_SUBJECTS = 5
"""So many subjects of one row are listed, the others counted."""
_SHORT, _AROUND, _LONG = 120, 40, 300
"""Characters: what is shown whole, what is kept beside a difference, and the most of a cell."""
ALIKE = "no behavioural change"

_HEADINGS = {
    Danger.COVER: "Lost cover",
    Danger.BEHAVIOUR: "Behaviour",
    Danger.STATE: "What servers remember",
    Danger.COST: "Cost",
    Danger.TELLING: "Who and what is told",
    Danger.ADDED: "New",
}


def headline(comparison: Comparison) -> str:
    """The first line: how dangerous it is, and the worst of it."""
    if comparison.behaves_alike:
        files = len(comparison.diffs)
        return f"{ALIKE}; {_files(files)} in form" if files else f"{ALIKE}; the output is the same"
    lost = sum(change.danger is Danger.COVER for change in comparison.changes)
    others = len(comparison.changes) - lost
    if lost:
        worst = comparison.changes[0]
        counted = f"{lost} {'change loses' if lost == 1 else 'changes lose'} cover"
        also = f", {others} {'other' if others == 1 else 'others'}" if others else ""
        return f"{counted}{also}: {worst.kind} {plain(worst.subject)}{', …' if lost > 1 else ''}"
    return f"{others} {'change' if others == 1 else 'changes'}, none loses cover"


def _files(count: int) -> str:
    return "1 file differs" if count == 1 else f"{count} files differ"


@dataclass(frozen=True, slots=True)
class Row:
    """Changes that differ in nothing but what they are about, told at once; long texts are cut to where they differ."""

    danger: Danger
    kind: Kind
    subjects: tuple[str, ...]
    before: str
    after: str
    consequence: str

    @property
    def about(self) -> list[str]:
        """The first subjects; the others are counted."""
        return list(map(plain, self.subjects[:_SUBJECTS]))

    @property
    def uncounted(self) -> str:
        """How many subjects are not listed, in words."""
        rest = len(self.subjects) - _SUBJECTS
        return f" and {rest} more" if rest > 0 else ""


def rows(changes: Sequence[Change]) -> list[Row]:
    """Changes as they are shown to people, in the order of the first of each row."""
    merged: dict[tuple[Danger, Kind, str, str, str], list[str]] = {}
    for c in changes:
        merged.setdefault((c.danger, c.kind, c.before, c.after, c.consequence), []).append(c.subject)
    return [
        Row(danger, kind, tuple(subjects), *where_differing(plain(before), plain(after)), plain(consequence))
        for (danger, kind, before, after, consequence), subjects in merged.items()
    ]


def where_differing(old: str, new: str) -> tuple[str, str]:
    """Two texts, long ones without what both begin and end with but for a little, and never longer than a cell."""
    if max(len(old), len(new)) <= _SHORT:
        return old, new
    same = _alike(old, new)
    tail = _alike(old[same:][::-1], new[same:][::-1])
    begin, left_out = max(0, same - _AROUND), max(0, tail - _AROUND)
    return _piece(old, begin, left_out), _piece(new, begin, left_out)


def _alike(old: str, new: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (mine, theirs) in pairs if mine != theirs), min(len(old), len(new)))


def _piece(text: str, begin: int, left_out: int) -> str:
    piece = text[begin : len(text) - left_out]
    shown = piece if len(piece) <= _LONG else piece[:_LONG]
    return f"{'…' if begin else ''}{shown}{'…' if left_out or len(piece) > _LONG else ''}"


def plain(text: str) -> str:
    """A text on one line, without characters that would draw or command anything."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)


def as_text(comparison: Comparison, *, diffs: bool) -> str:
    """Everything under its heading; the text diff of the output at the end where asked."""
    lines = [headline(comparison)]
    for danger, members in _by_danger(comparison.changes):
        lines += ["", _HEADINGS[danger]]
        lines += [f"  {row.kind:<22} {_sentence(row)}" for row in members]
    if diffs:
        lines += ["", *comparison.diffs.values()]
    elif comparison.diffs:
        count = len(comparison.diffs)
        lines += ["", f"{count} output {'file differs' if count == 1 else 'files differ'}; `--diffs` shows them"]
    return "\n".join(lines)


def _by_danger(changes: Sequence[Change]) -> list[tuple[Danger, list[Row]]]:
    shown = rows(changes)
    return [(d, members) for d in Danger if (members := [row for row in shown if row.danger is d])]


def _sentence(row: Row) -> str:
    return f"{', '.join(row.about)}{row.uncounted}: {_step(row)}{row.consequence}"


def _step(row: Row) -> str:
    if row.before and row.after:
        return f"{row.before} -> {row.after}; "
    return f"{row.before or row.after}; " if row.before or row.after else ""


def as_markdown(comparison: Comparison) -> str:
    """A comment of at most 60,000 characters; what does not fit is counted on the last line."""
    blocks = [MARKER, f"### slogen: {_escaped_words(headline(comparison))}"]
    for danger, members in _by_danger(comparison.changes):
        head = "| kind | what | before | after | so |\n|---|---|---|---|---|"
        blocks.append(f"**{_HEADINGS[danger]}**\n\n" + "\n".join([head, *map(_line, members)]))
    text = "\n\n".join(blocks)
    left = 0
    for path, diff in comparison.diffs.items():
        block = f"\n\n<details><summary>{html.escape(plain(path))}</summary>\n\n{_fenced(diff)}\n\n</details>"
        if len(text) + len(block) > LONGEST - 200:
            left += 1
        else:
            text += block
    if len(text) > LONGEST - 200:
        text = text[: LONGEST - 200].rsplit("\n", 1)[0]
        left += 1
    parts = "part" if left == 1 else "parts"
    return text + (f"\n\n…and {left} more {parts}; run `slogen diff --diffs` to see everything.\n" if left else "\n")


def _line(row: Row) -> str:
    about = ", ".join(map(_code, row.about)) + row.uncounted
    return f"| `{row.kind}` | {about} | {_code(row.before)} | {_code(row.after)} | {_escaped_words(row.consequence)} |"


def _code(text: str) -> str:
    """A text as code in a cell: hosts make nothing of it, neither links nor mentions nor markup."""
    if not text.strip():
        return ""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence, space = "`" * (longest + 1), " " if text[0] in "` " or text[-1] in "` " else ""
    apart = re.sub(
        r"\\(?=\|)", f"\\\\{space}{fence} {fence}{space}", text
    )  # a cell ends at a bar after two backslashes
    return f"{fence}{space}{apart}{space}{fence}".replace("|", "\\|")


def _escaped_words(text: str) -> str:
    """A sentence with words of users in it, so that a host shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&@!])", r"\\\1", text).replace("\\@", "@\N{ZERO WIDTH NON-JOINER}")


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}diff\n{text}\n{fence}"


def as_json(comparison: Comparison) -> str:
    """One object; `kind` and `danger` are stable words."""
    rows = [
        {
            "danger": change.danger.name.lower(),
            "kind": change.kind.value,
            "subject": change.subject,
            "before": change.before,
            "after": change.after,
            "consequence": change.consequence,
        }
        for change in comparison.changes
    ]
    costs = {
        side: {
            "rules": cost.rules,
            "series": cost.recorded,
            "samples_per_minute": round(cost.samples),
            "largest_group": cost.largest,
        }
        for side, cost in (("before", comparison.before), ("after", comparison.after))
    }
    return (
        json.dumps(
            {"headline": headline(comparison), "changes": rows, "cost": costs, "files": list(comparison.diffs)},
            indent=2,
        )
        + "\n"
    )


def as_github(comparison: Comparison) -> str:
    """Workflow commands, worst first, at most nine and one that counts the rest."""
    shown = rows(comparison.changes)
    told = [f"::{_level(row)} title=slogen {row.kind}::{_escaped(_sentence(row))}" for row in shown[:_ANNOTATIONS]]
    rest = sum(len(row.subjects) for row in shown[_ANNOTATIONS:])
    if rest:
        told.append(f"::notice title=slogen::and {rest} more {'change' if rest == 1 else 'changes'}")
    return "".join(line + "\n" for line in told)


def _level(row: Row) -> str:
    return "warning" if row.danger is Danger.COVER else "notice"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
