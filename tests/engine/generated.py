"""Specs that nobody would write: every shape, every number, and text that tries to be something else."""

from typing import Any

from hypothesis import strategies as st

Data = Any
"""Plain data of a YAML file."""

NASTY = (
    'quote " and \\ backslash',
    "{{ $labels.model }} {{ end }}",
    "{% raw %} {{ __import__ }}",
    "two\nlines\n",
    "a}] or vector(1) #",
    "../../etc/passwd",
    "\u202eright to left",
    "tab\tand nul-free \x7f",
    "next\x85line\u2028sep",
    "😀 ümläut",
    "$value ${x} `back`",
    "yes",
    "1e3",
    "- [x]: {y}",
    " ",
)
TEXT = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
KEY = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
OBJECTIVE = st.sampled_from(
    ("80%", "90%", "95%", "97.5%", "99%", "99.5%", "99.9%", "99.95%", "99.99%", "99.999%", "50%")
)
PERIOD = st.sampled_from(("7d", "14d", "28d", "30d", "90d", "1d", "12h", "45d"))
WINDOW = st.sampled_from(("5m", "10m", "15m", "30m", "1h", "6h", "1d", "7m", "90m", "2d"))
SHARE = st.sampled_from(("0.1%", "1%", "2%", "5%", "20%", "50%"))
BY = st.sampled_from(("5 points", "0.5 points", "5%", "30%"))
COUNT = st.sampled_from((0, 1, 3, 50, 200, 100_000))
MATCHER = st.one_of(
    TEXT,
    st.fixed_dictionaries({"not": TEXT}),
    st.fixed_dictionaries({"matches": st.sampled_from(("a.+", "eu|us", "[a-z]{2}", "\\d+", "x\\.y", ""))}),
    st.lists(TEXT, min_size=1, max_size=3, unique=True),
)
WHERE = st.dictionaries(st.sampled_from(("segment", "version", "region")), MATCHER, max_size=2)
OWN = st.dictionaries(st.sampled_from(("queue", "region", "impact", "note")), TEXT, max_size=2)


