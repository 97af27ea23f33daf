"""How many small mistakes in functions and binary operators the evaluator's own fast tests notice.

    python -m benchmarks.mutation [--module NAME]... [--write]

Every mutant runs in a process of its own that is forked before the evaluator is imported: first the cases in the
language of Prometheus' tests, then the unit tests, until one fails. A mutant that does not end is noticed too. With
`--write` the survivors go to `docs/mutation.md`, where the reason beside each is written by hand and kept. Exit status
1 where fewer than 85 % are noticed.
"""

import argparse
import contextlib
import io
import os
import re
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import numpy as np  # noqa: F401 -- imported once for all mutants, as are the others
import pytest
from hypothesis import settings

import slogen.promql.parse
import slogen.promql.text  # noqa: F401
from benchmarks.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "slogen" / "evaluator"
CASES = ROOT / "tests" / "evaluator" / "cases"
DOCUMENT = ROOT / "docs" / "mutation.md"
MODULES = (
    *("binary", "matching", "sets", "functions", "range_functions", "rates", "over_time", "regression"),
    *("elementwise", "dates", "label_functions", "classic", "histogram_functions", "summation", "windows"),
)
TELLING = {
    "binary": ("matching", "corners"),
    "matching": ("matching",),
    "rates": ("rates",),
    "over_time": ("over_time",),
    "regression": ("over_time", "functions"),
    "classic": ("classic_histograms",),
    "histogram_functions": ("native_histograms", "mixed_histograms"),
    "summation": ("over_time", "aggregations"),
    "windows": ("rates", "over_time"),
    "dates": ("functions",),
}
UNIT_TESTS = ("test_dates", "test_evaluate", "test_storage", "test_sums")
WANTED = 0.85
CPU_SECONDS = 60
SURVIVED, NOTICED = 0, 1


class _Changed:
    """Finds and loads the mutant where its module is imported, and leaves all other modules to the usual finders."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = f"slogen.evaluator.{mutant.module}"
        self.source = mutant.source

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        return ModuleSpec(name, self) if name == self.name else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """As usual."""

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.name, "exec"), module.__dict__)  # noqa: S102 -- this is what mutants are for


def is_noticed(mutant: Mutant) -> bool:
    """Runs the tests on a mutant in a child process."""
    child = os.fork()
    if child == 0:
        _run(mutant)
    return os.waitpid(child, 0)[1] != SURVIVED


def _run(mutant: Mutant) -> None:
    """In the child: does not return."""
    outcome = NOTICED
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        sys.meta_path.insert(0, _Changed(mutant))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            outcome = SURVIVED if _cases_pass(mutant.module) and _tests_pass() else NOTICED
    finally:
        os._exit(outcome)


def _cases_pass(module: str) -> bool:
    """Those that tell most about the module come first: a mutant is noticed sooner."""
    from slogen.evaluator.test_runner import Verdict, run  # noqa: PLC0415 -- of the child, with the mutant in it

    cases = sorted(
        CASES.glob("*.test"), key=lambda case: (case.stem not in TELLING.get(module, ()), case.stat().st_size)
    )
    return all(outcome.verdict is Verdict.PASS for case in cases for outcome in run(case.read_text(encoding="utf-8")))


def _tests_pass() -> bool:
    """The unit tests of what is changed, with few examples of each law."""
    settings.register_profile("few", max_examples=10, deadline=None)
    settings.load_profile("few")
    files = [str(CASES.parent / f"{name}.py") for name in UNIT_TESTS]
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not engine and not shared", *files]
    return pytest.main(arguments) == pytest.ExitCode.OK


def survivors(modules: Sequence[str]) -> tuple[list[Mutant], dict[str, int]]:
    """The mutants that no test notices, and how many there were in each module."""
    living: list[Mutant] = []
    counts: dict[str, int] = {}
    for module in modules:
        source = (SOURCES / f"{module}.py").read_text(encoding="utf-8")
        found = list(mutants(module, source))
        began, before = time.monotonic(), len(living)
        living += [mutant for mutant in found if not is_noticed(mutant)]
        counts[module] = len(found)
        noticed = len(found) - len(living) + before
        line = f"{module:<20} {noticed:4} of {len(found):4} noticed  {time.monotonic() - began:6.0f} s\n"
        sys.stdout.write(line)
        sys.stdout.flush()
    return living, counts


HEAD = """# Mutants that no test notices

`python -m benchmarks.mutation --write` makes small mistakes in the evaluator's functions and binary operators, one at a
time, and runs the evaluator's own cases and unit tests on each. It writes this list; the reasons are written by hand.

"""


def write(living: Sequence[Mutant], counts: Mapping[str, int]) -> None:
    """The document with the survivors, each with the reason it had before."""
    reasons = _reasons()
    noticed = sum(counts.values()) - len(living)
    lines = [f"{noticed} of {sum(counts.values())} mutants are noticed ({noticed / sum(counts.values()):.1%}).", ""]
    lines += ["| module | noticed |", "|---|---|"]
    for module, count in counts.items():
        left = sum(mutant.module == module for mutant in living)
        lines.append(f"| {module} | {count - left} of {count} |")
    for module in counts:
        found = [mutant for mutant in living if mutant.module == module]
        lines += ["", f"## {module}", "", "| where | mutant | reason |", "|---|---|---|"] if found else []
        for mutant in found:
            cells = _cells(mutant)
            lines.append(f"| {cells[0]} | {cells[1]} | {reasons.get((module, *cells), '')} |")
    DOCUMENT.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def _cells(mutant: Mutant) -> tuple[str, str]:
    change = f"`{mutant.before}` → `{mutant.after}`" if mutant.after else f"`{mutant.before}` left out"
    return f"`{mutant.place}`", change.replace("|", "\\|")


def _reasons() -> dict[tuple[str, str, str], str]:
    """The reasons in the document by module, place and change."""
    found: dict[tuple[str, str, str], str] = {}
    module = ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if DOCUMENT.exists() else ():
        if line.startswith("## "):
            module = line.removeprefix("## ")
        cells = re.split(r" (?<!\\)\| ", line.removeprefix("| ").removesuffix(" |"))
        if len(cells) == 3 and module:
            found[module, cells[0], cells[1]] = cells[2]
    return found


def main() -> int:
    """Runs the mutants of all modules, or of those that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--module", action="append", choices=MODULES, help="only this module; may be repeated")
    parser.add_argument("--write", action="store_true", help="write the survivors of these modules to docs/mutation.md")
    arguments = parser.parse_args()
    modules = arguments.module or MODULES
    nothing = Mutant("none", "", "", "", "")
    if is_noticed(nothing):
        sys.stdout.write("the tests fail without any mutant\n")
        return 2
    living, counts = survivors(modules)
    count = sum(counts.values())
    share = 1 - len(living) / count
    for mutant in living:
        sys.stdout.write(f"  {mutant.module}.{mutant.place}: {mutant.before}  ->  {mutant.after}\n")
    sys.stdout.write(f"{count - len(living)} of {count} mutants noticed: {share:.1%}\n")
    if arguments.write:
        write(living, counts)
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
