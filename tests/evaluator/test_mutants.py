"""The list of mutants that no test notices is complete, and each of them has a reason."""

import re
from pathlib import Path

from benchmarks.mutants import mutants


def test_every_survivor_has_a_reason(root: Path) -> None:
    """As many rows as mutants survive in each module, none without a reason; enough of all are noticed."""
    text = (root / "docs" / "mutation.md").read_text(encoding="utf-8")
    table = {name: (int(some), int(all_)) for name, some, all_ in re.findall(r"\| (\w+) \| (\d+) of (\d+) \|", text)}
    noticed, count = table.pop("total")
    assert (noticed, count) == (sum(one for one, _ in table.values()), sum(one for _, one in table.values()))
    assert noticed >= 0.85 * count
    for name, body in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        rows = [line for line in body.splitlines() if line.startswith("| `")]
        assert len(rows) == table[name][1] - table[name][0], name
        assert [row for row in rows if re.search(r"\|\s+\|$", row)] == []


def test_mutants_of_a_small_module() -> None:
    """Each is one change; words, annotations and `strict` stay as they are."""
    source = '''def first(values: list[int], limit: int = 3) -> int:
    """The docstring."""
    if len(values) < limit and not values[1:]:
        raise ValueError(f"too few: {limit}")
    return sum(a + b for a, b in zip(values, values, strict=True))
'''
    found = [(one.place, one.after) for one in mutants("small", source)]
    assert ("first", "if len(values) <= limit and (not values[1:]):") in found
    assert ("first", "if len(values) < limit or not values[1:]:") in found
    assert ("first", "return sum((a - b for a, b in zip(values, values, strict=True)))") in found
    assert ("first", "") in found
    assert not [after for _, after in found if "strict=False" in after]
    assert len(set(found)) == len(found) == 8
