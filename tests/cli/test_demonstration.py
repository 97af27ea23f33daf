"""A repository lives through five pull requests: the workflow's own commands say what each of them means.

Two of the five are dangerous, and the first line of their comment says so.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.workflow import Shell, shell, steps
from tests.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden/demonstration"
IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
SAMPLES = Path(__file__).resolve().parents[2] / "specs/samples"
FRAUD = Path("specs/fraud.yaml")
MOVED = Path("specs/payments/fraud.yaml")
CHURN = Path("specs/churn.yaml")
BLOCK_STYLE = "sli:\n      latency:\n        within: 75ms\n        from: kserve"


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def edited(file: Path, old: str, new: str) -> None:
    """One replacement in a spec, which must have something to replace."""
    text = file.read_text()
    assert old in text, (old, text)
    file.write_text(text.replace(old, new))


def tighter_threshold(project: Path, _: Shell) -> None:
    """The model must answer within the next lower bucket bound."""
    edited(project / FRAUD, "within: 100ms", "within: 75ms")


def only_form(project: Path, _: Shell) -> None:
    """The spec moves into a folder and is written in another style."""
    (project / MOVED).parent.mkdir()
    (project / FRAUD).rename(project / MOVED)
    edited(project / MOVED, "sli: {latency: {from: kserve, within: 75ms}}", BLOCK_STYLE)
    edited(project / MOVED, "../.slogen", "../../.slogen")


def page_becomes_ticket(project: Path, _: Shell) -> None:
    """Nobody is woken any more."""
    edited(project / MOVED, "    objective: 99%", "    alert: [ticket]\n    objective: 99%")


def new_model(project: Path, ready: Shell) -> None:
    """A second model, proposed from its page."""
    done = ready.run(f"slogen init --from '{SAMPLES / 'churn-batch.prom'}'", project)
    assert done.returncode == 0, done.stderr
    text = (project / CHURN).read_text()
    (project / CHURN).write_text(text[: text.index("slos:")] + text[text.index("alerts:") :])  # its drift alert alone


def less_is_promised(project: Path, _: Shell) -> None:
    """The objective is loosened and silence is no longer noticed."""
    edited(project / MOVED, "    objective: 99%", "    objective: 95%\n    no_data: none")


PULL_REQUESTS: tuple[tuple[Callable[[Path, Shell], None], str], ...] = (
    (tighter_threshold, "none loses cover"),
    (only_form, "no behavioural change"),
    (page_becomes_ticket, "loses? cover"),
    (new_model, "none loses cover"),
    (less_is_promised, "loses? cover"),
)
DANGEROUS = {page_becomes_ticket, less_is_promised}
PROVEN = {tighter_threshold, new_model}
"""The pull requests whose alerts are proven here; the other three would repeat replays of these."""


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Shell]:
    """A shell with the variables of a runner."""
    for folder in ("temp/slogen", "pipes"):
        (tmp_path / folder).mkdir(parents=True)
    with shell(
        tmp_path / "pipes", RUNNER_TEMP=str(tmp_path / "temp"), GITHUB_STEP_SUMMARY=str(tmp_path / "s")
    ) as ready:
        yield ready


def test_five_pull_requests(tmp_path: Path, runner: Shell) -> None:
    """Each is built, committed, merged and checked after the other; its comment is as expected, from the first line on.

    Goldens leave out the folded text diffs of generated files. One test, as one pull request builds on the other.
    """
    project = tmp_path / "demonstration"
    project.mkdir()
    git(project, "init", "--quiet", "--initial-branch", "main")
    for command in (f"slogen init --from '{SAMPLES / 'fraud-kserve.prom'}'", "slogen build"):
        done = runner.run(command, project)
        assert done.returncode == 0, done.stderr
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "Begin with what the page shows")
    for change, expected in PULL_REQUESTS:
        comment = _reviewed(project, runner, change)
        marker, _, first, *_ = comment.split("\n")
        assert marker == "<!-- slogen diff -->"
        assert re.search(expected, first), (change.__name__, first)
        assert bool(re.search(r"\d+ changes? loses? cover", first)) is (change in DANGEROUS)
        assert len(comment) <= 60_000
        assert comment.count("<details>") == comment.count("</details>")
        assert_golden(GOLDEN / f"{change.__name__}.md", meaning(comment))


def _reviewed(project: Path, runner: Shell, change: Callable[[Path, Shell], None]) -> str:
    """A branch with the change, merged; then the workflow's steps on the merge, as a runner has it checked out."""
    git(project, "switch", "--quiet", "--create", change.__name__)
    change(project, runner)
    assert runner.run("slogen build", project).returncode == 0
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", change.__doc__ or "")
    git(project, "switch", "--quiet", "main")
    git(project, "merge", "--quiet", "--no-ff", "--message", "Merge", change.__name__)
    review = Path(runner.environment["RUNNER_TEMP"]) / "slogen/review.md"
    review.unlink(missing_ok=True)
    for step in steps((project / ".github/workflows/slogen.yml").read_text(), "check"):
        wanted = step.run and "pip install" not in step.run
        if wanted and (change in PROVEN or "slogen test" not in step.run):
            done = runner.run(step.run, project)
            assert done.returncode == 0, (step.name, done.stdout, done.stderr)
    assert git(project, "status", "--porcelain") == ""
    return review.read_text()


def meaning(comment: str) -> str:
    """A comment without the text diffs of the output, of which as many are folded in as the host allows."""
    return comment.partition("<details>")[0].rstrip() + "\n"
