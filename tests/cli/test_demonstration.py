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
PROVEN = {tighter_threshold, new_model}
"""The pull requests whose alerts are proven here; the other three would repeat replays of these."""


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A shell with the variables of a runner."""
    temp = tmp_path_factory.mktemp("runner")
    (temp / "slogen").mkdir()
    with shell(tmp_path_factory.mktemp("pipes"), RUNNER_TEMP=str(temp), GITHUB_STEP_SUMMARY=str(temp / "s")) as ready:
        yield ready


@pytest.fixture(scope="module")
def comments(tmp_path_factory: pytest.TempPathFactory, runner: Shell) -> dict[str, str]:
    """The comment on each pull request; every one is built, committed, checked and merged after the other."""
    project = tmp_path_factory.mktemp("demonstration")
    git(project, "init", "--quiet", "--initial-branch", "main")
    for command in (f"slogen init --from '{SAMPLES / 'fraud-kserve.prom'}'", "slogen build"):
        done = runner.run(command, project)
        assert done.returncode == 0, done.stderr
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "Begin with what the page shows")
    return {change.__name__: _reviewed(project, runner, change) for change, _ in PULL_REQUESTS}


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
    """A comment with the text diffs of the output left out: only which files have one."""
    head, *diffs = re.split(r"(?=<details>)", comment)
    named = (f"- {match[1]}\n" for diff in diffs if (match := re.match(r"<details><summary>(.*?)</summary>", diff)))
    return head + "".join(named)


@pytest.mark.parametrize(("change", "expected"), PULL_REQUESTS, ids=lambda case: getattr(case, "__name__", ""))
def test_the_first_line_says_how_dangerous_a_pull_request_is(
    change: Callable[[Path, Shell], None], expected: str, comments: dict[str, str]
) -> None:
    """After the mark by which the comment is found again."""
    marker, _, first, *_ = comments[change.__name__].split("\n")
    assert marker == "<!-- slogen diff -->"
    assert re.search(expected, first), first
    dangerous = {"page_becomes_ticket", "less_is_promised"}
    assert bool(re.search(r"\d+ changes? loses? cover", first)) is (change.__name__ in dangerous)


@pytest.mark.parametrize("change", [change.__name__ for change, _ in PULL_REQUESTS])
def test_the_comment_on_a_pull_request(change: str, comments: dict[str, str]) -> None:
    """What reviewers read, without the folded text diffs of generated files; a host takes it whole."""
    assert len(comments[change]) <= 60_000
    assert comments[change].count("<details>") == comments[change].count("</details>")
    assert_golden(GOLDEN / f"{change}.md", meaning(comments[change]))
