"""Every kind of finding is one constant with its own number, name and page."""

import importlib
import pkgutil
import re

import pytest

import slogen
from slogen.codes import CODES as EXPLAINED
from slogen.diagnostics.model import Code


def every_code() -> list[tuple[str, Code]]:
    """All codes by the module that defines them; the same object met twice (an import, a tuple) counts once."""
    modules = [importlib.import_module(m.name) for m in pkgutil.walk_packages(slogen.__path__, "slogen.")]
    seen: dict[int, tuple[str, Code]] = {}
    for module in modules:
        for value in vars(module).values():
            for code in value if isinstance(value, tuple) else (value,):
                if isinstance(code, Code):
                    seen.setdefault(id(code), (module.__name__, code))
    return list(seen.values())


CODES = every_code()


def test_there_are_codes() -> None:
    """The search finds what it is for."""
    assert len(CODES) > 20


@pytest.mark.parametrize("attribute", ["id", "slug"])
def test_codes_are_unique(attribute: str) -> None:
    """No two rooms use one number or one name."""
    values = [getattr(code, attribute) for _, code in CODES]
    assert sorted(v for v in values if values.count(v) > 1) == []


@pytest.mark.parametrize(("module", "code"), CODES, ids=[code.id for _, code in CODES])
def test_a_code_explains_itself(module: str, code: Code) -> None:
    """The number has the form SLO123, the name is kebab-case, and the page says more than the title."""
    assert re.fullmatch(r"SLO[1-9][0-9]{2}", code.id), module
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.slug), module
    assert len(code.explanation) > len(code.title), module
    assert not code.title.endswith("."), module


def test_every_code_can_be_explained() -> None:
    """`slogen explain` knows every code that any room defines; a module that defines codes is in `CODE_MODULES`."""
    assert sorted({f"{code.id} in {module}" for module, code in CODES if code not in EXPLAINED}) == []
