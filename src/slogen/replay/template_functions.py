"""The functions Prometheus adds to Go's templates (template/template.go of 3.5), written from their behaviour."""

import ipaddress
import math
import re
import urllib.parse
from collections.abc import Callable, Mapping, Sequence

from slogen import regex
from slogen.gotemplate.printf import sprintf
from slogen.gotemplate.values import GoError, GoFunction, GoTime, Struct, Value, shortest, time_text, type_of

Sample = tuple[Mapping[str, str], float]
Query = Callable[[str], Sequence[Sample]]
"""Evaluates an instant query at the moment of the alert; raises GoError with the engine's message."""

_INT64 = float(2**63)


def functions(query: Query) -> dict[str, GoFunction]:
    """The table of functions; `query` answers the template function of that name."""

    def ask(expr: str) -> Value:
        return [Struct("*template.sample", {"Labels": dict(labels), "Value": value}) for labels, value in query(expr)]

    return {**_TABLE, "query": GoFunction(("string",), variadic=False, call=ask)}


def names() -> frozenset[str]:
    """The names of all functions, for parsing without running."""
    return frozenset(_TABLE) | {"query"}


def _number(value: Value) -> float:
    """A number from a number or its text, as convertToFloat reads it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        raise GoError(f"can't convert {type_of(value)} to float")
    try:
        if value.strip() == value and "_" not in value:
            return float.fromhex(value) if value.lower().lstrip("+-").startswith("0x") else float(value)
    except (ValueError, OverflowError):
        pass
    raise GoError(f'strconv.ParseFloat: parsing "{value}": invalid syntax')


def _four(value: float) -> str:
    return sprintf("%.4g", [value])


def humanize(value: Value) -> str:
    """Four digits and a metric prefix: 123456 is `123.5k`, 0.0012345 is `1.234m`."""
    number = _number(value)
    if number == 0 or math.isnan(number) or math.isinf(number):
        return _four(number)
    if abs(number) >= 1:
        return _scaled(number, ("", "k", "M", "G", "T", "P", "E", "Z", "Y"), 1000.0)
    return _shrunk(number)


def _scaled(number: float, prefixes: Sequence[str], factor: float) -> str:
    index = 0
    while index < len(prefixes) - 1 and abs(number) >= factor:
        number /= factor
        index += 1
    return _four(number) + prefixes[index]


def _shrunk(number: float) -> str:
    prefixes = ("", "m", "u", "n", "p", "f", "a", "z", "y")
    index = 0
    while index < len(prefixes) - 1 and abs(number) < 1:
        number *= 1000
        index += 1
    return _four(number) + prefixes[index]


def humanize1024(value: Value) -> str:
    """Four digits and a binary prefix: 1e6 is `976.6ki`."""
    number = _number(value)
    if abs(number) <= 1 or math.isnan(number) or math.isinf(number):
        return _four(number)
    return _scaled(number, ("", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"), 1024.0)


def humanize_duration(value: Value) -> str:
    """Seconds in words: 93784.5 is `1d 2h 3m 4s`, 0.0123 is `12.3ms`."""
    number = _number(value)
    if math.isnan(number) or math.isinf(number):
        return _four(number)
    if number == 0:
        return "0s"
    if abs(number) < 1:
        return _shrunk(number) + "s"
    sign, number = ("-", -number) if number < 0 else ("", number)
    whole = int(number)
    days, hours, minutes, seconds = whole // 86400, whole // 3600 % 24, whole // 60 % 60, whole % 60
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {seconds}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {seconds}s"
    if minutes:
        return f"{sign}{minutes}m {seconds}s"
    return f"{sign}{_four(number)}s"


def humanize_percentage(value: Value) -> str:
    """A ratio as a percentage with four digits: 0.99953 is `99.95%`."""
    return _four(_number(value) * 100) + "%"


def _nanoseconds(number: float) -> int:
    if not -_INT64 <= number * 1e9 <= _INT64:
        raise GoError(f"{shortest(number)} cannot be represented as a nanoseconds timestamp since it overflows int64")
    return int(number * 1e9)


def humanize_timestamp(value: Value) -> str:
    """A Unix time as `2015-06-23 13:19:44.128 +0000 UTC`."""
    number = _number(value)
    if math.isnan(number) or math.isinf(number):
        return _four(number)
    return time_text(math.trunc(_nanoseconds(number) / 1_000_000) / 1000)


def to_time(value: Value) -> GoTime:
    """A Unix time as a point in time."""
    return GoTime(math.trunc(_nanoseconds(_number(value)) / 1_000_000) / 1000)


_DURATION = re.compile(
    r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?",
)
_UNITS = (31536000.0, 604800.0, 86400.0, 3600.0, 60.0, 1.0, 0.001)


def parse_duration(text: str) -> float:
    """A Prometheus duration (`1h30m`) in seconds."""
    match = _DURATION.fullmatch(text)
    if not text or (match is None and text != "0"):
        problem = "empty duration string" if not text else f'not a valid duration string: "{text}"'
        raise GoError(problem)
    if match is None:
        return 0.0
    return sum(int(count) * unit for count, unit in zip(match.groups(), _UNITS, strict=True) if count)


def _samples(value: Value) -> Sequence[Struct]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [item for item in value if isinstance(item, Struct)]
    raise GoError(f"wrong type for value; expected template.queryResult; got {type_of(value)}")


def _sample(value: Value) -> Struct:
    if isinstance(value, Struct):
        return value
    raise GoError(f"wrong type for value; expected *template.sample; got {type_of(value)}")


def first(value: Value) -> Value:
    """The first sample of a query; an empty result is an error."""
    found = _samples(value)
    if not found:
        raise GoError("first() called on vector with no elements")
    return found[0]


def label(name: str, value: Value) -> str:
    """A label of a sample, empty where it is missing."""
    labels = _sample(value).fields["Labels"]
    return str(labels.get(name, "")) if isinstance(labels, Mapping) else ""


def sample_value(value: Value) -> Value:
    """The value of a sample."""
    return _sample(value).fields["Value"]


def sort_by_label(name: str, value: Value) -> Value:
    """Samples in natural order of a label: `v2` before `v10`."""

    def key(sample: Struct) -> list[tuple[int, int, str]]:
        parts = re.findall(r"\d+|\D+", label(name, sample))
        return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]

    return sorted(_samples(value), key=key)


def title(text: str) -> str:
    """Each word with its first letter in upper case (strings.Title)."""
    return re.sub(r"(?<![\w'])[^\W\d_]", lambda match: match.group().upper(), text)


def match(pattern: str, text: str) -> bool:
    """Whether `text` holds a match of `pattern` anywhere."""
    return _compiled(pattern).search(text)


def re_replace_all(pattern: str, replacement: str, text: str) -> str:
    """Every match of `pattern` replaced, `$1` and `${name}` expanded."""
    return _compiled(pattern).replace(text, replacement)


def _compiled(pattern: str) -> regex.Pattern:
    try:
        return regex.compile(pattern, dot_newline=False)
    except regex.RegexError as error:
        raise GoError(f"error parsing regexp: {error}") from None


def strip_port(text: str) -> str:
    """`host:port` without the port; anything else as it is."""
    found = re.fullmatch(r"\[([^\[\]]*)\]:([^:\[\]]*)|([^:\[\]]*):([^:\[\]]*)", text)
    return (found[1] if found[1] is not None else found[3]) if found else text


def strip_domain(text: str) -> str:
    """A host name without its domain, its port kept; an IP address as it is."""
    host, port = strip_port(text), ""
    if host != text:
        port = text.rpartition(":")[2]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        host = host.partition(".")[0]
        return f"{host}:{port}" if port else host
    return text


def _link(tab: int) -> Callable[[str], str]:
    def link(expr: str) -> str:
        return f"/graph?g0.expr={urllib.parse.quote_plus(expr, safe='-_.~')}&g0.tab={tab}"

    return link


def _no_external_url() -> Value:
    # Prometheus' own unit tests fail here as well: the URL is known to a running server only.
    raise GoError("the external URL of the server is not known in a replay; use $externalURL")


def _args(*values: Value) -> Value:
    return {f"arg{index}": value for index, value in enumerate(values)}


def _strvalue(value: Value) -> str:
    return label("__value__", value)


def _plain(text: str) -> str:
    return text


_TABLE: Mapping[str, GoFunction] = {
    "args": GoFunction(("any",), variadic=True, call=_args),
    "externalURL": GoFunction((), variadic=False, call=_no_external_url),
    "first": GoFunction(("any",), variadic=False, call=first),
    "graphLink": GoFunction(("string",), variadic=False, call=_link(0)),
    "humanize": GoFunction(("any",), variadic=False, call=humanize),
    "humanize1024": GoFunction(("any",), variadic=False, call=humanize1024),
    "humanizeDuration": GoFunction(("any",), variadic=False, call=humanize_duration),
    "humanizePercentage": GoFunction(("any",), variadic=False, call=humanize_percentage),
    "humanizeTimestamp": GoFunction(("any",), variadic=False, call=humanize_timestamp),
    "label": GoFunction(("string", "any"), variadic=False, call=label),
    "match": GoFunction(("string", "string"), variadic=False, call=match),
    "parseDuration": GoFunction(("string",), variadic=False, call=parse_duration),
    "pathPrefix": GoFunction((), variadic=False, call=_no_external_url),
    "reReplaceAll": GoFunction(("string", "string", "string"), variadic=False, call=re_replace_all),
    "safeHtml": GoFunction(("string",), variadic=False, call=_plain),
    "sortByLabel": GoFunction(("string", "any"), variadic=False, call=sort_by_label),
    "stripDomain": GoFunction(("string",), variadic=False, call=strip_domain),
    "stripPort": GoFunction(("string",), variadic=False, call=strip_port),
    "strvalue": GoFunction(("any",), variadic=False, call=_strvalue),
    "tableLink": GoFunction(("string",), variadic=False, call=_link(1)),
    "title": GoFunction(("string",), variadic=False, call=title),
    "toLower": GoFunction(("string",), variadic=False, call=str.lower),
    "toTime": GoFunction(("any",), variadic=False, call=to_time),
    "toUpper": GoFunction(("string",), variadic=False, call=str.upper),
    "value": GoFunction(("any",), variadic=False, call=sample_value),
}
