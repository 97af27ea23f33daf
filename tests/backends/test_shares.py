"""Backends divide their work, and nothing of the output depends on how."""

from pathlib import Path

import pytest

from slogen import building
from slogen.emit.artifact import Artifact
from tests.backends.prometheus.projects import PROJECT, SPEC, program_of

WHOLE = PROJECT + "\noutputs: {kubernetes: {}, runbooks: {}}\n"


def test_what_several_processes_print_is_what_one_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files in the same order, whichever copy made them."""
    specs = {f"m{number}": SPEC.replace("fraud-detector", f"model-{number}") for number in range(4)}
    alone, shared = (program_of(tmp_path / name, WHOLE, **specs) for name in ("alone", "shared"))
    one = building.printed(alone, building.BACKENDS)
    monkeypatch.setattr(building, "_MANY", 1)
    monkeypatch.setattr(building, "processors", lambda: 3)

    several = building.printed(shared, building.BACKENDS)

    assert several == one
    assert {made.path.split("/")[1] for made in one if isinstance(made, Artifact)} >= {"prometheus", "runbooks"}
