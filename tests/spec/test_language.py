"""The language: what its forms mean, how environments differ, and the schema that editors use."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import slogen.spec
from slogen.source.read import parse
from slogen.source.scalars import YAML_1_1_BOOLEANS
from slogen.spec.schema import Kind, schema, schema_text
from slogen.spec.specfile import SpecFile
from slogen.spec.units import Change
from tests.laws import examples
from tests.spec.projects import PROJECT, SPEC, loaded

FRAUD = """\
version: slogen/v1
model: fraud-detector
team: payments-ml
criticality: critical
depends_on: [feature-store]
sources:
  mesh: {template: istio, select: {destination_service_name: fraud}}
  app: {template: slogen-contract, select: {model: fraud, version: 1.10}, sample: samples/fraud.prom}
  drift: {template: evidently, select: {model: [fraud, fraud-eu]}, cadence: 1d}
signals:
  precision: {classification: {from: app, metric: precision, label_delay: 2h}}
  recall: {classification: {from: app, metric: recall, label_delay: 2h}}
slos:
  availability: {objective: 99.95%, period: 30d, sli: {availability: {from: mesh}}}
  fast-and-valid:
    objective: 99.9%
    sli: {latency: {from: app, within: 150ms, valid: true}}
  hourly-precision:
    objective: 99%
    sli: {timeslice: {of: precision, at_least: 95%, over: 1h, min_events: 200}}
    alert: [ticket]
alerts:
  drift-hurts-recall:
    severity: ticket
    all:
      - drift: {from: drift, test: psi, above: 0.2, features: [amount, merchant], within: 6h}
      - drop: {of: recall, by: 5 points, against: 1w}
    for: 15m
  fpr: {severity: page, threshold: {of: app.fpr, above: 2%, over: 15m, min_events: 200}}
overrides:
  staging: {slos: {availability: {objective: 99%}, hourly-precision: null}}
"""
CHATBOT = """\
model: support-chatbot
team: payments-ml
sources: {app: {select: {job: chat}}}
signals:
  helpful: {from: app, bad: chat_unhelpful_total, total: chat_answers_total}
slos:
  helpful: {objective: 97%, sli: {events: helpful}, slices: {by: locale, values: [en, de, ja], others: merge}}
alerts:
  locale-gap: {severity: ticket, parity: {of: helpful, gap: 5 points, over: 1d, min_events: 500}}
"""
STORE = """\
component: feature-store
team: payments-ml
sources: {jobs: {template: slogen-contract, select: {job_name: {matches: "features-.+"}}, cadence: 1h}}
slos:
  jobs: {objective: 99.5%, sli: {jobs: {from: jobs, within: 5m}}, inhibits_dependents: true}
