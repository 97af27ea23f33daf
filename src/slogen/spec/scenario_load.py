"""Scenario test files to models, with every finding; they load beside specs and never stop a build."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from slogen.diagnostics.model import Code, Diagnostic, Note, Severity, Span
from slogen.diagnostics.suggest import did_you_mean
from slogen.source.folder import test_files
from slogen.source.places import Places
from slogen.source.read import Document, read
from slogen.spec.problems import Origin, findings
from slogen.spec.scenario import ScenarioFile, Traffic
from slogen.spec.scenario_recording import Recording, RecordingFile, read_recording

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
REPEATED = Code(
    "SLO649",
    "test-name-repeated",
    Severity.ERROR,
    "two files hold tests of one name about the same spec",
    """Tests are known by their environment, spec and name: in reports, for `-k`, and to run again what failed last. Two
of the same name cannot be told apart. Rename one.""",
)


@dataclass(frozen=True, slots=True)
class LoadedScenarios:
    """One test file: the component and environment it is about, its tests and where everything stands."""

    file: str
    component: str
    environment: str
    model: ScenarioFile
    places: Places
    recordings: Mapping[str, Recording]
    """What its files of recorded traffic hold, by the paths that it names them by."""

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
            loaded = _file(root, reading.document, components, default)
            files += loaded.files
            found += loaded.diagnostics
            texts.update(loaded.texts)
    return Scenarios(tuple(files), (*found, *_repeated(files)), texts)


def _repeated(files: Sequence[LoadedScenarios]) -> Iterator[Diagnostic]:
    """Tests of one name in several files about one component of an environment."""
    known: dict[tuple[str, str, str], Span] = {}
    for file in files:
        for name in file.model.tests:
            span = file.places.key(("tests", name)) or file.span("tests", name)
            first = known.setdefault((file.environment, file.component, name), span)
            if first != span:
                message = f"{file.environment}/{file.component} already has a test {name!r}"
                yield Diagnostic(REPEATED, message, span, "rename one of the two", (Note("the other one", first),))


def _file(root: Path, document: Document, components: Mapping[str, Collection[str]], default: str) -> Scenarios:
    """One file with the recordings that it names; it is left out where anything is wrong with either."""
    found: list[Diagnostic] = []
    model = _model(document, components, default, found)
    if model is None:
        return Scenarios((), tuple(found), {})
    recorded = _recordings(root, document, model)
    found += [finding for file in recorded.values() for finding in file.diagnostics]
    texts = {file.name: file.text for file in recorded.values() if file.name}
    known = {path: file.recording for path, file in recorded.items() if file.recording is not None}
    if len(known) < len(recorded):
        return Scenarios((), tuple(found), texts)
    environment, subject = model.environment or default, _subject(document, model)
    loaded = LoadedScenarios(document.file, subject, environment, model, document.places, known)
    return Scenarios((loaded,), tuple(found), texts)


def _model(
    document: Document, components: Mapping[str, Collection[str]], default: str, found: list[Diagnostic]
) -> ScenarioFile | None:
    """The tests of a file, where they fit the language and are about something that there is."""
    try:
        model = ScenarioFile.model_validate(document.data)
    except ValidationError as error:
        found.extend(findings(Origin(document.places, ScenarioFile), error))
        return None
    environment = model.environment or default
    if environment not in components:
        message = f"there is no environment {environment!r}"
        hint = did_you_mean(environment, components) or f"there are {', '.join(sorted(components))}"
        found.append(_about(UNKNOWN_PLACE, message, document, "environment", hint))
        return None
    subject = _subject(document, model)
    if subject not in components[environment]:
        message = f"no spec declares {subject!r} in {environment}"
        near = did_you_mean(subject, components[environment])
        found.append(_about(UNKNOWN_SUBJECT, message, document, "spec", near))
        return None
    return model


def _subject(document: Document, model: ScenarioFile) -> str:
    return model.spec or PurePosixPath(document.file).name.lower().partition(".test.")[0]


def _recordings(root: Path, document: Document, model: ScenarioFile) -> dict[str, RecordingFile]:
    """The files of recorded traffic that tests name, each read once; errors point to where it is first named."""
    traffic: list[tuple[tuple[str, ...], Traffic]] = [(("traffic",), model.traffic)]
    traffic += [(("tests", name, "traffic"), test.traffic) for name, test in model.tests.items()]
    read_files: dict[str, RecordingFile] = {}
    for path, shapes in traffic:
        for source, shape in shapes.items():
            written = shape.recorded.file if shape.recorded is not None else None
            if written is not None and written not in read_files:
                named = document.places.nearest((*path, source, "recorded", "file"))
                read_files[written] = read_recording(root, document.file, written, named)
    return read_files


def _about(code: Code, message: str, document: Document, key: str, hint: str | None) -> Diagnostic:
    return Diagnostic(code, message, document.places.nearest((key,)), hint)
