"""The label `slice`: from the label that tells parts of the traffic apart to the one label that everything reads."""

from dataclasses import dataclass

from slogen import names, regex
from slogen.promql import build as q
from slogen.promql.ast import Matcher
from slogen.spec.slos import Slices as SpecSlices

SLICE = names.SLICE
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Slicing:
    """Which label (`by`) is split into which values, and whether all others are one more part."""

    by: str
    values: tuple[str, ...]
    merge: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The values of the label `slice`, in the order of the spec."""
        return (*self.values, OTHERS) if self._more else self.values

    @property
    def _more(self) -> bool:
        """Whether the others are a part beside the values: one that is called so itself is one with them."""
        return self.merge and OTHERS not in self.values

    @property
    def examples(self) -> tuple[str, ...]:
        """A value of the label for each of the names: for the others one that nobody declared."""
        undeclared = "another"
        while undeclared in self.values:
            undeclared += "-one"
        return (*self.values, undeclared) if self._more else self.values


def slicing(written: SpecSlices | None) -> Slicing | None:
    """The slicing that a spec declares."""
    return None if written is None else Slicing(written.by, written.values, written.others == "merge")


def grouping(sliced: Slicing | None) -> tuple[str, ...]:
    """The labels that sums keep."""
    return () if sliced is None else (SLICE,)


def restriction(sliced: Slicing | None) -> tuple[Matcher, ...]:
    """The condition on raw series: none where others are merged, else the declared values alone."""
    return () if sliced is None or sliced.merge else (q.one_of(sliced.by, sliced.values),)


def relabelled(vector: q.Vector, sliced: Slicing | None) -> q.Vector:
    """`vector` with the label `slice` set from the label that the slices go by."""
    if sliced is None:
        return vector
    if sliced.merge:
        vector = q.call("label_replace", vector, SLICE, OTHERS, "", "")
    words = "|".join(regex.escape(value) for value in sliced.values)
    return q.call("label_replace", vector, SLICE, "$1", sliced.by, f"({words})")


def ones(sliced: Slicing | None) -> q.Vector:
    """1 for the whole, or for every slice: what is expected to be there."""
    if sliced is None:
        return q.vector(1)
    each: list[q.Vector] = [q.with_label(q.vector(1), SLICE, name) for name in sliced.names]
    return q.any_of(each)
