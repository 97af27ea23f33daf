"""The one owner of every metric, label, group, alert and file name; a change here is a change of public API.

Renaming a series opens a gap as long as its window, renaming a group or file resets pending alerts, renaming a
label breaks every matcher that users wrote. Series are called `slogen:<what>:<operation><window>`.
"""

import hashlib
import re
from functools import lru_cache
from typing import Final

# --- labels ---------------------------------------------------------------------------------------------------------

MODEL: Final = "model"
"""The model, or the shared component, that a series or alert is about."""
SLO: Final = "slo"
ENV: Final = "env"
PERIOD: Final = "period"
SLICE: Final = "slice"
SEVERITY: Final = "severity"
BURN: Final = "burn"
LONG: Final = "long"
SHORT: Final = "short"
TEAM: Final = "team"
UPSTREAMS: Final = "upstreams"
MODE: Final = "mode"
COMPONENT: Final = "component"
"""On `UpstreamOutage` alone: the component whose outage quietens its dependents."""
CRITICALITY: Final = "criticality"
TITLE: Final = "title"
SLI: Final = "sli"
DASHBOARD: Final = "dashboard"
"""On info series alone: the uid of the model's board, for links from tables."""
PRIORITY: Final = "priority"
"""On alerts on burning budget, where the spec says what bad events cost; a user's own label of that name stands."""
REMEDIATION: Final = "remediation"
"""What an alert asks machines to do; users set it on their alerts, slogen only for a spent budget's policy."""
WINDOW: Final = "window"
"""On the generator's own health alerts alone: the window whose series is missing."""

IDENTITY: Final = (ENV, MODEL, PERIOD, SLICE, SLO)
"""Labels of every recorded series of an SLO (`slice` where it is sliced)."""
SLO_IDENTITY: Final = (ENV, MODEL, SLO)
"""What tells SLOs apart: the labels that joins with the info series match on."""
ALERT_LABELS: Final = frozenset({
    "alertname", BURN, COMPONENT, ENV, LONG, MODE, MODEL, PERIOD, SEVERITY, SHORT, SLICE, SLO, TEAM, UPSTREAMS, WINDOW,
})  # fmt: skip
"""Labels that slogen sets on alerts; users may not set them otherwise."""

SHADOW: Final = "shadow"


def upstreams(components: tuple[str, ...]) -> str:
    """The value of the label `upstreams`: `,feature-store,stream,`, so that one regex finds a whole name."""
    return f",{','.join(sorted(components))}," if components else ""


# --- series ---------------------------------------------------------------------------------------------------------

UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1))


@lru_cache(maxsize=4096)
def window(millis: int) -> str:
    """A duration in the one unit that divides it: `5m`, `30d`, `90m`; valid in PromQL and in metric names."""
    if millis <= 0:
        raise ValueError(f"a window is positive, not {millis} ms")
    return next(f"{millis // size}{unit}" for unit, size in UNITS if millis % size == 0)


SERIES: Final = "slogen:"
"""How the name of every recorded series begins."""


def series(what: str, operation: str, millis: int | None = None) -> str:
    """The name of a recorded series: `slogen:<what>:<operation><window>`."""
    return f"{SERIES}{what}:{operation}{window(millis) if millis else ''}"


def bad_rate(millis: int) -> str:
    """Base of a counter SLI: bad events per second over its base window."""
    return series("bad", "rate", millis)


def total_rate(millis: int) -> str:
    """Base of a counter SLI: all events per second over its base window."""
    return series("total", "rate", millis)


BAD_SAMPLE: Final = "slogen:bad:sample"
"""Base of a sampled SLI: 1 where this tick is judged bad, else 0."""
TOTAL_SAMPLE: Final = "slogen:total:sample"
"""Base of a sampled SLI: 1 where this tick can be judged."""
BAD_SLOW: Final = "slogen:bad:avg5m"
"""Every five minutes: the mean of the bad base; read it through `last_over_time(...[10m])` or over longer ranges."""
TOTAL_SLOW: Final = "slogen:total:avg5m"


def error_ratio(millis: int) -> str:
    """Share of bad events over a window, 0-1; no sample where there were no events."""
    return series("error", "ratio", millis)


def bad_count(millis: int) -> str:
    """Bad events over a window, of a sampled SLI bad seconds; recorded for long windows above an hour."""
    return series("bad", "count", millis)


