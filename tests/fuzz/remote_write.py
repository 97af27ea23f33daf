"""Samples sent to a Prometheus by remote write, the one door that takes stale markers and any timestamp.

The message is Protocol Buffers (WriteRequest > TimeSeries > Label, Sample) in the block format of Snappy, which allows
uncompressed literals: enough of both to send floats.
"""

import struct
from collections.abc import Iterable, Sequence

import requests

from tests.fuzz.data import Sampled

LITERAL = 1 << 16
PORTION = 2_000


def send(url: str, series: Sequence[Sampled]) -> None:
    """Writes all series, oldest samples first, as far as the server takes them in that order."""
    longest = max((len(one.times) for one in series), default=0)
    for begin in range(0, longest, PORTION):
        part = [
            Sampled(one.labels, one.times[begin : begin + PORTION], one.values[begin : begin + PORTION])
            for one in series
            if len(one.times) > begin
        ]
        post(url, b"".join(field(1, _series(one)) for one in part))


def post(url: str, message: bytes) -> None:
    """Sends one WriteRequest. Raises RuntimeError with what the server says where it takes it not."""
    headers = {"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf"}
    answer = requests.post(f"{url}/api/v1/write", data=snappy(message), headers=headers, timeout=300)
    if answer.status_code >= 300:
        raise RuntimeError(f"remote write: {answer.status_code} {answer.text}")


def snappy(data: bytes) -> bytes:
    """A Snappy block of literals only."""
    parts = [_varint(len(data))]
    for begin in range(0, len(data), LITERAL):
        piece = data[begin : begin + LITERAL]
        parts += [b"\xf4" + struct.pack("<H", len(piece) - 1), piece]
    return b"".join(parts)


def _series(one: Sampled) -> bytes:
    return labels(one.labels) + b"".join(sample(at, value) for at, value in zip(one.times, one.values, strict=True))


def labels(pairs: Iterable[tuple[str, str]]) -> bytes:
    """The labels of a series, in the order in which they are given."""
    return b"".join(field(1, field(1, name.encode()) + field(2, value.encode())) for name, value in pairs)


def sample(at: int, value: float) -> bytes:
    """One sample of a series; `at` in ms."""
    return field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(at))


def field(number: int, content: bytes) -> bytes:
    """A length-delimited field of a protobuf message."""
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)
