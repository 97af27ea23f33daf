"""Which labels the result of an expression can carry; changes when a function or operator treats labels otherwise.

Source: the label handling of Prometheus 3.5 (`promql/engine.go`, `promql/functions.go`).
"""

from dataclasses import dataclass, replace

from slogen.promql.ast import (
    COMPARISON,
    Aggregate,
    Binary,
    Call,
    Expr,
    Group,
    Matching,
    MatchOp,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
)
from slogen.promql.signatures import ValueKind
from slogen.promql.types import kind, matches_empty

NAME = "__name__"


@dataclass(frozen=True, slots=True)
class ResultLabels:
    """What is certain about the labels of every series in a result.

    `always` are on every series, `never` on none, `only` bounds what can be there at all (None: anything, because the
    series themselves decide). The metric name counts as the label `__name__`.
    """

    always: frozenset[str]
    never: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def may_have(self, label: str) -> bool:
        """Whether a series of the result could carry the label."""
        return label not in self.never and (self.only is None or label in self.only)

    @property
    def impossible(self) -> bool:
        """Whether a label would have to be there and cannot: the two sides of a match can never agree."""
        return not all(self.may_have(label) for label in self.always)

    def must_have(self, label: str) -> bool:
        """Whether every series of the result carries the label."""
        return label in self.always


_NOTHING = ResultLabels(frozenset(), only=frozenset())
_KEEP_NAME = frozenset({"sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "last_over_time", "info"})
_ABSENT = frozenset({"absent", "absent_over_time"})
_OF_BUCKETS = frozenset({"histogram_quantile", "histogram_fraction"})
_SELECT = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})


def result_labels(expr: Expr) -> ResultLabels:
    """The labels of the result, as far as the expression alone decides them."""
    match expr:
        case Number() | Text():
            return _NOTHING
        case Selector():
            return _of_selector(expr)
        case Range(selector):
            return _of_selector(selector)
        case Subquery(inner):
            return result_labels(inner)
        case Negate(inner):
            return _without(result_labels(inner), {NAME})
        case Aggregate():
            return _of_aggregate(expr)
        case Call():
            return _of_call(expr)
        case Binary():
            return _of_binary(expr)


def _of_selector(s: Selector) -> ResultLabels:
    always = {m.label for m in s.matchers if not matches_empty(m.op, m.value)}
    never = {m.label for m in s.matchers if m.op is MatchOp.EQ and m.value == ""}
    return ResultLabels(frozenset(always | ({NAME} if s.name is not None else set())), frozenset(never))


def _without(labels: ResultLabels, dropped: set[str] | frozenset[str]) -> ResultLabels:
    only = None if labels.only is None else labels.only - dropped
    return ResultLabels(labels.always - dropped, labels.never | dropped, only)


def _kept(labels: ResultLabels, kept: frozenset[str]) -> ResultLabels:
    only = kept if labels.only is None else kept & labels.only
    return ResultLabels(labels.always & kept, labels.never, only - labels.never)


def _with(labels: ResultLabels, label: str, *, certain: bool) -> ResultLabels:
    always = labels.always | {label} if certain else labels.always - {label}
    return ResultLabels(always, labels.never - {label}, None if labels.only is None else labels.only | {label})


def _of_aggregate(a: Aggregate) -> ResultLabels:
    inner = result_labels(a.expr)
    if a.op in _SELECT:
        return inner
    grouping = frozenset(a.grouping)
    result = _without(inner, grouping | {NAME}) if a.without else _kept(inner, grouping)
    if a.op == "count_values" and isinstance(a.param, Text):
        return _with(result, a.param.value, certain=True)
    return result


def _of_call(call: Call) -> ResultLabels:
    if not call.args or kind(call) is ValueKind.SCALAR or call.function == "vector":
        return _NOTHING
    first = call.args[0]
    if call.function in _ABSENT:
        return _of_absent(first)
    if call.function == "label_replace":
        return _of_label_replace(call)
    if call.function == "label_join":
        return _of_label_join(call)
    inner = result_labels(next(a for a in call.args if kind(a) in {ValueKind.VECTOR, ValueKind.MATRIX}))
    if call.function in _KEEP_NAME:
        return replace(inner, never=frozenset(), only=None) if call.function == "info" else inner
    return _without(inner, {NAME, "le"} if call.function in _OF_BUCKETS else {NAME})


def _of_absent(first: Expr) -> ResultLabels:
    selector = first.selector if isinstance(first, Range) else first
    if not isinstance(selector, Selector):
        return _NOTHING
    named = [m.label for m in selector.matchers]
    equal = {m.label for m in selector.matchers if m.op is MatchOp.EQ and m.value and m.label != NAME}
    certain = frozenset(label for label in equal if named.count(label) == 1)
    return ResultLabels(certain, only=certain)


def _of_label_replace(call: Call) -> ResultLabels:
    series, target, replacement, _, pattern = call.args
    inner = result_labels(series)
    if not (isinstance(target, Text) and isinstance(replacement, Text) and isinstance(pattern, Text)):
        return inner
    constant = replacement.value != "" and "$" not in replacement.value.replace("$$", "")
    matches_all = pattern.value in {".*", "(.*)"}
    certain = constant and (matches_all or inner.must_have(target.value))
    return _with(inner, target.value, certain=certain)


def _of_label_join(call: Call) -> ResultLabels:
    series, target, separator, *sources = call.args
    inner = result_labels(series)
    if not (isinstance(target, Text) and isinstance(separator, Text)):
        return inner
    some = any(isinstance(s, Text) and inner.must_have(s.value) for s in sources)
    return _with(inner, target.value, certain=some or (separator.value != "" and len(sources) > 1))


def _of_binary(b: Binary) -> ResultLabels:
    left, right = result_labels(b.left), result_labels(b.right)
    kinds = (kind(b.left), kind(b.right))
    dropped: set[str] = set() if b.op in COMPARISON and not b.bool_ else {NAME}
    if b.op in {"and", "unless"}:
        return left
    if b.op == "or":
        only = None if left.only is None or right.only is None else left.only | right.only
        return ResultLabels(left.always & right.always, left.never & right.never, only)
    if ValueKind.SCALAR in kinds:
        return _without(left if kinds[0] is ValueKind.VECTOR else right, dropped)
    return _without(_of_match(b.matching or Matching(), left, right), dropped)


def _of_match(m: Matching, left: ResultLabels, right: ResultLabels) -> ResultLabels:
    labels = frozenset(m.labels)
    if m.group is not None:
        many, one = (left, right) if m.group is Group.LEFT else (right, left)
        agreed = one.always & labels if m.on else one.always - labels - {NAME}
        many = replace(many, always=many.always | agreed)
        for label in m.include:
            possible = one.may_have(label)
            many = _with(many, label, certain=one.must_have(label)) if possible else _without(many, {label})
        return many
    if m.on:
        return _kept(_both(left, right), labels)
    # The name takes no part in the match, so only the left side speaks about it.
    name = {NAME} if left.must_have(NAME) else set()
    matched = _without(_both(_without(left, {NAME}), _without(right, {NAME})), labels)
    never = matched.never - {NAME} | (left.never & {NAME}) | labels
    return ResultLabels(matched.always | name - labels, never, None if matched.only is None else matched.only | name)


def _both(left: ResultLabels, right: ResultLabels) -> ResultLabels:
    """What is certain of labels on which two series agree."""
    bounds = [only for only in (left.only, right.only) if only is not None]
    only = frozenset.intersection(*bounds) if bounds else None
    return ResultLabels(left.always | right.always, left.never | right.never, only)
