"""Whose numbers are on a page: the models that label values name, told apart by namespace where that is needed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from slogen.catalogue import picks
from slogen.catalogue.sample import PageSeries
from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.importers.recognise import Recognised
from slogen.lower.source_labels import satisfied
from slogen.spec.names import RESERVED_NAMES, suggested

TOO_MANY_MODELS = Code(
    "SLO391",
    "too-many-models",
    Severity.ERROR,
    "the page names more models than one proposal should have",
    """\
A page of a mesh, an ingress or a shared server names everything that passes through it. Say which of the names are
models of yours with `--model NAME`, as often as needed; specs for hundreds of services that nobody chose help nobody.
""",
)
NO_SUCH_MODEL = Code(
    "SLO392",
    "model-not-on-page",
    Severity.ERROR,
    "no page names the model that was asked for",
    """\
`--model` chooses among the names that label values of the pages give, as they are written there or as a spec would
write them (lower-case, hyphens). Where a page names no model it gives the model its name.
""",
)

MOST_MODELS = 20
_LONGEST = 80
_NOBODY = frozenset({"", "unknown", "none", "null", "-"})
_POD = re.compile(r"(?P<workload>.+?)-(?:[a-f0-9]{6,10}-[a-z0-9]{5}|[a-z0-9]{5}|\d{1,4})")
"""A pod's name: the workload's, then a hash and suffix (Deployment), a suffix (DaemonSet) or a number (StatefulSet)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A model as one page shows it: `value` is how its label names it, `select` the labels that pick its series.

    `name` is a possible name for its spec; empty where the page names no model. `namespaces` are those it was seen in.
    """

    name: str
    value: str
    select: Mapping[str, str | Mapping[str, str]]
    namespaces: tuple[str, ...] = ()


def subjects(one: Recognised) -> tuple[Subject, ...]:
    """The models that a recognised server names, by the order of their values; one without a name if it names none."""
    label = next((label for label in one.entry.identity if _values(one, label)), None)
    if label is None:
        return (Subject("", "", {}),)
    if label == "pod":
        return _workloads(one)
    by_value = _values(one, label)
    space = _namespace_label(label, (series for members in by_value.values() for series in members))
    found = [subject for value in sorted(by_value) for subject in _of_value(label, value, by_value[value], space)]
    return _distinct(found)


def _values(one: Recognised, label: str) -> dict[str, list[PageSeries]]:
    """The series that name a model, by its name; the entry's own conditions (the reporting side of a mesh) hold."""
    usual = picks.matchers(one.entry.select)
    found: dict[str, list[PageSeries]] = {}
    for series in one.page.series:
        labels = dict(series.labels)
        value = labels.get(label, "")
        if value.lower() not in _NOBODY and satisfied((m for m in usual if m.label in labels), labels):
            found.setdefault(value, []).append(series)
    return found


def _namespace_label(label: str, series: Iterable[PageSeries]) -> str | None:
    """The label that says in which namespace the model is: of several the one most like `label` in name."""
    candidates = {name for one in series for name, _ in one.labels if name.endswith("namespace")}
    return min(candidates, key=lambda name: (-_alike(name, label), name), default=None)


def _alike(one: str, other: str) -> int:
    """How many characters two names have in common from the left."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(min(one, other)))


def _of_value(label: str, value: str, series: list[PageSeries], space: str | None) -> list[Subject]:
    spaces = tuple(sorted({dict(one.labels).get(space, "") for one in series} - {""})) if space else ()
    if space is None or len(spaces) < 2:
        return [Subject(spec_name(value), value, {label: value}, spaces)]
    return [Subject(spec_name(f"{value}-{one}"), value, {label: value, space: one}, (one,)) for one in spaces]


def _workloads(one: Recognised) -> tuple[Subject, ...]:
    """Pods come and go: their workload is the subject, and all its pods are selected."""
    found: dict[str, Subject] = {}
    for pod in sorted(_values(one, "pod")):
        matched = _POD.fullmatch(pod)
        name = matched["workload"] if matched else pod
        select = {"matches": f"{picks.escape(name)}-.+"} if matched else pod
        found[name] = Subject(spec_name(name), name, {"pod": select})
    return _distinct(list(found.values()))


def spec_name(value: str) -> str:
    """A name for a spec made of a label value that may hold anything."""
    plain = re.sub(r"\.{2,}", ".", suggested(value))[:_LONGEST].rstrip("-._") or "model"
    plain = re.sub(r"\.test$", "-test", plain)  # NAME.test.yaml holds the tests of NAME
    return f"{plain}-model" if plain.split(".", maxsplit=1)[0] in RESERVED_NAMES else plain


def _distinct(found: list[Subject]) -> tuple[Subject, ...]:
    """Different values that would have the same name are numbered."""
    numbers: dict[str, int] = {}
    named: dict[str, Subject] = {}
    for subject in found:
        name = subject.name
        while name in named:
            number = numbers[subject.name] = numbers.get(subject.name, 1) + 1
            name = f"{subject.name}-{number}"
        named[name] = Subject(name, subject.value, subject.select, subject.namespaces)
    return tuple(named.values())


def wanted(found: tuple[Subject, ...], models: tuple[str, ...]) -> tuple[Subject, ...]:
    """The subjects that were asked for, by either of their names; those without a name, and all where nobody asked."""
    return tuple(one for one in found if not models or not one.name or {one.name, one.value} & set(models))


def check_models(found: Iterable[Subject], models: tuple[str, ...], file: str) -> list[Diagnostic]:
    """What is wrong with the number of models, or with those asked for; `file` is the first page."""
    named = [one for one in found if one.name]
    here = Span(file, 1, 1, 1, 2)
    if not models and len(named) > MOST_MODELS:
        some = ", ".join(one.value for one in named[:8])
        message = f"the pages name {len(named):,} models: {some}, …"
        return [Diagnostic(TOO_MANY_MODELS, message, here, hint="choose with `--model NAME`, as often as needed")]
    known = sorted({name for one in named for name in (one.name, one.value)})
    absent = [model for model in models if named and model not in known]
    return [_absent(model, known, here) for model in absent]


def _absent(model: str, known: list[str], here: Span) -> Diagnostic:
    near = get_close_matches(model, known, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else f"they name {', '.join(known[:8])}"
    return Diagnostic(NO_SUCH_MODEL, f"no page names a model {model!r}", here, hint=hint)
