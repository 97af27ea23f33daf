"""Fixtures for every test: where the checkout is and where the real servers are."""

import gc
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

# Time limits per example fail on busy machines and say nothing about the code.
settings.register_profile("slogen", deadline=None)
settings.load_profile("slogen")

# Every full collection walks all that tests keep alive, and circles are few: they may wait.
gc.set_threshold(70_000, 20, 20)

# Expected files look like tests to slogen's own pytest plugin, where that is installed.
collect_ignore_glob = ["*.test.yaml"]

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT


def binary(folder: str, name: str) -> Path:
    """The path of an engine's binary; without it the test skips, or fails where engines are required."""
    path = ROOT / ".engines" / folder / name
    return path if path.exists() else missing(f"{folder}/{name} is not unpacked; `.ci/engines` does it")


def missing(reason: str) -> NoReturn:
    """Ends a test whose program is not there: it skips, or fails where engines are required."""
    if os.environ.get("SLOGEN_REQUIRE_ENGINES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    """A headless browser."""
    return shutil.which("chromium") or shutil.which("google-chrome") or missing("chromium is not installed")


@pytest.fixture(scope="session")
def promtool35() -> Path:
    """Promtool 3.5."""
    return binary("prom-3.5", "promtool")


@pytest.fixture(scope="session")
def promtool242() -> Path:
    """Promtool 2.42."""
    return binary("prom-2.42", "promtool")


@pytest.fixture(scope="session")
def prometheus35() -> Path:
    """Prometheus 3.5."""
    return binary("prom-3.5", "prometheus")


@pytest.fixture(scope="session")
def prometheus242() -> Path:
    """Prometheus 2.42."""
    return binary("prom-2.42", "prometheus")


@pytest.fixture(scope="session")
def amtool033() -> Path:
    """Amtool 0.33."""
    return binary("am-0.33", "amtool")


@pytest.fixture(scope="session")
def amtool025() -> Path:
    """Amtool 0.25."""
    return binary("am-0.25", "amtool")


@pytest.fixture(scope="session")
def alertmanager033() -> Path:
    """Alertmanager 0.33."""
    return binary("am-0.33", "alertmanager")


@pytest.fixture(scope="session")
def alertmanager025() -> Path:
    """Alertmanager 0.25."""
    return binary("am-0.25", "alertmanager")
