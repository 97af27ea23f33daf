"""What Grafana needs of a file to import, provision and link it, checked on the emitted text."""

import itertools
import json
import re

import jsonschema
import pytest
import yaml

from slogen import names
from slogen.backends.grafana.emit import BACKEND, UID_COLLISION
from slogen.diagnostics.model import Diagnostic
from slogen.emit.artifact import Artifact
from tests.conftest import ROOT
from tests.dashboards.boards import Json, all_panels, boards, emitted, panels
from tests.dashboards.program import FLEET, Model, environment_of, http, program_of
from tests.printing import artifacts

PROGRAM = program_of(environment_of(FLEET), environment_of(FLEET, "staging", production=False))
BOARDS = boards(PROGRAM)
SCHEMA = json.loads((ROOT / "tests/dashboards/schema/grafana-13.schema.json").read_text(encoding="utf-8"))


def _validator(definition: str) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator({**SCHEMA, "$ref": f"#/definitions/{definition}"})


def schema_faults(board: Json) -> list[str]:
    """What Grafana's published types do not allow in the document, or in the options and custom fields of a panel."""
    errors = [*_validator("Dashboard").iter_errors(board)]
    for panel in panels(board):
        kind = panel["type"]
        errors += _validator(f"{kind}.Options").iter_errors(panel["options"])
        custom = panel["fieldConfig"]["defaults"].get("custom")
        if custom is not None:
            errors += _validator(f"{kind}.FieldConfig").iter_errors(custom)
    return [f"{error.json_path}: {error.message}" for error in errors]


@pytest.mark.parametrize("path", BOARDS)
def test_fits_grafanas_own_types(path: str) -> None:
    """Boards are what Grafana's published types allow."""
    assert schema_faults(BOARDS[path]) == []


def test_the_schema_refuses() -> None:
    """The schema is strict: an unknown key and a wrong type are errors."""
    board = BOARDS["production/_overview.json"]

    assert list(_validator("Dashboard").iter_errors({**board, "rows": []}))
    assert list(_validator("Dashboard").iter_errors({**board, "refresh": False}))


@pytest.mark.parametrize("path", BOARDS)
def test_importable_and_provisionable(path: str) -> None:
    """The classic model at its newest version, with nothing in it that only one way of delivery understands."""
    board = BOARDS[path]

    assert board["schemaVersion"] == 42
    assert board["title"].strip()
    assert isinstance(board["refresh"], str)
    assert not {"__inputs", "__requires", "id", "version", "elements", "layout", "spec", "dashboard"} & board.keys()


def test_uids() -> None:
    """Uids are unique, at most 40 characters of `[a-z0-9-]`, and begin and end with a letter or digit."""
    uids = [board["uid"] for board in BOARDS.values()]

    assert len(set(uids)) == len(uids)
    assert all(re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", uid) for uid in uids)


@pytest.mark.parametrize("stem", ["m" * 90, "a.b", "a_b", "_overview", "a--b", "x" * 22 + "-" + "y" * 40])
def test_uids_of_difficult_names(stem: str) -> None:
    """A name that is too long, or has other characters, gets a valid uid of its own."""
    uid = names.dashboard_uid("production", stem)

    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", uid)
    assert uid != names.dashboard_uid("production", stem.replace(".", "-").replace("_", "-").replace("--", "-") + "-")


def test_colliding_uids_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should two names ever hash alike, that is a diagnostic, and only one of the boards is made."""
    monkeypatch.setattr(names, "dashboard_uid", lambda env, stem: f"slogen-{env}-{'x' if '_' not in stem else stem}")

    found = list(BACKEND.emit(program_of(environment_of((Model("a", (http("x"),)), Model("b", (http("x"),)))))))

    problems = [item for item in found if isinstance(item, Diagnostic)]
    assert [(p.code, p.span and p.span.file, p.notes[0].span and p.notes[0].span.file) for p in problems] == [
        (UID_COLLISION, "specs/b.yaml", "specs/a.yaml")
    ]
    assert not any(isinstance(item, Artifact) and item.path == "production/b.json" for item in found)


@pytest.mark.parametrize("path", BOARDS)
def test_panel_ids(path: str) -> None:
    """Every panel has an id of its own."""
    ids = [panel["id"] for panel in all_panels(BOARDS[path])]

    assert all(isinstance(i, int) and 0 < i <= 1_000_000 for i in ids)
    assert len(set(ids)) == len(ids)


def test_panel_ids_stay_when_others_come() -> None:
    """Another SLO moves panels, but changes no id: links to single panels keep their meaning."""

    def ids(count: int) -> dict[tuple[str, str], int]:
        model = Model("m", tuple(http("x", name=f"slo-{i}") for i in range(count)))
        board = boards(program_of(environment_of((model,))))["production/m.json"]
        return {
            (row["title"], panel["title"]): panel["id"] for row in board["panels"] for panel in row.get("panels", [row])
        }

    few, many = ids(2), ids(5)

    assert few.items() <= many.items()


def _overlaps(some: list[Json]) -> list[tuple[str, str]]:
    def cells(panel: Json) -> set[tuple[int, int]]:
        g = panel["gridPos"]
        return set(itertools.product(range(g["x"], g["x"] + g["w"]), range(g["y"], g["y"] + g["h"])))

    return [(a["title"], b["title"]) for a, b in itertools.combinations(some, 2) if cells(a) & cells(b)]


def grid_faults(board: Json) -> list[str]:
    """Panels that overlap or leave the grid, open rows that hold panels, and collapsed ones that hold none."""
    faults = [f"{a} over {b}" for a, b in _overlaps(board["panels"])]
    for panel in all_panels(board):
        place = panel["gridPos"]
        if place["w"] <= 0 or place["x"] + place["w"] > 24:
            faults.append(f"{panel['title']} leaves the grid")
        if panel["type"] == "row":
            faults += [f"{a} over {b}" for a, b in _overlaps(panel["panels"])]
            faults += [] if bool(panel["panels"]) == panel["collapsed"] else [f"{panel['title']} is half collapsed"]
    return faults


@pytest.mark.parametrize("path", BOARDS)
def test_grid(path: str) -> None:
    """Panels lie within 24 columns and do not overlap; a collapsed row holds its panels, an open one holds none."""
    assert grid_faults(BOARDS[path]) == []


def test_provisioning_file() -> None:
    """One provider for each environment, in folders apart, and only keys that Grafana reads."""
    (text,) = [i.text for i in artifacts(BACKEND, PROGRAM) if i.path == names.PROVISIONING]
    file = yaml.safe_load(text)

    assert file["apiVersion"] == 1
    assert [(p["name"], p["folder"]) for p in file["providers"]] == [
        ("slogen-production", "ML SLOs"),
        ("slogen-staging", "ML SLOs (staging)"),
    ]
    assert all(p["options"]["path"].endswith(p["name"].removeprefix("slogen-")) for p in file["providers"])


def test_same_bytes_whatever_the_layout_says() -> None:
    """Compact and indented files hold the same data; compact ones are one line."""
    compact = emitted(program_of(environment_of(FLEET), indent=None))
    indented = emitted(program_of(environment_of(FLEET), indent=2))

    assert {path: json.loads(text) for path, text in compact.items()} == {
        path: json.loads(text) for path, text in indented.items()
    }
    assert all(text.count("\n") == 1 for text in compact.values())
    assert all(line == line.rstrip() for text in indented.values() for line in text.splitlines())
