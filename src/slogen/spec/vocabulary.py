"""Which keys a mapping of the language may have, found by walking the models; for suggestions."""

import types
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from slogen.source.places import Path


def keys_at(model: type[BaseModel], path: Path) -> frozenset[str]:
    """The keys that the mapping at `path` of a file of this model may have; empty where keys are free."""
    reached: list[Any] = [model]
    for step in path:
        reached = [inner for annotation in reached for inner in _inside(annotation, step)]
    return frozenset(key for annotation in reached for key in written_keys(annotation))


def written_keys(model: type[BaseModel]) -> tuple[str, ...]:
    """A model's keys as users write them."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _inside(model: type[BaseModel], step: str | int) -> list[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if step == (field.alias or name):
            return _models(field.annotation)
    return [model]


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation can hold, through optional fields, lists and mappings by name."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) else []
    parts = get_args(annotation)
    if get_origin(annotation) is Annotated:
        parts = parts[:1]
    if get_origin(annotation) in {Union, types.UnionType, Annotated, tuple, list, dict}:
        return [model for part in parts for model in _models(part)]
    return []
