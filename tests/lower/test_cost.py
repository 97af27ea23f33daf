"""What an SLO costs a server, by the server's own count, beside rules that read every window from raw counters."""

from pathlib import Path

import pytest

from benchmarks.cost_vs_sloth import Shape, samples

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("shape", [Shape(120, 30_000), Shape(20, 60_000)])
def test_an_slo_reads_at_most_a_twentieth(shape: Shape, prometheus35: Path, promtool35: Path) -> None:
    """Samples per minute, with many series scraped often and with few scraped rarely."""
    ours, theirs = samples(shape)

    assert ours <= theirs / 20
