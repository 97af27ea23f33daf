"""Small wrong changes to a module, one at a time; changes with the kinds of mistakes that are tried.

Operators are swapped, comparisons moved to their border, conditions negated, constants off by one, numpy's functions
replaced by their opposites, and statements left out that only have an effect. Annotations, decorators, docstrings and
the words of messages stay, as does `strict` of zip, which only asserts: no test of behaviour can see them.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_PAIRS = (
    "maximum minimum, fmax fmin, floor ceil, any all, max min, add subtract, multiply divide, less less_equal, "
    "greater greater_equal, equal not_equal, isposinf isneginf, argmax argmin, isnan isfinite, sin cos, sinh cosh"
)
OPPOSITES = {one: other for pair in _PAIRS.split(", ") for one, other in (pair.split(), pair.split()[::-1])}
SIDES = {"left": "right", "right": "left"}
UNSEEN = ("annotation", "returns", "decorator_list", "type_params", "bases")
"""Fields of nodes that have no part in what the code does."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed module: where, what a statement was and has become, and the whole new source."""

    module: str
    place: str
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What stays the same when lines move."""
        return self.module, self.place, self.before, self.after


@dataclass(frozen=True, slots=True, eq=False)
class _Site:
    """A node that can be changed: `holder` has it in `field` (at `index` of a list), within a statement."""

    holder: ast.AST
    field: str
    index: int | None
    changed: ast.AST
    statement: ast.AST
    place: str

    def put(self) -> None:
        if self.index is None:
            setattr(self.holder, self.field, self.changed)
        else:
            getattr(self.holder, self.field)[self.index] = self.changed


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """All mutants of a module's source."""
    for number in range(len(list(_sites(ast.parse(source), None, "module")))):
        tree = ast.parse(source)
        site = list(_sites(tree, None, "module"))[number]
        before = _line(site.statement)
        removed = site.changed if site.holder is not site.statement and isinstance(site.changed, ast.Pass) else None
        site.put()
        after = "" if removed is not None else _line(site.statement)
        yield Mutant(module, site.place, before, after, ast.unparse(ast.fix_missing_locations(tree)))


def _line(node: ast.AST) -> str:
    """A statement on one line; of a compound one its head."""
    return " ".join(ast.unparse(node).split("\n")[0].split())


def _sites(node: ast.AST, statement: ast.AST | None, place: str) -> Iterator[_Site]:
    for field, value in ast.iter_fields(node):
        if field in UNSEEN or (field == "op" and statement is None):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(child, ast.AST) or (isinstance(child, ast.keyword) and child.arg == "strict"):
                continue
            inner = child if isinstance(child, ast.stmt) else statement
            name = f"{place}.{child.name}".removeprefix("module.") if isinstance(child, _NAMED) else place
            if inner is not None:
                for changed in _changes(child, node, field):
                    yield _Site(node, field, index, changed, inner, place)
            yield from _sites(child, inner, name)


_NAMED = (ast.FunctionDef, ast.ClassDef)


def _changes(node: ast.AST, holder: ast.AST, field: str) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    other = OPERATORS.get(type(node))
    if other is not None:
        yield other()
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)) | ast.Constant(value=float(value)):
            if value + 1 != value:
                yield ast.Constant(value + 1)
        case ast.Constant(value="left" | "right" as side) if isinstance(holder, ast.keyword):
            yield ast.Constant(SIDES[side])
        case ast.UnaryOp(op=ast.USub() | ast.Invert() | ast.Not(), operand=operand):
            yield operand
        case ast.Attribute(attr=name) if name in OPPOSITES and field != "targets":
            yield ast.Attribute(node.value, OPPOSITES[name], node.ctx)
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            yield ast.Pass()
    is_condition = field == "test" and isinstance(holder, ast.If | ast.IfExp | ast.While)
    if is_condition and isinstance(node, ast.expr) and not isinstance(node, ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), node)
