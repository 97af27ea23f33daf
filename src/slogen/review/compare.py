"""Two sides laid beside each other: every change, and how expensive each side is."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from slogen.ir.program import Component
from slogen.ir.slo import Slo
from slogen.processes import beside
from slogen.review import cover, documents, receivers, rewritten, routes, state
from slogen.review.changes import Change, Danger, Kind, ordered
from slogen.review.cost import Cost, facts
from slogen.review.limits import Exceeded, exceeded, named
from slogen.review.prices import Prices
from slogen.review.side import Side

_WORTH_TELLING = 0.01
"""A change of cost below one percent is not worth a line."""
_MANY = 100
"""With so many rule files they are priced beside the rest of the work."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes in their order, cost before and after, and the unified diffs of the files that differ, by path."""

    changes: tuple[Change, ...]
    before: Cost
    after: Cost
    diffs: Mapping[str, str]

    @property
    def behaves_alike(self) -> bool:
        """Whether nothing but the form of the specs or the output has changed."""
        return not self.changes


SloKey = tuple[str, str, str]
"""Environment, component and SLO."""


def altered(before: Side, after: Side) -> list[SloKey]:
    """The SLOs of both sides whose alerts may notice a fault at another time, one of each distinct pair."""
    return [keys[0] for keys in _alike(before, after)]


def _alike(before: Side, after: Side) -> list[list[SloKey]]:
    """The SLOs of both sides that may notice a fault at another time, those together that do so alike."""
    old, new = before.slos(), after.slos()
    parts_before, parts_after = before.components(), after.components()
    found: dict[object, list[SloKey]] = {}
    for key in sorted(old.keys() & new.keys()):
        part_before, part_after = parts_before[key[:2]][1], parts_after[key[:2]][1]
        if part_before is part_after:
            continue  # the same files were compiled once for both sides
        mine, theirs = _noticing(old[key], part_before), _noticing(new[key], part_after)
        if mine != theirs and old[key].kind == "counter" and new[key].kind == "counter":
            found.setdefault((mine, theirs), []).append(key)
    return list(found.values())


def _shared(detection: Sequence[Change], before: Side, after: Side) -> Iterator[Change]:
    """The changes of times to detect, of every SLO that notices faults as the one does that was replayed."""
    groups = {"/".join(keys[0]): keys for keys in _alike(before, after)} if detection else {}
    for change in detection:
        yield change
        yield from (replace(change, subject="/".join(key)) for key in groups.get(change.subject, [])[1:])


def _noticing(slo: Slo, component: Component) -> object:
    """All that decides when a fault is noticed."""
    rhythm = tuple(sorted({group.interval for group in component.rules.groups}))
    return slo.objective, slo.period, slo.tiers, slo.min_events, slo.min_bad, slo.cadence, rhythm


def compare(before: Side, after: Side, series: int, detection: Sequence[Change] = ()) -> Comparison:
    """What changes from one side to the other; `series` is how many copies of each raw series there are.

    `detection` are the changes of times to detect, which need a replay, of one of the SLOs that are alike.
    """
    priced_both = partial(_cost_of_both, before, after, series)
    costs = beside(priced_both) if len(after.known) > _MANY else priced_both
    found = [*rewritten.changes(before, after)]
    as_specified = not found  # else what is alike by its specs may differ by its files
    found += _shared(detection, before, after) if as_specified else detection
    found += [*cover.changes(before, after), *state.changes(before, after), *routes.changes(before, after)]
    found += receivers.changes(before, after)
    found += documents.changes(before, after, {_place(change) for change in found})
    cost_before, cost_after = costs()
    found += [*_costs(cost_before, cost_after), *_limits(before, after, cost_before, cost_after)]
    environments = [*before.program.environments, *after.program.environments]
    quiet = {e.name for e in environments} - {e.name for e in environments if e.production}
    return Comparison(tuple(ordered(found, quiet)), cost_before, cost_after, _diffs(before.files, after.files))


def _place(change: Change) -> tuple[str, str]:
    """The environment and component that a change is about, as far as its subject names them."""
    environment, _, rest = change.subject.partition(" ")[0].partition("/")
    return environment, rest.partition("/")[0]


def _cost_of_both(before: Side, after: Side, series: int) -> tuple[Cost, Cost]:
    prices = _prices(after, series)
    return _whole(_prices(before, series, prices)), _whole(prices)


def priced(side: Side, series: int) -> dict[str, Cost]:
    """What the emitted rules of every environment cost the server that loads them."""
    return {name: prices.cost() for name, prices in _prices(side, series).items()}


def _prices(side: Side, series: int, like: Mapping[str, Prices] | None = None) -> dict[str, Prices]:
    """The prices of every environment, those of groups that another side has as well taken from it."""
    known, groups = facts(side.program, series), side.rule_groups()
    return {
        environment.name: Prices(
            [group for (path, _), group in groups.items() if path.startswith(f"generated/{environment.name}/")],
            known,
            (like or {}).get(environment.name),
        )
        for environment in side.program.environments
    }


def _whole(prices: Mapping[str, Prices]) -> Cost:
    return Cost(tuple(group for one in prices.values() for group in one.cost().groups))


def _costs(before: Cost, after: Cost) -> list[Change]:
    found = []
    for what, old, new in (
        ("rules", before.rules, after.rules),
        ("recorded series", before.recorded, after.recorded),
        ("samples read a minute", before.samples, after.samples),
        ("rules in the largest group", before.largest, after.largest),
    ):
        if abs(new - old) > _WORTH_TELLING * max(old, 1):
            share = f"{(new - old) / old:+.0%}" if old else "new"
            found.append(Change(Danger.COST, Kind.COST_CHANGED, what, f"{old:,.0f}", f"{new:,.0f}", share))
    return found


def _limits(before: Side, after: Side, cost_before: Cost, cost_after: Cost) -> Iterator[Change]:
    """Limits of the servers that the specs are for, as far as their project file names them, exceeded from now on."""
    known = {one.what for one in _exceeded(before, cost_before)}
    for one in _exceeded(after, cost_after):
        if one.what not in known:
            yield Change(Danger.COST, Kind.LIMIT_EXCEEDED, one.profile, "", one.what, one.advice)


def _exceeded(side: Side, cost: Cost) -> Iterator[Exceeded]:
    mimir = any(instance.mimir for instance in side.program.routing.instances)
    profile = named("operator" if side.program.target.kubernetes else "mimir" if mimir else "prometheus")
    if profile is None:
        return
    objects = {path: text for path, text in side.files.items() if "/kubernetes/" in path}
    for environment in side.program.environments:
        folder = f"generated/{environment.name}/"
        groups = tuple(group for group in cost.groups if group.file.startswith(folder))
        mine = {path: text for path, text in objects.items() if path.startswith(folder)}
        yield from exceeded(profile, Cost(groups), mine)


def _diffs(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path, ""), after.get(path, "")
        if old != new and not path.endswith("manifest.json"):
            lines = difflib.unified_diff(old.splitlines(), new.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=2)
            found[path] = "\n".join(lines)
    return found
