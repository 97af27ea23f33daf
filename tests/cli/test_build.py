"""The verb that writes: what it prints, what it leaves, and what `--check` sees."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import run


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A new project, built."""
    run(["init", str(tmp_path)], capsys)
    assert run(["build", "--project", str(tmp_path)], capsys)[0] == 0
    return tmp_path


def rules(project: Path) -> Path:
    """The rule file of the project's model."""
    return project / "generated/production/prometheus/rules/example-model.yaml"


def test_an_edited_threshold_is_shown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`build --check` after an edit exits 1 and shows the line; a build then overwrites it only by force."""
    text = rules(project).read_text()
    rules(project).write_text(text.replace("> 0.0144", "> 0.5", 1))
    status, out, err = run(["build", "--check", "--project", str(project)], capsys)
    assert status == 1
    assert "> 0.5" in out
    assert "stale-output" in err
    assert "generated/production/prometheus/rules/example-model.yaml" in err
    status, _, err = run(["build", "--project", str(project)], capsys)
    assert status == 1
    assert "edited-output" in err
    assert run(["build", "--force", "--project", str(project)], capsys)[0] == 0
    assert rules(project).read_text() == text


def test_a_wrong_spec_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One error anywhere stops everything."""
    (project / "specs/second.yaml").write_text("model: second\nslos: {a: {objective: 200%}}\n")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    status, out, err = run(["build", "--project", str(project)], capsys)
    assert (status, out) == (1, "")
    assert "specs/second.yaml:2:" in err
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_files_of_a_removed_spec_disappear(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A model that is gone leaves no rules behind."""
    spec = project / "specs/example-model.yaml"
    spec.rename(spec.with_name("renamed.yaml"))
    renamed = spec.with_name("renamed.yaml")
    renamed.write_text(renamed.read_text().replace("example-model", "renamed"))
    assert run(["build", "--project", str(project)], capsys)[0] == 0
    assert not rules(project).exists()
    assert rules(project).with_name("renamed.yaml").exists()


def test_formats_for_machines(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON and SARIF are whole documents on standard output; GitHub gets annotations."""
    rules(project).write_text("groups: []\n")
    command = ["build", "--check", "--project", str(project), "--format"]
    status, out, _ = run([*command, "json"], capsys)
    assert status == 1
    assert [d["slug"] for d in json.loads(out)["diagnostics"]] == ["stale-output"]
    status, out, _ = run([*command, "sarif"], capsys)
    assert status == 1
    assert json.loads(out)["version"] == "2.1.0"
    _, out, _ = run([*command, "github"], capsys)
    assert out.startswith("::error file=generated/production/prometheus/rules/example-model.yaml,line=1")


def test_output_does_not_depend_on_order_or_surroundings(
    project: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same specs in another folder, written in another order, give the same bytes."""
    other = tmp_path_factory.mktemp("elsewhere")
    for name in ("a", "b", "c"):
        text = (project / "specs/example-model.yaml").read_text().replace("example-model", name)
        (project / f"specs/{name}.yaml").write_text(text)
    for path in sorted(project.glob("specs/*"), reverse=True):
        (other / "specs").mkdir(exist_ok=True)
        (other / "specs" / path.name).write_text(path.read_text())
    (other / "slogen.yaml").write_text((project / "slogen.yaml").read_text())
    outputs = []
    for folder in (project, other):
        assert run(["build", "--project", str(folder)], capsys)[0] == 0
        files = [p for root in ("generated", "dashboards") for p in sorted((folder / root).rglob("*")) if p.is_file()]
        outputs.append({str(p.relative_to(folder)): p.read_bytes() for p in files})
    assert outputs[0] == outputs[1]


def test_output_is_the_same_on_every_machine(root: Path, tmp_path: Path) -> None:
    """Hash seed, time zone, locale and user change no byte of the example fleet's output."""
    code = (
        "import hashlib, sys\nfrom datetime import date\nfrom pathlib import Path\n"
        "from slogen.pipeline import compiled\n"
        "made = compiled(Path(sys.argv[1]), date(2026, 1, 1)).artifacts\n"
        "print(len(made), hashlib.sha256(repr(made).encode()).hexdigest())"
    )
    surroundings = (
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "USER": "ada", "HOME": "/nowhere"},
        {"PYTHONHASHSEED": "2", "TZ": "UTC", "LC_ALL": "C.UTF-8", "USER": "bob", "HOME": str(tmp_path)},
    )
    shutil.copy(root / "slogen.yaml", tmp_path)
    (tmp_path / "specs").mkdir()
    for name in ("fraud-detector", "feature-store"):
        shutil.copy(root / f"specs/{name}.yaml", tmp_path / "specs")
    shutil.copytree(root / "specs/samples", tmp_path / "specs/samples", ignore=shutil.ignore_patterns("*.yaml"))
    seen = [
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=env, capture_output=True, text=True, check=True)
        for env in surroundings
    ]
    assert seen[0].stdout == seen[1].stdout
    assert int(seen[0].stdout.split()[0]) > 5, seen[0]
