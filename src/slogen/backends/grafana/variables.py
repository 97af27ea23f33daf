"""Grafana's `$variables`: which ones a board offers, and how other text is kept from being read as one."""

import re
from dataclasses import dataclass, replace

from slogen.emit.yaml import YamlValue
from slogen.promql.ast import Expr, Matcher, MatchOp, Selector
from slogen.promql.rewrite import map_selectors
from slogen.promql.text import show

DATASOURCE: dict[str, YamlValue] = {"type": "prometheus", "uid": "${datasource}"}

_READ_AS_VARIABLE = re.compile(r"\$(?=[\w{])|\[\[(?=\w)")
_RE2_META = re.compile(r"[\\.+*?()|\[\]{}^]")


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice at the top of a board: the values of `label` on the series that `source` selects.

    `optional` values may be missing from a series altogether (`slice`): All then also matches series without the label.
    """

    name: str
    label: str
    source: Selector
    optional: bool


def datasource_variable() -> dict[str, YamlValue]:
    """The choice of Prometheus; no default is baked in, so the board works wherever it is imported."""
    return {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "refresh": 1,
        "regex": "",
        "hide": 0,
    }


def query_variable(variable: Variable, title: str) -> dict[str, YamlValue]:
    """A variable with All, one and several values, read anew whenever the time range changes."""
    query = f"label_values({show(variable.source)}, {variable.label})"
    return {
        "name": variable.name,
        "label": title,
        "type": "query",
        "datasource": dict(DATASOURCE),
        "query": {"query": query, "refId": "StandardVariableQuery"},
        "refresh": 2,
        "regex": "",
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*" if variable.optional else ".+",
        "hide": 0,
    }


def chosen(variable: Variable) -> Matcher:
    """The matcher that follows what the reader has chosen."""
    return Matcher(variable.label, MatchOp.RE, f"${variable.name}")


def verbatim(text: str) -> str:
    """Text of a user for a title or description: a word joiner keeps Grafana from reading `$name` as a variable."""
    return _READ_AS_VARIABLE.sub(lambda found: found.group()[:1] + "\u2060" + found.group()[1:], text)


def literal(expr: Expr) -> Expr:
    """The same expression with no label value that Grafana would take for a variable.

    `{a="x$slo"}` becomes `{a=~"x[$]slo"}`, which selects the same series.
    """
    return map_selectors(expr, lambda found: replace(found, matchers=tuple(map(literal_matcher, found.matchers))))


def literal_matcher(matcher: Matcher) -> Matcher:
    """The same condition with a value that Grafana does not take for a variable."""
    if not _READ_AS_VARIABLE.search(matcher.value):
        return matcher
    if matcher.op in {MatchOp.EQ, MatchOp.NE}:
        pattern = _RE2_META.sub(r"\\\g<0>", matcher.value).replace("$", "[$]")
        op = MatchOp.RE if matcher.op is MatchOp.EQ else MatchOp.NRE
        return Matcher(matcher.label, op, pattern)
    # Inside a pattern a `$` before a word character can only be an escaped one: as an anchor it could never match.
    return replace(matcher, value=matcher.value.replace("\\$", "[$]"))
