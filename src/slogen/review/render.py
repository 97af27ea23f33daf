"""A comparison for people and machines: terminal, a pull request's comment, JSON, annotations."""

import json
from collections.abc import Sequence

from slogen.review.changes import Change, Danger
from slogen.review.compare import Comparison

MARKER = "<!-- slogen diff -->"
"""The first line of a comment, by which the next run finds and replaces it."""
LONGEST = 60_000
"""Characters of a comment; GitHub refuses more than 65,536."""
_ANNOTATIONS = 9
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
    """The first line: how dangerous it is."""
    if comparison.behaves_alike:
        files = len(comparison.diffs)
        return f"{ALIKE}; {files} files differ in form" if files else f"{ALIKE}; the output is the same"
    lost = sum(change.danger is Danger.COVER for change in comparison.changes)
    others = len(comparison.changes) - lost
    if lost:
        return f"{lost} {'change loses' if lost == 1 else 'changes lose'} cover" + (
            f", {others} others" if others else ""
        )
    return f"{others} {'change' if others == 1 else 'changes'}, none loses cover"


def as_text(comparison: Comparison, *, diffs: bool) -> str:
    """Everything under its heading; the text diff of the output at the end where asked."""
    lines = [headline(comparison)]
    for danger, members in _by_danger(comparison.changes):
        lines += ["", _HEADINGS[danger]]
        lines += [f"  {change.kind:<22} {change.subject}: {_step(change)}{change.consequence}" for change in members]
    if diffs:
        lines += ["", *comparison.diffs.values()]
    elif comparison.diffs:
        lines += ["", f"{len(comparison.diffs)} output files differ; `--diffs` shows them"]
    return "\n".join(lines)


def _by_danger(changes: Sequence[Change]) -> list[tuple[Danger, list[Change]]]:
    return [(d, members) for d in Danger if (members := [change for change in changes if change.danger is d])]


def _step(change: Change) -> str:
    if change.before and change.after:
        return f"{change.before} -> {change.after}; "
    return f"{change.before or change.after}; " if change.before or change.after else ""


def as_markdown(comparison: Comparison) -> str:
    """A comment of at most 60,000 characters; what does not fit is counted on the last line."""
    blocks = [MARKER, f"### slogen: {headline(comparison)}"]
    for danger, members in _by_danger(comparison.changes):
        rows = [
            f"| `{c.kind}` | {_cell(c.subject)} | {_cell(c.before)} | {_cell(c.after)} | {_cell(c.consequence)} |"
            for c in members
        ]
        head = "| kind | what | before | after | so |\n|---|---|---|---|---|"
        blocks.append(f"**{_HEADINGS[danger]}**\n\n" + "\n".join([head, *rows]))
    text = "\n\n".join(blocks)
    left = 0
    for path, diff in comparison.diffs.items():
        block = f"\n\n<details><summary>{path}</summary>\n\n{_fenced(diff)}\n\n</details>"
        if len(text) + len(block) > LONGEST - 200:
            left += 1
        else:
            text += block
    if len(text) > LONGEST - 200:
        text = text[: LONGEST - 200].rsplit("\n", 1)[0]
        left += 1
    return text + (f"\n\n…and {left} more parts; run `slogen diff --diffs` to see everything.\n" if left else "\n")


def _cell(text: str) -> str:
    cut = text if len(text) <= 300 else text[:297] + "…"
    return cut.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


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
    told = [
        f"::{_level(c)} title=slogen {c.kind}::{_escaped(f'{c.subject}: {_step(c)}{c.consequence}')}"
        for c in comparison.changes
    ]
    rest = len(told) - _ANNOTATIONS
    if rest > 0:
        told = [*told[:_ANNOTATIONS], f"::notice title=slogen::and {rest} more changes"]
    return "".join(line + "\n" for line in told)


def _level(change: Change) -> str:
    return "warning" if change.danger is Danger.COVER else "notice"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
