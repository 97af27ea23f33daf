"""What is said about a configuration that a project includes is shown in its own text, and no secret with it."""

from pathlib import Path

from slogen.diagnostics.model import Diagnostic
from slogen.diagnostics.text import as_text
from slogen.pipeline import Compiled, compiled
from tests.backends.alertmanager.test_include import BASE, INCLUDING
from tests.review.projects import CHURN, TODAY


def built(folder: Path, base: str) -> Compiled:
    """A project that includes a configuration."""
    (folder / "specs").mkdir(exist_ok=True)
    (folder / "specs/churn.yaml").write_text(CHURN.replace("pricing", "payments-ml"))
    (folder / "slogen.yaml").write_text(INCLUDING)
    (folder / "base.yaml").write_text(base)
    return compiled(folder, TODAY)


def printed(made: Compiled) -> str:
    """Findings in the included file as a terminal shows them."""
    found: list[Diagnostic] = [d for d in made.diagnostics if d.span is not None and d.span.file == "base.yaml"]
    return as_text(found, made.texts, colour=False)


def test_a_finding_shows_its_line(tmp_path: Path) -> None:
    """What Alertmanager would refuse, and what it would not do as meant, have an excerpt with a caret."""
    refused = printed(built(tmp_path, BASE.replace("receiver: old\ninhibit", "receiver: odl\ninhibit")))
    doubtful = printed(built(tmp_path, BASE))

    assert "    receiver: odl\n" in refused
    assert "^^^" in refused.splitlines()[4]
    assert "- {source_matchers: [severity=critical]" in doubtful


def test_an_allowance_beside_it_counts(tmp_path: Path) -> None:
    """A comment in the included file allows what it names, as in a spec."""
    allowed = BASE.replace("inhibit_rules:\n", "inhibit_rules:\n# slogen: allow SLO743 until 2027-01-01: one cluster\n")

    assert "SLO743" in printed(built(tmp_path, BASE))
    assert "SLO743" not in printed(built(tmp_path, allowed))


def test_no_secret_is_shown(tmp_path: Path) -> None:
    """A password is found on the line of its field or on the next, and printed in neither case."""
    for written in ("smtp_auth_password: hunter2", "smtp_auth_password:\n    hunter2"):
        text = printed(
            built(tmp_path, BASE.replace("global: {", "global:\n  resolve_timeout: 10m\n  " + written + "\nx: {"))
        )

        assert "`smtp_auth_password` holds a secret" in text
        assert "hunter2" not in text
