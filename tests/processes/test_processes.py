"""Work on several processes: in order, as far as needed, and never a traceback of a process that dies."""

import os
import time

import pytest

from slogen.processes import spread


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
