"""Runs work in several processes: the same on many values, or shares of one work in copies of this process."""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing.connection import Connection
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def spread(
    work: Callable[[In], Out], values: Sequence[In], processes: int, enough: Callable[[Out], bool] | None = None
) -> list[Out]:
    """`work` of every value; `work` must be a function of a module, the values must be picklable.

    The first result that is `enough` is the last one: what has not begun by then is not done. Raises what `work`
    raises, and `ChildProcessError` where a process ends before its work does: killed, or unable to begin.
    """
    if processes <= 1 or len(values) <= 1:
        return _until(map(work, values), enough)
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(processes, len(values)), context, _silently)
    try:
        return _until(pool.map(work, values), enough)
    except BrokenProcessPool as error:
        raise ChildProcessError("a process ended in the middle of its work, perhaps out of memory; try -j 1") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _silently() -> None:
    """Runs in a new process: what ends it is told by the one that waits for it, and by no traceback of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _until(results: Iterable[Out], enough: Callable[[Out], bool] | None) -> list[Out]:
    found: list[Out] = []
    for result in results:
        found.append(result)
        if enough is not None and enough(result):
            break
    return found


def in_copies(work: Callable[[int], Out], copies: int) -> list[Out]:
    """`work` of 0 to `copies` - 1, the first here and the others beside it. Raises what `work` raises."""
    begun = [beside(partial(work, share)) for share in range(1, copies)]
    return [work(0), *(wait() for wait in begun)]


def processors() -> int:
    """How many processes can run at once, as far as this one is let."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def beside(work: Callable[[], Out]) -> Callable[[], Out]:
    """Begins `work` in a copy of this process, which has all values without being sent them; gives what waits for it.

    The result must be picklable. Where there is one processor, the system cannot fork, or the copy dies, `work` is done
    by whoever waits.
    """
    if processors() < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return work
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, work), daemon=True)
    try:
        process.start()
    except OSError:  # no more processes are allowed, or no more memory: slower is better than not at all
        ours.close()
        return work
    finally:
        theirs.close()

    def wait() -> Out:
        try:
            found: Out = ours.recv()
        except EOFError:
            return work()
        finally:
            ours.close()
            process.join()
        return found

    return wait


def _answer(connection: Connection, work: Callable[[], Out]) -> None:
    with contextlib.suppress(BaseException):  # whoever waits does the work again, and tells what is wrong with it
        connection.send(work())
    os._exit(0)  # at once: a copy has no threads, so that a lock which one of them held would never be given back
