"""Ways from a board to traces and logs: Explore with the model's service and the same time already filled in."""

import json
from urllib.parse import quote

from slogen.backends.grafana.panels import Json
from slogen.ir.program import Component, Target

_TIMES = {"from": "${__from}", "to": "${__to}"}
_KNOWN_CURRENCIES = frozenset({
    "BGN", "BRL", "CHF", "CZK", "DKK", "EUR", "GBP", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MYR", "NOK", "PHP",
    "PLN", "PYG", "RUB", "SEK", "TRY", "UAH", "USD", "UYU", "VND", "XPF", "ZAR",
})  # fmt: skip
"""Currencies for which Grafana has a sign."""


def telemetry_links(component: Component, target: Target) -> tuple[Json, ...]:
    """Links to the traces and logs of a model, where the project names the data sources.

    A model's telemetry is looked for under its own name as `service.name`, OpenTelemetry's name for a service, which
    Loki keeps as `service_name`.
    """
    links = []
    if target.traces:
        query = {"queryType": "traceql", "query": f'{{resource.service.name="{component.name}"}}'}
        links.append(_explore("Traces", target.traces, query, "Traces of this model at the same time"))
    if target.logs:
        query = {"expr": f'{{service_name="{component.name}"}}'}
        links.append(_explore("Logs", target.logs, query, "Logs of this model at the same time"))
    return tuple(links)


def money(target: Target) -> str:
    """The unit of amounts in the project's currency."""
    return f"currency{target.currency}" if target.currency in _KNOWN_CURRENCIES else f"suffix: {target.currency}"


def _explore(title: str, source: str, query: dict[str, str], tooltip: str) -> Json:
    pane = {"datasource": source, "queries": [{"refId": "A", **query}], "range": _TIMES}
    panes = quote(json.dumps({"a": pane}, separators=(",", ":")), safe="${}:,[]")
    return {
        "title": title,
        "type": "link",
        "tags": [],
        "asDropdown": False,
        "icon": "external link",
        "includeVars": False,
        "keepTime": False,
        "targetBlank": True,
        "tooltip": tooltip,
        "url": f"/explore?schemaVersion=1&panes={panes}",
    }
