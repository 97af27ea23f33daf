"""Everything can be explained: objectives, alerts by name and selector, lines of specs and of rules, and queries."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from slogen.explaining import explained, explained_place, explained_query, place_of
from slogen.pipeline import build as build_project
from slogen.promql.ast import Selector
from slogen.promql.parse import parse
from slogen.promql.signatures import AGGREGATORS, FUNCTIONS
from slogen.review import functions
from slogen.review.explain import explain, explain_alert, explain_identity, explain_model
from slogen.review.origin import of_rules, of_spec
from slogen.review.query import explain_query
from slogen.review.side import Side
from tests.review.projects import CHURN, FRAUD, TODAY, build, side

RULES = "generated/production/prometheus/rules/fraud-detector.yaml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two models, built."""
    folder = tmp_path_factory.mktemp("project")
    build(folder, {"fraud-detector": FRAUD, "churn": CHURN})
    build_project(folder, TODAY)
    return folder


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Side:
    """The same project as a side."""
    return side(build(tmp_path_factory.mktemp("side"), {"fraud-detector": FRAUD, "churn": CHURN}))


@pytest.mark.parametrize(
    ("subject", "lines"),
    [
        (
            "Failing",
            (
                "Failing: production/fraud-detector/failing Failing (page)",
                "is above 0.05",
                "only where",
                "is at least 200",
                "seen: between",
                "waits: 5m without a break before it fires",
                "told: payments-ml-page",
            ),
        ),
        (
            'ErrorBudgetBurnPage{slo="latency",burn="fast"}',
            (
                "production/fraud-detector/latency burn fast",
                "factor 14.4 = 2% x 30d / 1h",
                "seen: 100% errors after 8.64m, 10% errors never",
                "hidden on purpose: windows with fewer than 3 bad events fire nothing",
            ),
        ),
        ("ErrorBudgetBurnPage", ("and 5 more of this name", "availability burn slow (page), told: pricing-page")),
        ("production/churn/availability burn fast", ("ErrorBudgetBurnPage: production/churn/availability burn fast",)),
        ("production/Watchdog", ("Watchdog of everything in production", "told: nobody")),
        ("churn", ("model churn in production, owned by pricing", "churn/availability: 99% over 30d")),
    ],
)  # fmt: skip
def test_alerts_are_explained_by_any_name(subject: str, lines: tuple[str, ...], known: Side) -> None:
    """A name, a selector or an identity finds the alert, and its text has thresholds, times, guards and receivers."""
    asked = None if " " in subject else parse(subject)
    text = (
        explain_identity(known, subject)
        or explain(known, subject)
        or explain_model(known, subject)
        or (explain_alert(known, asked) if isinstance(asked, Selector) else "")
    )

    assert [line for line in lines if line not in text] == [], text


def test_what_diff_prints_can_be_asked_for(known: Side) -> None:
    """The subject of a change, an objective or a whole model of one environment, is explained as it is printed."""
    assert explain_identity(known, "production/churn/availability").startswith("churn/availability in production")
    assert explain_identity(known, "production/churn").startswith("model churn in production")
    assert explain_identity(known, "staging/churn") == explain_identity(known, "production/") == ""


def test_what_there_is_not_has_no_text(project: Path) -> None:
    """An unknown subject is answered with what there is."""
    outcome = explained(project, TODAY, "Failing{slo='nothing'}")

    assert not outcome.text
    assert explained(project, TODAY, "Failing").text
    assert {"churn", "fraud-detector/failing", "ErrorBudgetBurnPage"} <= set(outcome.subjects)


def lines_with(text: str, words: str) -> Iterator[int]:
    """The numbers of the lines that hold the words."""
    return (number for number, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("objective: 99.9%", "is `objective` of the objective fraud-detector/availability"),
        ("min_bad: 3", "is `min_bad` of the objective fraud-detector/availability"),
        ("failing:", "of the alert fraud-detector/failing"),
        ("app:", "of the source app of fraud-detector (template slogen-contract)"),
        ("model: fraud-detector", "the model fraud-detector"),
    ],
)
def test_a_line_of_a_spec_says_what_it_becomes(words: str, told: str, known: Side) -> None:
    """The innermost part that stands on the line is named, with the rules that it became."""
    found = of_spec(known, "specs/fraud-detector.yaml", next(lines_with(FRAUD, words)))

    assert found is not None
    assert told in found[0].splitlines()[0]
    assert "becomes in" in found[0] or "read by fraud-detector/availability" in found[0] or "model" in told


