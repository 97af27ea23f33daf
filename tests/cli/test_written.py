"""Files that are asked for by name are whole or as they were, and errors name them."""

import os
from pathlib import Path

import pytest

from slogen.cli.written import create_all, write_whole


def _full(_path: Path, _data: bytes) -> int:
    raise OSError(28, "No space left on device")


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    """Through a link too, which stays one; nothing else is left in the folder."""
    page, link = tmp_path / "page.html", tmp_path / "link.html"
    page.write_text("old")
    page.chmod(0o640)
    link.symlink_to(page)
    write_whole(link, b"new")

    assert (page.read_bytes(), page.stat().st_mode & 0o777) == (b"new", 0o640)
    assert sorted(os.listdir(tmp_path)) == ["link.html", "page.html"]
    assert link.is_symlink()


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says which file could not be written, which the system does not."""
    page = tmp_path / "page.html"
    page.write_text("old")
    monkeypatch.setattr(Path, "write_bytes", _full)
    with pytest.raises(OSError, match="No space left on device") as refused:
        write_whole(page, b"new")

    assert refused.value.filename == str(page)
    assert page.read_text() == "old"
    assert os.listdir(tmp_path) == ["page.html"]


def test_what_is_no_file_is_written_to_as_it_is(tmp_path: Path) -> None:
    """A device stays the device that it is; a folder is refused by name."""
    write_whole(Path("/dev/null"), b"new")

    assert Path("/dev/null").is_char_device()
    with pytest.raises(IsADirectoryError) as refused:
        write_whole(tmp_path, b"new")
    assert refused.value.filename == str(tmp_path)


def test_new_files_are_made_all_or_none(tmp_path: Path) -> None:
    """Where the third cannot be made, the first two and their folders are taken away, and what was there stays."""
    (tmp_path / "taken").write_text("mine")
    texts = {tmp_path / name: b"x" for name in ("a/b/one", "two", "taken")}
    with pytest.raises(FileExistsError) as refused:
        create_all(texts)

    assert refused.value.filename == str(tmp_path / "taken")
    assert os.listdir(tmp_path) == ["taken"]
    assert (tmp_path / "taken").read_text() == "mine"
