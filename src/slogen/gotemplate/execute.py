"""Runs a parsed template over data, the way text/template does with `missingkey=zero`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from slogen.gotemplate.builtins import BUILTINS
from slogen.gotemplate.nodes import (
    Action,
    Break,
    Chain,
    Constant,
    Continue,
    Dot,
    Field,
    Function,
    If,
    Include,
    Nil,
    Node,
    Operand,
    Pipeline,
    Pos,
    Range,
    Template,
    TemplateError,
    Text,
    Variable,
    With,
)
from slogen.gotemplate.values import GoError, GoFunction, Struct, Value, show, truth, type_of

_MAX_OUTPUT = 1 << 20
_MAX_STEPS = 100_000
_MAX_INCLUDES = 100


class _Break(Exception):  # noqa: N818 - control flow of the executed template, never seen by callers
    pass


class _Continue(Exception):  # noqa: N818 - as above
    pass


def execute(template: Template, dot: Value, variables: Mapping[str, Value], functions: Mapping[str, GoFunction]) -> str:
    """The text that `template` prints for the cursor `dot` and the preset `variables` (names with their dollar sign).

    Raises TemplateError where Go's execution would fail; also where it would print more than 1 MiB or run away.
    """
    run = _Run(dict(template.defined), {**BUILTINS, **functions}, [{"$": dot, **variables}], [])
    run.nodes(template.body, dot)
    return "".join(run.out)


@dataclass(slots=True)
class _Run:
    """One execution: the variables in sight, innermost last, and the output so far."""

    defined: Mapping[str, tuple[Node, ...]]
    functions: Mapping[str, GoFunction]
    scopes: list[dict[str, Value]]
    out: list[str]
    size: int = 0
    steps: int = 0
    includes: int = 0

    @contextmanager
    def scope(self) -> Iterator[None]:
        self.scopes.append({})
        try:
            yield
        finally:
            self.scopes.pop()

    def nodes(self, nodes: Sequence[Node], dot: Value) -> None:
        for node in nodes:
            self.node(node, dot)

    def node(self, node: Node, dot: Value) -> None:
        self.steps += 1
        if self.steps > _MAX_STEPS:
            raise TemplateError(f"the template runs for more than {_MAX_STEPS} steps", 1, 1)
        match node:
            case Text(text):
                self.write(text)
            case Action(pipeline):
                value = self.pipeline(pipeline, dot)
                if not pipeline.declares:
                    self.write(_printed(value, pipeline.pos))
            case If(pipeline, body, otherwise):
                with self.scope():
                    self.nodes(body if truth(self.pipeline(pipeline, dot)) else otherwise, dot)
            case With(pipeline, body, otherwise):
                with self.scope():
                    value = self.pipeline(pipeline, dot)
                    self.nodes(body, value) if truth(value) else self.nodes(otherwise, dot)
            case Range():
                with self.scope():
                    self.range(node, dot)
            case Break():
                raise _Break
            case Continue():
                raise _Continue
            case Include(name, argument, pos):
                self.include(name, None if argument is None else self.pipeline(argument, dot), pos)

    def write(self, text: str) -> None:
        self.size += len(text)
        if self.size > _MAX_OUTPUT:
            raise TemplateError(f"the template prints more than {_MAX_OUTPUT} characters", 1, 1)
        self.out.append(text)

    def range(self, node: Range, dot: Value) -> None:
        names = node.pipeline.declares
        silent = Pipeline((), False, node.pipeline.commands, node.pipeline.pos)
        value = self.pipeline(silent, dot)
        items = _items(value, node.pipeline.pos)
        if not items:
            self.nodes(node.otherwise, dot)
            return
        for key, item in items:
            with self.scope():
                bound = {1: (item,), 2: (key, item)}.get(len(names), ())
                for name, taken in zip(names, bound, strict=False):
                    self.bind(name, taken, assigns=node.pipeline.assigns)
                try:
                    self.nodes(node.body, item)
                except _Continue:
                    continue
                except _Break:
                    break

    def include(self, name: str, argument: Value, pos: Pos) -> None:
        if name not in self.defined:
            raise TemplateError(f'template "{name}" not defined', pos.line, pos.column)
        self.includes += 1
        if self.includes > _MAX_INCLUDES:
            raise TemplateError("exceeded maximum template depth", pos.line, pos.column)
        saved, self.scopes = self.scopes, [{"$": argument}]
        self.nodes(self.defined[name], argument)
        self.scopes = saved
        self.includes -= 1

    def bind(self, name: str, value: Value, *, assigns: bool) -> None:
        if assigns:
            next(scope for scope in reversed(self.scopes) if name in scope)[name] = value
        else:
            self.scopes[-1][name] = value

    def pipeline(self, pipeline: Pipeline, dot: Value) -> Value:
        value: Value = None
        for index, command in enumerate(pipeline.commands):
            value = self.command(command, dot, (value,) if index else ())
        for name in pipeline.declares:
            self.bind(name, value, assigns=pipeline.assigns)
        return value

    def command(self, command: tuple[Operand, ...], dot: Value, piped: tuple[Value, ...]) -> Value:
        first, rest = command[0], command[1:]
        if isinstance(first, Function):
            return self.call(first, rest, dot, piped)
        if isinstance(first, Nil):
            raise TemplateError("nil is not a command", first.pos.line, first.pos.column)
        if rest or piped:
            message = f"can't give argument to non-function {_source(first)}"
            raise TemplateError(message, first.pos.line, first.pos.column)
        return self.operand(first, dot)

    def call(self, function: Function, args: tuple[Operand, ...], dot: Value, piped: tuple[Value, ...]) -> Value:
        pos = function.pos
        if function.name in {"and", "or"}:
            return self.short_circuit(function, args, dot, piped)
        known = self.functions[function.name]
        values = [*(self.operand(arg, dot) for arg in args), *piped]
        problem = _argument_problem(function.name, known, values)
        if problem:
            raise TemplateError(problem, pos.line, pos.column)
        try:
            return known.call(*values)
        except GoError as error:
            message = f"error calling {function.name}: {error}"
            raise TemplateError(message, pos.line, pos.column) from None

    def short_circuit(
        self, function: Function, args: tuple[Operand, ...], dot: Value, piped: tuple[Value, ...]
    ) -> Value:
        """`and` stops at the first false argument, `or` at the first true one; both give that argument itself."""
        stop = function.name == "or"
        if not args and not piped:
            message = f"wrong number of args for {function.name}: want at least 1 got 0"
            raise TemplateError(message, function.pos.line, function.pos.column)
        value: Value = None
        for arg in args:
            value = self.operand(arg, dot)
            if truth(value) == stop:
                return value
        return piped[0] if piped else value

    def operand(self, operand: Operand, dot: Value) -> Value:
        match operand:
            case Dot():
                return dot
            case Nil():
                return None
            case Constant(value):
                return value
            case Field(names, pos):
                return _chain(dot, names, pos)
            case Variable(name, names, pos):
                return _chain(next(scope[name] for scope in reversed(self.scopes) if name in scope), names, pos)
            case Function():
                return self.call(operand, (), dot, ())
            case Chain(inner, names, pos):
                return _chain(self.operand(inner, dot), names, pos)
            case Pipeline():
                return self.pipeline(operand, dot)


def _argument_problem(name: str, function: GoFunction, values: Sequence[Value]) -> str:
    """What Go says when a function does not take these values, or an empty string."""
    params = function.params
    fixed = len(params) - 1 if function.variadic else len(params)
    if len(values) < fixed or (len(values) > fixed and not function.variadic):
        least = "at least " if function.variadic else ""
        return f"wrong number of args for {name}: want {least}{fixed} got {len(values)}"
    for index, value in enumerate(values):
        wanted = params[min(index, len(params) - 1)]
        if wanted not in {"any", type_of(value)} and not (wanted == "float64" and type(value) is int):
            return f"wrong type for value; expected {wanted}; got {type_of(value)}"
    return ""


def _chain(value: Value, names: Sequence[str], pos: Pos) -> Value:
    for name in names:
        if isinstance(value, Mapping):
            value = value.get(name, "")
        elif isinstance(value, Struct) and name in value.fields:
            value = value.fields[name]
        else:
            kind = type_of(value)
            message = (
                f"nil data; no entry for key {name!r}"
                if value is None
                else f"can't evaluate field {name} in type {kind}"
            )
            raise TemplateError(message, pos.line, pos.column)
    return value


def _items(value: Value, pos: Pos) -> Sequence[tuple[Value, Value]]:
    match value:
        case None:
            return ()
        case bool() | float() | str():
            pass
        case int():
            return [(number, number) for number in range(min(value, _MAX_STEPS))]
        case Mapping():
            return [(key, value[key]) for key in sorted(value)]
        case Sequence():
            return list(enumerate(value))
    raise TemplateError(f"range can't iterate over {show(value)}", pos.line, pos.column)


def _printed(value: Value, pos: Pos) -> str:
    if value is None:
        return "<no value>"
    try:
        return show(value)
    except GoError as error:
        raise TemplateError(str(error), pos.line, pos.column) from None


def _source(operand: Operand) -> str:
    match operand:
        case Dot():
            return "."
        case Constant(value):
            return show(value)
        case Field(names):
            return "." + ".".join(names)
        case Variable(name, names):
            return ".".join((name, *names))
    return "the first operand"
