"""Pages that nobody would save on purpose: a finding, or a proposal that says what it lacks, and never a traceback."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogen.catalogue.load import entry
from slogen.catalogue.sample import Page, parse_page
from slogen.importers.candidates import Use, candidates
from slogen.importers.draft import Draft, owner, text
from slogen.importers.propose import Proposal, Surroundings, propose
from slogen.importers.recognise import Recognised, recognise
from slogen.importers.saved_page import LARGEST, read_saved
from slogen.importers.subjects import subjects
from slogen.ir.where import labels
from slogen.source.plain import load_plain
from slogen.spec.specfile import SpecFile
from tests.importers.pages import page_of
from tests.importers.test_propose import AROUND, made, specs

KSERVE = page_of("kserve")
PREDICT = "".join(line + "\n" for line in KSERVE.splitlines() if "request_predict" in line)
HTML = "<html>\n" * 500


def codes(proposal: Proposal) -> list[str]:
    """The findings' codes; where there are any, nothing is proposed."""
    assert bool(proposal.diagnostics) != bool(proposal.files)
    return [finding.code.id for finding in proposal.diagnostics]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", ["SLO350"], id="empty"),
        pytest.param(b"\n# only a comment\n", ["SLO350"], id="comments"),
        pytest.param(bytes(range(256)) * 20, ["SLO108"], id="binary"),
        pytest.param(KSERVE.encode("utf-16"), ["SLO108"], id="utf-16"),
        pytest.param(HTML.encode(), ["SLO350"] * 5, id="html"),
        pytest.param(KSERVE.encode()[:-20], ["SLO350"], id="cut off"),
        pytest.param(b"my_own_total 3\n", ["SLO390"], id="nothing known"),
        pytest.param(b"# TYPE my_own counter\n", ["SLO350"], id="no series"),
    ],
)
def test_what_is_no_page_of_a_known_server_is_a_finding(content: bytes, expected: list[str], tmp_path: Path) -> None:
    """Each says what is wrong; a page of a thousand wrong lines says so a few times."""
    path = tmp_path / "page.prom"
    path.write_bytes(content)
    assert codes(propose([path], (), AROUND)) == expected


def test_a_page_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    """It would become a file of the project."""
    path = tmp_path / "page.prom"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    [finding] = propose([path], (), AROUND).diagnostics
    assert f"{LARGEST:,}" in finding.message
    assert finding.hint is not None
    assert "keep the lines" in finding.hint


@pytest.mark.parametrize("path", ["nothing-here.prom", "."])
def test_what_cannot_be_read_is_a_finding(path: str, tmp_path: Path) -> None:
    """A missing file and a folder."""
    assert codes(propose([tmp_path / path], (), AROUND)) == ["SLO116"]


@pytest.mark.parametrize("count", ["NaN", "+Inf", "-4"])
def test_counts_that_are_none_fall_back_to_the_middle_bound(count: str, tmp_path: Path) -> None:
    """Nothing is concluded from numbers that cannot be counts."""
    page = "\n".join(f"{line.rpartition(' ')[0]} {count}" if line[0] != "#" else line for line in KSERVE.splitlines())
    [spec] = specs(made(tmp_path, page)).values()
    assert "within: 500ms" in spec
    assert "objective: 99%" in spec


def test_a_histogram_without_buckets_is_named_and_not_used(tmp_path: Path) -> None:
    """+Inf alone tells no latency; the rest of the proposal stands."""
    lines = page_of("istio").splitlines()
    page = "\n".join(line for line in lines if 'le="' not in line or 'le="+Inf"' in line)
    [spec] = specs(made(tmp_path, page)).values()
    assert "has no buckets but +Inf" in spec
    assert "availability:" in spec
    assert "within" not in spec


@pytest.mark.parametrize("le", ["1e30", "1e999999", "1e-999999", "0.00000001", "-5", "NaN", "0x10", ""])
def test_bounds_that_no_duration_can_say_are_left_out(le: str, tmp_path: Path) -> None:
    """The other bounds still serve."""
    odd = f'request_predict_seconds_bucket{{model_name="fraud-detector",le="{le}"}} 3\n'
    [spec] = specs(made(tmp_path, KSERVE + odd)).values()
    assert "within: 500ms" in spec


def test_thousands_of_names_ask_which_are_meant(tmp_path: Path) -> None:
    """Nobody wants thousands of specs; with --model one of them is proposed for."""
    labels = 'service_name="x",configuration_name="x",revision_name="x"'
    page = "".join(f'request_predict_seconds_count{{model_name="s{n}",{labels}}} 5\n' for n in range(2000))
    assert codes(made(tmp_path, page)) == ["SLO391"]
    assert codes(made(tmp_path, page, models=("s-17",))) == ["SLO392"]
    assert list(specs(made(tmp_path, page, models=("s17",)))) == ["s17"]


