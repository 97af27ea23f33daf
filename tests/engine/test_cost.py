"""What `slogen cost` estimates is what a real Prometheus counts when it is asked every rule of the example fleet."""

from pathlib import Path

import pytest

from benchmarks import cost_live
from benchmarks.remote_write import write

pytestmark = pytest.mark.engine


def test_every_kind_of_rule_costs_what_is_estimated(prometheus35: Path, tmp_path: Path) -> None:
    """Samples by the server's statistics, for each kind of rule of two copies of the fleet; none is off by a tenth."""
    whole = cost_live.Fleet.compiled(copies=2, series=1)
    back = {name: min(reach, 2 * cost_live.DAY) for name, reach in cost_live.needed(whole).items()}
    short = [(g, r) for g, r in whole.rules() if cost_live.reach_of(r) <= 2 * cost_live.DAY]
    found = cost_live.recorded(cost_live.Fleet.compiled(copies=1, series=1), tmp_path / "small")
    series = [*cost_live.raw(whole, back), *cost_live.multiplied(found, 2, back)]

    with cost_live.server(tmp_path / "large") as server:
        write(server.url, series, cost_live.END, cost_live.DAY)
        table = cost_live.measure(whole, short, server, 2)

    off = {kind: row for kind, row in table.items() if abs(row[0] - row[1]) > 0.1 * max(row)}
    assert off == {}
    assert len(table) > 10
