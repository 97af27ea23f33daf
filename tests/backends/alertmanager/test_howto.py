"""The how-to's examples build, and its route tests pass on what they build."""

import re
from pathlib import Path

from slogen.routing.batch import run_batch
from slogen.routing.load import load
from tests.backends.alertmanager.projects import emitted

HEAD = "project: x\nenvironments: {production: {production: true}, staging: {production: false}}\n"


def test_examples_hold(root: Path) -> None:
    """The project of the how-to has the routes that its batch expects."""
    text = (root / "docs/howto/route-alerts.md").read_text(encoding="utf-8")
    project, batch = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    config = load(emitted(HEAD + project)["alertmanager/main/alertmanager.yaml"]).config
    assert config is not None
    verdict = run_batch(config, batch, "routes.test.yaml")
    assert (verdict.checked, verdict.findings) == (2, ())