def test_the_nearest_server_is_named_with_what_it_would_need(tmp_path: Path) -> None:
    """Same names without the labels, and names that differ by a letter."""
    [labels] = made(tmp_path, 'http_requests_total{code="200"} 5\n').diagnostics
    assert "`fastapi-instrumentator`, whose http_requests_total has the label `status`" in labels.message
    [names] = made(tmp_path, 'vllm_request_success_total{model_name="m"} 5\n').diagnostics
    assert "vllm:request_success_total where this page has vllm_request_success_total" in names.message


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@settings(max_examples=50)
@given(NAMES)
def test_any_label_value_survives_in_the_spec(value: str) -> None:
    """Whatever a page calls its model, the spec selects just that, has a valid name and only its own keys."""
    page, _ = parse_page(PREDICT, "page.prom")
    server = Recognised("kserve", entry("kserve"), ("request_predict_seconds",), _renamed(page, value))
    for subject in subjects(server):
        use = Use("kserve", server, subject.select, "samples/page.prom")
        draft = Draft(subject.name or "page", (use,), None, candidates((use,)), (f"seen: {value}",), "")
        loaded = load_plain(text(draft))
        assert loaded.problem is None
        spec = SpecFile.model_validate(loaded.data)
        source = spec.sources["kserve"]
        assert spec.name == draft.name
        assert {label: one.equals for label, one in source.select.items()} == subject.select
        assert subject.select in ({"model_name": value}, {})


def _renamed(page: Page, model: str) -> Page:
    """The page as a server of another model would serve it."""
    series = (replace(one, labels=labels(dict(one.labels) | {"model_name": model})) for one in page.series)
    return replace(page, series=tuple(series))


def test_every_line_of_a_proposal_has_its_owner(tmp_path: Path) -> None:
    """A finding of the compiler is laid to the objective whose line it points at, and to no other."""
    path = tmp_path / "page.prom"
    path.write_text(KSERVE)
    saved = read_saved(path)
    assert not isinstance(saved, tuple)
    [server] = recognise(saved)
    use = Use("kserve", server, {}, "samples/page.prom")
    draft = Draft("m", (use,), None, candidates((use,)), (), "")
    lines = text(draft).splitlines()
    owned = {lines[number - 1].strip() for number in range(1, len(lines) + 1) if owner(draft, number) is not None}
    assert {"latency:", "objective: 99%"} <= owned
    assert "sources:" not in owned
    assert owner(draft, 0) is owner(draft, len(lines) + 1) is None


def test_what_the_compiler_refuses_is_said_and_not_proposed(tmp_path: Path) -> None:
    """A server of batch jobs that has not yet succeeded once: its freshness cannot be measured on this page."""
    page = page_of("kube-state-jobs")
    kept = [line for line in page.splitlines() if "kube_cronjob_status_last_successful_time" not in line]
    [spec] = specs(made(tmp_path, "\n".join(kept) + "\n")).values()
    assert "slos:" not in spec
    remark = " ".join(spec.replace("\n# ", " ").split())
    assert "Not proposed: freshness. the page samples/page-0.prom has no metric kube_cronjob_status_last_succ" in remark


def test_what_does_not_fit_the_project_is_a_finding(tmp_path: Path) -> None:
    """Errors that no single objective causes are shown as they are: here there is no team to name."""
    path = tmp_path / "page.prom"
    path.write_text(KSERVE)
    project = "project: p\nenvironments: {production: {production: true}}\n"
    proposal = propose([path], (), Surroundings(project, "specs", None, ""))
    assert codes(proposal)
    assert {finding.span.file for finding in proposal.diagnostics if finding.span} == {"specs/fraud-detector.yaml"}


def test_names_that_become_the_same_are_numbered(tmp_path: Path) -> None:
    """Three models whose names differ only in what no spec's name may have."""
    pages = "".join(PREDICT.replace("fraud-detector", name) for name in ("Fraud Net", "fraud/net", "fraud-net", "模型"))
    assert list(specs(made(tmp_path, pages))) == ["fraud-net", "fraud-net-2", "fraud-net-3", "model"]


def test_a_metric_of_another_type_is_not_the_servers(tmp_path: Path) -> None:
    """Same name, but a gauge where the server has a histogram."""
    page = PREDICT.replace("# TYPE request_predict_seconds histogram", "# TYPE request_predict_seconds gauge")
    assert codes(made(tmp_path, page)) == ["SLO390"]


def test_one_metric_of_many_is_not_enough(tmp_path: Path) -> None:
    """A name that fits, without all labels of its exporter, is told as a near miss."""
    [finding] = made(tmp_path, 'nv_inference_count{model="m"} 5\n').diagnostics
    assert "`triton`, which has nv_inference_request_success as well" in finding.message
    assert "the labels model, version on nv_inference_count" in finding.message
