"""Conditions lowered and asked for tests: from a few lines of spec to a value on steady series."""

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from slogen.diagnostics.model import Diagnostic
from slogen.lower.condition import AlertContract, conditions_for
from slogen.lower.sli_question import Context
from slogen.lower.sli_slices import Slicing
from slogen.lower.sources import resolve_sources
from slogen.promql.ast import Binary
from slogen.promql.build import Vector
from slogen.spec.alerts import Alert
from slogen.spec.signals import ShortSignal
from slogen.spec.sources import Source
from tests.catalogue.measured import SCRAPE, WHERE

SOURCES = """\
app: {template: slogen-contract, select: {model: m}}
daily: {template: slogen-contract, select: {model: m}, cadence: 1d}
hourly: {template: evidently, select: {model: m}, cadence: 1h}
"""
SIGNALS = """\
precision: {classification: {from: app, metric: precision}}
recall: {classification: {from: app, metric: recall}}
auc: {gauge: {from: daily, measure: auc}}
helpful: {from: app, bad: bad_total, total: all_total}
"""


def context(sources: str = SOURCES, slices: Mapping[str, Slicing] | None = None) -> Context:
    """Sources and signals as every test has them."""
    written = {name: Source.model_validate(one) for name, one in yaml.safe_load(sources).items()}
    resolved, _ = resolve_sources(written, dict.fromkeys(written, WHERE), Path(), SCRAPE)
    adapter: TypeAdapter[ShortSignal] = TypeAdapter(ShortSignal)
    signals = {name: adapter.validate_python(one) for name, one in yaml.safe_load(SIGNALS).items()}
    return Context(resolved, signals, SCRAPE, slices or {})


def lowered(
    alert: str, sources: str = SOURCES, slices: Mapping[str, Slicing] | None = None
) -> tuple[AlertContract | None, list[Diagnostic]]:
    """The contract of an alert written as in a spec, without its severity."""
    spec = Alert.model_validate({"severity": "ticket", **yaml.safe_load(alert)})
    return conditions_for("example", spec, context(sources, slices), WHERE, 30_000)


def expression(alert: str, **more: object) -> Vector:
    """The expression of an alert."""
    contract, findings = lowered(alert, **more)  # type: ignore[arg-type]
    assert contract is not None, findings
    return contract.expr


def compared(alert: str, **more: object) -> Vector:
    """What an alert compares with its bound: the left side of its comparison."""
    expr = expression(alert, **more)
    assert isinstance(expr, Binary)
    return expr.left  # type: ignore[return-value]
