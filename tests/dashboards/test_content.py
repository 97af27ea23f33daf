"""What boards say: thresholds from the spec, users' text as written, one line for one change."""

import dataclasses
import difflib
import json
from decimal import Decimal
from urllib.parse import unquote

import pytest

from slogen.backends.grafana.culprits import by_pod
from slogen.backends.grafana.section_alerts import thresholds_of
from slogen.backends.grafana.section_raw import for_board
from slogen.backends.grafana.telemetry import money
from slogen.backends.grafana.variables import literal, verbatim
from slogen.ir.program import Component, Program
from slogen.ir.response import BudgetPolicy
from slogen.ir.rules import Alert
from slogen.preview.interpolate import Choice, TimeRange, interpolate
from slogen.promql.rewrite import metric_names
from slogen.promql.text import show
from tests.dashboards.boards import all_panels, boards, emitted, panel_named, panels, queries
from tests.dashboards.program import FLEET, FRAUD, Model, environment_of, expr, http, panel, program_of

PROGRAM = program_of(environment_of(FLEET))
DAY = TimeRange(0, 86_400_000)


def _with(program: Program, model: str, **changes: object) -> Program:
    def changed(component: Component) -> Component:
        return dataclasses.replace(component, **changes) if component.name == model else component  # type: ignore[arg-type]

    (environment,) = program.environments
    environment = dataclasses.replace(environment, components=tuple(map(changed, environment.components)))
    return dataclasses.replace(program, environments=(environment,))


def test_objective_is_a_line() -> None:
    """The SLI panel of an SLO draws its objective, and the burn rates the factors of its tiers."""
    board = boards(PROGRAM)["production/fraud-detector.json"]
    row = next(p for p in board["panels"] if p["title"] == "SLO: Availability")
    sli, burn = (
        next(p for p in row["panels"] if p["title"] == title)
        for title in ("SLI against the objective", "Burn rates by window")
    )

    assert [step["value"] for step in sli["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 0.999]
    assert [step["value"] for step in burn["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 1, 3, 6, 14.4]
    assert [t["legendFormat"] for t in burn["targets"]] == ["1h", "6h", "1d", "3d"]


def test_budget_policy_is_lines() -> None:
    """What is left of a budget is drawn with the shares at which its policy asks for something."""
    (slo, *others) = PROGRAM.environments[0].components[0].slos
    told = dataclasses.replace(slo, policy=BudgetPolicy(Decimal("0.5"), Decimal("0.25"), "none"))
    board = boards(_with(PROGRAM, "fraud-detector", slos=(told, *others)))["production/fraud-detector.json"]
    row = next(p for p in board["panels"] if p["title"] == "SLO: Availability")
    left = next(p for p in row["panels"] if p["title"] == "Error budget left over time")

    assert [step["value"] for step in left["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 0, 0.25, 0.5]
    assert left["description"].endswith("below 50 % a review is due, below 25 % releases stop.")


def test_one_threshold_changes_only_lines_that_speak_of_it() -> None:
    """Another objective changes lines that hold it or what follows from it, and no line moves."""
    (slo, *others) = PROGRAM.environments[0].components[0].slos
    changed = dataclasses.replace(slo, objective=Decimal("0.9995"))
    before = emitted(PROGRAM)["production/fraud-detector.json"].splitlines()
    after = emitted(_with(PROGRAM, "fraud-detector", slos=(changed, *others)))["production/fraud-detector.json"]

    lines = [line for line in difflib.unified_diff(before, after.splitlines(), n=0, lineterm="") if line[0] in "+-"][2:]

    assert len(lines) == 2 * 6
    assert all("0.999" in line or "99.9" in line or "/ 0.0" in line for line in lines)


def test_condition_is_drawn_with_its_threshold() -> None:
    """A declared alert's board panels show what it compares, each with its own threshold."""
    board = boards(PROGRAM)["production/fraud-detector.json"]
    first, second = (panel_named(board, f"DriftHigh ({n} of 2)") for n in (1, 2))

    assert first["fieldConfig"]["defaults"]["thresholds"]["steps"][-1] == {"color": "orange", "value": 0.2}
    assert second["targets"][0]["expr"] == 'auc{job="fraud"}'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a > 1", ["a > 1"]),
        ("a > 1 and on () b < 2 unless c == 3", ["a > 1", "b < 2", "c == 3"]),
        ("a / (b > 0) > 0.5", ["a / (b > 0) > 0.5"]),
        ("a > b", []),
        ("absent(a)", []),
    ],
)
def test_thresholds_of(text: str, found: list[str]) -> None:
    """Comparisons with a number that an alert is composed of are found, guards inside arithmetic are not."""
    assert [show(comparison) for comparison in thresholds_of(expr(text))] == found


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ('sum(rate(x{code=~"5.."}[5m]))', 'sum by (instance, pod) (rate(x{code=~"5.."}[$__rate_interval]))'),
        ('sum by (slice) (rate(x{a="b"}[5m]))', 'sum by (instance, pod) (rate(x{a="b"}[$__rate_interval]))'),
        ('sum(rate(x{a="b"}[5m])) or on () y * 0', 'sum by (instance, pod) (rate(x{a="b"}[$__rate_interval]))'),
    ],
)
def test_by_pod(bad: str, expected: str) -> None:
    """The bad events of a base rule are told apart by pod, with zeros for pods that have none."""
    found = by_pod(expr(bad), expr("sum(rate(x[5m]))"))

    assert found is not None
    total = "sum by (instance, pod) (rate(x[$__rate_interval])) * 0"
    assert show(found) == f"topk(10, {expected} or {total})"


@pytest.mark.parametrize("bad", ["x > bool 3", "histogram_quantile(0.9, x)", "sum(x)"])
def test_by_pod_gives_up(bad: str) -> None:
    """What is no sum of rates has no culprits to name."""
    assert by_pod(expr(bad), expr("sum(rate(x[5m]))")) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('x{a="pay$slo"}', 'x{a=~"pay[$]slo"}'),
        ('x{a!="${slo}.1"}', 'x{a!~"[$]\\\\{slo\\\\}\\\\.1"}'),
        ('x{a="[[slo]]"}', 'x{a=~"\\\\[\\\\[slo\\\\]\\\\]"}'),
        ('x{a=~"\\\\$slo"}', 'x{a=~"[$]slo"}'),
        ('x{a="5$"}', 'x{a="5$"}'),
    ],
)
def test_a_users_dollar_is_no_variable(written: str, shown: str) -> None:
    """A label value that looks like a variable selects what it says, whatever the reader has chosen."""
    kept = show(literal(expr(written)))

    assert kept == shown
    assert interpolate(kept, DAY, "60s", {"slo": Choice(("other",))}) == shown


