"""What can be said about sets of matchers without knowing the alerts; changes with the matchers that are understood."""

import re
from collections.abc import Iterable, Mapping, Sequence

from slogen.routing.matchers import Matcher, Op

_LITERAL = re.compile(r"(?:[A-Za-z0-9_ /:,@%&=~<>#!;'\"`-]|\\[^A-Za-z0-9])*")


_PRESENT = frozenset({(Op.MATCH, ".+"), (Op.NOT_EQUAL, ""), (Op.NO_MATCH, "")})


def values(matcher: Matcher) -> tuple[str, ...] | None:
    """The values that a matcher accepts where they can be listed: of `=`, and of alternatives of plain words."""
    match matcher.op:
        case Op.EQUAL:
            return (matcher.value,)
        case Op.MATCH:
            parts = re.split(r"(?<!\\)\|", matcher.value)
            if all(_LITERAL.fullmatch(part) for part in parts):
                return tuple(re.sub(r"\\(.)", r"\1", part) for part in parts)
            return None
        case _:
            return None


def implied(wanted: Iterable[Matcher], given: Sequence[Matcher]) -> bool:
    """Whether every label set that satisfies `given` surely satisfies `wanted`."""
    return all(_follows(matcher, given) for matcher in wanted)


def _follows(wanted: Matcher, given: Sequence[Matcher]) -> bool:
    if wanted in given or (wanted.op is Op.MATCH and wanted.value == ".*"):
        return True
    same = [m for m in given if m.name == wanted.name]
    for matcher in same:
        listed = values(matcher)
        if listed is not None and all(wanted.matches({wanted.name: value}) for value in listed):
            return True
    # A label that must be there satisfies whatever only asks that it be there (values with line breaks apart).
    return (wanted.op, wanted.value) in _PRESENT and any(accepts_only_present(m) for m in same)


def accepts_only_present(matcher: Matcher) -> bool:
    """Whether an alert without the label fails the matcher."""
    return not matcher.matches({})


def may_overlap(one: Iterable[Matcher], other: Iterable[Matcher]) -> bool:
    """Whether some label set may satisfy both; False only where that is certain to be impossible."""
    by_name: dict[str, list[Matcher]] = {}
    for matcher in (*one, *other):
        by_name.setdefault(matcher.name, []).append(matcher)
    return all(_satisfiable(name, matchers) for name, matchers in by_name.items())


def _satisfiable(name: str, matchers: Sequence[Matcher]) -> bool:
    listed = next((found for found in map(values, matchers) if found is not None), None)
    return listed is None or any(_all(matchers, {name: value}) for value in listed)


def _all(matchers: Sequence[Matcher], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)
