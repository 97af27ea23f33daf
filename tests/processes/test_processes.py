"""Work on several processes: in order, as far as needed, and never a traceback of a process that dies."""

import os
import time

import pytest

from slogen.processes import in_copies, spread


def doubled(number: int) -> int:
    """Twice a number, the first one last."""
    time.sleep(0.1 if number == 0 else 0)
    return 2 * number


def killed(number: int) -> int:
    """Work that the system ends, as it does when memory runs out."""
    os._exit(number)


class Unreadable:
    """A value that no other process can read: what it was made from has changed meanwhile."""

    def __reduce__(self) -> tuple[type[int], tuple[str]]:
        return int, ("no number",)


def kept(value: object) -> object:
    """The value itself."""
    return value


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order_up_to_the_first_that_is_enough(processes: int) -> None:
    """Whichever was ready first."""
    assert spread(doubled, range(4), processes, lambda result: result == 4) == [0, 2, 4]


def test_a_process_that_dies_is_a_refusal_of_the_system(capfd: pytest.CaptureFixture[str]) -> None:
    """One sentence for the user, and nothing of the process itself on the terminal."""
    with pytest.raises(ChildProcessError, match="ended in the middle of its work"):
        spread(killed, [9, 9], 2)
    with pytest.raises(ChildProcessError, match="ended in the middle of its work"):
        spread(kept, [Unreadable(), Unreadable()], 2)

    assert capfd.readouterr().err == ""


def test_shares_come_in_order_and_see_what_is_known_here() -> None:
    """A copy needs nothing sent to it, not even a function of a module."""
    known = [object(), object(), object()]

    assert in_copies(lambda share: (share, len(known)), 3) == [(0, 3), (1, 3), (2, 3)]


def test_the_share_of_a_copy_that_dies_is_done_here(capfd: pytest.CaptureFixture[str]) -> None:
    """Nobody notices but the clock."""
    here = os.getpid()

    def work(share: int) -> int:
        if os.getpid() != here:
            os._exit(9)
        return share

    assert in_copies(work, 3) == [0, 1, 2]
    assert capfd.readouterr().err == ""


def test_what_work_raises_is_raised_here(capfd: pytest.CaptureFixture[str]) -> None:
    """A copy that fails says nothing itself: its work is tried again where somebody can be told."""
    with pytest.raises(ZeroDivisionError):
        in_copies(lambda share: 1 // (1 - share), 2)

    assert capfd.readouterr().err == ""


def test_a_system_that_allows_no_copy_is_no_reason_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers limit how many processes there may be; everything is done here then."""

    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)

    assert in_copies(lambda share: share, 3) == [0, 1, 2]
