"""Which series the boards of a whole environment mean: what the reader has chosen by team, importance and model."""

from dataclasses import replace

from slogen import names
from slogen.backends.grafana.expressions import of, selector
from slogen.backends.grafana.series import Scope, in_environment
from slogen.backends.grafana.variables import Variable, chosen
from slogen.ir.program import Environment
from slogen.promql.ast import Selector
from slogen.promql.build import Vector, one_of


def variables(environment: Environment) -> tuple[tuple[Variable, str], ...]:
    """Team, criticality and model, each with its title; the models follow the chosen teams."""
    info = selector(names.INFO, *in_environment(environment))
    team = Variable("team", names.TEAM, info, optional=False)
    criticality = Variable("criticality", names.CRITICALITY, info, optional=False)
    theirs = selector(names.INFO, *in_environment(environment), chosen(team), chosen(criticality))
    model = Variable("model", names.MODEL, theirs, optional=False)
    return ((team, "Team"), (criticality, "Criticality"), (model, "Model"))


def alerts_in(environment: Environment) -> Scope:
    """Series and alerts of the chosen models."""
    *_, (model, _title) = variables(environment)
    return (*in_environment(environment), chosen(model))


def owned(environment: Environment) -> Selector:
    """The info series of the chosen teams, criticalities and models."""
    choices = (chosen(variable) for variable, _ in variables(environment))
    return selector(names.INFO, *in_environment(environment), *choices)


def of_owners(environment: Environment, expr: Vector) -> Vector:
    """The series of an expression whose SLO belongs to a chosen team and is of a chosen criticality."""
    return of(expr, "and", owned(environment), names.SLO_IDENTITY)


def that_count_events(environment: Environment, expr: Vector) -> Vector:
    """The chosen series of SLOs whose SLI counts events: ticks that were judged cannot be added to them."""
    slos = [slo for component in environment.components for slo in component.slos]
    judged = {slo.sli for slo in slos if slo.kind == "sampled"}
    counting = one_of(names.SLI, sorted({slo.sli for slo in slos if slo.kind == "counter"}))
    info = owned(environment)
    if judged:
        info = replace(info, matchers=(*info.matchers, counting))
    return of(expr, "and", info, names.SLO_IDENTITY)