def test_every_line_of_a_rule_file_leads_back(known: Side) -> None:
    """Each rule of a generated file comes from a line of the spec, and what stands around rules is the group's."""
    text = known.files[RULES]
    declared = next(lines_with(FRAUD, "failing:"))

    told = of_rules(known, (RULES, RULES), text, next(lines_with(text, "alert: Failing")))

    assert told is not None
    assert f"from: specs/fraud-detector.yaml:{declared}, an alert that the spec declares" in told
    assert "the file is not what the specs say" not in told
    group = of_rules(known, (RULES, "out/rules.yaml"), text, 2)
    assert group is not None
    assert group.startswith("out/rules.yaml:2 is in group")
    assert all(of_rules(known, (RULES, RULES), text, line) for line in range(2, len(text.splitlines()), 10))
    assert of_rules(known, (RULES, RULES), text, 99_999) is None
    assert of_rules(known, ("generated/x.yaml", "x.yaml"), text, 2) is None


def test_a_stale_rule_file_is_told_so(project: Path) -> None:
    """A file that somebody edited is explained by its groups, and said to be stale; a spec's line needs no build."""
    file = project / RULES
    file.write_text("# mine\n" + file.read_text())

    assert "the file is not what the specs say now" in explained_place(project, TODAY, file, 9).text
    assert "of the objective" in explained_place(project, TODAY, project / "specs" / "fraud-detector.yaml", 8).text
    assert not explained_place(project, TODAY, project / "specs" / "fraud-detector.yaml", 999).text


@pytest.mark.parametrize(
    "text",
    ["groups:\n- name: x\n  rules: 3\n", "{", "- a\n", "", "groups: [1]\n", "groups:\n- {name: [1], rules: [2]}\n"],
)
def test_a_torn_rule_file_is_no_bug(text: str, known: Side) -> None:
    """What is no rule file any more leads nowhere."""
    assert [of_rules(known, (RULES, RULES), text, line) for line in (1, 2, 3)] == [None, None, None]


def test_places_are_files_with_a_line() -> None:
    """A series with colons is no place, a finding's place with a column is one."""
    assert place_of("specs/a.yaml:3:7") == ("specs/a.yaml", 3)
    assert place_of("slogen:error:ratio1h") is None
    assert place_of("a.yaml") is None


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ('rate(a_total{code=~"5.."}[5m])', "all samples of the last 5m of a_total where code matches '5..' as a whole"),
        ("a offset 1w", "a, every series of it, 7d ago"),
        ("a @ end()", "as of end"),
        ("sum without (pod) (a)", "the sum, one for each set of labels without `pod`"),
        ("a / on (job) group_left (team) b", "several on the left may share one, from which they take `team`"),
        ("a unless on () b", "any two samples are partners"),
        ("a > bool 1", "1 where the left side is above `1`, else 0"),
        ("histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m])))", "drops `le`"),
        ("histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))", "interpolated inside a bucket"),
        ("sum(a) or vector(0)", "stands in only where the whole left side is empty"),
        ("max_over_time(rate(a[5m])[1h:5m])", "asked every 5m over the last 1h"),
        ("-a ^ 2 + time()", "the moment of evaluation, in Unix seconds"),
        ("topk(3, a)", "the 3 series with the highest values"),
        ('label_replace(a, "x", "$1", "y", "(.*)")', 'label "x" set to "$1" where label "y" matches "(.*)" as a whole'),
    ],
)  # fmt: skip
def test_queries_are_told_part_by_part(query: str, told: str) -> None:
    """Windows, offsets, matching, aggregation and traps are said in words."""
    assert told in explain_query(parse(query), lambda _: None)


def test_every_function_has_words() -> None:
    """No function or aggregation that the parser takes is without an explanation."""
    assert set(functions.FUNCTIONS) == set(FUNCTIONS)
    assert set(functions.AGGREGATIONS) == set(AGGREGATORS)
    assert set(functions.CAVEATS) <= set(FUNCTIONS)


def test_a_query_says_what_our_own_series_are(project: Path) -> None:
    """A series that the project records is explained, one that it does not is said to be nothing."""
    query = parse("slogen:budget:remaining < 0.1 and slogen:nothing:there")

    text = explained_query(project, TODAY, query).text

    assert "slogen:budget:remaining: the budget of the period" in text
    assert "slogen:nothing:there: nothing that this project records" in text
    assert "nothing that this project records" in explained_query(None, TODAY, query).text
