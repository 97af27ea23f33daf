"""Every mistake in the language: its code, its place and its way out."""

from pathlib import Path

import pytest

from slogen.diagnostics.model import Diagnostic
from slogen.spec import codes
from tests.marked import pointed, unmarked
from tests.spec.projects import PROJECT, SPEC, loaded

_TAIL = SPEC.removeprefix("model: fraud-detector\nteam: payments-ml\n")
_SLO = SPEC + "slos:\n  a: "
_ALERT = SPEC + "alerts:\n  a: "
_AVAILABILITY = "sli: {availability: {from: app}}"

SPECS: dict[str, tuple[str, str, str | None]] = {
    "unknown key at the top": ("SLO200", SPEC + "«slo: {}\n", "did you mean `slos`?"),
    "unknown key of an SLO": (
        "SLO200",
        _SLO + f"{{objective: 99%, «min_evnts: 5, {_AVAILABILITY}}}\n",
        "did you mean `min_events`?",
    ),
    "unknown SLI": (
        "SLO200",
        _SLO + "{objective: 99%, sli: {«availabilty: {from: app}}}\n",
        "did you mean `availability`?",
    ),
    "unknown condition": (
        "SLO200",
        _ALERT + "{severity: page, «treshold: {of: app.fpr, above: 2%}}\n",
        "did you mean `threshold`?",
    ),
    "unknown key in a nested condition": (
        "SLO200",
        _ALERT + "{severity: page, all: [{threshold: {of: app.x, below: 1, «belo: 2}}]}\n",
        "did you mean `below`?",
    ),
    "unknown operator": (
        "SLO200",
        "model: a\nteam: payments-ml\nsources: {app: {template: x, select: {job: {«matchs: y}}}}\n",
        "did you mean `matches`?",
    ),
    "missing objective": ("SLO201", SPEC + f"slos:\n  «a: {{{_AVAILABILITY}}}\n", "add `objective:`"),
    "missing shape": ("SLO201", _SLO + "{objective: 99%, «sli: {}}\n", "add one of these keys"),
    "missing condition": ("SLO201", SPEC + "alerts:\n  «a: {severity: page}\n", "add one of these keys"),
    "missing bound": ("SLO201", _ALERT + "{severity: page, «threshold: {of: app.x}}\n", "add one of these keys"),
    "signal that only renames another": (
        "SLO201",
        SPEC + "signals:\n  «a: {classification: {of: a}}\n",
        None,
    ),
    "missing model": ("SLO201", "«team: payments-ml\n", "add one of these keys"),
    "count beyond the list": (
        "SLO201",
        _ALERT + "{severity: page, «at_least: {count: 3, of: [{expr: a}, {expr: b}]}}\n",
        None,
    ),
    "number for text": ("SLO202", _SLO + "«5\n", None),
    "list for a mapping": ("SLO202", SPEC + "slos: «[a]\n", None),
    "nothing for a mapping": ("SLO202", SPEC + "slos:«\n", "write something there, or remove the key"),
    "boolean for a label": (
        "SLO202",
        "model: a\nteam: payments-ml\nsources: {app: {template: x, select: {a: «true}}}\n",
        'put it in quotes if it is text: "true"',
    ),
    "yes for a boolean": (
        "SLO202",
        _SLO + "{objective: 99%, sli: {latency: {from: app, within: 1s, valid: «yes}}}\n",
        "write true; `yes` is a word in YAML 1.2",
    ),
    "word for a list": (
        "SLO202",
        _SLO + f"{{objective: 99%, {_AVAILABILITY}, alert: «ticket}}\n",
        "write it as a list: [ticket]",
    ),
    "quoted number": (
        "SLO202",
        _SLO + f'{{objective: 99%, {_AVAILABILITY}, min_events: «"5"}}\n',
        "write it without quotes and unit",
    ),
    "the whole file a list": ("SLO202", "«- a\n", None),
    "unknown word": ("SLO203", _ALERT + "{severity: «pages, expr: x}\n", "did you mean `page`?"),
    "unknown version": ("SLO203", SPEC + "version: «slogen/v2\n", "did you mean `slogen/v1`?"),
    "objective without sign": ("SLO204", _SLO + f"{{objective: «99.95, {_AVAILABILITY}}}\n", "write 99.95%"),
    "certainty that nothing gives": (
        "SLO204",
        _SLO + f"{{objective: 99%, certainty: «100%, {_AVAILABILITY}}}\n",
        "write a certainty such as 95%",
    ),
    "certainty that asks for nothing": (
        "SLO204",
        _SLO + f"{{objective: 99%, certainty: «0%, {_AVAILABILITY}}}\n",
        "write a certainty such as 95%",
    ),
    "objective as a ratio": ("SLO204", _SLO + f"{{objective: «0.999, {_AVAILABILITY}}}\n", "write 99.9%"),
    "objective of 100 %": (
        "SLO204",
        _SLO + f"{{objective: «100%, {_AVAILABILITY}}}\n",
        "write what users really need, such as 99.9%",
    ),
    "duration without unit": (
        "SLO204",
        _SLO + f"{{objective: 99%, {_AVAILABILITY}, period: «30}}\n",
        "add the unit: 30s, 30m or 30h",
    ),
    "points misspelt": (
        "SLO204",
        _ALERT + "{severity: page, drop: {of: app.x, by: «5 pts, against: 1w}}\n",
        "write `5 points` (absolute), `5%` (relative) or a plain number",
    ),
    "day that is none": (
        "SLO204",
        _ALERT + "{severity: page, expr: x, shadow: {until: «2027-02-30}}\n",
        "write it as year-month-day: 2026-12-01",
    ),
    "money of another form": (
        "SLO204",
        _SLO + f"{{objective: 99%, {_AVAILABILITY}, cost_per_bad: «$5}}\n",
        "write 250 or 250 EUR",
    ),
    "slice twice": (
        "SLO204",
        _SLO + f"{{objective: 99%, {_AVAILABILITY}, slices: «{{by: x, values: [a, a]}}}}\n",
        "name each part once",
    ),
    "two shapes": (
        "SLO205",
        _SLO + "{objective: 99%, sli: {latency: {from: app, within: 1s}, «availability: {from: app}}}\n",
        "keep one of them",
    ),
    "two conditions": ("SLO205", _ALERT + "{severity: page, expr: x, «any: [{expr: y}]}\n", "keep one of them"),
    "two bounds": (
        "SLO205",
        _ALERT + "{severity: page, threshold: {of: app.x, below: 1, «above: 2}}\n",
        "keep one of them",
    ),
    "model and component": ("SLO205", SPEC + "«component: x\n", "keep one of them"),
    "name with capitals": ("SLO206", "model: «Fraud Detector\nteam: payments-ml\n", None),
    "name that climbs": ("SLO206", "model: «../etc\nteam: payments-ml\n", None),
    "name with a right-to-left mark": ("SLO206", 'model: «"\\u202eabc"\nteam: payments-ml\n', None),
    "name of an SLO": ("SLO206", SPEC + f"slos:\n  «a.b: {{objective: 99%, {_AVAILABILITY}}}\n", None),
    "name of a source": ("SLO206", SPEC + "  «a b: {template: x}\n", None),
    "reserved name": ("SLO207", "model: «manifest\nteam: payments-ml\n", None),
    "name that Windows reserves": ("SLO207", "model: «con.x\nteam: payments-ml\n", None),
    "reserved label": ("SLO208", SPEC + "labels: {«severity: x}\n", "choose another label name"),
    "label with a hyphen": ("SLO209", "model: a\nteam: payments-ml\nsources: {s: {select: {«a-b: x}}}\n", None),
    "internal label": ("SLO209", SPEC + "labels: {«__name__: x}\n", None),
    "metric with braces": (
        "SLO210",
        SPEC + 'signals: {s: {from: app, bad: «"x{a=1}", total: y}}\n',
        "use a metric name alone; labels go under `where`",
    ),
    "too few conditions": ("SLO211", _ALERT + "{severity: page, all: «[]}\n", None),
    "negative count": ("SLO211", _SLO + f"{{objective: 99%, {_AVAILABILITY}, min_bad: «-1}}\n", None),
    "sample outside the project": (
        "SLO212",
        "model: a\nteam: payments-ml\nsources: {app: {template: x, sample: «../../etc/passwd}}\n",
        "write it relative to the folder of slogen.yaml, with forward slashes and without ..",
    ),
    "runbook without scheme": (
        "SLO212",
        SPEC + "runbook_url: «runbooks.example.org\n",
        "write it whole: https://runbooks.example.org/fraud",
    ),
    "unknown team": ("SLO215", "model: a\nteam: «payment-ml\n" + _TAIL, "did you mean `payments-ml`?"),
    "no team": ("SLO215", "«model: a\n" + _TAIL, "add `team:`, or `defaults: {team: ...}` to slogen.yaml"),
    "unknown source": ("SLO216", _SLO + "{objective: 99%, sli: {availability: {from: «ap}}}\n", "did you mean `app`?"),
    "unknown source of a measure": (
        "SLO216",
        _ALERT + "{severity: page, threshold: {of: «apx.fpr, above: 2%}}\n",
        "did you mean `app`?",
    ),
    "unknown signal": (
        "SLO217",
        _ALERT + "{severity: page, drop: {of: «recall, by: 5%, against: 1w}}\n",
        "none is declared",
    ),
    "unknown signal in short form": (
        "SLO217",
        _SLO + "{objective: 99%, sli: {events: «helpful}}\n",
        "none is declared",
    ),
    "source where a signal belongs": (
        "SLO217",
        _ALERT + "{severity: page, threshold: {of: «app, above: 2%}}\n",
        "what the source measures is written `app.measure`",
    ),
    "unknown signal in a combination": (
        "SLO217",
        _ALERT + "{severity: page, any: [{expr: x}, {threshold: {of: «y, above: 2%}}]}\n",
        "none is declared",
    ),
    "unknown dependency": ("SLO218", SPEC + "depends_on: [«feature-store]\n", "there is: fraud-detector"),
    "dependency on itself": ("SLO219", SPEC + "depends_on: [«fraud-detector]\n", "remove it from the list"),
    "unknown environment": ("SLO220", SPEC + "environments: [«prod]\n", "there is: production, staging"),
    "override of an unknown environment": (
        "SLO220",
        SPEC + "overrides:\n  «stagin: {title: x}\n",
        "did you mean `staging`?",
    ),
    "override that removes nothing": ("SLO221", SPEC + "overrides: {staging: {«title: null}}\n", None),
    "override of the name": ("SLO223", SPEC + "overrides: {staging: {«model: x}}\n", "write it at the top of the file"),
    "mistake in an override": (
        "SLO204",
        _SLO + f"{{objective: 99%, {_AVAILABILITY}}}\noverrides: {{staging: {{slos: {{a: {{objective: «98}}}}}}}}\n",
        "write 98%",
    ),
    "unknown reference in an override": (
        "SLO216",
        _SLO
        + f"{{objective: 99%, {_AVAILABILITY}}}\n"
        + "overrides: {staging: {slos: {a: {sli: {availability: {from: «ap}}}}}}\n",
        "did you mean `app`?",
    ),
}

