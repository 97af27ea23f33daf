"""Every name in the example fleet that comes from a server, misspelt in turn: validation finds it where it stands."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from slogen.diagnostics.model import Diagnostic, Severity
from slogen.lower.component import Setting, lower_component
from slogen.source.places import Places
from slogen.source.read import read
from slogen.spec.load import load
from tests.specs.misspelt import Spot, alone, spots

ROOT = Path(__file__).parents[2]
SPECS = sorted(file for file in (ROOT / "specs").glob("*.yaml") if not file.name.endswith(".test.yaml"))
TEAMS = ("payments-ml", "recommendations", "support-ml", "pricing", "ml-platform")
PROJECT = f"""\
project: shop
currency: EUR
prometheus: {{retention: 120d}}
environments: {{production: {{production: true}}, staging: {{production: false}}}}
defaults: {{team: ml-platform}}
teams: {{{", ".join(f"{team}: {{receivers: {{}}}}" for team in TEAMS)}}}
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A spec as text, data and places, without what it says of others."""

    text: str
    data: Any
    places: Places


@cache
def written(spec: Path) -> Written:
    """A spec of the fleet that stands alone."""
    document = read(spec, spec.name).document
    assert document is not None
    lines = document.text.splitlines()
    text = "\n".join("#" if line.startswith("depends_on:") else line for line in lines) + "\n"
    return Written(text, document.data, document.places)


def cases() -> Iterator[Any]:
    """Each spot of each spec."""
    for spec in SPECS:
        for spot in spots(written(spec).data, written(spec).places, spec.read_text(encoding="utf-8")):
            yield pytest.param(spec, spot, id=f"{spec.stem}:{'.'.join(map(str, spot.path))}:{spot.kind}")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project file and the saved pages, without specs."""
    folder = tmp_path_factory.mktemp("fleet")
    (folder / "slogen.yaml").write_text(PROJECT, encoding="utf-8")
    shutil.copytree(ROOT / "specs" / "samples", folder / "specs" / "samples")
    return folder


def errors(folder: Path, text: str) -> list[Diagnostic]:
    """All errors in one spec that stands alone."""
    (folder / "specs" / "one.yaml").write_text(text, encoding="utf-8")
    loaded = load(folder)
    assert loaded.project is not None
    found = list(loaded.diagnostics)
    for spec in loaded.specs:
        found += lower_component(spec, Setting("production", loaded.project.model, folder))[1]
    return [one for one in found if one.severity is Severity.ERROR]


@pytest.mark.parametrize("spec", SPECS, ids=[spec.stem for spec in SPECS])
def test_specs_have_no_errors(spec: Path, project: Path) -> None:
    """Each spec of the fleet alone is valid, so that an error in a changed one comes from the change."""
    assert errors(project, written(spec).text) == []


@pytest.mark.parametrize(("spec", "spot"), list(cases()))
def test_a_misspelt_name_is_found(spec: Path, spot: Spot, project: Path) -> None:
    """One letter lost, or a threshold that is no bucket bound: an error at its line that names the right one."""
    whole = written(spec)
    text = spot.applied(alone(whole.text, spot.path, whole.places, whole.data))
    found = errors(project, text)
    there = [one for one in found if one.span is not None and one.span.line == spot.line]
    assert there, (found, text)
    assert [one for one in there if spot.hint in f"{one.message} {one.hint}"], there


@pytest.mark.parametrize("spec", SPECS, ids=[spec.stem for spec in SPECS])
def test_editors_find_the_schema(spec: Path) -> None:
    """Each spec begins with the comment that editors read."""
    first = spec.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../docs/schema/slogen.schema.json"
