"""The figures that SLOs are judged by, on a real Prometheus: thirty days of hard traffic against the raw counters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from slogen import burn, names
from slogen.ir.rules import Alert, Recording, RuleGroup
from slogen.lower.contract import SliContract
from slogen.lower.plan import SloPlan
from slogen.promql.parse import parse
from tests.engines.past import Past, Series, firing
from tests.lower.planned import SIGNAL, groups_of, planned

pytestmark = pytest.mark.engine

START = 1_700_000_100_000
"""A multiple of five minutes."""
END = START + 30 * burn.DAY
MINUTE, HOUR, DAY = burn.MINUTE, burn.HOUR, burn.DAY


@dataclass(frozen=True, slots=True)
class Traffic:
    """One model's history: good and bad events between two scrapes, by ms; `born` is when its error series appears."""

    name: str
    begins: int
    good: Callable[[int], float]
    bad: Callable[[int], float]
    born: int

    def series(self) -> Iterator[Series]:
        """The two counters as scraped every minute, whole numbers."""
        good, bad = 0.0, 0.0
        goods, bads = [], []
        for at in range(self.begins, END + 1, MINUTE):
            good, bad = good + self.good(at), bad + self.bad(at)
            goods.append((at, float(int(good))))
            if at >= self.born:
                bads.append((at, float(int(bad))))
        yield Series(f"{self.name}_requests_total", {"code": "200"}, goods)
        yield Series(f"{self.name}_requests_total", {"code": "500"}, bads)

    def plan(self) -> SloPlan:
        """A three-nines SLO on it."""
        metric = f"{self.name}_requests_total"
        contract = SliContract(
            bad=parse(f'sum(rate({metric}{{code="500"}}[$window]))', allow_hole=True),
            total=parse(f"sum(rate({metric}[$window]))", allow_hole=True),
            kind="counter",
            cadence=MINUTE,
            slices=(),
            signals=(SIGNAL,),
        )
        return planned("99.9", contract=contract, slo=self.name)


def _peak(at: int) -> bool:
    """The first hour of each day."""
    return (at - START) % DAY < HOUR and at < END


def _per_minute(at: int) -> float:
    """A thousand requests a second in the peak, one in ten seconds else, none in the last hour."""
    return 60_000.0 if _peak(at) else 0.0 if at > END - HOUR else 6.0


SPIKY = Traffic(
    "spiky", START, lambda at: _per_minute(at) * (0.9 if _peak(at) else 1), lambda at: 6000.0 * _peak(at), START
)
"""True error ratio: 3600 * 1000 * 0.1 of 3600 * 1000 + 23 * 3600 * 0.1 a day, 9.977 %."""
ERRORS_BEGIN, ERRORS_END = END - 25 * MINUTE, END - 15 * MINUTE
BORN_LATE = Traffic(
    "born",
    END - DAY,
    lambda _: 60.0,
    lambda at: 1.0 if ERRORS_BEGIN < at <= ERRORS_END else 0.0,
    ERRORS_BEGIN + MINUTE,
)
"""A day of one request a second, then ten errors in ten minutes whose series did not exist before."""
QUIET = Traffic("quiet", END - DAY, lambda _: 1.0, lambda at: 1.0 if at == END - HOUR else 0.0, START)
"""One request a minute all night, and one of them fails."""
ALL = (SPIKY, BORN_LATE, QUIET)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory, prometheus35: Path, promtool35: Path) -> Past:
    """Everything that the rules of the three models would have recorded by the end."""
    made = Past(prometheus35, promtool35, tmp_path_factory.mktemp("truth"))
    made.write(series for traffic in ALL for series in traffic.series())
    groups = groups_of([traffic.plan() for traffic in ALL])
    last_hours = END - 3 * HOUR
    made.record([*_all(groups, names.total_rate(5 * MINUTE)), *_all(groups, names.INFO)], START, END)
    made.record(_all(groups, names.bad_rate(5 * MINUTE)), START, END)
    made.record([*_all(groups, names.BAD_SLOW), *_all(groups, names.TOTAL_SLOW)], START, END)
    counts = [rule for w in planned().counted_windows for rule in _all(groups, names.bad_count(w))]
    made.record(counts, last_hours, END)
    windows = [rule for w in planned().windows for rule in _all(groups, names.error_ratio(w))]
    made.record(windows, last_hours, END)
    made.record(_all(groups, names.ERROR_RATIO_PERIOD), last_hours, END)
    made.record(_all(groups, names.BUDGET_REMAINING), last_hours, END)
    return made


def _all(groups: tuple[RuleGroup, ...], record: str) -> list[tuple[Recording, int]]:
    return [
        (rule, group.interval)
        for group in groups
        for rule in group.rules
        if isinstance(rule, Recording) and rule.record == record
    ]


def _figure(past: Past, series: str, slo: str) -> float:
    with past.reading() as server:
        ((_, value),) = server.now(f'last_over_time({series}{{slo="{slo}"}}[10m])', END)
    return value


def _truth(past: Past, metric: str, window: str) -> float:
    with past.reading() as server:
        bad = server.now(f'sum(increase({metric}{{code="500"}}[{window}]))', END)
        total = server.now(f"sum(increase({metric}[{window}]))", END)
    return bad[0][1] / total[0][1]


def test_thirty_days_of_spiky_traffic_are_within_one_percent(past: Past) -> None:
    """A mean of ratios would say 0.44 %; the raw counters say 9.98 %."""
    truth = _truth(past, "spiky_requests_total", "30d")

    assert truth == pytest.approx(0.09977, rel=0.001)
    assert _figure(past, names.ERROR_RATIO_PERIOD, "spiky") == pytest.approx(truth, rel=0.01)


def test_after_an_idle_hour_the_figure_is_a_number(past: Past) -> None:
    """The last hour had no event: no sample for it, and thirty days and the budget are still known."""
    with past.reading() as server:
        (idle,) = server.over('slogen:total:rate5m{slo="spiky"}', END - 50 * MINUTE, END, MINUTE)
        assert {value for _, value in idle.samples} == {0.0}
    assert _figure(past, names.BUDGET_REMAINING, "spiky") == pytest.approx(1 - 99.77, rel=0.01)


def test_an_error_series_born_late_is_within_ten_percent(past: Past) -> None:
    """Ten errors in 86,400 requests are 0.0116 %; a ratio that begins with its error series would say 1 %."""
    assert _figure(past, names.ERROR_RATIO_PERIOD, "born") == pytest.approx(10 / 86_400, rel=0.1)


def test_one_failed_request_in_a_quiet_night_pages_nobody(past: Past) -> None:
    """One in sixty is 17 times the objective's budget over the hour, yet no alert of any severity fires."""
    alerts = [
        rule
        for group in groups_of([QUIET.plan()])
        for rule in group.rules
        if isinstance(rule, Alert) and rule.kind in ("burn", "collapse")
    ]
    with past.reading() as server:
        over_the_hour = server.over('slogen:error:ratio1h{slo="quiet"}', END - HOUR, END, MINUTE)
        assert max(value for _, value in over_the_hour[0].samples) > 0.0144
        assert [firing(server, alert, END - 3 * HOUR, END, MINUTE) for alert in alerts] == [None] * len(alerts)
