"""How many single mistakes in the fleet's generated rules its proofs and scenario tests notice.

    python -m benchmarks.rule_mutants [-j PROCESSES] [NUMBER]...

Every mutant changes one place of one emitted rule file of the first production environment: `and` to `or`, windows
swapped, a factor lowered, a guard dropped, a comparison turned. The proofs about the rules around that place run first,
then all proofs and scenario tests of the component; a mutant is killed by the first that fails. Exit status 1 where
fewer than 38 of 40 are killed.
"""

import argparse
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from slogen import names, pipeline
from slogen.ir.program import Program
from slogen.processes import spread
from slogen.proofs import fleet, scenarios
from slogen.spec.scenario_load import load_scenarios

ROOT = Path(__file__).resolve().parent.parent
ENOUGH = 38


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake: in the rule of `file` that begins at `rule` and is about `about`, `old` (a pattern) becomes `new`."""

    what: str
    file: str
    rule: str
    about: str
    old: str
    new: str


FRAUD, CHAT, STORE, CLICKS = "fraud-detector", "support-chatbot", "feature-store", "recommender"
PAGE, TICKET = "alert: ErrorBudgetBurnPage", "alert: ErrorBudgetBurnTicket"
HALF, HOUR = "record: slogen:error:ratio30m", "record: slogen:error:ratio1h"
BAD, TOTAL = "record: slogen:bad:rate5m", "record: slogen:total:rate5m"
MUTANTS = (
    Mutant("and to or between the windows", FRAUD, PAGE, "availability", r"\n      and\n", "\n      or\n"),
    Mutant("and to or in a slow page", FRAUD, PAGE + "#2", "availability", r"\n      and\n", "\n      or\n"),
    Mutant("and to or in a ticket", FRAUD, TICKET, "availability", r"\n      and\n", "\n      or\n"),
    Mutant("long window of the page", FRAUD, PAGE, "availability", r"error:ratio1h", "error:ratio30m"),
    Mutant("long window of the slow page", FRAUD, PAGE + "#2", "availability", r"error:ratio6h", "error:ratio1h"),
    Mutant("long window of a ticket", FRAUD, TICKET, "availability", r"error:ratio1d", "error:ratio3d"),
    Mutant("short window of a ticket", FRAUD, TICKET, "availability", r"error:ratio2h", "error:ratio30m"),
    Mutant("long window of the creeping ticket", FRAUD, TICKET + "#2", "availability", r"ratio3d", "ratio1d"),
    Mutant("factor lowered", FRAUD, PAGE, "availability", r"> 0\.0072", "> 0.0036"),
    Mutant("factor raised", FRAUD, PAGE, "availability", r"> 0\.0072", "> 0.0144"),
    Mutant("factor of a ticket lowered", FRAUD, TICKET, "availability", r"> 0\.0015", "> 0.0005"),
    Mutant("comparison turned", FRAUD, PAGE, "availability", r"> 0\.0072", "< 0.0072"),
    Mutant("comparison of a ticket turned", FRAUD, TICKET + "#2", "availability", r"> 0\.0005", "< 0.0005"),
    Mutant("guard of bad events turned", FRAUD, PAGE, "availability", r"> 2\.5", "< 2.5"),
    Mutant("guard of bad events dropped", FRAUD, PAGE, "availability", r"> 2\.5", "> 0"),
    Mutant("guard in the wrong unit", FRAUD, PAGE, "availability", r"\* 30\n", "/ 30\n"),
    Mutant("window recorded over the wrong range", FRAUD, HALF, "availability", r"\[30m\]", "[3h]"),
    Mutant("total of the wrong range", FRAUD, HOUR, "availability", r"\[1h\]\)\) > 0", "[5m])) > 0"),
    Mutant("zero for missing errors removed", FRAUD, HOUR, "fast-and-valid", r"\n        or on \(\) vector\(0\)", ""),
    Mutant("errors matched by nothing", FRAUD, BAD, "availability", r"5\.\.\|0", "6.."),
    Mutant("errors matched by everything", FRAUD, HOUR, "availability", r"5\.\.\|0", ".*"),
    Mutant("selector of the model emptied", FRAUD, BAD, "availability", r'="fraud"', '=""'),
    Mutant("another source of requests", FRAUD, TOTAL, "availability", r'"destination"', '"source"'),
    Mutant("the wrong bucket", FRAUD, HOUR, "fast-and-valid", r'le="0\.15"', 'le="+Inf"'),
    Mutant("validity forgotten", FRAUD, HOUR, "fast-and-valid", r',valid="true"', ""),
    Mutant("absent of another series", FRAUD, "alert: SLONoData", "availability", r"total:rate5m", "total:rate1m"),
    Mutant("hold of missing data removed", FRAUD, "alert: SLONoData", "availability", r"    for: 30m\n", ""),
    Mutant("hold of missing data too long", FRAUD, "alert: SLONoData", "availability", r"for: 30m", "for: 3h"),
    Mutant("spent budget turned", FRAUD, "alert: ErrorBudgetExhausted", "availability", r">= 1\n", "<= 1\n"),
    Mutant("severity swapped", FRAUD, PAGE, "availability", r"severity: page", "severity: ticket"),
    Mutant("label of the SLO lost", FRAUD, PAGE, "availability", r"      slo: availability\n", ""),
    Mutant("precision turned", FRAUD, "alert: Precision", "", r"< 0\.95", "> 0.95"),
    Mutant("hold of precision removed", FRAUD, "alert: Precision", "", r"    for: 5m\n", ""),
    Mutant("drift or drop", FRAUD, "alert: DriftHurtsRecall", "", r"\n      and on \(\)\n", "\n      or on ()\n"),
    Mutant("drop of the wrong week", FRAUD, "alert: DriftHurtsRecall", "", r" offset 1w", ""),
    Mutant("drift of dead jobs", FRAUD, "alert: DriftPersists", "", r"< 177120", "< 17712000"),
    Mutant("drift job judged too late", FRAUD, "alert: DriftJobDead", "", r"> 259200", "> 2592000"),
    Mutant("slices added up", CHAT, TOTAL, "helpful", r"by \(slice\) ", ""),
    Mutant("canary compared with itself", CLICKS, "alert: CanaryClicks", "", r"canary", "stable"),
    Mutant("outage told for any severity", STORE, "alert: UpstreamOutage", "", r'severity="page"', 'severity="log"'),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant with what it takes to try it."""

    mutant: Mutant
    root: Path


