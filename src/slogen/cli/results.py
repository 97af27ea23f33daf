"""How test outcomes reach people and machines: lines, JSON, JUnit XML, annotations."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from slogen.cli.written import write_whole
from slogen.diagnostics.excerpt import visible
from slogen.proofs.coverage import Part
from slogen.proofs.outcome import Outcome

_NO_XML = re.compile("[^\\t\\n\\x20-\\x7e\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_GITHUB_MOST = 9
"""GitHub shows ten annotations of a level and drops the rest without a word."""


def line(outcome: Outcome, *, colour: bool) -> str:
    """One line a test; a failure is followed by what was expected and seen, and by the alert's life."""
    words = {"unproven": ("?", typer.colors.YELLOW)}.get(outcome.kind, ("ok", typer.colors.GREEN))
    mark, shade = words if outcome.passed else ("FAIL", typer.colors.RED)
    told = _shown(f"{outcome.suite} {outcome.name}: {outcome.note if outcome.passed else outcome.problem}")
    head = f"{typer.style(mark, fg=shade) if colour else mark:<4} {told}"
    if outcome.passed:
        return head
    detail = [f"    - {_shown(text)}" for text in outcome.expected] + [f"    + {_shown(text)}" for text in outcome.seen]
    return "\n".join([head, *detail, *(f"      {_shown(text)}" for text in outcome.picture)])


def _shown(text: str) -> str:
    """A text of users on a terminal: its lines, and nothing that moves the cursor."""
    return "\n".join(map(visible, text.split("\n")))


@dataclass(frozen=True, slots=True)
class Shown:
    """What to print beside the tests: all that no test exercised, and the slowest ones, so many of them."""

    colour: bool
    coverage: bool = False
    durations: int = 0
    first: bool = False


def as_text(outcomes: Sequence[Outcome], parts: Sequence[Part], shown: Shown) -> str:
    """Every line, of failures only the first where asked; then the slowest tests, what was left out, and the totals."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    chosen = failed[:1] if shown.first and failed else outcomes
    slowest = sorted(outcomes, key=lambda outcome: -outcome.seconds)[: shown.durations]
    return "\n".join(
        [
            *(line(outcome, colour=shown.colour) for outcome in chosen),
            *(f"{outcome.seconds:8.2f}s {outcome.id}" for outcome in slowest),
            *_left_out(parts, everything=shown.coverage),
            totals(outcomes),
        ]
    )


def _left_out(parts: Sequence[Part], *, everything: bool) -> Iterator[str]:
    """One line with how much was exercised; what was not, where everything is asked for."""
    if not parts:
        return
    for part in parts if everything else ():
        yield from (f"not exercised ({part.what}): {name}" for name in part.missing)
        yield from (f"for no alert of this project ({part.what}): {name}" for name in part.beyond)
    told = ", ".join(map(_share, parts))
    hint = "" if everything or not any(part.missing for part in parts) else "; --coverage lists the others"
    yield f"exercised {told}{hint}"


def _share(part: Part) -> str:
    beyond = f" ({len(part.beyond)} more for no alert of this project)" if part.beyond else ""
    return f"{part.total - len(part.missing)} of {part.total} {part.what}{beyond}"


def totals(outcomes: Sequence[Outcome]) -> str:
    """The closing line: `12 passed, 1 failed, 2 unproven`."""
    failed = sum(not outcome.passed for outcome in outcomes)
    unproven = sum(outcome.passed and outcome.kind == "unproven" for outcome in outcomes)
    told = f"{len(outcomes) - failed - unproven} passed, {failed} failed"
    return f"{told}, {unproven} unproven" if unproven else told


def as_json(outcomes: Sequence[Outcome], parts: Sequence[Part] = ()) -> str:
    """One JSON object with every outcome in full, and what no test exercised."""
    rows = [
        {
            "kind": o.kind,
            "suite": o.suite,
            "name": o.name,
            "passed": o.passed,
            "problem": o.problem,
            "expected": list(o.expected),
            "seen": list(o.seen),
            "note": o.note,
            "seconds": round(o.seconds, 3),
            "file": o.span.file if o.span else None,
            "line": o.span.line if o.span else None,
        }
        for o in outcomes
    ]
    left_out = {
        part.what: {"total": part.total, "missing": list(part.missing), "beyond": list(part.beyond)} for part in parts
    }
    whole = {"tests": rows, "failed": sum(not o.passed for o in outcomes), "coverage": left_out}
    return json.dumps(whole, indent=2) + "\n"


def as_github(outcomes: Sequence[Outcome]) -> str:
    """Workflow commands for failures, at most nine and a tenth that says how many more there are."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    rows = [_annotation(outcome) for outcome in failed[:_GITHUB_MOST]]
    if len(failed) > _GITHUB_MOST:
        rows.append(f"::error::and {len(failed) - _GITHUB_MOST} more failed tests")
    return "".join(row + "\n" for row in rows)


def _annotation(outcome: Outcome) -> str:
    place = ""
    if outcome.span is not None:
        place = f" file={_property(outcome.span.file)},line={outcome.span.line},title={_property(outcome.name)}"
    return f"::error{place}::{_data(outcome.problem)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def write_junit(outcomes: Sequence[Outcome], path: Path) -> None:
    """A JUnit file with one test suite for each environment and component; unproven alerts are skipped tests."""
    root = ET.Element("testsuites", name="slogen")
    for suite in dict.fromkeys(outcome.suite for outcome in outcomes):
        members = [outcome for outcome in outcomes if outcome.suite == suite]
        element = ET.SubElement(
            root,
            "testsuite",
            name=_printable(suite),
            tests=str(len(members)),
            failures=str(sum(not o.passed for o in members)),
            skipped=str(sum(o.passed and o.kind == "unproven" for o in members)),
            time=f"{sum(o.seconds for o in members):.3f}",
        )
        for outcome in members:
            _case(element, outcome)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _case(suite: ET.Element, outcome: Outcome) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_printable(outcome.suite),
        name=_printable(outcome.name),
        time=f"{outcome.seconds:.3f}",
    )
    if not outcome.passed:
        detail = [
            *(f"- {text}" for text in outcome.expected),
            *(f"+ {text}" for text in outcome.seen),
            *outcome.picture,
        ]
        failure = ET.SubElement(case, "failure", message=_printable(outcome.problem))
        failure.text = _printable("\n".join(detail))
    elif outcome.kind == "unproven":
        ET.SubElement(case, "skipped", message=_printable(outcome.note))


def _printable(text: str) -> str:
    """XML has no picture of most control characters; they are shown as escapes."""
    return _NO_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
