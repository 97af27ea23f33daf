"""Queries to a running Prometheus, or anything that answers its HTTP API; changes when that API does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests


class RefusedError(Exception):
    """The server could not be asked or did not answer; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One series of an answer: its labels, and (Unix ms, value) in the order of time."""

    labels: tuple[tuple[str, str], ...]
    samples: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A server: its base URL, headers sent with each query (such as a tenant), and seconds to wait for an answer."""

    url: str
    headers: Mapping[str, str]
    timeout: float = 60.0

    def instant(self, expr: str, at: int) -> list[Answer]:
        """The series of an instant query at `at` (Unix ms). Raises `RefusedError`."""
        data = self._ask("query", {"query": expr, "time": at / 1000})
        with self._understanding():
            if data["resultType"] == "scalar":
                return [Answer((), (_sample(data["result"]),))]
            return [Answer(_labels(series), (_sample(series["value"]),)) for series in data["result"]]

    def ranged(self, expr: str, start: int, end: int, step: int) -> list[Answer]:
        """The series of a range query, times and step in ms. Raises `RefusedError`."""
        span: dict[str, str | float] = {"query": expr, "start": start / 1000, "end": end / 1000, "step": step / 1000}
        data = self._ask("query_range", span)
        with self._understanding():
            return [Answer(_labels(series), tuple(map(_sample, series["values"]))) for series in data["result"]]

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        """What does not have the shape of an answer did not come from a Prometheus."""
        try:
            yield
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise RefusedError(f"{self.url} answered, but not as Prometheus does") from error

    def _ask(self, what: str, data: Mapping[str, str | float]) -> Any:
        address = f"{self.url.rstrip('/')}/api/v1/{what}"
        try:
            response = requests.post(address, data=data, headers=dict(self.headers), timeout=self.timeout)
            answer = response.json()
        except requests.JSONDecodeError:
            raise RefusedError(f"{address} answered {response.status_code}, and not as Prometheus does") from None
        except requests.RequestException as error:
            raise RefusedError(f"{address} could not be asked: {type(error).__name__}") from error
        if not isinstance(answer, dict) or answer.get("status") != "success" or "data" not in answer:
            reason = answer.get("error") if isinstance(answer, dict) else None
            raise RefusedError(f"{address} refused the query {data['query']}: {reason or 'no reason given'}")
        return answer["data"]


def _labels(series: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(series["metric"].items()))


def _sample(pair: Any) -> tuple[int, float]:
    return round(float(pair[0]) * 1000), float(pair[1])
