"""Every kind of finding there is, of all rooms; changes when a module begins to find something."""

from types import ModuleType

from slogen.backends import kubernetes, rollouts
from slogen.backends.alertmanager import include as alertmanager_include
from slogen.backends.alertmanager import receivers
from slogen.backends.grafana import emit as grafana
from slogen.catalogue import sample
from slogen.checks import expressions, pitfalls, routing_policy, target, texts
from slogen.diagnostics import suppression
from slogen.diagnostics.explain import registered
from slogen.diagnostics.model import Code
from slogen.emit import findings as output_findings
from slogen.importers import recognise, subjects
from slogen.lower import (
    collisions,
    condition_drift,
    condition_quantile,
    condition_score,
    condition_silence,
    condition_slices,
    condition_threshold,
    guards,
    impact,
    reach,
    reviews,
    routing,
    routing_hours,
    routing_include,
    routing_mail,
    server_facts,
    sli_bounds,
    sli_latency,
    sli_promql,
    sli_question,
    sli_ratio,
    sli_sampled,
    source_checks,
    source_contradictions,
    source_measures,
    sources,
    terms,
)
from slogen.replay import suite
from slogen.routing import batch, lint, reading
from slogen.scenarios import checking, telling
from slogen.source import codes as source_codes
from slogen.spec import codes as spec_codes
from slogen.spec import scenario_load, scenario_recording

CODE_MODULES: tuple[ModuleType, ...] = (
    source_codes,
    suppression,
    spec_codes,
    collisions,
    condition_drift,
    condition_quantile,
    condition_score,
    condition_silence,
    condition_slices,
    condition_threshold,
    guards,
    impact,
    reviews,
    routing,
    routing_hours,
    routing_include,
    routing_mail,
    routing_policy,
    expressions,
    pitfalls,
    texts,
    target,
    alertmanager_include,
    batch,
    lint,
    server_facts,
    reach,
    sli_bounds,
    sli_latency,
    sli_promql,
    sli_question,
    sli_ratio,
    sli_sampled,
    source_checks,
    source_contradictions,
    source_measures,
    sources,
    terms,
    sample,
    recognise,
    subjects,
    receivers,
    kubernetes,
    rollouts,
    grafana,
    suite,
    scenario_load,
    scenario_recording,
    telling,
    checking,
    reading,
    output_findings,
)
"""Every module that defines kinds of findings."""

CODES: tuple[Code, ...] = registered(
    tuple(
        {code.id: code for module in CODE_MODULES for code in vars(module).values() if isinstance(code, Code)}.values()
    )
)
"""Every kind of finding, by id."""
