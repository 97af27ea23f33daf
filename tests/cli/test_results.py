"""Results of tests for people and machines, and the options of `slogen test`."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from slogen.cli import results
from slogen.diagnostics.model import Span
from slogen.proofs.coverage import Part
from slogen.proofs.outcome import Kind, Outcome
from tests.cli.running import run
from tests.proofs.stories import write

HERE = Span("specs/shop.test.yaml", 7, 5, 7, 9)
TESTS = """\
tests:
  quiet: {lasts: 1h, history: 1h, expect: [{silent: true}]}
  wrong: {lasts: 1h, history: 1h, expect: [{alert: ErrorBudgetBurnPage, slo: answers, fires: 5m}]}
  worse: {lasts: 1h, history: 1h, expect: [{alert: ErrorBudgetBurnPage, slo: answers, fires: 6m}]}
"""


def outcome(name: str, problem: str = "", kind: Kind = "scenario", seconds: float = 1.0) -> Outcome:
    """A test of the shop."""
    expected, seen, picture = (("fires: 5m",), ("it never fires",), ("....",)) if problem else ((), (), ())
    note = "unproven: why" if kind == "unproven" else "all is well"
    return Outcome(kind, "production/shop", name, problem, expected, seen, picture, note, seconds, HERE)


SOME = (outcome("quiet"), outcome("wrong", "it never\nfires: 50%\x01\ufffe"), outcome("left", kind="unproven"))


def test_lines_tell_what_was_expected_and_seen() -> None:
    """A diff and a picture follow a failure; totals tell proven from unproven."""
    text = results.as_text(SOME, (), results.Shown(colour=False))

    assert text.splitlines() == [
        "ok   production/shop quiet: all is well",
        "FAIL production/shop wrong: it never",
        "fires: 50%‹U+0001›‹U+FFFE›",
        "    - fires: 5m",
        "    + it never fires",
        "      ....",
        "?    production/shop left: unproven: why",
        "1 passed, 1 failed, 1 unproven",
    ]


def test_slowest_tests_and_what_was_left_out_come_last() -> None:
    """As many durations as asked for, longest first; everything that no test exercised where asked."""
    slow = (outcome("a", seconds=1.0), outcome("b", seconds=3.0), outcome("c", seconds=2.0))
    parts = (Part("alerts", 3, ("production/shop X",)), Part("routes", 2, (), ("main {} to shadow",)))
    lines = results.as_text(slow, parts, results.Shown(False, coverage=True, durations=2)).splitlines()

    assert lines[3:] == [
        "    3.00s production/shop::b",
        "    2.00s production/shop::c",
        "not exercised (alerts): production/shop X",
        "for no alert of this project (routes): main {} to shadow",
        "exercised 2 of 3 alerts, 2 of 2 routes (1 more for no alert of this project)",
        "3 passed, 0 failed",
    ]
    assert "--coverage lists the others" in results.as_text(slow, parts, results.Shown(False))


def test_json_has_every_outcome() -> None:
    """Machines get all fields, the place and the coverage."""
    made = json.loads(results.as_json(SOME, (Part("alerts", 2, ("x",)),)))

    assert [row["passed"] for row in made["tests"]] == [True, False, True]
    assert made["tests"][1]["line"] == 7
    assert (made["failed"], made["coverage"]) == (1, {"alerts": {"total": 2, "missing": ["x"], "beyond": []}})


def test_junit_is_xml_whatever_the_texts_hold(tmp_path: Path) -> None:
    """Control characters become escapes; unproven alerts are skipped tests."""
    path = tmp_path / "deep" / "report.xml"
    results.write_junit(SOME, path)
    (suite,) = ET.parse(path).getroot()  # noqa: S314 -- written a line above

    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    assert suite[1][0].get("message") == "it never\nfires: 50%\\u0001\\ufffe"
    assert suite[2][0].tag == "skipped"


def test_github_shows_at_most_ten() -> None:
    """Nine failures and how many more; percent signs and line ends are escaped."""
    many = [outcome(f"n{number}", "50%\nbad") for number in range(12)]
    rows = results.as_github(many).splitlines()

    assert len(rows) == 10
    assert rows[0] == "::error file=specs/shop.test.yaml,line=7,title=n0::50%25%0Abad"
    assert rows[-1] == "::error::and 3 more failed tests"


def test_failed_tests_are_remembered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--last-failed` runs what failed before; when it passes, everything is run again."""
    where = ["test", "--no-proofs", "-j", "1", "--project", str(write(tmp_path, TESTS))]
    assert run(where, capsys)[0] == 1
    again = run([*where, "--last-failed"], capsys)[1]
    assert again.splitlines()[-1] == "0 passed, 2 failed"

    write(tmp_path, TESTS.replace("fires: 5m", "never: true").replace("fires: 6m", "never: true"))
    assert run([*where, "--last-failed"], capsys)[1].splitlines()[-1] == "2 passed, 0 failed"
    assert run([*where, "--last-failed"], capsys)[1].splitlines()[-1] == "3 passed, 0 failed"


