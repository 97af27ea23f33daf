"""Numbers as people read them, in the units that the boards use; changes when a board uses another unit."""

import math

_SI = ((1e9, "G"), (1e6, "M"), (1e3, "K"))
_PER_SECOND = {"reqps": "req/s", "cps": "/s", "ops": "ops/s"}
_MONEY = ("currency", "suffix:")
_SECONDS = ((31_536_000, "years"), (86_400, "days"), (3600, "hours"), (60, "mins"))


def shown(value: float | None, unit: str, decimals: int | None = None, no_value: str = "") -> str:
    """A value with its unit; `no_value` stands for one that is missing."""
    if value is None or math.isnan(value):
        return no_value
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    match unit:
        case "percentunit":
            return f"{_percent(value * 100, decimals)}%"
        case "s":
            return _duration(value, decimals)
        case "ms":
            return _duration(value / 1000, decimals)
        case "µs":
            return _duration(value / 1_000_000, decimals)
        case "reqps" | "cps" | "ops":
            return f"{_scaled(value, decimals)} {_PER_SECOND[unit]}"
        case "short":
            return _scaled(value, decimals)
        case _ if unit.startswith(_MONEY):
            return f"{_scaled(value, decimals)} {unit.removeprefix(_MONEY[0]).removeprefix(_MONEY[1]).strip()}"
        case _:
            return _digits(value, decimals)


def _digits(value: float, decimals: int | None) -> str:
    """As many decimals as asked for; else three significant digits, but never fewer than the whole part has."""
    if decimals is not None:
        return f"{value:.{decimals}f}"
    whole = len(str(int(abs(value))))
    text = f"{value:.{max(0, 3 - whole) if abs(value) >= 1 else 3}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(value: float, decimals: int | None) -> str:
    """Just under a hundred is where objectives live: 99.95 never becomes 100."""
    if decimals is not None or not 99 < value < 100:
        return _digits(value, decimals)
    return f"{math.floor(value * 10_000) / 10_000:.4f}".rstrip("0").rstrip(".")


def _scaled(value: float, decimals: int | None) -> str:
    for size, letter in _SI:
        if abs(value) >= size:
            return f"{_digits(value / size, decimals)} {letter}"
    return _digits(value, decimals)


def _duration(seconds: float, decimals: int | None) -> str:
    for size, word in _SECONDS:
        if abs(seconds) >= size:
            return f"{_digits(seconds / size, decimals)} {word}"
    if abs(seconds) >= 1 or seconds == 0:
        return f"{_digits(seconds, decimals)} s"
    return f"{_digits(seconds * 1000, decimals)} ms"
