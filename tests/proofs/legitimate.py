"""Specs that somebody may well write: every shape of SLI over every source of the catalogue, however it is set."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from slogen.catalogue.load import entry, entry_names
from slogen.catalogue.model import Entry, Level
from slogen.lower.sli_classification import CELLS
from slogen.promql.atoms import duration

Data = Any
"""Plain data of a YAML file."""
Strategy = st.SearchStrategy[Data]

HOSTILE = ('quote " and \\ backslash', "two\nlines", "{{ $labels.model }}", "a|b(c", "😀 ü", "$1", "others", ".*", "-1")
NAMES = st.sampled_from(("fraud", "search", *HOSTILE))
OBJECTIVES = st.sampled_from(("50%", "80%", "90%", "95%", "99%", "99.5%", "99.9%", "99.99%", "99.999%"))
PERIODS = st.sampled_from(("12h", "1d", "7d", "28d", "30d", "90d"))
SPANS = st.sampled_from(("5m", "7m", "10m", "15m", "30m", "1h", "90m", "2h", "6h", "1d"))
EVENTS = st.sampled_from((0, 1, 3, 50, 200, 1000, 100_000, 10_000_000))
MOMENTS = st.sampled_from((0, 1, 3, 10, 50, 200))
NO_DATA = st.sampled_from(("ignore", "good", "bad"))
HIGH = st.sampled_from(({"at_least": "95%"}, {"at_least": "99.9%"}, {"at_least": "20%"}))
LOW = st.sampled_from(({"at_most": "2%"}, {"at_most": "60%"}))
LEVELS = st.sampled_from(({"at_least": 0.85}, {"at_least": 0.2}, {"at_least": -3}, {"at_most": 100}))
SIGNALS = {
    "told": {"from": "app", "bad": "answers_bad_total", "total": "answers_total"},
    "kind": {
        "from": "app",
        "good": {"metric": "answers_total", "where": {"verdict": "good"}},
        "total": "answers_total",
    },
    "referred": {"from": "app", "good": "referred_total", "total": "requests_seen_total"},
    "stated": {"gauge": {"from": "app", "metric": "model_auc"}},
}
PROMQL = {"bad": 'sum(rate(x_total{v="b"}[$window]))', "total": "sum(rate(x_total[$window]))"}
_PER_SECOND = {"seconds": 1, "milliseconds": 1000, "microseconds": 1_000_000}
_SAMPLED = frozenset({"timeslice", "gauge", "freshness"})


def timeslices(of: str, bounds: Strategy) -> Strategy:
    """Windows of a value, judged by one of some bounds."""
    rest = st.fixed_dictionaries({"of": st.just(of), "over": SPANS, "no_data": NO_DATA, "min_events": EVENTS})
    return st.tuples(rest, bounds).map(lambda parts: {"timeslice": parts[0] | parts[1]})


def gauges(of: str, bounds: Strategy) -> Strategy:
    """Moments of a value, judged by one of some bounds."""
    return st.tuples(bounds, NO_DATA).map(lambda parts: {"gauge": {"of": of, "no_data": parts[1]} | parts[0]})


COMMON: tuple[Strategy, ...] = (
    st.just({"events": "told"}),
    st.just({"events": "kind"}),
    st.just({"ratio": PROMQL}),
    gauges("stated", LEVELS),
    gauges("told", HIGH),
    *(timeslices(of, HIGH) for of in ("told", "kind")),
    timeslices("stated", LEVELS),
    timeslices("referred", LOW),
)
"""What a source of any kind can carry."""


def slis(known: Entry) -> Iterator[Strategy]:
    """Every SLI that a server of the catalogue can carry."""
    if known.ratios.keys() & {"availability", "requests"}:
        yield st.just({"availability": {"from": "app"}})
    if "jobs" in known.ratios:
        yield st.just({"jobs": {"from": "app"}})
    yield from _times(known)
    for name in known.moments:
        told = {"from": st.just("app"), "within": SPANS, "measure": st.just(name), "no_data": NO_DATA}
        yield st.fixed_dictionaries({"freshness": st.fixed_dictionaries(told)})
    for name, level in known.levels.items():
        yield gauges(f"app.{name}", st.just(_between(level)))
        yield timeslices(f"app.{name}", st.just(_between(level)))
    for name, ratio in known.ratios.items():
        yield timeslices(f"app.{name}", HIGH if ratio.value == "good" else LOW)
    for name in known.flows:
        yield st.just({"gauge": {"of": f"app.{name}", "at_least": 5}})
    yield from _labelled(known)


def _times(known: Entry) -> Iterator[Strategy]:
    for name, told in known.durations.items():
        metric = known.metrics[told.histogram]
        bounds = [
            bound * 1000 / _PER_SECOND[metric.unit] for bound in metric.bounds or () if metric.unit in _PER_SECOND
        ]
        within = [duration(int(bound)) for bound in bounds if bound == int(bound)]
        if within:
            fields: dict[str, Strategy] = {"from": st.just("app"), "within": st.sampled_from(within)}
            valid = st.booleans() if told.valid is not None else st.just(False)
            latency = fields | {"quantity": st.just(name), "valid": valid}
            yield st.fixed_dictionaries({"latency": st.fixed_dictionaries(latency)})
            if name == "job_time":
                yield st.fixed_dictionaries({"jobs": st.fixed_dictionaries(fields)})


def _labelled(known: Entry) -> Iterator[Strategy]:
    for quality, cells in CELLS.items() if known.confusion is not None else ():
        if known.confusion is not None and (known.confusion.tn or "tn" not in (*cells.good, *cells.bad)):
            yield st.just({"classification": {"from": "app", "metric": quality}})
            yield timeslices(f"app.{quality}", LOW if quality == "fpr" else HIGH)
    if known.flows.keys() >= {"requests", "labels"}:
        delays = st.sampled_from(("30m", "2h", "1d"))
        yield delays.map(lambda delay: {"coverage": {"from": "app", "label_delay": delay}})


def _between(level: Level) -> Data:
    return {"at_most" if level.bad > level.good else "at_least": (level.good + level.bad) / 2}


TIERS = st.dictionaries(
    st.sampled_from(("a", "b", "c")),
    st.fixed_dictionaries(
        {
            "severity": st.sampled_from(("page", "ticket", "log")),
            "spends": st.sampled_from(("1%", "2%", "10%", "50%")),
            "within": st.sampled_from(("30m", "1h", "90m", "2h", "6h", "1d")),
        }
    ),
    min_size=1,
    max_size=3,
)
SLICES = st.fixed_dictionaries(
    {"by": st.just("locale"), "values": st.lists(NAMES, min_size=1, max_size=6, unique=True)},
    optional={"others": st.sampled_from(("merge", "ignore"))},
)
SETTINGS: dict[str, Strategy] = {
    "period": PERIODS,
    "alert": st.sampled_from((["page"], ["ticket"], ["log"], ["page", "ticket"], [])),
    "tiers": TIERS,
    "certainty": st.sampled_from(("90%", "99.9%")),
    "no_data": st.sampled_from(("page", "ticket", "log", "none")),
    "budget_policy": st.just({"review": "50%", "freeze": "25%"}),
    "inhibits_dependents": st.booleans(),
}
_SELDOM = 4


@st.composite
def slos(draw: st.DrawFn, sli: Strategy) -> Data:
    """An objective that says little beyond its SLI."""
    found = {"objective": draw(OBJECTIVES), "sli": draw(sli)}
    sampled = not _SAMPLED.isdisjoint(found["sli"])
    counts = MOMENTS if sampled else EVENTS
    more = SETTINGS | {"min_events": counts, "min_bad": counts}
    if sampled:
        more["no_traffic"] = st.sampled_from(("omit", "good", "bad"))
    return found | {key: draw(value) for key, value in more.items() if draw(st.integers(0, _SELDOM)) == 0}


INTERVALS = st.sampled_from((("30s", "30s"), ("15s", "1m"), ("1m", "1m"), ("10s", "15s"), ("2m", "30s"), ("30s", "2m")))
"""How often servers scrape and evaluate."""


@st.composite
def specs(draw: st.DrawFn) -> Data:
    """A model with one source and up to three objectives; what they say of one value does not contradict itself."""
    template = draw(st.sampled_from((None, *entry_names())))
    known = entry(template) if template else None
    offered = (*(slis(known) if known else ()), *COMMON)
    found = draw(st.lists(st.sampled_from(offered).flatmap(slos), min_size=1, max_size=3))
    parts = draw(st.one_of(st.none(), SLICES))
    for one in found:
        if parts and "ratio" not in one["sli"] and (not _SAMPLED.isdisjoint(one["sli"]) or draw(st.booleans())):
            one["slices"] = parts
    source: Data = {"select": {label: draw(NAMES) for label in (known.identity if known else ("job",))}}
    source |= {"template": template} if template else {}
    if draw(st.integers(0, _SELDOM)) == 0:
        source["cadence"] = draw(st.sampled_from(("5m", "1h", "1d")))
    return {
        "model": "m",
        "team": "payments-ml",
        "sources": {"app": source},
        "signals": SIGNALS,
        "slos": {f"slo-{number}": one for number, one in enumerate(found)},
    }
