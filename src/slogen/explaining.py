"""The use cases of `explain`: a subject, an alert, a line of a file or a query, told of a project as it is now."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from slogen import names, pipeline
from slogen.diagnostics.model import Diagnostic, has_errors
from slogen.pipeline import Compiled
from slogen.promql.ast import Expr, Selector
from slogen.promql.lex import PromQLError
from slogen.promql.parse import parse
from slogen.promql.rewrite import metric_names
from slogen.review import origin
from slogen.review.explain import explain, explain_alert, explain_identity, explain_model, subjects
from slogen.review.query import explain_query
from slogen.review.side import Side, built
from slogen.source.folder import display_name

_PLACE = re.compile(r"(?P<file>.+\.ya?ml):(?P<line>[0-9]{1,9})(?::[0-9]+)?")
"""`specs/fraud-detector.yaml:21`, as findings print it; a column is passed over."""


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation, empty where there is nothing to explain; `subjects` are the names that there are."""

    text: str
    subjects: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def place_of(wanted: str) -> tuple[str, int] | None:
    """The file and line that a word like `specs/model.yaml:12` names."""
    found = _PLACE.fullmatch(wanted)
    return None if found is None else (found["file"], int(found["line"]))


def query_of(wanted: str) -> Expr | None:
    """The expression that a text is, None where it is none."""
    try:
        return parse(wanted)
    except PromQLError:
        return None


def explained(root: Path, today: date, subject: str) -> Explained:
    """What `model/slo`, `model/alert`, a model, or an alert by name, selector or identity compiles to and why."""
    asked = query_of(subject)

    def told(side: Side) -> str:
        named = explain_alert(side, asked) if isinstance(asked, Selector) else ""
        return explain(side, subject) or named or explain_model(side, subject) or explain_identity(side, subject)

    side, found = _side(pipeline.compiled(root, today))
    return found if side is None else Explained(told(side), tuple(subjects(side)), (), found.texts)


def explained_place(root: Path, today: date, file: Path, line: int) -> Explained:
    """What a line of a spec compiles to, or which spec a line of a generated rule file comes from.

    `file` is relative to the working folder or absolute. Raises OSError where it cannot be read.
    """
    text = file.read_text("utf-8", errors="replace")
    source = pipeline.compiled(root, today)
    side, found = _side(source)
    if side is None or source.layout is None:
        return found
    name, folder = display_name(root.resolve(), file.resolve()), f"{source.layout.generated}/"
    if name.startswith(folder):
        emitted = f"generated/{name.removeprefix(folder)}"
        return Explained(origin.of_rules(side, (emitted, name), text, line) or "", (), (), found.texts)
    meant = origin.of_spec(side, name, line)
    if meant is None:
        return Explained("", (), (), found.texts)
    heading, subject = meant
    told = [heading, *([explain(side, subject)] if subject else [])]
    return Explained("\n\n".join(told), (), (), found.texts)


def explained_query(root: Path | None, today: date, expr: Expr) -> Explained:
    """A query as a tree in words; where there is a project, with what its own series mean."""
    asks = any(name.startswith(names.SERIES) for name in metric_names(expr))
    side = _side(pipeline.compiled(root, today))[0] if asks and root is not None else None

    def meaning(series: str) -> str | None:
        return None if side is None else origin.meaning(side, series)

    return Explained(explain_query(expr, meaning), (), (), {})


def _side(source: Compiled) -> tuple[Side | None, Explained]:
    """What a project means; where it does not compile, what is wrong with it."""
    if source.program is None or has_errors(source.diagnostics):
        return None, Explained("", (), source.diagnostics, source.texts)
    files = {f"{artifact.root}/{artifact.path}": artifact.text for artifact in source.artifacts}
    return built(source.program, files), Explained("", (), (), source.texts)
