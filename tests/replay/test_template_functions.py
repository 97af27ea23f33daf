"""Prometheus' template functions; expected texts are those of template/template.go."""

import math

import pytest

from slogen.gotemplate.execute import execute
from slogen.gotemplate.nodes import TemplateError
from slogen.gotemplate.parse import parse
from slogen.gotemplate.values import GoError
from slogen.replay import template_functions as functions


def render(text: str) -> str:
    """Renders with a query that knows two pods."""

    def query(expr: str) -> list[functions.Sample]:
        if expr == "broken":
            raise GoError("many-to-many matching not allowed")
        return [] if expr == "none" else [({"pod": "v10"}, 2.0), ({"pod": "v2", "__value__": "x"}, 1.0)]

    table = functions.functions(query)
    return execute(parse(text, table), None, {}, table)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1e6, "1M"), (123456.0, "123.5k"), (1e-5, "10u"), (0.0012345, "1.234m"), (99999.5, "100k"), (0.0, "0"),
        (math.nan, "NaN"), (math.inf, "+Inf"), (-1234.0, "-1.234k"), (1e30, "1e+06Y"), (1, "1"), ("2048", "2.048k"),
    ],
)  # fmt: skip
def test_humanizes(value: float | str, expected: str) -> None:
    """A number gets four digits and a metric prefix."""
    assert functions.humanize(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (93784.5, "1d 2h 3m 4s"), (0.0123, "12.3ms"), (-3661.5, "-1h 1m 1s"), (0, "0s"), (59.5, "59.5s"),
        (60, "1m 0s"), (math.inf, "+Inf"), (-0.5, "-500ms"), (-2.5, "-2.5s"),
    ],
)  # fmt: skip
def test_tells_durations(value: float, expected: str) -> None:
    """Seconds become days, hours, minutes and seconds, or a small unit."""
    assert functions.humanize_duration(value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{{ 1e6 | humanizePercentage }} {{ 14.4 | humanizePercentage }} {{ 0.99953 | humanizePercentage }}",
            "1e+08% 1440% 99.95%",
        ),
        ("{{ 1e6 | humanize1024 }} {{ 1023 | humanize1024 }}", "976.6ki 1023"),
        ("{{ 1435065584.128 | humanizeTimestamp }}", "2015-06-23 13:19:44.128 +0000 UTC"),
        ("{{ 1435065584 | toTime }}", "2015-06-23 13:19:44 +0000 UTC"),
        ('{{ query "up" | first | label "pod" }}', "v10"),
        ('{{ query "up" | first | value }}', "2"),
        ('{{ range query "up" | sortByLabel "pod" }}{{ .Labels.pod }}={{ .Value }} {{ end }}', "v2=1 v10=2 "),
        ('{{ with query "none" }}some{{ else }}none{{ end }}', "none"),
        ('{{ query "up" | sortByLabel "pod" | first | strvalue }}', "x"),
        ('{{ "hello big world" | title }} {{ toUpper "a" }}{{ toLower "B" }}', "Hello Big World Ab"),
        ('{{ match "b.*" "abc" }} {{ reReplaceAll "(.)b" "$1$1" "abab" }}', "true aaaa"),
        ('{{ stripPort "h.example:80" }} {{ stripPort "[::1]:80" }} {{ stripPort "plain" }}', "h.example ::1 plain"),
        (
            '{{ stripDomain "h.example:80" }} {{ stripDomain "10.0.0.1:80" }} {{ stripDomain "h.example" }}',
            "h:80 10.0.0.1:80 h",
        ),
        ('{{ parseDuration "1h30m" }} {{ parseDuration "0" }}', "5400 0"),
        (
            '{{ graphLink "up == 0" }} {{ tableLink "up" }}',
            "/graph?g0.expr=up+%3D%3D+0&g0.tab=0 /graph?g0.expr=up&g0.tab=1",
        ),
        ('{{ with args 1 "b" }}{{ .arg0 }}{{ .arg1 }}{{ end }}{{ safeHtml "<b>" }}', "1b<b>"),
    ],
)
def test_prints_what_prometheus_prints(text: str, expected: str) -> None:
    """Each function gives the text a server would put into the annotation."""
    assert render(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{{ query "none" | first }}', "first() called on vector with no elements"),
        ('{{ query "broken" }}', "error calling query: many-to-many matching not allowed"),
        ('{{ "x" | humanize }}', 'parsing "x": invalid syntax'),
        ("{{ args 1 | humanize }}", "can't convert map[string]string to float"),
        ('{{ parseDuration "1.5h" }}', 'not a valid duration string: "1.5h"'),
        ('{{ parseDuration "" }}', "empty duration string"),
        ('{{ match "(" "x" }}', "error parsing regexp"),
        ("{{ 1e300 | humanizeTimestamp }}", "overflows int64"),
        ("{{ externalURL }}", "use $externalURL"),
        ('{{ "a" | first }}', "wrong type for value"),
        ('{{ 1 | label "x" }}', "wrong type for value"),
    ],
)
def test_shows_its_failures(text: str, message: str) -> None:
    """A function that fails says why; nothing is swallowed."""
    with pytest.raises(TemplateError) as error:
        render(text)

    assert message in error.value.message
