"""Files and folders: what is read, what is refused, and that nothing raises."""

import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from slogen.source import compose as composing
from slogen.source.folder import spec_files
from slogen.source.places import places as places_of
from slogen.source.plain import load_plain
from slogen.source.read import parse, read
from tests.laws import examples
from tests.marked import pointed

_YAML_LIKE = st.text(
    alphabet=st.sampled_from(list("ab:-?[]{},&*!|>%@`'\"# \n\t\\~<=.019é漢\U0001f389\u202e\x00\x85\u2028\ufeff")),
    max_size=60,
)


@settings(max_examples=examples(400), deadline=10_000)
@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    """Arbitrary bytes give a document, findings, or both."""
    reading = parse(content, "f.yaml")
    assert reading.document is not None or reading.diagnostics


@settings(max_examples=examples(1500), deadline=10_000)
@given(_YAML_LIKE)
def test_no_text_raises(text: str) -> None:
    """Arbitrary text made of YAML's signs gives a document whose places can all be asked for, or findings."""
    reading = parse(text.encode(), "f.yaml")
    load_plain(text)
    if reading.document is None:
        assert reading.diagnostics
    else:
        assert len(list(reading.document.places.below(()))) < 1000
        lines = reading.document.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for finding in reading.diagnostics:
            assert finding.span is not None
            assert 1 <= finding.span.column <= len(lines[finding.span.line - 1]) + 1


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=30))
def test_plain_text_never_raises(text: str) -> None:
    """Text with lone surrogates, control characters or anything else is refused by name or read."""
    load_plain(text)


