"""The tree of a Go template; changes only when text/template gains a construct."""

from dataclasses import dataclass


class TemplateError(Exception):
    """A template that cannot be read or cannot be executed; `line` and `column` count from 1, as in Go's messages."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Pos:
    """Where a node starts in the template's text."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Dot:
    """The cursor `.`."""

    pos: Pos


@dataclass(frozen=True, slots=True)
class Nil:
    """The untyped constant `nil`."""

    pos: Pos


@dataclass(frozen=True, slots=True)
class Constant:
    """A string, boolean, integer, float or rune literal (runes are integers, as in Go)."""

    value: str | bool | int | float
    pos: Pos


@dataclass(frozen=True, slots=True)
class Field:
    """A chain of names from the cursor: `.Labels.job`."""

    names: tuple[str, ...]
    pos: Pos


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable and a chain of names from it: `$labels.job`; `name` includes the dollar sign."""

    name: str
    names: tuple[str, ...]
    pos: Pos


@dataclass(frozen=True, slots=True)
class Function:
    """A function called by name; it can only stand first in a command or alone as an argument."""

    name: str
    pos: Pos


@dataclass(frozen=True, slots=True)
class Chain:
    """Names taken from a parenthesised pipeline: `(query "up" | first).Labels`."""

    operand: "Operand"
    names: tuple[str, ...]
    pos: Pos


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by `|`; `declares` are the variables it sets, `assigns` says `=` rather than `:=`."""

    declares: tuple[str, ...]
    assigns: bool
    commands: tuple[tuple["Operand", ...], ...]
    pos: Pos


Operand = Dot | Nil | Constant | Field | Variable | Function | Chain | Pipeline


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text, already trimmed by `{{-` and `-}}`."""

    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """`{{ pipeline }}`: prints its value unless it declares a variable."""

    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class If:
    """`{{if}}…{{else}}…{{end}}`."""

    pipeline: Pipeline
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class With:
    """`{{with}}…{{else}}…{{end}}`: moves the cursor where the value is not empty."""

    pipeline: Pipeline
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Range:
    """`{{range}}…{{else}}…{{end}}`."""

    pipeline: Pipeline
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Break:
    """`{{break}}`."""


@dataclass(frozen=True, slots=True)
class Continue:
    """`{{continue}}`."""


@dataclass(frozen=True, slots=True)
class Include:
    """`{{template "name" pipeline}}`."""

    name: str
    pipeline: Pipeline | None
    pos: Pos


Node = Text | Action | If | With | Range | Break | Continue | Include


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template and the templates defined in it by name."""

    name: str
    body: tuple[Node, ...]
    defined: tuple[tuple[str, tuple[Node, ...]], ...]
