"""Where in the text a mistake is; changes when a mistake deserves a better position or a better sentence.

The parser library says that something is wrong but not where, so after a refusal the tokens are looked at again.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from slogen.promql.ast import SET_OPERATORS
from slogen.promql.lex import Kind, PromQLError, Token, shortened

_CLAUSES = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right", "bool"})
_WORD_OPERATORS = SET_OPERATORS | {"atan2", "offset"}


def locate(message: str, found: list[Token], length: int, about: str = "") -> PromQLError:
    """The error with the place of the construct that it is about: a name, or the first word it quotes."""
    quoted = re.search(r"'([^']+)'", message)
    wanted = about or (quoted[1] if quoted else "")
    for t in found:
        if wanted and wanted in {t.text, t.text[1:-1], t.text.lower()}:
            return PromQLError(message, t.start, t.end)
    return PromQLError(message, 0, length)


def calls(found: list[Token]) -> list[Token]:
    """The names that are followed by a parenthesis or, for aggregations, by a clause."""
    return [t for t, after in pairwise(found) if t.kind is Kind.NAME and after.text.lower() in {"(", "by", "without"}]


def fault(found: list[Token], length: int) -> PromQLError | None:
    """The first token that cannot stand behind the one before it; None if neighbours alone show no mistake.

    Only whether an expression or an operator must come next is looked at, so what is found is certain, but not all is.
    """
    for word, t in pairwise(t for t in found if t.text not in {"+", "-"}):
        if t.text == "(" and word.text.lower() == "offset":
            return PromQLError("arithmetic in durations is experimental and not supported", t.start, t.end)
    operand_next = True
    parentheses: list[Token] = []
    rest = list(_without_labels(found))
    for before, t in zip([None, *rest], rest, strict=False):
        if problem := _misplaced(before, t, operand_next, bool(parentheses)):
            return PromQLError(f"{problem} {shortened(t.text)}", t.start, t.end)
        if t.text == "(":
            parentheses.append(t)
        elif t.text == ")":
            parentheses.pop()
        operand_next = _is_operator(t, operand_next) or t.text in {"(", ","}
    if operand_next:
        return PromQLError("the expression ends where an operand is expected", length, length)
    if parentheses:
        return PromQLError("this parenthesis is never closed", parentheses[-1].start, parentheses[-1].end)
    return None


def _misplaced(before: Token | None, t: Token, operand_next: bool, is_inside: bool) -> str:
    is_call = before is not None and before.kind is Kind.NAME
    if t.text == ")" and not is_inside:
        return "no parenthesis is open before"
    if operand_next:
        empty_call = t.text == ")" and before is not None and before.text == "("
        starts = t.kind in {Kind.NAME, Kind.NUMBER, Kind.STRING} or t.text in {"(", "{", "+", "-"}
        return "" if starts or empty_call else "an operand is expected before"
    continues = t.kind in {Kind.OPERATOR, Kind.BRACKET, Kind.COMMA, Kind.CLOSE} or _is_operator(t, operand_next)
    return "" if continues or (is_call and t.kind is Kind.OPEN) else "an operator is expected before"


def _is_operator(t: Token, operand_next: bool) -> bool:
    """Whether an operand must follow; a word is an operator only where none is expected, elsewhere it is a metric."""
    if t.kind is Kind.OPERATOR:
        return True
    return t.kind is Kind.NAME and not operand_next and t.text.lower() in _WORD_OPERATORS


def _without_labels(found: list[Token]) -> Iterator[Token]:
    """The tokens without what stands in braces and without clauses, whose mistakes the library describes itself."""
    skipping = False
    for before, t in zip([None, *found], found, strict=False):
        if t.kind is Kind.OPEN and not skipping:
            named = before is not None and before.kind is Kind.NAME
            clause = before is not None and before.text.lower() in _CLAUSES
            if t.text == "{" and (clause or not named):
                yield t
            skipping = t.text == "{" or clause
        if not skipping and t.text.lower() not in _CLAUSES:
            yield t
        if skipping and t.kind is Kind.CLOSE:
            skipping = False
