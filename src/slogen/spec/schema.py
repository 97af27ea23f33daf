"""The language as JSON Schema (draft-07), for editors that complete and check; made from the models alone."""

import json
from typing import Any, Literal

from pydantic import BaseModel

from slogen.spec.project import Project
from slogen.spec.scenario import ScenarioFile
from slogen.spec.specfile import SpecFile

Kind = Literal["spec", "project", "test"]
_MODELS: dict[Kind, type[BaseModel]] = {"spec": SpecFile, "project": Project, "test": ScenarioFile}
_TITLES: dict[Kind, str] = {
    "spec": "slogen: a model or component",
    "project": "slogen: the project file slogen.yaml",
    "test": "slogen: scenario tests of a model or component",
}
_MAPS_OF_SCHEMAS = frozenset({"properties", "definitions", "patternProperties"})


def schema(kind: Kind) -> dict[str, Any]:
    """The schema of `specs/*.yaml` (`spec`), of `slogen.yaml` (`project`) or of `*.test.yaml` (`test`)."""
    made = _MODELS[kind].model_json_schema(by_alias=True, mode="validation", ref_template="#/definitions/{model}")
    made["definitions"] = made.pop("$defs", {})
    return {"$schema": "http://json-schema.org/draft-07/schema#", **_draft7(made), "title": _TITLES[kind]}


def schema_text(kind: Kind) -> str:
    """The schema as a file's text."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=True, sort_keys=False) + "\n"


def _draft7(node: Any) -> Any:
    """Draft-07 ignores everything beside a `$ref`, and pydantic's titles only repeat the keys."""
    if isinstance(node, list):
        return [_draft7(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if not _noise(key, value, node)}
    if "patternProperties" in kept:
        kept.setdefault("additionalProperties", False)
    if "$ref" in kept and len(kept) > 1:
        kept["allOf"] = [{"$ref": kept.pop("$ref")}]
    return {key: _inside(key, value) for key, value in kept.items()}


def _inside(key: str, value: Any) -> Any:
    if key in _MAPS_OF_SCHEMAS:
        return {name: _draft7(part) for name, part in value.items()}
    return value if key in {"default", "examples", "enum", "const"} else _draft7(value)


def _noise(key: str, value: Any, node: dict[str, Any]) -> bool:
    """Titles, and defaults that no user would write: nothing, and whole mappings in their loaded form."""
    if key == "default":
        return value is None or (isinstance(value, dict) and value != {}) or _loaded_form(value, node)
    return key == "title" and isinstance(value, str)


def _loaded_form(value: Any, node: dict[str, Any]) -> bool:
    return isinstance(value, list) and "array" not in json.dumps(node.get("type", "array"))
