"""What every part of an evaluation needs to know; changes when a new option affects results."""

from dataclasses import dataclass, field, replace

from slogen.evaluator.annotations import Annotations
from slogen.evaluator.labels import Labels
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of the engine, with the defaults of a Prometheus server; times in milliseconds.

    `lookback` is how old a sample may be (exclusive) to count for an instant vector; `subquery_step` is used where a
    subquery names none; `delayed_name_removal` is the feature flag of the same name, on in `.test` files. `cells`
    bounds `series * steps` of one piece of a range query. `late` are series that are written only after this expression
    is evaluated at a step, so that a sample of the step itself is not seen yet (rule groups run in order).
    """

    lookback: int = 300_000
    subquery_step: int = 60_000
    delayed_name_removal: bool = False
    cells: int = 4_000_000
    late: frozenset[Labels] = frozenset()


@dataclass(frozen=True, slots=True)
class Context:
    """One evaluation in progress: `start` and `end` are those of the whole query, which `@ start()` refers to."""

    storage: Storage
    grid: Grid
    start: int
    end: int
    options: Options
    notes: Annotations = field(default_factory=Annotations)

    def on(self, grid: Grid) -> "Context":
        """The same query on other steps, as inside a subquery."""
        return replace(self, grid=grid)
