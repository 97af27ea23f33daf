"""The shape of the house: sizes, names and first sentences, as CONTRIBUTING.md promises them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src/slogen").rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager"}
LONGEST_FILE = 350
LONGEST_FUNCTION = 50


def relative(path: Path) -> str:
    """A path as messages show it."""
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    """The syntax tree of every module."""
    return {path: ast.parse(path.read_text()) for path in SOURCES}


def test_files_are_short() -> None:
    """A file that has grown past the limit has more than one reason to change."""
    sizes = {relative(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: size for path, size in sizes.items() if size > LONGEST_FILE} == {}


def test_functions_are_short(trees: dict[Path, ast.Module]) -> None:
    """A function fits on a screen."""
    long = {
        f"{relative(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert long == {}


def test_names_say_what_is_inside() -> None:
    """No module or folder has a name under which anything could be put."""
    assert {relative(path) for path in SOURCES if FORBIDDEN_NAMES & {path.stem, *path.parent.parts}} == set()


def test_rooms_are_flat() -> None:
    """A room has modules, and at most one level of folders."""
    assert {relative(path) for path in SOURCES if len(path.relative_to(ROOT / "src/slogen").parts) > 3} == set()


def test_every_module_opens_with_a_sentence(trees: dict[Path, ast.Module]) -> None:
    """The first line says why the module exists, and ends as a sentence or a colon does."""
    firsts = {path: (ast.get_docstring(tree) or "").partition("\n\n")[0] for path, tree in trees.items()}
    assert {relative(path) for path, first in firsts.items() if not first.rstrip().endswith((".", ":"))} == set()


def test_no_imports_hide_from_the_contracts(trees: dict[Path, ast.Module]) -> None:
    """No TYPE_CHECKING blocks and no relative imports: both hide cycles."""
    hidden = {
        relative(path)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.level or any(a.name == "TYPE_CHECKING" for a in node.names)))
    }
    assert hidden == set()


def test_every_room_has_its_sentence_on_the_map() -> None:
    """`docs/architecture.md` has a row for each room."""
    page = (ROOT / "docs/architecture.md").read_text()
    rows = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    rooms = {path.stem for path in (ROOT / "src/slogen").iterdir() if _is_room(path)}
    assert rooms - rows == set()


def _is_room(path: Path) -> bool:
    return (path / "__init__.py").exists() or (path.suffix == ".py" and path.stem != "__init__")
