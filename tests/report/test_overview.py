"""The numbers of the first screen: what differs between environments is shown apart and counted once."""

from dataclasses import replace

import pytest

from slogen.report.contents import AlertCard, State
from slogen.report.objectives import teams
from slogen.report.overview import figures, headline
from slogen.report.page import page
from tests.report.pages import contents, tree


@pytest.fixture
def card() -> AlertCard:
    """An alert that pages."""
    return next(card for card in contents("store", replayed=False).models[0].alerts if card.severity == "page")


def staged(card: AlertCard, state: State = "proven") -> list[AlertCard]:
    """The card of production, proven, and one of staging, where something differs."""
    return [
        replace(card, state="proven", environments=("production",)),
        replace(card, id=f"{card.id}-2", state=state, environments=("staging",)),
    ]


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ([], "There is no alert yet."),
        (["proven"], "The one alert there is has been seen to fire, and to stay silent when it should."),
        (["unproven", "unproven"], "Nothing has been proven: 2 alerts without a story that fires it."),
        (
            ["proven", "unproven"],
            "All but 1 of 2 alerts have been seen to fire, and to stay silent when they should.",
        ),
        (["proven", "failed"], "1 of 2 alerts did not do what was claimed."),
    ],
)
def test_the_first_sentence(states: list[State], sentence: str, card: AlertCard) -> None:
    """It is true, and grammatical, whatever the fleet is."""
    cards = [replace(card, name=f"Alert{number}", state=state) for number, state in enumerate(states)]

    assert headline(cards, (), replayed=True) == sentence


def test_an_alert_of_two_environments_counts_once(card: AlertCard) -> None:
    """In the first sentence, the large numbers and the teams' table; it is proven where it is proven everywhere."""
    cards = staged(card, "failed")
    row = replace(contents("store", replayed=False).objectives[0], state="proven", environments=("production",))
    rows = [row, replace(row, environments=("staging",), state="failed")]
    told = {what: (number, more) for number, what, more in figures(rows, cards, (), (), replayed=True)}
    (team,) = teams(rows, cards)

    assert headline(cards, (), replayed=True) == "1 of 1 alert did not do what was claimed."
    assert told["objective"] == ("1", "0 with all alerts proven")
    assert told["alert"] == ("1", "1 page")
    assert told["proven by replay"] == ("0%", "0 alerts")
    assert (team.objectives, team.pages, team.tickets) == (1, 1, 0)


def test_a_model_without_alerts_is_there() -> None:
    """What promises something without an alert counts as a model, and somebody answers for it."""
    row = contents("store", replayed=False).objectives[0]
    told = {what: number for number, what, _ in figures([row], (), (), (), replayed=True)}
    (team,) = teams([row], ())

    assert (told["model or component"], told["alerts"]) == ("1", "0")
    assert (team.name, team.models, team.objectives, team.pages) == (row.team, ("store",), 1, 0)


def test_nothing_is_said_of_proofs_where_nothing_was_replayed() -> None:
    """No share of proven alerts, no key to drawings that are not there, and the page says why."""
    document = tree(page(contents("store", replayed=False)))
    whats = [one.all("dt")[0].text for one in document.kind("figures")[0].children]

    assert "proven by replay" not in whats
    assert not [one for one in document.kind("key") if one.tag == "ul"]
    assert "Nothing was replayed for this page." in document.kind("about")[1].text
