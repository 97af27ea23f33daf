"""Matchers as the three parsers of Alertmanager read them; changes when Alertmanager's matcher grammar does.

`classic` is the only grammar up to 0.26; from 0.27 `fallback` (both, classic wins a disagreement) is the default and
`utf8` the strict mode.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from slogen import regex
from slogen.routing.quoting import GoTextError, escape_label_value, go_quote, go_unquote


class Op(Enum):
    """Comparison of a label's value, in the order in which Alertmanager sorts equal names and values."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCH = "=~"
    NO_MATCH = "!~"


class Grammar(Enum):
    """Which parser reads matchers: the feature flags `classic-mode`, none, `utf8-strict-mode`."""

    CLASSIC = "classic"
    FALLBACK = "fallback"
    UTF8 = "utf8"


class MatcherError(ValueError):
    """Text that is no matcher in the grammar asked for."""


_ORDER = {op: index for index, op in enumerate(Op)}
_RESERVED = frozenset("{}!=~,\\\"'`")


@dataclass(frozen=True)
class Matcher:
    """One comparison; a label that an alert lacks has the value `""` for every operator."""

    name: str
    op: Op
    value: str

    @cached_property
    def _pattern(self) -> regex.Pattern:
        return regex.compile(f"^(?:{self.value})$", dot_newline=False)

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the label set satisfies it."""
        value = labels.get(self.name, "")
        match self.op:
            case Op.EQUAL:
                return value == self.value
            case Op.NOT_EQUAL:
                return value != self.value
            case Op.MATCH:
                return self._pattern.fullmatch(value)
            case Op.NO_MATCH:
                return not self._pattern.fullmatch(value)

    def __str__(self) -> str:
        if any(c in _RESERVED or _is_space(c) for c in self.name):
            return f"{go_quote(self.name)}{self.op.value}{go_quote(self.value)}"
        return f'{self.name}{self.op.value}"{escape_label_value(self.value)}"'


def matcher(name: str, op: Op, value: str) -> Matcher:
    """A matcher whose regular expression, if it has one, is known to compile; raises MatcherError."""
    made = Matcher(name, op, value)
    if op in (Op.MATCH, Op.NO_MATCH):
        try:
            made.matches({})
        except regex.RegexError as error:
            raise MatcherError(f"error parsing regexp: {error}") from error
    return made


def in_order(matchers: Iterable[Matcher]) -> tuple[Matcher, ...]:
    """The canonical order: name, value, operator; names and values by their UTF-8 bytes."""
    return tuple(sorted(matchers, key=lambda m: (m.name.encode(), m.value.encode(), _ORDER[m.op])))


def all_match(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether every matcher accepts the label set; no matchers accept everything."""
    return all(m.matches(labels) for m in matchers)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Matchers of one text, in the order written, and the warning Alertmanager's fallback mode logs about it."""

    matchers: tuple[Matcher, ...]
    warning: str | None


def parse(text: str, grammar: Grammar = Grammar.FALLBACK) -> Parsed:
    """Read one string of matchers (`a="b",c=~"d"`, with or without braces); raises MatcherError."""
    match grammar:
        case Grammar.CLASSIC:
            return Parsed(_classic(text), None)
        case Grammar.UTF8:
            return Parsed(_utf8(text), None)
        case Grammar.FALLBACK:
            return _fallback(text)


def _fallback(text: str) -> Parsed:
    try:
        modern = _utf8(text)
    except MatcherError:
        return Parsed(_classic(text), "fallback")
    try:
        classic = _classic(text)
    except MatcherError:
        return Parsed(modern, None)
    # The classic parser gives an empty list and the newer one none at all, which Alertmanager calls a disagreement.
    same = classic == modern and bool(classic)
    return Parsed(classic, None if same else "disagreement")


_CLASSIC_SPACE = "\t\n\f\r "
_CLASSIC_MATCHER = re.compile(
    rf"[{_CLASSIC_SPACE}]*([a-zA-Z_:][a-zA-Z0-9_:]*)[{_CLASSIC_SPACE}]*(=~|=|!=|!~)[{_CLASSIC_SPACE}]*(.*?)[{_CLASSIC_SPACE}]*",
    re.DOTALL,
)
_CLASSIC_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}


def _classic(text: str) -> tuple[Matcher, ...]:
    return tuple(_classic_matcher(token) for token in _classic_split(text.removeprefix("{").removesuffix("}")))


