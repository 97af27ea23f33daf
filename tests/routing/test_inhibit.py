"""Which alerts mute which: sides, equal labels, overlaps, chains."""

from slogen.diagnostics.model import Span
from slogen.routing.config import InhibitRule
from slogen.routing.inhibit import inhibitions
from slogen.routing.matchers import parse


def rule(sources: str, targets: str, *equal: str) -> InhibitRule:
    """An inhibition rule."""
    return InhibitRule(parse(sources).matchers, parse(targets).matchers, equal, Span("f", 1, 1, 1, 1))


def test_sources_mute_targets_with_equal_labels() -> None:
    """Only the value of `equal` counts; a label missing on both sides is equal."""
    rules = [rule("s=page", "s=ticket", "slo")]
    alerts = [
        {"s": "page", "slo": "a"},
        {"s": "ticket", "slo": "a"},
        {"s": "ticket", "slo": "b"},
        {"s": "ticket"},
        {"s": "page"},
    ]
    assert inhibitions(rules, alerts) == [[], [0], [], [4], []]


def test_without_equal_labels_any_source_does() -> None:
    """An empty `equal` compares nothing."""
    assert inhibitions([rule("s=page", "s=ticket")], [{"s": "ticket"}, {"s": "page"}]) == [[1], []]


def test_an_alert_on_both_sides_needs_a_source_on_one() -> None:
    """It mutes neither itself nor its like; a source that is no target mutes it."""
    rules = [rule('a=~"x|y"', "a=x")]
    assert inhibitions(rules, [{"a": "x"}]) == [[]]
    assert inhibitions(rules, [{"a": "x", "n": "1"}, {"a": "x", "n": "2"}]) == [[], []]
    assert inhibitions(rules, [{"a": "x"}, {"a": "y"}]) == [[1], []]


def test_an_empty_rule_mutes_nothing() -> None:
    """Every alert is on both sides of it."""
    assert inhibitions([rule("", "")], [{"a": "x"}, {"a": "y"}]) == [[], []]


def test_muted_sources_mute() -> None:
    """Whether somebody is told of a source does not matter."""
    rules = [rule("s=page", "s=ticket"), rule("s=ticket", "s=log")]
    assert inhibitions(rules, [{"s": "page"}, {"s": "ticket"}, {"s": "log"}]) == [[], [0], [1]]


def test_all_sources_are_named() -> None:
    """Several sources and several rules add up, without repeats."""
    rules = [rule("s=page", "s=ticket"), rule("b=fast", "s=ticket")]
    alerts = [{"s": "page", "b": "fast"}, {"s": "ticket"}, {"s": "page"}]
    assert inhibitions(rules, alerts) == [[], [0, 2], []]
