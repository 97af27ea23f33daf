"""What messages say, rendered by the real `amtool template render`."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from slogen.backends.alertmanager.content import content
from tests.backends.alertmanager.projects import PLAIN, emitted, program

LABELS = {
    "alertname": "ErrorBudgetBurnPage",
    "model": "fraud-detector",
    "slo": "availability",
    "env": "production",
    "team": "payments-ml",
    "severity": "page",
}
ANNOTATIONS = {
    "summary": "burning 14.4 times too fast",
    "impact": "payments are declined",
    "at_risk": "9,331 EUR an hour at the rate at which this fires",
    "burn_rate": "14.4",
    "budget_left": "42%",
    "exhaustion": "1d 2h",
    "runbook_url": "https://runbooks.example.org/fraud?a=1&b=2",
    "dashboard_url": "https://grafana.example.org/d/fraud",
    "query": "https://prometheus.example.org/graph?g0.expr=up",
}
VERSIONS = ("0.25", "0.33")
DEFINED = tuple(re.findall(r'define "(slogen\.\w+)"', emitted(PLAIN)["alertmanager/main/templates/slogen.tmpl"]))


def message(status: str = "firing", labels: dict[str, str] = LABELS, annotations: dict[str, str] = ANNOTATIONS) -> Any:
    """What a template is given for a group of one alert."""
    alert = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": "2027-01-31T22:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example.org/rule",
        "fingerprint": "0",
    }
    grouped = {name: labels[name] for name in ("env", "model", "slo", "team") if name in labels}
    return {
        "receiver": "payments-ml-page",
        "status": status,
        "alerts": [alert],
        "groupLabels": grouped,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "https://alertmanager.example.org",
    }


@pytest.fixture(params=VERSIONS)
def render(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A function that renders templates of the emitted file, all with one call of amtool."""
    amtool: Path = request.getfixturevalue(f"amtool{request.param.replace('.', '')}")
    template = tmp_path / "slogen.tmpl"
    template.write_text(emitted(PLAIN)["alertmanager/main/templates/slogen.tmpl"], encoding="utf-8")

    def rendered(data: Any, *, kind: str = "text") -> dict[str, str]:
        sample = tmp_path / "sample.json"
        sample.write_text(json.dumps(data), encoding="utf-8")
        text = "\x1f".join(f'{{{{ template "{name}" . }}}}' for name in DEFINED)
        command = [str(amtool), "template", "render", f"--template.glob={template}", f"--template.text={text}"]
        command += [f"--template.data={sample}", f"--template.type={kind}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return dict(zip(DEFINED, done.stdout.rstrip("\n").split("\x1f"), strict=True))

    return rendered


@pytest.mark.engine
def test_a_title_says_what_and_where(render: Any) -> None:
    """Status, count, model, SLO, environment and summary stand in one line."""
    title = render(message())["slogen.title"]
    assert title == "[FIRING:1] fraud-detector availability (production): burning 14.4 times too fast"


@pytest.mark.engine
def test_the_end_is_told_as_such(render: Any) -> None:
    """A resolved group has no count."""
    assert render(message("resolved"))["slogen.title"].startswith("[RESOLVED] fraud-detector availability")


@pytest.mark.engine
@pytest.mark.parametrize("name", ["slogen.text", "slogen.markdown", "slogen.slack"])
def test_a_message_has_what_people_need(render: Any, name: str) -> None:
    """Impact, burn, budget, owner, links and the way to a silence are in every long form."""
    text = render(message())[name]
    wanted = [v for k, v in ANNOTATIONS.items() if k != "impact"] + ["payments are declined", "payments-ml"]
    assert [part for part in (*wanted, "/#/silences/new?filter=%7Benv%3D%22production%22%2C") if part not in text] == []


@pytest.mark.engine
def test_what_is_missing_leaves_no_trace(render: Any) -> None:
    """Without annotations there are no empty labels, no `<no value>` and no empty lines within an alert."""
    texts = render(message(labels={"alertname": "Watchdog"}, annotations={}))
    assert [name for name, text in texts.items() if "<no value>" in text or "Impact" in text or ": \n" in text] == []
    assert texts["slogen.title"] == "[FIRING:1] several models Watchdog"
    assert texts["slogen.link"] == "https://alertmanager.example.org"


@pytest.mark.engine
@pytest.mark.parametrize(("label", "priority"), [("P3", "P3"), ("mine", "P1"), (None, "P1")])
def test_opsgenie_gets_a_priority_that_it_knows(
    amtool033: Path, tmp_path: Path, label: str | None, priority: str
) -> None:
    """The alerts' own priority, or the tier's where they have none in common or one of their own words."""
    text = str(content("opsgenie", 0, program(PLAIN).routing)["priority"])
    sample = tmp_path / "sample.json"
    sample.write_text(json.dumps(message(labels=LABELS | ({"priority": label} if label else {}))), encoding="utf-8")
    command = [str(amtool033), "template", "render", f"--template.text={text}", f"--template.data={sample}"]
    command += [f"--template.glob={tmp_path}/*.none"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == (priority, 0), done.stderr


@pytest.mark.engine
def test_html_is_escaped(render: Any) -> None:
    """Text of users cannot become markup in mail."""
    hostile = {**ANNOTATIONS, "summary": "<script>alert(1)</script>", "runbook_url": 'javascript:alert("x")'}
    html = render(message(annotations=hostile), kind="html")["slogen.html"]
    assert "<script>" not in html
    assert "javascript:alert" not in html.replace("#ZgotmplZ", "")


@pytest.mark.engine
def test_a_message_of_several_alerts_names_each(render: Any) -> None:
    """Alerts of one group that differ are told apart, and the title names what they share."""
    data = message()
    other = {**data["alerts"][0], "labels": {**LABELS, "slice": "de"}}
    data["alerts"].append(other)
    texts = render(data)
    assert texts["slogen.title"].startswith("[FIRING:2]")
    assert texts["slogen.text"].count("FIRING ErrorBudgetBurnPage of fraud-detector") == 2
    assert "[de]" in texts["slogen.text"]
