"""promtool's test files: the verdicts of its own cases, written anew, and warnings where it is lax."""

from pathlib import Path

import pytest

from slogen.replay.suite import SuiteResult, run_suite
from tests.marked import pointed, unmarked

RULES = """\
groups:
- name: base
  rules:
  - {record: "job:up:sum", expr: sum by (job) (up)}
- name: watch
  interval: 5m
  rules:
  - alert: Down
    expr: up == 0
    for: 5m
    labels: {severity: page}
    annotations: {summary: "{{ $labels.instance }} of {{ $labels.job }} is down in {{ $externalLabels.region }}"}
  - {alert: Always, expr: vector(1)}
"""
SERIES = "{series: 'up{job=\"api\",instance=\"a\"}', values: '%s'}"


def suite(folder: Path, tests: str, rules: str = RULES) -> SuiteResult:
    """The verdict on a test file beside these rules."""
    (folder / "rules.yml").write_text(rules, "utf-8")
    (folder / "x.test.yaml").write_text(tests, "utf-8")
    return run_suite(folder / "x.test.yaml", "x.test.yaml")


def one(values: str, checks: str, head: str = "rule_files: [rules.yml]\nevaluation_interval: 1m\n") -> str:
    """A file with one test of one series."""
    return f"{head}tests:\n- interval: 1m\n  input_series: [{SERIES % values}]\n  {checks}\n"


def expr(query: str, at: str, *samples: str) -> str:
    """A check of an expression."""
    return f"promql_expr_test: [{{expr: '{query}', eval_time: {at}, exp_samples: [{', '.join(samples)}]}}]"


def alerts(name: str, at: str, *expected: str) -> str:
    """A check of an alert."""
    return f"alert_rule_test: [{{alertname: {name}, eval_time: {at}, exp_alerts: [{', '.join(expected)}]}}]"


UP = 'labels: \'up{job="api",instance="a"}\''
BARE = 'labels: \'{job="api",instance="a"}\''
DOWN = "{exp_labels: {severity: page, job: api, instance: a}, exp_annotations: {summary: 'a of api is down in '}}"
PASSING = {
    "an interval of minutes": one("0+0x30", alerts("Down", "6m", DOWN)),
    "pending is not firing": one("0+0x30", alerts("Down", "4m")),
    "recovered": one("0+0x8 1+0x20", alerts("Down", "20m")),
    "group intervals are ignored": one("0+0x30", alerts("Down", "5m", DOWN)),
    "windows are left open": one("1+0x300", expr("count_over_time(up[5m])", "10m", f"{{{BARE}, value: 5}}")),
    "a series is seen for five minutes": one("1 _x20", expr("up", "4m", f"{{{UP}, value: 1}}")),
    "and no longer": one("1 _x20", expr("up", "5m")),
    "stale ends at once": one("1 stale _x20", expr("up", "1m")),
    "a recorded series": one("1+0x9", expr("job:up:sum", "5m", "{labels: 'job:up:sum{job=\"api\"}', value: 1}")),
    "a scalar is a nameless sample": one("1+0x9", expr("1 + 1", "5m", "{value: 2}")),
    "years": one("0+1x10", expr("up", "0s", f"{{{UP}, value: 0}}")).replace(
        "interval: 1m\n  input", "interval: 100d\n  input"
    ),
    "the interval is the evaluation interval where none is given": one(
        "0+1x9", expr("up", "4m", f"{{{UP}, value: 4}}")
    ).replace("- interval: 1m\n  input", "- input"),
    "at and offset": one("0+1x20", expr("up @ 60 + up offset 2m", "5m", f"{{{BARE}, value: 4}}")),
    "fuzzy values": one(
        "1+0x9",
        expr("job:up:sum * 0.1 * 3", "5m", "{labels: '{job=\"api\"}', value: 0.3}"),
        "rule_files: [rules.yml]\nfuzzy_compare: true\n",
    ),
    "no tests at all": "rule_files: [rules.yml]\n",
}
FAILING = {
    "an alert that does not fire": one("1+0x30", alerts("Down", "6m", DOWN)),
    "an alert that nobody expects": one("0+0x30", alerts("Down", "6m")),
    "a missing label": one("0+0x30", alerts("Down", "6m", DOWN.replace("severity: page, ", ""))),
    "another text": one("0+0x30", alerts("Down", "6m", DOWN.replace("down", "up"))),
    "a wrong value": one("1+0x9", expr("job:up:sum", "5m", "{labels: 'job:up:sum{job=\"api\"}', value: 2}")),
    "one bit off": one("1+0x9", expr("job:up:sum * 0.1 * 3", "5m", "{labels: '{job=\"api\"}', value: 0.3}")),
    "NaN is not NaN": one("1+0x9", expr("0 / 0", "5m", "{value: .nan}")),
    "a bad series": one("1+0x", expr("up", "1m")),
    "a bad expression": one("1+0x9", expr("up ==", "1m")),
    "a range is no result": one("1+0x9", expr("up[5m]", "1m")),
}


