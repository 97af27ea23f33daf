"""Synthetic traffic with a closed form: the same counters backfilled for weeks and then served to a live scrape."""

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter series: `count(t)` is its value at Unix time `t` in seconds."""

    metric: str
    labels: tuple[tuple[str, str], ...]
    count: Callable[[float], float]

    def line(self) -> str:
        """Name and labels as the exposition format writes them."""
        inner = ",".join(f'{name}="{value}"' for name, value in self.labels)
        return f"{self.metric}{{{inner}}}"


def requests(start: float, rate: float) -> Callable[[float], float]:
    """Requests since `start` under a daily wave of 50 % around `rate` per second."""
    phase = 2 * math.pi / DAY

    def count(t: float) -> float:
        return rate * ((t - start) - 0.5 / phase * (math.cos(phase * t) - math.cos(phase * start)))

    return count


def outcomes(model: str, start: float, rate: float, incident: tuple[float, float]) -> list[Counter]:
    """Predictions of a model: one error in 20,000, and from `incident[0]` on the share `incident[1]` of errors."""
    total = requests(start, rate)
    begin, share = incident

    def errors(t: float) -> float:
        before = total(min(t, begin)) / 20_000
        return before + share * (total(t) - total(begin) if t > begin else 0.0)

    def labels(outcome: str) -> tuple[tuple[str, str], ...]:
        return (("model", model), ("outcome", outcome), ("version", "1"))

    return [
        Counter("ml_predictions_total", labels("error"), errors),
        Counter("ml_predictions_total", labels("valid"), lambda t: total(t) - errors(t)),
    ]


def openmetrics(series: list[Counter], scraped: dict[str, str], start: float, end: float, step: float) -> Iterator[str]:
    """Lines of an OpenMetrics file; `scraped` are the labels that a scrape would add (job, instance)."""
    for metric in sorted({counter.metric for counter in series}):
        yield f"# TYPE {metric} unknown\n"
        for counter in (c for c in series if c.metric == metric):
            full = Counter(metric, counter.labels + tuple(scraped.items()), counter.count).line()
            steps = range(int((end - start) / step) + 1)
            yield from (f"{full} {counter.count(start + i * step):.3f} {start + i * step:.3f}\n" for i in steps)
    yield "# EOF\n"


@contextlib.contextmanager
def exporter(series: list[Counter], port: int) -> Iterator[None]:
    """Serves the counters as they stand now at `/metrics` on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            now = time.time()
            page = "".join(f"{counter.line()} {counter.count(now):.3f}\n" for counter in series)
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
