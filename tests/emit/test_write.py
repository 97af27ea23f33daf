"""What `build` promises about files: whole, complete, ours alone."""

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from slogen.emit import folder
from slogen.emit.artifact import Artifact
from slogen.emit.compare import compare
from slogen.emit.layout import Layout, is_inside
from slogen.emit.manifest import parse
from slogen.emit.write import write
from tests.emit.sample import artifacts, files, layout


def test_a_build_writes_everything_and_the_next_nothing(tmp_path: Path) -> None:
    """A second build of the same input finds every file right."""
    first = write(layout(tmp_path), artifacts(1))
    assert len(first.written) == 11
    assert (tmp_path / "generated/prod/rules/model-4.yaml").read_text().startswith("# 1\n")
    assert compare(layout(tmp_path), artifacts(1)) == []
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    second = write(layout(tmp_path), artifacts(1))
    assert (second.written, second.removed, second.unchanged) == ((), (), 11)
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}


def test_the_manifest_names_every_file_with_hash_and_rules(tmp_path: Path) -> None:
    """The manifest covers both roots."""
    write(layout(tmp_path), artifacts(0))
    text = (tmp_path / "generated/manifest.json").read_text()
    assert set(parse(text)) == {path for path in files(tmp_path) if path != "generated/manifest.json"}
    assert '"generated/prod/rules/model-0.yaml": {"rules": 200, "sha256": "' in text


def test_files_of_removed_specs_disappear_with_their_folders(tmp_path: Path) -> None:
    """What no spec asks for any more is removed; an emptied folder too."""
    extra = Artifact("generated", "prod/runbooks/old/page.md", "x", 0)
    write(layout(tmp_path), [*artifacts(1), extra])
    outcome = write(layout(tmp_path), artifacts(0))
    assert "generated/prod/runbooks/old/page.md" in outcome.removed
    assert not (tmp_path / "generated/prod/runbooks").exists()
    assert (tmp_path / "generated/prod/rules").exists()
    assert compare(layout(tmp_path), artifacts(0)) == []


@pytest.mark.parametrize("victim", ["generated/prod/rules/model-0.yaml", "generated/prod/rules/model-4.yaml"])
def test_an_edited_file_is_neither_overwritten_nor_deleted(tmp_path: Path, victim: str) -> None:
    """An edit survives a build that would overwrite or delete the file, until somebody says force."""
    write(layout(tmp_path), artifacts(1))
    (tmp_path / victim).write_text("edited\n")
    before = files(tmp_path)
    outcome = write(layout(tmp_path), artifacts(2))
    assert [d.code.slug for d in outcome.findings] == ["edited-output"]
    assert outcome.findings[0].span is not None
    assert outcome.findings[0].span.file == victim
    assert files(tmp_path) == before
    assert write(layout(tmp_path), artifacts(2), force=True).findings == ()
    assert compare(layout(tmp_path), artifacts(2)) == []


def test_a_foreign_file_in_the_way_is_refused(tmp_path: Path) -> None:
    """A file that was there before the first build is not ours."""
    target = tmp_path / "dashboards/prod/model-0.json"
    target.parent.mkdir(parents=True)
    target.write_text("{}")
    assert [d.code.slug for d in write(layout(tmp_path), artifacts(0)).findings] == ["edited-output"]
    assert files(tmp_path) == {"dashboards/prod/model-0.json": b"{}"}


def test_a_manifest_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """`manifest.json` is a common name; one that is not ours stays."""
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/manifest.json").write_text('{"name": "web app"}')
    assert [d.code.slug for d in write(layout(tmp_path), artifacts(0)).findings] == ["edited-output"]


def test_a_stray_file_is_left_and_reported(tmp_path: Path) -> None:
    """A file nobody asks for is a warning to a build and a difference to a check."""
    write(layout(tmp_path), artifacts(0))
    (tmp_path / "generated/prod/rules/mine.yaml").write_text("groups: []\n")
    assert [d.code.slug for d in write(layout(tmp_path), artifacts(2)).findings] == ["foreign-file-beside-output"]
    assert (tmp_path / "generated/prod/rules/mine.yaml").exists()
    assert [d.finding.code.slug for d in compare(layout(tmp_path), artifacts(2))] == ["foreign-output"]


