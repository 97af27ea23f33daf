"""Where in the text a mistake is; changes when a mistake deserves a better position or a better sentence.

The parser library says that something is wrong but not where, so after it refused a text the tokens are looked at again.
"""

import re

from slogen.promql.lex import Kind, PromQLError, Token


def locate(message: str, found: list[Token], length: int, about: str = "") -> PromQLError:
    """The error with the place of the construct that it is about: a name, or the first word it quotes."""
    quoted = re.search(r"'([^']+)'", message)
    wanted = about or (quoted[1] if quoted else "")
    for t in found:
        if wanted and t.text == wanted:
            return PromQLError(message, t.start, t.end)
    return PromQLError(message, 0, length)


def calls(found: list[Token]) -> list[Token]:
    """The names that are followed by a parenthesis or, for aggregations, by a clause."""
    return [
        t
        for t, after in zip(found, found[1:], strict=False)
        if t.kind is Kind.NAME and after.text.lower() in {"(", "by", "without"}
    ]
