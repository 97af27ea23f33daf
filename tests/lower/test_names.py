"""Names that users and servers see: valid where they are used, and never the same for two things."""

import re

from hypothesis import given
from hypothesis import strategies as st

from slogen import names

NAME = st.from_regex(r"[a-z0-9](?:[a-z0-9._-]{0,12}[a-z0-9])?", fullmatch=True)


def test_windows_are_written_in_the_largest_unit_that_divides_them() -> None:
    """In metric names as in PromQL: no fractions, no weeks."""
    assert [names.window(ms) for ms in (300_000, 5_400_000, 604_800_000, 2_592_000_000, 30_000, 1)] == [
        "5m", "90m", "7d", "30d", "30s", "1ms",
    ]  # fmt: skip


def test_series_are_called_as_the_convention_says() -> None:
    """`slogen:<what>:<operation><window>`, legal metric names on every version."""
    assert names.error_ratio(3_600_000) == "slogen:error:ratio1h"
    assert re.fullmatch(r"[a-z_:][a-z0-9_:]*", names.bad_rate(300_000))


@given(NAME, NAME, NAME, NAME, st.integers(1, 9), st.integers(1, 9))
def test_no_two_files_or_objects_share_a_name(env: str, stem: str, env2: str, stem2: str, one: int, two: int) -> None:
    """Whatever hyphens, dots and underscores the names of models and environments hold."""
    same = (env, stem, one) == (env2, stem2, two)

    assert (names.kubernetes_path(env, stem, one) == names.kubernetes_path(env2, stem2, two)) == same
    assert (names.kubernetes_name(env, stem, one) == names.kubernetes_name(env2, stem2, two)) == same
    assert (names.dashboard_uid(env, stem) == names.dashboard_uid(env2, stem2)) == ((env, stem) == (env2, stem2))
    assert (names.slo_group(env, stem, "slo") == names.slo_group(env2, stem2, "slo")) == ((env, stem) == (env2, stem2))


@given(NAME, NAME)
def test_objects_and_boards_have_names_that_their_servers_accept(env: str, stem: str) -> None:
    """DNS names for Kubernetes, at most 40 plain characters for Grafana."""
    assert re.fullmatch(
        r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", names.kubernetes_name(env, stem, 2)
    )
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", names.dashboard_uid(env, stem))


def test_the_fleets_object_is_no_models() -> None:
    """`fleet` is no name for a model, so that the fleet's files and objects are its own."""
    assert names.kubernetes_name("prod", names.FLEET, 1) == "slogen.prod.fleet"


def test_upstreams_hold_whole_names_between_commas() -> None:
    """One regular expression finds `stream` without finding `stream-2`."""
    assert names.upstreams(("stream", "feature-store")) == ",feature-store,stream,"
    assert names.upstreams(()) == ""


def test_alert_names_are_words_in_capitals() -> None:
    """A declared alert's key, as people call alerts."""
    assert names.condition_alert("drift-hurts-recall") == "DriftHurtsRecall"
    assert names.condition_alert("fpr") == "Fpr"
