"""From the text of an alertmanager.yaml to a Config, with everything in it that Alertmanager's routing would refuse.

Changes when the top level, routes, receivers or inhibition rules of the file format do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slogen.diagnostics.model import Diagnostic, Span, has_errors
from slogen.routing.config import Channel, Config, InhibitRule, Receiver, Route, Timers
from slogen.routing.durations import DurationError, milliseconds
from slogen.routing.load_intervals import intervals
from slogen.routing.matchers import Grammar, Matcher, MatcherError, Op, in_order, matcher, parse
from slogen.routing.reading import Reader
from slogen.source.go_yaml import Fields, NotYamlError, Scalar, read

_QUIET_BY_DEFAULT = frozenset({"slack", "email", "wechat", "rocketchat"})
"""Integrations that do not tell when all is well again unless asked to."""

_DEFAULT_TIMERS = Timers(group_wait=30_000, group_interval=300_000, repeat_interval=14_400_000)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: no config where it has errors."""

    config: Config | None
    problems: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which Alertmanager reads the file: its version and matcher grammar."""

    version: tuple[int, int] = (0, 33)
    grammar: Grammar = Grammar.FALLBACK

    @staticmethod
    def of(version: tuple[int, int]) -> "Dialect":
        """The dialect of a version without feature flags."""
        return Dialect(version, Grammar.CLASSIC if version < (0, 27) else Grammar.FALLBACK)


@dataclass(frozen=True, slots=True)
class _Inherited:
    receiver: str
    group_by: tuple[str, ...]
    group_by_all: bool
    timers: Timers


def load(text: str, file: str = "alertmanager.yaml", dialect: Dialect | None = None) -> Loaded:
    """Read a configuration; only its first YAML document counts, as for Alertmanager."""
    reader = Reader([])
    try:
        root = read(text, file)
    except NotYamlError as error:
        reader.refuse(error.span, f"not YAML: {error}")
        return Loaded(None, tuple(reader.problems))
    if isinstance(root, Scalar) and root.null:
        reader.refuse(root.span, "no route provided in config")
        return Loaded(None, tuple(reader.problems))
    top = reader.fields(root, "an Alertmanager configuration")
    config = None if top is None else _Loading(reader, dialect or Dialect()).config(top)
    return Loaded(None if has_errors(reader.problems) else config, tuple(reader.problems))


@dataclass(frozen=True, slots=True)
class _Loading:
    reader: Reader
    dialect: Dialect

    def config(self, top: Fields) -> Config | None:
        receivers = tuple(self._receivers(top))
        known = dict(intervals(self.reader, top))
        rules = tuple(self._inhibit_rules(top))
        node = self.reader.fields(top.fields.get("route"), "route")
        if node is None:
            self.reader.refuse(top.span, "no routes provided")
            return None
        self._check_root(node)
        start = _Inherited("", (), False, _DEFAULT_TIMERS)
        root = self._route(node, start, (), "")
        self._check_references(node, {r.name for r in receivers}, set(known))
        return Config(root, receivers, rules, tuple(known.items()))

    def _check_root(self, node: Fields) -> None:
        if not self.reader.text(node, "receiver"):
            self.reader.refuse(node.span, "root route must specify a default receiver")
        for name, what in _NOT_AT_ROOT.items():
            given = node.fields.get(name)
            if given is not None and not _empty(given):
                self.reader.refuse(given.span, f"root route must not have any {what}")
        if self.reader.boolean(node, "continue", default=False):
            self.reader.refuse(node.fields["continue"].span, "cannot have continue in root route")

    def _check_references(self, node: Fields, receivers: set[str], known: set[str]) -> None:
        name = self.reader.text(node, "receiver")
        if name and name not in receivers:
            self.reader.refuse(node.fields["receiver"].span, f'undefined receiver "{name}" used in route')
        for field in ("mute_time_intervals", "active_time_intervals"):
            for item in self.reader.items(node, field):
                interval = self.reader.scalar(item, "the name of a time interval")
                if interval not in known:
                    self.reader.refuse(item.span, f'undefined time interval "{interval}" used in route')
        for child in self.reader.items(node, "routes"):
            if isinstance(child, Fields):
                self._check_references(child, receivers, known)

    def _route(self, node: Fields, parent: _Inherited, path: tuple[int, ...], parent_key: str) -> Route:
        matchers = in_order(self._matchers(node, "match", "match_re", "matchers"))
        key = "{" + ",".join(map(str, matchers)) + "}"
        key = f"{parent_key}/{key}" if path else key
        own = self._inherit(node, parent)
        children = []
        for index, item in enumerate(self.reader.items(node, "routes")):
            child = self.reader.fields(item, "a route")
            if child is None:
                self.reader.refuse(item.span, "an empty route crashes Alertmanager")
                continue
            children.append(self._route(child, own, (*path, index), key))
        return Route(
            path=path,
            key=key,
            receiver=own.receiver,
            matchers=matchers,
            goes_on=self.reader.boolean(node, "continue", default=False),
            group_by=own.group_by,
            group_by_all=own.group_by_all,
            timers=own.timers,
            mute=self.reader.texts(node, "mute_time_intervals"),
            active=self.reader.texts(node, "active_time_intervals"),
            routes=tuple(children),
            span=_start(node),
        )

    def _inherit(self, node: Fields, parent: _Inherited) -> _Inherited:
        group_by, group_by_all = parent.group_by, parent.group_by_all
        if "group_by" in node.fields and not (isinstance(node.fields["group_by"], Scalar)):
            names = self._group_by(node)
            if "..." in names:
                group_by_all = True
            elif names or self.dialect.version >= (0, 31):
                group_by, group_by_all = tuple(sorted(names)), False
        return _Inherited(
            self.reader.text(node, "receiver") or parent.receiver,
            group_by,
            group_by_all,
            self._timers(node, parent.timers),
        )

    def _group_by(self, node: Fields) -> tuple[str, ...]:
        seen: list[str] = []
        for item in self.reader.items(node, "group_by"):
            name = self.reader.scalar(item, "a label name")
            if name in seen and name != "...":
                self.reader.refuse(item.span, f'duplicated label "{name}" in group_by')
            elif not name or (name != "..." and not self._label_name(name)):
                self.reader.refuse(item.span, f'invalid label name "{name}" in group_by list')
            seen.append(name)
        if "..." in seen and set(seen) != {"..."}:
            self.reader.refuse(
                node.fields["group_by"].span, "cannot have wildcard group_by (`...`) and other labels at the same time"
            )
        return tuple(seen)

    def _label_name(self, name: str) -> bool:
        return self.dialect.grammar is not Grammar.CLASSIC or (name.isascii() and name.isidentifier())

    def _timers(self, node: Fields, parent: Timers) -> Timers:
        timers = Timers(
            self._duration(node, "group_wait", parent.group_wait),
            self._duration(node, "group_interval", parent.group_interval),
            self._duration(node, "repeat_interval", parent.repeat_interval),
        )
        for name in ("group_interval", "repeat_interval"):
            if getattr(timers, name) == 0:
                self.reader.refuse(node.fields[name].span, f"{name} cannot be zero")
        return timers

    def _duration(self, node: Fields, name: str, default: int) -> int:
        given = node.fields.get(name)
        if given is None or (isinstance(given, Scalar) and given.null):
            return default
        try:
            return milliseconds(self.reader.scalar(given, name))
        except DurationError as error:
            self.reader.refuse(given.span, str(error), "write durations as 30s, 5m or 1h30m")
            return default or 1

    def _matchers(self, node: Fields, equal: str, pattern: str, texts: str) -> Iterator[Matcher]:
        for field, op in ((equal, Op.EQUAL), (pattern, Op.MATCH)):
            mapping = self.reader.fields(node.fields.get(field), field)
            for name, value in () if mapping is None else mapping.fields.items():
                if not (name.isascii() and name.isidentifier()):
                    self.reader.refuse(value.span, f'invalid label name "{name}"')
                elif op is Op.MATCH and isinstance(value, Scalar) and value.null:
                    self.reader.refuse(value.span, f'invalid regexp value for "{name}"')
                else:
                    yield from self._deprecated(name, op, self.reader.scalar(value, name), value.span)
        for item in self.reader.items(node, texts):
            try:
                yield from parse(self.reader.scalar(item, "a matcher"), self.dialect.grammar).matchers
            except MatcherError as error:
                self.reader.refuse(item.span, str(error), 'write matchers as name="value"')

    def _deprecated(self, name: str, op: Op, value: str, span: Span) -> Iterator[Matcher]:
        """`match_re` anchors its patterns twice, which shows in the keys of its groups."""
        try:
            yield matcher(name, op, value if op is Op.EQUAL else f"^(?:{value})$")
        except MatcherError as error:
            self.reader.refuse(span, str(error))

    def _inhibit_rules(self, top: Fields) -> Iterator[InhibitRule]:
        for item in self.reader.items(top, "inhibit_rules"):
            rule = self.reader.fields(item, "an inhibit rule")
            if rule is None:
                continue
            equal = tuple(self.reader.texts(rule, "equal"))
            for name in equal:
                if not name or not self._label_name(name):
                    self.reader.refuse(rule.fields["equal"].span, f'invalid label name "{name}" in equal list')
            yield InhibitRule(
                in_order(self._matchers(rule, "source_match", "source_match_re", "source_matchers")),
                in_order(self._matchers(rule, "target_match", "target_match_re", "target_matchers")),
                equal,
                _start(rule),
            )

    def _receivers(self, top: Fields) -> Iterator[Receiver]:
        seen: set[str] = set()
        for item in self.reader.items(top, "receivers"):
            node = self.reader.fields(item, "a receiver")
            if node is None:
                continue
            name = self.reader.text(node, "name")
            if not name:
                self.reader.refuse(node.span, "missing name in receiver")
            elif name in seen:
                self.reader.refuse(node.fields["name"].span, f'notification config name "{name}" is not unique')
            seen.add(name)
            yield Receiver(name, tuple(self._channels(node)), _start(node))

    def _channels(self, receiver: Fields) -> Iterator[Channel]:
        for field in receiver.fields:
            kind = field.removesuffix("_configs")
            if kind == field:
                continue
            for index, item in enumerate(self.reader.items(receiver, field)):
                settings = self.reader.fields(item, f"an item of {field}")
                if settings is None:
                    self.reader.refuse(item.span, f"missing {kind} config")
                    continue
                default = kind not in _QUIET_BY_DEFAULT
                yield Channel(kind, index, self.reader.boolean(settings, "send_resolved", default))


_NOT_AT_ROOT: Mapping[str, str] = {
    "match": "matchers",
    "match_re": "matchers",
    "matchers": "matchers",
    "mute_time_intervals": "mute time intervals",
    "active_time_intervals": "active time intervals",
}


def _empty(node: object) -> bool:
    match node:
        case Scalar(null=True):
            return True
        case Fields(fields=fields):
            return not fields
        case _:
            return not getattr(node, "items", True)


def _start(node: Fields) -> Span:
    """The first key of a mapping, which is enough to point at it."""
    return next(iter(node.keys.values()), node.span)
