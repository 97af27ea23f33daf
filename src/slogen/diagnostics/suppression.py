"""Findings that somebody has decided to live with: allowances in comments, with a reason and an end.

min_events: 0   # slogen: allow SLO341 until 2027-03-01: traffic is synthetic until the launch
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span, ordered

MALFORMED = Code(
    "SLO140",
    "allowance-malformed",
    Severity.ERROR,
    "A comment that begins like an allowance but is none",
    """An allowance names one finding, the day on which it ends, and a reason:

```yaml
min_events: 0   # slogen: allow SLO341 until 2027-03-01: traffic is synthetic until the launch
```

It stands on the line that the finding points at, or alone on a line above it.
""",
)
EXPIRED = Code(
    "SLO141",
    "allowance-expired",
    Severity.WARNING,
    "An allowance whose day has passed",
    """The finding counts again. Mend what it is about, or decide anew and write a later day.""",
)
UNUSED = Code(
    "SLO142",
    "allowance-unused",
    Severity.WARNING,
    "An allowance for a finding that is not there",
    """What it allowed has been mended, or it stands on the wrong line. Left in the file, it would hide the finding
should it ever come back.

Remove the comment, or move it to the line that the finding points at.
""",
)
OF_ERROR = Code(
    "SLO143",
    "allowance-of-error",
    Severity.ERROR,
    "An allowance for an error",
    """Only warnings and notes can be allowed. An error means that there is nothing correct to generate.

Mend the error and remove the comment.
""",
)
CODES = (MALFORMED, EXPIRED, UNUSED, OF_ERROR)

_COMMENT = re.compile(r"(?:^|(?<=[\s]))#[ \t]*slogen:[ \t]*allow\b(?P<rest>[^\r\n]*)", re.MULTILINE)
_ALLOWANCE = re.compile(
    r"[ \t]+(?P<code>SLO\d{3})[ \t]+until[ \t]+(?P<day>\d{4}-\d\d-\d\d)[ \t]*:[ \t]*(?P<reason>\S.*)", re.ASCII
)
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Allowance:
    """A decision to live with findings of `code` on `line` (from 1) of the file up to and including `until`."""

    code: str
    line: int
    until: date
    reason: str
    span: Span


@dataclass(frozen=True, slots=True)
class Judged:
    """What remains to be shown, and what was allowed with the allowance that did it."""

    shown: tuple[Diagnostic, ...]
    allowed: tuple[tuple[Diagnostic, Allowance], ...]


def judge(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], today: date) -> Judged:
    """Take out what comments in `texts` (by file) allow on the day `today`; say which allowances do nothing."""
    found = list(diagnostics)
    allowances: dict[tuple[str, int, str], list[Allowance]] = {}
    for file in sorted(texts):
        for item in allowances_in(file, texts[file]):
            if isinstance(item, Diagnostic):
                found.append(item)
            else:
                allowances.setdefault((file, item.line, item.code), []).append(item)
    shown: list[Diagnostic] = []
    allowed: list[tuple[Diagnostic, Allowance]] = []
    used: dict[Allowance, Diagnostic] = {}
    for finding in ordered(found):
        span = finding.span
        matching = () if span is None else allowances.get((span.file, span.line, finding.code.id), ())
        used.update((allowance, finding) for allowance in matching)
        in_force = [a for a in matching if a.until >= today and finding.severity is not Severity.ERROR]
        if in_force:
            allowed.append((finding, in_force[0]))
        else:
            shown.append(finding)
    idle = (_idle(a, used.get(a), today) for group in allowances.values() for a in group)
    return Judged(tuple(ordered([*shown, *(d for d in idle if d is not None)])), tuple(allowed))


def _idle(allowance: Allowance, finding: Diagnostic | None, today: date) -> Diagnostic | None:
    if finding is None:
        return Diagnostic(UNUSED, f"there is no {allowance.code} here to allow", allowance.span, "remove the comment")
    if finding.severity is Severity.ERROR:
        return Diagnostic(OF_ERROR, f"{allowance.code} is an error", allowance.span, "mend it and remove the comment")
    if allowance.until < today:
        message = f"this allowance ended on {allowance.until.isoformat()}"
        return Diagnostic(EXPIRED, message, allowance.span, "mend the finding, or decide anew")
    return None


def allowances_in(file: str, text: str) -> Iterator[Allowance | Diagnostic]:
    """Every allowance in a file's comments, and a finding for every comment that fails to be one."""
    if "slogen:" not in text:
        return
    lines = _BREAK.split(text)
    for number, line in enumerate(lines, 1):
        match = _COMMENT.search(line)
        if match is not None:
            span = Span(file, number, match.start() + 1, number, len(line.rstrip()) + 1)
            yield _read(match["rest"], span, _target(lines, number))


def _read(rest: str, span: Span, line: int) -> Allowance | Diagnostic:
    parts = _ALLOWANCE.fullmatch(rest.rstrip())
    hint = "write: # slogen: allow SLO341 until 2027-03-01: reason"
    if parts is None:
        return Diagnostic(MALFORMED, "this allowance needs a code, a day and a reason", span, hint)
    try:
        until = date.fromisoformat(parts["day"])
    except ValueError:
        return Diagnostic(MALFORMED, f"there is no day {parts['day']}", span, hint)
    return Allowance(parts["code"], line, until, parts["reason"], span)


def _target(lines: list[str], number: int) -> int:
    """The line that a comment speaks about: its own, or the next with content where it stands alone."""
    if not lines[number - 1].lstrip().startswith("#"):
        return number
    for following in range(number, len(lines)):
        content = lines[following].lstrip()
        if content and not content.startswith("#"):
            return following + 1
    return number
