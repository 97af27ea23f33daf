"""Random well-typed PromQL trees whose names and values are as hostile as users and metrics can be."""

from hypothesis import strategies as st

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

KEYWORDS = [
    *("on", "ignoring", "bool", "by", "without", "offset", "sum", "topk", "and", "or", "unless", "atan2"),
    *("inf", "NaN", "start", "end", "group_left", "Sum", "AND", "Without"),
]
HOSTILE = [
    "",
    '"',
    "\\",
    '"} or vector(1) or x{a="',
    "'",
    "`",
    "\n",
    "a\r\nb",
    "\t",
    "\x00",
    "\x7f",
    "\u2028",
    "\u202e",
    "\ufeff",
    "é",
    "😀",
    "{{ $labels.x }}",
    "{% raw %}",
    "# not a comment",
    "[5m]",
    "[$window]",
    "1",
    "\udcff",
    "..",
]

values = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8))
legacy_names = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,6}", fullmatch=True)
label_names = st.one_of(legacy_names, st.sampled_from(KEYWORDS), values.filter(bool)).filter(lambda n: n != "__name__")
metric_names = st.one_of(
    legacy_names, st.sampled_from(KEYWORDS), st.just(":a:b"), values.filter(bool), st.sampled_from(sorted(FUNCTIONS))
)
patterns = st.sampled_from([".*", ".+", "a|b", r"fraud\.v2", "(?i)x", r"[^\"]+", "", "é", r"\d{2}", "😀"])
matchers = st.one_of(
    st.builds(Matcher, label_names, st.sampled_from([MatchOp.EQ, MatchOp.NE]), values),
    st.builds(Matcher, label_names, st.sampled_from([MatchOp.RE, MatchOp.NRE]), patterns),
)
offsets = st.one_of(st.just(0), st.integers(-(10**12), 10**12))
windows = st.integers(1, 10**12)
ats = st.one_of(
    st.none(),
    st.builds(At, st.sampled_from(["start", "end"])),
    st.builds(At, st.integers(-(10**13), 10**13)),
)
named = st.builds(Selector, metric_names, st.lists(matchers, max_size=3).map(tuple), offsets, ats)
nameless = st.builds(
    lambda first, more, offset, at: Selector(None, (first, *more), offset, at),
    st.builds(Matcher, label_names, st.just(MatchOp.EQ), values.filter(bool)),
    st.lists(matchers, max_size=2),
    offsets,
    ats,
)
by_name_pattern = st.just(
    Selector(None, (Matcher("__name__", MatchOp.RE, "a.+"), Matcher("__name__", MatchOp.NE, "ab")))
)
selectors = st.one_of(named, nameless, by_name_pattern)
numbers = st.builds(Number, st.floats(allow_nan=False) | st.integers(-5, 5).map(float))
strings = st.builds(Text, values)
label_lists = st.lists(label_names.filter(lambda n: "\udcff" not in n), max_size=3, unique=True).map(tuple)


def _matching(kind_of_match: bool, labels: tuple[str, ...], group: Group | None, include: tuple[str, ...]) -> Matching:
    included = tuple(n for n in include if n not in labels) if group else ()
    return Matching(labels, kind_of_match, group, included)


one_to_one = st.one_of(st.none(), st.builds(Matching, label_lists, st.booleans()))
any_matching = st.one_of(
    one_to_one, st.builds(_matching, st.booleans(), label_lists, st.sampled_from([None, *Group]), label_lists)
)
arithmetic = st.sampled_from(sorted(ARITHMETIC))
comparison = st.sampled_from(sorted(COMPARISON))


def _calls(returns: ValueKind, of: dict[ValueKind, st.SearchStrategy[Expr]]) -> st.SearchStrategy[Expr]:
    def build(name: str) -> st.SearchStrategy[Expr]:
        f = FUNCTIONS[name]
        counts = st.integers(f.least, len(f.args) if f.most is not None else f.least + 2)
        return counts.flatmap(lambda n: st.builds(lambda *args: Call(name, args), *[of[f.arg(i)] for i in range(n)]))

    return st.sampled_from([f.name for f in FUNCTIONS.values() if f.returns is returns]).flatmap(build)


def _aggregates(of: dict[ValueKind, st.SearchStrategy[Expr]]) -> st.SearchStrategy[Expr]:
    def build(op: str) -> st.SearchStrategy[Expr]:
        param = AGGREGATORS[op].param
        first: st.SearchStrategy[Expr | None] = st.none() if param is None else of[param]
        return st.builds(Aggregate, st.just(op), of[ValueKind.VECTOR], label_lists, st.booleans(), first)

    return st.sampled_from(sorted(AGGREGATORS)).flatmap(build)


def _vectors(vector: st.SearchStrategy[Expr], scalar: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    subqueries = st.builds(Subquery, vector, windows, st.one_of(st.none(), windows), offsets, ats)
    matrices = st.one_of(st.builds(Range, selectors, windows), subqueries)
    of = {
        ValueKind.VECTOR: vector,
        ValueKind.SCALAR: scalar,
        ValueKind.MATRIX: matrices,
        ValueKind.STRING: strings,
    }
    return st.one_of(
        _calls(ValueKind.VECTOR, of),
        _aggregates(of),
        st.builds(Negate, vector),
        st.builds(Binary, arithmetic, vector, vector, st.just(False), any_matching),
        st.builds(Binary, comparison, vector, vector, st.booleans(), any_matching),
        st.builds(Binary, st.sampled_from(sorted(SET_OPERATORS)), vector, vector, st.just(False), one_to_one),
        st.builds(Binary, arithmetic, vector, scalar),
        st.builds(Binary, comparison, scalar, vector, st.booleans()),
    )


scalars: st.SearchStrategy[Expr] = st.recursive(
    st.one_of(numbers, st.just(Call("time"))),
    lambda inner: st.one_of(
        st.builds(Binary, arithmetic, inner, inner),
        st.builds(Binary, comparison, inner, inner, st.just(True)),
        st.builds(Negate, inner),
        st.builds(lambda s: Call("scalar", (s,)), selectors),
    ),
    max_leaves=4,
)
vectors: st.SearchStrategy[Expr] = st.recursive(selectors, lambda inner: _vectors(inner, scalars), max_leaves=6)
trees: st.SearchStrategy[Expr] = st.one_of(
    vectors, scalars, strings, st.builds(Range, selectors, windows), st.builds(Subquery, vectors, windows)
)
