"""Runs the same work on many values in several processes, the results in the order of the values."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def spread(work: Callable[[In], Out], values: Sequence[In], processes: int) -> list[Out]:
    """`work` of every value; `work` must be a function of a module, the values must be picklable."""
    if processes <= 1 or len(values) <= 1:
        return [work(value) for value in values]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(values)), mp_context=context) as pool:
        return list(pool.map(work, values))
