"""The command line without a process: arguments in, status and both streams out."""

import sys
from unittest import mock

import pytest

from slogen.cli.main import main


def run(argv: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Status, standard output and standard error of `slogen ARGV`."""
    capsys.readouterr()
    with mock.patch.object(sys, "argv", ["slogen", *argv]), pytest.raises(SystemExit) as left:
        main()
    out, err = capsys.readouterr()
    code = left.value.code
    assert code is None or isinstance(code, int), code
    return int(code or 0), out, err
