"""Resolves what a spec says of its sources into facts: names, labels, bounds and how sure we are of them."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from slogen.catalogue.load import entry, entry_names
from slogen.catalogue.sample import Page, parse_page
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.where import Where
from slogen.lower.source_checks import check_own_metrics, check_selection
from slogen.lower.source_facts import ResolvedSource, exported_labels
from slogen.lower.source_labels import spec_matchers
from slogen.spec.sources import Source as SpecSource

UNKNOWN_TEMPLATE = Code(
    "SLO351",
    "unknown-template",
    Severity.ERROR,
    "no catalogue entry has this name",
    """\
`template` names an entry of the catalogue, which knows the metrics, labels and bucket bounds of one kind of server.
`slogen catalogue list` shows all of them. For a system that has none, leave `template` out and name the metrics
yourself under `metrics`.
""",
)
UNVERIFIED = Code(
    "SLO358",
    "unverified-source",
    Severity.WARNING,
    "nothing confirms that this source's metrics exist",
    """\
The source has neither a template nor a `sample`. Everything built on it is only as good as its spelling: a proof on
series made from a misspelt name proves nothing. Save a page once (`curl -s http://host:port/metrics`) and name it
under `sample`.
""",
)
BAD_SAMPLE = Code(
    "SLO359",
    "unreadable-sample",
    Severity.ERROR,
    "the saved /metrics page cannot be read",
    """\
`sample` names a file inside the project, relative to its root, that holds what an exporter served once. Metric names,
labels and bucket bounds are checked against it.
""",
)


def resolve_sources(
    written: Mapping[str, SpecSource], where: Mapping[str, Where], root: Path, scrape_interval: int
) -> tuple[dict[str, ResolvedSource], list[Diagnostic]]:
    """Every source of one spec that can be resolved, and what is wrong with the others.

    `where` gives the place of each source, with its fields (`template`, `select.model`, `sample`). Saved pages are read
    relative to `root`. `scrape_interval` (ms) is the cadence of a source that gives none or a shorter one.
    """
    resolved: dict[str, ResolvedSource] = {}
    findings: list[Diagnostic] = []
    for name, source in written.items():
        place = where[name]
        known = entry(source.template) if source.template in entry_names() else None
        if source.template is not None and known is None:
            findings.append(_unknown_template(source.template, place))
            continue
        page, found = _page(source.sample, place, root)
        findings.extend(found)
        if known is None and source.sample is None:
            findings.append(_unverified(name, place))
        cadence = max(source.cadence or 0, scrape_interval)
        exported = exported_labels(known, page)
        made = ResolvedSource(name, source, known, page, spec_matchers(source.select), cadence, place, exported)
        findings.extend((*check_selection(made), *check_own_metrics(made)))
        resolved[name] = made
    return resolved, findings


def _page(sample: str | None, where: Where, root: Path) -> tuple[Page | None, list[Diagnostic]]:
    if sample is None:
        return None, []
    try:
        path = (root / sample).resolve(strict=True)
        path.relative_to(root.resolve())
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None, [_bad_sample(sample, "there is no such file", where)]
    except (OSError, RuntimeError) as error:
        return None, [_bad_sample(sample, str(getattr(error, "strerror", None) or error).lower(), where)]
    except UnicodeDecodeError:
        return None, [_bad_sample(sample, "it is not UTF-8 text", where)]
    except ValueError:
        return None, [_bad_sample(sample, "it lies outside the project", where)]
    page, findings = _parsed(text, sample)
    return (None if findings else page), list(findings)


@lru_cache(maxsize=256)
def _parsed(text: str, file: str) -> tuple[Page, tuple[Diagnostic, ...]]:
    """A page read once for all environments."""
    page, findings = parse_page(text, file)
    return page, tuple(findings)


def _bad_sample(sample: str, reason: str, where: Where) -> Diagnostic:
    message = f"cannot read the sample {sample!r}: {reason}"
    return Diagnostic(BAD_SAMPLE, message, where.at("sample"), hint="give a path relative to the project's root")


def _unknown_template(template: str, where: Where) -> Diagnostic:
    near = get_close_matches(template, entry_names(), n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else "`slogen catalogue list` shows all templates"
    return Diagnostic(UNKNOWN_TEMPLATE, f"the catalogue has no template {template!r}", where.at("template"), hint=hint)


def _unverified(name: str, where: Where) -> Diagnostic:
    message = f"nothing confirms the metrics of source {name!r}: it has neither a template nor a sample"
    return Diagnostic(UNVERIFIED, message, where.span, hint="save a /metrics page and name it under `sample`")
