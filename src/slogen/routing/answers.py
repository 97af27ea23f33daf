"""Answers about label sets that fire together, as data; changes with what `slogen route test` prints."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slogen.routing.config import Config
from slogen.routing.inhibit import inhibitions
from slogen.routing.story import Labels, canonical
from slogen.routing.tree import group_key, routes_for


@dataclass(frozen=True, slots=True)
class Answer:
    """Where one alert goes: receivers and group keys in routing order, one per node that takes it, repeats kept."""

    labels: Labels
    receivers: tuple[str, ...]
    group_keys: tuple[str, ...]
    inhibited_by: tuple[Labels, ...]

    def json(self) -> str:
        """One line: `group_key` is the first of `group_keys`, and `inhibited_by` lists label sets."""
        return json.dumps(
            {
                "receivers": list(self.receivers),
                "group_key": self.group_keys[0],
                "group_keys": list(self.group_keys),
                "inhibited_by": [dict(labels) for labels in self.inhibited_by],
            },
            ensure_ascii=False,
        )


class LabelSetError(ValueError):
    """A line that is no label set; `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


def answers(config: Config, alerts: Sequence[Labels]) -> list[Answer]:
    """Where each alert goes, and which of the others keep it quiet, if all of them fire at once."""
    sets = [dict(labels) for labels in alerts]
    muted = inhibitions(config.inhibit_rules, sets)
    found = []
    for labels, by in zip(sets, muted, strict=True):
        routes = routes_for(config.root, labels)
        found.append(
            Answer(
                labels=canonical(labels),
                receivers=tuple(route.receiver for route in routes),
                group_keys=tuple(group_key(route, labels) for route in routes),
                inhibited_by=tuple(alerts[index] for index in by),
            )
        )
    return found


def label_sets(lines: Iterable[str]) -> list[Labels]:
    """JSON lines to label sets, blank lines passed over, empty values dropped; raises LabelSetError."""
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise LabelSetError(number, f"no JSON: {error}") from error
        if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
            raise LabelSetError(number, "a label set is an object of texts")
        found.append(canonical(data))
    return found
