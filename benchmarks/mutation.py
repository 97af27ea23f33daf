"""How many small mistakes in functions and binary operators the evaluator's own fast tests notice.

    python -m benchmarks.mutation [--module NAME]... [--write]

Every mutant runs in a process of its own that is forked before the evaluator is imported: the cases in the language of
Prometheus' tests and the unit tests, until one fails. A mutant that does not end is noticed too. With
`--write` the survivors go to `docs/mutation.md`, where the reason beside each is written by hand and kept. Exit status
1 where fewer than 85 % are noticed.
"""

import argparse
import contextlib
import importlib
import io
import os
import re
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
UNIT_TESTS = ("test_dates", "test_evaluate", "test_operators", "test_storage", "test_sums", "test_windows")
WANTED = 0.85
CPU_SECONDS = 20
LONGEST_SHOWN = 200
SURVIVED = 0


class _Changed:
    """Finds and loads the mutant where its module is imported, and leaves all other modules to the usual finders."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = _name(mutant)
        self.source = mutant.source

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        return ModuleSpec(name, self) if name == self.name else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """As usual."""

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.name, "exec"), module.__dict__)  # noqa: S102 -- this is what mutants are for


def _name(mutant: Mutant) -> str:
    return f"slogen.evaluator.{mutant.module}"


def judges() -> list[Path]:
    """The files of cases, the smallest first, and the unit tests of what is changed."""
    cases = sorted(CASES.glob("*.test"), key=lambda case: case.stat().st_size)
    return cases + [CASES.parent / f"{name}.py" for name in UNIT_TESTS]


def noticing(mutant: Mutant, files: Sequence[Path]) -> int | None:
    """Which of the files fails first with a mutant, run in a child process; None if none does.

    A mutant that kills its process or runs out of time is noticed by the first file.
    """
    child = os.fork()
    if child == 0:
        _run(mutant, files)
    status = os.waitpid(child, 0)[1]
    if status == SURVIVED:
        return None
    return max(os.waitstatus_to_exitcode(status) - 1, 0)


def _run(mutant: Mutant, files: Sequence[Path]) -> None:
    """In the child: does not return."""
    outcome = 1
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        sys.meta_path.insert(0, _Changed(mutant))
        importlib.import_module(_name(mutant))  # before pytest puts a finder of its own in front
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for number, file in enumerate(files):
                outcome = number + 1
                if not (_tests_pass(file) if file.suffix == ".py" else _cases_pass(file)):
                    break
            else:
                outcome = SURVIVED
    finally:
        os._exit(outcome)


def _cases_pass(file: Path) -> bool:
    from slogen.evaluator.test_runner import Verdict, run  # noqa: PLC0415 -- of the child, with the mutant in it

    return all(outcome.verdict is Verdict.PASS for outcome in run(file.read_text(encoding="utf-8")))


def _tests_pass(file: Path) -> bool:
    """With few examples of each law, the same ones every time."""
    settings.register_profile("few", max_examples=10, deadline=None, derandomize=True)
    settings.load_profile("few")
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not engine and not shared", str(file)]
    return pytest.main(arguments) == pytest.ExitCode.OK


def survivors(modules: Sequence[str]) -> tuple[list[Mutant], dict[str, int]]:
    """The mutants that no test notices, and how many there were in each module."""
    living: list[Mutant] = []
    counts: dict[str, int] = {}
    for module in modules:
        source = (SOURCES / f"{module}.py").read_text(encoding="utf-8")
        found = list(mutants(module, source))
        began = time.monotonic()
        left = _unnoticed(found)
        living += left
        counts[module] = len(found)
        noticed = len(found) - len(left)
        sys.stdout.write(f"{module:<20} {noticed:4} of {len(found):4} noticed  {time.monotonic() - began:6.0f} s\n")
        sys.stdout.writelines(f"  {mutant.place}: {mutant.before}  ->  {mutant.after}\n" for mutant in left)
        sys.stdout.flush()
    return living, counts


def _unnoticed(found: Sequence[Mutant]) -> list[Mutant]:
    """Of one module's mutants. The files that have noticed most of them so far are run first."""
    left = []
    files = judges()
    noticed = dict.fromkeys(files, 0)
    for mutant in found:
        files.sort(key=lambda file: -noticed[file])
        first = noticing(mutant, files)
        if first is None:
            left.append(mutant)
        else:
            noticed[files[first]] += 1
    return left


