"""One alert in plain words: why and when it fires, what its guards hide, what holds it back and who hears of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from slogen import burn, names
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Alert
from slogen.ir.slo import Slo, Tier
from slogen.ir.witness import Witness
from slogen.promql.ast import COMPARISON, SET_OPERATORS, Binary, Expr, Number
from slogen.promql.rewrite import walk
from slogen.promql.text import pretty, show
from slogen.review.cover import ratio
from slogen.review.functions import OPERATORS
from slogen.review.routes import Trees, holding, receivers, trees
from slogen.review.side import AlertKey, Side, called

_FAULTS = (Fraction(1), Fraction(1, 10), Fraction(1, 100))
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Known:
    """An alert with what it belongs to; the component is None for an alert of the whole fleet."""

    key: AlertKey
    alert: Alert
    environment: Environment
    component: Component | None

    @property
    def slo(self) -> Slo | None:
        """The objective that it is about."""
        slos = () if self.component is None else self.component.slos
        return next((slo for slo in slos if slo.name == self.alert.subject), None)


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything that is needed to speak of single alerts of a side, worked out once."""

    alerts: tuple[Known, ...]
    trees: Trees

    @classmethod
    def of(cls, side: Side) -> "Telling":
        """All alerts of a side, in the order of its files."""
        components = side.components()
        environments = {environment.name: environment for environment in side.program.environments}
        known = (
            Known(key, alert, environments[key[0]], components[key[:2]][1] if key[:2] in components else None)
            for key, alert in side.alerts().items()
        )
        return cls(tuple(known), trees(side))

    def whole(self, one: Known) -> Iterator[str]:
        """One alert with all that can be said of it."""
        alert = one.alert
        shadow = ", in shadow: it reaches nobody" if alert.shadow else ""
        priority = dict(alert.labels).get(names.PRIORITY)
        ranked = f", {priority}" if priority else ""
        yield f"{alert.name}: {called(one.key)} ({alert.severity}{ranked}{shadow})"
        yield f"  from: {alert.where.span.file}:{alert.where.span.line}"
        yield f"  why: {alert.why}"
        yield from (f"  {line}" for line in self.timing(one))
        yield f"  told: {', '.join(receivers(alert, self.trees)) or 'nobody'}"
        held = self._held(one)
        if held:
            yield f"  held back while one of these fires: {', '.join(held)}"
        yield f"  {claims(alert)}"
        yield "  expression:"
        yield from (f"    {line}" for line in pretty(alert.expr).splitlines())

    def timing(self, one: Known) -> Iterator[str]:
        """When it fires and ends, and what it hides on purpose."""
        slo, alert = one.slo, one.alert
        tier = next((t for t in slo.tiers if t.burn == dict(alert.labels).get(names.BURN)), None) if slo else None
        if slo is not None and tier is not None and alert.kind == "burn":
            yield from tier_lines(slo, tier)
        else:
            yield from _conditions(alert)
            yield from _seen(alert)
        if alert.hold:
            yield f"waits: {names.window(alert.hold)} without a break before it fires"
        if alert.keep_firing:
            yield f"stays: {names.window(alert.keep_firing)} after its condition ends"
        if slo is not None and alert.kind in {"burn", "collapse"}:
            yield from guard_lines(slo)

    def _held(self, one: Known) -> list[str]:
        members = {k.key: k.alert for k in self.alerts if k.key[:2] == one.key[:2]}
        return [called(key) for key in sorted(holding(one.key[0], members, self.trees).get(one.key, frozenset()))]

    def line(self, one: Known) -> str:
        """The same in one line, for lists."""
        hears = ", ".join(receivers(one.alert, self.trees)) or "nobody"
        return f"  {called(one.key)} ({one.alert.severity}), told: {hears}"


def guard_lines(slo: Slo) -> Iterator[str]:
    """What a guard against low traffic hides."""
    guards = [f"{slo.min_events} events"] if slo.min_events else []
    guards += [f"{slo.min_bad} bad ones" if guards else f"{slo.min_bad} bad events"] if slo.min_bad > 1 else []
    if guards:
        yield f"hidden on purpose: windows with fewer than {' or '.join(guards)} fire nothing"


def tier_lines(slo: Slo, tier: Tier) -> Iterator[str]:
    """The arithmetic of a burn tier: windows, factor and threshold, and when faults of three sizes are seen."""
    long, short = names.window(tier.long), names.window(tier.short)
    factor = f"{float(tier.factor):.4g}"
    yield f"{tier.burn} ({tier.severity}): {ratio(tier.fraction)} of the budget in {long}, still burning over {short}"
    yield (
        f"  factor {factor} = {ratio(tier.fraction)} x {names.window(slo.period)} / {long}; "
        f"fires above {ratio(tier.threshold)} errors = {factor} x {ratio(slo.budget)}"
    )
    seen = [(fault, burn.time_to_detect(tier.long, tier.threshold, fault, slo.period)) for fault in _FAULTS]
    told = [f"{ratio(fault)} errors {'never' if time is None else f'after {length(time)}'}" for fault, time in seen]
    reset = length(burn.time_to_reset(tier.short, tier.threshold, Fraction(1)))
    yield f"  seen: {', '.join(told)}; an outage that ends is forgotten after {reset}"


def claims(alert: Alert) -> str:
    """How much the alert has been proven to do."""
    if alert.proof.unproven is not None:
        return f"unproven: {alert.proof.unproven}"
    fires, silent = len(alert.proof.witnesses), len(alert.proof.near_misses)
    stories = "story" if fires == 1 else "stories"
    return f"proof: fires in {fires} {stories}, stays silent in {silent}; `slogen test` replays them"


def _conditions(alert: Alert) -> Iterator[str]:
    """Every comparison with a number: those that decide are thresholds, those inside arithmetic are guards."""
    deciding = set(_deciding(alert.expr))
    compared = (
        node
        for node in walk(alert.expr)
        if isinstance(node, Binary) and node.op in COMPARISON and not node.bool_ and isinstance(node.right, Number)
    )
    for node in dict.fromkeys(compared):
        word = "fires while" if node in deciding else "only where"
        yield f"{word} `{_short(show(node.left))}` is {OPERATORS[node.op]} {show(node.right)}"


def _deciding(expr: Expr) -> Iterator[Expr]:
    """The parts of an expression that are joined by `and`, `or` and `unless` alone."""
    match expr:
        case Binary(op, left, right) if op in SET_OPERATORS:
            yield from _deciding(left)
            yield from _deciding(right)
        case _:
            yield expr


def _seen(alert: Alert) -> Iterator[str]:
    for witness in alert.proof.witnesses[:1]:
        yield from _witness(witness)


def _witness(witness: Witness) -> Iterator[str]:
    if witness.earliest is None or witness.latest is None:
        return
    begins = max((phase.start for phase in witness.phases if phase.start <= witness.earliest), default=0)
    first, last = (length(Fraction(at - begins)) for at in (witness.earliest, witness.latest))
    yield f"seen: between {first} and {last} after the fault of its proof begins"


def length(millis: Fraction) -> str:
    """A stretch of time to three digits: `4.5m`, `2.9h`."""
    seconds = float(millis / 1000)
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds / size:.3g}{unit}"
    return f"{seconds:.0f}s"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
