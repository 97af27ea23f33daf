"""Writes many series with the same history into a Prometheus, quickly: what they share is encoded once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.fuzz.remote_write import field, labels, post, sample

LARGEST = 4_000_000
"""Bytes of one message."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A series with one value every `every` ms, back to `since` ms; `grows` makes it a counter, one a second."""

    labels: tuple[tuple[str, str], ...]
    every: int
    since: int
    value: float
    grows: bool = False


def write(url: str, series: Sequence[Constant], end: int, stretch: int) -> int:
    """Sends the history of all series up to `end` (ms) in stretches of `stretch` ms; the number of samples sent.

    The server must accept samples that are a stretch old (half of its `--storage.tsdb.min-block-duration`).
    """
    heads = [labels(sorted(one.labels)) for one in series]
    begin = min(one.since for one in series)
    sent = 0
    while begin <= end:
        until = min(begin + stretch, end + 1)
        made: dict[tuple[int, int, float, bool], tuple[bytes, int]] = {}
        for message, count in _messages(series, heads, (begin, until), made):
            post(url, message)
            sent += count
        begin = until
    return sent


def _messages(
    series: Sequence[Constant],
    heads: Sequence[bytes],
    stretch: tuple[int, int],
    made: "dict[tuple[int, int, float, bool], tuple[bytes, int]]",
) -> Iterator[tuple[bytes, int]]:
    parts: list[bytes] = []
    size = count = 0
    for one, head in zip(series, heads, strict=True):
        since = max(one.since, stretch[0])
        key = (one.every, since, one.value, one.grows)
        if key not in made:
            times = range(-(-since // one.every) * one.every, stretch[1], one.every)
            made[key] = (b"".join(sample(at, at / 1000 if one.grows else one.value) for at in times), len(times))
        samples, number = made[key]
        if not number:
            continue
        part = field(1, head + samples)
        parts.append(part)
        size, count = size + len(part), count + number
        if size > LARGEST:
            yield b"".join(parts), count
            parts, size, count = [], 0, 0
    if parts:
        yield b"".join(parts), count
