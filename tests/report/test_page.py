"""The page as a document: everything of the fleet is on it, whatever names say, and nothing comes from elsewhere."""

import dataclasses
import hashlib
import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from slogen import pipeline
from slogen.ir.rules import Alert
from slogen.report.contents import Contents
from slogen.report.gather import Asked, reported
from slogen.report.overview import headline
from slogen.report.page import page
from tests.proofs.stories import TODAY, write
from tests.report.pages import Element, contents, told, tree

HOSTILE = "</script></style><script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{ 1 + 1 }}&amp;"
OURS = frozenset({"id", "state", "severity", "svg", "body"})
"""Fields that never hold what a user wrote."""


@pytest.fixture(scope="module")
def html() -> str:
    """The page about one replayed component."""
    return page(contents("store"))


@pytest.fixture(scope="module")
def document(html: str) -> Element:
    """The same as a tree."""
    return tree(html)


def hostile(value: Any) -> Any:
    """The same value with a hostile text at the end of every text that may come from a user."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        known = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return replace(value, **{name: v if name in OURS else hostile(v) for name, v in known.items()})
    if isinstance(value, tuple):
        return tuple(hostile(one) for one in value)
    return value + HOSTILE if isinstance(value, str) and value else value


def test_every_alert_has_its_section(tmp_path: Path) -> None:
    """Each alert of each environment stands in exactly one section, beside its model."""
    source = pipeline.compiled(write(tmp_path), TODAY)
    assert source.program is not None
    expected = Counter(
        (environment.name, file.stem, rule.severity)
        for environment in source.program.environments
        for file in (environment.fleet, *(component.rules for component in environment.components))
        for group in file.groups
        for rule in group.rules
        if isinstance(rule, Alert)
    )
    sections = tree(page(contents(replayed=False))).kind("alert")
    found = Counter(
        (environment, section.attributes["data-model"], section.attributes["data-severity"])
        for section in sections
        for environment in section.attributes["data-environment"].split()
    )
    assert found == expected
    assert sum(expected.values()) > 40


def test_a_proof_is_told_in_words_and_drawn(document: Element) -> None:
    """What fired an alert, how soon against theory, what it cost by then, who is told, near misses, the expression."""
    (section,) = [s for s in document.kind("alert") if s.attributes["id"].endswith("ErrorBudgetBurnPage-fast")]
    facts = {one.all("dt")[0].text: one.all("dd")[0].text for one in section.kind("facts")[0].children}

    assert re.fullmatch(r"\d+m( 30s)? \(theory: \S+( \S+)? to \S+( \S+)?\)", facts["Time to detect"])
    assert re.fullmatch(r"[\d.]+%", facts["Budget spent by then"])
    assert facts["Told in production"] == "payments-ml-page by webhook"
    assert facts["Told in staging"] == "nobody"
    assert [figure.all("b")[0].text for figure in section.all("figure")] == [
        "Must fire",
        "Must fire",
        "Must stay silent",
    ]
    assert all(figure.all("use") for figure in section.all("figure"))
    assert "slogen:error:ratio1h" in section.all("pre")[0].text


def test_objectives_speak_plainly(document: Element) -> None:
    """What an objective allows, and how soon a full outage is noticed."""
    (row,) = [row for row in document.all("tr") if row.attributes.get("data-kind") == "objective"]
    cells = [cell.text for cell in row.children]

    assert cells[0] == "store"
    assert cells[2].startswith("99%")
    assert cells[3] == "7.2 hours of full outage in 30 days"
    assert cells[4] == "page after 8.6 minutes"
    assert cells[6] == "production staging"


def test_nothing_a_user_writes_is_markup() -> None:
    """With a hostile text everywhere the page has the same elements as without, and shows the text."""
    harmless = contents("store")
    before, after = tree(page(harmless)), tree(page(hostile(harmless)))
    names = [element.tag for element in before.walk()]
    attributes = {name for element in after.walk() for name in element.attributes}

    assert [element.tag for element in after.walk()] == names
    assert not [name for name in attributes if name.startswith("on") or name in {"src", "style"}]
    assert after.all("h1")[0].text.endswith(HOSTILE)
    assert len(after.all("script")) == 1
    assert after.all("script")[0].text == before.all("script")[0].text


def test_only_web_addresses_become_links() -> None:
    """A runbook at some other scheme is shown as text."""
    shown = contents("store", replayed=False)
    model = shown.models[0]
    for address, links in (("javascript:alert(1)", 0), ("https://runbooks.example.org/x", 1)):
        cards = tuple(replace(card, runbook=address) for card in model.alerts[:1])
        document = tree(page(replace(shown, models=(replace(model, alerts=cards),))))
        found = [a for a in document.kind("alert")[0].all("a") if a.attributes["href"] == address]
        assert len(found) == links
        assert address in document.kind("alert")[0].text


def test_runbooks_that_are_emitted_are_named(tmp_path: Path) -> None:
    """Where the project emits runbooks the file of each alert is told beside the address."""
    project = write(tmp_path) / "slogen.yaml"
    lines = "outputs: {runbooks: {url: https://runbooks.example.org}}\n"
    project.write_text(project.read_text("utf-8") + lines, "utf-8")
    found = reported(tmp_path, TODAY, Asked(frozenset(), frozenset({"store"}), replayed=False, processes=1, series=20))
    assert found.contents is not None
    files = {card.runbook_file for card in found.contents.models[0].alerts if card.about == "lookups"}

    assert files == {"generated/production/runbooks/store/slo-lookups.md"}


def test_nothing_is_loaded(document: Element) -> None:
    """The browser is told to run this style and this script and to load nothing; no attribute asks it to."""
    (policy,) = [m.attributes["content"] for m in document.all("meta") if "http-equiv" in m.attributes]
    for tag, source in (("style", "style-src"), ("script", "script-src")):
        (element,) = document.all(tag)
        digest = b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy
        assert "http" not in element.text
    assert policy.startswith("default-src 'none';")
    assert {a for e in document.walk() for a in e.attributes} & {
        "src",
        "style",
        "srcset",
        "action",
        "xlink:href",
    } == set()
    assert not document.all("link", "img", "iframe", "object")


def test_the_document_is_in_order(document: Element) -> None:
    """One first heading, no level left out, unique ids, links and labels that lead somewhere, tables with headers."""
    every = list(document.walk())
    ids = Counter(element.attributes["id"] for element in every if "id" in element.attributes)
    levels = [int(element.tag[1]) for element in document.all("h1", "h2", "h3", "h4")]
    targets = {e.attributes["href"][1:] for e in document.all("a", "use") if e.attributes["href"].startswith("#")}
    named = {e.attributes[n] for e in every for n in ("aria-labelledby", "aria-describedby") if n in e.attributes}

    assert max(ids.values()) == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert (targets | named) - ids.keys() == set()
    assert [len(document.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert all(table.all("caption") for table in document.all("table"))
    assert all("scope" in header.attributes for header in document.all("th"))
    labelled = [e for label in document.all("label") for e in label.all("input", "select")]
    assert labelled == document.all("input", "select")


def test_drawings_are_kept_once() -> None:
    """A drawing that two alerts share is stored once, and every drawing that is stored is shown."""
    shown = contents("store")
    model = shown.models[0]
    twice = tuple(replace(card, id=f"{card.id}-again") for card in model.alerts)
    once = tree(page(shown))
    both = tree(page(replace(shown, models=(replace(model, alerts=(*model.alerts, *twice)),))))

    assert len(both.all("use")) == 2 * len(once.all("use"))
    assert len(both.all("symbol")) == len(once.all("symbol")) <= len(once.all("use"))
    assert {e.attributes["id"] for e in once.all("symbol")} == {e.attributes["href"][1:] for e in once.all("use")}


def test_what_fails_comes_first() -> None:
    """The first sentence, the alert and its objective say that a claim does not hold, and why."""
    shown = contents("store", replayed=False)
    model = shown.models[0]
    broken = replace(model.alerts[0], state="failed", reason="it never fires (100% bad)")
    document = tree(page(replace(shown, models=(replace(model, alerts=(broken,)),))))
    (section,) = document.kind("alert")

    assert "it never fires (100% bad)" in section.kind("reason")[0].text
    assert section.attributes["data-state"] == "failed"
    assert headline([broken, *model.alerts[1:]], (), replayed=True) == "1 of 7 alerts did not do what was claimed."


def test_an_unproven_alert_says_why() -> None:
    """The reason that its owner gave is on the page, and in the first sentence that not all are proven."""
    shown = contents("store")
    listed = replace(shown.models[0].alerts[0], state="unproven", reason="the vendor has no test system", claims=())
    document = tree(page(replace(shown, models=(replace(shown.models[0], alerts=(listed,)),))))
    sentence = headline([listed, *shown.models[0].alerts[1:]], (), replayed=True)

    assert "the vendor has no test system" in document.kind("alert")[0].kind("reason")[0].text
    assert sentence == "All but 1 of 7 alerts have been seen to fire, and to stay silent when they should."


def test_a_part_of_the_fleet() -> None:
    """Of one model there is nothing of others, nor of what watches all; names that nothing has are told."""
    shown: Contents = contents("store")
    document = tree(page(shown))

    assert {e.attributes["data-model"] for e in document.walk() if "data-model" in e.attributes} == {"store"}
    numbers = {one.all("dt")[0].text: one.kind("number")[0].text for one in document.kind("figures")[0].children}
    costs = [row for row in document.all("tr") if row.attributes.get("data-kind") == "cost"]
    assert numbers["samples read a minute"] == costs[0].all("td")[2].text
    assert numbers["objective"] == "1"
    assert told("stroe").unknown == (("model", "stroe", ("shop", "store")),)


def test_the_same_specs_give_the_same_bytes() -> None:
    """Gathered and printed a second time, in another folder, the page is the same."""
    first = page(contents(replayed=False))
    told.cache_clear()
    assert page(contents(replayed=False)) == first
