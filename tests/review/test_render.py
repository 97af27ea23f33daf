"""How a comparison is shown: equal rows once, long texts where they differ, and nothing that commands a host."""

import pytest

from slogen.review.changes import Change, Danger, Kind, ordered
from slogen.review.compare import Comparison
from slogen.review.cost import Cost
from slogen.review.render import as_github, as_json, as_markdown, as_text, headline, where_differing


def shown(*changes: Change, quiet: frozenset[str] = frozenset()) -> Comparison:
    """A comparison of nothing but these changes."""
    return Comparison(tuple(ordered(changes, quiet)), Cost(()), Cost(()), {})


def lost(subject: str, before: str = "page", consequence: str = "nobody is told of this any more") -> Change:
    """An alert that is gone."""
    return Change(Danger.COVER, Kind.ALERT_REMOVED, subject, before, "", consequence)


def test_equal_changes_share_a_row() -> None:
    """What differs in its subject alone is told once with the first subjects; machines get every change."""
    comparison = shown(*(lost(f"production/model-{n}/slo alert") for n in range(8)))

    assert as_text(comparison, diffs=False).count("alert-removed") == 2
    assert "model-4/slo alert and 3 more: page; nobody" in as_text(comparison, diffs=False)
    assert len(as_github(comparison).splitlines()) == 1
    assert as_json(comparison).count('"kind": "alert-removed"') == 8


def test_production_and_pages_come_first() -> None:
    """Among lost cover, what wakes people in production stands above everything in other environments."""
    worst = lost("production/b/slo burn fast")
    comparison = shown(
        Change(Danger.COVER, Kind.COMPONENT_REMOVED, "dev/a", "watched", "", "gone"),
        lost("production/a/slo SLONoData", "ticket"),
        worst,
        quiet=frozenset({"dev"}),
    )

    assert [change.subject.split("/")[0] for change in comparison.changes] == ["production", "production", "dev"]
    assert headline(comparison) == "3 changes lose cover: alert-removed production/b/slo burn fast, …"


def test_long_texts_are_cut_to_where_they_differ() -> None:
    """A number that changed at the end of a long query is in sight on both sides."""
    query = "sum(rate(requests_total[5m])) / " * 40

    old, new = where_differing(f"{query}> 0.95", f"{query}> 0.9")
    assert old.startswith("…")
    assert old.endswith("> 0.95")
    assert new.endswith("> 0.9")
    assert max(map(len, (old, new))) < 60
    assert where_differing("short", "other") == ("short", "other")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("@everyone <!-- x --> [l](javascript:x)", "`@everyone <!-- x --> [l](javascript:x)`"),
        ("a|b", "`a\\|b`"),
        ("one ` tick", "``one ` tick``"),
        ("`ticks`", "`` `ticks` ``"),
        ("back\\|slash", "`back\\` `\\|slash`"),
        ("two\nlines\x1b[2J", "`two lines�[2J`"),
        ("", ""),
    ],
)
def test_words_of_users_are_code_in_a_comment(text: str, cell: str) -> None:
    """No mention, link, markup, cell or line of a spec's text comes alive in a comment."""
    change = Change(Danger.TELLING, Kind.LABELS_CHANGED, "production/a", text, "", "so")

    row = as_markdown(shown(change)).splitlines()[-1]

    assert row == f"| `labels-changed` | `production/a` | {cell} |  | so |"


def test_a_reason_of_users_is_escaped() -> None:
    """A sentence with words of users in it is shown as written and mentions nobody."""
    comment = as_markdown(shown(lost("production/a", consequence="see @ops <b>*x*|y`z`")))

    assert "see @\N{ZERO WIDTH NON-JOINER}ops \\<b\\>\\*x\\*\\|y\\`z\\`" in comment


def test_no_line_of_a_text_is_a_workflow_command() -> None:
    """A line break in a spec's text begins no line of the output, where a runner would obey it."""
    change = lost("production/a\n::error::x", before="page\r\n::add-mask::y", consequence="z\n::stop-commands::t")

    for text in (as_text(shown(change), diffs=False), as_github(shown(change))):
        assert not [line for line in text.splitlines() if line.startswith("::") and "alert-removed" not in line]
