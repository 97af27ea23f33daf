"""Scenario test files to models, with every finding; they load beside specs and never stop a build."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.diagnostics.suggest import did_you_mean
from slogen.source.folder import test_files
from slogen.source.places import Places
from slogen.source.read import Document, read
from slogen.spec.problems import Origin, findings
from slogen.spec.scenario import ScenarioFile

UNKNOWN_SUBJECT = Code(
    "SLO640",
    "test-of-unknown-spec",
    Severity.ERROR,
    "a test file is about a model that no spec declares",
    """Scenario tests belong to a spec: `fraud-detector.test.yaml` to the model `fraud-detector`, unless `spec:` in the
file names another one. Rename the file or correct the name.""",
)
UNKNOWN_PLACE = Code(
    "SLO641",
    "test-in-unknown-environment",
    Severity.ERROR,
    "a test asks for an environment that slogen.yaml does not declare",
    """The rules, routes and objectives of a test are those of one environment. Name one of those in `slogen.yaml`.""",
)


@dataclass(frozen=True, slots=True)
class LoadedScenarios:
    """One test file: the component and environment it is about, its tests and where everything stands."""

    file: str
    component: str
    environment: str
    model: ScenarioFile
    places: Places

    def span(self, *path: str | int) -> Span:
        """The place of what stands at `path`, or of the nearest thing around it."""
        return self.places.nearest(path)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """All test files of a project that could be read, and what is wrong with any of them."""

    files: tuple[LoadedScenarios, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def load_scenarios(root: Path, folder: str, components: Mapping[str, Collection[str]], default: str) -> Scenarios:
    """Every `*.test.yaml` under `root/folder`.

    `components` are the known models and components by environment, `default` the environment of tests that name none.
    """
    listing = test_files(root, folder)
    found = list(listing.diagnostics)
    texts: dict[str, str] = {}
    files: list[LoadedScenarios] = []
    for path, name in listing.files:
        reading = read(path, name)
        found.extend(reading.diagnostics)
        if reading.text is not None:
            texts[name] = reading.text
        if reading.document is not None:
            files += _file(reading.document, components, default, found)
    return Scenarios(tuple(files), tuple(found), texts)


def _file(
    document: Document, components: Mapping[str, Collection[str]], default: str, found: list[Diagnostic]
) -> list[LoadedScenarios]:
    try:
        model = ScenarioFile.model_validate(document.data)
    except ValidationError as error:
        found.extend(findings(Origin(document.places, ScenarioFile), error))
        return []
    environment = model.environment or default
    if environment not in components:
        message = f"there is no environment {environment!r}"
        found.append(
            _about(
                UNKNOWN_PLACE,
                message,
                document,
                "environment",
                did_you_mean(environment, components) or f"there are {', '.join(sorted(components))}",
            )
        )
        return []
    subject = model.spec or PurePosixPath(document.file).name.lower().partition(".test.")[0]
    if subject not in components[environment]:
        message = f"no spec declares {subject!r} in {environment}"
        hint = did_you_mean(subject, components[environment])
        found.append(_about(UNKNOWN_SUBJECT, message, document, "spec", hint))
        return []
    return [LoadedScenarios(document.file, subject, environment, model, document.places)]


def _about(code: Code, message: str, document: Document, key: str, hint: str | None) -> Diagnostic:
    return Diagnostic(code, message, document.places.nearest((key,)), hint)
