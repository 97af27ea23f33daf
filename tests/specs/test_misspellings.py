"""Every name in the example fleet that comes from a server, misspelt in turn: validation finds each of them."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from slogen.diagnostics.model import Severity
from slogen.lower.program import lower
from slogen.spec.load import load

ROOT = Path(__file__).parents[2]
SPECS = sorted(file for file in (ROOT / "specs").glob("*.yaml") if not file.name.endswith(".test.yaml"))
Path_ = tuple[str | int, ...]

SELECTORS = frozenset({"select", "where", "canary", "control"})
"""Mappings from a label to what it must be."""
NAMES = frozenset({"template", "metric", "counter", "measure", "quantity", "resource", "check"})
SIDES = frozenset({"bad", "good", "total"})
"""Counters of events, where they are named by their metric alone."""
SCRAPED = frozenset({"job"})
"""Labels that scraping adds: no saved page has them, so that only their names can be checked."""
BOUNDS = frozenset({"within", "score_above", "bins"})
"""Thresholds that must be bucket bounds, where they stand in a latency, jobs or score condition."""


def places(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every place whose text or number names something of a server, with what kind of name it is."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from places(item, (*path, index))
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        here = (*path, key)
        if key in SELECTORS and isinstance(value, dict) and "of" not in value:
            for label, wanted in value.items():
                yield (*here, label), "label"
                if isinstance(wanted, str) and label not in SCRAPED:
                    yield (*here, label), "value"
        elif (
            (key in NAMES and isinstance(value, str))
            or (key == "of" and isinstance(value, str) and "." in value)
            or (key in {"bad", "good", "total"} and isinstance(value, str))
        ):
            yield here, "name"
        elif key in BOUNDS and path[-1:] in {("latency",), ("jobs",), ("score_distribution",), ("confidence",)}:
            yield here, "bound"
        elif key == "features":
            yield (*here, 0), "name"
        elif key == "slices":
            yield (*here, "by"), "name"
            yield (*here, "values", 0), "name"
        else:
            yield from places(value, here)


CASES = [
    pytest.param(spec, path, kind, id=f"{spec.stem}:{'.'.join(map(str, path))}:{kind}")
    for spec in SPECS
    for path, kind in places(yaml.safe_load(spec.read_text(encoding="utf-8")))
]


def misspelt(text: str) -> str:
    """The text with the last letter of its last long word lost."""
    word = re.findall(r"[A-Za-z_]{2,}", text)[-1]
    return text[::-1].replace(word[::-1], word[:-1][::-1], 1)[::-1]


def changed(data: Any, path: Path_, kind: str) -> None:
    """Misspell what stands at a path."""
    for step in path[:-1]:
        data = data[step]
    last = path[-1]
    if kind == "label":
        data[misspelt(str(last))] = data.pop(last)
    elif kind == "bound":
        value = data[last]
        data[last] = f"{int(value[:-2]) + 1}ms" if isinstance(value, str) and value.endswith("ms") else _other(value)
    else:
        data[last] = misspelt(str(data[last]))


def _other(value: Any) -> Any:
    if isinstance(value, list):
        return [value[0] + 0.01, *value[1:]]
    if isinstance(value, str):
        return f"{7 * int(value[:-1])}{value[-1]}"
    return value + 0.01


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project file and the saved pages, without specs."""
    folder = tmp_path_factory.mktemp("fleet")
    text = (ROOT / "slogen.yaml").read_text(encoding="utf-8")
    alone = re.sub(r"\n  staging: .*", "", text).replace("[production, staging]", "[production]")
    (folder / "slogen.yaml").write_text(alone, encoding="utf-8")
    shutil.copytree(ROOT / "specs" / "samples", folder / "specs" / "samples")
    return folder


def errors(folder: Path, data: Any) -> list[str]:
    """The codes of all errors in one spec that stands alone."""
    for outside in ("depends_on", "overrides"):
        data.pop(outside, None)
    (folder / "specs" / "one.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    loaded = load(folder)
    _, found = lower(loaded, folder)
    return [d.code.id for d in (*loaded.diagnostics, *found) if d.severity is Severity.ERROR]


@pytest.mark.parametrize("spec", SPECS, ids=[spec.stem for spec in SPECS])
def test_specs_have_no_errors(spec: Path, project: Path) -> None:
    """Each spec of the fleet alone is valid, so that an error in a changed one comes from the change."""
    assert errors(project, yaml.safe_load(spec.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(("spec", "path", "kind"), CASES)
def test_a_misspelt_name_is_found(spec: Path, path: Path_, kind: str, project: Path) -> None:
    """One letter lost, or a threshold that is no bucket bound, is an error."""
    data = yaml.safe_load(spec.read_text(encoding="utf-8"))
    changed(data, path, kind)
    assert errors(project, data), data


def test_metrics_in_promql_are_found(project: Path) -> None:
    """A metric misspelt inside PromQL of one's own is an error too."""
    text = (ROOT / "specs" / "feature-store.yaml").read_text(encoding="utf-8")
    wrong = text.replace("feast_online_features_status_total{", "feast_online_feature_status_total{")
    assert wrong != text
    assert "SLO352" in errors(project, yaml.safe_load(wrong))


@pytest.mark.parametrize("spec", SPECS, ids=[spec.stem for spec in SPECS])
def test_editors_find_the_schema(spec: Path) -> None:
    """Each spec begins with the comment that editors read."""
    first = spec.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../docs/schema/slogen.schema.json"
