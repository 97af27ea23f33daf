"""Alerts that watch the rules themselves: a rule that dies must not take the fleet's alerts with it in silence."""

from collections.abc import Callable, Sequence
from typing import Final

from slogen import burn, names, regex
from slogen.ir.rules import RuleGroup
from slogen.ir.witness import Proof, Witness
from slogen.lower.fleet import bases, chosen, fleet_windows, split
from slogen.lower.health_proof import FAILURES, MISSED, blind_proof, idle_proof, missing_proof, rules_proof
from slogen.lower.plan import FLEET_EVERY, SloPlan, recent
from slogen.lower.voice import Draft, Voice
from slogen.promql.ast import Matcher, MatchOp
from slogen.promql.build import (
    Vector,
    any_of,
    count_by,
    eq,
    gt,
    increase,
    mul,
    on,
    over,
    selector,
    sum_by,
    topk_by,
    unless,
    vector,
    with_label,
)

_HOLD: Final = 15 * burn.MINUTE
_QUIET_HOLD: Final = burn.HOUR

_EVERY_FIVE_MINUTES: Final = (
    ("total base", names.TOTAL_SLOW),
    ("bad base", names.BAD_SLOW),
    (names.PERIOD, names.ERROR_RATIO_PERIOD),
)
"""Without its slow base a long window does not vanish but freezes, so the base itself must be watched."""


def fleet_alerts(plans: Sequence[SloPlan], voice: Voice, limit: int) -> tuple[RuleGroup, ...]:
    """The Watchdog, and what notices rules that fail, fall behind or record nothing; `voice` is that of no team."""
    env, where = voice.env, voice.where
    drafts = [_watchdog(), _failing(env), _missed(env)]
    if plans:
        quiet, blind, missing = (
            idle_proof(plans, _QUIET_HOLD, where),
            blind_proof(plans, _HOLD, where),
            missing_proof(plans, _HOLD, where),
        )
        drafts += [_no_traffic(env, plans, quiet), _blind(env, plans, blind), _incomplete(env, plans, missing)]
    return split(names.fleet_group(env, "health"), FLEET_EVERY, [voice.say(draft) for draft in drafts], limit)


def _watchdog() -> Draft:
    return Draft(
        name=names.WATCHDOG,
        kind="watchdog",
        severity="log",
        expr=lambda: vector(1),
        proof=lambda: Proof((Witness((), 0, FLEET_EVERY, 2 * FLEET_EVERY),), (), None),
        why="It always fires: when it stops arriving, nothing else would arrive either.",
        texts=lambda: {
            "summary": "Alerting works",
            "description": "This alert always fires. Whoever waits for it should raise an alarm when it stops.",
        },
    )


def _failing(env: str) -> Draft:
    return Draft(
        name=names.RULE_FAILING,
        kind="health",
        severity="ticket",
        expr=lambda: _more_of(FAILURES[1], env),
        proof=lambda: rules_proof(FAILURES, _HOLD),
        why="A rule that fails records nothing, and the alerts that read it stay silent.",
        texts=lambda: {
            "summary": "Rules of {{ $labels.rule_group }} fail",
            "description": "Alerts that read them cannot fire. Prometheus logs the reason and shows it under /rules.",
        },
        hold=_HOLD,
    )


def _missed(env: str) -> Draft:
    return Draft(
        name=names.RULE_MISSED,
        kind="health",
        severity="ticket",
        expr=lambda: _more_of(MISSED[1], env),
        proof=lambda: rules_proof(MISSED, _HOLD),
        why="A group that takes longer than its interval leaves gaps in what alerts read.",
        texts=lambda: {
            "summary": "{{ $labels.rule_group }} misses evaluations",
            "description": "The group takes longer than its interval; Prometheus needs more room or fewer series.",
        },
        hold=_HOLD,
    )


def _more_of(metric: str, env: str) -> Vector:
    groups = Matcher("rule_group", MatchOp.RE, names.GROUP_PATTERN.format(env=regex.escape(env)))
    return gt(sum_by(increase(over(selector(metric, groups), _HOLD)), "rule_group"), 0)


def _no_traffic(env: str, plans: Sequence[SloPlan], proof: Proof) -> Draft:
    idle = eq(any_of(bases(env, plans, lambda plan: plan.total_base)), 0)
    info = topk_by(1, selector(names.INFO, env=env), *names.SLO_IDENTITY)
    owned = mul(idle, info, on(*names.SLO_IDENTITY, group_left=(names.TEAM,)))
    return Draft(
        name=names.NO_TRAFFIC,
        kind="no-data",
        severity="log",
        expr=lambda: owned,
        proof=lambda: proof,
        why="Nobody asks the model anything: nothing is broken here, but perhaps something is before it.",
        texts=lambda: {
            "summary": "{{ $labels.model }}/{{ $labels.slo }} has no traffic",
            "description": "Its series exist but have not moved for an hour, so the SLO says nothing of the present.",
        },
        hold=_QUIET_HOLD,
    )


def _blind(env: str, plans: Sequence[SloPlan], proof: Proof) -> Draft:
    def blind(active: Vector, recorded: Vector) -> Vector:
        return unless(count_by(active, names.ENV), count_by(recorded, names.ENV), on(names.ENV))

    return Draft(
        name=names.FLEET_BLIND,
        kind="health",
        severity="page",
        expr=lambda: any_of(_per_window(env, plans, blind)),
        proof=lambda: proof,
        why="A fleet rule that records nothing silences every model's alerts on that window.",
        texts=lambda: {
            "summary": "No model of {{ $labels.env }} is watched over {{ $labels.window }}",
            "description": (
                "{{ $value }} SLOs have traffic, but the fleet rule for this window records nothing, so that no alert "
                "that reads it can fire. See /rules for its error. Fast pages read raw counters and still work."
            ),
        },
        hold=_HOLD,
    )


def _incomplete(env: str, plans: Sequence[SloPlan], proof: Proof) -> Draft:
    def missing(active: Vector, recorded: Vector) -> Vector:
        return count_by(unless(active, recorded, on(*names.IDENTITY)), names.ENV, names.MODEL, names.SLO)

    return Draft(
        name=names.WINDOW_MISSING,
        kind="health",
        severity="ticket",
        expr=lambda: any_of(_per_window(env, plans, missing)),
        proof=lambda: proof,
        why="An SLO whose base has traffic but whose window has no series alerts on nothing there.",
        texts=lambda: {
            "summary": "{{ $labels.model }}/{{ $labels.slo }} is not recorded over {{ $labels.window }}",
            "description": "Its base has traffic, yet the window's rule records nothing for it. See /rules.",
        },
        hold=_HOLD,
    )


def _per_window(env: str, plans: Sequence[SloPlan], judge: Callable[[Vector, Vector], Vector]) -> list[Vector]:
    found: list[Vector] = []
    for window in fleet_windows(plans):
        users = [plan for plan in plans if window in plan.fleet_windows]
        arms = [
            base
            for some in chosen(env, plans, lambda plan, window=window: window in plan.fleet_windows)  # type: ignore[misc]
            for base in bases(env, users, lambda plan: plan.total_base, *some[1:])
        ]
        recorded = selector(names.error_ratio(window), env=env)
        found.append(with_label(judge(gt(any_of(arms), 0), recorded), names.WINDOW, names.window(window)))
    active = gt(any_of(bases(env, plans, lambda plan: plan.total_base)), 0)
    found += [
        with_label(judge(active, recent(selector(series, env=env))), names.WINDOW, shown)
        for shown, series in _EVERY_FIVE_MINUTES
    ]
    return found