PROJECTS: dict[str, tuple[str, str]] = {
    "unknown key": ("SLO200", PROJECT + "«enviroments: {}\n"),
    "missing environments": ("SLO201", "«project: acme\n"),
    "production as a word": ("SLO202", PROJECT.replace("production: true", "production: «on")),
    "version as text": ("SLO204", PROJECT + "prometheus: {version: «latest}\n"),
    "secret in a receiver": (
        "SLO213",
        PROJECT.replace(
            'url: "http://alerts.example.org/page"', 'url: «"https://hooks.slack.com/services/T0/B0/abcdefgh"'
        ),
    ),
    "output outside the project": ("SLO212", PROJECT + "outputs: {generated: «/etc}\n"),
    "default team": ("SLO215", PROJECT + "defaults: {team: «payment-ml}\n"),
}


def _only(findings: tuple[Diagnostic, ...]) -> Diagnostic:
    assert len(findings) == 1, [(finding.code.id, finding.message, finding.span) for finding in findings]
    return findings[0]


@pytest.mark.parametrize("name", SPECS)
def test_mistake_in_a_spec(tmp_path: Path, name: str) -> None:
    """One mistake, one finding: the right code at the right place, with the way out."""
    code, marked, hint = SPECS[name]
    text, (place,) = unmarked(marked)
    finding = _only(loaded(tmp_path, {"x": text}).diagnostics)
    assert finding.span is not None
    assert (finding.code.id, finding.span.line, finding.span.column) == (code, *place)
    assert hint is None or finding.hint == hint


