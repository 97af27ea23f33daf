"""The verb that draws boards: from an incident, a scenario test or a server, and what it says where it cannot."""

import contextlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import run

TEST = """\
version: slogen/v1
tests:
  bad-hour:
    lasts: 3h
    faults: [{errors: 50%, of: availability, at: 1h, lasts: 30m}]
    expect: [{alert: ErrorBudgetBurnPage, slo: availability, burn: fast, fires: 1h1m, within: 5m}]
"""


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A new project with a scenario test."""
    folder = tmp_path / "project"
    assert run(["init", str(folder)], capsys)[0] == 0
    (folder / "specs" / "example-model.test.yaml").write_text(TEST)
    return folder


def test_an_incident(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without more words every board is drawn from the built-in incident, and the page shows that a page fired."""
    output = project / "page.html"
    status, _, err = run(["preview", "-C", str(project), "-o", str(output)], capsys)
    text = output.read_text(encoding="utf-8")

    assert (status, err.splitlines()[-1]) == (0, f"{output} shows 3 dashboards")
    assert all(f'<main id="slogen-production-{stem}' in text for stem in ("example-model", "overview", "alert-tuning"))
    assert "ErrorBudgetBurnPage" in text


def test_a_scenario(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A scenario test's story is drawn to its end."""
    output = project / "page.html"
    words = [
        "preview",
        "-C",
        str(project),
        "example-model",
        "--scenario",
        "bad-hour",
        "--hours",
        "3",
        "-o",
        str(output),
    ]
    status, _, err = run(words, capsys)
    text = output.read_text(encoding="utf-8")

    assert (status, err.splitlines()[-1]) == (0, f"{output} shows 1 dashboard")
    assert "the scenario bad-hour of example-model" in text
    assert 'class="fill-red"' in text


def test_the_same_page_twice(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A replayed page does not depend on the clock."""
    pages = [project / name for name in ("a.html", "b.html")]
    for page in pages:
        assert run(["preview", "-C", str(project), "overview", "-o", str(page)], capsys)[0] == 0

    assert pages[0].read_bytes() == pages[1].read_bytes()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["exampel-model"], "did you mean `example-model`?"),
        (["--env", "productoin"], "did you mean `production`?"),
        (["--scenario", "bad-our"], "did you mean `bad-hour`?"),
        (["nothing-like-it-at-all"], "there are alert-tuning, example-model, overview"),
        (["--scenario", "bad-hour", "--prometheus", "http://localhost:1"], "two sources of data"),
        (["--prometheus", "http://localhost:1", "--header", "no-equals-sign"], "NAME=VALUE"),
    ],
)
def test_what_does_not_exist(words: list[str], reason: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is a usage error with the nearest right one, and writes nothing."""
    output = project / "page.html"
    status, _, err = run(["preview", "-C", str(project), *words, "-o", str(output)], capsys)

    assert status == 2
    assert reason in err
    assert not output.exists()


@contextlib.contextmanager
def _server(status: int, body: bytes) -> Iterator[str]:
    """A server that answers everything alike."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (502, b"<html>bad gateway</html>", "answered 502, and not as Prometheus does"),
        (400, b'{"status": "error", "error": "parse error"}', "parse error"),
        (200, b"[]", "no reason given"),
        (200, b'{"status": "success", "data": {"resultType": "vector"}}', "not as Prometheus does"),
        (
            200,
            b'{"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}}]}}',
            "not as Prometheus",
        ),
    ],
)
def test_a_strange_server(
    status: int, body: bytes, reason: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server that is no Prometheus, or refuses, ends the run with status 3 and its own words."""
    with _server(status, body) as url:
        code, _, err = run(["preview", "-C", str(project), "overview", "--prometheus", url], capsys)

    assert code == 3
    assert reason in err


def test_no_server(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody listens, that is said without a traceback."""
    words = ["preview", "-C", str(project), "overview", "--prometheus", "http://127.0.0.1:9"]
    status, _, err = run(words, capsys)

    assert status == 3
    assert "could not be asked" in err


def test_an_empty_server(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A server without any of the series gives a page whose panels say so."""
    output = project / "page.html"
    body = b'{"status": "success", "data": {"resultType": "vector", "result": []}}'
    with _server(200, body) as url:
        words = ["preview", "-C", str(project), "overview", "--prometheus", url, "-o", str(output)]
        assert run(words, capsys)[0] == 0

    assert "no events in this time range" in output.read_text(encoding="utf-8")
