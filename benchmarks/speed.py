"""How long the everyday verbs take on a thousand models, beside Sloth on as many specs of the same objectives.

    python -m benchmarks.speed [--models 1000] [--sloth PATH] [--times 3]

Each model has an availability SLO of 99.9 % and a latency SLO of 99 %, in one environment, committed to git with its
output; `diff` is asked after one objective was changed. Every time is that of a fresh process, the best of `--times`;
beside the clock's seconds stand those of the processors, which other work on the machine disturbs less. `rules and
routing` is a build of these two backends alone, into an empty folder: everything is read, judged, printed on all
processors and written as in any build. The steps inside a build are timed apart, one after another in one process, so
that dashboards, tests and runbooks do not hide in one number. Sloth is used where
`--sloth` names its binary: `generate` and `validate` of its own specs for the same objectives, page and ticket. Ends
with 1 where a target is missed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from shutil import which

PROJECT = """\
version: slogen/v1
project: scale
prometheus: {retention: 120d}
environments:
  production: {production: true}
teams:
  payments-ml: {receivers: {page: [{webhook: {url_file: page}}], ticket: [{webhook: {url_file: ticket}}]}}
alertmanagers:
  main: {environments: [production], fallback: [{webhook: {url_file: all}}], heartbeat: [{webhook: {url_file: beat}}]}
"""
SPEC = """\
version: slogen/v1
model: NAME
team: payments-ml
sources:
  app: {template: slogen-contract, select: {model: NAME}}
slos:
  availability: {objective: 99.9%, sli: {availability: {from: app}}}
  latency: {objective: 99%, sli: {latency: {from: app, within: 250ms}}}
"""
COUNT = 'ml_prediction_duration_seconds_count{model="NAME"}[{{.window}}]'
BUCKET = 'ml_prediction_duration_seconds_bucket{model="NAME",le="0.25"}[{{.window}}]'
SLOTH_SPEC = f"""\
version: prometheus/v1
service: NAME
labels: {{owner: payments-ml}}
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: 'sum(rate(ml_predictions_total{{model="NAME",outcome="error"}}[{{{{.window}}}}]))'
        total_query: 'sum(rate(ml_predictions_total{{model="NAME"}}[{{{{.window}}}}]))'
    alerting: &alerting
      name: Burn
      page_alert: {{labels: {{severity: page}}}}
      ticket_alert: {{labels: {{severity: ticket}}}}
  - name: latency
    objective: 99
    sli:
      events:
        error_query: 'sum(rate({COUNT})) - sum(rate({BUCKET}))'
        total_query: 'sum(rate({COUNT}))'
    alerting: *alerting
"""
TARGETS = {"help": 0.25, "validate": 1.5, "rules and routing": 4.0, "diff": 10.0}
"""Seconds for a thousand models on two cores."""
RULES = """
import gc, sys
gc.disable()
from datetime import date
from pathlib import Path
from slogen.building import BACKENDS, compiled
from slogen.emit.layout import Layout
from slogen.emit.write import write
wanted = [backend for backend in BACKENDS if backend.name in {"prometheus", "alertmanager"}]
made = compiled(Path(sys.argv[1]), date.today(), wanted)
Path(sys.argv[2]).mkdir()
write(Layout(Path(sys.argv[2]), "generated", "dashboards"), made.artifacts, force=False)
"""
"""A build of one environment's rules and of Alertmanager's configuration."""
STEPS = """
import gc, sys, time
gc.disable()
began = time.perf_counter()
from pathlib import Path
from slogen.building import BACKENDS
from slogen.lower.program import lower
from slogen.spec.load import load
root = Path(sys.argv[1])
print("import", time.perf_counter() - began, time.process_time())
def timed(name, work):
    began, spent = time.perf_counter(), time.process_time()
    found = work()
    print(name, time.perf_counter() - began, time.process_time() - spent)
    return found
loaded = timed("load", lambda: load(root))
program, _ = timed("lower", lambda: lower(loaded, root))
for backend in BACKENDS:
    timed(backend.name, lambda: list(backend.emit(program)))
