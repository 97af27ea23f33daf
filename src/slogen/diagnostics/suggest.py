"""The word somebody probably meant: nearest by edit distance among the words there are."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word at the smallest distance, if that is at most a third of the word; the first of equals by name."""
    if len(word) > 100:
        return None
    limit = max(1, len(word) // 3)
    ranked = sorted((distance(word, other), other) for other in set(known) if abs(len(other) - len(word)) <= limit)
    return ranked[0][1] if ranked and ranked[0][0] <= limit else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """`did you mean ...?` as a hint, or None where nothing is near."""
    candidate = nearest(word, known)
    return None if candidate is None else f"did you mean `{candidate}`?"


def distance(a: str, b: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words, each counting one.

    Damerau's distance in its restricted form (optimal string alignment).
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]
