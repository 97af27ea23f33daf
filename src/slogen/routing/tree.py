"""Which routes take an alert and in which group it ends up there; changes only if Alertmanager's dispatcher does."""

from collections.abc import Mapping

from slogen.routing.config import Route
from slogen.routing.matchers import all_match
from slogen.routing.quoting import label_set_text


def routes_for(route: Route, labels: Mapping[str, str]) -> list[Route]:
    """The nodes that take an alert, in tree order; two of them may name one receiver, which then hears twice.

    A child that matches ends the search among its siblings unless it says `continue`; a node speaks for itself only
    where none of its children matched. Empty where the route itself does not match.
    """
    if not all_match(route.matchers, labels):
        return []
    found: list[Route] = []
    for child in route.routes:
        below = routes_for(child, labels)
        found += below
        if below and not child.goes_on:
            break
    return found or [route]


def group_labels(route: Route, labels: Mapping[str, str]) -> dict[str, str]:
    """The labels an alert is grouped by at a route: those of `group_by` that it has."""
    return {name: value for name, value in labels.items() if route.group_by_all or name in route.group_by}


def group_key(route: Route, labels: Mapping[str, str]) -> str:
    """Alertmanager's `groupKey`: the route's matchers and the group's labels.

    PagerDuty's dedup key, OpsGenie's alias and Jira's label are hashes of this text.
    """
    return f"{route.key}:{label_set_text(group_labels(route, labels))}"
