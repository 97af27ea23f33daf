"""Go templates as alert labels and annotations use them; expected texts were printed by text/template itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.gotemplate.execute import execute
from slogen.gotemplate.nodes import TemplateError
from slogen.gotemplate.parse import parse
from slogen.gotemplate.printf import quote, sprintf
from slogen.gotemplate.values import GoFunction, Struct, Value, shortest

LABELS = {"job": "api", "pod": "p-1"}
FUNCTIONS = {
    "upper": GoFunction(("string",), variadic=False, call=str.upper),
    "pair": GoFunction((), variadic=False, call=lambda: [Struct("*s", {"Value": 1.5}), Struct("*s", {"Value": 2.5})]),
}


def render(text: str) -> str:
    """Renders with labels, a value of 0.25 and two functions."""
    dot: Value = {"Labels": LABELS, "Value": 0.25}
    template = parse(text, FUNCTIONS, name="t", variables={"$labels", "$value"})
    return execute(template, dot, {"$labels": LABELS, "$value": 0.25}, FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("{{ $labels.job }}/{{ .Labels.pod }}", "api/p-1"),
        ("{{ $labels.missing }}|", "|"),
        ("{{ $value }}", "0.25"),
        ("a {{- 1 -}} b", "a1b"),
        ("a{{/* note */}}b{{- /* trim */ -}} c", "abc"),
        ('{{ printf "%.2f%%" 12.345 }}', "12.35%"),
        ('{{ "x" | printf "%s-%s" "y" }}', "y-x"),
        ('{{ if eq $labels.job "api" "web" }}yes{{ else }}no{{ end }}', "yes"),
        ("{{ if gt $value 0.5 }}a{{ else if gt $value 0.2 }}b{{ else }}c{{ end }}", "b"),
        ("{{ with $labels.missing }}x{{ else }}none{{ end }}", "none"),
        ("{{ with $x := $labels.job }}{{ $x }}{{ . }}{{ end }}", "apiapi"),
        ("{{ range $i, $s := pair }}{{ $i }}={{ .Value }},{{ end }}", "0=1.5,1=2.5,"),
        ("{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}", "job=api;pod=p-1;"),
        ("{{ range pair }}{{ if eq .Value 2.5 }}{{ break }}{{ end }}{{ .Value }}{{ end }}", "1.5"),
        ("{{ range pair }}{{ if eq .Value 1.5 }}{{ continue }}{{ end }}{{ .Value }}{{ end }}", "2.5"),
        ("{{ $n := 1 }}{{ if true }}{{ $n = 2 }}{{ end }}{{ $n }}", "2"),
        ("{{ $n := 1 }}{{ if true }}{{ $n := 2 }}{{ end }}{{ $n }}", "1"),
        ('{{ define "d" }}<{{ . }}>{{ end }}{{ template "d" $labels.job }}', "<api>"),
        ('{{ block "b" .Value }}[{{ . }}]{{ end }}', "[0.25]"),
        ("{{ (index pair 1).Value }}", "2.5"),
        ('{{ index $labels "pod" | upper }}', "P-1"),
        ('{{ or "" $labels.job }} {{ and 1 0 }} {{ not true }}', "api 0 false"),
        ('{{ len "héé" }} {{ slice "abcdef" 1 3 }}', "5 bc"),
        ('{{ html "<a & b>" }}{{ urlquery "a b/c" }}', "&lt;a &amp; b&gt;a+b%2Fc"),
        ('{{ print 1 2 "x" 3 }}|{{ println "a" 1 }}', "1 2x3|a 1\n"),
        ("{{ $labels }}", "map[job:api pod:p-1]"),
        (
            '{{ `raw\\n` }}{{ "tab\\t\\x41\\u00e9" }}',
            "raw\\ntab\tAé",
        ),
        ("{{ 'a' }} {{ 0x10 }} {{ 1e3 }} {{ 010 }}", "97 16 1000 8"),
        ("{{ $ | len }}", "2"),
        ("{{ eq $labels.job nil }} {{ print true nil }}", "false true <nil>"),
        ("}} stray", "}} stray"),
    ],
)
def test_prints_what_go_prints(text: str, expected: str) -> None:
    """Each construct prints what text/template prints."""
    assert render(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ nofunc }}", 'function "nofunc" not defined'),
        ("{{ $nope }}", 'undefined variable "$nope"'),
        ("{{ if true }}", "expected {{end}}"),
        ("{{ end }}", "expected action"),
        ("{{ }}", "missing value for command"),
        ("{{ 1 | 2 }}", "non executable command in pipeline"),
        ("{{ break }}", "outside {{range}}"),
        ("{{ $a, $b := 1 }}", "too many declarations in command"),
        ('{{ "open }}', "unterminated quoted string"),
        ("{{ (1 }}", "unclosed left paren"),
        ("{{ 1) }}", "unexpected right paren"),
        ("{{ $labels.job", "unclosed action"),
        ("{{/* never }}", "unclosed comment"),
        ("{{ upper(1) }}", "expected space between arguments"),
        ("{{ if true }}{{ else }}{{ else }}{{ end }}", "expected {{end}}"),
    ],
)
def test_refuses_what_go_cannot_parse(text: str, message: str) -> None:
    """A template that Go would not load is refused with its reason."""
    with pytest.raises(TemplateError) as error:
        render(text)

    assert message in error.value.message or "unexpected" in error.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ $value.x }}", "can't evaluate field x in type float64"),
        ("{{ if gt $value 1 }}{{ end }}", "error calling gt: incompatible types for comparison"),
        ("{{ index pair 5 }}", "error calling index: index out of range: 5"),
        ("{{ upper 1 }}", "wrong type for value; expected string; got int"),
        ("{{ nil }}", "nil is not a command"),
        ('{{ printf "%[1]d" 1 }}', "argument indexes"),
        ("{{ upper }}", "wrong number of args for upper: want 1 got 0"),
        ("{{ pair }}", "memory address"),
        ('{{ template "none" }}', 'template "none" not defined'),
        ('{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}', "exceeded maximum template depth"),
        ("{{ range $value }}{{ end }}", "range can't iterate over 0.25"),
        ("{{ $labels.job 1 }}", "can't give argument to non-function $labels.job"),
        ("{{ range 100000 }}{{ range 100000 }}x{{ end }}{{ end }}", "steps"),
    ],
)
def test_shows_what_fails_while_running(text: str, message: str) -> None:
    """A failure while a template runs is an error with Go's words, never a silent blank."""
    with pytest.raises(TemplateError) as error:
        render(text)

    assert message in error.value.message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1000000.0, "1e+06"), (1234567.5, "1.2345675e+06"), (123456.0, "123456"), (999999.5, "999999.5"),
        (123456789.0, "1.23456789e+08"), (99999.5, "99999.5"), (0.0001, "0.0001"), (0.00001, "1e-05"),
        (0.0, "0"), (-0.0, "-0"), (float("nan"), "NaN"), (float("inf"), "+Inf"), (float("-inf"), "-Inf"),
        (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"), (100.0, "100"),
    ],
)  # fmt: skip
def test_prints_floats_as_go_does(value: float, expected: str) -> None:
    """A float prints with the shortest digits, in exponent form below 1e-4 and from 1e6 on."""
    assert shortest(value) == expected


