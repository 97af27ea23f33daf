"""A canary condition as something that decides over a rollout: what is asked, how often, and what the answers mean."""

from dataclasses import dataclass

from slogen.ir.where import Where
from slogen.promql.ast import Expr


@dataclass(frozen=True, slots=True)
class Version:
    """A label by which one arm of the comparison is told apart, and the value that the spec names."""

    arm: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class CanaryAnalysis:
    """Looks at a canary: `query` gives one z statistic, positive where the canary is worse by more than the margin.

    Beyond `z` it is worse than the margin allows, below `-z` it is not; between them nothing is known. There are
    `looks` of them, `interval` ms apart, the first after `delay` ms.
    """

    alert: str
    says: str
    query: Expr
    versions: tuple[Version, ...]
    z: float
    looks: int
    interval: int
    delay: int
    where: Where
