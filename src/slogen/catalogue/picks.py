"""Turns the catalogue's label conditions into PromQL matchers and finds label values that satisfy matchers."""

from collections.abc import Mapping

from slogen.catalogue.model import Operators, Pick
from slogen.promql.ast import Matcher, MatchOp

_SPECIAL = frozenset(r"\.+*?()|[]{}^$")


def matcher(label: str, pick: Pick) -> Matcher:
    """The matcher that a condition on a label means; several words become an alternation of exact words."""
    match pick:
        case str():
            return Matcher(label, MatchOp.EQ, pick)
        case Operators(matches=str() as pattern):
            return Matcher(label, MatchOp.RE, pattern)
        case Operators(not_matches=str() as pattern):
            return Matcher(label, MatchOp.NRE, pattern)
        case Operators(not_=str() as word):
            return Matcher(label, MatchOp.NE, word)
        case Operators(not_=tuple() as words):
            return Matcher(label, MatchOp.NRE, "|".join(escape(word) for word in words))
        case tuple():
            return Matcher(label, MatchOp.RE, "|".join(escape(word) for word in pick))
        case _:
            msg = f"no such condition: {pick!r}"
            raise AssertionError(msg)


def matchers(where: Mapping[str, Pick]) -> tuple[Matcher, ...]:
    """One matcher a label, in the order of the labels' names."""
    return tuple(matcher(label, where[label]) for label in sorted(where))


def escape(word: str) -> str:
    """A pattern that matches exactly this word in RE2."""
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in word)
