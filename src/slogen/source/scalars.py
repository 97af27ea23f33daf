"""What an unquoted word of a YAML file is: the core schema of YAML 1.2.2 (section 10.3.2), and nothing of YAML 1.1."""

import math
import re

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_FIRST = frozenset("0123456789+-.~ntfNTF")
"""What a word begins with that is not simply text."""

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)", re.ASCII)
_NAN = frozenset({".nan", ".NaN", ".NAN"})
LONGEST_NUMBER = 40
"""Digits and signs in a number; Python's own limit on conversions lies far higher and costs quadratic time."""

YAML_1_1_BOOLEANS = frozenset(
    form for word in ("yes", "no", "on", "off", "y", "n") for form in (word, word.capitalize(), word.upper())
)
"""Words here, booleans to a YAML 1.1 reader."""

Scalar = str | int | float | bool | None


class IntText(int):
    """A whole number that was not written in its usual form (`0o14`, `007`); `text` is what stands in the file."""

    text: str


class FloatText(float):
    """A number that was not written in its usual form (`3.10`, `1e3`); `text` is what stands in the file."""

    text: str


def typed(text: str) -> Scalar:
    """The value of an unquoted scalar. Numbers longer than `LONGEST_NUMBER` come back as infinity."""
    if text and text[0] not in _FIRST:
        return text
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    return _number(text)


def _number(text: str) -> str | int | float:
    if _INTEGER.fullmatch(text):
        return math.inf if len(text) > LONGEST_NUMBER else _integer(text)
    if _FLOAT.fullmatch(text):
        return math.inf if len(text) > LONGEST_NUMBER else _float(text)
    if _INFINITE.fullmatch(text):
        return -math.inf if text[0] == "-" else math.inf
    return math.nan if text in _NAN else text


def _integer(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    value = int(text[2:] if base != 10 else text, base)
    if str(value) == text:
        return value
    odd = IntText(value)
    odd.text = text
    return odd


def _float(text: str) -> float:
    value = float(text)
    if repr(value) == text:
        return value
    odd = FloatText(value)
    odd.text = text
    return odd


def text_of(value: object) -> str | None:
    """What stands in the file for a text or a number; None for anything else (booleans have several spellings)."""
    if isinstance(value, str):
        return value
    if isinstance(value, IntText | FloatText):
        return value.text
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    return None
