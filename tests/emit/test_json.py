"""JSON for dashboards and the manifest: plain, ASCII, stable."""

import json

import pytest

from slogen.emit.json import dump


def test_layouts() -> None:
    """Indented for people, compact for size; both end the line."""
    assert dump({"b": [1], "a": "é"}) == '{\n  "b": [\n    1\n  ],\n  "a": "\\u00e9"\n}\n'
    assert dump({"b": [1]}, indent=None) == '{"b":[1]}\n'


def test_hostile_text_reads_back() -> None:
    """Control characters and astral signs survive."""
    assert json.loads(dump({"x": "\x00\x85\u2028😀"})) == {"x": "\x00\x85\u2028😀"}


def test_nan_is_refused() -> None:
    """JSON has no NaN; Grafana would refuse the file."""
    with pytest.raises(ValueError, match="Out of range"):
        dump({"x": float("nan")})
