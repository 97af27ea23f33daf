"""Anything at all under the names of a configuration is findings, never an exception."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slogen.alertmanager.schema import mappings
from slogen.emit.yaml import dump
from slogen.routing.findings import routing_findings
from slogen.routing.refusals import refusals
from tests.laws import examples

NAMES = sorted({name for fields in mappings().values() for name in fields})
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "a", "5m", "x=1", "{", "monday", "http://x", "http://[", "{{ .x", "...", "-1", "1h30", "١"]),
    st.text(max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
TOP = st.dictionaries(st.sampled_from(sorted(mappings()["config"])), VALUES, max_size=4)


@settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
@given(TOP, st.sampled_from([(0, 25), (0, 28), (0, 34)]))
def test_any_tree_is_findings(top: object, version: tuple[int, int]) -> None:
    """Every finding has a place in the file."""
    text = dump(top)  # type: ignore[arg-type]  # plain data by construction
    assert all(finding.span is not None for finding in routing_findings(text, "f", version))


@given(st.text(max_size=60))
def test_any_text_is_findings(text: str) -> None:
    """Text that is no YAML at all as well."""
    assert routing_findings(text, "f", (0, 28)) != []


def test_nothing_in_place_of_a_list_is_no_list() -> None:
    """An empty field is as good as none, an empty item is not."""
    text = "route: {receiver: a}\nreceivers: [{name: a, email_configs: %s}]\n"
    assert [finding.message for finding in refusals(text % "", "f", (0, 28))] == []
    assert refusals(text % "[null]", "f", (0, 28)) != []


def test_every_mapping_is_reachable() -> None:
    """The table of fields has no block that nothing leads to, and names no block that is missing."""
    plain = {
        "any", "bool", "details", "duration", "float", "go_duration", "int", "jira_field_or_text", "list", "secret",
        "secret_url", "text", "texts_by_name", "url",
    }  # fmt: skip
    named = {field.holds for fields in mappings().values() for field in fields.values()}
    assert named - plain == set(mappings()) - {"config", "jira_field"}


@pytest.mark.parametrize(
    ("mapping", "field", "since"),
    [
        ("webhook", "url_file", (0, 26)),
        ("receiver", "msteamsv2_configs", (0, 28)),
        ("inhibit_rule", "name", (0, 30)),
        ("route", "labels", (0, 34)),
        ("route", "matchers", (0, 25)),
    ],
)
def test_first_versions(mapping: str, field: str, since: tuple[int, int]) -> None:
    """The table says since when a field is known."""
    assert mappings()[mapping][field].since == since
