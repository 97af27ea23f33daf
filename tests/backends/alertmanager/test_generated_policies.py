"""Whatever policy a project declares, Alertmanager loads the configuration that is made of it.

`SLOGEN_POLICIES` sets how many policies are drawn, from the seed `SLOGEN_SEED`; amtool checks fifty at a time.
"""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from slogen.backends.alertmanager.emit import emit
from slogen.diagnostics.model import Diagnostic
from slogen.emit.artifact import Artifact
from slogen.emit.yaml import YamlValue, dump
from slogen.routing.load import Dialect, load
from slogen.routing.refusals import refusals
from tests.backends.alertmanager.projects import meaning

POLICIES = int(os.environ.get("SLOGEN_POLICIES", "40"))

WORDS = st.text(st.sampled_from("abcxyz019-_"), min_size=1, max_size=12).map(lambda w: f"n{w}n".replace("_", "-"))
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(lambda t: t.replace("{{", ""))
FILES = st.sampled_from(["key", "sub/key.txt", "/var/lib/secrets/key", "schlüssel"])
DURATIONS = st.sampled_from(["1s", "30s", "2m", "1h30m", "7d", "250ms"])


def fields(
    required: dict[str, st.SearchStrategy[YamlValue]], **optional: st.SearchStrategy[YamlValue]
) -> st.SearchStrategy[YamlValue]:
    """A mapping with all of the first and some of the second fields."""
    return st.fixed_dictionaries(required, optional=optional)


HTTP = fields({}, proxy_url=st.just("http://proxy.example.org:3128"), follow_redirects=st.booleans()) | fields(
    {"authorization": fields({"credentials_file": FILES})},
)
OLD_KINDS: dict[str, st.SearchStrategy[YamlValue]] = {
    "webhook": fields(
        {"url": st.just("https://hook.example.org/x?y=z")}, max_alerts=st.integers(0, 99), http_config=HTTP
    ),
    "pagerduty": fields(
        {"routing_key_file": FILES}, description=TEXTS, details=st.dictionaries(WORDS, TEXTS, max_size=3), client=TEXTS
    )
    | fields({"service_key_file": FILES}),
    "slack": fields({"api_url_file": FILES}, channel=TEXTS, title=TEXTS, send_resolved=st.booleans(), http_config=HTTP),
    "opsgenie": fields(
        {"api_key_file": FILES},
        responders=st.just([{"name": "ops", "type": "team"}]),
        priority=st.just("P2"),
        details=st.dictionaries(WORDS, TEXTS, max_size=2),
    ),
    "email": fields({"to": st.just("a@example.org")}, headers=st.just({"X-Team": "ml"}), require_tls=st.booleans()),
    "sns": fields({"topic_arn": st.just("arn:aws:sns:eu-west-1:1:alerts")}, sigv4=st.just({"region": "eu-west-1"})),
    "webex": fields({"room_id": WORDS, "http_config": st.just({"authorization": {"credentials_file": "webex"}})}),
    "victorops": fields({"api_key_file": FILES, "routing_key": WORDS}, custom_fields=st.just({"owner": "ml"})),
}
NEW_KINDS: dict[str, st.SearchStrategy[YamlValue]] = {
    "msteams": fields({"webhook_url_file": FILES}, title=TEXTS),
    "jira": fields(
        {"api_url": st.just("https://jira.example.org"), "project": WORDS, "issue_type": WORDS},
        reopen_duration=DURATIONS,
    ),
    "discord": fields({"webhook_url_file": FILES}, message=TEXTS),
    "mattermost": fields({"webhook_url_file": FILES}, channel=WORDS),
    "telegram": fields(
        {"bot_token_file": FILES, "chat_id": st.integers(-(10**12), 10**12).filter(bool)}, parse_mode=st.just("HTML")
    ),
    "incidentio": fields({"url": st.just("https://incident.example.org/a"), "alert_source_token_file": FILES}),
    "rocketchat": fields({"token_file": FILES, "token_id_file": FILES}, channel=WORDS),
    "pushover": fields({"user_key_file": FILES, "token_file": FILES}, retry=st.just("1m"), priority=st.just("1")),
    "webhook": fields({"url_file": FILES}, timeout=DURATIONS.filter(lambda d: d != "7d")),
}


def integrations(version: str, least: int = 0) -> st.SearchStrategy[YamlValue]:
    """A list of ways to reach people that the version knows."""
    kinds = [fields({kind: inner}) for kind, inner in OLD_KINDS.items()]
    if version == "0.33":
        kinds += [fields({kind: inner}) for kind, inner in NEW_KINDS.items()]
    return st.lists(st.one_of(kinds), min_size=least, max_size=3)


