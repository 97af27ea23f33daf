"""Findings as GitLab's code quality report; changes when GitLab asks for other fields."""

import hashlib
import json
from collections.abc import Iterable

from slogen.diagnostics.model import Diagnostic, Severity, ordered
from slogen.diagnostics.secret_text import without_secrets

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def as_gitlab(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of issues. A finding without a place is put on the first line of `slogen.yaml`, as GitLab needs one.

    The fingerprint is made of code, file and message, not of the line: a finding that moved is the same one. Those
    that would share one are numbered.
    """
    seen: dict[str, int] = {}
    issues = []
    for finding in ordered(diagnostics):
        file, line = ("slogen.yaml", 1) if finding.span is None else (finding.span.file, finding.span.line)
        text = finding.message if finding.hint is None else f"{finding.message}; {finding.hint}"
        identity = f"{finding.code.id}\0{file}\0{finding.message}"
        number = seen[identity] = seen.get(identity, 0) + 1
        issues.append({
            "description": without_secrets(text),
            "check_name": f"{finding.code.id} {finding.code.slug}",
            "fingerprint": hashlib.sha256(f"{identity}\0{number}".encode("utf-8", "backslashreplace")).hexdigest(),
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": file, "lines": {"begin": line}},
        })  # fmt: skip
    return json.dumps(issues, indent=2) + "\n"
