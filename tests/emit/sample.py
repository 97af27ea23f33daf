"""Two sets of output files that a test can write and tell apart."""

from pathlib import Path

from slogen.emit.artifact import Artifact
from slogen.emit.layout import Layout


def layout(project: Path) -> Layout:
    """The usual folders."""
    return Layout(project, "generated", "dashboards")


def artifacts(version: int, models: int = 4) -> list[Artifact]:
    """Rules and boards of a small fleet; every version differs in every file, odd versions have one model more."""
    count = models + version % 2
    rules = [
        Artifact("generated", f"prod/rules/model-{i}.yaml", f"# {version}\n" + "- record: a\n" * 200, 200)
        for i in range(count)
    ]
    boards = [Artifact("dashboards", f"prod/model-{i}.json", f'{{"version": {version}}}\n', 0) for i in range(count)]
    return rules + boards


def files(project: Path) -> dict[str, bytes]:
    """Every file below the project, by its relative path."""
    return {str(p.relative_to(project)): p.read_bytes() for p in sorted(project.rglob("*")) if p.is_file()}
