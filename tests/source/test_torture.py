"""The torture list: every trap of YAML is named for what it is, at its place."""

import time

import pytest

from slogen.source.read import parse
from tests.marked import pointed, unmarked

CASES = {
    "duplicate key": ("SLO101", "a: 1\nb: 2\n«a: 3\n"),
    "duplicate key deep in a flow mapping": ("SLO101", "a: {b: 1, «b: 2}\n"),
    "duplicate key in quotes": ("SLO101", 'a: 1\n«"a": 2\n'),
    "tab before a key": ("SLO102", "a:\n«\tb: 1\n"),
    "tab at the very start": ("SLO102", "«\ta: 1\n"),
    "tab after spaces": ("SLO102", "a:\n  b: 1\n «\tc: 2\n"),
    "tab before a list item": ("SLO102", "a:\n  - b\n«\t- c\n"),
    "double quote never closed": ("SLO103", 'a: «"foo\nb: 2\n'),
    "single quote never closed": ("SLO103", "a: «'foo"),
    "quote closed by the next line's": ("SLO103", 'a: «"foo\nb: "bar"\nc: 1\n'),
    "alias in its own anchor": ("SLO105", "x: «&a [*a]\n"),
    "alias in its own mapping": ("SLO105", "x: «&a {b: {c: *a}}\n"),
    "tag of a number": ("SLO106", "a: «!!int '5'\n"),
    "tag of a mapping": ("SLO106", "a: «!python/object {b: 1}\n"),
    "tag of a list": ("SLO106", "a: «!!set [b]\n"),
    "tag on a key": ("SLO106", "«!!str a: 1\n"),
    "two documents": ("SLO107", "a: 1\n---\n«b: 2\n"),
    "text after the document's end": ("SLO107", "a: 1\n...\n«b\n"),
    "NUL": ("SLO110", "a: x«\0y\n"),
    "escape character": ("SLO110", "a: «\x1b[31m\n"),
    "next line": ("SLO110", "a: x«\x85b: 1\n"),
    "line separator": ("SLO110", "a: 'x«\u2028y'\n"),
    "paragraph separator": ("SLO110", "a: x«\u2029\n"),
    "byte order mark inside": ("SLO110", "a: «\ufeff1\n"),
    "delete": ("SLO110", "«\x7fa: 1\n"),
    "nothing": ("SLO111", "«"),
    "only spaces": ("SLO111", "«   \n\n"),
    "only a comment": ("SLO111", "«# later\n"),
    "only a document mark": ("SLO111", "«---\n"),
    "too many digits": ("SLO114", "a: «" + "9" * 41 + "\n"),
    "too large an exponent": ("SLO114", "a: «1e999\n"),
    "infinity": ("SLO115", "a: [1, «-.inf]\n"),
    "not a number": ("SLO115", "a: «.NaN\n"),
    "no": ("SLO118", "team: «no\n"),
    "On in a list": ("SLO118", "values: [en, «On, de]\n"),
    "YES": ("SLO118", "a: «YES\n"),
    "merge key": ("SLO119", "a: &x {b: 1}\nc:\n  «<<: *x\n"),
    "list as a key": ("SLO120", "? «[a]\n: 1\n"),
    "template braces unquoted": ("SLO120", "a: {«{ model }}\n"),
    "empty key": ("SLO120", "?«\n: 2\n"),
    "second colon": ("SLO100", "a: b«: c\n"),
    "second colon after an astral character": ("SLO100", "a: 🎉x«: y\n"),
    "undefined alias": ("SLO100", "a: «*nobody\n"),
    "pattern that begins with a star": ("SLO100", "a: «*.*\n"),
    "reserved character": ("SLO100", "a: «@x\n"),
    "backtick": ("SLO100", "a: «`x`\n"),
    "percent sign": ("SLO100", "a: «%x\n"),
    "bracket never closed": ("SLO100", "a: «[1, 2\n"),
    "brace never closed": ("SLO100", "a: «{b: 1\n"),
    "list and mapping mixed": ("SLO100", "- a\n«b: 1\n"),
    "uneven indentation": ("SLO100", "a:\n    b: 1\n  «c: 2\n"),
    "list item beside its key": ("SLO100", "a: «- b\n"),
    "text after a block mark": ("SLO100", "a: |«x\n"),
    "unknown escape": ("SLO100", 'a: "«\\q"\n'),
    "unknown directive": ("SLO100", "%FOO«\n---\na: 1\n"),
    "bad version": ("SLO100", "«%YAML 3.0\n---\na: 1\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_trap(name: str) -> None:
    """One trap, one finding, at its place."""
    code, marked = CASES[name]
    text, (place,) = unmarked(marked)
    assert pointed(parse(text.encode(), "f.yaml").diagnostics) == [(code, *place)]


def test_there_are_enough_cases() -> None:
    """The list stays as long as it was promised to be."""
    assert len(CASES) >= 40


BYTES = {
    "Latin-1": ("SLO108", b"a: caf\xe9\n", (1, 7)),
    "Latin-1 on a later line after wide characters": ("SLO108", "a: 1\nb: 漢".encode() + b"\xff\n", (2, 5)),
    "surrogate": ("SLO108", b"a: \xed\xa0\x80", (1, 4)),
    "overlong": ("SLO108", b"\xc0\x80", (1, 1)),
    "UTF-16": ("SLO108", "a: 1".encode("utf-16"), (1, 1)),
    "cut in a character": ("SLO108", "a: é".encode()[:-1], (1, 4)),
    "byte order mark": ("SLO109", b"\xef\xbb\xbfa: 1\n", (1, 1)),
    "over a megabyte": ("SLO112", b"a: " + b"x" * 1024 * 1024, (1, 1)),
    "brackets": ("SLO113", b"a: " + b"[" * 5000, (1, 66)),
    "hyphens": ("SLO113", b"- " * 200_000, (1, 127)),
    "many values": ("SLO121", b"- a\n" * 250_000, (1, 1)),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes(name: str) -> None:
    """Traps that no text can hold."""
    code, content, place = BYTES[name]
    assert pointed(parse(content, "f.yaml").diagnostics) == [(code, *place)]


def test_utf16_is_named() -> None:
    """Who saved a file as UTF-16 is told so."""
    (finding,) = parse("a: 1".encode("utf-16"), "f.yaml").diagnostics
    assert finding.hint is not None
    assert "UTF-16" in finding.hint


def test_byte_of_latin1_is_named() -> None:
    """The finding says which byte it is, counted from the beginning of the file."""
    (finding,) = parse(b"a: 1\nb: caf\xe9\n", "f.yaml").diagnostics
    assert finding.message == "byte 12 (0xe9) is not UTF-8"


def _laughs(levels: int, width: int) -> bytes:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_laughs(10, 9), "SLO104"),
        (_laughs(40, 2), "SLO104"),
        (_laughs(64, 1), "SLO113"),
        (_laughs(5, 5), None),
    ],
)
def test_laughs(content: bytes, code: str | None) -> None:
    """Aliases may be used, but not to multiply a few bytes into millions of values or to nest without end."""
    reading = parse(content, "f.yaml")
    assert [d.code.id for d in reading.diagnostics] == ([] if code is None else [code])
    assert (reading.document is None) == (code is not None)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 1_000_000,
        b"{a: " * 250_000,
        b"? " * 500_000,
        b"a: 1\n" * 200_000,
        b"".join(b"k%d: 1\n" % (n % 30_000) for n in range(80_000)),
        b'a: "' + b"\\\n" * 500_000,
        b"'" * 1_000_000,
        b"&a " * 300_000,
        b"a: !<" + b"x" * 1_000_000,
        b"%" * 1_000_000,
        b"\t" * 1_000_000,
        b"- [a, b]: c\n" * 80_000,
        b": " * 500_000,
        b"# slogen: allow\n" * 60_000,
    ],
)
def test_large_nonsense_is_quick(content: bytes) -> None:
    """A megabyte of nonsense is judged in about a second, whatever its form (the margin is for busy machines)."""
    start = time.process_time()
    parse(content, "f.yaml")
    assert time.process_time() - start < 4
