"""Findings for programs: valid by their formats' own rules, whatever text is in them."""

import json
from typing import Any
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st

from slogen.diagnostics.machine import as_github, as_json, as_sarif
from slogen.diagnostics.model import Diagnostic, Note, Span
from tests.diagnostics.samples import ERROR, INFO, WARNING, at, error

_SPANS = st.none() | st.builds(
    lambda file, line, column, length: Span(file, line, column, line, column + length),
    st.text(min_size=1, max_size=8),
    st.integers(1, 99),
    st.integers(1, 99),
    st.integers(0, 9),
)
_FINDINGS = st.lists(
    st.builds(
        lambda code, message, span, hint, note: Diagnostic(code, message, span, hint, (note,)),
        st.sampled_from([ERROR, WARNING, INFO]),
        st.text(max_size=20),
        _SPANS,
        st.none() | st.text(max_size=10),
        st.builds(Note, st.text(max_size=5), _SPANS),
    ),
    max_size=8,
)


@settings(max_examples=100)
@given(_FINDINGS)
def test_json_holds_everything(findings: list[Diagnostic]) -> None:
    """Each finding once, its text unchanged, in ASCII."""
    text = as_json(findings)
    assert text.isascii()
    held = json.loads(text)
    assert held["version"] == 1
    assert {d["message"] for d in held["diagnostics"]} == {d.message for d in findings}
    assert len(held["diagnostics"]) == len(set(findings))


def test_json_of_a_finding() -> None:
    """The fields that programs rely on."""
    (held,) = json.loads(as_json([error(at(3, 5, 9), "m", "h", Note("n", at(1, 1, 2)))]))["diagnostics"]
    assert held == {
        "code": "SLO901",
        "slug": "broken-thing",
        "severity": "error",
        "message": "m",
        "hint": "h",
        "file": "specs/x.yaml",
        "line": 3,
        "column": 5,
        "end_line": 3,
        "end_column": 9,
        "notes": [
            {"message": "n", "file": "specs/x.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 2},
        ],
    }


def _check_physical(location: dict[str, Any]) -> None:
    artifact, region = location["artifactLocation"], location["region"]
    assert set(location) == {"artifactLocation", "region"}
    assert artifact["uri"].isascii()
    assert " " not in artifact["uri"]
    assert "\\" not in artifact["uri"]
    assert artifact["uriBaseId"] == "%SRCROOT%"
    assert all(isinstance(region[key], int) and region[key] >= 1 for key in region)
    assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"])


def _check_sarif(log: dict[str, Any]) -> None:
    """The rules of SARIF 2.1.0 (OASIS, sections 3.13 to 3.52) for every property that we write."""
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert set(run) == {"tool", "columnKind", "results"}
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"]
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
    for result in run["results"]:
        assert set(result) <= {"ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations"}
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert isinstance(result["message"]["text"], str)
        for location in result.get("locations", []) + result.get("relatedLocations", []):
            _check_physical(location["physicalLocation"])


@settings(max_examples=100)
@given(_FINDINGS)
def test_sarif_is_valid(findings: list[Diagnostic]) -> None:
    """Whatever the findings, the log keeps the format's rules."""
    _check_sarif(json.loads(as_sarif(findings)))


def test_sarif_points_into_the_project() -> None:
    """Paths are URIs relative to the project; odd characters are encoded."""
    log = json.loads(as_sarif([error(at(3, 5, 9, "specs/ä b%.yaml"))]))
    (result,) = log["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == "specs/ä b%.yaml"
    assert uri != unquote(uri)


def test_github_escapes_what_ends_a_command() -> None:
    """Line breaks, percent signs, commas and colons of users cannot break out of their command."""
    hostile = "100%\n::error::fake\r,:"
    (line,) = as_github([error(at(1, 2, 4, "a,b:c\n.yaml"), hostile)]).splitlines()
    assert line == (
        "::error file=a%2Cb%3Ac%0A.yaml,line=1,col=2,endColumn=3,title=SLO901 broken-thing::100%25%0A::error::fake%0D,:"
    )


@settings(max_examples=100)
@given(_FINDINGS)
def test_github_has_a_command_a_line(findings: list[Diagnostic]) -> None:
    """One line each, all of them commands."""
    lines = as_github(findings).split("\n")[:-1]
    assert len(lines) == len(set(findings))
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)


def test_github_keeps_ten_of_a_level() -> None:
    """At most ten of each level, errors first, and the tenth says how many more there are."""
    findings = [error(at(n, 1, 2)) for n in range(1, 26)] + [Diagnostic(WARNING, "odd", at(1, 1, 2))]
    lines = as_github(findings).splitlines()
    assert len(lines) == 11
    assert lines[9] == "::error title=slogen::and 16 more; the log of this step has them all"
    assert lines[10].startswith("::warning ")
    assert len(as_github(findings[:10]).splitlines()) == 10


def test_secrets_are_masked_everywhere() -> None:
    """No format repeats a credential."""
    findings = [error(at(1, 1, 2), "xoxb-123456789-abc", "xoxb-123456789-abc", Note("xoxb-123456789-abc"))]
    for text in (as_json(findings), as_sarif(findings), as_github(findings)):
        assert "xoxb" not in text
