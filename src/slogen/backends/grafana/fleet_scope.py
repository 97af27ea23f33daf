"""Which series the boards of a whole environment mean: what the reader has chosen by team, importance and model."""

from slogen import names
from slogen.backends.grafana.expressions import of, selector
from slogen.backends.grafana.series import Scope, in_environment
from slogen.backends.grafana.variables import Variable, chosen
from slogen.ir.program import Environment
from slogen.promql.build import Vector


def variables(environment: Environment) -> tuple[tuple[Variable, str], ...]:
    """Team, criticality and model, each with its title; the models follow the chosen teams."""
    info = selector(names.INFO, *in_environment(environment))
    team = Variable("team", names.TEAM, info, optional=False)
    criticality = Variable("criticality", names.CRITICALITY, info, optional=False)
    owned = selector(names.INFO, *in_environment(environment), chosen(team), chosen(criticality))
    model = Variable("model", names.MODEL, owned, optional=False)
    return ((team, "Team"), (criticality, "Criticality"), (model, "Model"))


def alerts_in(environment: Environment) -> Scope:
    """Series and alerts of the chosen models."""
    *_, (model, _title) = variables(environment)
    return (*in_environment(environment), chosen(model))


def of_owners(environment: Environment, expr: Vector) -> Vector:
    """The series of an expression whose SLO belongs to a chosen team and is of a chosen criticality."""
    (team, _), (criticality, _), (model, _) = variables(environment)
    owned = selector(names.INFO, *in_environment(environment), *map(chosen, (team, criticality, model)))
    return of(expr, "and", owned, names.SLO_IDENTITY)
