"""Names that stand for something defined elsewhere: whether it exists, as far as specs alone can tell."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from slogen.diagnostics.model import Code, Diagnostic, Span
from slogen.diagnostics.suggest import did_you_mean
from slogen.source.places import Path, Places
from slogen.spec import codes
from slogen.spec.overrides import Overlay
from slogen.spec.specfile import SpecFile
from slogen.spec.units import shown


@dataclass(frozen=True, slots=True)
class Known:
    """What a project defines for all specs: None where its definition could not be read, so that nothing is judged."""

    teams: frozenset[str] | None
    default_team: str | None
    environments: frozenset[str] | None
    names: frozenset[str]


def unknown_in_spec(spec: SpecFile, known: Known, at: Places | Overlay) -> Iterator[Diagnostic]:
    """Every name in a spec that leads nowhere; `at` knows the places."""
    yield from _team(spec, known, at)
    for position, name in enumerate(spec.depends_on):
        path: Path = ("depends_on", position)
        if name == spec.name:
            message = f"{shown(name)} depends on itself"
            yield Diagnostic(codes.DEPENDENCY_CYCLE, message, at.nearest(path), "remove it from the list")
        elif name not in known.names:
            yield _unknown(
                codes.UNKNOWN_DEPENDENCY, f"no spec describes {shown(name)}", at.nearest(path), name, known.names
            )
    if known.environments is not None:
        for position, name in enumerate(spec.environments or ()):
            if name not in known.environments:
                yield _environment(name, at.nearest(("environments", position)), known.environments)
    sources, signals = spec.sources.keys(), spec.signals.keys()
    for section in ("signals", "slos", "alerts"):
        for name, node in getattr(spec, section).items():
            for kind, reference, path in references(node, (section, name)):
                yield from _reference(kind, reference, at.nearest(path), sources, signals)


def _team(spec: SpecFile, known: Known, at: Places | Overlay) -> Iterator[Diagnostic]:
    if known.teams is None:
        return
    if spec.team is None:
        if known.default_team is None:
            hint = "add `team:`, or `defaults: {team: ...}` to slogen.yaml"
            yield Diagnostic(codes.UNKNOWN_TEAM, "nobody owns this: there is no team", at.nearest((spec.kind,)), hint)
    elif spec.team not in known.teams:
        message = f"the team {shown(spec.team)} is not declared in slogen.yaml"
        yield _unknown(codes.UNKNOWN_TEAM, message, at.nearest(("team",)), spec.team, known.teams)


def _environment(name: str, span: Span, known: frozenset[str]) -> Diagnostic:
    message = f"the environment {shown(name)} is not declared in slogen.yaml"
    return _unknown(codes.UNKNOWN_ENVIRONMENT, message, span, name, known)


def unknown_default_team(team: str, teams: Collection[str], places: Places) -> Iterator[Diagnostic]:
    """The project's default team, where it is not declared."""
    if team not in teams:
        message = f"the team {shown(team)} is not declared"
        yield _unknown(codes.UNKNOWN_TEAM, message, places.nearest(("defaults", "team")), team, teams)


def unknown_overrides(spec: SpecFile, known: Known, places: Places) -> Iterator[Diagnostic]:
    """Overrides for environments that do not exist."""
    for name in spec.overrides:
        if known.environments is not None and name not in known.environments:
            yield _environment(name, places.key(("overrides", name)) or places.top(), known.environments)


def references(node: BaseModel, path: Path) -> Iterator[tuple[str, str, Path]]:
    """Every `from` and `of` in a part of a spec, with the path where its long form would stand."""
    for name, field in type(node).model_fields.items():
        value = getattr(node, name)
        here = (*path, field.alias or name)
        if name == "source" and isinstance(value, str):
            yield "from", value, here
        elif name == "of" and isinstance(value, str):
            yield "of", value, here
        elif isinstance(value, BaseModel):
            yield from references(value, here)
        elif isinstance(value, tuple):
            for position, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from references(item, (*here, position))


def _reference(
    kind: str, name: str, span: Span, sources: Collection[str], signals: Collection[str]
) -> Iterator[Diagnostic]:
    if kind == "from":
        if name not in sources:
            message = f"there is no source {shown(name)} in this spec"
            yield _unknown(codes.UNKNOWN_SOURCE, message, span, name, sources)
        return
    source, dot, _ = name.partition(".")
    if dot and source not in sources:
        message = f"there is no source {shown(source)} in this spec"
        yield _unknown(codes.UNKNOWN_SOURCE, message, span, source, sources)
    elif not dot and name not in signals:
        message = f"there is no signal {shown(name)} in this spec"
        hint = f"what the source measures is written `{name}.measure`" if name in sources else None
        yield _unknown(codes.UNKNOWN_SIGNAL, message, span, name, signals, hint)


def _unknown(
    code: Code, message: str, span: Span, word: str, known: Collection[str], hint: str | None = None
) -> Diagnostic:
    possible = f"there is: {', '.join(sorted(known)[:12])}" if known else "none is declared"
    return Diagnostic(code, message, span, hint or did_you_mean(word, known) or possible)


def cycles(dependencies: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Each dependency (who, on whom) that closes a circle, in the order of names; self-dependencies left out."""
    done: set[str] = set()
    for start in sorted(dependencies):
        trail: list[tuple[str, Iterator[str]]] = (
            [(start, iter(sorted(dependencies[start])))] if start not in done else []
        )
        open_names = {start} if trail else set()
        while trail:
            name, rest = trail[-1]
            following = next(rest, None)
            if following is None:
                trail.pop()
                open_names.discard(name)
                done.add(name)
            elif following in open_names:
                if following != name:
                    yield name, following
            elif following not in done and following in dependencies:
                trail.append((following, iter(sorted(dependencies[following]))))
                open_names.add(following)
