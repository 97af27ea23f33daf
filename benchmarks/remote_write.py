"""Writes many series with the same history into a Prometheus, quickly: its remote-write protocol, without libraries.

Protocol: https://prometheus.io/docs/specs/prw/remote_write_spec/ (1.0): a protobuf message, compressed with snappy.
Constant series compress themselves, so the snappy block is one literal.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import requests

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
    heads = [_labels(one.labels) for one in series]
    begin = min(one.since for one in series)
    sent = 0
    while begin <= end:
        until = min(begin + stretch, end + 1)
        made: dict[tuple[int, int, float, bool], tuple[bytes, int]] = {}
        for message, count in _messages(series, heads, (begin, until), made):
            _send(url, message)
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
            made[key] = (b"".join(_sample(at, at / 1000 if one.grows else one.value) for at in times), len(times))
        samples, number = made[key]
        if not number:
            continue
        part = _field(1, head + samples)
        parts.append(part)
        size, count = size + len(part), count + number
        if size > LARGEST:
            yield b"".join(parts), count
            parts, size, count = [], 0, 0
    if parts:
        yield b"".join(parts), count


def _send(url: str, message: bytes) -> None:
    headers = {"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf"}
    body = _varint(len(message)) + b"\xfc" + struct.pack("<I", len(message) - 1) + message
    answer = requests.post(f"{url}/api/v1/write", data=body, headers=headers, timeout=300)
    if answer.status_code >= 300:
        raise RuntimeError(f"{answer.text} {message[:200]!r}")


def _labels(labels: Iterable[tuple[str, str]]) -> bytes:
    pairs = (_field(1, name.encode()) + _field(2, value.encode()) for name, value in sorted(labels))
    return b"".join(_field(1, pair) for pair in pairs)


def _sample(at: int, value: float) -> bytes:
    return _field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(at))


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field of a protobuf message."""
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)
