"""Routing for a large organisation: 1,000 models of 40 teams in two environments through one Alertmanager.

Prints how many routes there are per environment, how long the configuration takes to make, and how many matchers
Alertmanager evaluates for an alert, which is what its time per alert is made of.

    python benchmarks/routing_scale.py
"""

import sys
import time
from collections.abc import Iterator

from slogen.backends.alertmanager.emit import emit
from slogen.diagnostics.model import Span
from slogen.emit.artifact import Artifact
from slogen.ir.later import known
from slogen.ir.program import Environment, Program, Target
from slogen.ir.rules import Alert, RuleFile, RuleGroup, Severity
from slogen.ir.where import Where, labels
from slogen.ir.witness import Proof
from slogen.lower.routing import Declared, lower_routing
from slogen.promql.ast import Number
from slogen.routing.config import Config, Route
from slogen.routing.load import Dialect, load
from slogen.routing.tree import routes_for
from slogen.source.places import places
from slogen.spec.project import Project

MODELS, TEAMS, ENVIRONMENTS = 1_000, 40, ("production-eu", "production-us")
NOWHERE = Where(Span("slogen.yaml", 1, 1, 1, 1), ())
TIERS: tuple[tuple[Severity, str], ...] = (("page", "fast"), ("page", "slow"), ("ticket", "slow"), ("log", "slow"))
MOST_ROUTES, MOST_SECONDS = 400, 5.0


def project() -> Project:
    """The project file: every team with three tiers of receivers."""
    team = {
        "receivers": {
            "page": [{"pagerduty": {"routing_key_file": "pagerduty"}}],
            "ticket": [{"slack": {"api_url_file": "slack", "channel": "#alerts"}}],
            "log": [{"webhook": {"url": "https://logs.example.org/alerts"}}],
        }
    }
    return Project.model_validate(
        {
            "project": "scale",
            "environments": {env: {"production": True} for env in ENVIRONMENTS},
            "teams": {f"team-{number:02}": team for number in range(TEAMS)},
            "alertmanagers": {
                "main": {
                    "environments": ENVIRONMENTS,
                    "fallback": ({"slack": {"api_url_file": "slack", "channel": "#unowned"}},),
                }
            },
        }
    )


def alerts(env: str) -> Iterator[Alert]:
    """What one SLO of each model can send."""
    for number in range(MODELS):
        for severity, burn in TIERS:
            carried = {
                "env": env, "model": f"model-{number:04}", "team": f"team-{number % TEAMS:02}", "slo": "availability",
                "severity": severity, "burn": burn,
            }  # fmt: skip
            none = known(Proof((), (), None))
            yield Alert(
                f"Burn{severity}",
                "burn",
                "",
                severity,
                known(Number(1.0)),
                0,
                0,
                labels(carried),
                known(()),
                False,
                none,
                "",
                NOWHERE,
            )


def program() -> Program:
    """The Program of the project with all alerts."""
    made = project()
    production = {name: one.production for name, one in made.environments.items()}
    policy, findings = lower_routing(
        Declared(made.teams, made.alertmanagers, made.routing, production, {}),
        places("slogen.yaml", "project: scale\n"),
    )
    if findings:
        raise SystemExit("\n".join(finding.message for finding in findings))
    environments = tuple(
        Environment(env, True, (), (), RuleFile("_fleet", known((RuleGroup("all", 30_000, tuple(alerts(env))),))))
        for env in ENVIRONMENTS
    )
    target = Target((3, 5), 30_000, 30_000, None, 20, False, "", (), None, "", None, None, "USD")
    return Program("scale", target, environments, policy)


def evaluated(route: Route, carried: dict[str, str]) -> int:
    """Matchers that Alertmanager looks at for an alert: each route's own up to the first that fails."""
    count = 0
    for matcher in route.matchers:
        count += 1
        if not matcher.matches(carried):
            return count
    for child in route.routes:
        count += evaluated(child, carried)
        if routes_for(child, carried) and not child.goes_on:
            break
    return count


def configuration() -> tuple[Config, float, int]:
    """The configuration, the seconds it took to make, and its size in bytes."""
    begin = time.perf_counter()
    made = [a for a in emit(program()) if isinstance(a, Artifact) and a.path.endswith(".yaml")]
    seconds = time.perf_counter() - begin
    loaded = load(made[0].text, dialect=Dialect.of((0, 28)))
    if loaded.config is None:
        raise SystemExit("\n".join(finding.message for finding in loaded.problems))
    return loaded.config, seconds, len(made[0].text.encode())


def main() -> int:
    """Print the figures; 1 where one is beyond its limit."""
    config, seconds, size = configuration()
    routes = sum(1 for _ in config.root.walk())
    sent = [dict(alert.labels) for alert in alerts(ENVIRONMENTS[0])]
    counts = [evaluated(config.root, carried) for carried in sent]
    begin = time.perf_counter()
    for carried in sent:
        routes_for(config.root, carried)
    here = (time.perf_counter() - begin) / len(sent)
    print(f"{MODELS} models x {TEAMS} teams x {len(ENVIRONMENTS)} environments, {2 * len(sent)} kinds of alerts")
    print(f"routes: {routes} for both environments together (limit {MOST_ROUTES} each), {size / 1024:.0f} KiB")
    print(f"inhibition rules: {len(config.inhibit_rules)}")
    print(f"made in {seconds:.2f} s (limit {MOST_SECONDS:.0f} s)")
    print(f"matchers evaluated per alert: {sum(counts) / len(counts):.1f} on average, {max(counts)} at most")
    print(f"routed here in {here * 1e6:.0f} us per alert (Python)")
    return int(routes > MOST_ROUTES or seconds > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
