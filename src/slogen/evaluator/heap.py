"""The bounded heap of `topk`, which decides between equal samples; changes when that of Prometheus does.

A sample replaces the smallest one kept when it is larger, so which of two equal ones survives depends on their places
in the heap. Source: `aggregationK` in promql/engine.go of Prometheus 3.5 with container/heap of Go.
"""

import math
from collections.abc import Sequence


def largest(values: Sequence[float], limit: int) -> list[int]:
    """The places of the `limit` largest values that are kept when they arrive in this order; NaN is the smallest."""
    heap: list[int] = []
    for place, value in enumerate(values):
        if len(heap) < limit:
            heap.append(place)
            _up(heap, values)
        elif values[heap[0]] < value or (math.isnan(values[heap[0]]) and not math.isnan(value)):
            heap[0] = place
            _down(heap, values)
    return heap


def _less(one: float, other: float) -> bool:
    return math.isnan(one) or one < other


def _up(heap: list[int], values: Sequence[float]) -> None:
    place = len(heap) - 1
    while place > 0:
        parent = (place - 1) // 2
        if not _less(values[heap[place]], values[heap[parent]]):
            break
        heap[place], heap[parent] = heap[parent], heap[place]
        place = parent


def _down(heap: list[int], values: Sequence[float]) -> None:
    place = 0
    while (child := 2 * place + 1) < len(heap):
        if child + 1 < len(heap) and _less(values[heap[child + 1]], values[heap[child]]):
            child += 1
        if not _less(values[heap[child]], values[heap[place]]):
            break
        heap[place], heap[child] = heap[child], heap[place]
        place = child
