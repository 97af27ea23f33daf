"""The verbs that show, test and explain where alerts go."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from slogen.cli.output import Format, FormatOption, leave, show
from slogen.cli.project import Folder, found, today
from slogen.cli.status import Status
from slogen.diagnostics.model import Severity
from slogen.ir.program import Program
from slogen.routing.config import Config
from slogen.routing.story import Labels

app = typer.Typer(
    name="route",
    help="Show, test and explain where alerts go.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

TEST_EXAMPLES = (
    'Examples: `echo \'{"team":"payments-ml","severity":"page"}\' | slogen route test --config alertmanager.yaml`; '
    "with expectations: `slogen route test --batch routes.test.yaml`."
)
SHOW_EXAMPLES = "Examples: `slogen route show`; as a picture: `slogen route show --as svg > tree.svg`."
EXPLAIN_EXAMPLES = (
    "Examples: `slogen route explain ErrorBudgetBurnPage`; any labels: "
    "`slogen route explain -l team=payments-ml -l severity=page -l env=production`."
)


class Picture(StrEnum):
    """What a tree is drawn as."""

    TEXT = "text"
    SVG = "svg"
    HTML = "html"


ConfigFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Any Alertmanager configuration; else the project's.")
]
Instance = Annotated[
    str | None, typer.Option("--instance", help="Which Alertmanager of the project; needed where it has several.")
]
Server = Annotated[
    str, typer.Option("--alertmanager", metavar="VERSION", help="Read a --config as this Alertmanager would.")
]
Batch = Annotated[
    Path | None, typer.Option("--batch", metavar="FILE", help="Alerts and the receivers they should reach, as YAML.")
]
Drawn = Annotated[Picture, typer.Option("--as", help="Text for a terminal, or a picture.")]
Wanted = Annotated[str | None, typer.Argument(metavar="[ALERT]", help="The name of an alert of the project.")]
OwnLabels = Annotated[
    list[str] | None, typer.Option("--label", "-l", metavar="NAME=VALUE", help="A label; narrows the alerts down.")
]


@dataclass(frozen=True, slots=True)
class _Tree:
    """A configuration, and the alerts of the project that may come to it (none where it is a file of its own)."""

    title: str
    config: Config
    alerts: tuple[tuple[str, Labels], ...]


@app.command("show", epilog=SHOW_EXAMPLES)
def run_show(
    config: ConfigFile = None,
    project: Folder = None,
    instance: Instance = None,
    alertmanager: Server = "0.33",
    drawn: Drawn = Picture.TEXT,
) -> None:
    """Draw the routing tree, with the alerts of the project that land in each node."""
    from slogen.routing.drawing import as_html, as_svg, as_text, landings, rows

    tree = _tree(config, project, instance, alertmanager, Format.TEXT)
    nodes = rows(tree.config, landings(tree.config, tree.alerts))
    match drawn:
        case Picture.TEXT:
            typer.echo(as_text(nodes), nl=False)
        case Picture.SVG:
            typer.echo(as_svg(nodes), nl=False)
        case Picture.HTML:
            typer.echo(as_html(nodes, tree.title), nl=False)


@app.command("test", epilog=TEST_EXAMPLES)
def run_test(
    config: ConfigFile = None,
    project: Folder = None,
    instance: Instance = None,
    alertmanager: Server = "0.33",
    batch: Batch = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Route label sets: JSON lines on standard input, all firing together, or a batch of expectations.

    Prints one JSON object a line with `receivers`, `group_key`, `group_keys` and `inhibited_by`.
    """
    from slogen.routing.answers import LabelSetError, answers, label_sets

    tree = _tree(config, project, instance, alertmanager, form)
    if batch is not None:
        _run_batch(tree.config, batch, form)
        return
    try:
        alerts = label_sets(sys.stdin)
    except LabelSetError as error:
        typer.echo(f"slogen: line {error.line} of standard input: {error}", err=True)
        raise typer.Exit(Status.USAGE) from error
    for answer in answers(tree.config, alerts):
        typer.echo(answer.json())