ERROR_RATIO_PERIOD: Final = "slogen:error:ratio_period"
"""Share of bad events over the SLO's own period, recorded every five minutes."""
BUDGET_REMAINING: Final = "slogen:budget:remaining"
"""Share of the period's error budget that is left: 1 untouched, 0 spent, negative overspent; every five minutes."""
BUDGET_EXHAUSTION: Final = "slogen:budget:exhaustion_seconds"
"""Seconds until the budget is spent if the present burn goes on; no sample while nothing burns; every five minutes."""
BURN_RATE: Final = "slogen:burn:rate"
"""Present burn rate: 1 spends exactly the budget in the period; over one hour, or the SLO's next longer window."""
BUDGET_SPENT: Final = "slogen:budget:spent"
"""Share of a whole period's budget that is gone, whatever part of the period was seen; every five minutes."""
PERIOD_COVERAGE: Final = "slogen:period:coverage"
"""Share of the period, 0-1, for which the SLI has data; every five minutes."""
IMPACT: Final = "slogen:impact:per_hour"
"""What bad events cost at their present rate, money per hour; only where the spec gives the cost of one."""
INFO: Final = "slogen:slo:info"
"""Value: the objective, 0-1. Labels: identity, team, criticality, title, sli, dashboard (the board's uid)."""

# --- alerts ---------------------------------------------------------------------------------------------------------

BURN_PAGE: Final = "ErrorBudgetBurnPage"
BURN_TICKET: Final = "ErrorBudgetBurnTicket"
BURN_LOG: Final = "ErrorBudgetBurnLog"
COLLAPSE: Final = "SLOCollapse"
COLLAPSE_BURN: Final = "collapse"
"""The label `burn` of a collapse, which is no tier of its SLO."""
NO_DATA: Final = "SLONoData"
NO_TRAFFIC: Final = "SLONoTraffic"
BUDGET_EXHAUSTED: Final = "ErrorBudgetExhausted"
BUDGET_REVIEW: Final = "ErrorBudgetReview"
BUDGET_FREEZE: Final = "ErrorBudgetFreeze"
UPSTREAM_OUTAGE: Final = "UpstreamOutage"
ENVIRONMENT_OUTAGE: Final = "EnvironmentOutage"
ENVIRONMENT_NO_DATA: Final = "EnvironmentNoData"
WATCHDOG: Final = "Watchdog"
FLEET_BLIND: Final = "SlogenFleetBlind"
WINDOW_MISSING: Final = "SlogenWindowMissing"
RULE_FAILING: Final = "SlogenRuleFailing"
RULE_MISSED: Final = "SlogenRuleMissed"

RESERVED_ALERTS: Final = frozenset({
    BURN_PAGE, BURN_TICKET, BURN_LOG, COLLAPSE, NO_DATA, NO_TRAFFIC, BUDGET_EXHAUSTED, UPSTREAM_OUTAGE, WATCHDOG,
    FLEET_BLIND, WINDOW_MISSING, RULE_FAILING, RULE_MISSED, ENVIRONMENT_OUTAGE, ENVIRONMENT_NO_DATA, BUDGET_REVIEW,
    BUDGET_FREEZE,
})  # fmt: skip


def burn_alert(severity: str) -> str:
    """The name that burn-rate alerts of a severity share; the label `burn` tells the tiers apart."""
    return {"page": BURN_PAGE, "ticket": BURN_TICKET, "log": BURN_LOG}[severity]


def condition_alert(key: str) -> str:
    """The name of a declared alert: `drift-hurts-recall` becomes `DriftHurtsRecall`."""
    words = "".join(c if c.isalnum() else " " for c in key).split()
    return "".join(word[:1].upper() + word[1:] for word in words)


# --- groups ---------------------------------------------------------------------------------------------------------

GROUP_PATTERN: Final = ".*;slogen:{env}:.*"
"""Regular expression (format with `env`) for the label `rule_group` of Prometheus' own rule metrics."""


def slo_group(env: str, model: str, slo: str) -> str:
    """The group of an SLO's recordings and of the alerts that read them."""
    return f"slogen:{env}:{model}:slo:{slo}"


def alert_group(env: str, model: str, alert: str) -> str:
    """The group of a declared alert and of the recordings it reads."""
    return f"slogen:{env}:{model}:alert:{alert}"


