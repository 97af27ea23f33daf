"""Hours and maintenance as Alertmanager's time intervals; changes with its interval format."""

from collections.abc import Iterator

from slogen.emit.yaml import YamlValue
from slogen.ir.routing import RoutingPolicy, Team, Tier, TimeInterval, TimeSpec

_WEEK = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def hours_name(name: str) -> str:
    """The interval of declared hours."""
    return f"hours-{name}"


def maintenance_name(name: str) -> str:
    """The interval of a declared maintenance."""
    return f"maintenance-{name}"


def active_for(policy: RoutingPolicy, team: Team, tier: Tier) -> tuple[str, ...]:
    """The intervals outside of which a team's alerts of a tier wait: its own hours, else the tier's."""
    own = dict(team.hours).get(tier.name, tier.hours)
    return (hours_name(own),) if own is not None and own in {h.name for h in policy.hours} else ()


def muted_for(policy: RoutingPolicy, team: str, tier: str) -> tuple[str, ...]:
    """The maintenance that keeps a team's alerts of a tier quiet."""
    return tuple(
        maintenance_name(m.interval.name)
        for m in policy.maintenance
        if tier in m.tiers and (not m.teams or team in m.teams)
    )


def intervals_yaml(policy: RoutingPolicy) -> Iterator[YamlValue]:
    """The items of `time_intervals`."""
    for interval in policy.hours:
        yield _interval(hours_name(interval.name), interval)
    for maintenance in policy.maintenance:
        yield _interval(maintenance_name(maintenance.interval.name), maintenance.interval)


def _interval(name: str, interval: TimeInterval) -> YamlValue:
    return {"name": name, "time_intervals": [_spec(spec) for spec in interval.specs]}


def _spec(spec: TimeSpec) -> YamlValue:
    made: dict[str, YamlValue] = {}
    if spec.times is not None:
        made["times"] = [{"start_time": _clock(start), "end_time": _clock(end)} for start, end in spec.times]
    if spec.weekdays is not None:
        made["weekdays"] = _weekdays(spec.weekdays)
    for field, numbers in (("days_of_month", spec.days_of_month), ("months", spec.months), ("years", spec.years)):
        if numbers is not None:
            made[field] = [str(number) for number in numbers]
    return {**made, "location": spec.location}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _weekdays(days: tuple[str, ...]) -> list[YamlValue]:
    """The days in the order of the week, neighbours as a range; a range may not run past Saturday."""
    chosen = [day for day in _WEEK if day in days]
    runs: list[list[str]] = []
    for day in chosen:
        if runs and _WEEK.index(day) == _WEEK.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}" for run in runs]
