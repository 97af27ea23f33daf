"""Exit statuses, the same for every verb; scripts depend on them, so they never change their meaning."""

from enum import IntEnum


class Status(IntEnum):
    """What a run of slogen came to."""

    OK = 0
    FINDINGS = 1
    """Findings, failed tests, or output that is not what the specs say."""
    USAGE = 2
    COULD_NOT = 3
    """The system or a server refused: nothing is known about the specs."""
    BUG = 70
    """A mistake of slogen itself; a report file says which."""
