"""Fills the templates of runbook pages: the one place that needs jinja2, loaded where somebody asks for pages."""

from collections.abc import Callable
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from slogen.backends.runbook.markdown import escaped

_REMEMBERED = 4096


def filler() -> Callable[..., str]:
    """Gives the text of a template, by its name and values by theirs; what is no Markdown already is escaped."""
    templates = Environment(
        loader=PackageLoader("slogen.backends.runbook"),
        finalize=lru_cache(_REMEMBERED)(escaped),  # most of what pages say is said on many of them
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 -- pages are Markdown; `finalize` escapes for it
    )
    return lambda name, **values: templates.get_template(f"{name}.md.j2").render(values)
