"""How many examples a law is tried on: a part of them every day, all of them in CI and where somebody asks for it."""

import os

_PART = 0.4


def examples(thorough: int) -> int:
    """The number for `max_examples`; `SLOGEN_LAWS=all` asks for all."""
    return thorough if os.environ.get("SLOGEN_LAWS") == "all" else max(1, int(thorough * _PART))