def test_a_users_text_is_no_variable() -> None:
    """Titles and descriptions keep a dollar sign, with an invisible joiner after it."""
    assert interpolate(verbatim("costs $slo or ${slo}"), DAY, "60s", {"slo": Choice(("x",))}).replace("\u2060", "") == (
        "costs $slo or ${slo}"
    )


HOSTILE = [
    '"quoted" \\ back',
    "line\nbreak",
    "{{slo}} ${slo} [[slo]]",
    "</script><b>",
    "\u202eright",
    "é🦊",
    "x" * 5000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_keeps_its_meaning(text: str) -> None:
    """Any text in a description or title arrives as written, in a file that is still whole."""
    (slo, *others) = PROGRAM.environments[0].components[0].slos
    program = _with(PROGRAM, "fraud-detector", description=text, slos=(dataclasses.replace(slo, title=text), *others))
    board = boards(program)["production/fraud-detector.json"]

    assert board["description"].replace("\u2060", "") == text
    assert any(p["title"].replace("\u2060", "") == f"SLO: {text}" for p in all_panels(board))
    assert emitted(program)["production/fraud-detector.json"].isascii()


def test_only_declared_rows() -> None:
    """A model without raw panels, slices, conditions or cost has no rows and panels for them."""
    plain = boards(program_of(environment_of((Model("plain", (http("x"),)),))))["production/plain.json"]

    assert [p["title"] for p in plain["panels"] if p["type"] == "row"] == ["Overview", "SLO: Availability"]
    assert "Slices, worst first" not in {p["title"] for p in panels(plain)}


def test_slices_and_dependents() -> None:
    """A sliced SLO lists its slices, and a component's board lists the models that depend on it."""
    made = boards(PROGRAM)

    assert panel_named(made["production/support-chatbot.json"], "Slices, worst first")
    dependents = panel_named(made["production/feature-store.json"], "Dependents' objectives")
    assert 'model="support-chatbot"' in dependents["targets"][0]["expr"]


def test_every_series_is_known() -> None:
    """Queries read recorded series, alerts, what the sources' panels read, or what a rule of the model reads."""
    environment = PROGRAM.environments[0]
    known = {"ALERTS"}
    for file in (environment.fleet, *(component.rules for component in environment.components)):
        for group in file.groups:
            for rule in group.rules:
                known |= metric_names(rule.expr) | (set() if isinstance(rule, Alert) else {rule.record})
    for source in (source for component in environment.components for source in component.sources):
        known |= {name for item in source.panels for _, tree in item.series for name in metric_names(tree)}

    for board in boards(PROGRAM).values():
        for asked in queries(board):
            filled = interpolate(asked.target["expr"], DAY, "60s", {n: Choice((), ".+") for n in ("slo", "team")})
            filled = interpolate(filled, DAY, "60s", {n: Choice((), ".+") for n in ("model", "criticality")})
            assert metric_names(expr(filled)) <= known, asked.panel["title"]


def test_holes_follow_the_zoom() -> None:
    """Open ranges of raw queries, also those of subqueries, are left to Grafana."""
    assert show(for_board(expr("max_over_time(rate(x[$window])[$window:1m])"))) == (
        "max_over_time(rate(x[$__rate_interval])[$__rate_interval:1m])"
    )


def test_raw_rows_in_the_order_of_an_investigation() -> None:
    """Known rows come from symptom to cause, unknown ones behind them by name."""
    shuffled = tuple(
        panel(row, f"In {row}", "none", "timeseries", a="up") for row in ("zoo", "drift", "traffic", "latency")
    )
    board = boards(program_of(environment_of((dataclasses.replace(FRAUD, panels=shuffled, conditions=()),))))
    rows = [p["title"] for p in board["production/fraud-detector.json"]["panels"] if p["type"] == "row"]

    assert rows[-4:] == ["Traffic", "Latency", "Drift", "Zoo"]


def test_json_is_valid_and_lines_are_short_enough_to_review() -> None:
    """Indented files break what does not fit into 120 columns, texts excepted."""
    for text in emitted(PROGRAM).values():
        json.loads(text)
        long = [line for line in text.splitlines() if len(line) > 120]
        assert all(line.lstrip().startswith(('"expr"', '"description"', '"query"')) for line in long)


def test_traces_and_logs() -> None:
    """Where the project names its data sources, a model's board leads to traces and logs of the same time."""
    made = boards(program_of(environment_of(FLEET), traces="tempo", logs="Loki"))["production/fraud-detector.json"]
    links = {link["title"]: link["url"] for link in made["links"] if link["type"] == "link"}
    panes = {title: json.loads(unquote(url).partition("panes=")[2])["a"] for title, url in links.items()}

    assert panes["Traces"]["datasource"] == "tempo"
    assert panes["Traces"]["queries"][0]["query"] == '{resource.service.name="fraud-detector"}'
    assert panes["Logs"]["queries"][0]["expr"] == '{service_name="fraud-detector"}'
    assert all(pane["range"] == {"from": "${__from}", "to": "${__to}"} for pane in panes.values())
    assert all("${__from}" in url for url in links.values())
    plain = boards(PROGRAM)["production/fraud-detector.json"]
    assert [link["title"] for link in plain["links"]] == ["Overview", "Boards of this team"]


def test_exemplars_only_with_traces() -> None:
    """Quantiles ask for exemplars where there are traces to lead to; nothing else does."""
    quantile = panel(
        "latency", "p99", "s", "timeseries", p99="histogram_quantile(0.99, sum by (le) (rate(x_bucket[$window])))"
    )
    environment = environment_of((dataclasses.replace(FRAUD, panels=(quantile,)),))

    def asking(traces: str | None) -> list[str]:
        made = boards(program_of(environment, traces=traces))["production/fraud-detector.json"]
        return [asked.panel["title"] for asked in queries(made) if asked.target.get("exemplar")]

    assert asking(None) == []
    assert asking("tempo") == ["p99"]


@pytest.mark.parametrize(("currency", "unit"), [("EUR", "currencyEUR"), ("CAD", "suffix: CAD")])
def test_money(currency: str, unit: str) -> None:
    """Amounts are in the project's currency, also one for which Grafana has no sign."""
    assert money(dataclasses.replace(PROGRAM.target, currency=currency)) == unit
