"""The values of Go's literals; changes only with the language."""

import ast
import re

from slogen.gotemplate.lex import Token
from slogen.gotemplate.nodes import TemplateError


def literal(token: Token) -> str | int | float:
    """The value of a literal, read as Go reads it."""
    match token.kind:
        case "raw":
            return token.text[1:-1].replace("\r", "")
        case "string":
            return _unquote(token)
        case "char":
            text = _unquote(token)
            if len(text) != 1:
                raise TemplateError("malformed character constant: " + token.text, token.pos.line, token.pos.column)
            return ord(text)
    try:
        return int(token.text, 0)
    except ValueError:
        pass
    try:
        if re.fullmatch(r"[+-]?0[0-7_]+", token.text):
            return int(token.text, 8)
        return float(token.text)
    except ValueError:
        raise TemplateError(f'bad number syntax: "{token.text}"', token.pos.line, token.pos.column) from None


_GO_ESCAPE = re.compile(r"\\(?:[abfnrtv\\'\"]|x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")


def _unquote(token: Token) -> str:
    r"""A Go string or rune literal's text; `\x` and octal escapes name bytes, which must make valid UTF-8."""
    inner = token.text[1:-1]
    if "\\" in _GO_ESCAPE.sub("", inner):
        raise TemplateError("invalid syntax in string: " + token.text, token.pos.line, token.pos.column)

    def plain(match: re.Match[str]) -> bytes:
        escape = match.group()
        if escape[1] == "x":
            return bytes.fromhex(escape[2:])
        if escape[1] in "01234567":
            return bytes([int(escape[1:], 8) & 0xFF])
        return str(ast.literal_eval(f'"{escape}"')).encode("utf-8", "surrogatepass")

    out = bytearray()
    end = 0
    for match in _GO_ESCAPE.finditer(inner):
        out += inner[end : match.start()].encode("utf-8", "surrogatepass")
        out += plain(match)
        end = match.end()
    out += inner[end:].encode("utf-8", "surrogatepass")
    return out.decode("utf-8", "replace")