"""


def fleet(folder: Path, models: int) -> None:
    """A project with so many models, its output, and its history in git."""
    (folder / "specs").mkdir(parents=True)
    (folder / "slogen.yaml").write_text(PROJECT)
    for number in range(models):
        name = f"model-{number:04}"
        (folder / "specs" / f"{name}.yaml").write_text(SPEC.replace("NAME", name))
    run([*SLOGEN, "build", "-C", str(folder)])
    git = ["git", "-C", str(folder), "-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "everything"]):
        run([*git, *command])
    first = folder / "specs" / "model-0000.yaml"
    first.write_text(first.read_text().replace("99.9%", "99.5%"))


SLOGEN = (sys.executable, "-c", "from slogen.cli.main import main; main()")


def run(command: Sequence[str]) -> str:
    """What a command prints. Raises CalledProcessError where it fails."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


Seconds = tuple[float, float]
"""By the clock, and of the processors."""


def best(command: Sequence[str], times: int) -> Seconds:
    """The shortest of some runs."""

    def once() -> Seconds:
        before, began = os.times(), time.perf_counter()
        run(command)
        seconds, after = time.perf_counter() - began, os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        return seconds, spent

    return min(once() for _ in range(times))


def rules(folder: Path, number: int) -> Seconds:
    """One build of rules and routing into a folder of its own."""
    return best([sys.executable, "-c", RULES, str(folder), str(folder.parent / f"rules-{number}")], 1)


def steps(folder: Path, times: int) -> dict[str, Seconds]:
    """Seconds of every step of a build in one process, the best of some runs each."""
    found: dict[str, Seconds] = {}
    for _ in range(times):
        for line in run([sys.executable, "-c", STEPS, str(folder)]).splitlines():
            name, wall, spent = line.split()
            seconds = float(wall), float(spent)
            found[name] = min(found.get(name, seconds), seconds)
    return found


def ours(folder: Path, times: int) -> dict[str, Seconds]:
    """Seconds by what was asked for."""
    here = ["-C", str(folder)]
    found = {
        "help": best([*SLOGEN, "--help"], max(times, 5)),
        "validate": best([*SLOGEN, "validate", *here], times),
        "diff": best([*SLOGEN, "diff", *here], times),
        "rules and routing": min(rules(folder, number) for number in range(times)),
        "build, everything": best([*SLOGEN, "build", *here], 1),
    }
    return {**found, **{f"  {name}": seconds for name, seconds in steps(folder, times).items()}}


def theirs(binary: str, folder: Path, models: int, times: int) -> dict[str, Seconds]:
    """Seconds of Sloth for its own specs of the same objectives."""
    specs, out = folder / "sloth", folder / "sloth-out"
    specs.mkdir()
    out.mkdir()
    for number in range(models):
        name = f"model-{number:04}"
        (specs / f"{name}.yaml").write_text(SLOTH_SPEC.replace("NAME", name))
    return {
        "rules and routing": best([binary, "generate", "-i", str(specs), "-o", str(out)], times),
        "validate": best([binary, "validate", "-i", str(specs)], times),
        "help": best([binary, "--help"], max(times, 5)),
    }


def report(models: int, mine: dict[str, Seconds], other: dict[str, Seconds]) -> bool:
    """Prints one line for each; whether every target is met by the clock."""
    print(f"{models} models, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"{'seconds':<20} {'slogen':>8} {'cpu':>8} {'target':>8} {'sloth':>8} {'cpu':>8} {'ratio of cpu':>13}")
    good = True
    for name, (seconds, spent) in mine.items():
        target, rival = TARGETS.get(name), other.get(name)
        late = target is not None and seconds > target
        good &= not late
        cells = f"{target:>8.2f}" if target else " " * 8
        cells += f" {rival[0]:>8.2f} {rival[1]:>8.2f} {spent / rival[1]:>13.1f}" if rival else ""
        print(f"{name:<20} {seconds:>8.2f} {spent:>8.2f} {cells}{'  missed' if late else ''}", flush=True)
    return good


def main() -> None:
    """Measures both and judges ours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--sloth", default=which("sloth"), help="Sloth's binary; by default the one on the path.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "project"
        fleet(folder, asked.models)
        mine = ours(folder, asked.times)
        other = theirs(asked.sloth, Path(place), asked.models, asked.times) if asked.sloth else {}
        good = report(asked.models, mine, other)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
