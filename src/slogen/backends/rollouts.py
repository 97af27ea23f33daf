"""Argo Rollouts' AnalysisTemplates: a canary condition that decides over a rollout while it happens.

A look has three answers. It fails where the canary is worse by more than the margin, it succeeds where it is surely
not, and everything else (no series yet, too few events, NaN from 0/0) is inconclusive. The field names are those of
the AnalysisTemplate CRD, `argoproj.io/v1alpha1`; conditions are in the language of expr-lang.org.
"""

from collections.abc import Iterator
from dataclasses import replace

from slogen import names
from slogen.backends.backend import Backend, by_printing, whole
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.emit.artifact import Artifact
from slogen.emit.yaml import YamlValue, dump
from slogen.ir.program import Component, Environment, Program
from slogen.ir.rollout import CanaryAnalysis, Version
from slogen.ir.where import Labels
from slogen.promql.ast import Expr, Matcher, MatchOp, Selector
from slogen.promql.rewrite import map_selectors
from slogen.promql.text import pretty, show

_ADDRESS = "prometheus"
"""The argument with the address of the server that is asked."""
_ERRORS = 4
"""Questions in a row that may fail, of a server that is restarted, before the analysis gives up."""


BRACES = Code(
    "SLO520",
    "braces-in-analysis",
    Severity.ERROR,
    "Argo Rollouts would read an argument where the query has none",
    """\
Argo Rollouts replaces whatever stands between double braces in a query by an argument of the analysis, and has no way
to write the braces themselves. Select the canary by labels without them, or leave `rollouts` out of `outputs`.
""",
)


def emit(program: Program) -> Iterator[Artifact | Diagnostic]:
    """One template for every canary condition, where slogen.yaml asks for them."""
    if program.target.rollouts is None:
        return
    for environment in program.environments:
        for component in environment.components:
            for analysis in component.canaries:
                if "{{" in show(analysis.query):
                    message = f"the query of {analysis.alert} holds double braces"
                    yield Diagnostic(BRACES, message, analysis.where.span)
                    continue
                path = names.rollout_path(environment.name, component.name, analysis.alert)
                text = dump(_template(analysis, component, environment, program.target.rollouts))
                yield Artifact("generated", path, text, 0)


def _template(analysis: CanaryAnalysis, component: Component, environment: Environment, own: Labels) -> YamlValue:
    name = names.rollout_name(environment.name, component.name, analysis.alert)
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        "metadata": {"name": name, **({"labels": dict(own)} if own else {})},
        "spec": {"args": [*_args(analysis, environment)], "metrics": [_metric(analysis)]},
    }


def _args(analysis: CanaryAnalysis, environment: Environment) -> Iterator[YamlValue]:
    """The server, and what tells the versions apart: the values of the spec, which a Rollout may replace."""
    known: dict[str, YamlValue] = {"name": _ADDRESS}
    yield known | ({"value": environment.prometheus_url} if environment.prometheus_url else {})
    yield from ({"name": _arg(version), "value": version.value} for version in analysis.versions)


def _arg(version: Version) -> str:
    return f"{version.arm}-{version.label}".replace("_", "-")


def _metric(analysis: CanaryAnalysis) -> YamlValue:
    """Any look that fails ends the rollout; one that succeeds is enough where no other fails.

    A count of looks of which none succeeded leaves one inconclusive look too many: the rollout stops for people.
    """
    return {
        "name": analysis.alert,
        "initialDelay": duration(analysis.delay),
        "interval": duration(analysis.interval),
        "count": analysis.looks,
        "successCondition": success(analysis.z),
        "failureCondition": failure(analysis.z),
        "failureLimit": 0,
        "inconclusiveLimit": analysis.looks - 1,
        "consecutiveErrorLimit": _ERRORS,
        "provider": {"prometheus": {"address": f"{{{{args.{_ADDRESS}}}}}", "query": pretty(_asked(analysis))}},
    }


def success(z: float) -> str:
    """Surely not worse by more than the margin. Two versions without any spread prove nothing: they give infinity."""
    return f"len(result) == 1 && !isNaN(result[0]) && !isInf(result[0]) && result[0] < {-z}"


def failure(z: float) -> str:
    """Worse by more than the margin, beyond chance; infinitely so where neither version has any spread."""
    return f"len(result) == 1 && !isNaN(result[0]) && result[0] > {z}"


def _asked(analysis: CanaryAnalysis) -> Expr:
    """The query with arguments in place of the versions that the spec names."""
    places = {(v.label, v.value): f"{{{{args.{_arg(v)}}}}}" for v in analysis.versions}

    def argued(found: Matcher) -> Matcher:
        place = places.get((found.label, found.value)) if found.op is MatchOp.EQ else None
        return found if place is None else replace(found, value=place)

    def change(selector: Selector) -> Selector:
        return replace(selector, matchers=tuple(map(argued, selector.matchers)))

    return map_selectors(analysis.query, change)


def duration(millis: int) -> str:
    """A duration as Go reads it, which knows no days: `5m`, `36h`."""
    return names.window(millis) if millis % 86_400_000 else f"{millis // 3_600_000}h"


ROLLOUTS = Backend("rollouts", whole(emit), by_printing(emit))
