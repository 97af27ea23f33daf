"""What is dumped reads back as it was, by every reader we know, and looks the same every time."""

import io
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from slogen.emit.yaml import YamlValue, comment, dump

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
HOSTILE = (
    *(
        "no",
        "on",
        "y",
        "N",
        "~",
        "null",
        "1e3",
        "0o17",
        "010",
        "12:30:45",
        "1_000",
        "+1",
        ".5",
        ".inf",
        "2026-01-01",
        "-",
        "=",
    ),
    *(
        "<<",
        "",
        " x",
        "x ",
        "a: b",
        "a #b",
        "'",
        '"',
        "\\",
        "\n",
        "\n\n",
        "a\n",
        "a\n\n",
        " a\nb",
        "a\n b",
        "a \nb",
        "a\n\tb",
    ),
    *(
        "\t",
        "\x00",
        "\x07",
        "\x1b",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\u202e",
        "é",
        "😀",
        "\r\n",
        "a\rb",
        "---",
        "...",
    ),
    *(
        "{{ $value }}",
        "{% raw %}",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a`",
        "|",
        ">",
        "? a",
        "[",
        "]",
        "{",
        "}",
        ",",
        "a\n---\nb",
    ),
)


def read_as_yaml_1_2(text: str) -> object:
    """The text as ruamel reads it: YAML 1.2, closer to Go's reader than PyYAML's 1.1."""
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


@given(st.recursive(TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=8))
def test_any_text_reads_back(data: YamlValue) -> None:
    """Strings in any nesting read back unchanged under YAML 1.1 and stay ASCII on disk."""
    text = dump({"value": data})
    assert text.isascii()
    assert yaml.safe_load(text) == {"value": data}


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_is_text_to_both_versions_of_yaml(value: str) -> None:
    """What one YAML version would take for a number, boolean or syntax is text to both, as value, key and list item."""
    data: YamlValue = {"value": value, "list": [value], "map": {value or "empty": value}}
    text = dump(data)
    assert yaml.safe_load(text) == data
    assert read_as_yaml_1_2(text) == data


def test_expressions_of_several_lines_are_blocks() -> None:
    """A formatted expression is written as a block, line by line, so that reviews read it."""
    assert dump({"expr": "sum(\n  rate(x[5m])\n)"}) == "expr: |-\n  sum(\n    rate(x[5m])\n  )\n"


def test_long_lines_are_not_folded() -> None:
    """An expression of any length stays on its line."""
    assert dump({"expr": "a + " * 999 + "a"}).count("\n") == 1


def test_durations_stay_plain_and_numbers_in_text_are_quoted() -> None:
    """`5m` needs no quotes, `1e3` does: YAML 1.2 reads it as a number."""
    assert dump({"for": "1h30m", "le": "1e3"}) == 'for: 1h30m\nle: "1e3"\n'


def test_repeated_values_are_written_twice() -> None:
    """No anchors: Alertmanager's and Prometheus' readers see plain data."""
    shared = ["a"]
    assert dump({"p": shared, "q": shared}) == "p:\n- a\nq:\n- a\n"


@given(TEXT)
def test_a_header_is_only_a_comment(header: str) -> None:
    """No header text becomes data."""
    assert yaml.safe_load(dump({"a": 1}, header=header or "x")) == {"a": 1}
    assert all(line.startswith("#") for line in comment(header).splitlines())


def test_inexact_types_are_refused() -> None:
    """A Decimal must be printed on purpose, never by accident."""
    with pytest.raises(yaml.representer.RepresenterError):
        dump({"objective": Decimal("0.999")})  # type: ignore[dict-item]
