"""From saved pages to proposed specs: every model that they name, with what the compiler says can be measured of it."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from slogen.diagnostics.model import Diagnostic, Severity, has_errors
from slogen.importers.candidates import Candidate, Use, candidates
from slogen.importers.draft import Draft, owner, text
from slogen.importers.notes import notes, strangers
from slogen.importers.recognise import Recognised, levels_only, not_recognised, recognise
from slogen.importers.saved_page import SavedPage, read_saved
from slogen.importers.subjects import Subject, check_models, spec_name, subjects, wanted
from slogen.lower.program import lower
from slogen.spec.load import PROJECT_FILE, load


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a proposal must fit: the project file's text, its specs folder, the team to name, the schema's path."""

    project: str
    specs: str
    team: str | None
    schema: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files by their path in the project, empty where a finding is an error; `summary` says what was recognised."""

    files: dict[str, bytes]
    summary: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A model seen on a page, through one recognised server."""

    subject: Subject
    server: Recognised
    sample: str
    strangers: tuple[str, ...]
    """What the page says beside what was recognised on it."""


def propose(paths: Iterable[Path], models: tuple[str, ...], around: Surroundings) -> Proposal:
    """A spec for every model that the pages name (or for `models` alone), with the pages as its samples.

    Deterministic: the same pages in the same order give the same bytes. Raises `OSError` where the system refuses a
    temporary folder.
    """
    pages = [read_saved(path) for path in dict.fromkeys(paths)]
    unreadable = [finding for page in pages if isinstance(page, tuple) for finding in page]
    if unreadable:
        return Proposal({}, (), tuple(unreadable))
    saved = [page for page in pages if isinstance(page, SavedPage)]
    samples = dict(zip((page.file for page in saved), _sample_paths(saved), strict=True))
    recognised = {page.file: recognise(page) for page in saved}
    unknown = tuple(not_recognised(page) for page in saved if not recognised[page.file])
    seen = [one for page in saved for one in _sightings(page, recognised[page.file], samples[page.file])]
    findings = unknown or tuple(check_models(_one_each(seen), models, saved[0].file))
    if findings:
        return Proposal({}, (), findings)
    chosen = [one for one in seen if wanted((one.subject,), models)]
    drafts = [_draft(name, members, around) for name, members in _by_model(chosen, models).items()]
    return _checked(drafts, {samples[page.file]: page.content for page in saved}, around)


def _sightings(page: SavedPage, found: tuple[Recognised, ...], sample: str) -> list[_Sighting]:
    """The models on a page; what only says how full a process is, is left out beside what serves a model."""
    idle = levels_only(found)
    serving = tuple(one for one in found if one.name not in idle) or found
    others = strangers(page, sample, found)
    return [_Sighting(subject, server, sample, others) for server in serving for subject in subjects(server)]


def _one_each(seen: Iterable[_Sighting]) -> list[Subject]:
    return list({one.subject.name: one.subject for one in seen}.values())


def _sample_paths(saved: list[SavedPage]) -> list[str]:
    """Where the pages will lie in the project: by their own names, numbered where two are alike."""
    taken: dict[str, None] = {}
    for page in saved:
        stem = spec_name(Path(page.file).stem)
        numbered = (f"samples/{stem}{suffix}.prom" for suffix in ("", *(f"-{n}" for n in range(2, len(saved) + 2))))
        taken[next(path for path in numbered if path not in taken)] = None
    return list(taken)


def _by_model(seen: list[_Sighting], models: tuple[str, ...]) -> dict[str, list[_Sighting]]:
    """Sightings by model; a page that names none belongs to the only model there is, else to one of the page's name."""
    named = sorted({one.subject.name for one in seen if one.subject.name})
    only = named[0] if len(named) == 1 else spec_name(models[0]) if len(models) == 1 and not named else ""
    found: dict[str, list[_Sighting]] = {}
    for one in seen:
        found.setdefault(one.subject.name or only or spec_name(Path(one.sample).stem), []).append(one)
    return {name: found[name] for name in sorted(found)}


def _draft(name: str, members: list[_Sighting], around: Surroundings) -> Draft:
    uses: dict[str, Use] = {}
    for one in members:
        key = one.server.name.replace(".", "-")
        uses.setdefault(key, Use(key, one.server, one.subject.select, one.sample))
    proposed = candidates(tuple(uses.values()))
    spaces = sorted({space for one in members for space in one.subject.namespaces})
    others = dict.fromkeys(remark for one in members for remark in one.strangers)
    remarks = notes(tuple(uses.values()), frozenset(one.key for one in proposed), spaces, others)
    return Draft(name, tuple(uses.values()), around.team, proposed, remarks, around.schema)


def _checked(drafts: list[Draft], pages: dict[str, bytes], around: Surroundings) -> Proposal:
    """The drafts without what the compiler refuses, and its findings where it refuses something else."""
    used = {use.sample for draft in drafts for use in draft.uses}
    samples = {path: content for path, content in pages.items() if path in used}
    while True:
        files = {f"{around.specs}/{draft.name}.yaml": text(draft).encode() for draft in drafts}
        made = {**files, **samples}
        errors = [error for error in _errors(made, around) if _file(error) in made]
        by_file = {f"{around.specs}/{draft.name}.yaml": draft for draft in drafts}
        refusals = [_refused(draft, [e for e in errors if _file(e) == file]) for file, draft in by_file.items()]
        if not any(refusals):
            break
        drafts = [draft.without(refused) for draft, refused in zip(drafts, refusals, strict=True)]
    if has_errors(errors):
        return Proposal({}, (), tuple(errors))
    return Proposal({**files, **samples}, tuple(_summary(draft) for draft in drafts), ())


def _errors(files: dict[str, bytes], around: Surroundings) -> list[Diagnostic]:
    """What is wrong with a project of these files and the project file; what else that refers to is not here."""
    with tempfile.TemporaryDirectory(prefix="slogen-init-") as folder:
        root = Path(folder)
        for name, content in {**files, PROJECT_FILE: around.project.encode()}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        loaded = load(root)
        _, findings = lower(loaded, root)
    return [one for one in (*loaded.diagnostics, *findings) if one.severity is Severity.ERROR]


def _file(finding: Diagnostic) -> str:
    return "" if finding.span is None else finding.span.file


def _refused(draft: Draft, errors: list[Diagnostic]) -> dict[Candidate, str]:
    """The candidates that the errors point at, with what they say."""
    refused: dict[Candidate, str] = {}
    for error in errors:
        who = owner(draft, error.span.line) if error.span is not None else None
        if who is not None:
            refused.setdefault(who, f"{error.message}; {error.hint}" if error.hint else error.message)
    return refused


def _summary(draft: Draft) -> str:
    servers = ", ".join(f"{use.server.name} on {use.sample} ({use.presence()})" for use in draft.uses)
    what = ", ".join(one.key for one in draft.candidates) or "nothing that can be measured"
    return f"{draft.name}: recognised {servers}; proposed {what}"
