"""Which alerts keep which others quiet: the semantics of Alertmanager up to 0.29 and from 0.34.1.

Versions 0.30 to 0.34.0 remember one source per value of `equal` and miss the others; that is a bug and not simulated.
"""

from collections.abc import Iterable, Mapping, Sequence

from slogen.routing.config import InhibitRule
from slogen.routing.matchers import all_match

Labels = Mapping[str, str]


def inhibited_by(rules: Sequence[InhibitRule], target: Labels, firing: Iterable[Labels]) -> list[Labels]:
    """The firing alerts that mute `target`, in the order given; `firing` may hold the target itself.

    An alert that is on both sides of a rule is muted only by sources that are not on the target side, so it never mutes
    itself. A muted source still mutes. A label that both alerts lack counts as equal.
    """
    applicable = [rule for rule in rules if all_match(rule.targets, target)]
    return [source for source in firing if any(_mutes(rule, source, target) for rule in applicable)]


def _mutes(rule: InhibitRule, source: Labels, target: Labels) -> bool:
    """Whether the source mutes a target that is known to be on the rule's target side."""
    if not all_match(rule.sources, source):
        return False
    if any(source.get(name, "") != target.get(name, "") for name in rule.equal):
        return False
    return not (all_match(rule.sources, target) and all_match(rule.targets, source))
