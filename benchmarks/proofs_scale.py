"""How long all proofs of 100, 200 and 300 SLOs take, and how much memory.

    python -m benchmarks.proofs_scale [-j PROCESSES] [COUNT]...

Every model has four SLOs: availability of page and ticket tiers, one of tickets alone, one of three slices, one with a
guard of events. The seconds are those of a fresh process, start and imports included; memory is the sum of the peaks of
the parent and of its largest child times the number of processes. The target is three minutes and 2 GiB for 100 SLOs on
two cores, and no more than 1.2 times as much for each SLO at 300.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = """\
project: scale
environments: {production: {production: true}}
teams: {all: {receivers: {page: [{webhook: {url: "http://alerts.example.org/page"}}]}}}
alertmanagers:
  main: {environments: [production], fallback: [{webhook: {url: "http://alerts.example.org/all"}}]}
"""
MODEL = """\
model: model-NUMBER
team: all
sources: {app: {select: {job: model-NUMBER}}}
signals:
  answers: {from: app, bad: answers_failed_total, total: answers_total}
  replies: {from: app, bad: replies_failed_total, total: replies_total}
  scores: {from: app, bad: scores_failed_total, total: scores_total}
  labels: {from: app, bad: labels_failed_total, total: labels_total}
slos:
  answers: {objective: 99.9%, sli: {events: answers}}
  replies: {objective: 99%, sli: {events: replies}, alert: [ticket]}
  scores: {objective: 97%, sli: {events: scores}, slices: {by: locale, values: [en, de, ja]}}
  labels: {objective: 95%, sli: {events: labels}}
"""
SLOS_OF_A_MODEL = 4


def project(folder: Path, slos: int) -> None:
    """A project with so many SLOs."""
    (folder / "specs").mkdir()
    (folder / "slogen.yaml").write_text(PROJECT, "utf-8")
    for number in range(slos // SLOS_OF_A_MODEL):
        text = MODEL.replace("NUMBER", str(number))
        (folder / "specs" / f"model-{number}.yaml").write_text(text, "utf-8")


def measured(folder: Path, processes: int) -> tuple[float, float, str]:
    """Seconds, GiB and the closing line of one run of all proofs."""
    command = [sys.executable, "-m", "slogen.cli.main", "test", "--proofs-only", "-j", str(processes)]
    code = "import resource, sys; from slogen.cli.main import main\ntry:\n    main()\nfinally:\n    kinds = "
    code += (
        "resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN\n    print(*(resource.getrusage(k).ru_maxrss for k in kinds)"
    )
    code += ", file=sys.stderr)"
    command[1:3] = ["-c", code]
    began = time.perf_counter()
    done = subprocess.run([*command, "--project", str(folder)], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    parent, child = map(int, done.stderr.splitlines()[-1].split())
    return seconds, (parent + processes * child) / 1024**2, done.stdout.splitlines()[-1]


def main() -> None:
    """Prints one line for each count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-j", type=int, default=os.cpu_count() or 1)
    parser.add_argument("counts", type=int, nargs="*", default=[100, 200, 300])
    asked = parser.parse_args()
    for count in asked.counts:
        with tempfile.TemporaryDirectory() as folder:
            project(Path(folder), count)
            seconds, memory, told = measured(Path(folder), asked.j)
            print(f"{count:4} SLOs {seconds:6.1f} s {seconds / count * 1000:5.0f} ms each {memory:5.2f} GiB  {told}")


if __name__ == "__main__":
    main()
