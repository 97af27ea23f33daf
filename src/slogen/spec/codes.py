"""Every way in which a readable file is not the language: the kinds of finding of this room, with their pages."""

from slogen.diagnostics.model import Code, Severity

UNKNOWN_KEY = Code(
    "SLO200",
    "unknown-key",
    Severity.ERROR,
    "A key that the language does not have",
    """A key that nothing reads is a wish that nobody hears: a misspelt `min_evnts` would leave a page without its
guard. So unknown keys are errors.

Correct the spelling, or move the key to where it belongs; `slogen schema` prints all keys, and editors complete them
when the file begins with the schema comment that `slogen init` writes.
""",
)
MISSING_KEY = Code(
    "SLO201",
    "missing-key",
    Severity.ERROR,
    "Something that has no default is missing",
    """The mapping at this place needs another key, or exactly one of several keys (an SLI needs a shape, an alert a
condition).

Add it; the message names it.
""",
)
WRONG_TYPE = Code(
    "SLO202",
    "wrong-type",
    Severity.ERROR,
    "A value of the wrong kind",
    """A list stands where a mapping belongs, a number where text belongs, or the like.

Two traps: `true`, `false` and `null` are not text unless quoted; `yes`, `no`, `on` and `off` are text and never
booleans.
""",
)
UNKNOWN_WORD = Code(
    "SLO203",
    "unknown-word",
    Severity.ERROR,
    "A word that is none of the possible ones",
    """The field takes one of a few words, which the message lists: a misspelt `severity: pgae` would reach nobody.

Correct the spelling. Words are written in lower case.
""",
)
BAD_QUANTITY = Code(
    "SLO204",
    "bad-quantity",
    Severity.ERROR,
    "A quantity that is not written with its unit, or cannot be meant",
    """Units are written, so that nobody needs to guess: durations `150ms`, `5m`, `1h30m`, `30d`; percentages `99.9%`;
differences of percentages `5 points` (absolute) or `5%` (relative); percentiles `p99`; days `2027-03-01`; money `250`
or `250 EUR`.

An objective lies above 0% and below 100%: without a budget for errors nothing can be alerted on.
""",
)
CONTRADICTION = Code(
    "SLO205",
    "contradicting-keys",
    Severity.ERROR,
    "Keys that exclude each other",
    """Only one of these keys can be meant: an SLI has one shape, an alert one condition, a bound one side.

Remove all but one. Several conditions of one alert are combined by `all`, `any` or `at_least`. In an override, set the
key that is replaced to `null`.
""",
)
BAD_NAME = Code(
    "SLO206",
    "bad-name",
    Severity.ERROR,
    "A name with characters that names may not have",
    """Names become parts of file names, groups, labels and dashboards, on every operating system. They have lower-case
letters, digits and `-`, `_` (models, components and environments also `.`), begin and end with a letter or digit, and
have at most 100 characters.

For a name that people read, use `title`.
""",
)
RESERVED_NAME = Code(
    "SLO207",
    "reserved-name",
    Severity.ERROR,
    "A name that is taken",
    """slogen's own files use it (`manifest`, `fleet`), or some operating system does not allow files of this name
(`con`, `nul`).

Choose another name.
""",
)
RESERVED_LABEL = Code(
    "SLO208",
    "reserved-label",
    Severity.ERROR,
    "A label that slogen sets itself",
    """Labels such as `model`, `slo`, `severity` or `env` say what an alert is about; routing, inhibition and dashboards
rely on them. A second source for them would break all three.

Choose another label name.
""",
)
BAD_LABEL = Code(
    "SLO209",
    "bad-label",
    Severity.ERROR,
    "A label name that cannot be",
    """Label names have letters, digits and underscores and do not begin with a digit. Names that begin with `__` are
internal to Prometheus and gone before rules run.
""",
)
BAD_METRIC = Code(
    "SLO210",
    "bad-metric",
    Severity.ERROR,
    "A metric name that cannot be",
    """A metric's name stands alone here, without braces, labels, functions or ranges.

Labels belong under `where`; PromQL of one's own belongs into the shape `ratio`, the signal `expr` or the condition
`expr`.
""",
)
OUT_OF_RANGE = Code(
    "SLO211",
    "out-of-range",
    Severity.ERROR,
    "A value beyond what the field allows",
    """A number is too small or large, or a list has too few or too many items. The message names the limit.

An empty `all` or `any` can never hold; a count below zero means nothing; more than 200 slices of one SLO would
cost more series than anybody looks at.
""",
)
INVALID_VALUE = Code(
    "SLO212",
    "invalid-value",
    Severity.ERROR,
    "A value in a form that the field does not take",
    """The field has a form of its own: a path inside the project, a web address, a time of day, a currency of three
capital letters. The message says which.

```yaml
sample: samples/fraud.prom      # inside the project
runbook_url: https://runbooks.example.org/fraud
currency: EUR
```
""",
)
INLINE_SECRET = Code(
    "SLO213",
    "inline-secret",
    Severity.ERROR,
    "A secret in the file",
    """Files of a project are read by many people, by CI and by everybody with access to its history. slogen writes no
secret into any output and repeats none in a message.

Put the secret into a file beside Alertmanager and name that file: `routing_key_file`, `api_url_file`,
`webhook_url_file`. Consider the secret leaked and replace it.
""",
)
DUPLICATE_MODEL = Code(
    "SLO214",
    "duplicate-model",
    Severity.ERROR,
    "Two specs for one name",
    """Models and components share one space of names, because each gets files, groups and dashboards by its name.

Rename one, or merge the two files. Both places are shown.
""",
)
UNKNOWN_TEAM = Code(
    "SLO215",
    "unknown-team",
    Severity.ERROR,
    "A team that is not declared, or no team at all",
    """An alert reaches people through its team; a team that `slogen.yaml` does not declare has nobody in it.

Declare it under `teams`, correct the spelling, or set `defaults.team`.
""",
)
UNKNOWN_SOURCE = Code(
    "SLO216",
    "unknown-source",
    Severity.ERROR,
    "A source that the spec does not have",
    """`from` names an entry under `sources` of the same file.

Correct the spelling, or add the source.
""",
)
UNKNOWN_SIGNAL = Code(
    "SLO217",
    "unknown-signal",
    Severity.ERROR,
    "A signal that the spec does not have",
    """`of` names an entry under `signals` of the same file, or what a source measures, written `source.measure`.

Correct the spelling, or add the signal.
""",
)
UNKNOWN_DEPENDENCY = Code(
    "SLO218",
    "unknown-dependency",
    Severity.ERROR,
    "A dependency that no spec describes",
    """`depends_on` names models or components of the project; an alert is held back while one of them is down, which
needs a spec that can tell.

Correct the spelling, or write a spec for it.
""",
)
DEPENDENCY_CYCLE = Code(
    "SLO219",
    "dependency-cycle",
    Severity.ERROR,
    "Things that depend on each other in a circle",
    """Alerts are held back while something they depend on is down. In a circle each would hold back the others, and
nobody would hear anything.

Remove the weakest of the dependencies.
""",
)
UNKNOWN_ENVIRONMENT = Code(
    "SLO220",
    "unknown-environment",
    Severity.ERROR,
    "An environment that is not declared",
    """`environments` and `overrides` name environments of `slogen.yaml`; what is written for another one applies
nowhere.

Correct the spelling, or declare the environment.
""",
)
REMOVES_NOTHING = Code(
    "SLO221",
    "removes-nothing",
    Severity.WARNING,
    "An override removes what is not there",
    """`null` in an override removes a key. The spec has no such key, so the override does nothing: probably the key was
renamed or is misspelt.
""",
)
NO_PROJECT = Code(
    "SLO222",
    "no-project",
    Severity.ERROR,
    "There is no slogen.yaml",
    """A project has one file `slogen.yaml` at its top; it names teams, environments and the facts of the servers.

Run slogen in the project's folder, or make a project with `slogen init`.
""",
)
NOT_OVERRIDABLE = Code(
    "SLO223",
    "not-overridable",
    Severity.ERROR,
    "A key that no environment can change",
    """A spec's name, kind and version, the environments it runs in and its overrides are the same everywhere: names of
files, series and routes hang on them.

Write the key at the top of the file. For something that exists in one environment only, write a spec of its own with
`environments: [...]`.
""",
)

CODES = (
    UNKNOWN_KEY, MISSING_KEY, WRONG_TYPE, UNKNOWN_WORD, BAD_QUANTITY, CONTRADICTION, BAD_NAME, RESERVED_NAME,
    RESERVED_LABEL, BAD_LABEL, BAD_METRIC, OUT_OF_RANGE, INVALID_VALUE, INLINE_SECRET, DUPLICATE_MODEL, UNKNOWN_TEAM,
    UNKNOWN_SOURCE, UNKNOWN_SIGNAL, UNKNOWN_DEPENDENCY, DEPENDENCY_CYCLE, UNKNOWN_ENVIRONMENT, REMOVES_NOTHING,
    NO_PROJECT, NOT_OVERRIDABLE,
)  # fmt: skip
