"""The use cases of review: two builds of a project compared, and one build priced; composed of the pipeline's."""

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from slogen import building, names
from slogen.building import Compiled
from slogen.diagnostics.model import Diagnostic, has_errors
from slogen.emit.artifact import Artifact
from slogen.ir.program import Program
from slogen.lower.remembered import Remembered
from slogen.proofs.detection import detect, noticing
from slogen.proofs.prove import loaded
from slogen.proofs.wording import minutes
from slogen.review.changes import Change, Danger, Kind
from slogen.review.compare import Comparison, SloKey, altered, compare, priced
from slogen.review.cost import Cost
from slogen.review.limits import Exceeded, Profile, exceeded
from slogen.review.side import Side, built, committed

GIT = "git:"


class NotAvailableError(Exception):
    """The other side cannot be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison, or why there is none: findings of the side that does not compile, or a problem in words."""

    comparison: Comparison | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]
    problem: str
    ours: bool = True
    """Whether the findings are of this side; those of the other are in files as they were there."""


def compared(root: Path, against: str, today: date, series: int) -> Compared:
    """The project in `root` as it would build now, against a commit (`git:main`) or another project's folder.

    The other side's emitted files are those it has committed, so that a new version of slogen shows what it changes;
    where it has none they are built. Raises OSError where the system refuses to read.
    """
    remembered = Remembered()
    now = building.compiled(root, today, _READ, remembered)
    if now.program is None or has_errors(now.diagnostics):
        return Compared(None, now.diagnostics, now.texts, "this side does not build")
    with tempfile.TemporaryDirectory(prefix="slogen-diff-") as folder:
        try:
            other = _other_side(root, against, Path(folder), _output_folders(now))
        except NotAvailableError as error:
            return Compared(None, (), {}, str(error))
        then = building.compiled(other.folder, today, (), remembered)
        if then.program is None or has_errors(then.diagnostics):
            return Compared(None, then.diagnostics, then.texts, f"the specs of {against} do not build", False)
        after = built(now.program, _texts(now.artifacts))
        before = _before(then.program, _emitted(then, other), after)
        found = [*_detection(before, after), *_moved(_output_folders(then), _output_folders(now))]
    return Compared(compare(before, after, series, found), (), {}, "")


_ROOTS = ("generated", "dashboards")


def _before(program: Program, disk: Mapping[str, str], after: Side) -> Side:
    """The other side with the files that it has committed; what it has none of, under a root, is built."""
    missing = {root for root in _ROOTS if not any(path.startswith(f"{root}/") for path in disk)}
    if not missing:
        return committed(program, disk, after)
    made = {path: text for path, text in _printed(program).items() if path.partition("/")[0] in missing}
    files = {**made, **disk}
    return built(program, files, after) if "generated" in missing else committed(program, files, after)


