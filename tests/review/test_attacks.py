"""Whatever the other side is, a diff ends in words: no ref, no project, broken specs, shallow history, odd files."""

import subprocess
from pathlib import Path

import pytest

from slogen.comparing import Compared, compared
from slogen.pipeline import build as write_output
from slogen.review.changes import Danger, Kind
from tests.review.projects import CHURN, PROJECT, TODAY, build

GIT = ("git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main")


def git(folder: Path, *arguments: str) -> None:
    """Runs git in a folder; fails with what git said."""
    done = subprocess.run([*GIT, "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def committed(folder: Path, message: str = "all") -> None:
    """Everything in the folder, as a commit."""
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project of one model in a folder of a repository, committed with its output."""
    top = tmp_path / "repository"
    project = top / "monitoring"
    build(project, {"churn": CHURN})
    write_output(project, TODAY)
    git(tmp_path, "init", "-q", str(top))
    committed(top)
    return project


def against(project: Path, other: str) -> Compared:
    """The comparison with something."""
    return compared(project, other, TODAY, 20)


def kinds(outcome: Compared) -> set[Kind]:
    """The kinds of change; there must be a comparison."""
    assert outcome.comparison is not None, outcome.problem
    return {change.kind for change in outcome.comparison.changes}


def test_a_project_in_a_folder_of_a_repository(repository: Path) -> None:
    """Paths are the project's own, wherever it lies in the repository, and an unchanged tree is no change."""
    outcome = against(repository, "git:HEAD")

    assert kinds(outcome) == set()
    assert outcome.comparison is not None
    assert not outcome.comparison.diffs


def test_old_specs_that_do_not_compile(repository: Path) -> None:
    """Findings of the other side are given with its name, not as ours."""
    spec = repository / "specs" / "churn.yaml"
    good = spec.read_text()
    spec.write_text(good.replace("objective: 99%", "objective: 199%"))
    committed(repository, "broken")
    spec.write_text(good)

    outcome = against(repository, "git:HEAD")

    assert outcome.comparison is None
    assert outcome.problem == "the specs of git:HEAD do not build"
    assert not outcome.ours
    assert outcome.diagnostics


def test_a_shallow_clone_says_that_the_ref_is_not_there(repository: Path, tmp_path: Path) -> None:
    """A continuous integration that fetched one commit cannot compare with the one before, and is told so."""
    (repository / "README").write_text("more")
    committed(repository.parent, "second")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository.parent}", str(clone))

    outcome = against(clone / "monitoring", "git:HEAD~1")

    assert outcome.comparison is None
    assert outcome.problem.startswith("git cannot read HEAD~1")
    assert "fetch" in outcome.problem
    assert kinds(against(clone / "monitoring", "git:HEAD")) == set()


def test_binary_and_odd_files_beside_the_output(repository: Path) -> None:
    """What is no text under the output folders is compared as far as it goes; links and hidden files are left alone."""
    output = repository / "generated"
    (output / "picture.png").write_bytes(bytes(range(256)))
    (output / ".hidden").write_text("x")
    (output / "loop").symlink_to(output)
    (output / "production" / "prometheus" / "rules" / "torn.yaml").write_bytes(b"\xff\xfe groups: {")
    committed(repository, "odd")

    assert kinds(against(repository, "git:HEAD")) == set()


def test_nothing_on_one_side_or_on_both(repository: Path, tmp_path: Path) -> None:
    """A project without a spec does not build, on whichever side it is, and the finding says so."""
    empty = tmp_path / "empty"
    (empty / "specs").mkdir(parents=True)
    (empty / "slogen.yaml").write_text(PROJECT)

    for mine, theirs in ((repository, empty), (empty, repository), (empty, empty)):
        outcome = against(mine, str(theirs))
        assert outcome.comparison is None
        assert [finding.code.slug for finding in outcome.diagnostics] == ["no-files"]


def test_a_renamed_environment_is_another_one(repository: Path) -> None:
    """Under another name nothing of an environment stays: it is told as lost and as new, not passed over."""
    project = repository / "slogen.yaml"
    project.write_text(project.read_text().replace("production: {", "live: {").replace("[production]", "[live]"))

    outcome = against(repository, "git:HEAD")

    assert {Kind.COMPONENT_REMOVED, Kind.COMPONENT_ADDED} <= kinds(outcome)


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    """Without history there is nothing to compare with, and a file is no project."""
    build(tmp_path, {"churn": CHURN})

    assert "git cannot read HEAD" in against(tmp_path, "git:HEAD").problem
    assert "no slogen.yaml" in against(tmp_path, str(tmp_path / "slogen.yaml")).problem


def test_no_git_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without git is told to name a folder."""
    build(tmp_path, {"churn": CHURN})
    monkeypatch.setenv("PATH", "")

    assert "git is not installed" in against(tmp_path, "git:HEAD").problem


def test_output_folders_under_other_names_are_told(repository: Path) -> None:
    """Files that lie in another folder now say the same, but whoever reads the old one does not hear of them."""
    settings = repository / "slogen.yaml"
    settings.write_text(f"{settings.read_text()}outputs: {{generated: rules}}\n")

    outcome = against(repository, "git:HEAD")

    assert outcome.comparison is not None
    (change,) = [one for one in outcome.comparison.changes if one.danger is Danger.STATE]
    assert (change.kind, change.subject) == (Kind.FILE_RENAMED, "outputs.generated")
    assert (change.before, change.after) == ("generated", "rules")


def test_output_that_is_committed_in_part(repository: Path) -> None:
    """What a commit has no files of is built from its specs, and is not taken for cover that is new or lost."""
    (repository / ".gitignore").write_text("generated/\n")
    git(repository, "rm", "-rq", "--cached", "generated")
    committed(repository, "boards alone")

    outcome = against(repository, "git:HEAD")

    assert kinds(outcome) == set()


def test_times_to_detect_are_those_of_a_settled_objective(tmp_path: Path) -> None:
    """A ticket over three days sees faults when theory says, and an objective without a page is said to have none."""
    specs = [CHURN.replace("objective: 99%", f"alert: [ticket], objective: {share}") for share in ("99.9%", "99.5%")]
    for name, spec in zip(("old", "new"), specs, strict=True):
        build(tmp_path / name, {"churn": spec})

    outcome = against(tmp_path / "new", str(tmp_path / "old"))

    assert outcome.comparison is not None
    (change,) = [one for one in outcome.comparison.changes if one.kind is Kind.DETECTION_CHANGED]
    assert change.before == "no page; ticket 10m, 50m, 7h 15m"  # 4m 19s, 43m 12s and 7h 12m, read every five minutes
    assert change.after.startswith("no page; ticket ")
