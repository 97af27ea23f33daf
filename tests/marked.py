"""Texts with a mark where a finding must point, for tables of mistakes."""

from slogen.diagnostics.model import Diagnostic

MARK = "«"


def unmarked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without its marks, and line and column (from 1) of each mark."""
    places: list[tuple[int, int]] = []
    plain = ""
    for part in text.split(MARK)[:-1]:
        plain += part
        places.append((plain.count("\n") + 1, len(plain) - plain.rfind("\n")))
    return text.replace(MARK, ""), tuple(places)


def pointed(findings: tuple[Diagnostic, ...]) -> list[tuple[str, int, int]]:
    """Code, line and column of each finding, by place."""
    spans = [(finding.code.id, finding.span) for finding in findings]
    return sorted(
        ((code, span.line, span.column) for code, span in spans if span is not None), key=lambda item: item[1:]
    )
