"""Names that stand for something defined elsewhere: whether it exists, as far as specs alone can tell."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from slogen.diagnostics.model import Code, Diagnostic, Span
from slogen.diagnostics.suggest import did_you_mean
from slogen.source.convert import Data
from slogen.source.places import Path, Places
from slogen.spec import codes
from slogen.spec.overrides import Overlay
from slogen.spec.units import shown

_NAMED_SHORTLY = frozenset({"events", "classification"})
"""SLI shapes for which a signal's bare name may stand."""
_OTHER_NAMES = frozenset({"labels", "annotations", "where", "bad", "good", "total", "control", "page", "ticket"})
"""Mappings whose keys are labels or metrics."""
_SHAPE = 2
"""Steps to inside an SLO, alert or signal, whose own names may be any of these words."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a project defines for all specs: None where its definition could not be read, so that nothing is judged."""

    teams: frozenset[str] | None
    default_team: str | None
    environments: frozenset[str] | None
    names: frozenset[str]


def unknown_in_spec(spec: dict[str, Data], known: Known, at: Places | Overlay) -> Iterator[Diagnostic]:
    """Every name in a spec's data that leads nowhere; judged even where other parts of the spec are wrong."""
    yield from _team(spec, known, at)
    subject = spec.get("model", spec.get("component"))
    for name, path in _listed(spec, "depends_on"):
        if name == subject:
            message = f"{shown(name)} depends on itself"
            yield Diagnostic(codes.DEPENDENCY_CYCLE, message, at.nearest(path), "remove it from the list")
        elif name not in known.names:
            message = f"no spec describes {shown(name)}"
            yield _unknown(codes.UNKNOWN_DEPENDENCY, message, at.nearest(path), name, known.names)
    for name, path in _listed(spec, "environments"):
        if known.environments is not None and name not in known.environments:
            yield _environment(name, at.nearest(path), known.environments)
    sources, signals = _keys(spec, "sources"), _keys(spec, "signals")
    for section in ("signals", "slos", "alerts"):
        for kind, reference, path in references(spec.get(section), (section,)):
            leads_nowhere = _reference(kind, reference, sources, signals)
            if leads_nowhere is not None:
                code, message, hint = leads_nowhere
                yield Diagnostic(code, message, at.nearest(path), hint)


def _listed(spec: dict[str, Data], key: str) -> Iterator[tuple[str, Path]]:
    value = spec.get(key)
    if isinstance(value, list):
        yield from ((name, (key, position)) for position, name in enumerate(value) if isinstance(name, str))


def _keys(spec: dict[str, Data], key: str) -> frozenset[str]:
    value = spec.get(key)
    return frozenset(value) if isinstance(value, dict) else frozenset()


def _team(spec: dict[str, Data], known: Known, at: Places | Overlay) -> Iterator[Diagnostic]:
    if known.teams is None:
        return
    team = spec.get("team")
    if team is None and known.default_team is None:
        hint = "add `team:`, or `defaults: {team: ...}` to slogen.yaml"
        span = at.key(("model",)) or at.key(("component",)) or at.top()
        yield Diagnostic(codes.UNKNOWN_TEAM, "nobody owns this: there is no team", span, hint)
    elif isinstance(team, str) and team not in known.teams:
        message = f"the team {shown(team)} is not declared in slogen.yaml"
        yield _unknown(codes.UNKNOWN_TEAM, message, at.nearest(("team",)), team, known.teams)


def _environment(name: str, span: Span, known: frozenset[str]) -> Diagnostic:
    message = f"the environment {shown(name)} is not declared in slogen.yaml"
    return _unknown(codes.UNKNOWN_ENVIRONMENT, message, span, name, known)


def unknown_default_team(team: str, teams: Collection[str], places: Places) -> Iterator[Diagnostic]:
    """The project's default team, where it is not declared."""
    if team not in teams:
        message = f"the team {shown(team)} is not declared"
        yield _unknown(codes.UNKNOWN_TEAM, message, places.nearest(("defaults", "team")), team, teams)


def unknown_overrides(spec: dict[str, Data], known: Known, places: Places) -> Iterator[Diagnostic]:
    """Overrides for environments that do not exist."""
    for name in sorted(_keys(spec, "overrides")):
        if known.environments is not None and name not in known.environments:
            yield _environment(name, places.key(("overrides", name)) or places.top(), known.environments)


def references(data: Data, path: Path) -> Iterator[tuple[str, str, Path]]:
    """Every `from` and `of` in a part of a spec, short forms included, with its path."""
    if isinstance(data, list):
        for position, item in enumerate(data):
            yield from references(item, (*path, position))
    elif isinstance(data, dict):
        for key, value in data.items():
            here = (*path, key)
            if isinstance(value, str):
                if key in {"from", "of"}:
                    yield key, value, here
                elif path[-1:] == ("sli",) and key in _NAMED_SHORTLY:
                    yield "of", value, here
            elif len(path) < _SHAPE or not (key in _OTHER_NAMES or (*path[-1:], key) == ("canary", "canary")):
                yield from references(value, here)


def _reference(
    kind: str, name: str, sources: Collection[str], signals: Collection[str]
) -> tuple[Code, str, str] | None:
    source, dot, _ = name.partition(".")
    if (kind == "from" or dot) and source not in sources:
        message = f"there is no source {shown(source)} in this spec"
        return codes.UNKNOWN_SOURCE, message, _way_out(source, sources)
    if kind == "of" and not dot and name not in signals:
        message = f"there is no signal {shown(name)} in this spec"
        measured = f"what the source measures is written `{name}.measure`"
        return codes.UNKNOWN_SIGNAL, message, measured if name in sources else _way_out(name, signals)
    return None


def _way_out(word: str, known: Collection[str]) -> str:
    possible = f"there is: {', '.join(sorted(known)[:12])}" if known else "none is declared"
    return did_you_mean(word, known) or possible


def _unknown(code: Code, message: str, span: Span, word: str, known: Collection[str]) -> Diagnostic:
    return Diagnostic(code, message, span, _way_out(word, known))


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
