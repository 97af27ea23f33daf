"""Variables of a query filled in as Grafana fills them in; changes when Grafana's rules do.

The rules are those of its Prometheus data source: intervals follow the width of the panel, values are escaped for a
regular expression inside a PromQL string, several values become one group, and All becomes the variable's `allValue`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from slogen.emit.yaml import YamlValue

DEFAULT_SCRAPE = 15_000
_REFERENCE = re.compile(
    r"\$(?P<plain>\w+)|\[\[(?P<old>\w+?)(?::(?P<old_format>\w+))?\]\]"
    r"|\$\{(?P<braced>\w+)(?:\.(?P<field>[^:}]+))?(?::(?P<format>[^}]+))?\}",
    re.ASCII,
)
_REGEX_META = re.compile(r"[$^*{}\[\]'+?.()|]")
_NICE_SECONDS = (
    (0.015, 0.01), (0.035, 0.02), (0.075, 0.05), (0.15, 0.1), (0.35, 0.2), (0.75, 0.5), (1.5, 1), (3.5, 2), (7.5, 5),
    (12.5, 10), (17.5, 15), (25, 20), (45, 30), (90, 60), (210, 120), (450, 300), (750, 600), (1050, 900),
    (1500, 1200), (2700, 1800), (5400, 3600), (9000, 7200), (16_200, 10_800), (32_400, 21_600), (86_400, 43_200),
    (604_800, 86_400), (1_814_400, 604_800), (3_628_800, 2_592_000),
)  # fmt: skip
"""Below this many seconds between points, this interval is used (seconds); beyond the last one, a year."""
_YEAR_MS = 31_536_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader has chosen for a variable: some of its values, or All, which stands for `all_value`.

    `multi` says whether the variable may take several values at all; if not, its value is no regular expression.
    """

    values: tuple[str, ...]
    all_value: str | None = None
    multi: bool = True


@dataclass(frozen=True, slots=True)
class TimeRange:
    """What is shown: start and end in Unix ms, and how many points a panel can draw."""

    start: int
    end: int
    points: int = 600

    @property
    def span(self) -> int:
        """Milliseconds from start to end."""
        return self.end - self.start


def step_of(shown: TimeRange, min_step: str | None) -> int:
    """`$__interval` in ms: a round duration between points, never less than the panel's own minimum."""
    return max(_nice(shown.span / shown.points), _least(min_step))


def rate_interval(shown: TimeRange, min_step: str | None) -> int:
    """`$__rate_interval` in ms: wide enough that `rate` always sees at least four scrapes."""
    return max(step_of(shown, min_step) + _least(min_step), 4 * _least(min_step))


def interpolate(text: str, shown: TimeRange, min_step: str | None, choices: Mapping[str, Choice]) -> str:
    """The text with every known variable replaced; what is no known variable stays as it is written."""
    step, rate = step_of(shown, min_step), rate_interval(shown, min_step)
    seconds = round(shown.span / 1000)
    built_in = {
        "__interval": _duration(step),
        "__interval_ms": str(step),
        "__rate_interval": _duration(rate),
        "__rate_interval_ms": str(rate),
        "__range": f"{seconds}s",
        "__range_s": str(seconds),
        "__range_ms": str(shown.span),
        "__from": str(shown.start),
        "__to": str(shown.end),
    }

    def fill(found: re.Match[str]) -> str:
        name = found["plain"] or found["old"] or found["braced"]
        if name in built_in:
            return built_in[name]
        return _written(choices[name]) if name in choices else found[0]

    return _REFERENCE.sub(fill, text)


def _written(choice: Choice) -> str:
    if choice.all_value is not None:
        return choice.all_value
    if not choice.multi:
        return choice.values[0].replace("\\", "\\\\").replace('"', '\\"')
    escaped = [_for_regex(value) for value in choice.values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


def _for_regex(value: str) -> str:
    """Escaped twice: once for the regular expression, once for the string it stands in."""
    return _REGEX_META.sub(r"\\\\\g<0>", value.replace("\\", "\\\\\\\\"))


def default_choices(dashboard: Mapping[str, YamlValue]) -> dict[str, Choice]:
    """All for every query variable of a dashboard's JSON: what a reader sees first."""
    found: dict[str, Choice] = {}
    match dashboard:
        case {"templating": {"list": [*variables]}}:
            for variable in variables:
                match variable:
                    case {"type": "query", "name": str(name), "allValue": str(all_value)}:
                        found[name] = Choice((), all_value)
                    case {"type": "query", "name": str(name)}:
                        found[name] = Choice((), ".*")
    return found


def _nice(millis: float) -> int:
    return next((round(nice * 1000) for below, nice in _NICE_SECONDS if millis < below * 1000), _YEAR_MS)


def _least(min_step: str | None) -> int:
    if min_step is None:
        return DEFAULT_SCRAPE
    units = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
    found = re.fullmatch(r"(\d+)(ms|s|m|h|d)", min_step)
    if found is None:
        raise ValueError(f"{min_step!r} is no duration of Grafana's")
    return int(found[1]) * units[found[2]]


def _duration(millis: int) -> str:
    """The way Grafana prints an interval: in the largest unit that divides it."""
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if millis % size == 0:
            return f"{millis // size}{unit}"
    return f"{millis}ms"
