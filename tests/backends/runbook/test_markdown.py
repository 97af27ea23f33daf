"""Whatever a spec says appears on a page as it was written and does nothing there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from slogen.backends.runbook.markdown import Markdown, answer, block, code, escaped, link

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = st.text(alphabet="ab1 .-+=#>|*_`~[]()<>!&$\\/:;\"'\n\t{}", min_size=1) | st.text(min_size=1)


def inline(tokens: list[Token]) -> str:
    """The text of the only inline token, which must hold nothing but text."""
    found = [token for token in tokens if token.type == "inline"]
    assert len(found) == 1
    children = found[0].children or []
    assert {child.type for child in children} <= {"text", "text_special"}, children
    return "".join(child.content for child in children)


def normal(text: str) -> str:
    """Text as one line."""
    return " ".join(text.split())


@given(HOSTILE)
def test_text_stays_text(text: str) -> None:
    """As a paragraph of its own."""
    made = escaped(text)
    if made:
        tokens = READER.parse(made + "\n")
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"], made
        assert inline(tokens) == normal(text).replace("\0", "\ufffd")


@given(HOSTILE)
def test_text_stays_in_its_cell(text: str) -> None:
    """As a cell between two others."""
    tokens = READER.parse(f"| a | b | c |\n|---|---|---|\n| x | {escaped(text)} | y |\n")
    cells = [token.content for token in tokens if token.type == "inline"]
    assert len(cells) == 6
    assert (cells[3], cells[5]) == ("x", "y")


@given(st.text(alphabet="a`| \\b~\n", min_size=1))
def test_code_stays_code(text: str) -> None:
    """A span in a cell is one span, whatever ticks and pipes it holds."""
    if not text.strip():
        return
    tokens = READER.parse(f"| a | b |\n|---|---|\n| {code(text).text} | y |\n")
    cells = [token for token in tokens if token.type == "inline"]
    assert [child.type for child in cells[2].children or []] == ["code_inline"]
    assert cells[3].content == "y"


@given(st.text(alphabet="a`~ \n#", min_size=1))
def test_blocks_end_where_they_should(text: str) -> None:
    """A block is one fence and keeps its text."""
    tokens = READER.parse(block(text).text + "\n\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content == text + "\n"


@given(st.lists(st.text(alphabet="a`~ #-\t1.|", min_size=1), min_size=2, max_size=4))
def test_several_lines_stay_in_their_step(lines: list[str]) -> None:
    """An answer of several lines is one block inside its item, and the next item is the second."""
    text = "\n".join(["first", *lines, "last"])
    tokens = READER.parse(f"1. **Do**: {answer(text).text}\n1. **Next**\n")
    kinds = [token.type for token in tokens]
    assert kinds.count("ordered_list_open") == 1
    assert kinds.count("list_item_open") == 2
    (fence,) = [token for token in tokens if token.type == "fence"]
    assert fence.content.splitlines() == [line.rstrip() for line in text.split("\n")]


@given(HOSTILE, st.text(alphabet="a)(<> \"'\n\\[]%", max_size=20))
def test_links_end_where_they_should(text: str, tail: str) -> None:
    """A link is one link whose text is the text."""
    children = READER.parse(link(text, f"https://example.org/{tail}").text)[1].children or []
    kinds = [child.type for child in children]
    assert kinds[0] == "link_open"
    assert kinds[-1] == "link_close"
    assert kinds.count("link_open") == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("99.95% of 30d", "99.95% of 30d"),
        ("1. first", "1\\. first"),
        ("- item", "\\- item"),
        ("a_b <b> $x$", "a\\_b \\<b\\> \\$x\\$"),
        ("@team, see #12", "@team, see \\#12"),
        (Markdown("*as it is*"), "*as it is*"),
        (7, "7"),
    ],
)
def test_examples(text: object, shown: str) -> None:
    """Ordinary text is left alone, signs are escaped, Markdown is not."""
    assert escaped(text) == shown
