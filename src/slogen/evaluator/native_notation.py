"""Native histograms as promtool writes them: `{{schema:0 count:4 sum:5 buckets:[1 2 1]}}`."""

import re
from collections.abc import Mapping

from slogen.evaluator.native import CUSTOM, Hint, Histogram
from slogen.evaluator.numbers import parse_number, show_general

_ENTRY = re.compile(r"\s*(?P<key>[a-z_]+):(?:\[(?P<list>[^\[\]]*)\]|(?P<one>[^\s\[\]]+))")
_NUMBERS = {"sum", "count", "z_bucket", "z_bucket_w"}
_INTEGERS = {"schema", "offset", "n_offset"}
_LISTS = {"buckets", "n_buckets", "custom_values"}
_HINTS = {"unknown": Hint.UNKNOWN, "reset": Hint.RESET, "not_reset": Hint.NOT_RESET, "gauge": Hint.GAUGE}


class HistogramError(ValueError):
    """The text between double braces is no native histogram."""


def histogram(text: str) -> Histogram:
    """The histogram written as `{{…}}`. Raises HistogramError."""
    values = _entries(text[2:-2])
    numbers = {key: value for key, value in values.items() if isinstance(value, float)}
    schema = int(numbers.get("schema", 0.0))
    if not (schema == CUSTOM or -4 <= schema <= 8):
        raise HistogramError(f"{schema} is no schema of a native histogram")
    lists = {key: value for key, value in values.items() if isinstance(value, tuple)}
    hint = values.get("counter_reset_hint")
    return Histogram(
        schema=schema,
        count=numbers.get("count", 0.0),
        sum=numbers.get("sum", 0.0),
        zero_threshold=numbers.get("z_bucket_w", 0.0),
        zero_count=numbers.get("z_bucket", 0.0),
        positive=_buckets(lists.get("buckets", ()), numbers.get("offset", 0.0)),
        negative=_buckets(lists.get("n_buckets", ()), numbers.get("n_offset", 0.0)),
        custom=lists.get("custom_values", ()),
        hint=hint if isinstance(hint, Hint) else Hint.UNKNOWN,
    )


Entry = float | tuple[float, ...] | Hint


def _entries(text: str) -> dict[str, Entry]:
    values: dict[str, Entry] = {}
    at = 0
    while text[at:].strip():
        found = _ENTRY.match(text, at)
        if found is None:
            raise HistogramError(f"{text[at:].strip()!r} is no part of a histogram")
        values[found["key"]] = _entry(found["key"], found["one"], found["list"])
        at = found.end()
    return values


def _entry(key: str, one: str | None, several: str | None) -> Entry:
    if key in _LISTS and several is not None:
        return tuple(_number(word, key) for word in several.split())
    if key == "counter_reset_hint" and one in _HINTS:
        return _HINTS[one]
    if key in _NUMBERS and one is not None:
        return _number(one, key)
    if key in _INTEGERS and one is not None and re.fullmatch(r"[+-]?\d+", one):
        return float(one)
    raise HistogramError(f"{one or several!r} is no value of `{key}` in a histogram")


def _number(text: str, key: str) -> float:
    value = parse_number(text)
    if value is None:
        raise HistogramError(f"{text!r} is no number in `{key}` of a histogram")
    return value


def _buckets(counts: tuple[float, ...], offset: float) -> Mapping[int, float]:
    return {int(offset) + place: count for place, count in enumerate(counts)}


def show(value: Histogram) -> str:
    """The text that reads back to an equal histogram, empty buckets left out where they do not matter."""
    compact = value.compact()
    parts = [f"schema:{compact.schema}"] if compact.schema else []
    for key, number in (
        ("count", compact.count),
        ("sum", compact.sum),
        ("z_bucket", compact.zero_count),
        ("z_bucket_w", compact.zero_threshold),
    ):
        if number:
            parts.append(f"{key}:{_word(number)}")
    if compact.custom:
        parts.append(f"custom_values:[{_words(compact.custom)}]")
    if compact.hint is not Hint.UNKNOWN:
        parts.append(f"counter_reset_hint:{compact.hint.value}")
    for prefix, counts in (("", compact.positive), ("n_", compact.negative)):
        if counts:
            first, last = min(counts), max(counts)
            parts += [f"{prefix}offset:{first}"] if first else []
            parts.append(f"{prefix}buckets:[{_words(tuple(counts.get(i, 0.0) for i in range(first, last + 1)))}]")
    return "{{" + " ".join(parts) + "}}"


def _words(numbers: tuple[float, ...]) -> str:
    return " ".join(map(_word, numbers))


def _word(number: float) -> str:
    return show_general(number).removeprefix("+")
