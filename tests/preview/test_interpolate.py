"""Variables are filled in as Grafana does it."""

import pytest

from slogen.preview.interpolate import Choice, TimeRange, default_choices, interpolate, rate_interval, step_of

DAY = TimeRange(0, 86_400_000)
MONTH = TimeRange(0, 30 * 86_400_000)


@pytest.mark.parametrize(
    ("choice", "written"),
    [
        (Choice((), ".+"), ".+"),
        (Choice(("a",)), "a"),
        (Choice(("a", "b")), "(a|b)"),
        (Choice(("a.b",)), "a\\\\.b"),
        (Choice(("5$", "x|y")), "(5\\\\$|x\\\\|y)"),
        (Choice(("back\\slash",)), "back\\\\\\\\slash"),
        (Choice(('say "x"',), multi=False), 'say \\"x\\"'),
    ],
)
@pytest.mark.parametrize("written_as", ["$v", "${v}", "[[v]]", "${v:regex}"])
def test_choices(choice: Choice, written: str, written_as: str) -> None:
    """One value is itself, several are one group, All is the variable's own pattern; all are escaped twice."""
    assert interpolate(f'x{{a=~"{written_as}"}}', DAY, None, {"v": choice}) == f'x{{a=~"{written}"}}'


@pytest.mark.parametrize(
    ("shown", "min_step", "step", "rate"),
    [
        (TimeRange(0, 3_600_000), "60s", 60_000, 240_000),
        (DAY, "60s", 120_000, 240_000),
        (MONTH, "60s", 3_600_000, 3_660_000),
        (TimeRange(0, 3_600_000), None, 15_000, 60_000),
        (TimeRange(0, 60_000), "1m", 60_000, 240_000),
        (TimeRange(0, 400 * 86_400_000), "30s", 43_200_000, 43_230_000),
    ],
)
def test_intervals(shown: TimeRange, min_step: str | None, step: int, rate: int) -> None:
    """Steps are round and follow the zoom; a rate always sees four scrapes."""
    assert (step_of(shown, min_step), rate_interval(shown, min_step)) == (step, rate)


def test_built_in_variables() -> None:
    """The range, the interval and the times are filled in; longer names are not mistaken for shorter ones."""
    text = "$__range $__range_s $__range_ms $__interval $__interval_ms $__rate_interval ${__from} $__to"

    assert interpolate(text, MONTH, "60s", {}) == ("2592000s 2592000 2592000000 1h 3600000 61m 0 2592000000")


@pytest.mark.parametrize("text", ["$unknown", "${unknown:csv}", "[[unknown]]", "5$", "[[:alpha:]]", "$", 'a{b=~"x$"}'])
def test_the_unknown_stays(text: str) -> None:
    """What is no known variable is left as it is."""
    assert interpolate(text, DAY, None, {"v": Choice(("x",))}) == text


def test_default_choices() -> None:
    """All, by each variable's own pattern; the data source is no choice of values."""
    variables = [
        {"type": "datasource", "name": "datasource"},
        {"type": "query", "name": "slo", "allValue": ".+"},
        {"type": "query", "name": "plain"},
    ]

    assert default_choices({"templating": {"list": variables}}) == {"slo": Choice((), ".+"), "plain": Choice((), ".*")}
    assert default_choices({}) == {}


@pytest.mark.parametrize("min_step", ["", "1y", "fast", "-1m"])
def test_a_strange_interval_is_refused(min_step: str) -> None:
    """A panel interval that is no duration of Grafana's is an error, not a guess."""
    with pytest.raises(ValueError, match="no duration"):
        step_of(DAY, min_step)
