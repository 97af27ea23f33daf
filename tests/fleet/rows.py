"""What the example fleet promises: alerts of its models with their numbers, and the two stories that show each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One promise.

    `alert` is a rule of `component` that carries `labels`. The scenario `fires` makes it fire, `silent` looks like it
    and does not. `numbers` are what the spec must say, by path (`alerts.slow.for`); a mapping may hold more there.
    """

    component: str
    alert: str
    fires: str
    silent: str
    numbers: Mapping[str, Any]
    labels: Mapping[str, str] = field(default_factory=dict)


FAST, SLOW = {"burn": "fast"}, {"burn": "slow"}

ROWS = (
    Row(
        "house-prices", "Slow", "slow-predictions", "a-few-slow-predictions",
        {"alerts.slow.quantile": {"percentile": "p95", "above": "500ms", "over": "5m"}, "alerts.slow.for": "5m"},
    ),
    Row(
        "churn", "DriftHurtsRecall", "drift-that-costs-recall", "drift-or-recall-alone",
        {
            "alerts.drift-hurts-recall.all.0.drift": {"test": "psi", "above": 0.2},
            "alerts.drift-hurts-recall.all.1.drop": {"of": "recall", "by": "5 points", "against": "1w"},
            "alerts.drift-hurts-recall.severity": "ticket",
            "sources.batch.cadence": "1d",
        },
    ),
    Row(
        "fraud-detector", "ErrorBudgetBurnPage", "slow-model", "nearly-in-time",
        {
            "slos.fast-and-valid.objective": "99.9%",
            "slos.fast-and-valid.sli.latency": {"within": "150ms", "valid": True},
        },
        {"slo": "fast-and-valid", **FAST},
    ),
    Row(
        "fraud-detector", "ErrorBudgetBurnPage", "invalid-scores", "ordinary-day",
        {"slos.fast-and-valid.sli.latency.valid": True},
        {"slo": "fast-and-valid", **FAST},
    ),
    Row(
        "fraud-detector", "FalsePositives", "false-positives", "few-false-positives",
        {"alerts.false-positives.threshold": {"of": "app.fpr", "over": "15m"}},
    ),
    Row(
        "fraud-detector", "Precision", "imprecise", "precise-enough",
        {
            "alerts.precision.threshold": {"below": "95%", "over": "1h"},
            "alerts.precision.labels.remediation": "rollback",
        },
        {"remediation": "rollback"},
    ),
    Row(
        "ticket-classifier", "AccuracyUnusual", "accuracy-falls", "accuracy-wanders",
        {"alerts.accuracy-unusual.baseline": {"deviations": 1, "direction": "below", "over": "7d"}},
    ),
    Row(
        "recommender", "DriftHurtsClicks", "drift-that-costs-clicks", "drift-that-costs-nothing",
        {
            "alerts.drift-hurts-clicks.all.0.drift": {"test": "psi"},
            "alerts.drift-hurts-clicks.all.1.drop": {"of": "app.clicks"},
        },
    ),
    Row(
        "recommender", "CanaryClicks", "game-day-bad-canary", "canary-loses-a-little",
        {"alerts.canary-clicks.canary": {"of": "app.clicks", "margin": "0.1 points", "over": "1h"}},
        {"remediation": "rollback"},
    ),
    Row(
        "credit-scoring", "ErrorBudgetBurnTicket", "labels-confirm-it", "a-little-drift",
        {"slos.quality.sli.gauge.of": "auc", "slos.quality.period": "90d", "sources.daily.cadence": "1d"},
        {"slo": "quality"},
    ),
    Row(
        "credit-scoring", "Drift", "drift-before-labels", "a-little-drift",
        {"alerts.drift.drift": {"test": "psi", "above": 0.2}},
    ),
    Row(
        "credit-scoring", "EstimatedQuality", "drift-before-labels", "a-little-drift",
        {"alerts.estimated-quality.threshold.of": "estimated-auc"},
    ),
    Row(
        "search-ranking", "RankingWorse", "ranking-gets-worse", "ranking-wanders",
        {"alerts.ranking-worse.any.0.drop": {"of": "ndcg", "against": "1w"}},
    ),
    Row(
        "search-ranking", "ErrorBudgetBurnPage", "slow-search", "ordinary-day",
        {"slos.latency.sli.latency": {"within": "250ms"}},
        {"slo": "latency", **SLOW},
    ),
    Row(
        "support-chatbot", "LocaleGap", "the-hidden-drop", "all-languages-alike",
        {"alerts.locale-gap.parity": {"gap": "5 points", "against": "rest"}, "slos.helpful.slices.by": "locale"},
    ),
    Row(
        "support-chatbot", "ErrorBudgetBurnPage", "game-day-one-slice", "all-languages-alike",
        {"slos.helpful.slices.values": ["en", "de", "ja"]},
        {"slo": "helpful", **FAST},
    ),
    Row(
        "llm-assistant", "SLOCollapse", "slow-to-begin", "nearly-as-fast",
        {"slos.first-token.sli.latency": {"quantity": "time_to_first_token", "within": "1s"}},
        {"slo": "first-token"},
    ),
    Row(
        "llm-assistant", "ErrorBudgetBurnTicket", "tokens-drip", "nearly-as-fast",
        {"slos.token-pace.sli.latency": {"quantity": "time_per_output_token", "within": "40ms"}},
        {"slo": "token-pace", "burn": "creeping"},
    ),
    Row(
        "llm-assistant", "Spending", "money-runs-out", "nearly-as-fast",
        {"alerts.spending.cost": {"budget": "5000 EUR", "faster_than": 3}},
    ),
    Row(
        "feature-store", "ErrorBudgetBurnPage", "jobs-late", "ordinary-day",
        {"slos.jobs.objective": "99.5%", "slos.jobs.sli.jobs.within": "5m"},
        {"slo": "jobs", **FAST},
    ),
    Row(
        "feature-store", "ErrorBudgetBurnPage", "game-day-outage", "ordinary-day",
        {"slos.availability.inhibits_dependents": True},
        {"slo": "availability", **FAST},
    ),
    Row(
        "labelling-stream", "ErrorBudgetBurnPage", "falling-behind", "a-short-delay",
        {"slos.lag.sli.gauge": {"of": "lag", "at_most": 10000}},
        {"slo": "lag", **FAST},
    ),
    Row(
        "training-pipeline", "ErrorBudgetBurnTicket", "runs-fail", "ordinary-day",
        {"slos.runs.sli.jobs.from": "airflow"},
        {"slo": "runs"},
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GameDay:
    """A shared component, or a model, breaks: the scenario that plays it."""

    breaks: str
    component: str
    scenario: str


GAME_DAYS = (
    GameDay("feature-store latency", "feature-store", "game-day-latency"),
    GameDay("a nulled feature", "feature-store", "game-day-nulled-feature"),
    GameDay("a dead drift job", "fraud-detector", "game-day-dead-drift-job"),
    GameDay("stopped labels", "labelling-stream", "game-day-stopped-labels"),
    GameDay("one degraded slice", "support-chatbot", "game-day-one-slice"),
    GameDay("a bad canary", "recommender", "game-day-bad-canary"),
    GameDay("no traffic", "search-ranking", "game-day-no-traffic"),
)
