"""The entrance: the promise that no run ends in a traceback, from the first import on.

Nothing of slogen's is imported before somebody watches, so that an impatient Ctrl-C is quiet too.
"""

import gc
import os
import sys
import tempfile
import traceback
from typing import NoReturn

_INTERRUPTED = 130
"""What shells call the end by Ctrl-C; no status of slogen's own, as nothing was decided."""


def main() -> NoReturn:
    """Runs a verb and exits with its status; what the system refuses is 3, a bug of ours 70 with a report file."""
    gc.disable()  # a run is short and makes hardly any circles; looking for them takes a fifth of a build
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


def _run() -> NoReturn:
    from slogen.cli import verbs
    from slogen.cli.status import Status

    out = sys.stdout
    try:
        verbs.app()
    except SystemExit:
        if sys.stdout is not out:  # so typer ends where nobody reads any more, and calls that 1: a finding
            sys.exit(Status.COULD_NOT)
        raise
    except OSError as error:
        _say(f"slogen: could not finish: {_reason(error)}")
        sys.exit(Status.COULD_NOT)
    except MemoryError:
        _say("slogen: could not finish: out of memory")
        sys.exit(Status.COULD_NOT)
    except Exception as error:  # the one place where a bug ends
        if "KeyboardInterrupt" in traceback.format_exc():  # pydantic tells of one in words
            sys.exit(_INTERRUPTED)
        _say(f"slogen: this is a bug of slogen ({type(error).__name__}); please report it with {_report()}")
        sys.exit(Status.BUG)
    sys.exit(Status.OK)


def _reason(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


def _say(line: str) -> None:
    sys.stderr.write(line.encode(errors="backslashreplace").decode() + "\n")


def _report() -> str:
    """Writes the traceback to a file of its own and returns its path; where that fails, the traceback itself."""
    text = f"slogen {' '.join(sys.argv[1:])}\nPython {sys.version}\n\n{traceback.format_exc()}"
    try:
        descriptor, path = tempfile.mkstemp(prefix="slogen-bug-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return f"this:\n{text}"
    return path
