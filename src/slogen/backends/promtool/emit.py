"""promtool tests out of the Program: `ALERTS` asked at the times that closed forms give, each story four hours at most.

promtool runs every group at one interval and stops at 10,000 samples, so claims that read a series recorded every five
minutes are left to the proofs and to a real server. So are those of SLIs that look back: it has no time before zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from slogen import names
from slogen.backends.backend import Backend, Part, nothing
from slogen.backends.promtool.notation import Clock, series
from slogen.emit.artifact import Artifact
from slogen.emit.yaml import YamlValue, dump
from slogen.ir.program import Component, Environment, Program, Target
from slogen.ir.rules import Alert, Recording, RuleGroup
from slogen.ir.streams import before
from slogen.ir.witness import Phase, Witness
from slogen.promql.ast import Aggregate, Expr
from slogen.promql.build import selector
from slogen.promql.rewrite import metric_names
from slogen.promql.text import show

LONGEST = 14_400_000
"""No test tells a longer story, ms."""
TICK = 60_000
"""How often promtool evaluates every group, ms, unless the servers do so less often.

Half as often as fast groups run on many servers: an alert is then seen up to two ticks later, and a test takes half the
time. Groups that run less often than this would run too often.
"""

Claim = tuple[Alert, Witness, bool]


def parts(program: Program) -> Iterator[Part]:
    """A part for each component of each environment."""
    for environment in program.environments:
        for component in environment.components:
            yield Part(component.name, partial(_tests, environment, component, program.target))


PROMTOOL = Backend("promtool", parts, nothing)


def _tests(environment: Environment, component: Component, target: Target) -> Iterator[Artifact]:
    """The test file of a component that claims anything promtool can check."""
    told = _stories(environment, component, _tick(target))
    if told:
        path = names.promtool_path(environment.name, component.name)
        yield Artifact("generated", path, _file(environment, component, told, target), 0)


def _stories(environment: Environment, component: Component, tick: int) -> dict[tuple[Phase, ...], list[Claim]]:
    groups = (*component.rules.groups, *environment.fleet.groups)
    reads = {rule.record: (group, rule.expr) for group in groups for rule in group.rules if isinstance(rule, Recording)}
    told: dict[tuple[Phase, ...], list[Claim]] = {}
    slow = {signal.id for signal in component.signals if before([signal])}
    for group in component.rules.groups:
        for alert in group.rules:
            if isinstance(alert, Alert) and not _slow(alert.expr, reads, tick, set()):
                claims = [(w, True) for w in alert.proof.witnesses] + [(w, False) for w in alert.proof.near_misses]
                for witness, fires in claims:
                    looks_back = not alert.declared and not slow.isdisjoint(p.signal for p in witness.phases)
                    if witness.end <= LONGEST and witness.phases and not looks_back:
                        told.setdefault(witness.phases, []).append((alert, witness, fires))
    return told


def _slow(expr: Expr, reads: Mapping[str, tuple[RuleGroup, Expr]], tick: int, seen: set[str]) -> bool:
    """Whether an expression reads, directly or not, a series that is recorded less often than every `tick` ms."""
    for name in metric_names(expr):
        if name in reads and name not in seen:
            seen.add(name)
            group, inner = reads[name]
            if group.interval > tick or _slow(inner, reads, tick, seen):
                return True
    return False


def _file(
    environment: Environment, component: Component, told: Mapping[tuple[Phase, ...], list[Claim]], target: Target
) -> str:
    claimed = [alert for claims in told.values() for alert, _, _ in claims]
    shared = {rule.record for group in environment.fleet.groups for rule in group.rules if isinstance(rule, Recording)}
    files = [component.rules, environment.fleet] if shared & _read(claimed, component) else [component.rules]
    order = [group.name for file in files for group in file.groups]
    return dump(
        {
            "rule_files": [f"../prometheus/rules/{file.stem}.yaml" for file in files],
            "evaluation_interval": names.window(_tick(target)),
            "group_eval_order": order,
            "tests": [_test(component, phases, claims, target) for phases, claims in told.items()],
        }
    )


def _read(alerts: Sequence[Alert], component: Component) -> set[str]:
    """The names of all series that alerts read, directly or through the component's own recordings."""
    own = {r.record: r.expr for group in component.rules.groups for r in group.rules if isinstance(r, Recording)}
    found: set[str] = set()
    ends = [alert.expr for alert in alerts]
    while ends:
        fresh = set(metric_names(ends.pop())) - found
        found |= fresh
        ends += [own[name] for name in fresh if name in own]
    return found


def _test(component: Component, phases: tuple[Phase, ...], claims: list[Claim], target: Target) -> dict[str, YamlValue]:
    end = max(witness.end for _, witness, _ in claims)
    named = {phase.signal for phase in phases}
    clock = Clock(target.scrape_interval, end)
    made = series([signal for signal in component.signals if signal.id in named], phases, clock)
    alerts = sorted({" ".join(filter(None, (a.subject, a.name, dict(a.labels).get(names.BURN)))) for a, _, _ in claims})
    return {
        "name": "; ".join(alerts),
        "interval": names.window(target.scrape_interval),
        "input_series": [{"series": name, "values": values} for name, values in made.items()],
        "promql_expr_test": [check for claim in claims for check in _checks(claim, target)],
    }


def _checks(claim: Claim, target: Target) -> Iterator[dict[str, YamlValue]]:
    """Firing at the latest time that theory allows, not before the earliest; a near miss not at the end."""
    alert, witness, fires = claim
    query = show(Aggregate("count", selector("ALERTS", alertname=alert.name, alertstate="firing", **_labels(alert))))
    if not fires or witness.latest is None:
        yield {"expr": query, "eval_time": _time(witness.end), "exp_samples": []}
        return
    late = 2 * (_tick(target) - target.evaluation_interval)
    before = (witness.earliest or 0) - target.evaluation_interval
    if before >= 0:
        yield {"expr": query, "eval_time": _time(before), "exp_samples": []}
    yield {
        "expr": f"{query} > bool 0",
        "eval_time": _time(witness.latest + late),
        "exp_samples": [{"labels": "{}", "value": 1}],
    }


def _tick(target: Target) -> int:
    return max(TICK, target.evaluation_interval)


def _labels(alert: Alert) -> dict[str, str]:
    return {name: value for name, value in alert.labels if "{{" not in value}


def _time(millis: int) -> str:
    return f"{millis}ms" if millis % 1000 else f"{millis // 1000}s"
