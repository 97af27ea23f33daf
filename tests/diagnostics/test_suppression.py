"""Allowances: what they hide, for how long, and that they never outlive their purpose unseen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.diagnostics.model import Diagnostic
from slogen.diagnostics.suppression import CODES, EXPIRED, MALFORMED, OF_ERROR, UNUSED, allowances_in, judge
from tests.diagnostics.samples import WARNING, at, error
from tests.marked import pointed, unmarked

TODAY = date(2026, 11, 21)
FILE = "specs/x.yaml"
ODD = Diagnostic(WARNING, "odd", at(2, 1, 2))


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: 2  # slogen: allow SLO902 until 2026-12-01: being mended\n",
        "# slogen: allow SLO902 until 2026-12-01: being mended\nb: 2\n",
        "a: 1\nb: 2  # slogen: allow SLO902 until 2026-11-21: the last day counts\n",
        "a: 1\nb: 2\t#slogen:allow SLO902 until 2026-12-01:x\n",
    ],
)
def test_an_allowance_hides_a_finding(text: str) -> None:
    """On the line or on the line above, up to and including its day."""
    judged = judge([ODD], {FILE: text}, TODAY)
    assert judged.shown == ()
    ((finding, allowance),) = judged.allowed
    assert finding == ODD
    assert allowance.reason


def test_several_comments_may_stand_above() -> None:
    """A comment on a line of its own speaks about the next line with content."""
    text = "# slogen: allow SLO902 until 2026-12-01: x\n# another\n\nb: 2\n"
    assert judge([Diagnostic(WARNING, "odd", at(4, 1, 2))], {FILE: text}, TODAY).shown == ()


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("a: 1\nb: 2 «# slogen: allow SLO902 until 2026-11-20: x\n", EXPIRED),
        ("a: 1 «# slogen: allow SLO902 until 2026-12-01: wrong line\nb: 2\n", UNUSED),
        ("a: 1\nb: 2 «# slogen: allow SLO904 until 2026-12-01: another code\n", UNUSED),
        ("a: 1\nb: 2 «# slogen: allow SLO902\n", MALFORMED),
        ("a: 1\nb: 2 «# slogen: allow SLO902 until 2026-12-01\n", MALFORMED),
        ("a: 1\nb: 2 «# slogen: allow SLO902 until 2026-12-01:   \n", MALFORMED),
        ("a: 1\nb: 2 «# slogen: allow SLO902 until 2026-02-30: no such day\n", MALFORMED),
        ("a: 1\nb: 2 «# slogen: allow odd-thing until 2026-12-01: a slug\n", MALFORMED),
        ("a: 1\nb: 2 «# slogen: allow SLO902 until ٢٠٢٦-12-01: other digits\n", MALFORMED),
    ],
)
def test_what_hides_nothing_is_reported(marked: str, code: object) -> None:
    """The finding stays, and the allowance is a finding of its own, at its place."""
    text, (place,) = unmarked(marked)
    shown = judge([ODD], {FILE: text}, TODAY).shown
    assert ODD in shown
    (own,) = [finding for finding in shown if finding != ODD]
    assert own.code is code
    assert pointed((own,)) == [(own.code.id, *place)]


def test_errors_cannot_be_allowed() -> None:
    """An error means that nothing correct can be generated, so it stays."""
    text = "a: 1\nb: 2 # slogen: allow SLO901 until 2026-12-01: please\n"
    shown = judge([error(at(2, 1, 2))], {FILE: text}, TODAY).shown
    assert [finding.code for finding in shown] == [error(None).code, OF_ERROR]


def test_an_allowance_is_for_one_file() -> None:
    """The same line of another file is another matter."""
    text = "a: 1\nb: 2 # slogen: allow SLO902 until 2026-12-01: x\n"
    judged = judge([ODD], {"specs/y.yaml": text, FILE: "a: 1\nb: 2\n"}, TODAY)
    assert [finding.code for finding in judged.shown] == [WARNING, UNUSED]


@pytest.mark.parametrize("text", ["b: x#slogen: allow me\n", "b: slogen: allow\n", "# slogen allows much\n", ""])
def test_other_text_is_no_allowance(text: str) -> None:
    """Only comments that begin so are read."""
    assert list(allowances_in(FILE, text)) == []


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """Whatever follows the words, it is an allowance or a finding."""
    for item in allowances_in(FILE, f"a: 1 # slogen: allow {text}"):
        assert item.span is not None


def test_codes_are_listed() -> None:
    """The room's codes are where the registry looks for them."""
    assert {code.id for code in CODES} == {"SLO140", "SLO141", "SLO142", "SLO143"}
