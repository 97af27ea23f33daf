"""What servers refuse or cannot bear, by target, and how to get below it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.review.cost import Cost


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits of a kind of server with its default settings; None where it has none.

    Sources: Mimir's `ruler_max_rules_per_rule_group` and `ruler_max_rule_groups_per_tenant`; the prometheus-operator
    refuses objects above half of a Secret's 1 MiB; Prometheus itself limits only what a query may load.
    """

    name: str
    rules_per_group: int | None
    groups: int | None
    bytes_per_object: int | None
    advice: str


PROFILES = (
    Profile("prometheus", None, None, None, ""),
    Profile("mimir", 20, 70, None, "set outputs.rules_per_group to 20, and ask for a higher limit of groups a tenant"),
    Profile("thanos", None, None, None, ""),
    Profile("vmalert", None, None, None, ""),
    Profile("operator", None, None, 524_288, "split the model, or let `build` write smaller objects"),
)


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A limit that the output exceeds, in words."""

    profile: str
    what: str
    advice: str


def exceeded(profile: Profile, cost: Cost, objects: Mapping[str, str]) -> Iterator[Exceeded]:
    """Every limit of `profile` that is exceeded; `objects` are the texts of rule files by path."""
    if profile.rules_per_group is not None:
        for group in cost.groups:
            if group.rules > profile.rules_per_group:
                what = f"group {group.name} has {group.rules} rules, {profile.rules_per_group} are allowed"
                yield Exceeded(profile.name, what, profile.advice)
    if profile.groups is not None and len(cost.groups) > profile.groups:
        what = f"{len(cost.groups)} groups, {profile.groups} are allowed to a tenant"
        yield Exceeded(profile.name, what, profile.advice)
    if profile.bytes_per_object is not None:
        for path, text in sorted(objects.items()):
            size = len(text.encode())
            if size > profile.bytes_per_object:
                yield Exceeded(
                    profile.name, f"{path} has {size:,} bytes, {profile.bytes_per_object:,} are allowed", profile.advice
                )


def named(name: str) -> Profile | None:
    """The profile of a name."""
    return next((profile for profile in PROFILES if profile.name == name), None)


def known() -> Sequence[str]:
    """The names of all profiles."""
    return [profile.name for profile in PROFILES]
