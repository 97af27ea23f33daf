"""What the rules cost a server, by environment and model."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from slogen import names
from slogen.ir.program import Program
from slogen.proofs.wording import minutes
from slogen.report.contents import CostRow, Expense
from slogen.review.cost import Cost, GroupCost, facts
from slogen.review.prices import estimate
from slogen.review.side import Side


def expenses(program: Program, side: Side, series: int) -> Iterator[Expense]:
    """The estimate for each environment, `series` being how many copies there are of each raw series."""
    known = facts(program, series)
    groups = side.rule_groups()
    for environment in program.environments:
        prefix = f"generated/{names.rules_path(environment.name, '')}".removesuffix(".yaml")
        cost = estimate([group for (path, _), group in groups.items() if path.startswith(prefix)], known)
        owners = {component.name: component.team for component in environment.components}
        shared = {names.FLEET: ""} if environment.fleet.groups else {}
        yield Expense(
            environment=environment.name,
            rules=cost.rules,
            groups=len(cost.groups),
            largest=cost.largest,
            series=cost.recorded,
            samples=cost.samples,
            windows=tuple((minutes(w) if w else "now", samples) for w, samples in cost.by_window().items()),
            rows=tuple(_rows(cost, owners | shared, environment.name)),
        )


def _rows(cost: Cost, owners: Mapping[str, str], environment: str) -> Iterator[CostRow]:
    """A row for each model that is shown, and one for what all share where that is; the dearest first."""
    by_stem: dict[str, list[GroupCost]] = {}
    for group in cost.groups:
        by_stem.setdefault(PurePosixPath(group.file).stem, []).append(group)
    parts = {stem: Cost(tuple(groups)) for stem, groups in by_stem.items() if stem in owners}
    for stem, part in sorted(parts.items(), key=lambda pair: (-pair[1].samples, pair[0])):
        share = part.samples / cost.samples if cost.samples else 0.0
        yield CostRow(stem, owners[stem], environment, part.rules, part.recorded, part.samples, share)
