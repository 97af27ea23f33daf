"""Functions on the labels of a vector: `label_replace`, `label_join`, `absent`; changes when they do."""

from dataclasses import replace

import numpy as np

from slogen import regex
from slogen.evaluator import labels as label
from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.labels import Labels
from slogen.evaluator.ranking import valid_name
from slogen.evaluator.times import Bools
from slogen.evaluator.vector import Vector, check_unique, pruned, single
from slogen.promql.ast import Expr, Matcher, MatchOp, Range, Selector
from slogen.promql.types import matches_empty


def label_replace(vector: Vector, target: str, template: str, source: str, pattern: str) -> Vector:
    """Every series whose label `source` matches the whole pattern gets `target` from the template."""
    try:
        compiled = regex.compile(pattern)
    except regex.RegexError:
        raise EvaluationError(f"invalid regular expression in label_replace(): {pattern}") from None
    if not valid_name(target):
        raise EvaluationError(f"invalid destination label name in label_replace(): {target}")
    changed = [compiled.expand(label.get(labels, source), template) for labels in vector.labels]
    return _relabelled(vector, target, changed)


def label_join(vector: Vector, target: str, separator: str, sources: tuple[str, ...]) -> Vector:
    """Every series gets in `target` the values of the labels `sources`, joined."""
    for source in sources:
        if not valid_name(source):
            raise EvaluationError(f"invalid source label name in label_join(): {source}")
    if not valid_name(target):
        raise EvaluationError(f"invalid destination label name in label_join(): {target}")
    joined = [separator.join(label.get(labels, source) for source in sources) for labels in vector.labels]
    return _relabelled(vector, target, list(joined))


def _relabelled(vector: Vector, target: str, values: "list[str | None] | list[str]") -> Vector:
    labels, dropped = list(vector.labels), vector.dropped.copy()
    for row, value in enumerate(values):
        if value is not None:
            labels[row] = label.replace(labels[row], target, value)
            dropped[row] = dropped[row] and target != label.NAME
    result = replace(vector, labels=tuple(labels), dropped=dropped)
    check_unique(result)
    return result


def absent_labels(expr: Expr) -> Labels:
    """The labels that `absent` can know from a selector: those that one single equality names."""
    match expr:
        case Selector():
            selector = expr
        case Range(selector=selector):
            pass
        case _:
            return label.EMPTY
    found: dict[str, str] = {}
    seen: set[str] = set()
    for matcher in _as_looked_up(selector.matchers):
        if matcher.label == label.NAME:
            continue
        if matcher.op is MatchOp.EQ and matcher.label not in seen:
            found[matcher.label] = matcher.value
            seen.add(matcher.label)
        else:
            found.pop(matcher.label, None)
    return label.make(found)


def _as_looked_up(matchers: tuple[Matcher, ...]) -> list[Matcher]:
    """Those that narrow a search before those that take away from it, an order that `absent` inherits from the index.

    Source: `PostingsForMatchers` in tsdb/querier.go of Prometheus 3.5, which sorts the selector's own matchers.
    """

    def takes_away(matcher: Matcher) -> bool:
        return matcher.op in (MatchOp.NE, MatchOp.NRE) and matches_empty(matcher.op, matcher.value)

    return sorted(matchers, key=takes_away)


def absent(expr: Expr, holding: Bools) -> Vector:
    """One series of 1 wherever no series of the argument has a sample; `holding` is `[time]`."""
    return pruned(single(np.ones(len(holding)), ~holding, absent_labels(expr)))
