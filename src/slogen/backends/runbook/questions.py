"""The queries to look at: the alerts' own series and the model's raw panels, ready to paste or to open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from slogen import names
from slogen.backends.runbook.evidence import panel_row
from slogen.backends.runbook.markdown import Markdown, block, link
from slogen.ir.program import Component
from slogen.ir.rules import Alert
from slogen.ir.slo import Slo
from slogen.promql.ast import Expr
from slogen.promql.build import last_over_time, over, selector
from slogen.promql.rewrite import fill_hole
from slogen.promql.text import printed

_WINDOW: Final = 300_000
"""Over which raw counters are read, ms."""
_READ: Final = 600_000
"""How far back a series is looked for that is recorded every five minutes, ms."""
_LONGEST_LINK: Final = 2000
_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Query:
    """Something to ask: what it shows, the expression as a block, and a link where a server's address is known."""

    title: str
    text: Markdown
    link: Markdown


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw query of a model with the source and the row that its panel belongs to."""

    source: str
    row: str
    query: Query


def raw(component: Component, server: str | None) -> tuple[Raw, ...]:
    """Everything that a board would draw over time, each expression once."""
    found: dict[str, Raw] = {}
    for source in component.sources:
        for panel in source.panels:
            if panel.kind == "timeseries":
                legend, expr = panel.series[-1]
                title = f"{panel.title} ({legend})" if len(panel.series) > 1 else panel.title
                query = next(_queries([(title, fill_hole(expr, _WINDOW))], server))
                found.setdefault(query.text.text, Raw(source.name, panel_row(panel), query))
    return tuple(found.values())


def of_slo(slo: Slo, component: Component, env: str, server: str | None) -> list[Query]:
    """The SLO's burn, ratio and budget."""
    own = {names.ENV: env, names.MODEL: component.name, names.SLO: slo.name}
    found: list[tuple[str, Expr]] = [("How fast the budget burns now (1 lasts the period)", _of(names.BURN_RATE, own))]
    longest = dict.fromkeys(tier.long for tier in slo.tiers if tier.long in slo.windows)
    found += [(f"Share of bad events over {names.window(w)}", _of(names.error_ratio(w), own)) for w in longest]
    found.append(("Share of the budget that is left", _recent(names.BUDGET_REMAINING, own)))
    found.append(("Seconds until it is gone if this goes on", _recent(names.BUDGET_EXHAUSTION, own)))
    return list(_queries(found, server))


def behind(slo: Slo, component: Component, known: Iterable[Raw]) -> list[Query]:
    """What an SLO's errors are made of: the raw queries of the sources that it reads."""
    sources = {signal.source for signal in component.signals if signal.id in slo.signals}
    return [one.query for one in known if one.source in sources][:_MOST]


def of_rows(rows: frozenset[str], known: Iterable[Raw]) -> list[Query]:
    """The raw queries of some rows."""
    return [one.query for one in known if one.row in rows][:_MOST]


def only(title: str, alert: Alert, server: str | None) -> Query:
    """An alert's expression alone."""
    return next(_queries([(title, alert.expr)], server))


def _of(name: str, own: dict[str, str]) -> Expr:
    return selector(name, **own)


def _recent(name: str, own: dict[str, str]) -> Expr:
    return last_over_time(over(selector(name, **own), _READ))


def _queries(asked: Iterable[tuple[str, Expr]], server: str | None) -> Iterator[Query]:
    for title, expr in asked:
        text, lines = printed(expr)
        address = f"{server.rstrip('/')}/graph?g0.expr={quote(text, safe='')}&g0.tab=0" if server else ""
        opened = link("open", address) if address and len(address) <= _LONGEST_LINK else Markdown("")
        yield Query(title, block(lines, "promql"), opened)
