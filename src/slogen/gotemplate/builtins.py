"""The functions text/template itself brings: comparison, indexing, printing and escaping."""

import html
import json
import urllib.parse
from collections.abc import Mapping, Sequence

from slogen.gotemplate.printf import sprintf
from slogen.gotemplate.values import GoError, GoFunction, Value, show, truth, type_of


def _kind(value: Value) -> str:
    if value is None or isinstance(value, bool | int | float | str):
        return type_of(value)
    raise GoError("invalid type for comparison")


def _eq(first: Value, *others: Value) -> bool:
    if not others:
        raise GoError("missing argument for comparison")
    for other in others:
        if None not in (first, other) and _kind(first) != _kind(other):
            raise GoError("incompatible types for comparison")
        if first == other:
            return True
    return False


def _ne(first: Value, second: Value) -> bool:
    return not _eq(first, second)


def _lt(first: Value, second: Value) -> bool:
    if _kind(first) != _kind(second):
        raise GoError("incompatible types for comparison")
    match first, second:
        case (bool(), _) | (None, _):
            raise GoError("invalid type for comparison")
        case (str() as a, str() as b):
            return a < b
        case ((int() | float()) as c, (int() | float()) as d):
            return c < d
    raise GoError("invalid type for comparison")


def _le(first: Value, second: Value) -> bool:
    return _lt(first, second) or _eq(first, second)


def _gt(first: Value, second: Value) -> bool:
    # as in Go, everything is greater than NaN: gt is the negation of le
    return not _le(first, second)


def _ge(first: Value, second: Value) -> bool:
    return not _lt(first, second)


def _index(value: Value, *keys: Value) -> Value:
    for key in keys:
        if isinstance(value, Mapping):
            if not isinstance(key, str):
                raise GoError(f"value has type {type_of(key)}; should be string")
            value = value.get(key, "")
            continue
        if not isinstance(value, str | Sequence):
            raise GoError(f"can't index item of type {type_of(value)}")
        if not isinstance(key, int) or isinstance(key, bool):
            raise GoError(f"cannot index slice/array with type {type_of(key)}")
        if not 0 <= key < len(value):
            raise GoError(f"index out of range: {key}")
        value = value.encode("utf-8", "surrogatepass")[key] if isinstance(value, str) else value[key]
    return value


def _slice(value: Value, *bounds: Value) -> Value:
    if not isinstance(value, str | Sequence):
        raise GoError(f"can't slice item of type {type_of(value)}")
    data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    numbers = [bound for bound in bounds if isinstance(bound, int) and not isinstance(bound, bool)]
    if len(numbers) != len(bounds) or len(bounds) > 2:
        raise GoError("cannot slice with these indexes")
    low, high = (*numbers, *(0, len(data))[len(numbers) :])
    if not 0 <= low <= high <= len(data):
        raise GoError(f"index out of range: {low if not 0 <= low <= len(data) else high}")
    cut = data[low:high]
    return cut.decode("utf-8", "replace") if isinstance(cut, bytes) else cut


def _len(value: Value) -> int:
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, Mapping | Sequence):
        return len(value)
    raise GoError(f"len of type {type_of(value)}")


def _print(*values: Value) -> str:
    """fmt.Sprint: a space between two operands only where neither is a string."""
    out = ""
    for index, value in enumerate(values):
        if index and not isinstance(value, str) and not isinstance(values[index - 1], str):
            out += " "
        out += show(value)
    return out


def _printf(template: str, *values: Value) -> str:
    return sprintf(template, values)


def _println(*values: Value) -> str:
    return " ".join(show(value) for value in values) + "\n"


def _html(*values: Value) -> str:
    return (
        html.escape(_print(*values), quote=True)
        .replace("&quot;", "&#34;")
        .replace("&#x27;", "&#39;")
        .replace("\0", "�")
    )


def _js(*values: Value) -> str:
    quoted = json.dumps(_print(*values))[1:-1]
    return (
        quoted.replace("'", "\\'")
        .replace("<", "\\u003C")
        .replace(">", "\\u003E")
        .replace("&", "\\u0026")
        .replace("=", "\\u003D")
    )


def _urlquery(*values: Value) -> str:
    return urllib.parse.quote_plus(_print(*values).encode("utf-8", "surrogatepass"), safe="-_.~")


def _call(*values: Value) -> Value:
    raise GoError(f"non-function of type {type_of(values[0]) if values else 'nil'}")


def _not(value: Value) -> bool:
    return not truth(value)


BUILTINS = {
    "call": GoFunction(("any",), variadic=True, call=_call),
    "eq": GoFunction(("any", "any"), variadic=True, call=_eq),
    "ge": GoFunction(("any", "any"), variadic=False, call=_ge),
    "gt": GoFunction(("any", "any"), variadic=False, call=_gt),
    "html": GoFunction(("any",), variadic=True, call=_html),
    "index": GoFunction(("any", "any"), variadic=True, call=_index),
    "js": GoFunction(("any",), variadic=True, call=_js),
    "le": GoFunction(("any", "any"), variadic=False, call=_le),
    "len": GoFunction(("any",), variadic=False, call=_len),
    "lt": GoFunction(("any", "any"), variadic=False, call=_lt),
    "ne": GoFunction(("any", "any"), variadic=False, call=_ne),
    "not": GoFunction(("any",), variadic=False, call=_not),
    "print": GoFunction(("any",), variadic=True, call=_print),
    "printf": GoFunction(("string", "any"), variadic=True, call=_printf),
    "println": GoFunction(("any",), variadic=True, call=_println),
    "slice": GoFunction(("any", "any"), variadic=True, call=_slice),
    "urlquery": GoFunction(("any",), variadic=True, call=_urlquery),
}
