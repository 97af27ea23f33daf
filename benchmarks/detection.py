"""How soon the first alert fires, for many objectives and periods, beside the workbook's rules on raw counters.

    python -m benchmarks.detection

A total outage (first page) and a fault of 10 % (first alert of any severity), both after as much healthy traffic as the
longest window holds, on a real Prometheus. "theory" is the closed form; "within" says whether the measured time lies
between it and the slack that `burn.detection_slack` allows. The workbook's windows are fixed (5m/1h, 30m/6h, 2h/1d,
6h/3d) and its factors follow from the budget fractions, below 1 where periods are short: there it alerts on services
that meet their objective. "never" is a factor that no outage reaches. Takes a minute.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from slogen import burn, names
from slogen.lower.plan import SloPlan
from tests.engines.past import Past
from tests.lower.detection import Fault, expected, measured
from tests.lower.planned import planned

ENGINES = Path(__file__).resolve().parent.parent / ".engines" / "prom-3.5"
OBJECTIVES = ("99.95", "99.9", "99", "95", "90", "80")
PERIODS = (7, 14, 28, 30, 90)
WORKBOOK = (
    ("page", Fraction(2, 100), burn.HOUR, 5 * burn.MINUTE),
    ("page", Fraction(5, 100), 6 * burn.HOUR, 30 * burn.MINUTE),
    ("ticket", Fraction(10, 100), burn.DAY, 2 * burn.HOUR),
    ("ticket", Fraction(10, 100), 3 * burn.DAY, 6 * burn.HOUR),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One objective and period: times in ms, None for never."""

    plan: SloPlan
    theory: int | None
    seen: int | None
    within: bool
    workbook: int | None


def rows(fault: Fault, severities: Sequence[str], periods: Sequence[int]) -> list[Row]:
    """Measures every objective in these periods (days) on one server."""
    plans = [
        planned(objective, days * burn.DAY, slo=f"slo-{days}-{objective.replace('.', '-')}")
        for days in periods
        for objective in OBJECTIVES
    ]
    with tempfile.TemporaryDirectory() as folder:
        past = Past(ENGINES / "prometheus", ENGINES / "promtool", Path(folder))
        found = measured(past, plans, fault, severities)
        raw = _raw_ratios(past, fault)
    return [_row(plan, seen, fault, severities, raw) for plan, seen in zip(plans, found, strict=True)]


def _row(
    plan: SloPlan, seen: int | None, fault: Fault, severities: Sequence[str], raw: dict[int, dict[int, float]]
) -> Row:
    bounds = expected(plan, fault, severities)
    within = seen is None if bounds is None else seen is not None and bounds.earliest <= seen <= bounds.latest
    theory = None if bounds is None else bounds.earliest + 5 * burn.MINUTE
    return Row(plan, theory, seen, within, _workbook(plan, severities, raw))


def _raw_ratios(past: Past, fault: Fault) -> dict[int, dict[int, float]]:
    """The ratio of raw counters over every window of the workbook: window -> ms since the fault -> ratio."""
    found = {}
    with past.reading() as server:
        for window in sorted({w for _, _, long, short in WORKBOOK for w in (long, short)}):
            shown = names.window(window)
            ratio = f'sum(rate(requests_total{{code="500"}}[{shown}])) / sum(rate(requests_total[{shown}]))'
            (series,) = server.over(ratio, fault.begins, fault.ends, burn.MINUTE)
            found[window] = {at - fault.begins: value for at, value in series.samples}
    return found


def _workbook(plan: SloPlan, severities: Sequence[str], raw: dict[int, dict[int, float]]) -> int | None:
    times = []
    for severity, fraction, long, short in WORKBOOK:
        threshold = float(fraction * plan.period / long * plan.budget)
        if severity in severities:
            times += [at for at, ratio in raw[long].items() if ratio > threshold and raw[short][at] > threshold][:1]
    return min(times, default=None)


def shown(time: int | None) -> str:
    """A time for people."""
    if time is None:
        return "never"
    minutes, seconds = divmod(round(time / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02}" if hours else f"{minutes} min {seconds:02}" if minutes else f"{seconds} s"


def table(title: str, found: Sequence[Row]) -> None:
    """Prints one table."""
    print(f"\n{title}\n")
    heads = ("period", "objective", "windows of pages", "theory", "measured", "within", "workbook")
    print("{:>6} {:>9} {:>18} {:>11} {:>11} {:>6} {:>11}".format(*heads))
    for row in found:
        pages = " ".join(names.window(t.long) for t in row.plan.tiers if t.severity == "page")
        pages += " +15m" if burn.needs_collapse(row.plan.tiers) else ""
        objective = f"{float(row.plan.objective * 100):g} %"
        print(
            f"{names.window(row.plan.period):>6} {objective:>9} {pages:>18} {shown(row.theory):>11} "
            f"{shown(row.seen):>11} {'yes' if row.within else 'NO':>6} {shown(row.workbook):>11}"
        )


def main() -> None:
    """Prints both tables."""
    outage = rows(Fault(Fraction(1), 3 * burn.DAY, 4 * burn.HOUR), ("page",), PERIODS)
    table("Total outage: the first page", outage)
    everyone = ("page", "ticket")
    tenth = rows(Fault(Fraction(1, 10), 3 * burn.DAY, 2 * burn.DAY), everyone, PERIODS[:-1])
    tenth += rows(Fault(Fraction(1, 10), 14 * burn.DAY, 8 * burn.DAY), everyone, PERIODS[-1:])
    table("10 % of requests fail: the first alert", tenth)
    print(f"\n{sum(row.within for row in (*outage, *tenth))} of {len(outage) + len(tenth)} within their bounds")


if __name__ == "__main__":
    main()
