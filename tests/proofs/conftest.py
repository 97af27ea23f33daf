"""The small project, compiled once for all tests of proofs."""

import pytest

from slogen import pipeline
from slogen.ir.program import Program
from tests.proofs.stories import TODAY, write


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, dict[str, str]]:
    """The program of the small project and the files it becomes."""
    source = pipeline.compiled(write(tmp_path_factory.mktemp("shop")), TODAY)
    assert source.program is not None
    return source.program, {artifact.path: artifact.text for artifact in source.artifacts}