def test_without_libyaml_the_pure_loader_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML without its C extension gives the same nodes and the same marks."""
    text = "a: [1, 'x', {b: no}]\nc: |\n  text\n"
    fast = list(places_of("f", text).below(()))

    class Pure(yaml.SafeLoader):
        depth, nodes, most = 0, 0, composing.MOST_NODES
        resolve = composing._Composer.resolve
        descend_resolver = composing._Composer.descend_resolver  # type: ignore[assignment]  # the stub is untyped
        ascend_resolver = composing._Composer.ascend_resolver

    monkeypatch.setattr(composing, "_Composer", Pure)
    assert parse(text.encode(), "f").document is not None
    assert [(path, span.line, span.column) for path, span in places_of("f", text).below(())] == [
        (path, span.line, span.column) for path, span in fast
    ]


HOSTILE = [
    "quotes \"double\" and 'single'",
    "back\\slash \\n \\u0041",
    "two\nlines\r\nthree",
    "{{ .Labels.x }} {{ 1 | printf }}",
    "{% for x in y %}{# c #}",
    "../../etc/passwd",
    "\u202eright to left\u200f",
    "nul \x00 and escape \x1b[31m",
    "\x85 \u2028 \u2029 \ufeff",
    "🎉 漢字 é e\u0301",
    "x" * 900_000,
    "",
    " leading and trailing ",
    "- not: a list",
    "# not a comment",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_kept_as_data(text: str) -> None:
    """Whatever text means elsewhere, written with escapes it comes through unchanged."""
    written = '"' + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in text) + '"'
    if len(written) > 1_000_000:
        written = f'"{text}"'
    reading = parse(f"a: {written}\n".encode(), "f.yaml")
    assert reading.diagnostics == ()
    assert reading.document is not None
    assert reading.document.data == {"a": text}


def test_two_files_of_one_megabyte_are_read(tmp_path: Path) -> None:
    """The limit is a megabyte, not a byte less."""
    file = tmp_path / "x.yaml"
    file.write_bytes(b"a: " + b"x" * (1024 * 1024 - 3))
    assert read(file, "x.yaml").diagnostics == ()
    file.write_bytes(b"a: " + b"x" * (1024 * 1024 - 2))
    assert pointed(read(file, "x.yaml").diagnostics) == [("SLO112", 1, 1)]


@pytest.mark.parametrize("make", ["missing", "folder", "pipe", "dangling", "loop", "device"])
def test_what_is_no_file_is_unreadable(tmp_path: Path, make: str) -> None:
    """Folders, pipes, devices and links to nowhere are refused by name, and none is waited for."""
    path = tmp_path / "x.yaml"
    match make:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "dangling":
            path.symlink_to(tmp_path / "nowhere")
        case "loop":
            path.symlink_to(path)
        case "device":
            path.symlink_to("/dev/zero")
    start = time.process_time()
    assert pointed(read(path, "x.yaml").diagnostics) == [("SLO116", 1, 1)]
    assert time.process_time() - start < 1


def test_a_path_with_nul_is_unreadable() -> None:
    """Even a path that no system can have ends in a finding."""
    assert pointed(read(Path("a\0b"), "x").diagnostics) == [("SLO116", 1, 1)]


def test_folder_without_specs(tmp_path: Path) -> None:
    """A folder that matches nothing is named, whether it is empty or holds only tests and other files."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.test.yaml").write_text("")
    (tmp_path / "specs" / "b.txt").write_text("")
    (tmp_path / "specs" / ".hidden.yaml").write_text("")
    listing = spec_files(tmp_path, "specs")
    assert [d.code.id for d in listing.diagnostics] == ["SLO117"]
    assert listing.files == ()


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there cannot be read."""
    assert [d.code.id for d in spec_files(tmp_path, "specs").diagnostics] == ["SLO116"]


def test_folders_are_searched_to_the_bottom_in_one_order(tmp_path: Path) -> None:
    """Specs lie in any depth; names decide the order, not the file system."""
    for name in ("z.yaml", "b/y.yml", "a/x/w.yaml", ".git/v.yaml"):
        path = tmp_path / "specs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1")
    assert [name for _, name in spec_files(tmp_path, "specs").files] == [
        "specs/a/x/w.yaml",
        "specs/b/y.yml",
        "specs/z.yaml",
    ]


def test_file_names_of_any_bytes_can_be_printed(tmp_path: Path) -> None:
    """A name that is no UTF-8 is shown with escapes."""
    (tmp_path / "specs").mkdir()
    odd = os.fsdecode(os.fsencode(tmp_path / "specs") + b"/\xff.yaml")
    Path(odd).write_text("a: 1")
    ((_, name),) = spec_files(tmp_path, "specs").files
    assert name.encode("utf-8") == b"specs/\\udcff.yaml"


def test_places_of_keys_values_and_what_is_missing() -> None:
    """A path leads to its value; a missing one to the nearest thing that is there; a short form stands for the long."""
    places = places_of("f", "slos:\n  helpful:\n    objective: 97%\n    sli: {events: helpful}\n")
    value = places.value(("slos", "helpful", "objective"))
    key = places.key(("slos", "helpful", "objective"))
    assert (value and (value.line, value.column, value.end_column)) == (3, 16, 19)
    assert (key and (key.line, key.column, key.end_column)) == (3, 5, 14)
    missing = places.nearest(("slos", "helpful", "period"))
    assert (missing.line, missing.column) == (2, 3)
    short = places.nearest(("slos", "helpful", "sli", "events", "of"))
    assert (short.line, short.column) == (4, 19)
    nothing = places.nearest(("alerts", "x"))
    assert (nothing.line, nothing.column) == (1, 1)
    assert places.value(("slos", "nobody")) is None


def test_what_lies_below_a_path() -> None:
    """Everything under a path and nothing beside it, also where one key begins like another."""
    places = places_of("f", "a: {b: [1, {c: 2}], bb: 3}\naa: {b: 4}\n&x d: 5\n")
    assert [path for path, _ in places.below(("a",))] == ["b", "b.0", "b.1", "b.1.c", "bb"]
    assert [path for path, _ in places.below(("a", "b"))] == ["0", "1", "1.c"]
    assert [path for path, _ in places.below(("aa",))] == ["b"]
    assert list(places.below(("d",))) == list(places.below(("nobody",))) == []
    assert len(list(places.below(()))) == 9


def test_of_duplicate_keys_the_first_counts_everywhere() -> None:
    """Data and places agree about which of two keys is meant."""
    document = parse(b"a: 1\na: 2\n", "f").document
    assert document is not None
    place = document.places.value(("a",))
    assert (document.data, place and place.line) == ({"a": 1}, 1)


def test_plain_files_merge_keys() -> None:
    """Other tools' files may use merge keys: own keys win over merged ones, earlier merges over later ones."""
    text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 0}\n"
    data = load_plain(text).data
    assert isinstance(data, dict)
    assert data["z"] == {"a": 0, "b": 1, "c": 2}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\na: 2", "SLO101"),
        ("<<: 1", "SLO119"),
        ("? [a]\n: 1", "SLO120"),
        ("a: [", "SLO100"),
        ("&a [*a]", "SLO105"),
    ],
)
def test_plain_files_with_problems(text: str, code: str) -> None:
    """A plain file that cannot be read says why."""
    problem = load_plain(text).problem
    assert problem is not None
    assert problem.code.id == code


def test_plain_files_have_one_document() -> None:
    """Only the first document counts, as for the tools that read such files."""
    assert load_plain("a: 1\n---\nb: 2\n").data == {"a": 1}
    assert load_plain("").data is None
