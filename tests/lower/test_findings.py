"""What cannot be meant is found at its place, and what was changed is said."""

from pathlib import Path

import pytest

from slogen.diagnostics.model import Diagnostic
from tests.backends.prometheus.projects import PROJECT, SPEC, compiled

HEAD = (
    "version: slogen/v1\nmodel: fraud-detector\nsources: {app: {template: slogen-contract, select: {model: fraud}}}\n"
)


def found(folder: Path, body: str, project: str = PROJECT) -> list[Diagnostic]:
    """Findings about a spec with this body."""
    return compiled(folder, project, fraud=HEAD + body)[1]


def places(findings: list[Diagnostic], lines: list[str]) -> list[tuple[str, str]]:
    """Each finding's code and the text that it points at."""
    shown = []
    for one in findings:
        assert one.span is not None
        line = lines[one.span.line - 1]
        end = one.span.end_column if one.span.end_line == one.span.line else len(line) + 1
        shown.append((one.code.id, line[one.span.column - 1 : end - 1]))
    return shown


CASES = {
    "a period that holds too few runs of a daily job": (
        "slos:\n  drift: {objective: 99%, period: 3d, sli: {freshness: {from: jobs, within: 1d}}}\n",
        [("SLO301", "3d")],
    ),
    "a period shorter than an hour": (
        "slos:\n  a: {objective: 99%, period: 30m, sli: {availability: {from: app}}}\n",
        [("SLO301", "30m")],
    ),
    "a tier's window under four scrapes": (
        (
            "slos:\n  a: {objective: 99%, sli: {availability: {from: app}}, "
            "tiers: {fast: {severity: page, spends: 1%, within: 1m}}}\n"
        ),
        [("SLO301", "1m"), ("SLO303", "1m")],
    ),
    "a period beyond what is kept": (
        "slos:\n  a: {objective: 99%, period: 90d, sli: {availability: {from: app}}}\n",
        [("SLO302", "90d")],
    ),
    "a burn rate that no outage reaches": (
        (
            "slos:\n  a: {objective: 90%, sli: {availability: {from: app}}, "
            "tiers: {fast: {severity: page, spends: 2%, within: 1h}}}\n"
        ),
        [("SLO303", "1h")],
    ),
    "a burn rate at which the budget outlasts its period": (
        (
            "slos:\n  a: {objective: 99%, sli: {availability: {from: app}}, "
            "tiers: {slow: {severity: ticket, spends: 5%, within: 3d}}}\n"
        ),
        [("SLO304", "5%")],
    ),
    "an objective at which any burn rate means a disaster": (
        "slos:\n  a: {objective: 30%, sli: {availability: {from: app}}}\n",
        [("SLO305", "30%")],
    ),
    "silence among counted events": (
        "slos:\n  a: {objective: 99%, no_traffic: bad, sli: {availability: {from: app}}}\n",
        [("SLO306", "bad")],
    ),
    "a page from data that comes once a day": (
        "slos:\n  drift: {objective: 99%, alert: [page, ticket], sli: {freshness: {from: jobs, within: 1d}}}\n",
        [("SLO307", "[page, ticket]")],
    ),
    "a guard that asks for more moments than an hour holds": (
        (
            "signals: {right: {classification: {from: app, metric: precision}}}\n"
            "slos:\n  a: {objective: 99%, min_bad: 24, sli: {timeslice: {of: right, at_least: 95%, over: 15m}}}\n"
        ),
        [("SLO312", "24")],
    ),
    "two alerts whose names differ only in a sign": (
        (
            'alerts:\n  fpr-high: {severity: log, unproven: "an example", expr: up == 0}\n'
            '  fpr_high: {severity: log, unproven: "an example", expr: up == 1}\n'
        ),
        [("SLO311", "fpr_high")],
    ),
    "an alert with the name of one of slogen's own": (
        'alerts:\n  watchdog: {severity: log, unproven: "an example", expr: up == 0}\n',
        [("SLO311", "watchdog")],
    ),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_finding_points_at_what_is_meant(tmp_path: Path, case: str) -> None:
    """Code and text under the caret, and nothing else is reported as wrong."""
    body, expected = CASES[case]
    project = PROJECT.replace('version: "3.5",', 'version: "3.5", retention: 60d,')
    head = HEAD.replace("}}}\n", "}}, jobs: {template: slogen-contract, select: {job_name: x}, cadence: 1d}}\n")
    findings = compiled(tmp_path, project, fraud=head + body)[1]
    mine = [one for one in findings if one.code.id.startswith(("SLO30", "SLO31"))]

    assert places(list(dict.fromkeys(mine)), (head + body).split("\n")) == expected
    assert [one for one in findings if one not in mine and one.code.severity > 1] == []


def test_external_labels_must_not_look_like_slogens_own(tmp_path: Path) -> None:
    """`slice` on everything would join what inhibition keeps apart; `env` with the environment's name is fine."""
    labels = "external_labels: {slice: all, env: production, cluster: eu-1}"
    project = PROJECT.replace("production: {production: true}", f"production: {{production: true, {labels}}}")
    findings = compiled(tmp_path, project, fraud=SPEC)[1]

    assert places(findings, project.split("\n")) == [("SLO310", "all")]


def test_rules_that_run_too_rarely_and_groups_too_small_are_found(tmp_path: Path) -> None:
    """A cadence beside the lookback, for all environments or one, and groups that tear an SLO."""
    project = PROJECT.replace("evaluation_interval: 60s", "evaluation_interval: 3m, rules_per_group: 5").replace(
        "production: {production: true}", "production: {production: true, evaluation_interval: 10m}"
    )
    findings = compiled(tmp_path, project, fraud=SPEC)[1]

    assert places(findings, project.split("\n")) == [("SLO308", "3m"), ("SLO309", "5"), ("SLO308", "10m")]


def test_one_broken_slo_hides_nothing_of_the_others(tmp_path: Path) -> None:
    """Every finding of every SLO in one run, and no Program to write from."""
    body = (
        "slos:\n"
        "  a: {objective: 99%, no_traffic: bad, sli: {availability: {from: app}}}\n"
        "  b: {objective: 99%, no_traffic: good, sli: {availability: {from: app}}}\n"
    )
    program, findings = compiled(tmp_path, fraud=HEAD + body)

    assert program is None
    assert [one.code.id for one in findings] == ["SLO306", "SLO306"]
