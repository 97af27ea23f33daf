"""Compares the rules that a side has on disk with what its own specs mean now: another slogen or a hand wrote them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from slogen.promql.ast import Expr
from slogen.promql.text import show
from slogen.replay.rulefile import Group, RecordingRule, Rule
from slogen.review.changes import Change, Danger, Kind
from slogen.review.side import Side, groups_of

Identity = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""File, group, name and labels of a rule."""


def changes(before: Side, after: Side) -> Iterator[Change]:
    """Rules of the old side's files that its specs would be compiled to differently now, by the name of the rule.

    The specs say the same, so nothing else of a comparison tells of them: slogen or an entry of its catalogue changed.
    """
    unlike = {
        path for path, text in before.files.items() if (path, text) not in after.known and "/prometheus/rules/" in path
    }
    if not unlike:
        return
    then, now = _rules(before.rule_groups(), unlike), _rules(groups_of(before.program), unlike)
    found: dict[str, list[tuple[Expr, Expr]]] = defaultdict(list)
    for identity in sorted(then.keys() & now.keys()):
        if then[identity] != now[identity]:
            found[identity[2]].append((then[identity], now[identity]))
    for name, pairs in found.items():
        old, new = pairs[0]
        told = "the specs say the same: slogen or its catalogue changed, or somebody edited the output"
        count = f"{name} ({len(pairs)} rules)" if len(pairs) > 1 else name
        yield Change(Danger.BEHAVIOUR, Kind.RULE_REWRITTEN, count, show(old), show(new), told)


def _rules(groups: Mapping[tuple[str, str], Group], paths: set[str]) -> dict[Identity, Expr]:
    return {_identity(key, rule): rule.expr for key, group in groups.items() if key[0] in paths for rule in group.rules}


def _identity(key: tuple[str, str], rule: Rule) -> Identity:
    name = rule.record if isinstance(rule, RecordingRule) else rule.alert
    return (*key, name, tuple(sorted(rule.labels)))
