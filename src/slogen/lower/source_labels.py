"""From label conditions, as specs and catalogue entries write them, to matchers, and from matchers to label values."""

from collections.abc import Iterable, Mapping

from slogen import regex
from slogen.lower.source_words import words_of
from slogen.promql.ast import Matcher, MatchOp
from slogen.promql.build import one_of
from slogen.spec.sources import Matcher as SpecMatcher

_ORDINARY = ("200", "ok", "true", "other", "")
"""Values to try where nothing is known of a label and only other values are ruled out; empty is the label's absence."""


def spec_matchers(select: Mapping[str, SpecMatcher]) -> tuple[Matcher, ...]:
    """The matchers that a selector of a spec means, by label name; several operators of one label all hold."""
    return tuple(one for label in sorted(select) for one in _of_label(label, select[label]))


def _of_label(label: str, written: SpecMatcher) -> Iterable[Matcher]:
    if written.equals is not None:
        yield Matcher(label, MatchOp.EQ, written.equals)
    if written.one_of is not None:
        yield one_of(label, written.one_of)
    if written.matches is not None:
        yield Matcher(label, MatchOp.RE, written.matches)
    if written.differs is not None:
        yield Matcher(label, MatchOp.NE, written.differs)
    if written.not_matches is not None:
        yield Matcher(label, MatchOp.NRE, written.not_matches)


def holds(matcher: Matcher, value: str) -> bool:
    """Whether a label value (empty: absent) satisfies a matcher. An invalid pattern matches nothing."""
    match matcher.op:
        case MatchOp.EQ:
            return value == matcher.value
        case MatchOp.NE:
            return value != matcher.value
    try:
        matched = regex.compile(matcher.value).fullmatch(value)
    except regex.RegexError:
        return False
    return matched is (matcher.op is MatchOp.RE)


def satisfied(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether a label set satisfies every matcher."""
    return all(holds(matcher, labels.get(matcher.label, "")) for matcher in matchers)


def example(
    matchers: tuple[Matcher, ...], known: Mapping[str, tuple[str, ...]], avoid: tuple[tuple[Matcher, ...], ...] = ()
) -> dict[str, str] | None:
    """A label set that satisfies `matchers` and none of the alternatives in `avoid`, or None where none is found.

    `known` are values that the exporter writes, by label: they are tried before invented ones.
    """
    labels: dict[str, str] = {}
    names = dict.fromkeys(matcher.label for matcher in matchers)
    for label in names:
        own = tuple(matcher for matcher in matchers if matcher.label == label)
        value = next((v for v in _candidates(own, known.get(label, ())) if all(holds(m, v) for m in own)), None)
        if value is None:
            return None
        labels[label] = value
    for alternative in avoid:
        if satisfied(alternative, labels) and not _leave(alternative, matchers, known, labels):
            return None
    return {label: value for label, value in labels.items() if value}


def _leave(
    alternative: tuple[Matcher, ...],
    matchers: tuple[Matcher, ...],
    known: Mapping[str, tuple[str, ...]],
    labels: dict[str, str],
) -> bool:
    """Change one label so that `alternative` no longer holds while `matchers` still do; False where that cannot be."""
    for unwanted in alternative:
        own = tuple(matcher for matcher in matchers if matcher.label == unwanted.label)
        for value in _candidates(own, (*known.get(unwanted.label, ()), *_ORDINARY)):
            if not holds(unwanted, value) and all(holds(matcher, value) for matcher in own):
                labels[unwanted.label] = value
                return True
    return False


def _candidates(matchers: tuple[Matcher, ...], known: tuple[str, ...]) -> Iterable[str]:
    yield from known
    for matcher in matchers:
        if matcher.op is MatchOp.EQ:
            yield matcher.value
        elif matcher.op is MatchOp.RE:
            yield from words_of(matcher.value)
    yield from _ORDINARY