def test_truncation_at_any_line_is_noticed(tmp_path: Path) -> None:
    """Every prefix of every file, the manifest included, is a difference at the line where it ends."""
    write(layout(tmp_path), artifacts(0, models=1))
    for path, data in files(tmp_path).items():
        lines = data.decode().splitlines(keepends=True)
        for count in range(0, len(lines), 7):
            (tmp_path / path).write_text("".join(lines[:count]))
            differences = compare(layout(tmp_path), artifacts(0, models=1))
            assert [d.finding.span.line for d in differences if d.finding.span] == [count + 1], path
        (tmp_path / path).write_bytes(data)


def test_an_edited_line_is_shown(tmp_path: Path) -> None:
    """The diff shows the line on disk and the line that the specs ask for."""
    write(layout(tmp_path), [Artifact("generated", "a.yaml", "a\nexpr: x > 0.5\nb\n", 1)])
    (tmp_path / "generated/a.yaml").write_text("a\nexpr: x > 0.6\nb\n")
    [difference] = compare(layout(tmp_path), [Artifact("generated", "a.yaml", "a\nexpr: x > 0.5\nb\n", 1)])
    assert "-expr: x > 0.6\n+expr: x > 0.5\n" in difference.diff
    assert (difference.finding.code.slug, difference.finding.span and difference.finding.span.line) == (
        "stale-output",
        2,
    )


def test_a_check_writes_nothing(tmp_path: Path) -> None:
    """Comparing creates no folder and touches no file."""
    differences = compare(layout(tmp_path), artifacts(0))
    assert {d.finding.code.slug for d in differences} == {"missing-output"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder_name", ["../out", "/out", ".", "", "a/../..", "a/./b", "a//b", "a/"])
def test_output_folders_stay_below_the_project(tmp_path: Path, folder_name: str) -> None:
    """A folder setting that leaves the project, or is the project, is refused by name."""
    bad = Layout(tmp_path, folder_name, "dashboards")
    assert not is_inside(folder_name)
    assert [d.code.slug for d in write(bad, artifacts(0)).findings] == ["output-outside-project"]
    assert [d.finding.code.slug for d in compare(bad, artifacts(0))] == ["output-outside-project"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("link", ["generated", "generated/prod", "generated/prod/rules", "dashboards/prod"])
def test_a_symbolic_link_in_the_path_is_refused(tmp_path: Path, link: str) -> None:
    """No build writes through a link, even where it leads to a folder of the project."""
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (project / link).parent.mkdir(parents=True)
    (project / link).symlink_to(elsewhere)
    assert {d.code.slug for d in write(layout(project), artifacts(0)).findings} == {"output-obstructed"}
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "fifo"])
def test_something_else_at_the_place_of_a_file_is_refused(tmp_path: Path, kind: str) -> None:
    """A link, folder or pipe where a file must go is refused; what a link points to is never written."""
    target, secret = tmp_path / "generated/prod/rules/model-0.yaml", tmp_path / "secret"
    target.parent.mkdir(parents=True)
    secret.write_text("keep")
    match kind:
        case "link":
            target.symlink_to(secret)
        case "dangling":
            target.symlink_to(tmp_path / "nowhere")
        case "folder":
            target.mkdir()
        case _:
            os.mkfifo(target)
    assert [d.code.slug for d in write(layout(tmp_path), artifacts(0)).findings] == ["output-obstructed"]
    assert [d.finding.code.slug for d in compare(layout(tmp_path), artifacts(0))].count("output-obstructed") == 1
    assert secret.read_text() == "keep"
    assert not (tmp_path / "nowhere").exists()