def test_the_first_failure_ends_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `-x` nothing is begun after it."""
    status, out, _ = run(["test", "--no-proofs", "-x", "-j", "1", "--project", str(write(tmp_path, TESTS))], capsys)

    assert status == 1
    assert "production/shop wrong" in out
    assert out.splitlines()[-1] == "1 passed, 1 failed"


def test_proofs_can_be_chosen_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the proofs whose name holds the text are run, and a part of the tests is no coverage."""
    where = ["test", "-k", "shop::answers SLONoData", "-j", "1", "--project", str(write(tmp_path))]
    status, out, _ = run(where, capsys)

    assert status == 0
    assert [line.split(": ")[0] for line in out.splitlines()[:-1]] == [
        "ok   production/shop answers SLONoData",
        "ok   staging/shop answers SLONoData",
    ]


def test_nothing_to_do_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No proofs and only proofs contradict each other; a name that no test has would look like success."""
    assert run(["test", "--proofs-only", "--no-proofs"], capsys)[0] == 2
    status, _, problems = run(["test", "-k", "nowhere", "-j", "1", "--project", str(write(tmp_path))], capsys)
    assert (status, problems.splitlines()[-1]) == (2, "slogen: no test's name holds 'nowhere'")


def test_pytest_collects_both_formats(tmp_path: Path) -> None:
    """Scenario tests and promtool's tests are items; a failure tells what was seen, without a traceback.

    A file whose traffic cannot be read is an error of its own, and of no other file.
    """
    write(tmp_path, TESTS)
    write(tmp_path, "traffic: {db: {recorded: day.csv}}\ntests: {it: {lasts: 1h, expect: [{silent: true}]}}\n", "store")
    (tmp_path / "specs" / "day.csv").write_text("0,1\n60,-1\n", "utf-8")
    (tmp_path / "rules.yml").write_text("groups: [{name: g, rules: [{record: a, expr: vector(1)}]}]\n", "utf-8")
    (tmp_path / "own.test.yaml").write_text(
        "rule_files: [rules.yml]\ntests:\n"
        "- {name: one, promql_expr_test: [{expr: a, eval_time: 1m, exp_samples: [{labels: a, value: 1}]}]}\n"
        "- {name: two, promql_expr_test: [{expr: a, eval_time: 1m, exp_samples: [{labels: a, value: 2}]}]}\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:slogen", "-p", "slogen.pytest_plugin", "."]
    command.append("--continue-on-collection-errors")
    # The plugin is named here because it may not be installed; where it is, it must not load twice.
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, text=True, check=False)

    assert "3 failed, 2 passed, 1 error" in done.stdout
    assert "specs/day.csv:2:1" in done.stdout
    assert "it never fires, expected at 5m" in done.stdout
    assert "Traceback" not in done.stdout
