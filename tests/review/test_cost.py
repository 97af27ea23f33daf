"""What rules are estimated to read is what the server's own statistics count, whatever shape their labels take."""

import pytest

from slogen.ir.signals import SeriesId
from slogen.promql.parse import parse
from slogen.replay.rulefile import read
from slogen.review.cost import Cost, Facts, GroupCost
from slogen.review.limits import exceeded, named
from slogen.review.prices import Prices, estimate
from tests.review.projects import CHURN, FRAUD, build, side

MINUTE = 60_000
RAW = tuple(
    SeriesId("requests_total", (("code", code), ("locale", locale), ("model", "m")))
    for code in ("200", "500")
    for locale in ("de", "en", "fr")
)
FACTS = Facts(series=2, scrape=30_000, evaluation=MINUTE, known=RAW)
RULES = """\
groups:
- name: base
  interval: 30s
  rules:
  - {record: base, expr: 'sum by (locale) (rate(requests_total{model="m"}[5m]))', labels: {model: m}}
  - record: sliced
    expr: 'sum by (slice) (label_replace(rate(requests_total[5m]), "slice", "$1", "locale", "(en|de)"))'
    labels: {model: m}
- name: fleet
  interval: 1m
  rules:
  - {record: wide, expr: 'sum_over_time(base[1h]) or sum_over_time(sliced[1h])'}
  - {record: joined, expr: 'wide / on (model) group_left (team) team_of_model'}
"""


@pytest.mark.parametrize(
    ("expr", "samples"),
    [
        ("requests_total", {0: 12}),
        ('requests_total{code="500"}', {0: 6}),
        ('requests_total{code=~"5..",locale!="fr"}', {0: 4}),
        ('rate(requests_total{model="other"}[5m])', {300_000: 0}),
        ("other_metric[10m]", {600_000: 2 * 20}),
        ("base", {0: 3}),
        ("avg_over_time(base[1h])", {3_600_000: 3 * 120}),
        ('sliced{slice="en"} and base offset 1d', {0: 1 + 3}),
        ("wide", {0: 3 + 3}),
        ("max_over_time(rate(requests_total[5m])[1h:5m])", {3_600_000: 6 * 12}),
        ("slogen:error:ratio1h > 1", {0: 0}),
        ("topk(3, base) > scalar(base) * 2 or vector(0)", {0: 6}),
        ("histogram_quantile(0.9, sum by (le) (base))", {0: 3}),
    ],
)
def test_counts_what_a_selector_finds(expr: str, samples: dict[int, int]) -> None:
    """Raw series count once a copy, recorded ones by the labels that their rules leave them."""
    prices = Prices(read(RULES, "rules.yaml"), FACTS)
    found: dict[int, float] = {}

    for window, count in prices.reads(parse(expr)):
        found[window] = found.get(window, 0) + count

    assert found == samples


def test_recorded_series_are_told_apart_by_their_labels() -> None:
    """Three locales and three slices are six series; what joins with an unknown metric records nothing it can name."""
    cost = estimate(read(RULES, "rules.yaml"), FACTS)

    assert [(group.name, group.recorded) for group in cost.groups] == [("base", 6), ("fleet", 6)]


def test_rules_in_a_circle_are_priced_all_the_same() -> None:
    """Two rules that read each other end in an estimate, not in a loop."""
    text = "groups:\n- {name: g, rules: [{record: a, expr: b + 1}, {record: b, expr: a + 1}]}\n"

    assert estimate(read(text, "rules.yaml"), FACTS).rules == 2


def test_another_side_costs_the_same_with_and_without_help(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Prices taken over from a side that shares most groups are those that are worked out anew."""
    old = side(build(tmp_path_factory.mktemp("old"), {"fraud-detector": FRAUD, "churn": CHURN}))
    new = side(build(tmp_path_factory.mktemp("new"), {"fraud-detector": FRAUD.replace("99.9%", "95%"), "churn": CHURN}))
    known = dict(old.known)
    shared = {key: groups for key, groups in known.items() if key in new.known}
    assert shared
    groups = [group for (key, made) in new.known.items() for group in shared.get(key, made)]

    helped = Prices(groups, FACTS, Prices([g for made in known.values() for g in made], FACTS))

    assert helped.cost() == Prices(groups, FACTS).cost()


def cost_of(rules: int, groups: int, heaviest: float) -> Cost:
    """So many groups of one size."""
    return Cost(tuple(GroupCost("f", f"g{n}", rules, 0, 1.0, (), heaviest) for n in range(groups)))


@pytest.mark.parametrize(
    ("target", "cost", "size", "told"),
    [
        ("mimir", cost_of(21, 1, 0), 0, ["prometheus.rules_per_group to 20"]),
        ("mimir", cost_of(20, 70, 5e7), 0, []),
        ("mimir", cost_of(20, 71, 0), 0, ["ruler_max_rule_groups_per_tenant"]),
        ("prometheus", cost_of(999, 999, 5e7 + 1), 9_999_999, ["shorten its range"] * 999),
        ("thanos", cost_of(1, 1, 6e7), 0, ["shorten its range"]),
        ("vmalert", cost_of(1, 1, 6e7), 0, []),
        ("vmalert", cost_of(1, 1, 2e9), 0, ["shorten its range"]),
        ("operator", cost_of(1, 1, 0), 262_144, []),
        ("operator", cost_of(1, 1, 0), 262_145, ["--server-side"]),
        ("operator", cost_of(1, 1, 0), 524_289, ["split the model"]),
    ],
)
def test_limits_say_what_to_change(target: str, cost: Cost, size: int, told: list[str]) -> None:
    """Each target has its own limits, met exactly at the border, and each excess comes with a way out."""
    profile = named(target)
    assert profile is not None

    found = list(exceeded(profile, cost, {"generated/p/kubernetes/m.yaml": "x" * size}))

    assert len(found) == len(told)
    assert all(words in one.advice for words, one in zip(told, found, strict=True))