def mutated(mutant: Mutant, text: str) -> str:
    """The rule file with the mistake; raises LookupError where the place to change is not there."""
    rule, _, nth = mutant.rule.partition("#")
    blocks = re.split(r"(?m)^(?=  - (?:alert|record): )", text)
    about = f"slo: {mutant.about}\n" if mutant.about else ""
    found = [n for n, block in enumerate(blocks) if block.startswith(f"  - {rule}\n") and about in block]
    if len(found) < int(nth or 1):
        raise LookupError(f"{mutant.file} has no {mutant.rule} about {mutant.about}")
    place = found[int(nth or 1) - 1]
    head, mark, notes = blocks[place].partition("    annotations:\n")
    changed = re.sub(mutant.old, mutant.new, head)
    if changed == head:
        raise LookupError(f"{mutant.what}: nothing in {mutant.rule} matches {mutant.old}")
    blocks[place] = changed + mark + notes
    return "".join(blocks)


def killer(trial: Trial) -> tuple[str, float]:
    """The first proof or test that fails, empty where none does, and how long that took in seconds."""
    began = time.perf_counter()
    source = pipeline.compiled(trial.root, date(2026, 1, 1))
    if source.program is None:
        raise LookupError("the fleet does not compile")
    texts = {artifact.path: artifact.text for artifact in source.artifacts if artifact.root == "generated"}
    environment = scenarios.default_environment(source.program)
    path = names.rules_path(environment, trial.mutant.file)
    texts[path] = mutated(trial.mutant, texts[path])
    suite = f"{environment}/{trial.mutant.file}::"
    found = _failing(source.program, texts, suite + trial.mutant.about) or _failing(source.program, texts, suite)
    return found or _failing_test(trial.root, source.program, texts, trial.mutant.file), time.perf_counter() - began


def _failing(program: Program, texts: Mapping[str, str], start: str) -> str:
    for job in fleet.jobs(program, texts, lambda name: name.startswith(start)):
        proven = fleet.run(job)
        for verdict in proven.verdicts:
            if verdict.problem:
                return f"{verdict.subject} {verdict.alert}: {verdict.problem} ({verdict.claim})"
        for outcome in proven.lived:
            if outcome.problem:
                return f"{outcome.name}: {outcome.problem}"
    return ""


def _failing_test(root: Path, program: Program, texts: Mapping[str, str], component: str) -> str:
    known, default = scenarios.components_of(program), scenarios.default_environment(program)
    for file in load_scenarios(root, "specs", known, default).files:
        if file.component == component and file.environment == default:
            for test in scenarios.prepare(file, program, texts):
                if isinstance(test, scenarios.Ready):
                    outcome = scenarios.run(test)
                    if outcome.problem:
                        return f"{outcome.name}: {outcome.problem}"
    return ""


def main() -> None:
    """Tries the mutants and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-j", type=int, default=1)
    parser.add_argument("numbers", type=int, nargs="*")
    asked = parser.parse_args()
    chosen = [MUTANTS[number - 1] for number in asked.numbers] or list(MUTANTS)
    results = spread(killer, [Trial(mutant, ROOT) for mutant in chosen], asked.j)
    for mutant, (found, seconds) in zip(chosen, results, strict=True):
        number = MUTANTS.index(mutant) + 1
        print(f"{number:2} {'killed  ' if found else 'SURVIVED'} {seconds:5.1f}s {mutant.what}: {found[:140]}")
    killed = sum(bool(found) for found, _ in results)
    print(f"{killed} of {len(chosen)} killed")
    if killed < ENOUGH and not asked.numbers:
        sys.exit(1)


if __name__ == "__main__":
    main()
