"""Every server of the catalogue is recognised on a page of its own, and what is proposed for it builds."""

import os
import random
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from slogen import pipeline
from slogen.catalogue.load import entry_names
from slogen.catalogue.sample import parse_page
from slogen.diagnostics.model import Severity
from slogen.importers.propose import Proposal, Surroundings, propose
from slogen.source.plain import load_plain
from slogen.spec.slis import Availability, Latency, Sli
from slogen.spec.sources import Source
from slogen.spec.specfile import SpecFile
from slogen.spec.units import duration_ms
from tests.golden import assert_golden
from tests.importers.pages import page_of

GOLDEN = Path(__file__).parent / "golden"
PROJECT = (files("slogen.cli") / "starter/slogen.yaml").read_text(encoding="utf-8")
AROUND = Surroundings(PROJECT, "specs", "ml-platform", "../.slogen/spec.schema.json")
TODAY = date(2026, 11, 1)


def made(folder: Path, *pages: str, models: tuple[str, ...] = ()) -> Proposal:
    """What is proposed for pages with these texts, called page-0.prom and so on."""
    paths = [folder / f"page-{number}.prom" for number in range(len(pages))]
    for path, page in zip(paths, pages, strict=True):
        path.write_text(page, encoding="utf-8")
    return propose(paths, models, AROUND)


def specs(proposal: Proposal) -> dict[str, str]:
    """The proposed specs by model."""
    assert proposal.diagnostics == (), proposal.diagnostics
    return {Path(path).stem: text.decode() for path, text in proposal.files.items() if path.endswith(".yaml")}


def spec(proposal: Proposal, model: str) -> SpecFile:
    """One proposed spec as the language reads it."""
    return SpecFile.model_validate(load_plain(specs(proposal)[model]).data)


def selected(source: Source) -> dict[str, str | None]:
    """The label values that a source asks for, or the patterns that they must match."""
    return {label: one.equals or one.matches for label, one in source.select.items()}


@pytest.fixture(scope="module")
def proposals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Proposal]:
    """By catalogue entry, what is proposed for a page with every metric of that entry."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name in entry_names():
        path = folder / f"{name}.prom"
        path.write_text(page_of(name, f"model-{name.replace('.', '-')}"), encoding="utf-8")
        found[name] = propose([path], (), AROUND)
    return found


@pytest.mark.parametrize("name", entry_names())
def test_a_page_of_a_server_is_recognised(name: str, proposals: dict[str, Proposal]) -> None:
    """The entry is the source's template, the page its sample, and something is proposed."""
    [model] = specs(proposals[name])
    found = spec(proposals[name], model)
    [source] = found.sources.values()
    assert (source.template, source.sample) == (name, f"samples/{name}.prom")
    assert proposals[name].files[f"samples/{name}.prom"] == page_of(name, f"model-{name.replace('.', '-')}").encode()
    assert found.slos or found.alerts


@pytest.mark.parametrize("name", entry_names())
def test_thresholds_are_bucket_bounds_of_the_page(name: str, proposals: dict[str, Proposal]) -> None:
    """Whatever `within` a proposal has for events, in one of the units of time, is a bound."""
    page, _ = parse_page(page_of(name), name)
    bounds = {Decimal(le) for one in page.series for label, le in one.labels if label == "le" and le != "+Inf"}
    seconds = {(bound / unit).quantize(Decimal("0.001")) for bound in bounds for unit in (1, 1000, 1_000_000)}
    [text] = specs(proposals[name]).values()
    for within in re.findall(r"(?:latency|jobs): .*within: (\w+)", text):
        assert Decimal(duration_ms(within)) / 1000 in seconds


def project(root: Path, proposals: Iterable[Proposal]) -> Path:
    """A project of proposals in a folder that is not there yet."""
    root.mkdir()
    (root / "slogen.yaml").write_text(PROJECT, encoding="utf-8")
    for proposal in proposals:
        for path, content in proposal.files.items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_bytes(content)
    return root


def test_all_proposals_build(proposals: dict[str, Proposal], tmp_path: Path) -> None:
    """A project of all of them compiles; the only doubts are drift jobs that do not say when they ran."""
    outcome = pipeline.compiled(project(tmp_path / "all", proposals.values()), TODAY)
    doubts = [d for d in outcome.diagnostics if d.span is not None and d.span.file != "slogen.yaml"]
    assert {d.code.id for d in doubts} <= {"SLO369"}
    assert max(d.severity for d in outcome.diagnostics) <= Severity.WARNING
    assert outcome.specs == len(entry_names())
    assert outcome.artifacts


