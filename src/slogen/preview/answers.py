"""A dashboard's JSON with every query answered: what the drawing modules draw from."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slogen.preview.ask import Ask, Frame, When
from slogen.preview.interpolate import Choice, TimeRange, interpolate, step_of

Json = Mapping[str, Any]
"""A dashboard or a part of one, as its file has it; only files that slogen wrote are drawn."""

_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Line:
    """A named series of a panel; `ref` is the letter of its query. Values are None where there is no sample."""

    name: str
    ref: str
    labels: tuple[tuple[str, str], ...]
    values: tuple[float | None, ...]

    @property
    def last(self) -> float | None:
        """The newest value there is."""
        return next((value for value in reversed(self.values) if value is not None), None)


@dataclass(frozen=True, slots=True)
class Answered:
    """A panel with its answers: `times` (Unix ms) are shared by all lines of range queries."""

    panel: Json
    times: tuple[int, ...]
    lines: tuple[Line, ...]

    @property
    def unit(self) -> str:
        """Grafana's name of the panel's unit."""
        return str(self.defaults.get("unit", "none"))

    @property
    def defaults(self) -> Json:
        """What holds for every field."""
        found: Json = self.panel["fieldConfig"]["defaults"]
        return found

    @property
    def no_value(self) -> str:
        """What the panel says where there is nothing."""
        return str(self.defaults.get("noValue", ""))

    @property
    def steps(self) -> list[tuple[str, float]]:
        """Thresholds as (colour, from this value on), lowest first; the first begins at minus infinity."""
        found = self.defaults.get("thresholds", {}).get("steps", [])
        return [(step["color"], -math.inf if step["value"] is None else float(step["value"])) for step in found]


def answered(panel: Json, ask: Ask, shown: TimeRange, choices: Mapping[str, Choice]) -> Answered:
    """The panel with every query asked as Grafana would ask it."""
    interval = panel.get("interval")
    step = step_of(shown, interval)
    whole = When(shown.start // step * step, shown.end // step * step, step)
    times: tuple[int, ...] = tuple(range(whole.start, whole.end + 1, step))
    lines: list[Line] = []
    for target in panel["targets"]:
        instant = bool(target.get("instant"))
        expr = interpolate(target["expr"], shown, interval, choices)
        frames = ask(expr, When.instant(shown.end) if instant else whole)
        values = (f.values if instant else tuple(_aligned(f, times)) for f in frames)
        lines += [_line(target, frame, found) for frame, found in zip(frames, values, strict=True)]
    return Answered(panel, times, tuple(lines))


def _line(target: Json, frame: Frame, values: Sequence[float | None]) -> Line:
    clean = tuple(None if value is None or math.isnan(value) else value for value in values)
    return Line(named(target.get("legendFormat", ""), frame.labels), target["refId"], frame.labels, clean)


def _aligned(frame: Frame, times: tuple[int, ...]) -> Iterator[float | None]:
    """The values at exactly these times: servers leave steps without a sample out."""
    known = dict(zip(frame.times, frame.values, strict=True))
    return (known.get(time) for time in times)


def named(legend: str, labels: tuple[tuple[str, str], ...]) -> str:
    """A series' name by Grafana's legend format; without one, its labels as Prometheus writes them."""
    known = dict(labels)
    if legend:
        return " ".join(_LABEL.sub(lambda found: known.get(found[1], ""), legend).split())
    inner = ", ".join(f'{name}="{value}"' for name, value in labels if name != "__name__")
    return known.get("__name__", "") + (f"{{{inner}}}" if inner else "")


def color_of(value: float | None, steps: Sequence[tuple[str, float]]) -> str:
    """The colour of the highest step that a value reaches; a missing value has that of the first."""
    reached = [color for color, start in steps if value is not None and value >= start]
    return reached[-1] if reached else (steps[0][0] if steps else "text")