HEAD = """# Mutants that no test notices

`python -m benchmarks.mutation --write` makes small mistakes in the evaluator's functions and binary operators, one at a
time, and runs the evaluator's own cases and unit tests on each. It writes this list; the reasons are written by hand.

"""


@dataclass(frozen=True, slots=True)
class Section:
    """What the document says of a module: the number of its mutants; place, change and reason of each survivor."""

    count: int
    survivors: list[tuple[str, str, str]]


def write(living: Sequence[Mutant], counts: Mapping[str, int]) -> None:
    """The document with the survivors, each with the reason it had before; other modules stay as they were."""
    sections = _sections()
    reasons = {(name, *row[:2]): row[2] for name, section in sections.items() for row in section.survivors}
    for module, count in counts.items():
        cells = [_cells(mutant) for mutant in living if mutant.module == module]
        sections[module] = Section(count, [(*pair, reasons.get((module, *pair), "")) for pair in cells])
    known = {name: sections[name] for name in MODULES if name in sections}
    DOCUMENT.write_text(HEAD + "\n".join(_lines(known)), encoding="utf-8")


def _lines(sections: Mapping[str, Section]) -> Iterator[str]:
    count = sum(section.count for section in sections.values())
    noticed = count - sum(len(section.survivors) for section in sections.values())
    yield from (f"{noticed} of {count} mutants are noticed ({noticed / count:.1%}).", "")
    yield from ("| module | noticed |", "|---|---|")
    for name, section in sections.items():
        yield f"| {name} | {section.count - len(section.survivors)} of {section.count} |"
    yield f"| total | {noticed} of {count} |"
    for name, section in sections.items():
        if section.survivors:
            yield from ("", f"## {name}", "", "| where | mutant | reason |", "|---|---|---|")
        yield from (f"| {' | '.join(row)} |" for row in section.survivors)
    yield ""


def _sections() -> dict[str, Section]:
    """What the document says now."""
    text = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    counts = {name: int(count) for name, count in re.findall(r"^\| (\w+) \| \d+ of (\d+) \|$", text, re.MULTILINE)}
    sections = {name: Section(count, []) for name, count in counts.items() if name != "total"}
    module = ""
    for line in text.splitlines():
        if line.startswith("## "):
            module = line.removeprefix("## ")
        cells = re.split(r" (?<!\\)\| ", line.removeprefix("| ").removesuffix(" |"))
        if module in sections and len(cells) == 3 and cells[0].startswith("`"):
            sections[module].survivors.append((cells[0], cells[1], cells[2]))
    return sections


def _cells(mutant: Mutant) -> tuple[str, str]:
    before, after = _shortened(mutant.before, mutant.after)
    change = f"`{before}` → `{after}`" if after else f"`{before}` left out"
    return f"`{mutant.place}`", change.replace("|", "\\|")


def _shortened(before: str, after: str) -> tuple[str, str]:
    """Long statements only where they differ."""
    if len(before) <= LONGEST_SHOWN or not after:
        return before, after
    differ = next((place for place, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    part = slice(max(differ - 60, 0), differ + 60)
    return f"… {before[part]} …", f"… {after[part]} …"


def main() -> int:
    """Runs the mutants of all modules, or of those that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--module", action="append", choices=MODULES, help="only this module; may be repeated")
    parser.add_argument("--write", action="store_true", help="write the survivors of these modules to docs/mutation.md")
    arguments = parser.parse_args()
    modules = arguments.module or MODULES
    unchanged = (SOURCES / f"{modules[0]}.py").read_text(encoding="utf-8")
    if noticing(Mutant(modules[0], "", "", "", unchanged), judges()) is not None:
        sys.stdout.write("the tests fail without any mutant\n")
        return 2
    living, counts = survivors(modules)
    count = sum(counts.values())
    share = 1 - len(living) / count
    sys.stdout.write(f"{count - len(living)} of {count} mutants noticed: {share:.1%}\n")
    if arguments.write:
        write(living, counts)
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