@pytest.mark.parametrize("name", PROJECTS)
def test_mistake_in_the_project(tmp_path: Path, name: str) -> None:
    """The project file is judged as strictly as the specs."""
    code, marked = PROJECTS[name]
    text, (place,) = unmarked(marked)
    finding = _only(loaded(tmp_path, {"x": SPEC}, text).diagnostics)
    assert finding.span is not None
    assert (finding.span.file, finding.code.id, finding.span.line, finding.span.column) == ("slogen.yaml", code, *place)


def test_secrets_are_not_repeated(tmp_path: Path) -> None:
    """No message repeats what it complains about when that is a secret."""
    text, _ = unmarked(PROJECTS["secret in a receiver"][1])
    finding = _only(loaded(tmp_path, {"x": SPEC}, text).diagnostics)
    assert "abcdefgh" not in finding.message + str(finding.hint)


def test_no_project(tmp_path: Path) -> None:
    """Without a project file the run says so, and still reads the specs."""
    findings = loaded(tmp_path, {"x": SPEC + "slo: {}\n"}, None).diagnostics
    assert [finding.code.id for finding in findings] == ["SLO222", "SLO200"]


def test_two_specs_of_one_name(tmp_path: Path) -> None:
    """A name belongs to one file; both places are shown."""
    finding = _only(loaded(tmp_path, {"a": SPEC, "b": SPEC.replace("model:", "component:")}).diagnostics)
    assert finding.code is codes.DUPLICATE_MODEL
    assert (finding.span and (finding.span.file, finding.span.column)) == ("specs/b.yaml", 12)
    (note,) = finding.notes
    assert (note.span and (note.span.file, note.span.column)) == ("specs/a.yaml", 8)


