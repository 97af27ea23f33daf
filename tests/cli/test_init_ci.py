"""The files for CI do what they say: they fit the hosts' schemas, ask for little, and each command in them runs."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from slogen.cli.ci import Host, ci_files
from tests.cli.running import run
from tests.cli.workflow import Shell, document, script, shell, steps
from tests.conftest import missing

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = files("check_jsonschema") / "builtin_schemas/vendor"
STARTER = files("slogen.cli") / "starter/ci"
CHECK = (STARTER / "slogen.github.yml").read_text(encoding="utf-8")
COMMENT = (STARTER / "slogen-comment.github.yml").read_text(encoding="utf-8")
GITLAB = (STARTER / "slogen.gitlab-ci.yml").read_text(encoding="utf-8")
INSTALL = "python -m pip install --disable-pip-version-check"
IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def jobs_of(text: str) -> dict[str, Any]:
    """The jobs of a GitHub workflow by name."""
    jobs = document(text)["jobs"]
    assert isinstance(jobs, dict)
    return jobs


@pytest.mark.parametrize(
    ("text", "schema"),
    [(CHECK, "github-workflows"), (COMMENT, "github-workflows"), (GITLAB, "gitlab-ci")],
    ids=["check", "comment", "gitlab"],
)
def test_the_files_fit_the_schemas_of_their_hosts(text: str, schema: str) -> None:
    """JSON Schemas as editors use them for these files."""
    rules = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(rules).validate(document(text))


@pytest.mark.parametrize("text", [CHECK, COMMENT], ids=["check", "comment"])
def test_actions_are_pinned_and_scripts_hold_nothing_from_outside(text: str) -> None:
    """Every action is a commit with its version beside it; no script has an expression in it; no secret is named."""
    uses = re.findall(r"uses: (.*)", text)
    assert uses
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in uses)
    assert "secrets." not in text
    for job in jobs_of(text):
        assert [step.name for step in steps(text, job) if "${{" in step.run] == []


def test_permissions_are_the_least() -> None:
    """The run of a pull request reads; commenting and uploading have jobs of their own that run nothing of its."""
    check, comment = document(CHECK), document(COMMENT)
    assert check["permissions"] == {"contents": "read"}
    assert comment["permissions"] == {}
    granted = {name: job.get("permissions") for text in (CHECK, COMMENT) for name, job in jobs_of(text).items()}
    assert granted == {
        "check": None,
        "code-scanning": {"actions": "read", "contents": "read", "security-events": "write"},
        "comment": {"actions": "read", "pull-requests": "write"},
    }
    assert not any(step.run for step in steps(CHECK, "code-scanning"))
    assert not any("checkout" in step.uses for step in steps(COMMENT, "comment"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose project lies in a folder with an awkward name, built and committed twice."""
    top = tmp_path_factory.mktemp("repository")
    git(top, "init", "--quiet")
    page = ROOT / "specs/samples/fraud-drift.prom"
    with shell(tmp_path_factory.mktemp("pipes")) as ready:
        for command in (f"init 'my models' --from '{page}' --ci github --ci gitlab", "build --project 'my models'"):
            done = ready.run(f"slogen {command}", top)
            assert done.returncode == 0, done.stderr
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "start")
    git(top, "commit", "--quiet", "--allow-empty", "--message", "nothing")
    return top


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Shell]:
    """A shell with the variables of a runner."""
    pipes = tmp_path / "pipes"
    pipes.mkdir()
    (tmp_path / "temp/slogen").mkdir(parents=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    summary = str(tmp_path / "summary.md")
    with shell(pipes, RUNNER_TEMP=str(tmp_path / "temp"), GITHUB_STEP_SUMMARY=summary, PATH=path) as ready:
        yield ready


def test_every_command_of_the_github_workflow_runs(made: Path, runner: Shell, tmp_path: Path) -> None:
    """In a fresh project each step ends well, in its folder, and leaves what the next jobs take."""
    text = (made / ".github/workflows/slogen.yml").read_text()
    folder = made / jobs_of(text)["check"]["defaults"]["run"]["working-directory"]
    assert folder.name == "my models"
    for step in steps(text, "check"):
        if step.run:
            done = runner.run(step.run, folder)
            assert done.returncode == 0, (step.name, done.stdout, done.stderr)
    left = tmp_path / "temp/slogen"
    assert sorted(path.name for path in left.iterdir()) == [
        "findings.sarif", "junit.xml", "review.md", "tests.txt",
    ]  # fmt: skip
    totals, _, review = (tmp_path / "summary.md").read_text().partition("\n")
    assert re.fullmatch(r"\d+ passed, 0 failed", totals)
    assert review == (left / "review.md").read_text()
    assert (left / "review.md").read_text().startswith("<!-- slogen diff -->\n\n### slogen: no behavioural change")
    assert json.loads((left / "findings.sarif").read_text())["version"] == "2.1.0"
    assert git(made, "status", "--porcelain") == ""


def test_a_failed_test_fails_its_step(made: Path, runner: Shell, tmp_path: Path) -> None:
    """Though its output goes through a pipe; the summary has the totals."""
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    (copy / "my models/specs/fraud.test.yaml").write_text(
        "tests: {quiet: {lasts: 1h, expect: [{alert: Drift, fires: 30m}]}}\n"
    )
    [step] = [step for step in steps(CHECK, "check") if "slogen test" in step.run]
    done = runner.run(step.run, copy / "my models")
    assert done.returncode == 1
    assert "::error file=my models/specs/fraud.test.yaml,line=1,title=quiet" in done.stdout
    assert re.search(r"\d+ passed, 1 failed", (tmp_path / "summary.md").read_text())


def test_a_mistake_fails_the_run_and_is_shown_where_it_is(made: Path, runner: Shell, tmp_path: Path) -> None:
    """Paths are those of the repository, though the project lies below; code scanning is told all the same."""
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    spec = copy / "my models/specs/fraud.yaml"
    spec.write_text(spec.read_text().replace("severity:", "sevrity:"))
    by_name = {step.name: step.run for step in steps(CHECK, "check")}
    done = runner.run(by_name["Specs are valid"], copy / "my models")
    assert done.returncode == 1
    assert "::error file=my models/specs/fraud.yaml,line=" in done.stdout
    assert runner.run(by_name["Findings for code scanning"], copy / "my models").returncode == 0
    sarif = json.loads((tmp_path / "temp/slogen/findings.sarif").read_text())
    [place] = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in sarif["runs"][0]["results"]
    }
    assert place == "my%20models/specs/fraud.yaml"


