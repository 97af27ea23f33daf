"""The order of evaluation: who is computed first, who sees the previous tick, who must be stepped."""

from slogen.promql.parse import parse
from slogen.replay.order import arrange, plan
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule, Rule


def record(name: str, expr: str, **labels: str) -> RecordingRule:
    """A recording rule."""
    return RecordingRule(name, parse(expr), tuple(labels.items()))


def alert(name: str, expr: str) -> AlertingRule:
    """An alerting rule without a hold."""
    return AlertingRule(name, parse(expr), 0, 0, (), ())


def group(name: str, *rules: Rule) -> Group:
    """A group with the default interval."""
    return Group("f", name, None, 0, 0, (), rules)


def steps(*rules: Rule) -> list[tuple[tuple[int, ...], bool, tuple[frozenset[int], ...]]]:
    """The plan as plain values."""
    return [(step.rules, step.stepped, step.late) for step in plan(rules)]


def test_a_producer_comes_before_its_reader() -> None:
    """Rules in a sensible order are computed in that order, all at once, seeing this tick's values."""
    found = steps(record("a", "sum(x)"), record("b", "a * 2"), alert("C", "b > 1"))

    assert found == [((0,), False, (frozenset(),)), ((1,), False, (frozenset(),)), ((2,), False, (frozenset(),))]


def test_a_reader_before_its_producer_is_late() -> None:
    """A rule that reads a later one is computed after it and sees only earlier ticks of it."""
    assert steps(record("b", "a * 2"), record("a", "sum(x)")) == [
        ((1,), False, (frozenset(),)),
        ((0,), False, (frozenset({1}),)),
    ]


def test_a_circle_is_stepped() -> None:
    """Rules that read each other, or themselves, are stepped together."""
    assert steps(record("a", "b + 1"), record("b", "a * 2")) == [((0, 1), True, (frozenset(), frozenset()))]
    assert steps(record("c", "c offset 1m + 1")) == [((0,), True, (frozenset(),))]


def test_fixed_labels_tell_producers_apart() -> None:
    """A hundred models that record the same name do not depend on each other."""
    rules = [r for m in map(str, range(100)) for r in (record("e", f'r{{m="{m}"}}', m=m), record("r", "x", m=m))]

    found = plan(rules)

    assert all(not step.stepped for step in found)
    assert all(len(step.late[0]) <= 1 for step in found)


def test_alerts_are_read_by_their_name() -> None:
    """An alert that looks at `ALERTS` depends on just the alerts it names."""
    found = steps(alert("B", 'ALERTS{alertname="A"} unless x'), alert("A", "x > 1"), alert("C", "x > 2"))

    assert found == [((1,), False, (frozenset(),)), ((0,), False, (frozenset({1}),)), ((2,), False, (frozenset(),))]


def test_a_selector_without_a_name_reads_everything() -> None:
    """A selector on labels alone may read any recorded series that can have these labels."""
    found = steps(record("a", "x", team="t"), record("n", 'count({team="t"})', team="u"))

    assert found == [((0,), False, (frozenset(),)), ((1,), False, (frozenset(),))]


def test_groups_are_arranged_by_what_they_read() -> None:
    """Between groups the producers come first; groups that read each other stay as they are."""
    base = group("base", record("a", "x"))
    fleet = group("fleet", record("b", "a"))
    page = group("page", alert("P", "b > 1"))
    left, right = group("left", record("l", "r")), group("right", record("r", "l"))

    assert arrange([page, fleet, base]) == [base, fleet, page]
    assert arrange([left, right]) == [left, right]
