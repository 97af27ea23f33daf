"""The traps of comparing slices: means that hide one, slices of a few events, and slices that are most of the whole."""

from slogen.evaluator.series import Storage
from slogen.ir.signals import SeriesId
from slogen.lower.sli_slices import Slicing
from slogen.promql import build as q
from slogen.promql.parse import parse
from tests.catalogue.measured import stored, values
from tests.lower.conditions.asking import expression
from tests.lower.conditions.test_traps import MODEL, holds

HOUR = q.HOUR
SLICES = {"helpful": Slicing("locale", ("en", "de", "ja"), False)}


def chats(**locales: tuple[float, float]) -> Storage:
    """All answers and bad ones a scrape, by locale."""
    steps: dict[SeriesId, float] = {}
    for locale, (every, bad) in locales.items():
        steps[SeriesId("all_total", (("locale", locale), *MODEL))] = every
        steps[SeriesId("bad_total", (("locale", locale), *MODEL))] = bad
    return stored(steps)


def test_the_hidden_drop_of_one_slice() -> None:
    """Ninety-nine in a hundred are well served, and all Japanese speakers badly: the mean does not show it."""
    storage = chats(en=(990.0, 9.9), de=(9.0, 0.09), ja=(5.0, 1.5))
    made = expression("parity: {of: helpful, gap: 5 points, over: 1h, min_events: 500}", slices=SLICES)
    assert set(values(made, storage)) == {(("slice", "ja"),)}
    assert not holds(parse("sum(increase(bad_total[1h])) / sum(increase(all_total[1h])) > 0.05"), storage, 4 * HOUR)


def test_a_large_slice_pulls_the_mean_down_to_itself() -> None:
    """Half of all traffic is served nine points worse than the rest: the gap to all together is half of that."""
    storage = chats(en=(500.0, 55.0), de=(500.0, 10.0))
    sliced = {"helpful": Slicing("locale", ("en", "de"), False)}
    among, alone = (
        expression(f"parity: {{of: helpful, gap: 5 points, against: {who}, over: 1h, min_events: 500}}", slices=sliced)
        for who in ("overall", "rest")
    )
    assert not holds(among, storage, 4 * HOUR)
    assert set(values(alone, storage)) == {(("slice", "en"),)}


def test_a_slice_of_four_answers_is_no_slice() -> None:
    """Half of four answers are bad: too few to say anything."""
    storage = chats(en=(990.0, 9.9), ja=(4 / 120, 2 / 120))
    made = expression("parity: {of: helpful, gap: 5 points, over: 1h, min_events: 100}", slices=SLICES)
    each = "sum by (locale) (increase(bad_total[1h])) / sum by (locale) (increase(all_total[1h]))"
    naive = parse(f"{each} > on () group_left () sum(increase(bad_total[1h])) / sum(increase(all_total[1h])) + 0.05")
    assert holds(naive, storage, 4 * HOUR)
    assert not holds(made, storage, 4 * HOUR)