def test_the_first_pull_request_has_nothing_to_compare_with(made: Path, runner: Shell, tmp_path: Path) -> None:
    """Where the other side has no project yet, the run says so and passes."""
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    first = git(copy, "commit-tree", "-m", "before slogen", git(copy, "mktree").strip()).strip()
    merge = git(copy, "commit-tree", "-m", "merge", "-p", first, "HEAD^{tree}").strip()
    git(copy, "checkout", "--quiet", merge)
    [step] = [step for step in steps(CHECK, "check") if step.name == "What the change means"]
    assert runner.run(step.run, copy / "my models").returncode == 0
    assert "nothing to compare with" in (tmp_path / "summary.md").read_text()


REVIEW = "<!-- slogen diff -->\n\nok\n"
GH = """\
#!/bin/sh
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in
  *pulls*) printf '%s' "$NUMBER" ;;
  *--paginate*) printf '%b' "$COMMENTS" ;;
esac
"""


@pytest.mark.parametrize(
    ("review", "number", "comments", "status", "last"),
    [
        pytest.param("", "7", "", 0, None, id="no review"),
        pytest.param(REVIEW, "", "", 0, "pulls", id="closed meanwhile"),
        pytest.param(REVIEW, "7", "", 0, "POST repos/o/r/issues/7/comments", id="first"),
        pytest.param(REVIEW, "7", "31\\n32\\n", 0, "PATCH repos/o/r/issues/comments/31", id="again"),
        pytest.param("Buy now!\n", "7", "", 1, None, id="something else"),
        pytest.param("<!-- slogen diff -->\n" + "x" * 300_000, "7", "", 1, None, id="too long"),
    ],
)  # fmt: skip
def test_the_comment_is_posted_once_and_kept_up_to_date(  # noqa: PLR0917 -- a table's columns and two fixtures
    review: str, number: str, comments: str, status: int, last: str | None, runner: Shell, tmp_path: Path
) -> None:
    """The step asks the host for the pull request and for its own comment, and writes one; `gh` answers as recorded."""
    (tmp_path / "temp/slogen/review.md").write_text(review)
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    calls = tmp_path / "calls"
    [step] = [step for step in steps(COMMENT, "comment") if step.run]
    given = dict.fromkeys(step.environment, "x") | {"REPOSITORY": "o/r", "MARKER": step.environment["MARKER"]}
    given |= {"NUMBER": number, "COMMENTS": comments, "CALLS": str(calls)}
    done = runner.run(step.run, tmp_path, **given, PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert done.returncode == status, done.stderr
    asked = calls.read_text().splitlines() if calls.exists() else []
    assert [line for line in asked[-1:] if last is not None and last in line] == asked[-1:]


def test_the_answers_of_the_host_are_read_right() -> None:
    """Of the pull requests of a branch the one with this commit; of the comments that of the bot with our mark."""
    if shutil.which("jq") is None:
        missing("jq is not installed; on runners gh has it built in")
    [step] = [step for step in steps(COMMENT, "comment") if step.run]
    pulls, comments = re.findall(r"--jq '([^']*)'", step.run)
    found = [{"number": 4, "head": {"sha": "old"}}, {"number": 7, "head": {"sha": "new"}}]
    assert jq(pulls, found, HEAD_SHA="new") == "7\n"
    assert jq(pulls, found, HEAD_SHA="other") == ""
    told = [
        {"id": 1, "user": {"login": "somebody"}, "body": REVIEW},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "Deployed."},
        {"id": 3, "user": {"login": "github-actions[bot]"}, "body": REVIEW},
    ]
    assert jq(comments, told, MARKER="<!-- slogen diff -->") == "3\n"


