"""Go's fmt.Sprintf for the verbs and values that templates use, with its way of showing mistakes in place."""

import re
from collections.abc import Sequence

from slogen.gotemplate.values import GoError, Value, not_a_number, shortest, show, type_of

_DIRECTIVE = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d*))?(?P<verb>.)?", re.DOTALL)


def sprintf(template: str, args: Sequence[Value]) -> str:
    """`template` with its verbs replaced by `args`; mistakes print as Go prints them (`%!d(string=x)`)."""
    out: list[str] = []
    used = 0
    end = 0
    for match in _DIRECTIVE.finditer(template):
        out.append(template[end : match.start()])
        end = match.end()
        verb = match["verb"]
        if verb == "%":
            out.append("%")
            continue
        if verb is None:
            out.append("%!(NOVERB)")
            continue
        if verb == "[":
            raise GoError("argument indexes such as %[1]d are not supported here; give the arguments in order")
        (width, precision), used = _numbers(match, args, used)
        if used >= len(args):
            out.append(f"%!{verb}(MISSING)")
            continue
        out.append(_directive(verb, match["flags"], width, precision, args[used]))
        used += 1
    out.append(template[end:])
    if used < len(args):
        rest = ", ".join(f"{type_of(arg)}={show(arg)}" for arg in args[used:])
        out.append(f"%!(EXTRA {rest})")
    return "".join(out)


def _numbers(match: re.Match[str], args: Sequence[Value], used: int) -> tuple[list[int | None], int]:
    """Width and precision of a directive, a `*` taken from the arguments, and how many arguments are used then."""
    numbers: list[int | None] = []
    for given in (match["width"], match["precision"]):
        if given == "*":
            star = args[used] if used < len(args) else None
            numbers.append(star if isinstance(star, int) else None)
            used += 1
        else:
            numbers.append(int(given) if given else (0 if given == "" else None))
    return numbers, used


def _directive(verb: str, flags: str, width: int | None, precision: int | None, value: Value) -> str:
    text = _body(verb, flags, precision, value)
    if width is None:
        return text
    if width < 0:
        return text.ljust(-width)
    if "-" in flags:
        return text.ljust(width)
    numeric = isinstance(value, int | float) and text.lstrip("+-")[:1].isdigit()
    return text.zfill(width) if "0" in flags and (numeric or isinstance(value, str)) else text.rjust(width)


def _body(verb: str, flags: str, precision: int | None, value: Value) -> str:
    match value:
        case _ if verb == "T":
            return type_of(value)
        case bool() if verb in "vt":
            return show(value)
        case float() if verb in "veEfFgG":
            return _float(verb, flags, precision, value)
        case int() if not isinstance(value, bool) and verb in "vdxXobcqU":
            return _integer(verb, flags, precision, value)
        case str() if verb in "vsxXq":
            return _string(verb, precision, value)
        case float() if verb in "xXb":
            raise GoError(f"%{verb} of a float is not supported here; use %g")
        case bool() | float() | int() | str():
            return _mistake(verb, value)
        case None:
            return f"%!{verb}(<nil>)" if verb != "v" else "<nil>"
    return show(value) if verb in "vs" else _mistake(verb, value)


def _mistake(verb: str, value: Value) -> str:
    return f"%!{verb}({type_of(value)}={show(value)})"


def _float(verb: str, flags: str, precision: int | None, value: float) -> str:
    sign = "+" if "+" in flags else " " if " " in flags else ""
    special = not_a_number(value)
    if special:
        return special
    lowered = {"v": "g", "F": "f"}.get(verb, verb)
    if precision is None and lowered in "gG":
        text = shortest(value)
        text = text.upper() if lowered == "G" else text
        return text if value < 0 or text.startswith("-") else sign + text
    return f"%{sign}.{6 if precision is None else precision}{lowered}" % value


def _integer(verb: str, flags: str, precision: int | None, value: int) -> str:
    match verb:
        case "c":
            return chr(value) if 0 <= value <= 0x10FFFF else "�"
        case "q":
            return f"'{chr(value)}'" if 0 <= value <= 0x10FFFF else "'�'"
        case "U":
            return f"U+{value:04X}"
    shown = {"x": f"{abs(value):x}", "X": f"{abs(value):X}", "o": f"{abs(value):o}", "b": f"{abs(value):b}"}
    digits = shown.get(verb, str(abs(value))).zfill(precision or 0)
    prefix = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb, "") if "#" in flags else ""
    sign = "-" if value < 0 else "+" if "+" in flags else " " if " " in flags else ""
    return sign + prefix + digits


def _string(verb: str, precision: int | None, value: str) -> str:
    cut = value if precision is None else value[:precision]
    match verb:
        case "x" | "X":
            digits = cut.encode("utf-8", "surrogatepass").hex()
            return digits.upper() if verb == "X" else digits
        case "q":
            return quote(cut)
    return cut


_SHORT = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}


def quote(text: str) -> str:
    """The text as a Go string literal (strconv.Quote)."""
    out = []
    for char in text:
        code = ord(char)
        if char in '"\\':
            out.append("\\" + char)
        elif char in _SHORT:
            out.append(_SHORT[char])
        elif char.isprintable():
            out.append(char)
        elif code < 0x80:
            out.append(f"\\x{code:02x}")
        else:
            out.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return '"' + "".join(out) + '"'
