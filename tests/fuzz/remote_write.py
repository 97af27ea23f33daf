"""Samples sent to a Prometheus by remote write, the one door that takes stale markers and any timestamp.

The message is Protocol Buffers (WriteRequest > TimeSeries > Label, Sample) in the block format of Snappy, which allows
uncompressed literals: enough of both to send floats.
"""

import struct
from collections.abc import Sequence

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
        body = snappy(b"".join(_field(1, _series(one)) for one in part))
        headers = {"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf"}
        answer = requests.post(f"{url}/api/v1/write", data=body, headers=headers, timeout=60)
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
    labels = (_field(1, _field(1, name.encode()) + _field(2, value.encode())) for name, value in one.labels)
    samples = (_field(2, _sample(at, value)) for at, value in zip(one.times, one.values, strict=True))
    return b"".join((*labels, *samples))


def _sample(at: int, value: float) -> bytes:
    return b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(at)


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)
