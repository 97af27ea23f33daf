"""A whole project folder to models: every file, every environment, every finding in one run."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from slogen.diagnostics.model import Diagnostic, Note, Severity, Span, ordered
from slogen.ir.where import Where
from slogen.source.convert import Data
from slogen.source.folder import spec_files
from slogen.source.places import Path, Places
from slogen.source.read import Document, read
from slogen.spec import codes
from slogen.spec.overrides import Overlay, fixed_keys, in_environment, patch_of, removals_of_nothing
from slogen.spec.problems import Origin, findings
from slogen.spec.project import Project
from slogen.spec.references import Known, cycles, unknown_default_team, unknown_in_spec, unknown_overrides
from slogen.spec.specfile import SpecFile
from slogen.spec.units import shown

PROJECT_FILE = "slogen.yaml"


@dataclass(frozen=True, slots=True)
class LoadedSpec:
    """One spec: as written (`model`), as each environment sees it (`environments`), and where everything stands."""

    file: str
    model: SpecFile
    environments: Mapping[str, SpecFile]
    """Only those in which it runs, in the order of slogen.yaml."""
    places: Places

    def span(self, path: Path, environment: str | None = None) -> Span:
        """The place of the value at `path`, in the environment's override where that says it."""
        if environment is None:
            return self.places.nearest(path)
        return Overlay(self.places, ("overrides", environment)).nearest(path)

    def where(self, path: Path, environment: str | None = None) -> Where:
        """The place of a node and of everything below it, for nodes of the Program."""
        fields = dict(self.places.below(path))
        if environment is not None:
            fields.update(self.places.below(("overrides", environment, *path)))
        return Where(self.places.key(path) or self.span(path, environment), tuple(sorted(fields.items())))


