"""Policies that build and do not do as meant: each is found where it stands."""

from dataclasses import replace

import pytest

from slogen.checks.routing_policy import check_routing
from tests.backends.alertmanager.projects import BURNS, PLAIN, program

OWNED = tuple(replace(rule, labels=(*rule.labels, ("team", "payments-ml"))) for rule in BURNS)
HEARTBEAT = "    heartbeat: [{webhook: {url: 'http://heartbeat.example.org/'}}]\n"
FALLBACK = "fallback: [{slack: {api_url_file: fallback-slack, channel: '#alerts'}}]"
PAGE = "page: [{pagerduty: {routing_key_file: payments-pagerduty}}]"
TICKET = "      ticket: [{slack: {api_url_file: payments-slack, channel: '#payments'}}]\n"
SIDE_CHANNEL = """\
  side_channels:
    s:
      to: [{webhook: {url: 'http://x.example.org'}}]
      group_by: [pod]
      group_interval: 5m
      repeat_interval: 1h
"""
HOURS = "  hours: {office: {weekdays: [monday], location: UTC}}\n"


def findings(text: str) -> list[tuple[str, int]]:
    """Slugs and lines of what is found."""
    return [(f.code.slug, f.span.line if f.span else 0) for f in check_routing(program(text, OWNED))]


def test_a_sound_policy_has_no_findings() -> None:
    """Nothing to say about the plain project."""
    assert findings(PLAIN) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (HEARTBEAT, "", ("no-heartbeat", 14)),
        (FALLBACK, "fallback: [{pagerduty: {routing_key_file: x}}]", ("fallback-wakes-people", 16)),
        (PAGE, "page: [{email: {to: x@example.org}}]", ("page-without-pager", 6)),
        (TICKET, "", ("alert-without-receiver", 1)),
    ],
)
def test_receivers(old: str, new: str, finding: tuple[str, int]) -> None:
    """Missing heartbeats, fallbacks that wake people, pages nobody wakes up for, tiers without receivers."""
    assert findings(PLAIN.replace(old, new)) == [finding]


@pytest.mark.parametrize(
    ("routing", "slugs"),
    [
        ("  tiers: {page: {repeat_interval: 4h}}\n", ["tier-repeat-races"]),
        ("  tiers: {page: {repeat_interval: 1m}}\n", ["tier-repeat-races"]),
        ("  tiers: {page: {group_by: [env, instance]}}\n", ["unstable-grouping"]),
        (HOURS + "  tiers: {page: {hours: office}}\n", ["pages-kept-quiet"]),
        (HOURS + "  tiers: {ticket: {hours: office}}\n", []),
        (
            "  maintenance: {m: {start: 2027-01-01T00:00, end: 2027-01-02T00:00, severities: [page]}}\n",
            ["pages-kept-quiet"],
        ),
        ("  maintenance: {m: {start: 2027-01-01T00:00, end: 2027-01-02T00:00}}\n", []),
        (
            SIDE_CHANNEL,
            ["tier-repeat-races", "unstable-grouping"],
        ),
    ],
)
def test_timing_and_grouping(routing: str, slugs: list[str]) -> None:
    """Repeats that race, groups that multiply, pages that wait."""
    found = findings(PLAIN + "routing:\n" + routing)
    assert [slug for slug, _ in found] == slugs
    assert [line for _, line in found if line <= PLAIN.count("\n")] == []
