"""Each lint fires on its failing example and not on its passing one."""

import time
from pathlib import Path

import pytest
import yaml

from slogen.checks.linting import lint_alert, lint_of_model, lint_recording
from slogen.promql.parse import parse


@pytest.mark.parametrize(
    ("slug", "failing", "passing"),
    [
        ("alert-without-condition", "rate(errors_total[5m])", "rate(errors_total[5m]) > 0.1"),
        ("alert-without-condition", "sum(errors_ratio)", "sum(errors_ratio) > 0.1"),
        ("alert-without-condition", "errors_ratio > bool 0.1", "absent(errors_ratio)"),
        ("alert-without-condition", "vector(1)", 'target_state{state="down"}'),
        ("alert-without-condition", 'rate(errors_total{code=~"5.."}[5m])', 'ALERTS_FOR_STATE{alertname="Slow"}'),
        (
            "alert-without-condition",
            'histogram_quantile(0.9, sum by (le) (rate(latency_bucket{job="a"}[5m])))',
            'max_over_time(ALERTS{alertstate="firing"}[1h])',
        ),
        ("alert-without-condition", "sum(rate(errors_total[5m])) >= 0", "sum(rate(errors_total[5m])) > 0"),
        ("alert-without-condition", "-1 < count(up)", "0 <= drop_since_yesterday"),
        ("alert-without-condition", "rate(a_total[5m]) * 60 >= 0", "rate(a_total[5m]) / rate(b_total[5m]) >= 0"),
        ("counter-without-rate", "sum(errors_total) / 60 > 5", "timestamp(errors_total) > 5"),
        ("counter-without-rate", "avg_over_time(errors_total[5m]) > 10", "requests_created > 10"),
        (
            "counter-without-rate",
            "100 * sum(errors_total) / sum(requests_total) > 5",
            "created_total - deleted_total > 100",
        ),
        ("counter-without-rate", 'latency_bucket{le="0.1"} > 100', "open_connections_count > 100"),
        ("counter-without-rate", "requests_total > 100", "rate(requests_total[5m]) > 100"),
        ("counter-without-rate", "sum(requests_total) > 100", "requests_total > 0"),
        ("counter-without-rate", "100 < max(requests_total)", "100 < max(queue_length)"),
        ("rate-of-a-sum", "rate(sum(requests_total)[5m:1m]) > 1", "sum(rate(requests_total[5m])) > 1"),
        ("rate-of-a-sum", "increase(avg(requests_total)[1h:1m]) > 1", "increase(max(requests_total)[1h:1m]) > 1"),
        (
            "rate-of-a-sum",
            "rate((sum(a_total) + sum(b_total))[5m:1m]) > 1",
            "max_over_time((sum(rate(a_total[5m])) + sum(rate(b_total[5m])))[1h:1m]) > 1",
        ),
        ("topk-in-an-alert", "topk by (job) (1, errors_ratio) > 0.1", "max(topk(3, errors_ratio)) > 0.1"),
        ("topk-in-an-alert", "errors_ratio > 0.1 and bottomk(5, free_bytes)", "count(topk(3, up == 0)) > 2"),
        ("topk-in-an-alert", "topk(3, errors_ratio) > 0.1", "sum by (job) (topk by (job) (3, errors_ratio)) > 0.1"),
        (
            "sides-never-match",
            "sum by (job, code) (rate(a_total{code=~'5..'}[5m])) / sum by (job) (rate(b_total[5m])) > 1",
            "sum by (job) (rate(a_total[5m])) / sum by (job) (rate(b_total[5m])) > 1",
        ),
        (
            "sides-never-match",
            "sum by (job, code) (rate(a_total{code=~'5..'}[5m])) / sum by (job) (rate(b_total[5m])) > 1",
            "sum by (job, code) (rate(a_total[5m])) / on (job) group_left () sum by (job) (rate(b_total[5m])) > 1",
        ),
        ("sides-never-match", 'up{job="a"} == 0 and sum(queue) > 5', 'up{job="a"} == 0 and on () sum(queue) > 5'),
        ("sides-never-match", 'up{job="a"} == 0 unless max(maintenance)', 'up{job="a"} == 0 unless on () maintenance'),
        (
            "sides-never-match",
            'rate(a{job="x"}[5m]) / sum by (job) (rate(b{job="y"}[5m])) > 1',
            'rate(a{job="x"}[5m]) / ignoring (job) rate(b{job="y"}[5m]) > 1',
        ),
        (
            "sides-never-match",
            'a{job="x"} > on (job) group_left () b{job="y"}',
            'a{job="x"} > on (job) group_left () label_replace(b{job="y"}, "job", "x", "", "")',
        ),
        ("sides-never-match", 'absent(up{job="x"}) and absent(up{job="y"})', 'up{job="x"} == 0 or up{job="y"} == 0'),
        ("regex-that-is-none", 'up{job=~"api"} == 0', 'up{job=~"api|web"} == 0'),
        ("regex-that-is-none", 'up{job!~"api"} == 0', 'up{job!="api"} == 0'),
        ("regex-that-is-none", 'up{job=~".*"} == 0', 'up{job=~".+"} == 0'),
        ("regex-that-is-none", 'up{job=~"^api-.+$"} == 0', 'up{job=~"api-.+"} == 0'),
        (
            "average-of-ratios",
            "avg(rate(errors_total[5m]) / rate(requests_total[5m])) > 0.1",
            "sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.1",
        ),
        ("regex-that-is-none", 'up{job=~"api||web"} == 0', 'up{job=~"api|"} == 0'),
        ("regex-that-is-none", 'up{job=~""} == 0', 'up{job=~"api|web|"} == 0'),
        ("regex-that-is-none", r'up{job=~"10\\.0\\.0\\.1"} == 0', r'up{job=~"10\\.0\\..+"} == 0'),
        ("regex-that-is-none", 'up{job=~"api|web|api"} == 0', 'up{job=~"(api|web)-.+"} == 0'),
        (
            "nan-in-an-aggregation",
            "avg by (job) (1 - rate(errors_total[5m]) / rate(requests_total[5m])) < 0.9",
            "avg by (job) (1 - rate(errors_total[5m]) / (rate(requests_total[5m]) > 0)) < 0.9",
        ),
        (
            "nan-in-an-aggregation",
            "sum(abs(errors / sum by (job) (rate(requests_total[5m])))) > 1",
            "max(abs(errors / sum by (job) (rate(requests_total[5m])))) > 1",
        ),
        (
            "fragile-join",
            "container_memory_bytes / on (pod) container_limit_bytes > 0.9",
            "sum by (pod) (container_memory_bytes) / on (pod) sum by (pod) (container_limit_bytes) > 0.9",
        ),
        (
            "fragile-join",
            "rate(a_total[5m]) * 60 > on (instance) b",
            "rate(a_total[5m]) * 60 > on (instance) group_left () max by (instance) (b)",
        ),
        ("half-without-condition", "errors_ratio > 0.1 or vector(0)", "(errors_ratio or vector(0)) > 0.1"),
        (
            "average-of-ratios",
            "avg(100 * rate(errors_total[5m]) / rate(requests_total[5m])) > 5",
            "avg(rate(errors_total[5m]) / 60) > 5",
        ),
        (
            "nan-in-an-aggregation",
            "avg(queue_length / rate(done_total[5m])) > 60",
            "avg(queue_length / (rate(done_total[5m]) > 0)) > 60",
        ),
        ("half-without-condition", 'a > 1 or rate(b_total{code="5.."}[5m])', 'a > 1 or b{state="down"}'),
        ("half-without-condition", "a > 1 or b > 1 or sum(c)", "a > 1 or b > 1 or absent(c)"),
    ],
)
def test_fires_on_the_mistake_alone(slug: str, failing: str, passing: str) -> None:
    """The failing example has the finding, the passing one has none at all."""
    assert slug in {finding.code.slug for finding in lint_alert(parse(failing), (), ())}
    assert lint_alert(parse(passing), (), ()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ $labels.pod }} burns", True),
        ("{{ .Labels.pod }}", True),
        ('{{ index $labels "pod" }}', True),
        ("{{ $labels.job }} burns {{ $value }}", False),
        ('{{ range query "up" }}{{ .Labels.pod }}{{ end }}', False),
        ("{{ $labels.pod", False),
        ("no template", False),
    ],
)
def test_texts_use_labels_that_exist(text: str, found: bool) -> None:
    """A label that an aggregation dropped cannot be printed; one of a query inside the text can."""
    expr = parse("sum by (job) (rate(errors_total[5m])) > 1")

    assert bool(lint_alert(expr, (), (("summary", text),))) == found


