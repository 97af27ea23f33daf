"""How durations, times, numbers and strings are written; changes when Prometheus reads one of them otherwise."""

import math
import re
from functools import lru_cache

from slogen.promql.ast import Millis
from slogen.promql.lex import UNITS


@lru_cache(maxsize=1024)
def duration(millis: Millis) -> str:
    """A duration as Prometheus prints it: `1h30m`, `1d`, `1s500ms`; years and weeks only when nothing is left over."""
    if millis < 0:
        msg = f"a duration cannot be negative: {millis} ms"
        raise ValueError(msg)
    if millis == 0:
        return "0s"
    parts: list[str] = []
    rest = millis
    for unit, size in UNITS:
        if unit in {"y", "w"} and rest % size:
            continue
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def seconds(millis: Millis) -> str:
    """A timestamp in seconds with as many decimals as it needs."""
    whole, rest = divmod(abs(millis), 1000)
    fraction = f".{rest:03}".rstrip("0") if rest else ""
    return f"{'-' if millis < 0 else ''}{whole}{fraction}"


def number(value: float) -> str:
    """The shortest literal that gives the same float: `0.999`, `14.4`, `1e+16`, `+Inf`, `NaN`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(float(value)).removesuffix(".0")


_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
}
_UNSAFE = re.compile(
    '[\\\\"\x00-\x1f\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]'
)


@lru_cache(maxsize=16384)
def quote(value: str) -> str:
    """A string literal that Go and Prometheus read back as `value`.

    Control, invisible and direction-changing characters are escaped, so that what a reviewer sees is what is there.
    Surrogate escapes become the bytes they stand for, other lone surrogates their three bytes.
    """
    return f'"{_UNSAFE.sub(_escape, value)}"'


def _escape(m: re.Match[str]) -> str:
    char = m[0]
    if char in _ESCAPES:
        return _ESCAPES[char]
    point = ord(char)
    if 0xDC80 <= point <= 0xDCFF:
        return f"\\x{point - 0xDC00:02x}"
    if 0xD800 <= point <= 0xDFFF:
        return "".join(f"\\x{b:02x}" for b in char.encode("utf-8", "surrogatepass"))
    return f"\\u{point:04x}"