def optional(required: dict[str, st.SearchStrategy[Data]], **extra: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    """A mapping with the required keys and any of the extra ones."""
    return st.fixed_dictionaries(required, optional=extra)


APP = st.just("app")
SLI: st.SearchStrategy[Data] = st.one_of(
    st.fixed_dictionaries({"availability": optional({"from": APP}, where=WHERE)}),
    st.fixed_dictionaries(
        {
            "latency": optional(
                {"from": APP, "within": st.sampled_from(("50ms", "150ms", "250ms", "1s", "5s"))},
                valid=st.booleans(),
                native=st.booleans(),
                where=WHERE,
            )
        }
    ),
    st.just({"events": "helpful"}),
    st.just({"classification": "recall"}),
    st.fixed_dictionaries(
        {
            "timeslice": st.fixed_dictionaries(
                {"of": st.sampled_from(("recall", "helpful")), "at_least": SHARE, "over": WINDOW, "min_events": COUNT}
            )
        }
    ),
    st.fixed_dictionaries(
        {"gauge": optional({"of": st.just("auc"), "at_least": st.just(0.85)}, no_data=st.just("bad"))}
    ),
    st.fixed_dictionaries({"jobs": optional({"from": APP}, within=st.sampled_from(("5m", "1m")))}),
    st.just({"coverage": {"from": "app", "label_delay": "2h"}}),
    st.just(
        {"ratio": {"bad": 'sum(rate(x_total{v="b"}[$window]))', "total": "sum(rate(x_total[$window]))"}},
    ),
)
TIERS = st.dictionaries(
    KEY,
    st.fixed_dictionaries({"severity": st.sampled_from(("page", "ticket", "log")), "spends": SHARE, "within": WINDOW}),
    min_size=1,
    max_size=3,
)
SLO: st.SearchStrategy[Data] = optional(
    {"objective": OBJECTIVE, "sli": SLI},
    period=PERIOD,
    title=TEXT,
    description=TEXT,
    alert=st.lists(st.sampled_from(("page", "ticket", "log")), max_size=2, unique=True),
    tiers=TIERS,
    slices=st.fixed_dictionaries(
        {"by": st.just("segment"), "values": st.lists(TEXT, min_size=1, max_size=3, unique=True)},
        optional={"others": st.sampled_from(("merge", "ignore"))},
    ),
    min_events=COUNT,
    min_bad=COUNT,
    certainty=st.just("95%"),
    no_traffic=st.sampled_from(("omit", "good", "bad")),
    no_data=st.sampled_from(("page", "ticket", "log", "none")),
    inhibits_dependents=st.booleans(),
    cost_per_bad=st.just("0.40 EUR"),
    labels=OWN,
    annotations=OWN,
    page=optional({}, title=TEXT, annotations=OWN, labels=OWN),
)
SIMPLE: st.SearchStrategy[Data] = st.one_of(
    st.fixed_dictionaries(
        {"threshold": optional({"of": st.sampled_from(("recall", "auc", "helpful")), "below": SHARE}, over=WINDOW)}
    ),
    st.fixed_dictionaries(
        {
            "quantile": st.fixed_dictionaries(
                {"from": APP, "percentile": st.just("p99"), "above": st.just("1s"), "over": WINDOW}
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "drift": optional(
                {"from": APP, "test": st.sampled_from(("psi", "ks_stat")), "above": st.just(0.2)},
                features=st.lists(TEXT, max_size=2, unique=True),
                consecutive_runs=st.sampled_from((1, 3)),
                within=WINDOW,
            )
        }
    ),
    st.fixed_dictionaries(
        {"drop": st.fixed_dictionaries({"of": st.just("recall"), "by": BY, "against": st.just("1w")})}
    ),
    st.fixed_dictionaries(
        {"volume": st.fixed_dictionaries({"of": st.just("app.requests"), "below": SHARE, "over": WINDOW})}
    ),
    st.fixed_dictionaries(
        {
            "absent": st.fixed_dictionaries(
                {"from": APP, "what": st.sampled_from(("metric", "traffic", "labels")), "over": WINDOW}
            )
        }
    ),
    st.fixed_dictionaries({"expr": st.sampled_from(("up == 0", 'sum(rate(x_total{a="b"}[5m])) > 1', "absent(x)"))}),
)
CONDITION: st.SearchStrategy[Data] = st.one_of(
    SIMPLE,
    st.fixed_dictionaries({"all": st.lists(SIMPLE, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"any": st.lists(SIMPLE, min_size=1, max_size=3)}),
)
NOTICE: st.SearchStrategy[Data] = optional(
    {"severity": st.sampled_from(("page", "ticket", "log"))},
    title=TEXT,
    description=TEXT,
    labels=OWN,
    annotations=OWN,
    unproven=TEXT,
    **{"for": st.sampled_from(("15m", "1h"))},
)
ALERT = st.tuples(CONDITION, NOTICE).map(lambda parts: parts[0] | parts[1])
SPEC: st.SearchStrategy[Data] = optional(
    {
        "sources": st.fixed_dictionaries({"app": optional({"template": st.just("slogen-contract")}, select=WHERE)}),
        "signals": st.just(
            {
                "recall": {"classification": {"from": "app", "metric": "recall"}},
                "helpful": {"from": "app", "bad": "chat_unhelpful_total", "total": "chat_answers_total"},
                "auc": {"gauge": {"from": "app", "metric": "model_auc"}},
            }
        ),
        "slos": st.dictionaries(KEY, SLO, min_size=1, max_size=3),
    },
    title=TEXT,
    description=TEXT,
    criticality=st.sampled_from(("critical", "high", "medium", "low")),
    alerts=st.dictionaries(KEY, ALERT, max_size=2),
    labels=OWN,
    annotations=OWN,
)
