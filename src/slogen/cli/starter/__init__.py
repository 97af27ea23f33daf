"""The files of a new project, and what proposals must know of them."""

from importlib.resources import files

SPEC_SCHEMA = ".slogen/spec.schema.json"
PROJECT_SCHEMA = ".slogen/project.schema.json"
TEAM = "ml-platform"
"""The team that the starter's slogen.yaml declares."""


def started(*names: str) -> dict[str, bytes]:
    """Files of the starter by their path in the project."""
    starter = files("slogen.cli.starter")
    return {name: starter.joinpath(name).read_bytes() for name in names}
