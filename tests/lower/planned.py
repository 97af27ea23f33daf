"""An SLO made by hand, lowered as programs are, and its proofs played on the rule files that come out."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from slogen import burn, names
from slogen.backends.prometheus import group
from slogen.diagnostics.model import Span
from slogen.emit.yaml import dump
from slogen.evaluator.series import Storage
from slogen.ir.rules import Alert, RuleGroup
from slogen.ir.signals import EventSignal, Outcome, SeriesId
from slogen.ir.where import Where
from slogen.ir.witness import Level, Phase, Silent, Traffic, Witness
from slogen.lower.annotations import Links
from slogen.lower.burn_alerts import burn_alert, collapse_alert
from slogen.lower.contract import SliContract
from slogen.lower.fleet import fleet_groups
from slogen.lower.plan import Guard, SloPlan
from slogen.lower.recordings import base_recordings, info_recording
from slogen.lower.silence import exhausted_alert, no_data_alert
from slogen.lower.voice import Voice
from slogen.promql.parse import parse
from slogen.replay import rulefile
from slogen.replay.run import Setting, replay
from slogen.replay.states import FIRING
from slogen.scenarios.shapes import Constant
from slogen.scenarios.story import Event, Fault, Flow, Happening, Hold, Missing, Story
from slogen.scenarios.synthesis import synthesise

WHERE = Where(Span("specs/example.yaml", 1, 1, 1, 1), ())
SIGNAL = EventSignal(
    "app.requests",
    "app",
    (
        Outcome("good", bad=False, increments=(SeriesId("requests_total", (("code", "200"),)),), sums=()),
        Outcome("bad", bad=True, increments=(SeriesId("requests_total", (("code", "500"),)),), sums=()),
    ),
    (),
    WHERE,
)


def counted(cadence: int = 30_000) -> SliContract:
    """Requests that failed out of all requests."""
    return SliContract(
        bad=parse('sum(rate(requests_total{code="500"}[$window]))', allow_hole=True),
        total=parse("sum(rate(requests_total[$window]))", allow_hole=True),
        kind="counter",
        cadence=cadence,
        slices=(),
        signals=(SIGNAL,),
    )


def planned(
    objective: str = "99.9",
    period: int = 30 * burn.DAY,
    *,
    contract: SliContract | None = None,
    guard: Guard | None = None,
    interval: int = 60_000,
    slo: str = "availability",
) -> SloPlan:
    """An SLO with the workbook's tiers."""
    made = contract or counted()
    budget = 1 - Fraction(Decimal(objective) / 100)
    base = burn.shortest_window(made.cadence, period)
    return SloPlan(
        env="prod",
        model="fraud-detector",
        slo=slo,
        objective=Decimal(objective) / 100,
        period=period,
        contract=made,
        base=base,
        interval=interval,
        tiers=burn.tiers(burn.workbook(period), budget, period, base),
        guard=guard or Guard(0, 3, None),
        no_traffic="omit",
    )


def voice(plan: SloPlan) -> Voice:
    """A team without wishes of its own."""
    links = Links(None, None, None)
    return Voice(plan.env, plan.model, plan.slo, "payments-ml", "", {}, {}, links, False, None, WHERE)


def alerts_of(plan: SloPlan) -> list[Alert]:
    """Every alert of the SLO."""
    speaking = voice(plan)
    found = [burn_alert(plan, tier, speaking) for tier in plan.tiers]
    collapse = collapse_alert(plan, speaking)
    found += [collapse] if collapse else []
    return [*found, no_data_alert(plan, speaking, "ticket"), exhausted_alert(plan, speaking, "ticket")]


def groups_of(plans: Sequence[SloPlan]) -> tuple[RuleGroup, ...]:
    """The groups of the model's file and of the fleet's."""
    own = tuple(
        RuleGroup(
            names.slo_group(plan.env, plan.model, plan.slo),
            plan.interval,
            (*base_recordings(plan, WHERE), info_recording(plan, {}, WHERE), *alerts_of(plan)),
        )
        for plan in plans
    )
    return (*fleet_groups("prod", plans, WHERE, 20), *own)


def rule_text(groups: Sequence[RuleGroup]) -> str:
    """A rule file with these groups, as the backend writes it."""
    return dump({"groups": [group(each) for each in groups]})


def firing_from(plan: SloPlan, alert: Alert, witness: Witness, scrape: int = 30_000) -> int | None:
    """When the alert first fires as the story goes, in ms since its beginning; None where it never does.

    Alerts are read from the emitted rules and told apart by their labels.
    """
    text = rule_text(groups_of([plan]))
    storage = Storage()
    story = Story(0, witness.end, scrape, 10.0, tuple(_happenings(witness.phases)))
    for series in synthesise(plan.contract.signals, story):
        storage.add(series.labels, series.times, series.values)
    setting = Setting(0, witness.end, plan.interval, True, {}, "")
    outcome = replay(rulefile.read(text, "rules.yaml"), storage, setting)
    if outcome.failures:
        raise AssertionError(outcome.failures)
    wanted = dict(alert.labels)
    for life in outcome.alerts:
        if life.rule.alert == alert.name and wanted.items() <= dict(life.labels).items():
            firing = life.ticks[life.states.state == FIRING]
            return int(firing[0]) if len(firing) else None
    return None


def _happenings(phases: Sequence[Phase]) -> list[Happening]:
    found: list[Happening] = []
    for phase in phases:
        later = [other.start for other in phases if other.signal == phase.signal and other.start > phase.start]
        end = min(later, default=None)
        found += [Happening(phase.start, end, event) for event in _events(phase)]
    return found


def _events(phase: Phase) -> list[Event]:
    match phase.behaviour:
        case Traffic(rate, bad, outcome, part):
            return [Flow("app", Constant(rate), part), Fault(phase.signal, bad, outcome, part)]
        case Level(value, series):
            return [Hold(phase.signal, value, series)]
        case Silent():
            return [Missing(phase.signal)]
