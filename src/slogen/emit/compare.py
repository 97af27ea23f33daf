"""The build that only looks: what is stale, missing, foreign or left over, and how it differs line by line."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slogen.diagnostics.model import Diagnostic
from slogen.emit import findings, folder
from slogen.emit.artifact import Artifact
from slogen.emit.folder import Obstacle
from slogen.emit.layout import Layout
from slogen.emit.survey import Survey, misplaced, survey


@dataclass(frozen=True, slots=True)
class Difference:
    """One output file that is not as it should be; `diff` is unified, from the disk to the expected, or empty."""

    finding: Diagnostic
    diff: str


def compare(layout: Layout, artifacts: Iterable[Artifact]) -> list[Difference]:
    """Every way in which the output folders differ from a fresh build; reads only.

    Raises `OSError` where a file cannot be read.
    """
    problems = misplaced(layout)
    if problems:
        return [Difference(problem, "") for problem in problems]
    with folder.opened(layout.project) as top:
        found = list(_differences(survey(top, layout, artifacts)))
    return [_without_echo(difference, layout, alone=len(found) == 1) for difference in found]


def _without_echo(difference: Difference, layout: Layout, *, alone: bool) -> Difference:
    """The manifest differs wherever a file does; its own diff says something only where nothing else differs."""
    span = difference.finding.span
    echo = not alone and span is not None and span.file == layout.manifest
    return Difference(difference.finding, "") if echo else difference


def _differences(state: Survey) -> Iterator[Difference]:
    for path in state.differing:
        match state.present.get(path):
            case None:
                yield Difference(findings.missing(path), "")
            case Obstacle() as found:
                yield Difference(findings.obstructed(found), "")
            case data:
                diff, line = _diff(path, data.decode(errors="replace"), state.wanted[path].decode())
                yield Difference(findings.stale(path, line, ours=state.is_ours(path)), diff)
    for path in (*state.gone, *state.strays):
        yield Difference(findings.foreign(path), "")
    for path in state.leftovers:
        yield Difference(findings.leftover(path), "")


def _diff(path: str, actual: str, expected: str) -> tuple[str, int]:
    """The unified diff and the first line that differs."""
    have, want = (text.splitlines(keepends=True) for text in (actual, expected))
    same = next((i for i, (a, b) in enumerate(zip(have, want, strict=False)) if a != b), min(len(have), len(want)))
    lines = difflib.unified_diff(have, want, path, f"{path} (as the specs say)")
    diff = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return diff, same + 1
