"""What a scenario asks, judged before it is played: moments within its time, and alerts and parts that there are."""

from collections.abc import Iterator, Mapping, Sequence

from slogen import names
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.diagnostics.suggest import did_you_mean
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Alert, RuleFile
from slogen.spec.scenario import Expectation, Fault
from slogen.spec.scenario_load import LoadedScenarios

OUTSIDE = Code(
    "SLO646",
    "moment-outside-the-test",
    Severity.ERROR,
    "a fault or an expectation lies after the end of its test",
    """A test plays for as long as `lasts` says, from its own zero on. A fault that begins later never happens, and what
is expected later is never seen, so the test would prove nothing. Make the test longer or the moment earlier.""",
)
UNKNOWN_ALERT = Code(
    "SLO647",
    "expectation-of-unknown-alert",
    Severity.ERROR,
    "a test expects something of an alert that no rule has",
    """An alert that does not exist never fires, so `never: true` with a misspelt name would always hold. The name is
that of an emitted alert of the component or of the fleet; `slo`, `burn` and `slice` must be those that it has.""",
)
UNKNOWN_PART = Code(
    "SLO648",
    "unknown-part",
    Severity.ERROR,
    "a test names a model or component that takes no part",
    """`with:` lists further models and components of the environment, each by its name. Expectations speak of the
test's own one, or of one of these under `model:`.""",
)
_MOMENTS = ("fires", "pending", "until", "at")


def findings(file: LoadedScenarios, name: str, environment: Environment) -> Iterator[Diagnostic]:
    """What is wrong with scenario `name` of a file that is about `environment`."""
    scenario = file.model.tests[name]
    known = {component.name: component for component in environment.components}
    parts = {file.component, *scenario.others}
    for number, other in enumerate(scenario.others):
        if other not in known:
            message = f"{environment.name} has no model or component {other!r}"
            place = file.span("tests", name, "with", number)
            yield Diagnostic(UNKNOWN_PART, message, place, did_you_mean(other, known))
    for number, fault in enumerate(scenario.faults):
        yield from _late_fault(file, name, number, fault)
    for number, expected in enumerate(scenario.expect):
        path = ("tests", name, "expect", number)
        yield from _late(file, path, expected, scenario.lasts)
        if expected.model is not None and expected.model not in parts:
            message = f"{expected.model!r} takes no part in this test"
            hint = did_you_mean(expected.model, parts) or f"add it: `with: [{expected.model}]`"
            yield Diagnostic(UNKNOWN_PART, message, file.span(*path, "model"), hint)
        elif expected.alert is not None:
            anybody = expected.model is None and not _of_alert(expected)
            meant = sorted(parts & known.keys()) if anybody else [expected.model or file.component]
            yield from _unknown_alert(file, path, expected, [known[part] for part in meant], environment.fleet)


def _late_fault(file: LoadedScenarios, name: str, number: int, fault: Fault) -> Iterator[Diagnostic]:
    if fault.at >= file.model.tests[name].lasts:
        message = f"this fault begins at {names.window(fault.at)}, when the test is over"
        place = file.span("tests", name, "faults", number, "at")
        yield Diagnostic(OUTSIDE, message, place, _length(file.model.tests[name].lasts))


def _late(file: LoadedScenarios, path: Sequence[str | int], expected: Expectation, lasts: int) -> Iterator[Diagnostic]:
    moments: Mapping[str, int | None] = {key: getattr(expected, key) for key in _MOMENTS}
    for key, moment in moments.items():
        if moment is not None and moment > lasts:
            message = f"`{key}: {names.window(moment)}` lies after the end of the test"
            yield Diagnostic(OUTSIDE, message, file.span(*path, key), _length(lasts))


def _length(lasts: int) -> str:
    return f"it lasts {names.window(lasts)}"


def _of_alert(expected: Expectation) -> bool:
    """Whether an alert itself is looked at, which is the test's own component's; receivers hear of everybody's."""
    return expected.notified is None and expected.not_notified is None


def _unknown_alert(
    file: LoadedScenarios,
    path: Sequence[str | int],
    expected: Expectation,
    components: Sequence[Component],
    fleet: RuleFile,
) -> Iterator[Diagnostic]:
    owners = " and ".join(component.name for component in components)
    alerts = [alert for rules in (*(component.rules for component in components), fleet) for alert in _alerts(rules)]
    found = [alert for alert in alerts if alert.name == expected.alert]
    if not found:
        message = f"{owners} has no alert {expected.alert!r}"
        known = did_you_mean(expected.alert or "", {alert.name for alert in alerts})
        yield Diagnostic(UNKNOWN_ALERT, message, file.span(*path, "alert"), known)
        return
    for key, label, wanted in (("slo", names.SLO, expected.slo), ("burn", names.BURN, expected.burn)):
        there = {dict(alert.labels).get(label, "") for alert in found} - {""}
        found = [alert for alert in found if wanted is None or dict(alert.labels).get(label, wanted) == wanted]
        if wanted is not None and not found:
            message = f"no {expected.alert} of {owners} has {key} {wanted!r}"
            hint = did_you_mean(wanted, there) or f"there are {', '.join(sorted(there))}"
            yield Diagnostic(UNKNOWN_ALERT, message, file.span(*path, key), hint)
            return
    slices = {part for one in components for slo in one.slos if slo.name == expected.slo for part in slo.slices}
    if expected.slice is not None and expected.slo is not None and expected.slice not in slices:
        message = f"the SLO {expected.slo} of {owners} has no slice {expected.slice!r}"
        near = did_you_mean(expected.slice, slices)
        yield Diagnostic(UNKNOWN_ALERT, message, file.span(*path, "slice"), near)


def _alerts(rules: RuleFile) -> list[Alert]:
    return [rule for group in rules.groups for rule in group.rules if isinstance(rule, Alert)]
