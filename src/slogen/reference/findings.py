"""Everything that slogen can find as one page, made of the pages that `slogen explain CODE` prints."""

from collections.abc import Iterable

from slogen.diagnostics.explain import explain
from slogen.diagnostics.model import Code


def findings_page(codes: Iterable[Code]) -> str:
    """All codes in Markdown, by id; each code's own heading becomes one of the second level."""
    pages = [f"#{explain(code).strip()}" for code in sorted(codes, key=lambda code: code.id)]
    head = "An error stops a build; a warning or a note does not. `slogen explain SLUG` prints one of these sections."
    return "\n\n".join(["# Findings", head, *pages]) + "\n"
