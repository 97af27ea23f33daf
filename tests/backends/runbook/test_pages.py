"""Runbook pages: byte-exact, one feature a case, and found by every alert that leads to one."""

import re
from pathlib import Path

import pytest
import yaml

from slogen import names
from slogen.backends.prometheus import PROMETHEUS
from slogen.backends.runbook.emit import BACKEND
from slogen.ir.program import Program
from tests.backends.prometheus.projects import PROJECT, program_of
from tests.golden import assert_golden
from tests.printing import artifacts

EXPECTED = Path(__file__).parent / "golden"
URL = "https://git.example.org/slos/generated"
ASKED = f"{PROJECT}outputs: {{runbooks: {{url: {URL}/}}}}\ncurrency: EUR\n"
HEAD = """\
version: slogen/v1
model: fraud-detector
sources: {app: {template: slogen-contract, select: {model: fraud}}}
"""
ONE_TIER = """\
slos:
  availability:
    objective: 99.9%
    sli: {availability: {from: app}}
    no_data: none
    tiers: {fast: {severity: page, spends: 2%, within: 1h}}
"""
CASES = {
    "one-tier": ("slo-availability", ONE_TIER),
    "answers": (
        "slo-availability",
        "answers: {rollback: Undo it., fallback: Use rules., contacts: [Desk 7], stakeholders: [support]}\n" + ONE_TIER,
    ),
    "policy": (
        "slo-availability",
        ONE_TIER + "    budget_policy: {review: 50%, freeze: 25%, exhausted: fallback}\n",
    ),
    "impact": (
        "slo-availability",
        "traffic: 100/s\ncriticality: critical\n" + ONE_TIER + "    cost_per_bad: 0.50 EUR\n",
    ),
    "sliced": (
        "slo-served",
        """\
signals:
  served: {from: app, bad: {metric: ml_predictions_total, where: {outcome: error}}, total: ml_predictions_total}
slos:
  served: {objective: 99%, alert: [ticket], sli: {events: served}, slices: {by: version, values: [v1, v2]}}
""",
    ),
    "shadow": ("slo-availability", ONE_TIER + "    shadow: {until: 2027-03-01}\n"),
    "alert": (
        "alert-drift",
        "alerts: {drift: {severity: ticket, drift: {from: app, test: psi, above: 0.2}}}\n",
    ),
    "hostile": (
        "alert-own",
        """\
title: "# <b>*bold*</b> | cell"
runbook_url: https://runbooks.example.org/a)b
answers: {rollback: "```\\n# no heading\\n- no list", contacts: ["| a | [b](https://example.org) |"]}
alerts: {own: {severity: log, unproven: "<i>because</i>", expr: 'a{b="```\\n"} > 1'}}
""",
    ),
}


def pages(program: Program) -> dict[str, str]:
    """Every page by its path."""
    return {made.path: made.text for made in artifacts(BACKEND, program)}


@pytest.mark.parametrize("case", CASES)
def test_golden(tmp_path: Path, case: str) -> None:
    """The whole page."""
    page, body = CASES[case]
    made = pages(program_of(tmp_path, ASKED, fraud=HEAD + body))
    assert_golden(EXPECTED / f"{case}.md", made[f"production/runbooks/fraud-detector/{page}.md"])


def test_fleet_golden(tmp_path: Path) -> None:
    """The page of the fleet's own alerts."""
    made = pages(program_of(tmp_path, ASKED, fraud=HEAD + ONE_TIER))
    assert_golden(EXPECTED / "fleet.md", made["production/runbooks/_fleet/alerts.md"])


STORE = """\
version: slogen/v1
component: feature-store
sources: {app: {template: slogen-contract, select: {model: store}}}
slos: {availability: {objective: 99%, inhibits_dependents: true, sli: {availability: {from: app}}}}
"""


def links(program: Program) -> list[tuple[str, str]]:
    """The name and the runbook of every alert that ships."""
    files = [yaml.safe_load(made.text) for made in artifacts(PROMETHEUS, program)]
    rules = [rule for file in files for group in file["groups"] for rule in group["rules"] if "alert" in rule]
    return [(rule["alert"], rule["annotations"]["runbook_url"]) for rule in rules]


def test_every_alert_leads_to_its_heading(tmp_path: Path) -> None:
    """The address names a page that is there, and on it a heading with the alert's name."""
    everything = "depends_on: [feature-store]\n" + CASES["alert"][1] + CASES["policy"][1]
    program = program_of(tmp_path, ASKED, fraud=HEAD + everything, store=STORE)
    made = pages(program)
    found = links(program)
    assert {name for name, _ in found} >= {
        names.BURN_PAGE, names.BUDGET_FREEZE, names.UPSTREAM_OUTAGE, names.WATCHDOG, "Drift",
    }  # fmt: skip
    for name, address in found:
        page, _, anchor = address.removeprefix(f"{URL}/").partition("#")
        headings = {heading.lower() for heading in re.findall(r"^#+ (\S+)$", made[page], re.MULTILINE)}
        assert anchor == name.lower()
        assert anchor in headings, (address, headings)


def test_links_between_pages_lead_somewhere(tmp_path: Path) -> None:
    """Relative links name pages of the same folder."""
    body = CASES["alert"][1] + ONE_TIER
    made = pages(program_of(tmp_path, ASKED, fraud=HEAD + body))
    for path, text in made.items():
        for target in re.findall(r"\]\((?!https?://)([^)]+)\)", text):
            assert f"{path.rpartition('/')[0]}/{target}" in made


def test_an_own_address_wins(tmp_path: Path) -> None:
    """What a spec says about its runbook stands; the generated page links there."""
    body = "runbook_url: https://wiki.example.org/fraud\n" + ONE_TIER
    program = program_of(tmp_path, ASKED, fraud=HEAD + body)
    assert dict(links(program))[names.BURN_PAGE] == "https://wiki.example.org/fraud"
    assert (
        "(https://wiki.example.org/fraud)" in pages(program)["production/runbooks/fraud-detector/slo-availability.md"]
    )


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [("", "https://wiki.example.org"), ("outputs: {runbooks: {}}\n", "https://wiki.example.org")],
)
def test_the_usual_address_serves_where_no_page_is_read(tmp_path: Path, outputs: str, expected: str) -> None:
    """Without pages, or without an address where people read them, alerts lead to the project's usual page."""
    project = PROJECT.replace("defaults: {", "defaults: {runbook_url: https://wiki.example.org, ") + outputs
    program = program_of(tmp_path, project, fraud=HEAD + ONE_TIER)
    assert {address for _, address in links(program)} == {expected}
    assert bool(pages(program)) == bool(outputs)


def test_an_objective_and_an_alert_of_one_name_have_two_pages(tmp_path: Path) -> None:
    """Pages begin with their kind, so that not even a file system without cases confuses them."""
    body = ONE_TIER + "alerts: {availability: {severity: ticket, threshold: {of: app.fpr, above: 2%, over: 1h}}}\n"
    made = pages(program_of(tmp_path, ASKED, fraud=HEAD + body))
    own = [path for path in made if path.startswith("production/runbooks/fraud-detector/")]
    assert len(own) == len({path.lower() for path in own}) == 2


def test_pages_count_no_rules(tmp_path: Path) -> None:
    """The manifest's count of rules is not moved by pages."""
    program = program_of(tmp_path, ASKED, fraud=HEAD + ONE_TIER)
    assert {made.rules for made in artifacts(BACKEND, program)} == {0}
