"""Plays scripted cases to a real Alertmanager and keeps what it tells, with times."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from slogen.emit.yaml import dump
from slogen.routing.story import Episode, canonical
from tests.engines.servers import alertmanager
from tests.routing.live_cases import Case, Fires

NODE = {"group_wait": "2s", "group_interval": "5s", "repeat_interval": "1h", "group_by": ["alertname"]}


@dataclass(frozen=True, slots=True)
class Heard:
    """One webhook call: which integration of which receiver was told what, and when (Unix s)."""

    receiver: str
    channel: int
    group_key: str
    firing: frozenset[tuple[tuple[str, str], ...]]
    resolved: frozenset[tuple[tuple[str, str], ...]]
    time: float


@dataclass(slots=True)
class Run:
    """A finished run: the configuration, the alerts as they really came (Unix ms), what was told, and the end (ms)."""

    config: str
    episodes: list[Episode] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    end: int = 0


def configuration(cases: tuple[Case, ...], sink: str, now: datetime) -> str:
    """One tree with a node per case; receivers are called `<case>/<receiver>`."""
    receivers: dict[str, Any] = {"nobody": {"name": "nobody"}}
    routes = []
    for number, case in enumerate(cases):
        node = {**NODE, "matchers": [f'case="{number}"'], **case.node, **_own({"receiver": "rest"}, number)}
        node["routes"] = [_own(route, number) for route in case.routes]
        routes.append(node)
        for name in sorted(_named(node)):
            receivers[name] = _receiver(name, case, sink)
    return dump(
        {
            "route": {"receiver": "nobody", "routes": routes},
            "receivers": [receivers[name] for name in sorted(receivers)],
            "inhibit_rules": [_guarded(rule, number) for number, case in enumerate(cases) for rule in case.inhibit],
            "time_intervals": [
                {"name": "always", "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "24:00"}]}]},
                {"name": "never", "time_intervals": [{"years": ["1999"]}]},
                {"name": "this minute", "time_intervals": [_this_minute(now)]},
            ],
        }
    )


def _own(route: dict[str, Any], number: int) -> dict[str, Any]:
    made = dict(route)
    if "receiver" in made:
        made["receiver"] = made["receiver"] if made["receiver"] == "nobody" else f"{number}/{made['receiver']}"
    if "routes" in made:
        made["routes"] = [_own(child, number) for child in made["routes"]]
    return made


def _named(route: dict[str, Any]) -> set[str]:
    own = {route["receiver"]} if route.get("receiver", "nobody") != "nobody" else set()
    return own.union(*(_named(child) for child in route.get("routes", [])))


def _receiver(name: str, case: Case, sink: str) -> dict[str, Any]:
    short = name.partition("/")[2]
    first = {"url": f"{sink}/0", "send_resolved": short not in case.silent_resolves}
    second = {"url": f"{sink}/1", "send_resolved": False}
    return {"name": name, "webhook_configs": [first, second] if short in case.twin else [first]}


def _guarded(rule: dict[str, Any], number: int) -> dict[str, Any]:
    guard = f'case="{number}"'
    sides = {side: [*rule[side], guard] for side in ("source_matchers", "target_matchers")}
    return {**rule, **sides}


def _this_minute(now: datetime) -> dict[str, Any]:
    begin = now.astimezone(UTC).replace(second=0, microsecond=0)
    minute = begin.hour * 60 + begin.minute
    end = "24:00" if minute == 24 * 60 - 1 else f"{(minute + 1) // 60:02d}:{(minute + 1) % 60:02d}"
    return {
        "times": [{"start_time": f"{begin:%H:%M}", "end_time": end}],
        "days_of_month": [str(begin.day)],
        "months": [str(begin.month)],
        "years": [str(begin.year)],
    }


@contextlib.contextmanager
def _listening(heard: list[Heard]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived = time.time()
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            sides = {
                status: frozenset(canonical(a["labels"]) for a in body["alerts"] if a["status"] == status)
                for status in ("firing", "resolved")
            }
            channel = int(self.path.strip("/"))
            told = Heard(body["receiver"], channel, body["groupKey"], sides["firing"], sides["resolved"], arrived)
            heard.append(told)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 256

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def play(binary: Path, folder: Path, cases: tuple[Case, ...], seconds: float) -> Run:
    """Start an Alertmanager, let all cases happen at the same time, and listen for `seconds`."""
    heard: list[Heard] = []
    with _listening(heard) as sink:
        config = folder / "alertmanager.yaml"
        config.write_text(configuration(cases, sink, datetime.now(UTC)), encoding="utf-8")
        with alertmanager(binary, config, folder / "data") as url:
            run = Run(configuration(cases, sink, datetime.now(UTC)))
            config.write_text(run.config, encoding="utf-8")
            requests.post(f"{url}/-/reload", timeout=5).raise_for_status()
            begin = time.time()
            run.episodes = _happen(url, cases, begin, seconds)
            run.heard = sorted(heard, key=lambda h: h.time)
    run.end = int((begin + seconds) * 1000)
    return run


def _happen(url: str, cases: tuple[Case, ...], begin: float, seconds: float) -> list[Episode]:
    """Post every start and end at its time; gives the alerts as they were posted."""
    happenings = []
    for number, case in enumerate(cases):
        shift = (60 - begin % 60 - 2 - 2.5) % 5 if case.meets_minute else 0.0
        for index, alert in enumerate(case.alerts):
            happenings.append((alert.start + shift, "start", number, index))
            if alert.end is not None:
                happenings.append((alert.end + shift, "end", number, index))
    started: dict[tuple[int, int], float] = {}
    ended: dict[tuple[int, int], float] = {}
    for at, what, number, index in sorted(happenings):
        time.sleep(max(0.0, begin + at - time.time()))
        now = time.time()
        alert = cases[number].alerts[index]
        if what == "start":
            started[number, index] = now
            _post(url, number, alert, now, now + 3600)
        else:
            ended[number, index] = now
            _post(url, number, alert, started[number, index], now)
    time.sleep(max(0.0, begin + seconds - time.time()))
    return [_episode(cases, key, started, ended) for key in started]


def _episode(
    cases: tuple[Case, ...],
    key: tuple[int, int],
    started: dict[tuple[int, int], float],
    ended: dict[tuple[int, int], float],
) -> Episode:
    labels = canonical({**cases[key[0]].alerts[key[1]].labels, "case": str(key[0])})
    return Episode(labels, int(started[key] * 1000), int(ended[key] * 1000) if key in ended else None)


def _post(url: str, number: int, alert: Fires, start: float, end: float) -> None:
    moments = {
        name: (datetime.fromtimestamp(0, UTC) + timedelta(seconds=at)).isoformat()
        for name, at in (("startsAt", start), ("endsAt", end))
    }
    body = [{"labels": {**alert.labels, "case": str(number)}, **moments}]
    requests.post(f"{url}/api/v2/alerts", json=body, timeout=5).raise_for_status()