@given(st.floats(allow_nan=False))
def test_printed_floats_read_back(value: float) -> None:
    """Reading a printed float gives the same float."""
    assert float(shortest(value)) == value


@pytest.mark.parametrize(
    ("template", "args", "expected"),
    [
        ("%5.1f|%-6s|%06.2f|%+d|%x", [3.14159, "ab", 2.5, 7, 255], "  3.1|ab    |002.50|+7|ff"),
        ("%d", [1.5], "%!d(float64=1.5)"),
        ("%s", [], "%!s(MISSING)"),
        ("x", [1], "x%!(EXTRA int=1)"),
        ("%", [], "%!(NOVERB)"),
        ("%q %v %t %c %U", ['a"b', None, True, 65, 65], '"a\\"b" <nil> true A U+0041'),
        ("%*d|%.*f", [4, 7, 1, 2.55], "   7|2.5"),
        ("%e %G", [1234.5, 1e20], "1.234500e+03 1E+20"),
        ("%v %.2f", [float("inf"), float("nan")], "+Inf NaN"),
        ("%s %T", [1.5, "x"], "%!s(float64=1.5) string"),
    ],
)
def test_formats_as_fmt_does(template: str, args: list[Value], expected: str) -> None:
    """Verbs, flags and mistakes come out as fmt.Sprintf prints them."""
    assert sprintf(template, args) == expected


def test_quotes_control_characters() -> None:
    """A quoted string shows control characters as Go escapes them."""
    assert quote('a"\\\n\x01\u200b') == '"a\\"\\\\\\n\\x01\\u200b"'


@given(st.text(max_size=60))
def test_any_text_prints_or_is_refused(text: str) -> None:
    """No text of any kind ends in another exception than a template error."""
    try:
        render("{{" + text)
        render(text)
    except TemplateError:
        return
