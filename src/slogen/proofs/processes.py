"""Runs the same work on many values in several processes, the results in the order of the values."""

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def spread(
    work: Callable[[In], Out], values: Sequence[In], processes: int, enough: Callable[[Out], bool] | None = None
) -> list[Out]:
    """`work` of every value; `work` must be a function of a module, the values must be picklable.

    The first result that is `enough` is the last one: what has not begun by then is not done.
    """
    if processes <= 1 or len(values) <= 1:
        return _until(map(work, values), enough)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(values)), mp_context=context) as pool:
        found = _until(pool.map(work, values), enough)
        pool.shutdown(wait=True, cancel_futures=True)
        return found


def _until(results: Iterable[Out], enough: Callable[[Out], bool] | None) -> list[Out]:
    found: list[Out] = []
    for result in results:
        found.append(result)
        if enough is not None and enough(result):
            break
    return found