def test_proposals_prove(proposals: dict[str, Proposal], tmp_path: Path) -> None:
    """Every alert fires when it should and is silent otherwise: of one proposal, or of all (some minutes)."""
    wanted = entry_names() if os.environ.get("SLOGEN_PROPOSALS") == "all" else ("evidently",)
    root = project(tmp_path / "some", [proposals[name] for name in wanted])
    asked = pipeline.Asked("", min(2, len(wanted)), proofs=True, tests=False, last_failed=False)
    outcomes = pipeline.tested(root, TODAY, asked).outcomes
    assert len(outcomes) >= 5
    assert [f"{one.id}: {one.problem}" for one in outcomes if not one.passed] == []


@pytest.mark.parametrize("sample", ["support-vllm", "fraud-kserve", "house-prices-batch"])
def test_proposals_for_real_pages(root: Path, sample: str) -> None:
    """What is proposed, as people will read it."""
    proposal = propose([root / f"specs/samples/{sample}.prom"], (), AROUND)
    [text] = specs(proposal).values()
    assert_golden(GOLDEN / f"{sample}.yaml", text)


def test_several_pages_of_one_model_make_one_spec(root: Path) -> None:
    """The mesh, nearest to the users, answers for availability and latency; the drift job adds its alert."""
    pages = [root / f"specs/samples/fraud-{part}.prom" for part in ("drift", "kserve", "istio")]
    proposal = propose(pages, (), AROUND)
    found = spec(proposal, "fraud")
    assert list(found.sources) == ["evidently", "kserve", "istio"]
    assert found.slos["availability"].sli == Sli(availability=Availability.model_validate({"from": "istio"}))
    assert found.slos["latency"].sli == Sli(latency=Latency.model_validate({"from": "istio", "within": "250ms"}))
    assert list(found.alerts) == ["drift"]


def test_the_same_page_gives_the_same_bytes_in_any_order_of_its_lines(tmp_path: Path) -> None:
    """A page's order is the exporter's whim, and where the page lay is nobody's business."""
    page = page_of("slogen-contract")
    lines = page.splitlines()
    random.Random(7).shuffle(lines)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    first = made(tmp_path, page + "my_own_total 3\n")
    again = made(elsewhere, "my_own_total 3\n" + "\n".join(lines) + "\n")
    assert specs(again) == specs(first)
    assert "Also on samples/page-0.prom and in no catalogue entry: my_own_total." in specs(first)["fraud-detector"]


def test_open_metrics_is_read_as_well(tmp_path: Path) -> None:
    """Counters are declared without `_total`, numbers may have exemplars, and the end is marked."""
    page = page_of("vllm")
    declared = re.sub(r"_total counter$", " counter", page, flags=re.MULTILINE)
    exemplars = re.sub(r"(_bucket\{.*\} \d+)$", r'\1 # {trace_id="a{b"} 0.3 1700000000.1', declared, flags=re.MULTILINE)
    assert exemplars != declared != page
    openly = specs(made(tmp_path, exemplars + "# EOF\n"))
    assert openly == specs(made(tmp_path, page))


def test_a_model_in_two_namespaces_makes_two_specs(tmp_path: Path) -> None:
    """The label that says where the model runs is selected as well, and not the one that says who calls."""
    page = page_of("istio").replace('destination_service_namespace="x"', 'destination_service_namespace="eu"')
    both = page + page.replace('destination_service_namespace="eu"', 'destination_service_namespace="us"')
    found = made(tmp_path, both)
    assert list(specs(found)) == ["fraud-detector-eu", "fraud-detector-us"]
    assert selected(spec(found, "fraud-detector-us").sources["istio"]) == {
        "destination_service_name": "fraud-detector",
        "destination_service_namespace": "us",
    }


def test_a_pod_stands_for_its_workload(tmp_path: Path) -> None:
    """Two replicas are one subject, and those that replace them will be selected too."""
    pods = [page_of("dcgm", f"reranker-6f9c7d5b8f-{suffix}") for suffix in ("x7k2p", "q9w4z")]
    found = made(tmp_path, "".join(pods))
    assert selected(spec(found, "reranker").sources["dcgm"]) == {"pod": "reranker-.+"}


def test_a_page_without_a_model_takes_the_only_name_there_is(tmp_path: Path) -> None:
    """The name of another page's model, else the one asked for, else the page's own."""
    assert list(specs(made(tmp_path, page_of("flask-exporter"), page_of("istio")))) == ["fraud-detector"]
    assert list(specs(made(tmp_path, page_of("flask-exporter"), models=("churn",)))) == ["churn"]
    assert list(specs(made(tmp_path, page_of("flask-exporter")))) == ["page-0"]