def _moved(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Output folders under other names: the files in them are compared as if they lay where they did."""
    for root, old, new in zip(_ROOTS, before, after, strict=False):
        if old != new:
            told = "servers and provisioning that read the old folder keep what is in it, or find nothing"
            yield Change(Danger.STATE, Kind.FILE_RENAMED, f"outputs.{root}", old, new, told)


_DERIVED = frozenset({"promtool"})
"""What follows from the rules word for word and is read by no server: it is not compared."""
_READ = tuple(backend for backend in building.BACKENDS if backend.name not in _DERIVED)


def _printed(program: Program) -> dict[str, str]:
    """The files of the other side where it has committed none."""
    return _texts(made for made in building.printed(program, _READ) if isinstance(made, Artifact))


FAULTS = (1.0, 0.1, 0.01)
"""Sizes of the faults whose time to detect is told: everything, a tenth and a hundredth of all events is bad."""


def _detection(before: Side, after: Side) -> list[Change]:
    """The times to detect of every SLO that changed, replayed on the rules of both sides."""
    found = []
    for key in altered(before, after):
        mine, theirs = (_times(side, key) for side in (before, after))
        if mine != theirs:
            told = "as replayed after healthy traffic: everything, a tenth, a hundredth of all events bad"
            found.append(Change(Danger.BEHAVIOUR, Kind.DETECTION_CHANGED, "/".join(key), mine, theirs, told))
    return found


def _times(side: Side, key: SloKey) -> str:
    """`page 1m, 6m, never; ticket 10m, 1h, 12h` for the three faults; `no page` where nothing pages."""
    _, component = side.components()[key[:2]]
    stems = (names.FLEET, component.name)
    groups = loaded({stem: side.files.get(f"generated/{names.rules_path(key[0], stem)}", "") for stem in stems})
    seen = [detect(component, side.slos()[key], groups, side.program.target, fault) for fault in FAULTS]
    severities = {alert.severity for alert in noticing(component, key[2])}
    rows = {"page": [d.page for d in seen], "ticket": [d.ticket for d in seen]}
    return "; ".join(f"{name} {_row(times)}" if name in severities else f"no {name}" for name, times in rows.items())


def _row(times: Sequence[int | None]) -> str:
    return ", ".join("not in a day" if time is None else minutes(time) for time in times)


@dataclass(frozen=True, slots=True)
class _Other:
    """The folder of the other side's project, and those of its files that were never written there, by path."""

    folder: Path
    archived: Mapping[str, bytes]


def _other_side(root: Path, against: str, folder: Path, outputs: Sequence[str]) -> _Other:
    """The other side's project; a commit is unpacked into `folder`, but for what lies in the folders for `outputs`."""
    if against.startswith(GIT):
        other = _checked_out(root, against.removeprefix(GIT), folder, outputs)
    else:
        other = _Other(Path(against), {})
    if not other.folder.exists():
        hint = "" if against.startswith(("/", ".", "~")) else f"; a commit is written {GIT}{against}"
        raise NotAvailableError(f"there is no folder {against}{hint}")
    if not (other.folder / "slogen.yaml").is_file():
        raise NotAvailableError(f"there is no slogen.yaml in {against}")
    return other


def _texts(artifacts: Iterable[Artifact]) -> dict[str, str]:
    return {f"{artifact.root}/{artifact.path}": artifact.text for artifact in artifacts}


def _output_folders(source: Compiled) -> tuple[str, ...]:
    return () if source.layout is None else (source.layout.generated, source.layout.dashboards)


def _emitted(source: Compiled, other: _Other) -> dict[str, str]:
    """The files of a build that lie under the output folders; those a build would not make now are included."""
    found: dict[str, bytes] = {}
    for root, folder in zip(_ROOTS, _output_folders(source), strict=False):
        place, prefix = other.folder / folder, f"{folder}/"
        for path in place.rglob("*") if place.is_dir() else ():
            if path.is_file() and not path.is_symlink() and _is_compared(path.name):
                found[f"{root}/{path.relative_to(place).as_posix()}"] = path.read_bytes()
        for name, content in other.archived.items():
            if name.startswith(prefix) and _is_compared(name.rpartition("/")[2]):
                found[f"{root}/{name.removeprefix(prefix)}"] = content
    return {path: _decoded(found[path]) for path in sorted(found)}


def _decoded(content: bytes) -> str:
    """The text with the line ends that slogen writes, whatever git makes of them in a checkout."""
    return content.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _is_compared(name: str) -> bool:
    return not name.startswith(".") and not name.endswith(names.PROMTOOL_SUFFIX)


def _checked_out(root: Path, ref: str, folder: Path, outputs: Sequence[str]) -> _Other:
    """The project's files at a commit, unpacked into `folder`; nothing in the checkout is touched.

    There are several output files for each spec, so that those are not written only to be read again.
    """
    if not ref or ref.startswith("-"):
        raise NotAvailableError(f"{ref!r} is no commit")
    try:
        done = subprocess.run(  # noqa: S603 -- a fixed program; the one argument that users give cannot be an option
            ["git", "-C", str(root), "archive", "--format=tar", ref, "--", "."],  # noqa: S607 -- the user's own git
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise NotAvailableError("git is not installed; name a folder instead") from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = f"git cannot read {ref}: {lines[-1] if lines else 'no reason given'}"
        raise NotAvailableError(reason + _SHALLOW if _is_shallow(root) else reason)
    prefixes = tuple(f"{output}/" for output in outputs)
    archived: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            if not member.name.startswith(prefixes):
                archive.extract(member, folder, filter=_plain)  # tarfile's own filter leaves out what it refuses
            elif member.isreg() and (file := archive.extractfile(member)) is not None:
                archived[member.name] = file.read()
    return _Other(folder, archived)


_SHALLOW = "; this clone is shallow, so fetch more history (`git fetch --unshallow`, in CI `fetch-depth: 0`)"


def _is_shallow(root: Path) -> bool:
    done = subprocess.run(  # noqa: S603 -- a fixed program with fixed arguments
        ["git", "-C", str(root), "rev-parse", "--is-shallow-repository"],  # noqa: S607 -- the user's own git
        capture_output=True,
        check=False,
    )
    return done.stdout.strip() == b"true"


def _plain(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """The file as it may be unpacked; None for links out of the project and other things that no project needs."""
    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError:
        return None


@dataclass(frozen=True, slots=True)
class Costed:
    """The estimated cost by environment, and every limit of the target that is exceeded."""

    costs: Mapping[str, Cost]
    exceeded: tuple[Exceeded, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]

    def table(self) -> dict[str, object]:
        """The same as plain values for JSON; windows in ms."""
        return {
            "environments": {
                name: {
                    "rules": cost.rules,
                    "groups": len(cost.groups),
                    "largest_group": cost.largest,
                    "series": cost.recorded,
                    "samples_per_minute": round(cost.samples),
                    "by_window": {str(window): round(samples) for window, samples in cost.by_window().items()},
                    "by_group": {group.name: round(group.samples) for group in cost.dearest()},
                }
                for name, cost in self.costs.items()
            },
            "exceeded": [{"target": e.profile, "what": e.what, "advice": e.advice} for e in self.exceeded],
        }


def costed(root: Path, today: date, series: int, profile: Profile) -> Costed:
    """What the project's rules cost, `series` being how many copies there are of each raw series."""
    source = building.compiled(root, today)
    if source.program is None or has_errors(source.diagnostics):
        return Costed({}, (), source.diagnostics, source.texts)
    side = built(source.program, _texts(source.artifacts))
    costs = priced(side, series)
    objects = {path: text for path, text in side.files.items() if "/kubernetes/" in path}
    found = [problem for cost in costs.values() for problem in exceeded(profile, cost, objects)]
    return Costed(costs, tuple(dict.fromkeys(found)), source.diagnostics, source.texts)