@st.composite
def policies(draw: st.DrawFn, version: str) -> dict[str, YamlValue]:
    """A whole slogen.yaml with a routing part."""
    environments = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    teams = draw(st.lists(WORDS, max_size=4, unique=True))
    own_tiers = draw(st.lists(WORDS.map(lambda w: f"t{w}"), max_size=2, unique=True))
    tiers = ["page", "ticket", "log", *own_tiers]
    hours = draw(st.lists(WORDS, max_size=2, unique=True))
    week = {
        "weekdays": draw(st.lists(st.sampled_from(["monday", "sunday", "friday", "tuesday"]), min_size=1, unique=True)),
        "times": draw(
            st.lists(st.sampled_from(["09:00-17:30", "00:00-24:00", "22:00-24:00"]), min_size=1, unique=True)
        ),
        "location": draw(st.sampled_from(["UTC", "Europe/London", "Asia/Kolkata"])),
    }
    some_tiers = st.lists(st.sampled_from(tiers), min_size=1, unique=True)
    some_teams = st.lists(st.sampled_from(teams), unique=True) if teams else st.just([])
    receivers = st.dictionaries(st.sampled_from(tiers), integrations(version), max_size=4)
    team = fields(
        {"receivers": receivers},
        environments=st.dictionaries(st.sampled_from(environments), receivers, max_size=2),
        escalation=fields({"after": DURATIONS, "to": integrations(version, 1)}),
        **({"hours": st.dictionaries(st.sampled_from(tiers), st.sampled_from(hours), max_size=2)} if hours else {}),
    )
    tier = fields({}, group_wait=DURATIONS, group_interval=DURATIONS, repeat_interval=DURATIONS, priority=TEXTS)
    once = {"start": "2028-02-28T22:00", "end": "2028-03-01T04:30", "location": "America/New_York"}
    routing = fields(
        {
            "tiers": st.fixed_dictionaries(dict.fromkeys(own_tiers, tier), optional={"page": tier, "ticket": tier}),
            "hours": st.just(dict.fromkeys(hours, week)),
        },
        maintenance=st.dictionaries(
            WORDS,
            fields({"severities": some_tiers, "teams": some_teams, "weekly": st.just(week)})
            | fields({"severities": some_tiers}).map(lambda m: {**m, **once} if isinstance(m, dict) else m),
            max_size=2,
        ),
        side_channels=st.dictionaries(
            WORDS.map(lambda w: f"s{w}"),
            fields(
                {"to": integrations(version, 1)},
                severities=some_tiers,
                teams=some_teams,
                labels=st.dictionaries(st.sampled_from(["kind", "zone"]), TEXTS.filter(bool), max_size=2),
                group_by=st.just(["env", "team"]),
                repeat_interval=DURATIONS,
            ),
            max_size=2,
        ),
        suppression=st.sampled_from(["inhibit", "promql"]),
    )
    instance = fields(
        {
            "version": st.just(version),
            "environments": st.lists(st.sampled_from(environments), min_size=1, unique=True),
            "fallback": integrations(version, 1),
            "smtp": st.just({"smarthost": "mail.example.org:25", "from": "a@example.org"}),
        },
        nonproduction=integrations(version),
        shadow=integrations(version),
        heartbeat=integrations(version),
        heartbeat_interval=DURATIONS,
        secrets_folder=st.just("/run/secrets/"),
    )
    return {
        "project": "generated",
        "environments": {name: {"production": draw(st.booleans())} for name in environments},
        "teams": {name: draw(team) for name in teams},
        "alertmanagers": {name: draw(instance) for name in draw(st.lists(WORDS, min_size=1, max_size=2, unique=True))},
        "routing": draw(routing),
    }  # fmt: skip


def configurations(project: dict[str, YamlValue]) -> list[Artifact]:
    """The configurations of a policy; nothing in it is a mistake."""
    program, findings = meaning(dump(project))
    assert [f for f in findings if f.severity.name == "ERROR"] == []
    made = list(emit(program))
    assert [m for m in made if isinstance(m, Diagnostic)] == []
    return [m for m in made if isinstance(m, Artifact)]


@pytest.mark.parametrize("version", ["0.25", "0.33"])
def test_every_policy_is_loaded_by_our_reader(version: str) -> None:
    """Generated configurations have nothing Alertmanager would refuse and nothing our own lint complains about."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(policies(version))
    def check(project: dict[str, YamlValue]) -> None:
        number = (0, int(version[2:]))
        for made in configurations(project):
            if made.path.endswith(".yaml"):
                assert refusals(made.text, made.path, number) == []
                loaded = load(made.text, made.path, Dialect.of(number))
                assert loaded.config is not None

    check()


@pytest.mark.engine
@pytest.mark.parametrize("version", ["0.25", "0.33"])
def test_every_policy_passes_amtool(version: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """`amtool check-config` of the targeted version accepts every generated configuration with its templates."""
    amtool = request.getfixturevalue(f"amtool{version.replace('.', '')}")
    files: list[Path] = []

    @settings(
        max_examples=POLICIES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @seed(int(os.environ.get("SLOGEN_SEED", "1")))
    @given(policies(version))
    def draw(project: dict[str, YamlValue]) -> None:
        folder = tmp_path / str(len(files))
        for made in configurations(project):
            path = folder / made.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made.text, encoding="utf-8")
            if path.suffix == ".yaml":
                files.append(path)

    draw()
    for start in range(0, len(files), 50):
        command = [str(amtool), "check-config", *map(str, files[start : start + 50])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        refused = [line for line in done.stdout.splitlines() if "FAILED" in line]
        assert (done.returncode, refused) == (0, []), done.stderr[-2000:]