"""


def _models() -> list[type[BaseModel]]:
    """Every mapping of the language outside receivers and routing, whose fields Alertmanager documents."""
    found = []
    for module in pkgutil.iter_modules(slogen.spec.__path__, "slogen.spec."):
        if module.name.rpartition(".")[2] in {"receivers", "receivers_chat", "routing", "receiver_fields"}:
            continue
        members = vars(importlib.import_module(module.name)).values()
        found += [
            m for m in members if isinstance(m, type) and issubclass(m, BaseModel) and m.__module__ == module.name
        ]
    return found


MODELS = _models()
KINDS: tuple[Kind, ...] = ("spec", "project", "test")


def test_examples_of_the_language_load(tmp_path: Path) -> None:
    """The three files that show the language mean what they say."""
    result = loaded(tmp_path, {"fraud": FRAUD, "chatbot": CHATBOT, "store": STORE})
    assert result.diagnostics == ()
    chatbot, fraud, store = (spec.model for spec in result.specs)
    assert (chatbot.name, fraud.kind, store.kind) == ("support-chatbot", "model", "component")
    assert fraud.slos["availability"].objective == Decimal("0.9995")
    assert fraud.slos["fast-and-valid"].sli.kind == "latency"
    assert fraud.alerts["fpr"].kind == "threshold"
    drift, drop = fraud.alerts["drift-hurts-recall"].all or ()
    assert drift.drift is not None
    assert drift.drift.features == ("amount", "merchant")
    assert drop.drop is not None
    assert drop.drop.by == Change(Decimal("0.05"), "points")


def test_short_forms_mean_their_long_forms() -> None:
    """A short form and the long form that it stands for give the same model."""
    long = CHATBOT.replace("sli: {events: helpful}", "sli: {events: {of: helpful}}")
    long = long.replace("{job: chat}", "{job: {is: chat}}").replace("{from: app, bad", "{events: {from: app, bad")
    long = long.replace("chat_unhelpful_total", "{metric: chat_unhelpful_total}").replace(
        "answers_total}", "answers_total}}"
    )
    short_model, long_model = (
        SpecFile.model_validate(document.data)
        for document in (parse(text.encode(), "f").document for text in (CHATBOT, long))
        if document is not None
    )
    assert short_model == long_model


def test_label_values_are_text_as_written(tmp_path: Path) -> None:
    """`version: 1.10` selects 1.10 and not 1.1; a list selects any of its values."""
    sources = loaded(tmp_path, {"a": FRAUD, "c": STORE}).specs[0].model.sources
    assert sources["app"].select["version"].equals == "1.10"
    assert sources["drift"].select["model"].one_of == ("fraud", "fraud-eu")


def test_environments_differ_key_by_key(tmp_path: Path) -> None:
    """An override changes what it names, `null` removes, everything else stays."""
    spec = loaded(tmp_path, {"a": FRAUD, "c": STORE}).specs[0]
    assert list(spec.environments) == ["production", "staging"]
    assert spec.environments["production"] is spec.model
    staging = spec.environments["staging"]
    assert staging.slos["availability"].objective == Decimal("0.99")
    assert staging.slos["availability"].period == spec.model.slos["availability"].period
    assert "hourly-precision" not in staging.slos


def test_places_follow_overrides(tmp_path: Path) -> None:
    """The place of a value is where the environment says it."""
    spec = loaded(tmp_path, {"a": FRAUD, "c": STORE}).specs[0]
    path = ("slos", "availability", "objective")
    override_line = FRAUD.count("\n")
    assert spec.span(path, "staging").line == override_line
    assert spec.span(path, "production").line == spec.span(path).line == 14
    assert spec.where(path[:2], "staging").at("objective").line == override_line
    assert spec.where(path[:2], "staging").at("sli.availability.from").line == 14
    assert spec.where(path[:2]).at("min_events") == spec.where(path[:2]).span


def test_a_spec_may_run_in_some_environments(tmp_path: Path) -> None:
    """`environments` keeps a spec out of the others."""
    (spec,) = loaded(tmp_path, {"a": SPEC + "environments: [staging]\n"}).specs
    assert list(spec.environments) == ["staging"]


def test_order_of_files_does_not_matter(tmp_path: Path) -> None:
    """Specs come in the order of their file names, whatever order they were written in."""
    texts = {"b": CHATBOT, "a": FRAUD, "c": STORE}
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    one = loaded(first, texts)
    two = loaded(second, dict(reversed(texts.items())))
    assert [spec.model for spec in one.specs] == [spec.model for spec in two.specs]


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_draft_7(kind: Kind) -> None:
    """The schema is valid by its own dialect."""
    made = schema(kind)
    jsonschema.Draft7Validator.check_schema(made)
    assert "$defs" not in schema_text(kind)
    assert "prefixItems" not in schema_text(kind)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("spec", "slogen.schema.json"),
        ("project", "slogen-project.schema.json"),
        ("test", "slogen-test.schema.json"),
    ],
)
def test_schema_files_are_fresh(kind: Kind, name: str, root: Path) -> None:
    """The schemas in the documentation are those of the models; `slogen schema` prints them."""
    assert (root / "docs" / "schema" / name).read_text(encoding="utf-8") == schema_text(kind)


def _data(text: str) -> Any:
    document = parse(text.encode(), "f").document
    return None if document is None else document.data


@pytest.mark.parametrize("text", [FRAUD, CHATBOT, STORE])
def test_schema_accepts_the_examples(text: str) -> None:
    """What loads is what editors accept."""
    jsonschema.Draft7Validator(schema("spec")).validate(_data(text))


def _defaults(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if (
            "default" in node
            and not isinstance(node["default"], dict)
            and node.keys() & {"type", "anyOf", "allOf", "enum"}
        ):
            yield node
        for value in node.values():
            yield from _defaults(value)
    elif isinstance(node, list):
        for item in node:
            yield from _defaults(item)


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_are_written_as_users_write_them(kind: Kind) -> None:
    """An editor that fills in a default writes something valid."""
    made = schema(kind)
    for node in _defaults(made):
        jsonschema.Draft7Validator({**node, "definitions": made["definitions"]}).validate(node["default"])


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("enum", []) if isinstance(node.get("enum"), list) else []
        yield from (word for value in node.values() for word in _words(value))
    elif isinstance(node, list):
        yield from (word for item in node for word in _words(item))


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_the_language_is_a_boolean_elsewhere(kind: Kind) -> None:
    """Nobody has to quote a word of the language because YAML 1.1 reads it as a boolean."""
    words = set(_words(schema(kind)))
    assert words
    assert words & YAML_1_1_BOOLEANS == set()


def test_schemas_accept_the_fleet(root: Path) -> None:
    """The project in this repository is accepted by the schemas that its files name in their first lines."""
    specs = sorted((root / "specs").glob("*.yaml"))
    for file in (root / "slogen.yaml", *specs):
        text = file.read_text(encoding="utf-8")
        named = file.parent / text.splitlines()[0].partition("$schema=")[2]
        jsonschema.Draft7Validator(json.loads(named.read_text(encoding="utf-8"))).validate(_data(text))


def test_schema_accepts_the_project() -> None:
    """The project file too."""
    jsonschema.Draft7Validator(schema("project")).validate(_data(PROJECT))


@pytest.mark.parametrize(
    "text",
    [
        FRAUD.replace("model:", "modell:", 1),
        FRAUD.replace("99.95%", "99.95"),
        FRAUD.replace("150ms", "150"),
        FRAUD.replace("severity: page", "severity: pages"),
        FRAUD.replace("sli: {availability: {from: mesh}}", "sli: {}"),
        FRAUD.replace("{availability: {from: mesh}}", "{availability: {from: mesh}, jobs: {from: app}}"),
        FRAUD.replace("model: fraud-detector", "model: Fraud Detector"),
        FRAUD.replace("5 points", "5 pts"),
        FRAUD + "component: x\n",
        FRAUD.replace("  fpr:", "  FPR x:"),
        FRAUD.replace("{model: fraud, ", "{mo-del: fraud, "),
    ],
)
def test_schema_refuses_mistakes(text: str) -> None:
    """Editors underline what the loader refuses, as far as a schema can say it."""
    assert not jsonschema.Draft7Validator(schema("spec")).is_valid(_data(text))


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_every_field_is_described(model: type[BaseModel]) -> None:
    """Every field tells editors what it is for, with an example."""
    bare = [name for name, field in model.model_fields.items() if not field.description or not field.examples]
    assert bare == []
    assert model.__doc__


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_examples_of_fields_are_valid(model: type[BaseModel]) -> None:
    """No example is refused by the field that it is an example of."""
    for name, field in model.model_fields.items():
        for value in field.examples or ():
            try:
                model.model_validate({field.alias or name: value})
            except Exception as error:  # only the locations of the error matter
                locations = [item["loc"] for item in error.errors()]  # type: ignore[attr-defined]  # pydantic's own
                assert [loc for loc in locations if loc[:1] == (field.alias or name,)] == [], (name, value)


_KEYS = (
    *("model", "component", "team", "sources", "app", "select", "template", "signals", "slos", "alerts", "a"),
    *("objective", "sli", "latency", "from", "within", "events", "of", "bad", "total", "severity", "threshold"),
    *("all", "any", "at_least", "count", "unless", "overrides", "staging", "labels", "x"),
)
_TREE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.sampled_from(["99%", "app", "5m", "page", "x", "", "5 points"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=examples(300), deadline=None)
@given(st.dictionaries(st.sampled_from(["model", "team", "sources", "signals", "slos", "alerts", "overrides"]), _TREE))
def test_no_data_raises(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    """Whatever shape a spec has, it loads or is told about, with places inside the file."""
    folder = tmp_path_factory.mktemp("p")
    text = json.dumps(data)
    result = loaded(folder, {"x": text})
    assert result.specs or result.diagnostics
    for finding in result.diagnostics:
        assert finding.span is not None
        assert finding.span.column <= len(text) + 1


@pytest.mark.parametrize(
    "text",
    [
        "quotes \" and '",
        "back\\slash",
        "{{ .Labels.x }}",
        "{% raw %}",
        "../../x",
        "\u202emark",
        "$labels\n%d",
        "x" * 300_000,
    ],
)
def test_hostile_prose_is_kept(tmp_path: Path, text: str) -> None:
    """Titles, descriptions, label values and PromQL come through unchanged."""
    quoted = json.dumps(text, ensure_ascii=True)
    spec = SPEC.replace("model: fraud}", f"model: {quoted}}}") + f"title: {quoted}\nlabels: {{x: {quoted}}}\n"
    result = loaded(tmp_path, {"x": spec})
    assert result.diagnostics == ()
    (loaded_spec,) = result.specs
    assert loaded_spec.model.title == text
    assert loaded_spec.model.labels["x"] == text
    assert loaded_spec.model.sources["app"].select["model"].equals == text
