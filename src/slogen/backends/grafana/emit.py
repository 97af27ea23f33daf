"""The backend: one file a dashboard, the provisioning file that a Grafana server reads them by, and uid collisions."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from slogen import names
from slogen.backends.backend import Backend, Part
from slogen.backends.grafana.board_component import component_board
from slogen.backends.grafana.board_fleet import fleet_board
from slogen.backends.grafana.board_model import model_board, title
from slogen.backends.grafana.board_tuning import tuning_board
from slogen.backends.grafana.dashboard import Board, document
from slogen.backends.grafana.json_text import dump
from slogen.diagnostics.model import Code, Diagnostic, Note, Severity
from slogen.emit import yaml
from slogen.emit.artifact import Artifact
from slogen.ir.program import Environment, Program, Target
from slogen.ir.where import Where

UID_COLLISION = Code(
    "SLO550",
    "dashboard-uid-collision",
    Severity.ERROR,
    "Two dashboards would have the same uid",
    "Grafana knows a dashboard by its uid. With the same uid, one of the two would silently replace the other, "
    "or they would take turns at every reload. The uid is made of the environment and the model's name, with a hash "
    "where they do not fit as they are; by a rare chance two hashes are alike. Rename the model or the environment.",
)


def parts(program: Program) -> Iterator[Part]:
    """A part for each board that can be told from all others, after the diagnostics for those that cannot."""
    yield Part("", lambda: refuse(program))
    told: set[str] = set()
    for environment in program.environments:
        for stem, board in _boards(environment, program.target):
            uid = names.dashboard_uid(environment.name, stem)
            if uid not in told:
                told.add(uid)
                yield Part(stem, partial(_file, environment.name, stem, board, program.target))
    if program.environments:
        yield Part("", lambda: [Artifact("dashboards", names.PROVISIONING, _provisioning(program), 0)])


def _file(env: str, stem: str, board: Callable[[], Board], target: Target) -> Iterator[Artifact]:
    interval = max(target.scrape_interval, target.evaluation_interval)
    text = dump(document(board(), interval), target.dashboard_indent)
    yield Artifact("dashboards", names.dashboard_path(env, stem), text, 0)


def refuse(program: Program) -> Iterator[Diagnostic]:
    """A diagnostic for every board that has the uid of another one."""
    seen: dict[str, Where] = {}
    for environment in program.environments:
        parts = [
            (component.name, title(environment, component), component.where) for component in environment.components
        ]
        spanning = [(stem, stem, parts[0][2]) for stem in (names.OVERVIEW, names.TUNING) if parts]
        for stem, called, where in (*parts, *spanning):
            uid = names.dashboard_uid(environment.name, stem)
            if uid in seen:
                yield _collision(called, uid, where, seen[uid])
            seen.setdefault(uid, where)


BACKEND = Backend("grafana", parts, refuse)


def _boards(environment: Environment, target: Target) -> Iterable[tuple[str, Callable[[], Board]]]:
    for component in environment.components:
        board = model_board if component.kind == "model" else component_board
        yield component.name, partial(board, environment, component, target)
    if environment.components:
        yield names.OVERVIEW, partial(fleet_board, environment, target)
        yield names.TUNING, partial(tuning_board, environment)


def _collision(called: str, uid: str, where: Where, first: Where) -> Diagnostic:
    return Diagnostic(
        UID_COLLISION,
        f"the dashboard of {called} would have the uid {uid}, which another one has",
        where.span,
        "rename the model or the environment",
        (Note("the other one is made for this", first.span),),
    )


def _provisioning(program: Program) -> str:
    """A provider for each environment; the folder on the server is where `dashboards/<environment>` is copied to."""
    providers: list[yaml.YamlValue] = [
        {
            "name": f"slogen-{environment.name}",
            "orgId": 1,
            "type": "file",
            "folder": _folder(program, environment),
            "disableDeletion": False,
            "allowUiUpdates": False,
            "updateIntervalSeconds": 30,
            "options": {"path": f"/var/lib/grafana/dashboards/slogen/{environment.name}"},
        }
        for environment in program.environments
    ]
    return yaml.dump({"apiVersion": 1, "providers": providers})


def _folder(program: Program, environment: Environment) -> str:
    folder = program.target.grafana_folder
    return folder if environment.production else f"{folder} ({environment.name})"
