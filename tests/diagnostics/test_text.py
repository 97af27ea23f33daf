"""Findings for people: the right line, the caret under the right character, nothing that a terminal would obey."""

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from slogen.diagnostics.excerpt import excerpt, visible, width
from slogen.diagnostics.model import Diagnostic, Note, Span
from slogen.diagnostics.text import as_text, summary
from tests.diagnostics.samples import INFO, WARNING, at, error
from tests.laws import examples

FILE = "specs/x.yaml"


def test_a_finding_reads_so() -> None:
    """Code, message, place, line, caret, note and help."""
    text = "\n".join(["a: 1", *["# filler"] * 8, "b: [1, 2]", "a: 2"])
    note = Note("first defined here", at(1, 1, 2))
    shown = as_text(
        [error(at(11, 1, 2), "the key `a` stands here twice", "remove one", note)], {FILE: text}, colour=False
    )
    assert shown == (
        "error[SLO901] broken-thing: the key `a` stands here twice\n"
        "  --> specs/x.yaml:11:1\n"
        "   |\n"
        "11 | a: 2\n"
        "   | ^\n"
        "   = note: first defined here: specs/x.yaml:1:1\n"
        "   |\n"
        " 1 | a: 1\n"
        "   | ^\n"
        "   = help: remove one\n"
    )


def test_findings_are_in_order_and_apart() -> None:
    """By file and line, each once, a blank line between."""
    findings = [error(at(2, 1, 2)), Diagnostic(WARNING, "odd", at(1, 1, 2)), error(at(2, 1, 2)), error(None)]
    shown = as_text(findings, {FILE: "a\nb"}, colour=False)
    heads = [line for line in shown.splitlines() if "[SLO" in line]
    assert heads == [
        "error[SLO901] broken-thing: it is broken",
        "warning[SLO902] odd-thing: odd",
        "error[SLO901] broken-thing: it is broken",
    ]
    assert shown.count("\n\n") == 2


def test_colour_adds_only_colour() -> None:
    """Without its escape sequences the coloured text is the plain one."""
    findings = [error(at(1, 1, 2), "m", "h")]
    plain, coloured = (as_text(findings, {FILE: "abc"}, colour=colour) for colour in (False, True))
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain != coloured


def _caret(line: str, start: int, end: int) -> str:
    """What the terminal shows above the carets."""
    part = excerpt(line, Span("f", 1, start, 1, end))
    columns, above = 0, ""
    for character in part.text:
        if part.offset <= columns < part.offset + part.carets:
            above += character
        columns += width(character)
    return above


def test_carets_stand_under_what_is_meant() -> None:
    """Tabs, wide characters, combining and invisible marks before the place move the caret with them."""
    assert _caret("a: bad", 4, 7) == "bad"
    assert _caret("\ta: bad", 5, 8) == "bad"
    assert _caret("漢字: bad", 5, 8) == "bad"
    assert _caret("e\u0301: bad", 5, 8) == "bad"
    assert _caret("\u202ea: bad", 5, 8) == "bad"
    assert _caret("a: 漢字", 4, 6) == "漢字"


def test_odd_characters_are_visible() -> None:
    """Nothing in a user's file reorders, hides or drives the terminal."""
    assert visible("a\tb") == "a→b"
    assert visible("\u202eabc\u200f") == "‹U+202E›abc‹U+200F›"
    assert visible("\x1b[31m\x00\u2028\ud800") == "‹U+001B›[31m‹U+0000›‹U+2028›‹U+D800›"
    assert visible("héllo 漢字 🎉") == "héllo 漢字 🎉"


@settings(max_examples=examples(300))
@given(st.text(max_size=300), st.integers(1, 320), st.integers(0, 320))
def test_any_line_can_be_shown(line: str, column: int, length: int) -> None:
    """Whatever the line and the place, the excerpt is short, printable and has a caret inside or right behind it."""
    part = excerpt(line, Span("f", 1, column, 1, column + length))
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in part.text)
    assert part.carets >= 1
    assert 0 <= part.offset <= width(part.text)


def test_long_lines_are_cut_around_the_place() -> None:
    """A line of a megabyte is shown in part, with the place in it."""
    line = "x" * 600_000 + "bad" + "y" * 400_000
    part = excerpt(line, Span("f", 1, 600_001, 1, 600_004))
    assert len(part.text) < 200
    assert part.text[part.offset : part.offset + part.carets] == "bad"
    assert part.text.startswith("…")
    assert part.text.endswith("…")


def test_a_block_is_marked_on_its_first_line() -> None:
    """A value of many lines has carets to the end of its first."""
    part = excerpt("a: [1,   ", Span("f", 1, 4, 9, 2))
    assert (part.offset, part.carets) == (3, 3)


def test_secrets_are_masked() -> None:
    """Neither message nor excerpt repeats what looks like a credential; the caret stays where it was."""
    line = "url: https://hooks.slack.com/services/T000/B000/abcdefgh # here"
    shown = as_text([error(at(1, 60, 64), "see xoxb-123456789-abc")], {FILE: line}, colour=False)
    assert "abcdefgh" not in shown
    assert "xoxb-123456789" not in shown
    assert shown.splitlines()[3].index("here") == shown.splitlines()[4].index("^")


def test_what_has_no_text_has_no_excerpt() -> None:
    """A place in a file that could not be decoded, or behind its end, is still named."""
    shown = as_text([error(at(7, 3, 4))], {}, colour=False)
    assert "specs/x.yaml:7:3" in shown
    assert "|" not in shown
    assert "specs/x.yaml:7:3" in as_text([error(at(7, 3, 4))], {FILE: "a"}, colour=False)


def test_line_breaks_are_yamls() -> None:
    """Lines are counted as the parser counts them, whatever breaks them."""
    shown = as_text([error(at(3, 1, 2))], {FILE: "a\r\nb\rc: 3\n"}, colour=False)
    assert "3 | c: 3" in shown


def test_summary() -> None:
    """Counts by severity, the worst first, repetitions once."""
    findings = [error(at(1, 1, 2)), error(at(1, 1, 2)), error(at(2, 1, 2)), Diagnostic(INFO, "plain", None)]
    assert summary(findings) == "2 errors, 1 note"
    assert summary([]) == "no findings"
