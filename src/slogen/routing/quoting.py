"""Go's way of writing text between double quotes, which matchers and group keys use; changes only if Go's does."""

import re

_SHORT = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_UNSHORT = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34}
_ESCAPE = re.compile(
    r"\\(?:(?P<short>[abfnrtv\\\"])|x(?P<hex>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"
    r"|(?P<octal>[0-7]{3}))"
)


class GoTextError(ValueError):
    """Text between quotes that Go would refuse."""


def go_quote(text: str) -> str:
    """Go's `strconv.Quote`: double quotes, what cannot be printed escaped."""
    return '"' + "".join(_quoted_char(c) for c in text) + '"'


def _quoted_char(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if char.isprintable():
        return char
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def go_unquote(quoted: str) -> str:
    """Go's `strconv.Unquote` of a string in double quotes, which must then be valid UTF-8; raises GoTextError."""
    body = quoted[1:-1]
    if len(quoted) < 2 or quoted[0] != '"' or quoted[-1] != '"' or "\n" in body:
        raise GoTextError("invalid syntax")
    out = bytearray()
    at = 0
    while at < len(body):
        if body[at] != "\\":
            out += body[at].encode("utf-8", "surrogatepass")
            at += 1
            continue
        found = _ESCAPE.match(body, at)
        if found is None:
            raise GoTextError("invalid syntax")
        out += _escaped_bytes(found)
        at = found.end()
    try:
        return out.decode()
    except UnicodeDecodeError as error:
        raise GoTextError("quoted string contains invalid UTF-8") from error


def _escaped_bytes(found: re.Match[str]) -> bytes:
    kind, digits = found.lastgroup, found.group(found.lastgroup or 0)
    match kind:
        case "short":
            return bytes([_UNSHORT[digits]])
        case "hex" | "octal":
            value = int(digits, 16 if kind == "hex" else 8)
            if value > 255:
                raise GoTextError("invalid syntax")
            return bytes([value])
        case _:
            code = int(digits, 16)
            if code > 0x10FFFF or 0xD800 <= code < 0xE000:
                raise GoTextError("invalid syntax")
            return chr(code).encode()


def escape_label_value(text: str) -> str:
    """The exposition format's escapes, which printed matchers use: backslash, double quote and newline."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def label_set_text(labels: dict[str, str]) -> str:
    """A label set as Go prints it in a group key: sorted by name, `{a="x", b="y"}`."""
    return "{" + ", ".join(f"{name}={go_quote(labels[name])}" for name in sorted(labels)) + "}"
