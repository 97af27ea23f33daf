"""Every recorded matcher string reads here as it does in Alertmanager, in all three grammars."""

import json
from pathlib import Path

import pytest

from slogen.routing.matchers import Grammar, MatcherError, parse

CASES = Path(__file__).parents[3] / "shared/conformance/alertmanager/matchers.jsonl"


def seen(text: str, grammar: Grammar) -> tuple[list[list[str]] | None, str | None]:
    """What the parser makes of the text, in the form of the recorded cases."""
    try:
        parsed = parse(text, grammar)
    except MatcherError:
        return None, None
    return [[m.name, m.op.value, m.value] for m in parsed.matchers], parsed.warning


@pytest.mark.shared
@pytest.mark.skipif(not CASES.exists(), reason="the conformance files do not lie beside this checkout")
def test_matcher_strings_agree_in_all_grammars() -> None:
    """All recorded strings give the recorded matchers or a refusal, and the recorded warning in fallback mode."""
    wrong = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        for grammar in Grammar:
            matchers, warning = seen(case["input"], grammar)
            if matchers != case[grammar.value] or (grammar is Grammar.FALLBACK and warning != case["warn"]):
                wrong.append((grammar.value, case, matchers, warning))
    assert wrong == []
