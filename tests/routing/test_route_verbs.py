"""`slogen route` as people call it."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from slogen.cli.route import app

CONFIG = """\
route:
  receiver: rest
  group_by: [team]
  routes:
  - {matchers: [severity=page], receiver: pager, continue: true}
  - {matchers: ['team=~"a|b"'], receiver: chat, mute_time_intervals: [night]}
receivers: [{name: rest}, {name: pager, webhook_configs: [{url: 'http://x.example.org'}]}, {name: chat}]
inhibit_rules: [{source_matchers: [severity=page], target_matchers: [severity=ticket], equal: [team]}]
time_intervals: [{name: night, time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]}]
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    """The path of a configuration."""
    path = tmp_path / "alertmanager.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return str(path)


def run(*arguments: str, given: str = "") -> Result:
    """Call a verb."""
    return CliRunner().invoke(app, list(arguments), input=given)


def test_label_sets_in_answers_out(config: str) -> None:
    """One JSON object a line: receivers in order, keys, and who mutes whom if all fire together."""
    given = '{"team":"a","severity":"page"}\n\n{"team":"a","severity":"ticket","gone":""}\n{"team":"ü"}\n'
    result = run("test", "--config", config, given=given)
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["receivers"] for answer in answers] == [["pager", "chat"], ["chat"], ["rest"]]
    assert answers[0]["group_key"] == '{}/{severity="page"}:{team="a"}'
    assert answers[0]["group_keys"] == ['{}/{severity="page"}:{team="a"}', '{}/{team=~"a|b"}:{team="a"}']
    assert answers[1]["inhibited_by"] == [{"severity": "page", "team": "a"}]
    assert answers[2]["group_key"] == '{}:{team="ü"}'


@pytest.mark.parametrize("line", ["[1]", "x", '{"a": 1}', '{"a": null}', "[" * 100_000])
def test_what_is_no_label_set_is_named_by_its_line(config: str, line: str) -> None:
    """Nothing is printed but the line's number and what is wrong."""
    result = run("test", "--config", config, given='{"a":"b"}\n' + line)
    assert result.exit_code == 2
    assert "line 2" in result.stderr


def test_a_batch_says_what_went_elsewhere(config: str, tmp_path: Path) -> None:
    """Right expectations pass, wrong ones are findings at their alert, unknown keys are findings."""
    batch = tmp_path / "routes.test.yaml"
    good = (
        "tests:\n- name: a page\n  alerts:\n"
        "  - {labels: {team: a, severity: page}, expected_receivers: [pager, chat], expected_inhibited: false}\n"
        "  - {labels: {team: a, severity: ticket}, expected_inhibited: true}\n"
    )
    batch.write_text(good, encoding="utf-8")
    assert run("test", "--config", config, "--batch", str(batch)).exit_code == 0
    batch.write_text(
        good.replace("[pager, chat]", "[chat]").replace("inhibited: true", "inhibited: false"), encoding="utf-8"
    )
    result = run("test", "--config", config, "--batch", str(batch))
    assert result.exit_code == 1
    assert "goes to pager, chat, not to chat" in result.stderr
    assert "is inhibited by severity=page, team=a" in result.stderr
    for broken in (
        "tests: 1",
        "test: []",
        "tests: [{alerts: [{expected_receivers: []}]}]",
        "tests: [",
        good + "  - {lables: {}}",
    ):
        batch.write_text(broken, encoding="utf-8")
        result = run("test", "--config", config, "--batch", str(batch))
        assert (result.exit_code, "malformed-route-tests" in result.stderr) == (1, True), broken


def test_show_draws_every_node(config: str) -> None:
    """As text, as a picture that is XML, and as a page."""
    text = run("show", "--config", config).stdout
    assert text.splitlines() == [
        "everything → rest",
        '├─ severity="page" → pager  (then on)',
        '└─ team=~"a|b" → chat  (not in night)',
    ]
    svg = ET.fromstring(run("show", "--config", config, "--as", "svg").stdout)  # noqa: S314 -- our own output
    assert len([e for e in svg.iter() if e.tag.endswith("}text")]) == 3
    page = run("show", "--config", config, "--as", "html").stdout
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_explain_names_the_matcher_that_decides(config: str) -> None:
    """Every route tried, where it lands, its group and timers, and what may mute it."""
    text = run("explain", "--config", config, "-l", "team=a", "-l", "severity=ticket").stdout
    assert 'no   severity="page"   (because of severity="page")' in text
    assert 'HERE team=~"a|b" → chat' in text
    assert 'group {}/{team=~"a|b"}:{team="a"}' in text
    assert "first message after 30s, changes every 5m, repeated after 4h" in text
    assert "quiet in night" in text
    assert 'muted while this fires: severity="page" with the same team' in text


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["show", "--config", "CONFIG", "--alertmanager", "new"], 2),
        (["explain", "--config", "CONFIG"], 2),
        (["explain", "--config", "CONFIG", "-l", "team"], 2),
        (["test", "-C", "FOLDER"], 2),
    ],
)
def test_wrong_usage(config: str, tmp_path: Path, arguments: list[str], status: int) -> None:
    """Mistakes in the call are told as such."""
    filled = [argument.replace("CONFIG", config).replace("FOLDER", str(tmp_path)) for argument in arguments]
    assert run(*filled).exit_code == status


def test_a_configuration_that_does_not_load_is_findings(config: str) -> None:
    """As the server would say it, with the place."""
    Path(config).write_text(CONFIG.replace("receiver: rest", "receiver: best"), encoding="utf-8")
    result = run("show", "--config", config)
    assert result.exit_code == 1
    assert 'undefined receiver "best"' in result.stderr
