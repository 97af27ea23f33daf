"""The page of a code, and the book of all codes: what `slogen explain` prints."""

from collections.abc import Iterable

from slogen.diagnostics.model import Code, Severity
from slogen.diagnostics.suggest import nearest

_WORDS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Note"}


def explain(code: Code) -> str:
    """The page of a code in Markdown."""
    allowed = ""
    if code.severity is not Severity.ERROR:
        example = f"# slogen: allow {code.id} until 2027-03-01: the reason"
        allowed = f"\nTo live with it for a while, write on its line or on the line above:\n\n```yaml\n{example}\n```\n"
    return f"# {code.id} {code.slug}\n\n{_WORDS[code.severity]}: {code.title}.\n\n{code.explanation.strip()}\n{allowed}"


def find(codes: Iterable[Code], word: str) -> Code | str | None:
    """The code with this id or slug; else a hint (`did you mean ...?`), or None where nothing is near."""
    wanted = word.strip().lower()
    known = {name.lower(): (name, code) for code in codes for name in (code.id, code.slug)}
    if wanted in known:
        return known[wanted][1]
    near = nearest(wanted, known)
    return None if near is None else f"did you mean `{known[near][0]}`?"


def registered(*rooms: tuple[Code, ...]) -> tuple[Code, ...]:
    """All codes of all rooms by id. Raises ValueError if an id or a slug is used twice: a bug of ours."""
    codes = sorted((code for room in rooms for code in room), key=lambda code: code.id)
    for names in ([code.id for code in codes], [code.slug for code in codes]):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"used for two codes: {', '.join(twice)}")
    return tuple(codes)