@pytest.mark.parametrize("case", PASSING)
def test_cases_that_pass(tmp_path: Path, case: str) -> None:
    """What promtool accepts."""
    result = suite(tmp_path, PASSING[case])

    assert [failure.message for found in result.cases for failure in found.failures] == []
    assert result.passed


@pytest.mark.parametrize("case", FAILING)
def test_cases_that_fail(tmp_path: Path, case: str) -> None:
    """What promtool refuses, test by test."""
    result = suite(tmp_path, FAILING[case])

    assert not result.passed
    assert result.cases[0].failures


REFUSED = [
    ("SLO630", "«rulefiles: []\n", RULES),
    ("SLO630", "rule_files: [rules.yml]\ntests: [{«expr: up}]\n", RULES),
    ("SLO630", "rule_files: [rules.yml]\nevaluation_interval: «soon\n", RULES),
    ("SLO630", "rule_files: [rules.yml]\ngroup_eval_order: «[base, base]\n", RULES),
    ("SLO630", "rule_files: [rules.yml]\ntests: [{alert_rule_test: [«{eval_time: 1m}]}]\n", RULES),
]


@pytest.mark.parametrize(("code", "marked", "rules"), REFUSED)
def test_test_files_that_are_refused(tmp_path: Path, code: str, marked: str, rules: str) -> None:
    """Nothing of such a file is run, and the message points at what is wrong."""
    text, places = unmarked(marked)
    result = suite(tmp_path, text, rules)

    assert pointed(result.findings) == [(code, *place) for place in places]
    assert not result.passed


@pytest.mark.parametrize(
    "marked",
    [
        "groups: [{name: a, rules: [{record: x, «exp: up}]}]\n",
        "groups: [{name: a, rules: [{record: x, expr: «up ==}]}]\n",
        "groups: [{name: a}, {name: «a}]\n",
        'groups: [{name: a, rules: [{alert: x, expr: up, annotations: {a: «"{{ nonsense 1 }}"}}]}]\n',
    ],
)
def test_rule_files_that_are_refused(tmp_path: Path, marked: str) -> None:
    """A rule file that Prometheus would not load stops the tests."""
    rules, places = unmarked(marked)
    result = suite(tmp_path, "rule_files: [rules.yml]\n", rules)

    assert [(code, line) for code, line, _ in pointed(result.findings)] == [("SLO600", line) for line, _ in places]
    assert result.cases == ()


CHAIN = """\
groups:
- {name: one, rules: [{record: a, expr: up}]}
- {name: two, rules: [{record: b, expr: a}]}
"""
LAX = [
    ("SLO631", "rule_files: [rules.yml, «nothing-*.yml]\ntests: [{}]\n", RULES),
    ("SLO635", "«rule_files: [rules.yml]\n", RULES),
    ("SLO632", one("0+0x3", "alert_rule_test: [«{alertname: Dwon, eval_time: 3m}]"), RULES),
    ("SLO633", one("0+0x3", expr("vector(0) > 1", "3m"), "rule_files: «[rules.yml]\n"), CHAIN),
    ("SLO634", one("0+0x9", expr("vector(0) > 1", "3m")).replace("values: '", "values: «'"), RULES),
]


@pytest.mark.parametrize(("code", "marked", "rules"), LAX)
def test_what_promtool_lets_pass_is_said(tmp_path: Path, code: str, marked: str, rules: str) -> None:
    """A pattern without files, a misspelt alert, an order left to chance, input that nobody looks at."""
    text, places = unmarked(marked)
    result = suite(tmp_path, text, rules)

    assert [(found, line) for found, line, _ in pointed(result.findings)] == [(code, line) for line, _ in places]
    assert result.passed


def test_named_groups_are_in_order(tmp_path: Path) -> None:
    """With every group named there is nothing left to chance, and the reader sees this tick or the one before."""
    for order, seen in (("[one, two]", 3), ("[two, one]", 2)):
        head = f"rule_files: [rules.yml]\ngroup_eval_order: {order}\n"
        labels = 'b{job="api",instance="a"}'
        result = suite(tmp_path, one("0+1x3", expr("b", "3m", f"{{labels: '{labels}', value: {seen}}}"), head), CHAIN)
        assert result.passed, result
        assert result.findings == ()
