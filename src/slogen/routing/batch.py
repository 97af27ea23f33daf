"""Batches of route tests in YAML, in the format proposed for amtool; changes with that format.

```yaml
tests:
- name: a page inhibits the ticket
  alerts:
  - labels: {team: payments-ml, severity: page}
    expected_receivers: [payments-ml-page]
  - labels: {team: payments-ml, severity: ticket}
    expected_receivers: [payments-ml-ticket]
    expected_inhibited: true
```
"""

from dataclasses import dataclass

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.routing.answers import Answer, answers
from slogen.routing.config import Config
from slogen.routing.reading import Reader
from slogen.routing.story import canonical
from slogen.source.go_yaml import Fields, NotYamlError, read

FAILED = Code(
    id="SLO720",
    slug="route-test-failed",
    severity=Severity.ERROR,
    title="an alert goes elsewhere than its test expects",
    explanation=(
        "All alerts of one test fire together. `expected_receivers` lists the receivers in routing order, one for each "
        "route that takes the alert; `expected_inhibited` says whether another alert of the test mutes it. "
        "`slogen route explain` shows every route that was tried, and which matcher decided."
    ),
)
MALFORMED = Code(
    id="SLO721",
    slug="malformed-route-tests",
    severity=Severity.ERROR,
    title="this is no batch of route tests",
    explanation=(
        "The file holds `tests`, a list of mappings with `name` and `alerts`; each alert has `labels`, and "
        "`expected_receivers` (a list of names), `expected_inhibited` (true or false), or both."
    ),
)
_TEST_KEYS = frozenset({"name", "alerts"})
_ALERT_KEYS = frozenset({"labels", "expected_receivers", "expected_inhibited"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many alerts were checked, and every expectation that failed."""

    checked: int
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Expected:
    labels: dict[str, str]
    receivers: tuple[str, ...] | None
    inhibited: bool | None
    span: Span


def run_batch(config: Config, text: str, file: str) -> Verdict:
    """Check every test of a batch against a configuration."""
    reader = Reader([], MALFORMED)
    try:
        top = reader.fields(read(text, file), "a batch of route tests")
    except NotYamlError as error:
        reader.refuse(error.span, f"not YAML: {error}")
        top = None
    if top is None:
        return Verdict(0, tuple(reader.problems))
    failures: list[Diagnostic] = []
    checked = 0
    if "tests" not in top.fields:
        reader.refuse(top.span, "`tests` is missing")
    for item in reader.items(top, "tests"):
        test = reader.fields(item, "a test")
        if test is None:
            continue
        _known(reader, test, _TEST_KEYS)
        expected = _alerts(reader, test)
        checked += len(expected)
        found = answers(config, [canonical(alert.labels) for alert in expected])
        for wanted, answer in zip(expected, found, strict=True):
            failures += _failures(reader.text(test, "name"), wanted, answer)
    return Verdict(checked, (*reader.problems, *failures))


def _known(reader: Reader, node: Fields, keys: frozenset[str]) -> None:
    for key in node.fields:
        if key not in keys:
            reader.refuse(node.keys[key], f"`{key}` is not known here", f"known: {', '.join(sorted(keys))}")


def _alerts(reader: Reader, test: Fields) -> list[_Expected]:
    found = []
    for item in reader.items(test, "alerts"):
        alert = reader.fields(item, "an alert")
        if alert is None:
            continue
        _known(reader, alert, _ALERT_KEYS)
        labels = reader.fields(alert.fields.get("labels"), "labels")
        if labels is None:
            reader.refuse(alert.span, "an alert needs labels")
            continue
        receivers = reader.texts(alert, "expected_receivers") if "expected_receivers" in alert.fields else None
        inhibited = None
        if "expected_inhibited" in alert.fields:
            inhibited = reader.boolean(alert, "expected_inhibited", default=False)
        values = {name: reader.scalar(value, name) for name, value in labels.fields.items()}
        found.append(_Expected(values, receivers, inhibited, alert.span))
    return found


def _failures(name: str, wanted: _Expected, answer: Answer) -> list[Diagnostic]:
    found = []
    title = f"{name}: " if name else ""
    if wanted.receivers is not None and wanted.receivers != answer.receivers:
        seen, hoped = ", ".join(answer.receivers), ", ".join(wanted.receivers) or "nobody"
        found.append(Diagnostic(FAILED, f"{title}goes to {seen}, not to {hoped}", wanted.span))
    if wanted.inhibited is not None and wanted.inhibited != bool(answer.inhibited_by):
        by = "; ".join(", ".join(f"{k}={v}" for k, v in labels) for labels in answer.inhibited_by)
        message = f"is inhibited by {by}" if by else "is not inhibited"
        found.append(Diagnostic(FAILED, f"{title}{message}", wanted.span))
    return found
