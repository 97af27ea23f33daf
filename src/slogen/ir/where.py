"""Where in the user's files a node of the Program comes from, so that any later finding can point there."""

from collections.abc import Mapping
from dataclasses import dataclass

from slogen.diagnostics.model import Span

Labels = tuple[tuple[str, str], ...]


def labels(pairs: Mapping[str, str]) -> Labels:
    """The canonical form of a label set: sorted by name, empty values left out (Prometheus reads them as absent)."""
    return tuple(sorted((name, value) for name, value in pairs.items() if value))


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a node, and of its fields by name (`objective`, `sli.within`)."""

    span: Span
    fields: tuple[tuple[str, Span], ...]

    def at(self, field: str) -> Span:
        """The place of a field, or of the nearest enclosing one, or of the node where the field was defaulted."""
        known = dict(self.fields)
        while field:
            if field in known:
                return known[field]
            field = field.rpartition(".")[0]
        return self.span
