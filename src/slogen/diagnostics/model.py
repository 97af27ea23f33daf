"""Values that say what is wrong and where; changes when a diagnostic learns to carry something new."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is; only errors stop a build."""

    INFO = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text file; lines and columns count from 1, `end_column` is exclusive.

    `file` is the path as the user would type it (relative to the project root, forward slashes).
    Columns count Unicode code points, not bytes.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: `id` (`SLO204`) and `slug` (`unknown-key`) never change their meaning once released.

    Ranges: 1xx reading files, 2xx spec shape, 3xx meaning, 4xx PromQL, 5xx a backend or target cannot express it,
    6xx replay and tests, 7xx routing, 8xx output files, 9xx extensions.
    """

    id: str
    slug: str
    severity: Severity
    title: str
    explanation: str
    """What it means, why it matters and the way out: the text of `slogen explain CODE`, in Markdown."""


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that helps to understand the first ("first defined here")."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about one place. `span` is None only where no file can be named (a usage problem)."""

    code: Code
    message: str
    span: Span | None
    hint: str | None = None
    notes: tuple[Note, ...] = field(default=())

    @property
    def severity(self) -> Severity:
        """The severity of the code; suppression replaces the diagnostic, it never re-grades it."""
        return self.code.severity


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether anything here must stop a build."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The one order in which findings are shown: by file, line, column, then code; placeless ones first."""

    def key(d: Diagnostic) -> tuple[str, int, int, str, str]:
        if d.span is None:
            return ("", 0, 0, d.code.id, d.message)
        return (d.span.file, d.span.line, d.span.column, d.code.id, d.message)

    return sorted(set(diagnostics), key=key)