def component_group(env: str, component: str) -> str:
    """The group of what speaks for a whole component, such as its synthetic outage."""
    return f"slogen:{env}:{component}:component"


def fleet_group(env: str, part: str) -> str:
    """A group that spans every model of an environment."""
    return f"slogen:{env}:fleet:{part}"


# --- files (relative to their root, forward slashes) ----------------------------------------------------------------

FLEET: Final = "_fleet"
MANIFEST: Final = "manifest.json"


def rules_path(env: str, stem: str) -> str:
    """A Prometheus rule file."""
    return f"{env}/prometheus/rules/{stem}.yaml"


def kubernetes_path(env: str, stem: str, part: int) -> str:
    """A PrometheusRule object; parts count from 1, the first keeps the plain name, and no model's name holds a `+`."""
    return f"{env}/kubernetes/{stem}{'' if part == 1 else f'+{part}'}.yaml"


def kubernetes_name(env: str, stem: str, part: int) -> str:
    """The name of a PrometheusRule object: a DNS name whose parts no name of a model or environment can imitate."""
    steps = ["slogen", _dns_label(env), "fleet" if stem == FLEET else _dns_label(stem)]
    return ".".join(steps if part == 1 else [*steps, str(part)])


def _dns_label(name: str) -> str:
    """The name as one step of a DNS name; one that does not fit unchanged ends in a hash of what it was."""
    plain = re.sub(r"[^a-z0-9]+", "-", name).strip("-")
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def alertmanager_path(instance: str) -> str:
    """The configuration of one Alertmanager instance."""
    return f"alertmanager/{instance}/alertmanager.yaml"


def mimir_path(instance: str) -> str:
    """The same as Grafana Mimir's API takes it: configuration and templates in one file."""
    return f"alertmanager/{instance}/mimir.yaml"


def notification_templates_path(instance: str, name: str) -> str:
    """A notification template file beside an instance's configuration."""
    return f"alertmanager/{instance}/templates/{name}.tmpl"


PROMTOOL_SUFFIX: Final = ".test.yaml"


def promtool_path(env: str, stem: str) -> str:
    """A file of promtool unit tests."""
    return f"{env}/tests/{stem}{PROMTOOL_SUFFIX}"


def runbook_path(env: str, model: str, page: str) -> str:
    """A runbook page: `slo-availability` about an objective, `alert-drift` about a declared alert, or an alert's name.

    The kind comes first, so that an objective and an alert of the same key never share a page.
    """
    return f"{env}/runbooks/{model}/{page}.md"


def slo_page(slo: str) -> str:
    """The page about an objective and all its alerts."""
    return f"slo-{slo}"


def alert_page(key: str) -> str:
    """The page about a declared alert."""
    return f"alert-{key}"


FLEET_PAGE: Final = "alerts"
"""The page about the alerts that span an environment."""


def rollout_path(env: str, model: str, alert: str) -> str:
    """An AnalysisTemplate of Argo Rollouts."""
    return f"{env}/argo-rollouts/{model}/{alert}.yaml"


def rollout_name(env: str, model: str, alert: str) -> str:
    """The name of an AnalysisTemplate: a DNS name, as for PrometheusRule objects."""
    return ".".join(("slogen", *map(_dns_label, (env, model, alert))))


def dashboard_path(env: str, stem: str) -> str:
    """A dashboard, under the dashboards root."""
    return f"{env}/{stem}.json"


OVERVIEW: Final = "_overview"
TUNING: Final = "_alert-tuning"
PROVISIONING: Final = "provisioning/slogen.yaml"
"""What tells a Grafana server where the dashboards lie, under the dashboards root."""


def dashboard_uid(env: str, stem: str) -> str:
    """The uid by which links and imports know a dashboard: at most 40 characters of `[a-z0-9-]`.

    A name that does not fit unchanged ends in a hash of what it was, so that no two names become one uid.
    """
    asked = f"slogen-{env}-{stem}"
    plain = re.sub(r"[^a-z0-9]+", "-", asked).strip("-")
    if plain == asked and len(plain) <= 40 and "-" not in env:
        return plain
    return f"{plain[:31].rstrip('-')}-{hashlib.sha256(f'{env}/{stem}'.encode()).hexdigest()[:8]}"


# --- Alertmanager ---------------------------------------------------------------------------------------------------


def receiver(team: str, severity: str) -> str:
    """The receiver that tells a team about a severity."""
    return f"{team}-{severity}"
