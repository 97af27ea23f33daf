"""Random expressions over random data: the answers of a real Prometheus 3.5, labels, presence and values alike.

`SLOGEN_FUZZ=50000 pytest tests/fuzz -s` is the long run; `SLOGEN_SEED` starts it elsewhere.
"""

import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from slogen.evaluator.series import Storage
from slogen.promql.rewrite import selectors
from slogen.promql.text import show
from tests.engines.servers import prometheus
from tests.fuzz.answers import Answer, Failed, Server
from tests.fuzz.compare import Tally, difference, is_undecided, is_unstable
from tests.fuzz.data import World, world
from tests.fuzz.expressions import Query, query
from tests.fuzz.remote_write import send
from tests.fuzz.shrink import shrunk

QUERIES = int(os.environ.get("SLOGEN_FUZZ", "1500"))
SEED = int(os.environ.get("SLOGEN_SEED", "1"))
PER_WORLD = 500
AT_ONCE = 4
"""Queries under way at the server while this side computes."""
MOST_UNSTABLE = 0.001
FLAGS = (
    "--web.enable-remote-write-receiver",
    "--storage.tsdb.min-block-duration=30d",
    "--storage.tsdb.max-block-duration=30d",
    "--storage.tsdb.retention.time=100y",
)


@contextmanager
def serving(binary: Path, folder: Path, made: World) -> Iterator[str]:
    """A Prometheus that holds the series of a world; yields its URL."""
    folder.mkdir()
    config = folder / "prometheus.yml"
    config.write_text("global: {evaluation_interval: 1m}\n", encoding="utf-8")
    with prometheus(binary, config, folder / "data", *FLAGS) as url:
        send(url, made.series)
        yield url


def check(url: str, seed: int, count: int, tally: Tally) -> list[str]:
    """Asks `count` queries of one world and gives every disagreement, shrunk and told."""
    made, rng = world(seed), random.Random(f"queries of {seed}")
    storage = made.storage()
    queries = [query(rng, made) for _ in range(count)]
    servers = [Server(url) for _ in range(AT_ONCE)]

    def part(place: int) -> list[Answer | Failed]:
        return [servers[place].ask(one) for one in queries[place::AT_ONCE]]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = list(pool.map(part, range(AT_ONCE)))
    found = []
    for number, one in enumerate(queries):
        theirs = parts[number % AT_ONCE][number // AT_ONCE]
        tally.queries += 1
        problem = difference(one, storage, theirs, tally)
        if problem is None:
            continue
        told = f"seed {seed}, query {number}: {problem}"
        if is_unstable(one, storage, theirs):
            tally.unstable.append(f"{told}\n  {show(one.expr)}")
        elif is_undecided(one, servers[0], theirs):
            tally.undecided.append(f"{told}\n  {show(one.expr)}")
        else:
            found.append(_report(one, storage, servers[0], told))
            sys.stdout.write(f"{found[-1]}\n")
    return found


def _report(one: Query, storage: Storage, server: Server, told: str) -> str:
    def disagrees(candidate: Query) -> bool:
        theirs = server.ask(candidate)
        if difference(candidate, storage, theirs, Tally()) is None:
            return False
        return not is_unstable(candidate, storage, theirs) and not is_undecided(candidate, server, theirs)

    small = shrunk(one, storage, disagrees)
    problem = difference(small, storage, server.ask(small), Tally())
    lines = [told, f"  {show(one.expr)}", f"  shrunk: {show(small.expr)}"]
    lines += [f"  from {small.start} to {small.end} step {small.step}: {problem}"]
    lines += [
        f"  reads {len(storage.select(selector).series)} series: {selector}" for selector in selectors(small.expr)
    ]
    return "\n".join(lines)


@pytest.mark.engine
def test_random_expressions_agree_with_prometheus(tmp_path: Path, prometheus35: Path) -> None:
    """No random expression has another answer here than in Prometheus."""
    tally, problems = Tally(), []
    for begin in range(0, QUERIES, PER_WORLD):
        seed = SEED + begin // PER_WORLD
        with serving(prometheus35, tmp_path / str(seed), world(seed)) as url:
            problems += check(url, seed, min(PER_WORLD, QUERIES - begin), tally)
        sys.stdout.write(f"{tally.queries} expressions: {len(problems)} disagreements\n")
        sys.stdout.flush()
    sys.stdout.write(f"from seed {SEED}: {len(problems)} disagreements; {tally.told()}\n")
    assert not problems, "\n\n".join(problems[:20])
    assert len(tally.unstable) <= MOST_UNSTABLE * tally.queries + 1
    assert len(tally.undecided) <= MOST_UNSTABLE * tally.queries + 1
    assert tally.empty + tally.failed < tally.queries / 2
