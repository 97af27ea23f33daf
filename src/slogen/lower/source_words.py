"""Words that a pattern matches, so that a proof can make series for a selector whose label values nobody has listed."""

from itertools import islice, product

from slogen import regex

_MOST = 24
"""Words to try; the caller checks each with the real engine, so that a guess can only be useless, never wrong."""
_LONGEST, _DEEPEST = 1000, 50
"""Patterns beyond this are nobody's; they have no words."""
_CLASSES = {"d": "0", "w": "x", "s": " ", "D": "x", "W": "-", "S": "x"}
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}


def words_of(pattern: str) -> tuple[str, ...]:
    """Some words that a pattern of RE2 probably matches as a whole, short ones of each alternative first.

    A digit stands for a dot behind a digit (`5..` gives `500`), a letter elsewhere. Constructs that are not understood
    (look-around has none in RE2, Unicode classes, flags) give words that the engine will refuse.
    """
    if len(pattern) > _LONGEST or pattern.count("(") > _DEEPEST:
        return ()
    words, _ = _alternation(pattern, 0)
    return tuple(dict.fromkeys(words))[:_MOST]


def _alternation(pattern: str, at: int) -> tuple[list[str], int]:
    """The words of alternatives up to the end or a closing bracket, and where that is."""
    found: list[str] = []
    while True:
        words, at = _sequence(pattern, at)
        found += words
        if at >= len(pattern) or pattern[at] == ")":
            return found, at
        at += 1


def _sequence(pattern: str, at: int) -> tuple[list[str], int]:
    """The words of what stands in a row up to an alternative, a closing bracket or the end."""
    words = [""]
    while at < len(pattern) and pattern[at] not in "|)":
        atom, at = _atom(pattern, at, words[0])
        repeated, at = _repeated(atom, pattern, at)
        words = list(islice((head + tail for head, tail in product(words, repeated)), _MOST))
    return words, at


def _atom(pattern: str, at: int, before: str) -> tuple[list[str], int]:
    """One character, class or group, and what follows it."""
    match pattern[at]:
        case "(":
            inside, end = _alternation(pattern, _group_starts(pattern, at + 1))
            return inside, end + 1
        case "[":
            return _class(pattern, at + 1)
        case "\\":
            char = pattern[at + 1 : at + 2]
            return [_CLASSES.get(char, _LETTERS.get(char, char))], at + 2
        case ".":
            return ["0" if before[-1:].isdigit() else "x"], at + 1
        case "^" | "$":
            return [""], at + 1
        case char:
            return [char], at + 1


def _group_starts(pattern: str, at: int) -> int:
    """Behind the mark of a group that is named or does not capture."""
    if pattern.startswith("?", at):
        mark = min((end for end in (pattern.find(sign, at) for sign in (":", ">")) if end >= 0), default=at)
        return mark + 1
    return at


def _class(pattern: str, at: int) -> tuple[list[str], int]:
    """A member of a class: its first character, else one of some ordinary ones, as the engine reads the class."""
    end = pattern.find("]", at + (2 if pattern.startswith("^", at) else 1))
    if end < 0:
        return [""], len(pattern)
    try:
        members = regex.compile(pattern[at - 1 : end + 1])
    except regex.RegexError:
        return [""], end + 1
    first = pattern[at] if pattern[at] not in "^[" else ""
    return [char for char in f"{first}x0Z- _[" if members.fullmatch(char)][:1] or [""], end + 1


def _repeated(words: list[str], pattern: str, at: int) -> tuple[list[str], int]:
    """The words of an atom with the repetition behind it: once where once is allowed, else the fewest times."""
    sign = pattern[at : at + 1]
    end = pattern.find("}", at)
    fewest = pattern[at + 1 : max(end, 0)].partition(",")[0]
    if sign == "{" and fewest.isdecimal() and len(fewest) < 5:
        words, at = [word * min(int(fewest), 100) for word in words], end + 1
    elif sign and sign in "*?":
        words, at = [*words, ""], at + 1
    elif sign == "+":
        at += 1
    return words, at + (pattern[at : at + 1] == "?")
