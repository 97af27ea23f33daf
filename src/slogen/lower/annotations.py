"""What alerts say to people: Go template text, in which whatever a user wrote prints as it was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from slogen import names
from slogen.emit.template_text import literal
from slogen.ir.where import Labels, labels
from slogen.lower.plan import SloPlan, recent
from slogen.promql.ast import Expr, MatchOp
from slogen.promql.build import div, matcher, selector
from slogen.promql.rewrite import add_matchers
from slogen.promql.text import show

_LONGEST_LINK: Final = 2000
"""Browsers and chat clients cut longer addresses, and half an expression is worse than none."""
_SLICE: Final = "%slice%"
"""Stands for the slice while the expression is printed; no name may contain the sign."""


_ESCAPES: Final = {code: quote(chr(code), safe="") for code in range(128)}


def _in_address(text: str) -> str:
    """The text as a parameter of an address: `quote`, which goes letter by letter, in one step."""
    return text.translate(_ESCAPES) if text.isascii() else quote(text, safe="")


def quoted(promql: str) -> str:
    """A PromQL expression as a Go string literal for the template function `query`."""
    if "`" not in promql:
        return f"`{promql}`"
    escaped = promql.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class Links:
    """Where people look further; any may be unknown, texts are as users wrote them."""

    runbook: str | None
    dashboard: str | None
    prometheus: str | None
    page: str | None = None
    """The generated page, read where nobody has named another; it has a heading for each alert."""

    def annotations(self, alert: str, expr: Expr) -> dict[str, str]:
        """`runbook_url`, `dashboard_url` and `query`, which opens the alert's expression in Prometheus."""
        found = {}
        if len(query := self._query(expr)) <= _LONGEST_LINK:
            found["query"] = query
        if self.runbook:
            found["runbook_url"] = literal(self.runbook)
        elif self.page:
            found["runbook_url"] = literal(f"{self.page}#{alert.lower()}")
        if self.dashboard:
            found["dashboard_url"] = literal(self.dashboard)
        return found

    def _query(self, expr: Expr) -> str:
        root = literal(self.prometheus.rstrip("/")) if self.prometheus else "{{ $externalURL }}"
        return f"{root}/graph?g0.expr={_in_address(show(expr))}&g0.tab=0"


def subject(plan: SloPlan) -> str:
    """What an alert on an SLO is about, with the slice that it is about where there are slices."""
    part = " ({{ $labels.slice }})" if plan.contract.slices else ""
    return f"{plan.model}/{plan.slo}{part}"


def budget_annotations(plan: SloPlan, window: int) -> dict[str, str]:
    """Burn rate over `window`, budget left and time to exhaustion, asked of the server when the alert is sent."""
    sliced = bool(plan.contract.slices)
    burn_rate = div(plan.ratio(window), float(plan.budget))
    return {
        "burn_rate": _asked(burn_rate, 'printf "%.1f"', "unknown", sliced=sliced),
        "budget_left": _of_budget(names.BUDGET_REMAINING, plan.identity, "humanizePercentage", sliced=sliced),
        "exhaustion": _of_budget(names.BUDGET_EXHAUSTION, plan.identity, "humanizeDuration", sliced=sliced),
    }


@lru_cache(maxsize=64)
def _of_budget(series: str, identity: Labels, shown: str, *, sliced: bool) -> str:
    """What every alert of one SLO says in the same words."""
    return _asked(recent(selector(series, **dict(identity))), shown, "not known yet", sliced=sliced)


def _asked(expr: Expr, shown: str, otherwise: str, *, sliced: bool) -> str:
    """A template that prints the first value of a query; of a sliced SLO, that of the alert's own slice."""
    asked = _for_slice(expr) if sliced else quoted(show(expr))
    return f"{{{{ with {asked} | query }}}}{{{{ . | first | value | {shown} }}}}{{{{ else }}}}{otherwise}{{{{ end }}}}"


def _for_slice(expr: Expr) -> str:
    """The expression with the alert's slice among its matchers, quoted by the template itself."""
    text = show(add_matchers(expr, [matcher(names.SLICE, MatchOp.EQ, _SLICE)])).replace("%", "%%")
    pattern = text.replace(f'"{_SLICE}"'.replace("%", "%%"), "%q")
    return " ".join(["printf", quoted(pattern), *["$labels.slice"] * pattern.count("=%q")])


def merged(*parts: Mapping[str, str]) -> Labels:
    """Labels or annotations, later ones winning, in canonical form."""
    found: dict[str, str] = {}
    for part in parts:
        found.update(part)
    return labels(found)
