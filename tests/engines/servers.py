"""Real servers for one test: started on a free loopback port, waited for, and stopped whatever happens."""

import contextlib
import ctypes
import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

READY_WITHIN = 60.0
_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def free_port() -> int:
    """A TCP port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _die_with_parent() -> None:
    """Runs in the child: a killed test run leaves no server behind (Linux)."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@contextlib.contextmanager
def _serving(command: list[str], ready: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, preexec_fn=_die_with_parent)  # noqa: PLW1509
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not _answers(ready):
            if process.poll() is not None or time.monotonic() > deadline:
                message = f"{command[0]} did not become ready:\n{log.read_text(errors='replace')[-4000:]}"
                raise RuntimeError(message)
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


@contextlib.contextmanager
def prometheus(binary: Path, config: Path, data: Path, *flags: str) -> Iterator[str]:
    """A running Prometheus; yields its URL. `data` is the TSDB folder, backfilled before if at all."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        str(binary),
        f"--config.file={config}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--web.external-url={url}",
        *flags,
    ]
    with _serving(command, f"{url}/-/ready", data.parent / f"prometheus-{port}.log"):
        yield url


@contextlib.contextmanager
def alertmanager(binary: Path, config: Path, data: Path, *flags: str) -> Iterator[str]:
    """A running single Alertmanager; yields its URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        str(binary),
        f"--config.file={config}",
        f"--storage.path={data}",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--web.external-url={url}",
        "--cluster.listen-address=",
        *flags,
    ]
    with _serving(command, f"{url}/-/ready", data.parent / f"alertmanager-{port}.log"):
        yield url


@dataclass(slots=True)
class Sink:
    """What a webhook server was sent: (path, JSON body) in the order of arrival."""

    url: str
    received: list[tuple[str, Any]] = field(default_factory=list)

    def wait(self, wanted: Callable[[str, Any], bool], within: float) -> Any:
        """The first body that satisfies `wanted(path, body)`; None after `within` seconds."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for path, body in tuple(self.received):
                if wanted(path, body):
                    return body
            time.sleep(0.1)
        return None


@contextlib.contextmanager
def webhook_sink() -> Iterator[Sink]:
    """A server that answers 200 to every POST and keeps what it was sent."""
    sink = Sink(url="")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            sink.received.append((self.path, json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: the test reads `received`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