def test_recordings_need_no_condition() -> None:
    """A recording rule may have any value, but a rate of a sum is wrong there too."""
    assert lint_recording(parse("sum by (job) (rate(errors_total[5m]))")) == []
    assert [f.code.slug for f in lint_recording(parse("rate(sum(a_total)[5m:1m])"))] == ["rate-of-a-sum"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("{{ $value }}", True), ("{{ .Value | humanize }}", True), ("{{ $labels.job }}", False), ("$value", False)],
)
def test_values_do_not_belong_into_labels(text: str, found: bool) -> None:
    """A label with the value is another alert at every evaluation; the same text is fine in an annotation."""
    expr = parse("sum by (job) (rate(errors_total[5m])) > 1")
    slugs = {finding.code.slug for finding in lint_alert(expr, (("level", text),), (("summary", text),))}

    assert slugs == ({"value-in-a-label"} if found else set())
    assert lint_alert(expr, (), (("summary", text),)) == []


def test_a_model_selects_its_own_series() -> None:
    """In an expression that belongs to one model a selector without matchers is told; in a public rule it is not."""
    found = lint_of_model(parse("sum(rate(errors_total[5m])) > 1"), (), ())

    assert [finding.code.slug for finding in found] == ["selects-every-series"]
    assert lint_of_model(parse('sum(rate(errors_total{model="m"}[5m])) > 1'), (), ()) == []
    assert lint_alert(parse("sum(rate(errors_total[5m])) > 1"), (), ()) == []


