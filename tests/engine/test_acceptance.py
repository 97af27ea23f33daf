"""The servers' own checkers accept what is generated, at every version that is promised."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from slogen.emit.artifact import Artifact
from slogen.pipeline import compiled

TODAY = date(2026, 1, 1)


def accepted(command: list[str]) -> None:
    """Runs a checker; its words are the failure."""
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, (outcome.stdout + outcome.stderr)[-4000:]


@pytest.mark.engine
@pytest.mark.parametrize("fixture", ["promtool35", "promtool242"])
def test_promtool_accepts_the_example_fleet(fixture: str, request: pytest.FixtureRequest, root: Path) -> None:
    """Every committed rule file loads, in one call, so that no two files clash either."""
    files = sorted(str(path) for path in (root / "generated").glob("*/prometheus/rules/*.yaml"))
    assert len(files) >= 10
    accepted([str(request.getfixturevalue(fixture)), "check", "rules", *files])


@pytest.mark.engine
@pytest.mark.parametrize(("version", "fixture"), [("0.25", "amtool025"), ("0.33", "amtool033")])
def test_amtool_accepts_the_example_fleet_at_each_target_version(
    version: str, fixture: str, request: pytest.FixtureRequest, root: Path, tmp_path: Path
) -> None:
    """A configuration built for a version is one that the version's own tool accepts."""
    project = (root / "slogen.yaml").read_text()
    project = re.sub(r'(?<=\n    version: )"0\.\d+"', f'"{version}"', project)
    if version == "0.25":  # webhook URLs in files came with 0.26
        project = re.sub(r"webhook: {url_file: ([\w-]+)}", r'webhook: {url: "https://\1.example.org"}', project)
    (tmp_path / "slogen.yaml").write_text(project)
    shutil.copytree(root / "specs", tmp_path / "specs")
    made = compiled(tmp_path, TODAY)
    assert made.artifacts, made.diagnostics
    configs = [write(tmp_path, a) for a in made.artifacts if a.path.startswith("alertmanager/")]
    [config] = [path for path in configs if path.name == "alertmanager.yaml"]
    accepted([str(request.getfixturevalue(fixture)), "check-config", str(config)])


def write(folder: Path, artifact: Artifact) -> Path:
    """Puts an artifact below a folder."""
    path = folder / artifact.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(artifact.text)
    return path
