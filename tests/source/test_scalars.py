"""Our typing of plain scalars against ruamel.yaml's YAML 1.2, and the cases in which YAML versions differ."""

import math
from io import StringIO
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from slogen.source.compose import PLAIN, compose
from slogen.source.plain import load_plain
from slogen.source.scalars import text_of, typed
from tests.laws import examples

_WORDS = "0123456789+-.eE_xoabfnNulLtTrRsSyYiIoOaA~:%,"


def _ruamel(text: str) -> Any:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return reader.load(text)


def _beyond_core(text: str) -> bool:
    """What ruamel.yaml types although the core schema of YAML 1.2.2 calls it text."""
    number_like = text.lstrip("+-")
    return (
        "_" in text  # digits may not be grouped in 1.2
        or number_like[:2].lower() == "0b"  # no binary in 1.2
        or (text[:1] in "+-" and number_like[:2] in {"0o", "0x"})  # no signed octal or hexadecimal in 1.2
        or (number_like[:4].isdigit() and text[4:5] == "-")  # dates are text in 1.2
        or text in {"=", "<<"}
    )


@settings(max_examples=examples(600), deadline=None)
@given(st.text(alphabet=_WORDS, min_size=1, max_size=9))
@example("0o14")
@example("014")
@example("1e3")
@example("+.5")
@example(".inf")
@example("12:30:45")
@example("yes")
@example("~")
def test_plain_words_are_typed_as_ruamel_does(text: str) -> None:
    """Every word of number-like characters has the type and value that YAML 1.2 gives it."""
    try:
        root = compose(f"a: {text}\n").root
        theirs = _ruamel(f"a: {text}\n")["a"]
    except (YAMLError, ValueError, Exception):  # whatever either refuses is not compared
        return
    node = root.value[0][1] if root is not None else None
    if node is None or node.tag != PLAIN or node.value != text or _beyond_core(text):
        return
    ours = typed(text)
    if isinstance(theirs, float) and math.isnan(theirs):
        assert isinstance(ours, float)
        assert math.isnan(ours)
    else:
        assert ours == theirs
        assert isinstance(ours, bool) == isinstance(theirs, bool)
        assert isinstance(ours, str) == isinstance(theirs, str)


_DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)


def _comparable(data: Any) -> bool:
    """Whether every text in it may stand in a YAML file at all, as ruamel.yaml writes it."""
    if isinstance(data, str):
        return all(c == " " or (c.isprintable() and c != "\ufeff") for c in data) and data != "<<"
    if isinstance(data, dict):
        return all(_comparable(key) and _comparable(value) for key, value in data.items())
    return all(map(_comparable, data)) if isinstance(data, list) else True


@settings(max_examples=examples(300), deadline=None)
@given(_DATA.filter(_comparable))
def test_documents_are_read_as_ruamel_writes_them(data: Any) -> None:
    """What ruamel.yaml writes as YAML 1.2, we read back as it was."""
    writer = YAML(typ="safe", pure=True)
    writer.version = (1, 2)
    writer.allow_unicode = True
    stream = StringIO()
    writer.dump(data, stream)
    loaded = load_plain(stream.getvalue())
    assert loaded.problem is None
    assert loaded.data == data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("y", "y"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("", None),
        ("~", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("0o14", 12),
        ("0O14", "0O14"),
        ("014", 14),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        (".", "."),
        ("-", "-"),
        ("12:30", "12:30"),
        ("2026-11-21", "2026-11-21"),
        ("1.2.3", "1.2.3"),
        ("+1", 1),
        ("٣", "٣"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        (".iNf", ".iNf"),
    ],
)
def test_core_schema(text: str, value: object) -> None:
    """The cases in which YAML 1.1, YAML 1.2 and Python differ."""
    assert (typed(text), type(typed(text)) is bool) == (value, type(value) is bool)


@pytest.mark.parametrize("text", ["3.10", "1e3", "007", "0x1F", "+5", "1.0", "42", "0.1", "-0", "1."])
def test_numbers_remember_their_text(text: str) -> None:
    """A version 3.10 is not 3.1: what was written can be had back."""
    assert text_of(typed(text)) == text


def test_booleans_have_no_text() -> None:
    """`true` has three spellings, so no text is invented for it."""
    assert text_of(typed("TRUE")) is None


def test_numbers_beyond_forty_characters_are_refused_quickly() -> None:
    """A million digits cost no time, because they are never converted."""
    assert typed("9" * 1_000_000) == math.inf