def test_a_manifest_cannot_make_a_build_delete_other_files(tmp_path: Path) -> None:
    """Paths in a manifest that leave the output folders are not believed."""
    write(layout(tmp_path), artifacts(0))
    (tmp_path / "spec.yaml").write_text("x")
    manifest = tmp_path / "generated/manifest.json"
    hash_of_x = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    lines = "".join(
        f'    "{p}": {{"rules": 0, "sha256": "{hash_of_x}"}},\n' for p in ("spec.yaml", "generated/../spec.yaml")
    )
    manifest.write_text(manifest.read_text().replace('"files": {\n', '"files": {\n' + lines))
    assert write(layout(tmp_path), artifacts(2)).removed == ()
    assert (tmp_path / "spec.yaml").read_text() == "x"


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "", ".", "a\0b", "manifest.json"])
def test_a_backend_cannot_leave_its_folder(tmp_path: Path, path: str) -> None:
    """An artifact path that leaves its folder, or is the manifest's, is a bug and stops everything."""
    with pytest.raises(ValueError, match="unusable artifact path"):
        write(layout(tmp_path), [Artifact("generated", path, "", 0)])


@pytest.mark.parametrize("failure", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_a_failing_disk_changes_nothing(tmp_path: Path, failure: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever file cannot be written, the old ones stay and the error names it."""
    write(layout(tmp_path), artifacts(0))
    before = files(tmp_path)
    real_fsync = os.fsync
    for step in range(1, 13):
        left = step

        def failing(descriptor: int) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(failure, os.strerror(failure))
            real_fsync(descriptor)

        monkeypatch.setattr(os, "fsync", failing)
        with pytest.raises(OSError, match=r"generated|dashboards|Errno") as caught:
            write(layout(tmp_path), artifacts(1))
        assert caught.value.errno == failure
        monkeypatch.setattr(os, "fsync", real_fsync)
        assert files(tmp_path) == before, step


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_an_error_with_its_name(tmp_path: Path) -> None:
    """Without permission the error says where."""
    (tmp_path / "generated").mkdir(mode=0o555)
    with pytest.raises(PermissionError) as caught:
        write(layout(tmp_path), artifacts(0))
    assert "generated" in str(caught.value.filename)


def test_two_builds_at_once_end_in_one_complete_build(tmp_path: Path) -> None:
    """Builds of one project wait for each other; the result is one of them, whole."""
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda version: write(layout(tmp_path), artifacts(version)), range(24)))
    assert all(outcome.findings == () for outcome in outcomes)
    assert [v for v in range(24) if compare(layout(tmp_path), artifacts(v)) == []] != []


def test_a_build_that_never_ends_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for another build has an end and a reason."""
    monkeypatch.setattr("slogen.emit.write._PATIENCE", 0.0)
    monkeypatch.setattr("slogen.emit.write._is_locked", lambda _: False)
    with pytest.raises(BlockingIOError, match="another build is writing here"):
        write(layout(tmp_path), artifacts(0))


@pytest.mark.parametrize("mode", [["steps"], ["random", os.environ.get("SLOGEN_KILLS", "40")]])
def test_a_killed_build_leaves_whole_files_and_the_next_heals(tmp_path: Path, root: Path, mode: list[str]) -> None:
    """Killed before each system call and at random moments (200 in CI): never torn, noticed, healed by the next."""
    command = [sys.executable, "-m", "tests.emit.killed_builds", str(tmp_path), *mode]
    outcome = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_a_conflicted_manifest_still_knows_both_sides(tmp_path: Path) -> None:
    """Merge markers in the manifest do not make every file look foreign."""
    write(layout(tmp_path), artifacts(0))
    manifest = tmp_path / "generated/manifest.json"
    lines = manifest.read_text().splitlines(keepends=True)
    lines[4:4] = ["<<<<<<< ours\n", lines[4], "=======\n"]
    manifest.write_text("".join([*lines[:9], ">>>>>>> theirs\n", *lines[9:]]))
    assert write(layout(tmp_path), artifacts(2)).findings == ()
    assert compare(layout(tmp_path), artifacts(2)) == []


def test_walking_never_follows_links(tmp_path: Path) -> None:
    """A link to a folder is listed as a file, not entered."""
    (tmp_path / "out/inner").mkdir(parents=True)
    (tmp_path / "out/inner/a").write_text("")
    (tmp_path / "out/loop").symlink_to(tmp_path)
    with folder.opened(tmp_path) as top:
        assert list(folder.walk(top, "out")) == ["out/inner/a", "out/loop"]
