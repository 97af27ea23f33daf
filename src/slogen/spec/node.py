"""What every mapping of the language has in common; changes only if the whole language becomes stricter or laxer."""

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


class Node(BaseModel):
    """A mapping in a user's file: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=False, use_attribute_docstrings=False, defer_build=True
    )


class Choice(BaseModel):
    """A mapping that holds exactly one of its keys: `{availability: {...}}` or `{latency: {...}}`."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        defer_build=True,
        json_schema_extra={"minProperties": 1, "maxProperties": 1},
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> "Choice":
        names = {field.alias or name: name for name, field in type(self).model_fields.items()}
        chosen = [written for written, name in names.items() if getattr(self, name) is not None]
        if len(chosen) != 1:
            raise wrong_choice(chosen, list(names))
        return self

    @property
    def kind(self) -> str:
        """The key that is set: the name of the shape."""
        return next(name for name in self.model_fields_set if getattr(self, name) is not None)

    @property
    def value(self) -> object:
        """What stands under the key that is set."""
        return getattr(self, self.kind)


def wrong_choice(chosen: list[str], possible: list[str]) -> PydanticCustomError:
    """The error for a mapping that must hold exactly one of some keys and holds none or several."""
    options = ", ".join(possible)
    if not chosen:
        return PydanticCustomError("none_of", "needs one of: {options}", {"options": options})
    found = " and ".join(f"`{key}`" for key in chosen)
    return PydanticCustomError(
        "several_of", "holds {found}, but only one of them can be meant", {"found": found, "keys": chosen}
    )
