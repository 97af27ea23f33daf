"""Every way in which a file cannot be read as intended: the kinds of finding of this room, with their pages."""

from slogen.diagnostics.model import Code, Severity

SYNTAX = Code(
    "SLO100",
    "yaml-syntax",
    Severity.ERROR,
    "The file is not valid YAML",
    """The file breaks off where YAML's grammar allows nothing that stands there, so nothing after it can be read.

Usual causes: a value that contains `: ` or begins with one of `{ [ & * ! | > % @` and needs quotes; a list item or key
that is indented differently from its neighbours; a bracket that is never closed.

```yaml
description: Errors: too many      # wrong: a second colon
description: "Errors: too many"    # right
```
""",
)
DUPLICATE_KEY = Code(
    "SLO101",
    "duplicate-key",
    Severity.ERROR,
    "The same key stands twice in one mapping",
    """YAML forbids it, and readers that accept it silently keep one of the two values. Nobody can tell which was meant.

Remove one, or rename it. Both places are shown.
""",
)
TAB = Code(
    "SLO102",
    "tab-indentation",
    Severity.ERROR,
    "A tab is used for indentation",
    """YAML indents with spaces only: editors disagree about the width of a tab, and structure would depend on the
reader.

Replace the tab by spaces; `.editorconfig` with `indent_style = space` keeps it so.
""",
)
UNCLOSED_QUOTE = Code(
    "SLO103",
    "unclosed-quote",
    Severity.ERROR,
    "A quoted text never ends",
    """The quote that opens here is not closed where it was meant to be, so the lines after it count as text.

Close it. Inside single quotes a single quote is written twice (`'it''s'`), inside double quotes a double quote is
written `\\"`.
""",
)
ALIASES_EXPLODE = Code(
    "SLO104",
    "aliases-explode",
    Severity.ERROR,
    "Aliases multiply the document beyond reason",
    """Anchors (`&a`) and aliases (`*a`) that refer to each other can make a file of a few hundred bytes stand for
billions of values. A document may stand for at most 100,000 values, aliases written out.

Write the values out, or use `defaults` in `slogen.yaml`.
""",
)
ALIAS_CYCLE = Code(
    "SLO105",
    "alias-cycle",
    Severity.ERROR,
    "An alias stands inside what it refers to",
    """A value that contains itself has no end.

Write the value out where the alias stands.
""",
)
TAG = Code(
    "SLO106",
    "yaml-tag",
    Severity.ERROR,
    "A YAML tag",
    """Tags (`!!int`, `!Ref`) change how a value is read, up to running code in some readers. slogen needs none of them.

Remove the tag. To make text of a number, put it in quotes. A text that begins with `!` needs quotes.
""",
)
SEVERAL_DOCUMENTS = Code(
    "SLO107",
    "several-documents",
    Severity.ERROR,
    "More than one document in a file",
    """A line `---` begins another document. Prometheus and Alertmanager silently ignore every document after the first;
slogen refuses the file rather than do the same.

Put each document into a file of its own.
""",
)
NOT_UTF8 = Code(
    "SLO108",
    "not-utf-8",
    Severity.ERROR,
    "The file is not UTF-8",
    """The file holds bytes that are no UTF-8 text: it was saved as UTF-16 or Latin-1, or it is no text file.

Save it as UTF-8.
""",
)
BYTE_ORDER_MARK = Code(
    "SLO109",
    "byte-order-mark",
    Severity.WARNING,
    "The file begins with a byte order mark",
    """The three bytes EF BB BF before the first line mean nothing in UTF-8 and confuse other tools. slogen skips them.

Save the file as UTF-8 without byte order mark.
""",
)
CONTROL_CHARACTER = Code(
    "SLO110",
    "control-character",
    Severity.ERROR,
    "A character that may not stand in a YAML file",
    """Control characters, and the line separators U+0085, U+2028 and U+2029 which YAML versions read differently, may
not stand in a file as they are.

Write the character as an escape in double quotes: `"\\0"`, `"\\e"`, `"\\u2028"`.
""",
)
EMPTY = Code(
    "SLO111",
    "empty-file",
    Severity.ERROR,
    "The file is empty",
    """There is nothing in the file, or only comments.

Write a spec (`slogen init` shows one), or remove the file.
""",
)
TOO_LARGE = Code(
    "SLO112",
    "file-too-large",
    Severity.ERROR,
    "The file is larger than 1 MiB",
    """A spec of one model has a few kilobytes. Something else was put here, or one file holds a whole fleet.

Write one file per model.
""",
)
TOO_DEEP = Code(
    "SLO113",
    "nested-too-deep",
    Severity.ERROR,
    "Values nest more than 64 deep",
    """Nothing in a spec needs more than a dozen levels.

Look for brackets that are opened and never closed.
""",
)
HUGE_NUMBER = Code(
    "SLO114",
    "huge-number",
    Severity.ERROR,
    "A number with more than 40 digits, or beyond what a computer's number can hold",
    """Such a number cannot be kept exactly.

If it is a name or an identifier, put it in quotes.
""",
)
NOT_FINITE = Code(
    "SLO115",
    "not-finite",
    Severity.ERROR,
    "Infinity, or not a number",
    """`.inf` and `.nan` are numbers to YAML, but no threshold, objective or price can be one: a comparison with NaN is
never true.

Write a finite number, or put the word in quotes if it is text.
""",
)
UNREADABLE = Code(
    "SLO116",
    "unreadable-file",
    Severity.ERROR,
    "The file or folder cannot be read",
    """The operating system refuses to open it, or it is no regular file (a folder, a pipe, a dangling link).

Check the path and its permissions.
""",
)
NO_FILES = Code(
    "SLO117",
    "no-files",
    Severity.ERROR,
    "The folder holds no spec",
    """No file under the folder ends in `.yaml` or `.yml` (files ending in `.test.yaml` are tests, not specs).

Check `specs` in `slogen.yaml`, or write the first spec: `slogen init` makes one.
""",
)
BOOLEAN_WORD = Code(
    "SLO118",
    "boolean-like-word",
    Severity.INFO,
    "A word that other YAML readers take for a boolean",
    """`no`, `yes`, `on` and `off` are words to slogen, as in YAML 1.2; readers of YAML 1.1 make booleans of them. The
country code of Norway is the famous victim.

Put the word in quotes, so that everybody reads it alike: `values: [en, "no", sv]`. Where a boolean is meant, write
`true` or `false`.
""",
)
MERGE_KEY = Code(
    "SLO119",
    "merge-key",
    Severity.ERROR,
    "The merge key `<<`",
    """`<<: *anchor` belongs to YAML 1.1 and not to YAML 1.2; readers differ in what wins when both sides have a key.

Write the fields out. What all SLOs share belongs under `defaults` in `slogen.yaml`, what differs per environment under
`overrides`.
""",
)
KEY_NOT_TEXT = Code(
    "SLO120",
    "key-not-text",
    Severity.ERROR,
    "A key that is a list, a mapping or empty",
    """Keys are names. A value such as `{{ model }}` that begins with a brace is read as a mapping inside a mapping.

Write a name as the key; put text that begins with `{` or `[` in quotes.
""",
)
TOO_MANY_VALUES = Code(
    "SLO121",
    "too-many-values",
    Severity.ERROR,
    "A file with more than 100,000 values",
    """A spec of one model has a few hundred. Something else was put here, or one file holds a whole fleet.

Write one file per model.
""",
)

CODES = (
    SYNTAX, DUPLICATE_KEY, TAB, UNCLOSED_QUOTE, ALIASES_EXPLODE, ALIAS_CYCLE, TAG, SEVERAL_DOCUMENTS, NOT_UTF8,
    BYTE_ORDER_MARK, CONTROL_CHARACTER, EMPTY, TOO_LARGE, TOO_DEEP, HUGE_NUMBER, NOT_FINITE, UNREADABLE, NO_FILES,
    BOOLEAN_WORD, MERGE_KEY, KEY_NOT_TEXT, TOO_MANY_VALUES,
)  # fmt: skip
