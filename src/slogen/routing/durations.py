"""Durations as Alertmanager writes them; changes only if its units do."""

import re

_UNITS = {"y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_DURATION = re.compile(
    r"(?:(?P<y>\d+)y)?(?:(?P<w>\d+)w)?(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?(?:(?P<ms>\d+)ms)?",
    re.ASCII,
)
_LONGEST = 9_223_372_036_854  # ms in Go's 64 bits of nanoseconds


class DurationError(ValueError):
    """Text that Alertmanager does not take for a duration."""


def milliseconds(text: str) -> int:
    """`1h30m` as ms; units from long to short, no sign and no fractions; raises DurationError."""
    if text == "0":
        return 0
    if not text:
        raise DurationError("empty duration string")
    found = _DURATION.fullmatch(text)
    if found is None:
        raise DurationError(f'not a valid duration string: "{text}"')
    total = sum(int(amount) * _UNITS[unit] for unit, amount in found.groupdict().items() if amount)
    if total > _LONGEST:
        raise DurationError("duration out of range")
    return total
