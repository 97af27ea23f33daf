"""Specs that nobody would write: the servers' checkers accept every output, and nothing ends in a traceback.

`SLOGEN_SPECS` sets how many are made; the default is a short run.
"""

import os
import subprocess
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from slogen.emit.yaml import YamlValue, dump
from slogen.pipeline import compiled
from tests.engine.generated import SPEC, Data

SPECS = int(os.environ.get("SLOGEN_SPECS", "300"))
PROJECT: YamlValue = {
    "project": "torture",
    "currency": "EUR",
    "prometheus": {"version": "3.5", "retention": "180d"},
    "environments": {"production": {"production": True}, "staging": {"production": False}},
    "teams": {"a": {"receivers": {"page": [{"webhook": {"url": "http://localhost/p"}}]}}},
    "alertmanagers": {
        "main": {
            "version": "0.33",
            "environments": ["production", "staging"],
            "fallback": [{"webhook": {"url": "http://localhost/f"}}],
            "nonproduction": [{"webhook": {"url": "http://localhost/n"}}],
        }
    },
}


def project(folder: Path, spec: Data) -> Path:
    """A project of one generated spec."""
    (folder / "specs").mkdir()
    (folder / "slogen.yaml").write_text(dump(PROJECT))
    (folder / "specs/model.yaml").write_text(dump({"model": "m", "team": "a"} | spec))
    return folder


def verdicts(command: list[str], files: list[Path]) -> list[str]:
    """What a checker says against files, many to a call; empty where it accepts them all."""
    calls = [[*command, *map(str, files[i : i + 200])] for i in range(0, len(files), 200)]
    outcomes = [subprocess.run(call, capture_output=True, text=True, check=False) for call in calls]
    return [(o.stdout + o.stderr)[-3000:] for o in outcomes if o.returncode]


@pytest.mark.engine
def test_every_output_is_accepted(promtool35: Path, promtool242: Path, amtool033: Path, tmp_path: Path) -> None:
    """Whatever compiles loads; the rest is refused by findings that point into the spec."""
    made: list[Path] = []
    results: Counter[str] = Counter()

    @settings(
        max_examples=SPECS, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(SPEC)
    def compile_one(spec: Data) -> None:
        with tempfile.TemporaryDirectory() as folder:
            outcome = compiled(project(Path(folder), spec), date(2026, 1, 1))
        results["compiled" if outcome.artifacts else "refused"] += 1
        assert outcome.artifacts or any(d.span and d.span.file == "specs/model.yaml" for d in outcome.diagnostics)
        for artifact in outcome.artifacts:
            if "/rules/" in artifact.path or artifact.path.endswith("alertmanager.yaml"):
                made.append(tmp_path / str(len(made)) / artifact.path.rpartition("/")[2])
                made[-1].parent.mkdir()
                made[-1].write_text(artifact.text)

    compile_one()
    assert results["compiled"] > SPECS / 10, results
    rules = [path for path in made if path.name != "alertmanager.yaml"]
    configs = [path for path in made if path.name == "alertmanager.yaml"]
    assert verdicts([str(promtool35), "check", "rules", "--lint=none"], rules) == []
    assert verdicts([str(promtool242), "check", "rules", "--lint=none"], rules) == []
    assert verdicts([str(amtool033), "check-config"], configs) == []
