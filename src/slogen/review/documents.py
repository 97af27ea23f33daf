"""Compares what other programs and people read beside rules: objects, canaries' templates, messages, runbooks."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from slogen import names
from slogen.review.changes import Change, Danger, Kind
from slogen.review.side import Side

Place = tuple[str, str]
"""Environment and component."""


def changes(before: Side, after: Side, told: Collection[Place]) -> Iterator[Change]:
    """Files of both sides that say other things, and kinds of output that are gone as a whole.

    Runbooks of components of which a change is `told` already follow from that.
    """
    for path in sorted(before.files.keys() & after.files.keys()):
        if before.files[path] != after.files[path]:
            yield from _document(path, before.files[path], after.files[path], told)
    old, new = _folders(before.files), _folders(after.files)
    kept = {"alertmanager", *(environment.name for environment in after.program.environments)}
    for folder in sorted(old.keys() - new.keys()):
        if folder.split("/")[1] in kept:
            gone = "whoever reads it keeps what was there, and hears of no change any more"
            yield Change(Danger.STATE, Kind.OUTPUT_GONE, folder, f"{old[folder]} files", "none", gone)


def _document(path: str, old: str, new: str, told: Collection[Place]) -> Iterator[Change]:
    match path.split("/"):
        case ["generated", _, "kubernetes", *_]:
            mine, theirs = _header(old), _header(new)
            if mine != theirs:
                so = "the operator finds rules by namespace and labels: it may load none now, or the old ones too"
                yield Change(Danger.STATE, Kind.OBJECT_MOVED, path, mine, theirs, so)
        case ["generated", _, "argo-rollouts", *_] if _said(old) != _said(new):
            yield Change(Danger.BEHAVIOUR, Kind.ROLLOUT_CHANGED, path, "", "", "canaries are judged in another way")
        case ["generated", "alertmanager", _, "templates", *_] if _said(old) != _said(new):
            yield Change(Danger.TELLING, Kind.MESSAGE_CHANGED, path, "", "", "people read other words in notifications")
        case ["generated", environment, "runbooks", component, *_] if not _follows((environment, component), told):
            yield Change(Danger.TELLING, Kind.RUNBOOK_CHANGED, path, "", "", "people read other steps in it")


def _follows(place: Place, told: Collection[Place]) -> bool:
    """Whether a page may say something else because of a change that is told; that of the fleet, of any."""
    return bool(told) if place[1] == names.FLEET else place in told


def _header(text: str) -> str:
    """What a Kubernetes object says of itself before its specification, on one line."""
    return " ".join(_said(text.partition("\nspec:")[0]).split())


def _said(text: str) -> str:
    """A text without its comments, which name the spec that it comes from."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _folders(files: Mapping[str, str]) -> dict[str, int]:
    """How many files there are of each kind of output: `generated/production/runbooks`, `dashboards/production`."""
    found: dict[str, int] = defaultdict(int)
    for path in files:
        parts = path.split("/")
        found["/".join(parts[: 3 if parts[0] == "generated" else 2])] += 1
    return found
