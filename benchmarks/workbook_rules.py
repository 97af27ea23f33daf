"""The rule set to compare with: every window read from raw counters, as the workbook's listing and Sloth lay it out.

Seven ratios and the period, seven derived figures and two alerts for each SLO; factors 14.4, 6, 3 and 1.
"""

from collections.abc import Iterable

from slogen.emit.yaml import YamlValue

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
_ARMS = {"page": ((14.4, "5m", "1h"), (6, "30m", "6h")), "ticket": ((3, "2h", "1d"), (1, "6h", "3d"))}


def groups(model: str, bad: str, total: str, objective: float) -> list[YamlValue]:
    """The three groups of one SLO; `bad` and `total` are PromQL in which `$window` stands for the range."""
    return [
        {"name": f"sli-{model}", "rules": _recordings(model, bad, total)},
        {"name": f"meta-{model}", "rules": _figures(model, objective)},
        {"name": f"alerts-{model}", "rules": [_alert(model, severity, objective) for severity in _ARMS]},
    ]


def _ids(model: str) -> str:
    return f'id="{model}", service="{model}", slo="availability"'


def expressions(of: Iterable[YamlValue]) -> list[str]:
    """The expressions of every rule in these groups."""
    return [str(rule["expr"]) for group in of for rule in group["rules"]]  # type: ignore[index, call-overload, union-attr]


def labels(model: str) -> dict[str, str]:
    """The labels of every recorded series of an SLO but for its window."""
    return {"id": model, "service": model, "slo": "availability"}


def _recordings(model: str, bad: str, total: str) -> list[YamlValue]:
    ratio = f"({bad}) / ({total})"
    short = f"slo:sli_error:ratio_rate5m{{{_ids(model)}}}[30d]"
    found: list[YamlValue] = [
        {
            "record": f"slo:sli_error:ratio_rate{window}",
            "expr": ratio.replace("$window", window),
            "labels": {**labels(model), "window": window},
        }
        for window in WINDOWS
    ]
    period = f"sum_over_time({short}) / ignoring (window) count_over_time({short})"
    return [
        *found,
        {"record": "slo:sli_error:ratio_rate30d", "expr": period, "labels": {**labels(model), "window": "30d"}},
    ]


def _figures(model: str, objective: float) -> list[YamlValue]:
    ids = _ids(model)
    budget = f"on (id, slo, service) group_left slo:error_budget:ratio{{{ids}}}"
    exprs = {
        "slo:objective:ratio": f"vector({objective!r})",
        "slo:error_budget:ratio": f"vector(1-{objective!r})",
        "slo:time_period:days": "vector(30)",
        "slo:current_burn_rate:ratio": f"slo:sli_error:ratio_rate5m{{{ids}}} / {budget}",
        "slo:period_burn_rate:ratio": f"slo:sli_error:ratio_rate30d{{{ids}}} / {budget}",
        "slo:period_error_budget_remaining:ratio": f"1 - slo:period_burn_rate:ratio{{{ids}}}",
        "slo_info": "vector(1)",
    }
    return [{"record": name, "expr": expr, "labels": labels(model)} for name, expr in exprs.items()]


def _alert(model: str, severity: str, objective: float) -> dict[str, YamlValue]:
    def arm(factor: float, *windows: str) -> str:
        threshold = f"({factor} * {1 - objective!r})"
        parts = (f"max(slo:sli_error:ratio_rate{w}{{{_ids(model)}}} > {threshold}) without (window)" for w in windows)
        return f"({' and '.join(parts)})"

    expr = " or ".join(arm(factor, short, long) for factor, short, long in _ARMS[severity])
    return {"alert": f"{model}-burns", "expr": expr, "labels": {"severity": severity}}
