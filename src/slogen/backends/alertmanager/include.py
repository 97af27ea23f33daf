"""slogen's part placed into a hand-written configuration; changes with what two configurations may share."""

from collections.abc import Iterator
from dataclasses import dataclass

from slogen.backends.alertmanager.text import yaml_of
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.emit.yaml import YamlValue
from slogen.ir.routing import Included

COLLISION = Code(
    id="SLO712",
    slug="include-collision",
    severity=Severity.ERROR,
    title="the included configuration and slogen would both define something",
    explanation=(
        "Receivers and time intervals are known by their names, and the fields of `global` exist once. slogen never "
        "overwrites what somebody wrote by hand: rename it there, or leave it out of slogen.yaml."
    ),
)
NO_SUCH_ROUTE = Code(
    id="SLO713",
    slug="include-route-missing",
    severity=Severity.ERROR,
    title="the included configuration has no such route, or several",
    explanation=(
        "`include.under` names the route that slogen's tree goes under by its `matchers`, exactly as they stand in the "
        "file, in any order. That route decides which alerts come to slogen's tree; routes it has already are tried "
        "first. Give it matchers that no other route has."
    ),
)

Config = dict[str, YamlValue]


@dataclass(frozen=True, slots=True)
class _Merge:
    included: Included
    theirs: Config

    def refuse(self, what: str, name: str) -> Diagnostic:
        message = f"{what} `{name}` is defined here and by slogen"
        span = self.included.where.at("file")
        return Diagnostic(COLLISION, f"{self.included.file}: {message}", span, "rename it in that file")


def merged(own: Config, included: Included) -> tuple[Config, list[Diagnostic]]:
    """The hand-written configuration with slogen's added, and what stands in the way."""
    content = yaml_of(included.content)
    merge = _Merge(included, content if isinstance(content, dict) else {})
    problems = [*_colliding_globals(merge, own), *_colliding_names(merge, own)]
    config = dict(merge.theirs)
    config["global"] = {**_mapping(own["global"]), **_mapping(config.get("global"))}
    config["templates"] = list(
        dict.fromkeys([*map(str, _items(config, "templates")), *map(str, _items(own, "templates"))])
    )
    for field in ("inhibit_rules", "time_intervals", "receivers"):
        together = [*_items(config, field), *_items(own, field)]
        if together:
            config[field] = together
    places = list(_routes_under(config.get("route"), frozenset(included.under)))
    if len(places) != 1:
        found = f"{len(places)} routes have" if places else "no route has"
        message = f"{included.file}: {found} the matchers {', '.join(included.under)}"
        problems.append(Diagnostic(NO_SUCH_ROUTE, message, included.where.at("under")))
    else:
        places[0]["routes"] = [*_items(places[0], "routes"), own["route"]]
    return config, problems


def _colliding_globals(merge: _Merge, own: Config) -> Iterator[Diagnostic]:
    theirs = _mapping(merge.theirs.get("global"))
    for name, value in _mapping(own["global"]).items():
        if name != "resolve_timeout" and name in theirs and theirs[name] != value:
            yield merge.refuse("the global field", name)


def _colliding_names(merge: _Merge, own: Config) -> Iterator[Diagnostic]:
    kinds = (
        ("receivers", ("receivers",), "the receiver"),
        ("time_intervals", ("time_intervals", "mute_time_intervals"), "the time interval"),
    )
    for field, others, what in kinds:
        theirs = {_mapping(item).get("name") for other in others for item in _items(merge.theirs, other)}
        for item in _items(own, field):
            name = _mapping(item).get("name")
            if name in theirs:
                yield merge.refuse(what, str(name))


def _routes_under(route: YamlValue, wanted: frozenset[str]) -> Iterator[Config]:
    """The routes whose matchers are exactly these, as mappings that may be added to."""
    if not isinstance(route, dict):
        return
    if frozenset(map(str, _items(route, "matchers"))) == wanted:
        yield route
    for child in _items(route, "routes"):
        yield from _routes_under(child, wanted)


def _items(config: Config, field: str) -> list[YamlValue]:
    found = config.get(field)
    return found if isinstance(found, list) else []


def _mapping(value: YamlValue) -> Config:
    return value if isinstance(value, dict) else {}