def jq(program: str, data: object, **environment: str) -> str:
    """What a jq program makes of data, as `gh --jq` prints it."""
    done = subprocess.run(
        ["jq", "--raw-output", program], input=json.dumps(data), env={**os.environ, **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_a_branch_name_is_never_run(runner: Shell, tmp_path: Path) -> None:
    """What a contributor can choose reaches the step as a variable."""
    [step] = [step for step in steps(COMMENT, "comment") if step.run]
    chosen = {name: value for name, value in step.environment.items() if "workflow_run" in value}
    assert set(chosen) == {"HEAD_OWNER", "HEAD_BRANCH", "HEAD_SHA"}
    (tmp_path / "temp/slogen/review.md").write_text("<!-- slogen diff -->\n")
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    hostile = dict.fromkeys(step.environment, '"; touch pwned; $(touch pwned) `touch pwned`')
    more = {"MARKER": "<!-- slogen diff -->", "CALLS": str(tmp_path / "calls"), "NUMBER": "7", "COMMENTS": ""}
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    assert runner.run(step.run, tmp_path, **{**hostile, **more}, PATH=path).returncode == 0
    assert not (tmp_path / "pwned").exists()


def test_every_command_of_the_gitlab_job_runs(made: Path, runner: Shell) -> None:
    """The job's lines share a shell; it leaves the three reports that the merge request shows."""
    text = (made / ".gitlab/slogen.gitlab-ci.yml").read_text()
    job: Any = document(text)["slogen"]
    base = git(made, "rev-parse", "HEAD^").strip()
    done = runner.run(
        "\n".join(script(text)[1:]),
        made,
        CI_PROJECT_DIR=str(made),
        CI_MERGE_REQUEST_DIFF_BASE_SHA=base,
        SLOGEN_PROJECT=job["variables"]["SLOGEN_PROJECT"],
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((made / "slogen-quality.json").read_text()) == []
    assert "no behavioural change" in (made / "slogen-review.md").read_text()
    assert "<testsuites" in (made / "slogen-junit.xml").read_text()
    git(made, "clean", "--quiet", "--force", "slogen-quality.json", "slogen-review.md", "slogen-junit.xml")


def test_a_gitlab_job_fails_with_its_findings_in_the_report(made: Path, runner: Shell, tmp_path: Path) -> None:
    """One failed command does not hide what the others say."""
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    spec = copy / "my models/specs/fraud.yaml"
    spec.write_text(spec.read_text().replace("above: 0.2", "below: 0.2"))
    lines = script(GITLAB)
    assert lines[0].partition(' "')[0] == INSTALL
    done = runner.run("\n".join(lines[1:]), copy, CI_PROJECT_DIR=str(copy), SLOGEN_PROJECT="my models")
    assert done.returncode == 1
    [issue] = json.loads((copy / "slogen-quality.json").read_text())
    assert issue["check_name"] == "SLO368 drift-direction"
    assert issue["location"]["path"] == "my models/specs/fraud.yaml"
    assert "error[SLO368]" in done.stderr


@pytest.mark.parametrize("host", [Host.GITHUB, Host.GITLAB])
def test_files_that_are_there_are_left_alone(host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A host's own file of that name stays, the others are written, and the way to join them is said."""
    first = next(reversed(ci_files(host, tmp_path)))
    first.parent.mkdir(parents=True, exist_ok=True)
    first.write_text("mine")
    status, _, err = run(["init", str(tmp_path), "--ci", host], capsys)
    assert status == 0
    assert first.read_text() == "mine"
    assert f"left {first} as it is" in err
    assert all(path.is_file() for path in ci_files(host, tmp_path))


def test_hooks_for_pre_commit_run(root: Path, made: Path, runner: Shell, tmp_path: Path) -> None:
    """Both hooks pass in a fresh project, and fail when a spec was changed without a build."""
    hooks = {hook["id"]: hook for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())}
    assert set(hooks) == {"slogen-validate", "slogen-build-check"}
    copy = tmp_path / "copy"
    shutil.copytree(made / "my models", copy)
    for hook in hooks.values():
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)
        assert re.search(hook["files"], "specs/fraud-detector.yaml")
        assert runner.run(hook["entry"], copy).returncode == 0
    spec = copy / "specs/fraud.yaml"
    spec.write_text(spec.read_text().replace("above: 0.2", "above: 0.3"))
    assert runner.run(hooks["slogen-build-check"]["entry"], copy).returncode == 1
    spec.write_text("model: [")
    assert runner.run(hooks["slogen-validate"]["entry"], copy).returncode == 1
