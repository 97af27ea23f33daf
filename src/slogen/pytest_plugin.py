"""Collects `*.test.yaml` for pytest: scenario tests of a slogen project, and promtool's own test files."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

import pytest

from slogen import pipeline
from slogen.diagnostics.model import Diagnostic, Severity
from slogen.diagnostics.text import as_text
from slogen.proofs.outcome import Outcome
from slogen.proofs.scenarios import run
from slogen.source.read import read

SUFFIX = ".test.yaml"
_STORIES = pytest.StashKey[dict[Path, pipeline.Stories]]()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Files whose tests have names belong to the project above them; a list of tests is promtool's format."""
    if not file_path.name.endswith(SUFFIX):
        return None
    document = read(file_path, file_path.name).document
    listed = document is not None and isinstance(document.data, dict) and isinstance(document.data.get("tests"), list)
    kind = PromtoolFile if listed else ScenarioFile
    return kind.from_parent(parent, path=file_path)


class Failure(Exception):  # noqa: N818 -- pytest shows the name
    """A test whose expectations do not hold."""


class OutcomeItem(pytest.Item):
    """One test whose outcome says all there is to say."""

    play: Callable[[], Outcome]

    @classmethod
    def of(cls, parent: pytest.File, name: str, play: Callable[[], Outcome]) -> Self:
        """The test `name` of a file; `play` runs it."""
        item = cls.from_parent(parent, name=name)
        item.play = play
        return item

    def runtest(self) -> None:
        """Plays the test."""
        outcome = self.play()
        if outcome.problem:
            lines = [f"- {text}" for text in outcome.expected] + [f"+ {text}" for text in outcome.seen]
            raise Failure("\n".join([outcome.problem, *lines, *outcome.picture]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """What was expected and seen; a failed expectation needs no traceback."""
        del style
        return str(excinfo.value) if isinstance(excinfo.value, Failure) else str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test stands."""
        return self.path, None, self.name


class ScenarioFile(pytest.File):
    """A file of scenario tests in slogen's format."""

    def collect(self) -> Iterator[OutcomeItem]:
        """The tests of the file; an error in it, or in the project's specs, is an error of collection."""
        root = next((folder for folder in self.path.parents if (folder / "slogen.yaml").is_file()), None)
        if root is None:
            raise self.CollectError("there is no slogen.yaml above this file")
        known = self.config.stash.setdefault(_STORIES, {})
        if root not in known:
            known[root] = pipeline.stories(root, datetime.now(tz=UTC).date())
        name = self.path.relative_to(root).as_posix()
        found = known[root]
        wrong = [one for one in found.diagnostics if one.severity is Severity.ERROR and _stops(one, name)]
        if wrong:
            raise self.CollectError(as_text(wrong, found.texts, colour=False))
        for test in found.ready:
            if test.file.file == name:
                yield OutcomeItem.of(self, test.name, partial(run, test))


class PromtoolFile(pytest.File):
    """A file of tests in promtool's format."""

    def collect(self) -> Iterator[OutcomeItem]:
        """The tests of the file; what promtool would refuse is an error of collection."""
        asked = pipeline.Asked("", 1, proofs=False, tests=True, last_failed=False)
        result = pipeline.tested_files([self.path], asked)
        wrong = [finding for finding in result.diagnostics if finding.severity is Severity.ERROR]
        if wrong:
            raise self.CollectError(as_text(wrong, result.texts, colour=False))
        for outcome in result.outcomes:
            yield OutcomeItem.of(self, outcome.name, partial(_told, outcome))


def _told(outcome: Outcome) -> Outcome:
    return outcome


def _stops(finding: Diagnostic, file: str) -> bool:
    """Whether an error keeps the tests of a file from running: its own, and those of specs, but not other tests'.

    One about data that a test names is that test's.
    """
    spans = (finding.span, *(note.span for note in finding.notes))
    tests = [span.file for span in spans if span is not None and span.file.endswith(SUFFIX)]
    return not tests or file in tests