def _classic_split(text: str) -> list[str]:
    """Cut at commas outside double quotes; a blank last piece (a trailing comma) is dropped."""
    pieces: list[str] = []
    piece: list[str] = []
    quoted = escaped = False
    for char in text:
        if char == "," and not quoted:
            pieces.append("".join(piece))
            piece.clear()
            continue
        if char == '"':
            quoted = quoted if escaped else not quoted
            escaped = False
        elif char == "\\":
            escaped = not escaped
        elif char != ",":
            escaped = False
        piece.append(char)
    last = _strip_space("".join(piece))
    return [*pieces, last] if last else pieces


def _classic_matcher(token: str) -> Matcher:
    found = _CLASSIC_MATCHER.fullmatch(token)
    if found is None:
        raise MatcherError(f"bad matcher format: {token}")
    name, op, raw = found.groups()
    body = raw
    if raw.startswith('"'):
        if len(raw) < 2 or not raw.endswith('"'):
            raise MatcherError(f"matcher value contains unescaped double quote: {raw}")
        body = raw[1:-1]
        if (len(body) - len(body.rstrip("\\"))) % 2:
            raise MatcherError(f"matcher value contains unescaped double quote: {raw}")
    return matcher(name, Op(op), _classic_unescape(body, raw))


def _classic_unescape(body: str, raw: str) -> str:
    out: list[str] = []
    chars = iter(body)
    for char in chars:
        if char == '"':
            raise MatcherError(f"matcher value contains unescaped double quote: {raw}")
        if char != "\\":
            out.append(char)
            continue
        following = next(chars, None)
        # An escape that means nothing keeps its backslash, and so does one at the very end.
        out.append("\\" if following is None else _CLASSIC_ESCAPES.get(following, "\\" + following))
    return "".join(out)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`{`, `}`, `,`, `op`, `quoted` or `bare`."""
    text: str


_UTF8_TOKEN = re.compile(r'[{},]|=~|!=|!~|=|"(?:[^"\\]|\\.)*"', re.DOTALL)


def _utf8_tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        if _is_space(text[at]):
            at += 1
            continue
        found = _UTF8_TOKEN.match(text, at)
        if found is not None:
            part = found.group()
            kind = part if part in "{}," else "quoted" if part[0] == '"' else "op"
        else:
            part = _bare_run(text, at)
            if not part:
                raise MatcherError(f"{at}: {text[at:]}: invalid input")
            kind = "bare"
        tokens.append(_Token(kind, part))
        at += len(part)
    return tokens


def _bare_run(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end] not in _RESERVED and not _is_space(text[end]):
        end += 1
    return text[start:end]


def _utf8(text: str) -> tuple[Matcher, ...]:
    tokens = _utf8_tokens(text)
    if not tokens:
        return ()
    if tokens[0].kind == "{":
        if tokens[-1].kind != "}" or len(tokens) < 2:
            raise MatcherError("end of input: expected close brace")
        inner = tokens[1:-1]
        if not inner:
            return ()
    else:
        inner = tokens
    return _utf8_matchers(inner)


def _utf8_matchers(tokens: list[_Token]) -> tuple[Matcher, ...]:
    """Name, operator and value, again and again, with commas between and one allowed after the last."""
    made: list[Matcher] = []
    at = 0
    while at < len(tokens):
        three = tokens[at : at + 3]
        kinds = [t.kind for t in three]
        if (
            len(three) < 3
            or kinds[0] not in ("quoted", "bare")
            or kinds[1] != "op"
            or kinds[2] not in ("quoted", "bare")
        ):
            raise MatcherError(f"expected a label name, an operator and a value at {three[0].text}")
        made.append(matcher(_plain(three[0]), Op(three[1].text), _plain(three[2])))
        at += 3
        if at < len(tokens):
            if tokens[at].kind != ",":
                raise MatcherError(f"expected a comma, got {tokens[at].text}")
            at += 1
    return tuple(made)


def _plain(token: _Token) -> str:
    if token.kind == "bare":
        return token.text
    try:
        return go_unquote(token.text)
    except GoTextError as error:
        raise MatcherError(f"{token.text}: {error}") from error


_GO_SPACES = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(c) for c in range(0x2000, 0x200B)
}


def _is_space(char: str) -> bool:
    """Go's `unicode.IsSpace`; Python's `isspace` counts four control characters more."""
    return char in _GO_SPACES


def _strip_space(text: str) -> str:
    return text.strip("".join(sorted(_GO_SPACES)))