def test_a_long_sum_is_judged_at_once() -> None:
    """A hundred terms, each with a value of its own, and no term is looked at for every other."""
    expr = parse(" + ".join(f'rate(a{number}_total{{job="x"}}[5m])' for number in range(100)) + " > 1")
    began = time.process_time()

    assert lint_alert(expr, (), ()) == []
    assert time.process_time() - began < 3


REAL = {
    # every finding in 677 public rules, and that it is real
    "average-of-ratios": 4,  # means of per-bean and per-server ratios
    "nan-in-an-aggregation": 1,  # a sum of percentages of errors: one idle instance silences it
    "regex-that-is-none": 21,  # plain words, no word at all, and needless anchors
    "sides-never-match": 2,  # a status label on one side only: these alerts can never fire
    "template-of-a-missing-label": 14,  # texts that print labels which the sums dropped
}


@pytest.mark.shared
def test_public_rules_have_real_findings_only(root: Path) -> None:
    """Of 677 public rules just those are reported that really have the mistake."""
    folder = root.parent / "shared" / "conformance" / "rules"
    if not folder.is_dir():
        pytest.skip("the conformance rules do not lie beside this checkout")
    found: dict[str, int] = {}
    for path in sorted(folder.glob("*.yaml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                labels = tuple((k, str(v)) for k, v in (rule.get("labels") or {}).items())
                texts = tuple((k, str(v)) for k, v in (rule.get("annotations") or {}).items())
                expr = parse(str(rule["expr"]))
                for finding in lint_alert(expr, labels, texts) if "alert" in rule else lint_recording(expr):
                    found[finding.code.slug] = found.get(finding.code.slug, 0) + 1

    assert found == REAL
