"""A sign of life for people who wait: only on a terminal, and only when it takes long."""

import contextlib
import sys
import threading
from collections.abc import Iterator

_AFTER = 1.0
"""Seconds before anything is shown."""


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Shows `what` with a spinner on standard error while the block runs."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    status = Console(stderr=True).status(what)
    timer = threading.Timer(_AFTER, status.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
