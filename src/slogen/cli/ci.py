"""The files that let a code host hold changes to their specs: which there are, and what they say for a project."""

from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from slogen.cli.repository import inside, top
from slogen.cli.starter import started


class Host(StrEnum):
    """Where pull or merge requests are made."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


_FILES = {
    Host.GITHUB: {
        ".github/workflows/slogen.yml": "slogen.github.yml",
        ".github/workflows/slogen-comment.yml": "slogen-comment.github.yml",
    },
    Host.GITLAB: {".gitlab/slogen.gitlab-ci.yml": "slogen.gitlab-ci.yml"},
    Host.NONE: {},
}
GITLAB_ENTRANCE = ".gitlab-ci.yml"
_INCLUDE = "include:\n  - local: .gitlab/slogen.gitlab-ci.yml\n"


def ci_files(host: Host, project: Path) -> dict[Path, str]:
    """The files of a host by where they belong: at the top of the repository that the project lies in or will be."""
    root = top(project) or project
    texts = {root / path: _text(source, project) for path, source in _FILES[host].items()}
    return texts | ({root / GITLAB_ENTRANCE: _INCLUDE} if host is Host.GITLAB else {})


def _text(source: str, project: Path) -> str:
    from slogen.promql.atoms import quote

    path = f"ci/{source}"
    text = started(path)[path].decode()
    return text.replace("@VERSION@", version("slogen")).replace('"@PROJECT@"', quote(inside(project) or "."))


def advice(path: Path) -> str:
    """What to do where a file of this name is there already."""
    if path.name == GITLAB_ENTRANCE:
        return f"left {path} as it is; add `- local: .gitlab/slogen.gitlab-ci.yml` under its `include:`"
    return f"left {path} as it is"
