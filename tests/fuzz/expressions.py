"""Random well-typed expressions over the metrics of a world; changes when the language or the metrics do."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from slogen import regex
from slogen.promql.ast import (
    ARITHMETIC,
    COMPARISON,
    SET_OPERATORS,
    Aggregate,
    At,
    Binary,
    Call,
    Expr,
    Group,
    Matcher,
    Matching,
    MatchOp,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
)
from slogen.promql.signatures import AGGREGATORS, FUNCTIONS, ValueKind
from tests.fuzz.data import DAY, HOUR, MINUTE, SECOND, World

COUNTERS = ("requests_total", "errors_total")
GAUGES = ("depth", "steps", "up", "build_info", "wild", "queue.länge", "latency_bucket")
LABELS = ("job", "instance", "code", "queue", "kind", "le", "version", "service.name", "__name__", "absent")
VALUES = {
    "job": ("a", "b"),
    "instance": ("0", "1"),
    "code": ("200", "404", "500"),
    "queue": ("in", "out", "main", ""),
    "kind": ("x", "y", "z"),
    "le": ("0.1", "1", "+Inf"),
}
PATTERNS = ("", ".*", ".+", "a|b", "[0-4].*", "(?i:MAIN)", "5..", "ma.n|in", "0|1.0|1", "a?")
NUMBERS = (0.0, 1.0, -1.0, 2.0, 0.5, 0.99, 1.5, 10.0, 100.0, 1e-3, 3600.0, float("inf"), float("nan"), 1e10, 0.1)
SHORT = (SECOND, 10 * SECOND, 59 * SECOND, MINUTE, 90 * SECOND)
LONG = (5 * MINUTE, 5 * MINUTE, 13 * MINUTE, HOUR, HOUR, 6 * HOUR, DAY, 2 * DAY)
WINDOWS = SHORT + LONG
COUNTING = ("rate", "increase", "irate", "resets")
DATES = ("minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year")
OVER_RANGE = tuple(
    name
    for name, function in FUNCTIONS.items()
    if function.args and function.args[0] is ValueKind.MATRIX and not function.experimental
)
ON_SAMPLES = tuple(
    name
    for name, function in FUNCTIONS.items()
    if function.args == (ValueKind.VECTOR,) and function.returns is ValueKind.VECTOR and not function.experimental
)
REDUCTIONS = tuple(name for name, found in AGGREGATORS.items() if found.param is None)


@dataclass(frozen=True, slots=True)
class Query:
    """An expression and when it is asked, in ms; `step` 0 is an instant query at `start`."""

    expr: Expr
    start: int
    end: int
    step: int = 0


def query(rng: random.Random, world: World) -> Query:
    """One random query whose range lies mostly within the world's data."""
    span = world.end - world.start
    start = world.start + int(span * rng.uniform(-0.05, 1.05))
    start -= start % rng.choice((1, 1, 15 * SECOND, MINUTE))
    depth = rng.choice((1, 2, 2, 3, 3, 4))
    is_instant = rng.random() < 0.4
    kinds = (ValueKind.VECTOR, ValueKind.SCALAR, *((ValueKind.MATRIX, ValueKind.STRING) if is_instant else ()))
    expr = Grammar(rng, world).expr(rng.choices(kinds, (20, 1, 2, 0.2)[: len(kinds)])[0], depth)
    if is_instant:
        return Query(expr, start, start)
    step = rng.choice((SECOND, 7_777, 15 * SECOND, MINUTE, 5 * MINUTE, HOUR))
    return Query(expr, start, start + step * rng.randint(1, 40), step)


