"""What servers refuse or cannot bear, by target, and how to get below it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.review.cost import Cost


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits of a kind of server with its default settings; None where it has none.

    Sources: Prometheus' `--query.max-samples`, which Mimir and Thanos have too; `-search.maxSamplesPerQuery` of the
    VictoriaMetrics that vmalert asks; Mimir's `ruler_max_rules_per_rule_group` and `ruler_max_rule_groups_per_tenant`;
    the prometheus-operator refuses objects above half of a Secret's 1 MiB, and `kubectl apply` keeps a copy of an
    object in an annotation of 256 KiB.
    """

    name: str
    rules_per_group: int | None
    groups: int | None
    samples_per_query: int
    bytes_per_object: int | None
    bytes_applied: int | None


PROFILES = (
    Profile("prometheus", None, None, 50_000_000, None, None),
    Profile("mimir", 20, 70, 50_000_000, None, None),
    Profile("thanos", None, None, 50_000_000, None, None),
    Profile("vmalert", None, None, 1_000_000_000, None, None),
    Profile("operator", None, None, 50_000_000, 524_288, 262_144),
)


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A limit that the output exceeds, in words."""

    profile: str
    what: str
    advice: str


def exceeded(profile: Profile, cost: Cost, objects: Mapping[str, str]) -> Iterator[Exceeded]:
    """Every limit of `profile` that is exceeded; `objects` are the texts of Kubernetes objects by path."""
    for what, advice in (*_of_groups(profile, cost), *_of_objects(profile, objects)):
        yield Exceeded(profile.name, what, advice)


def _of_groups(profile: Profile, cost: Cost) -> Iterator[tuple[str, str]]:
    for group in cost.groups:
        if profile.rules_per_group is not None and group.rules > profile.rules_per_group:
            what = f"group {group.name} has {group.rules} rules, {profile.rules_per_group} are allowed"
            yield what, f"set prometheus.rules_per_group to {profile.rules_per_group} in slogen.yaml"
        if group.heaviest > profile.samples_per_query:
            what = f"a rule of group {group.name} reads {group.heaviest:,.0f} samples"
            yield (
                f"{what}, {profile.samples_per_query:,} are allowed",
                "shorten its range, read a recorded series instead of raw ones, or raise the server's limit",
            )
    if profile.groups is not None and len(cost.groups) > profile.groups:
        what = f"one environment has {len(cost.groups)} groups, {profile.groups} are allowed to a tenant"
        yield what, "raise the tenant's ruler_max_rule_groups_per_tenant, or split its models over several tenants"


def _of_objects(profile: Profile, objects: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in sorted(objects.items()):
        size = len(text.encode())
        if profile.bytes_per_object is not None and size > profile.bytes_per_object:
            what = f"{path} has {size:,} bytes, {profile.bytes_per_object:,} are allowed"
            yield (
                what,
                "lower prometheus.rules_per_group, so that `build` can write smaller objects, or split the model",
            )
        elif profile.bytes_applied is not None and size > profile.bytes_applied:
            what = f"{path} has {size:,} bytes, {profile.bytes_applied:,} are what `kubectl apply` can keep"
            yield what, "apply it with `--server-side`"


def named(name: str) -> Profile | None:
    """The profile of a name."""
    return next((profile for profile in PROFILES if profile.name == name), None)


def known() -> Sequence[str]:
    """The names of all profiles."""
    return [profile.name for profile in PROFILES]
