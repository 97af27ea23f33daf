"""Which alerts keep which others quiet: the semantics of Alertmanager up to 0.29 and from 0.34.1.

Versions 0.30 to 0.34.0 remember one source per value of `equal` and miss the others; that is a bug and not simulated.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from slogen.routing.config import InhibitRule
from slogen.routing.matchers import all_match

Labels = Mapping[str, str]


def inhibitions(rules: Sequence[InhibitRule], alerts: Sequence[Labels]) -> list[list[int]]:
    """For each alert the indices of those that mute it while they fire, rising.

    An alert that is on both sides of a rule is muted only by sources that are not on the target side, so it never mutes
    itself. A muted source still mutes. A label that both alerts lack counts as equal.
    """
    muted_by: list[set[int]] = [set() for _ in alerts]
    for rule in rules:
        sources = {index for index, labels in enumerate(alerts) if all_match(rule.sources, labels)}
        targets = {index for index, labels in enumerate(alerts) if all_match(rule.targets, labels)}
        by_key: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for index in sorted(sources):
            by_key[_key(rule, alerts[index])].append(index)
        for target in targets:
            found = by_key.get(_key(rule, alerts[target]), ())
            muted_by[target].update(index for index in found if target not in sources or index not in targets)
    return [sorted(indices) for indices in muted_by]


def _key(rule: InhibitRule, labels: Labels) -> tuple[str, ...]:
    return tuple(labels.get(name, "") for name in rule.equal)
