"""The catalogue as a page: every template that a source may name, as `slogen catalogue show` prints it."""

from slogen.catalogue.load import entry, entry_names
from slogen.catalogue.page import page


def catalogue_page() -> str:
    """All entries in Markdown: a table of them, then each with what it measures, what it cannot and its traps."""
    rows = [f"| [{name}](#{name}) | {entry(name).category} | {entry(name).title} |" for name in entry_names()]
    table = "\n".join(["| template | kind | what it is |", "|---|---|---|", *rows])
    sections = [f"## {name}\n\n```text\n{page(name)}\n```" for name in entry_names()]
    return "\n\n".join(["# Catalogue", table, *sections]) + "\n"
