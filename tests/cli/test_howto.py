"""The documents tell the truth: what they say to write works, and the commands they show run."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import run

SPEC = """
model: fraud-detector
team: ml-platform
sources: {app: {template: slogen-contract, select: {model: fraud}}}
slos: {availability: {objective: 99.95%, sli: {availability: {from: app}}}}
"""


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_a_backend_takes_three_files(root: Path, tmp_path: Path) -> None:
    """The backend of the how-to, added to a copy of slogen word for word, writes its file in a real build."""
    page = (root / "docs/howto/add-a-backend.md").read_text()
    [module], [change] = blocks(page, "python"), blocks(page, "diff")
    shutil.copytree(root / "src/slogen", tmp_path / "src/slogen", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "src/slogen/backends/objectives.py").write_text(module)
    building = tmp_path / "src/slogen/building.py"
    text = building.read_text()
    marker = "BACKENDS: tuple[Backend, ...] = (\n"
    assert marker in text
    text = text.replace(marker, marker + change.removeprefix("+")).replace(
        "\nBACKENDS:", "\nfrom slogen.backends import objectives\n\nBACKENDS:"
    )
    building.write_text(text)
    starter = root / "src/slogen/cli/starter"
    shutil.copytree(starter, tmp_path / "project")
    (tmp_path / "project/specs/fraud.yaml").write_text(SPEC)
    argv = ["slogen", "build", "--project", str(tmp_path / "project")]
    code = f"import sys; sys.argv = {argv!r}; from slogen.cli.main import main; main()"
    environment = {"PYTHONPATH": str(tmp_path / "src"), "PATH": ""}
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment, cwd=tmp_path
    )
    assert outcome.returncode == 0, outcome.stderr
    table = (tmp_path / "project/generated/production/objectives.csv").read_text()
    assert "fraud-detector,availability,0.9995\n" in table


def test_readme_commands_run(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every slogen command of the README ends well, in the order of the text, beside the example pages."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(root / "specs/samples", tmp_path / "specs/samples")
    shown = "".join(blocks((root / "README.md").read_text(), "console"))
    commands = re.findall(r"^\$ \.venv/bin/slogen (.*)$", shown, re.MULTILINE)
    assert len(commands) >= 5
    for command in commands:
        status, _, err = run(shlex.split(command, comments=True), capsys)
        assert status == 0, (command, err)


READERS_OWN = ("http://", "/etc/", "--batch", "git:origin/")
"""Servers, files and branches that only the reader of a page has; commands that name them are not run."""


def test_commands_of_the_how_tos_run(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every slogen command that a how-to shows ends well in a copy of the example fleet that has been built."""
    shutil.copytree(root / "specs", tmp_path / "specs")
    shutil.copy(root / "slogen.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(["build"], capsys)[0] == 0
    ran = 0
    for page in sorted((root / "docs/howto").glob("*.md")):
        for shown in re.findall(r"^\$ slogen (.*)$", "".join(blocks(page.read_text(), "console")), re.MULTILINE):
            command = shlex.split(shown.partition(" > ")[0], comments=True)
            if not any(word.startswith(READERS_OWN) for word in command):
                status, _, err = run(command, capsys)
                assert status == 0, (page.name, shown, err)
                ran += 1
    assert ran >= 3


def test_readme_has_exactly_two_set_up_commands(root: Path) -> None:
    """One builds the example fleet, one passes the tests; the Makefile knows both."""
    setup = (root / "README.md").read_text().partition("## Set up")[2].partition("\n## ")[0]
    commands = re.findall(r"^\$ make (\w+)", setup, re.MULTILINE)
    assert commands == ["build", "check"]
    makefile = (root / "Makefile").read_text()
    assert all(f"\n{target}:" in makefile for target in commands)


def test_the_spec_of_the_readme_compiles(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first spec that people read is a spec."""
    [spec] = blocks((root / "README.md").read_text(), "yaml")
    shutil.copytree(root / "src/slogen/cli/starter", tmp_path / "project")
    (tmp_path / "project/specs/example-model.yaml").write_text(spec.replace("payments-ml", "ml-platform"))
    assert run(["validate", "--project", str(tmp_path / "project")], capsys)[0] == 0