def test_circle_of_dependencies(tmp_path: Path) -> None:
    """A circle is told once, at the dependency that closes it."""
    ring = {
        name: SPEC.replace("fraud-detector", name) + f"depends_on: [{following}]\n"
        for name, following in (("a", "b"), ("b", "c"), ("c", "a"))
    }
    finding = _only(loaded(tmp_path, ring).diagnostics)
    assert finding.code is codes.DEPENDENCY_CYCLE
    assert (finding.span and finding.span.file) == "specs/c.yaml"


def test_every_code_has_a_case() -> None:
    """No code without a mistake that raises it."""
    tested = {code for code, _, _ in SPECS.values()} | {code for code, _ in PROJECTS.values()} | {"SLO214", "SLO222"}
    assert {code.id for code in codes.CODES} <= tested


TWELVE = """\
version: slogen/v1
model: «Fraud Detector
team: «payment-ml
criticality: «critcal
depends_on: [«feature-stor]
sources:
  app: {«templat: slogen-contract}
signals:
  precision: {classification: {from: «ap, metric: precision, label_delay: «2}}
slos:
  availability: {objective: «99.95, sli: {«availabilty: {from: app}}}
  «speed: {sli: {latency: {from: app, within: 150ms, valid: «yes}}}
labels: {«severity: high}
"""


def test_twelve_mistakes_at_once(tmp_path: Path) -> None:
    """A spec with twelve different mistakes gives twelve findings, each at its column."""
    text, places = unmarked(TWELVE)
    findings = loaded(tmp_path, {"x": text}).diagnostics
    assert [(line, column) for _, line, column in pointed(findings)] == sorted(places)
    assert len(findings) == 12


def test_one_bad_file_hides_no_other(tmp_path: Path) -> None:
    """Findings of all files come in one run, in the order of files."""
    findings = loaded(tmp_path, {"a": "a: [", "b": SPEC + "x: 1\n", "c": "\tx", "d": SPEC.replace("fraud", "other")})
    assert [(f.span and f.span.file, f.code.id) for f in findings.diagnostics] == [
        ("specs/a.yaml", "SLO100"),
        ("specs/b.yaml", "SLO200"),
        ("specs/c.yaml", "SLO102"),
    ]
    assert [spec.file for spec in findings.specs] == ["specs/d.yaml"]


def test_thousands_of_mistakes_are_counted(tmp_path: Path) -> None:
    """A file of nonsense keys is told about without taking forever, and nothing is dropped silently."""
    text = SPEC + "".join(f"key{n}: 1\n" for n in range(5000))
    findings = loaded(tmp_path, {"x": text}).diagnostics
    assert len(findings) == 200
    assert [note.message for finding in findings for note in finding.notes] == ["and 4,800 more findings in this file"]