class Grammar:
    """Makes expressions of a wished type; `depth` is how many constructs may lie inside each other."""

    def __init__(self, rng: random.Random, world: World, pinned: bool = True) -> None:
        self.rng = rng
        self.world = world
        self.pinned = pinned

    def expr(self, kind: ValueKind, depth: int) -> Expr:
        """An expression of that type."""
        match kind:
            case ValueKind.VECTOR:
                return self._vector(depth)
            case ValueKind.SCALAR:
                return self._scalar(depth)
            case ValueKind.MATRIX:
                return self._matrix(depth, counting=False)
            case ValueKind.STRING:
                return Text(self.rng.choice(PATTERNS))

    def _pick(self, ways: Sequence[tuple[int, Callable[[int], Expr]]], depth: int) -> Expr:
        chosen = self.rng.choices([way for _, way in ways], [weight for weight, _ in ways])[0]
        return chosen(depth)

    def _vector(self, depth: int) -> Expr:
        if depth <= 0:
            return self._selector()
        ways = (
            (6, self._range_call),
            (6, self._aggregate),
            (6, self._binary),
            (3, self._sample_call),
            (2, self._parametric_call),
            (1, self._label_call),
            (1, lambda _: self._selector()),
            (1, lambda d: Negate(self._vector(d - 1))),
        )
        return self._pick(ways, depth)

    def _scalar(self, depth: int) -> Expr:
        ways: list[tuple[int, Callable[[int], Expr]]] = [(8, lambda _: Number(self.rng.choice(NUMBERS)))]
        if depth > 0:
            ways += [
                (1, lambda d: Call("scalar", (self._vector(d - 1),))),
                (1, lambda _: Call("time")),
                (1, self._scalar_binary),
            ]
        return self._pick(ways, depth)

    def _scalar_binary(self, depth: int) -> Expr:
        op = self.rng.choice(sorted(ARITHMETIC | COMPARISON))
        return Binary(op, self._scalar(depth - 1), self._scalar(depth - 1), bool_=op in COMPARISON)

    def _selector(self, names: Sequence[str] = COUNTERS + GAUGES) -> Selector:
        """Written around one of the world's series, so that it mostly finds something."""
        rng = self.rng
        name: str | None = rng.choice(names)
        labels = dict(
            rng.choice([one.labels for one in self.world.series if dict(one.labels)["__name__"] == name] or [()])
        )
        matchers = tuple(
            self._matcher(rng.choice(sorted(VALUES)), labels) for _ in range(rng.choice((0, 0, 0, 1, 1, 2)))
        )
        if rng.random() < 0.05:
            pattern = rng.choice(("up|depth", ".*total", "wild|steps"))
            matchers, name = (Matcher("__name__", MatchOp.RE, pattern), *matchers), None
        return Selector(name, matchers, self._offset(), self._at())

    def _matcher(self, name: str, labels: Mapping[str, str]) -> Matcher:
        op, value = self.rng.choice(list(MatchOp)), labels.get(name, "")
        if self.rng.random() < 0.1:
            return Matcher(name, op, self.rng.choice(PATTERNS if op in (MatchOp.RE, MatchOp.NRE) else VALUES[name]))
        match op:
            case MatchOp.EQ:
                return Matcher(name, op, value)
            case MatchOp.NE:
                return Matcher(name, op, self.rng.choice([other for other in VALUES[name] if other != value]))
        wished = op is MatchOp.RE
        patterns = [one for one in PATTERNS if regex.compile(one).fullmatch(value) is wished]
        return Matcher(name, op, self.rng.choice(patterns))

    def _offset(self) -> int:
        rng = self.rng
        return rng.choice((1, 1, -1)) * rng.choice((1, *WINDOWS)) if rng.random() < 0.12 else 0

    def _at(self) -> At | None:
        rng = self.rng
        if not self.pinned or rng.random() > 0.06:
            return None
        if rng.random() < 0.4:
            return At(rng.choice(("start", "end")))
        return At(rng.randint(self.world.start, self.world.end))

    def _matrix(self, depth: int, counting: bool) -> Expr:
        rng = self.rng
        if depth <= 1 or rng.random() < 0.75:
            names = (*COUNTERS, "latency_bucket") if counting and rng.random() < 0.85 else COUNTERS + GAUGES
            return Range(self._selector(names), self._window())
        window = max(self._window(), 10 * SECOND)
        step = rng.choice((None, window // 10, window // 30, max(window // 3, 1)))
        if step is None and window > 6 * HOUR:
            step = HOUR
        return Subquery(self._vector(depth - 1), window, step, self._offset(), self._at())

    def _window(self) -> int:
        return self.rng.choice(SHORT if self.rng.random() < 0.2 else LONG)

    def _range_call(self, depth: int) -> Expr:
        name = self.rng.choice(OVER_RANGE + COUNTING * 3)
        matrix = self._matrix(depth, name in COUNTING)
        if name == "quantile_over_time":
            return Call(name, (self._scalar(depth - 2), matrix))
        if name == "predict_linear":
            return Call(name, (matrix, self._scalar(depth - 2)))
        return Call(name, (matrix,))

    def _sample_call(self, depth: int) -> Expr:
        return Call(self.rng.choice(ON_SAMPLES), (self._vector(depth - 1),))

    def _parametric_call(self, depth: int) -> Expr:
        rng = self.rng

        def inner() -> Expr:
            return self._vector(depth - 1)

        match rng.choice(
            ("clamp", "clamp_min", "clamp_max", "round", "date", "vector", "quantile", "fraction", "absent")
        ):
            case "clamp":
                return Call("clamp", (inner(), self._scalar(depth - 1), self._scalar(depth - 1)))
            case "round":
                return Call("round", (inner(), self._scalar(0)) if rng.random() < 0.5 else (inner(),))
            case "date":
                return Call(rng.choice(DATES), (inner(),) if rng.random() < 0.7 else ())
            case "vector":
                return Call("vector", (self._scalar(depth),))
            case "quantile":
                return Call("histogram_quantile", (self._scalar(depth - 1), self._buckets(depth - 1)))
            case "fraction":
                return Call("histogram_fraction", (self._scalar(0), self._scalar(0), self._buckets(depth - 1)))
            case "absent":
                return Call("absent", (inner(),))
            case name:
                return Call(name, (inner(), self._scalar(depth - 1)))

    def _buckets(self, depth: int) -> Expr:
        """Something that a histogram function reads, mostly buckets."""
        rng = self.rng
        raw: Expr = self._selector(("latency_bucket",))
        if rng.random() < 0.1:
            return self._vector(depth)
        if rng.random() < 0.7 and isinstance(raw, Selector):
            raw = Call(rng.choice(("rate", "increase")), (Range(raw, self._window()),))
        return Aggregate("sum", raw, ("le", *rng.sample(("job", "instance"), 1))) if rng.random() < 0.5 else raw

    def _label_call(self, depth: int) -> Expr:
        rng, inner = self.rng, self._vector(depth - 1)
        target = Text(rng.choice(("job", "new", "__name__", "service.name", "le")))
        if rng.random() < 0.4:
            sources = rng.sample(LABELS, rng.randint(0, 3))
            return Call("label_join", (inner, target, Text(rng.choice(("", "-", "/"))), *map(Text, sources)))
        template = Text(rng.choice(("$1", "x-${1}-$0", "", "new", "$2$1", "$9")))
        pattern = Text(rng.choice(("(.*)", "(a)|(b)", ".+", "([0-9])..", "", "(?P<n>.)(.*)")))
        return Call("label_replace", (inner, target, template, Text(rng.choice(LABELS)), pattern))

    def _names(self, most: int = 3) -> tuple[str, ...]:
        return tuple(self.rng.sample(LABELS, self.rng.randint(0, most)))

    def _aggregate(self, depth: int) -> Expr:
        rng, inner = self.rng, self._vector(depth - 1)
        grouping = self._names()
        without = bool(grouping) and rng.random() < 0.4
        match rng.choices(("plain", "topk", "bottomk", "quantile", "count_values"), (10, 1, 1, 1, 1))[0]:
            case "plain":
                return Aggregate(rng.choice(REDUCTIONS), inner, grouping, without)
            case "quantile":
                return Aggregate("quantile", inner, grouping, without, self._parameter(depth - 1))
            case "count_values":
                return Aggregate(
                    "count_values", self._exact(inner), grouping, without, Text(rng.choice(("value", "job")))
                )
            case op:
                return Aggregate(op, inner, grouping, without, self._parameter(depth - 1))

    def _exact(self, inner: Expr) -> Expr:
        """Values to become labels, in which no last bit may differ: as they are stored, or whole numbers."""
        if self.rng.random() < 0.5:
            return self._selector()
        return Call("round", (Call("clamp", (inner, Number(-1e6), Number(1e6))),))

    def _parameter(self, depth: int) -> Expr:
        """A scalar without `@`: in this place Prometheus 3.5 lets the pinned time move on with the steps of a range."""
        return Grammar(self.rng, self.world, pinned=False).expr(ValueKind.SCALAR, depth)

    def _binary(self, depth: int) -> Expr:
        rng = self.rng
        op = rng.choice(sorted(ARITHMETIC) * 2 + sorted(COMPARISON) + sorted(SET_OPERATORS))
        bool_ = op in COMPARISON and rng.random() < 0.3
        if op not in SET_OPERATORS and rng.random() < 0.35:
            sides = [self._vector(depth - 1), self._scalar(depth - 1)]
            rng.shuffle(sides)
            return Binary(op, sides[0], sides[1], bool_)
        left, right, matching = self._matched(depth, op)
        return Binary(op, left, right, bool_, matching)

    def _matched(self, depth: int, op: str) -> tuple[Expr, Expr, Matching | None]:
        """Two vectors that mostly fit each other: aggregated to the same labels, or changed from the same series."""
        rng, left = self.rng, self._vector(depth - 1)
        if rng.random() < 0.25:
            return left, self._vector(depth - 1), self._matching(op) if rng.random() < 0.5 else None
        names = tuple(rng.sample(LABELS[:4], rng.randint(0, 2)))
        right: Expr = Aggregate(rng.choice(("sum", "max", "count")), self._vector(depth - 1), names)
        if op in SET_OPERATORS:
            return left, right, Matching(names, on=True)
        match rng.choice(("aggregated", "many", "same")):
            case "aggregated":
                return Aggregate("sum", left, names), right, Matching(names, on=True) if rng.random() < 0.5 else None
            case "many":
                include = tuple(rng.sample(LABELS[4:], rng.choice((0, 0, 1))))
                if rng.random() < 0.3:
                    return right, left, Matching(names, on=True, group=Group.RIGHT, include=include)
                return left, right, Matching(names, on=True, group=Group.LEFT, include=include)
        return left, Call("clamp_max", (left, Number(rng.choice(NUMBERS)))), None

    def _matching(self, op: str) -> Matching:
        rng, names = self.rng, self._names(2)
        on = rng.random() < 0.5
        if op in SET_OPERATORS or rng.random() < 0.5:
            return Matching(names, on)
        include = tuple(name for name in self._names(1) if not (on and name in names))
        return Matching(names, on, rng.choice(list(Group)), include)