@dataclass(frozen=True, slots=True)
class LoadedProject:
    """The project file and where everything in it stands."""

    file: str
    model: Project
    places: Places

    def where(self, path: Path) -> Where:
        """The place of a node and of everything below it, for nodes of the Program."""
        return Where(self.places.key(path) or self.places.nearest(path), tuple(sorted(self.places.below(path))))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a project folder holds: every file that fits the language, and all findings in order.

    A file may be here although something in it is an error (a duplicate key), so that later stages find the rest.
    `texts` has the text of every file that could be decoded, Alertmanager configurations that the project includes
    among them, for excerpts and suppressions.
    """

    project: LoadedProject | None
    specs: tuple[LoadedSpec, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def load(root: FilePath) -> Loaded:
    """Load the project whose `slogen.yaml` lies in `root`; specs in the order of their file names."""
    found: list[Diagnostic] = []
    texts: dict[str, str] = {}
    project_document = _document(root / PROJECT_FILE, PROJECT_FILE, found, texts)
    if _absent(root / PROJECT_FILE):
        here = Span(PROJECT_FILE, 1, 1, 1, 1)
        found = [Diagnostic(codes.NO_PROJECT, "there is no slogen.yaml here", here, "make a project: slogen init")]
    project = None if project_document is None else _project(project_document, found)
    texts |= {} if project is None else _included(root, project.model)
    listing = spec_files(root, "specs" if project is None else project.model.specs)
    found.extend(listing.diagnostics)
    read_documents = [_document(path, name, found, texts) for path, name in listing.files]
    documents = [document for document in read_documents if document is not None]
    found.extend(_duplicates(documents))
    environments = None if project is None else tuple(project.model.environments)
    loaded = [_spec(document, environments, found) for document in documents]
    specs = tuple(spec for spec in loaded if spec is not None)
    found.extend(_references(documents, project))
    found.extend(_circles(specs))
    return Loaded(project, specs, tuple(ordered(_without_echoes(found))), texts)


def _included(root: FilePath, project: Project) -> dict[str, str]:
    """The hand-written Alertmanager configurations that are there, by the name the project gives them."""
    files = (one.include.file for one in project.alertmanagers.values() if one.include is not None)
    present = (file for file in files if (root / file).is_file())
    return {file: (root / file).read_text(encoding="utf-8", errors="replace") for file in present}


def _absent(path: FilePath) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _document(path: FilePath, name: str, found: list[Diagnostic], texts: dict[str, str]) -> Document | None:
    reading = read(path, name)
    found.extend(reading.diagnostics)
    if reading.text is not None:
        texts[name] = reading.text
    return reading.document


def _project(document: Document, found: list[Diagnostic]) -> LoadedProject | None:
    model = _validated(Project, document.data, document.places, found)
    return None if model is None else LoadedProject(document.file, model, document.places)


Model = TypeVar("Model", bound=BaseModel)


def _validated(model: type[Model], data: Data, places: Places | Overlay, found: list[Diagnostic]) -> Model | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found.extend(findings(Origin(places, model), error))
        return None


def _spec(document: Document, environments: tuple[str, ...] | None, found: list[Diagnostic]) -> LoadedSpec | None:
    model = _validated(SpecFile, document.data, document.places, found)
    if not isinstance(document.data, dict):
        return None
    overridden = document.data.get("overrides")
    names = environments if environments is not None else tuple(overridden if isinstance(overridden, dict) else ())
    seen: dict[str, SpecFile] = {}
    for name in names:
        in_force = model
        patch = patch_of(document.data, name)
        if patch is not None:
            found.extend(_idle(document, name, patch))
            overlay = Overlay(document.places, ("overrides", name))
            in_force = _validated(SpecFile, in_environment(document.data, name), overlay, found)
        if in_force is not None and (in_force.environments is None or name in in_force.environments):
            seen[name] = in_force
    return None if model is None else LoadedSpec(document.file, model, seen, document.places)


def _idle(document: Document, environment: str, patch: dict[str, Data]) -> Iterator[Diagnostic]:
    """What an override says in vain."""
    prefix: Path = ("overrides", environment)
    for key in fixed_keys(patch):
        span = document.places.key((*prefix, key)) or document.places.top()
        message, hint = f"`{key}` is the same in all environments", "write it at the top of the file"
        yield Diagnostic(codes.NOT_OVERRIDABLE, message, span, hint)
    for path in removals_of_nothing(document.data, patch):
        span = document.places.key((*prefix, *path)) or document.places.top()
        message, hint = f"there is no {shown(path[-1])} here to remove", "check the spelling, or remove this line"
        yield Diagnostic(codes.REMOVES_NOTHING, message, span, hint)


def _names(documents: Iterable[Document]) -> Iterator[tuple[str, Places, Path]]:
    """The name that each file claims, and its path there, whether or not the rest of the file is valid."""
    for document in documents:
        if isinstance(document.data, dict):
            for key in ("model", "component"):
                name = document.data.get(key)
                if isinstance(name, str):
                    yield name, document.places, (key,)


def _duplicates(documents: Iterable[Document]) -> Iterator[Diagnostic]:
    first: dict[str, tuple[Places, Path]] = {}
    for name, places, path in _names(documents):
        if name in first:
            earlier, there = first[name]
            note = Note("first defined here", earlier.nearest(there))
            message, hint = f"{shown(name)} has two specs", "rename one of them"
            yield Diagnostic(codes.DUPLICATE_MODEL, message, places.nearest(path), hint, (note,))
        else:
            first[name] = places, path


def _references(documents: list[Document], project: LoadedProject | None) -> Iterator[Diagnostic]:
    model = None if project is None else project.model
    known = Known(
        teams=None if model is None else frozenset(model.teams),
        default_team=None if model is None else model.defaults.team,
        environments=None if model is None else frozenset(model.environments),
        names=frozenset(name for name, _, _ in _names(documents)),
    )
    if project is not None and known.default_team is not None and known.teams is not None:
        yield from unknown_default_team(known.default_team, known.teams, project.places)
    for document in documents:
        if isinstance(document.data, dict):
            yield from _unknown_names(document.data, document.places, known)


def _unknown_names(spec: dict[str, Data], places: Places, known: Known) -> Iterator[Diagnostic]:
    yield from unknown_overrides(spec, known, places)
    yield from unknown_in_spec(spec, known, places)
    for environment in known.environments or ():
        if patch_of(spec, environment) is not None:
            overlay = Overlay(places, ("overrides", environment))
            yield from unknown_in_spec(in_environment(spec, environment), known, overlay)


def _circles(specs: tuple[LoadedSpec, ...]) -> Iterator[Diagnostic]:
    by_name = {spec.model.name: spec for spec in specs}
    for name, following in cycles({name: spec.model.depends_on for name, spec in by_name.items()}):
        spec = by_name[name]
        span = spec.places.nearest(("depends_on", spec.model.depends_on.index(following)))
        message = f"{shown(following)} depends on {shown(name)} in turn"
        yield Diagnostic(codes.DEPENDENCY_CYCLE, message, span, "remove one of the dependencies")


def _without_echoes(found: list[Diagnostic]) -> list[Diagnostic]:
    """Without findings that a worse or earlier one at the same place has caused or explains."""
    worst: dict[Span, str] = {}
    for finding in found:
        if finding.span is not None and finding.severity is Severity.ERROR:
            earlier = worst.get(finding.span, finding.code.id)
            worst[finding.span] = min(earlier, finding.code.id)
    return [f for f in found if f.span not in worst or (f.severity is Severity.ERROR and _room(f) <= worst[f.span])]


def _room(finding: Diagnostic) -> str:
    """The hundred of a code: errors of one hundred are siblings, those of a later one are echoes."""
    return finding.code.id[:4]