def _run_batch(config: Config, batch: Path, form: Format) -> None:
    from slogen.routing.batch import run_batch

    text = _text(batch)
    verdict = run_batch(config, text, batch.as_posix())
    show(verdict.findings, {batch.as_posix(): text}, form)
    leave(verdict.findings)
    if form is Format.TEXT:
        typer.echo(f"{verdict.checked} alerts go where they should", err=True)


@app.command("explain", epilog=EXPLAIN_EXAMPLES)
def run_explain(
    alert: Wanted = None,
    label: OwnLabels = None,
    config: ConfigFile = None,
    project: Folder = None,
    instance: Instance = None,
    alertmanager: Server = "0.33",
) -> None:
    """Explain why an alert lands where it lands: every route that is tried, and which matcher decides."""
    from slogen.routing.trace import explained

    tree = _tree(config, project, instance, alertmanager, Format.TEXT)
    given = dict(_label(text) for text in label or ())
    wanted = [
        (name, labels)
        for name, labels in tree.alerts
        if alert == name and all(dict(labels).get(k) == v for k, v in given.items())
    ]
    if alert is None or (not wanted and not tree.alerts):
        given |= {} if alert is None else {"alertname": alert}
        wanted = [(given.get("alertname", "these labels"), tuple(sorted(given.items())))] if given else []
    if not wanted:
        _usage(_none_such(alert, [name for name, _ in tree.alerts]))
    for name, labels in wanted:
        typer.echo(explained(tree.config, name, dict(labels)))


def _none_such(alert: str | None, known: list[str]) -> str:
    from slogen.diagnostics.suggest import did_you_mean

    if alert is None:
        return "name an alert, or labels with -l NAME=VALUE"
    hint = did_you_mean(alert, known) or "`slogen route show` lists those there are"
    return f"no alert {alert!r} with these labels; {hint}"


def _label(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        _usage(f"a label is written NAME=VALUE, not {text!r}")
    return name, value


def _tree(config: Path | None, project: Path | None, instance: str | None, version: str, form: Format) -> _Tree:
    """The configuration that the options name; ends the run where there is none."""
    from slogen.routing.load import Dialect, load

    if config is None:
        return _project_tree(project, instance, form)
    major, dot, minor = version.partition(".")
    if not (dot and major.isdigit() and minor.isdigit()):
        _usage(f"a version is written 0.33, not {version!r}")
    text = _text(config)
    loaded = load(text, config.as_posix(), Dialect.of((int(major), int(minor))))
    if loaded.config is None:
        show(loaded.problems, {config.as_posix(): text}, form)
        raise typer.Exit(Status.FINDINGS)
    return _Tree(config.name, loaded.config, ())


def _project_tree(project: Path | None, instance: str | None, form: Format) -> _Tree:
    from slogen import names, pipeline
    from slogen.routing.load import Dialect, load

    compiled = pipeline.compiled(found(project), today())
    errors = [finding for finding in compiled.diagnostics if finding.severity is Severity.ERROR]
    show(errors, compiled.texts, form)
    leave(errors)
    known = () if compiled.program is None else compiled.program.routing.instances
    chosen = [one for one in known if instance in (None, one.name)]
    if len(chosen) != 1 or compiled.program is None:
        there = ", ".join(one.name for one in known) or "none"
        _usage(f"name one Alertmanager with --instance; the project has: {there}")
    path = names.alertmanager_path(chosen[0].name)
    text = next(artifact.text for artifact in compiled.artifacts if artifact.path == path)
    loaded = load(text, path, Dialect.of(chosen[0].version))
    if loaded.config is None:
        show(loaded.problems, {path: text}, form)
        raise typer.Exit(Status.FINDINGS)
    served = frozenset((*chosen[0].production, *chosen[0].other))
    return _Tree(f"Alertmanager {chosen[0].name}", loaded.config, tuple(_alerts(compiled.program, served)))


def _alerts(program: Program, served: frozenset[str]) -> Iterator[tuple[str, Labels]]:
    """Every alert of the environments with the labels it brings along."""
    from slogen.checks.routing_alerts import sent_alerts

    for sent in sent_alerts(program, served):
        yield sent.rule.name, sent.labels


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _usage(message: str) -> NoReturn:
    typer.echo(f"slogen: {message}", err=True)
    raise typer.Exit(Status.USAGE)
