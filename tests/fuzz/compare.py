"""Whether two answers agree; changes with what counts as the same.

Series and the times at which each has a sample must be equal, and so must their order where the query asks for one.
Values may differ by 1e-9 of the largest operand: of themselves, or of the largest finite number among all that the
query reads and computes on its way.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from unittest import mock

import numpy as np

from slogen.evaluator import engine
from slogen.evaluator.context import Context
from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.functions import Piece
from slogen.evaluator.labels import show as show_labels
from slogen.evaluator.series import Storage
from slogen.evaluator.vector import String
from slogen.promql.ast import Aggregate, Call, Expr
from slogen.promql.rewrite import selectors
from tests.fuzz.answers import Answer, Failed, Server, own
from tests.fuzz.expressions import Query

TOLERANCE = 1e-9
NOISE = 4e-16
Evaluation = Callable[[Context, Expr], Piece]
TRIALS = 12


@dataclass(slots=True)
class Tally:
    """What has been compared: queries, and values by how well they agree."""

    queries: int = 0
    failed: int = 0
    empty: int = 0
    values: int = 0
    identical: int = 0
    by_operand: int = 0
    unstable: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    def told(self) -> str:
        """Everything in some lines."""
        lines = [
            f"{self.queries} expressions, {self.failed} of them errors on both sides, {self.empty} empty",
            f"{self.values} values: {self.identical} identical to the bit, the rest within 1e-9 of themselves",
            f"but for {self.by_operand} within 1e-9 of the largest operand",
            f"{len(self.unstable)} answers that rounding decides: {self.unstable}",
            f"{len(self.undecided)} answers that the server itself gives differently: {self.undecided}",
        ]
        return "\n".join(lines)


def difference(query: Query, storage: Storage, theirs: Answer | Failed, tally: Tally) -> str | None:
    """The first disagreement in words, None if there is none."""
    ours = own(query, storage)
    if isinstance(ours, Failed) or isinstance(theirs, Failed):
        tally.failed += isinstance(ours, Failed) and isinstance(theirs, Failed)
        return None if type(ours) is type(theirs) else f"ours: {_told(ours)}; Prometheus: {_told(theirs)}"
    tally.empty += not theirs.samples
    for found in _differences(ours, theirs, tally):
        if isinstance(found, str) or abs(found.ours - found.theirs) > TOLERANCE * _largest_operand(query, storage):
            return str(found)
        tally.by_operand += 1
    return _notes(ours, theirs) or (_order(ours, theirs) if _is_ordered(query) else None)


def _told(answer: Answer | Failed) -> str:
    return f"error {answer.message!r}" if isinstance(answer, Failed) else f"{len(answer.samples)} series"


@dataclass(frozen=True, slots=True)
class Apart:
    """Two finite values of one sample that differ by more than they may by their own size."""

    where: str
    ours: float
    theirs: float

    def __str__(self) -> str:
        return f"{self.where}: ours {self.ours!r}, Prometheus {self.theirs!r}"


def _differences(ours: Answer, theirs: Answer, tally: Tally) -> Iterator[str | Apart]:
    for labels in sorted(ours.samples.keys() | theirs.samples.keys()):
        mine, real = ours.samples.get(labels, {}), theirs.samples.get(labels, {})
        where = show_labels(labels)
        for at in sorted(mine.keys() ^ real.keys()):
            yield f"{where} at {at}: ours {mine.get(at)}, Prometheus {real.get(at)}"
        for at in mine.keys() & real.keys():
            tally.values += 1
            a, b = mine[at], real[at]
            if a == b or (math.isnan(a) and math.isnan(b)):
                tally.identical += 1
            elif not (math.isfinite(a) and math.isfinite(b)):
                yield f"{where} at {at}: ours {a!r}, Prometheus {b!r}"
            elif abs(a - b) > TOLERANCE * max(abs(a), abs(b)):
                yield Apart(f"{where} at {at}", a, b)


def _is_ordered(query: Query) -> bool:
    """Whether the order of the series is part of the answer."""
    match query.expr:
        case Call("sort" | "sort_desc") | Aggregate("topk" | "bottomk"):
            return not query.step
    return False


def _order(ours: Answer, theirs: Answer) -> str | None:
    mine, real = list(ours.samples), list(theirs.samples)
    return None if mine == real else f"order: ours {mine}, Prometheus {real}"


def _notes(ours: Answer, theirs: Answer) -> str | None:
    """Warnings and infos that only one side gives."""
    real, mine = set(map(_rounded, theirs.notes)), set(map(_rounded, ours.notes))
    extra, missing = sorted(real - mine), sorted(mine - real)
    if theirs.has_more_notes:
        missing = []
    return f"notes only of Prometheus: {extra}, only ours: {missing}" if extra or missing else None


def _rounded(note: str) -> str:
    """The note with the number it quotes to nine digits: the last bit of `atan2` is not that of Go."""
    return re.sub(r"(?<= got )-?\d\S*", lambda number: f"{float(number[0]):.9g}", note)


def _largest_operand(query: Query, storage: Storage) -> float:
    largest = [0.0]
    plain = engine.evaluated

    def watched(context: Context, expr: Expr) -> Piece:
        piece = plain(context, expr)
        if not isinstance(piece, String):
            finite = np.abs(piece.values[np.isfinite(piece.values)])
            largest.append(float(finite.max(initial=0.0)))
        return piece

    with mock.patch.object(engine, "evaluated", watched):
        own(query, storage)
    read = [one.values for selector in selectors(query.expr) for one in storage.select(selector).series]
    return max(largest + [float(np.abs(values[np.isfinite(values)]).max(initial=0.0)) for values in read])


def is_undecided(query: Query, server: Server, theirs: Answer | Failed) -> bool:
    """Whether the server itself answers differently when it is asked again.

    It does where `topk` has to choose between equal values that come in the order of a Go map.
    """
    again = (server.ask(query) for _ in range(TRIALS))
    return not isinstance(theirs, Failed) and any(
        isinstance(one, Failed) or not _agree(query, one, theirs) for one in again
    )


def _agree(query: Query, one: Answer, other: Answer) -> bool:
    if _is_ordered(query) and _order(one, other) is not None:
        return False
    return _notes(one, other) is None and next(_differences(one, other, Tally()), None) is None


def is_unstable(query: Query, storage: Storage, theirs: Answer | Failed) -> bool:
    """Whether rounding alone explains a disagreement.

    Comparisons, rounding to whole numbers and poles turn the last bit of an operand into another answer. With noise of
    one or two such bits on every intermediate result our own answer must become, at each place of the disagreement,
    what the server says; a wrong formula stays wrong under that noise.
    """
    if isinstance(theirs, Failed):
        return False
    for trial in range(TRIALS):
        with mock.patch.object(engine, "evaluated", _noisy(engine.evaluated, np.random.default_rng(trial))):
            try:
                moved = own(query, storage)
            except EvaluationError:
                continue
        if isinstance(moved, Answer) and _agree(query, moved, theirs):
            return True
    return False


def _noisy(plain: Evaluation, rng: np.random.Generator) -> Evaluation:
    def noisy(context: Context, expr: Expr) -> Piece:
        piece = plain(context, expr)
        if isinstance(piece, String):
            return piece
        return replace(piece, values=piece.values * (1 + NOISE / 2 * rng.integers(-2, 3, size=piece.values.shape)))

    return noisy
