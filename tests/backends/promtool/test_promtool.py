"""The promtool tests of a project: which claims they hold, and that promtool itself agrees with every one."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from slogen import pipeline
from slogen.backends.promtool.emit import LONGEST
from slogen.replay.testfile import TestFile, read
from tests.golden import assert_golden
from tests.proofs.stories import PROJECT, TODAY, write

GOLDEN = Path(__file__).parent / "golden"


def written(folder: Path) -> dict[str, str]:
    """The promtool tests of the small project, by path."""
    source = pipeline.compiled(write(folder), TODAY)
    return {artifact.path: artifact.text for artifact in source.artifacts if artifact.path.endswith(".test.yaml")}


def test_the_tests_of_a_component(tmp_path: Path) -> None:
    """An outage, a fault just above, one just below, a blip, vanished series: asked at closed-form times."""
    assert_golden(GOLDEN / "store.test.yaml", written(tmp_path)["production/tests/store.test.yaml"])


def test_every_file_is_cheap_and_leaves_no_order_to_chance(tmp_path: Path) -> None:
    """No story is longer than the limit, every group is named, and only what is read is loaded."""
    for text in written(tmp_path).values():
        file: TestFile = read(text, "x")
        assert all(case.last_check <= LONGEST for case in file.tests)
        assert file.group_eval_order
        assert not any("_fleet" in name for name in file.rule_files)


def test_servers_that_evaluate_rarely_are_tested_as_rarely(tmp_path: Path) -> None:
    """Every two minutes there, every two minutes here; their groups are not taken for slow ones."""
    project = write(tmp_path)
    (project / "slogen.yaml").write_text(PROJECT + "prometheus: {scrape_interval: 1m, evaluation_interval: 2m}\n")
    source = pipeline.compiled(project, TODAY)
    texts = [artifact.text for artifact in source.artifacts if artifact.path.endswith(".test.yaml")]

    assert len(texts) == 4
    assert all("evaluation_interval: 2m\n" in text for text in texts)


@pytest.mark.engine
@pytest.mark.parametrize("environment", ["production", "staging"])
def test_promtool_agrees(root: Path, promtool35: Path, environment: str) -> None:
    """Every claim about the example fleet that promtool can check holds there too; two minutes on two cores."""
    files = sorted(
        (root / "generated" / environment / "tests").glob("*.test.yaml"), key=lambda path: -path.stat().st_size
    )
    assert len(files) > 10

    def verdict(file: Path) -> str:
        done = subprocess.run([promtool35, "test", "rules", file], capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else f"{file.name}: {done.stdout[-2000:]}{done.stderr[-2000:]}"

    with ThreadPoolExecutor(2) as pool:
        assert [problem for problem in pool.map(verdict, files) if problem] == []
