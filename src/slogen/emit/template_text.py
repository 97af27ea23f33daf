"""Text that Go's template engine prints as it was written; changes only if template delimiters do."""

import re

_BRACES = re.compile(r"\{{2,}|\{$")


def literal(text: str) -> str:
    """Template text that prints exactly `text`: opening braces that could begin an action are printed by one.

    A single brace at the end counts too, because an action may be written behind it.
    """
    return _BRACES.sub(lambda braces: f'{{{{ "{braces[0]}" }}}}', text)
