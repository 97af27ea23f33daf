"""A promtool test file from disk: its rule files, its verdicts, and warnings where promtool is known to be lax."""

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.evaluator.notation import NotationError, count
from slogen.replay.fields import FieldError
from slogen.replay.order import group_reads
from slogen.replay.rulefile import AlertingRule, Group, read
from slogen.replay.testfile import TestFile
from slogen.replay.testfile import read as read_tests
from slogen.replay.testrun import CaseResult, ordered, run_case

RULE_FILE_REFUSED = Code(
    "SLO600",
    "rule-file-refused",
    Severity.ERROR,
    "Prometheus would not load this rule file",
    """The file breaks a rule of Prometheus' own format: an unknown field, an expression that does not parse, a template
that uses a function which does not exist, a group name used twice. A server that is told to load it keeps running
with its old rules, or does not start. Mend what the message names.""",
)
TEST_FILE_REFUSED = Code(
    "SLO630",
    "test-file-refused",
    Severity.ERROR,
    "promtool would not run this test file",
    """promtool reads its test files strictly: every key must be known and every duration must be one. Nothing in the
file was run. Mend what the message names.""",
)
NO_RULE_FILES = Code(
    "SLO631",
    "rule-files-match-nothing",
    Severity.WARNING,
    "a pattern under rule_files matches no file",
    """promtool only prints a warning and goes on, so that a test of rules which are not there can pass. Correct the
pattern; it is relative to the folder of the test file.""",
)
UNKNOWN_ALERT = Code(
    "SLO632",
    "test-of-unknown-alert",
    Severity.WARNING,
    "a test asks for an alert that no rule has",
    """A check that expects nothing of an alert passes in promtool even where no rule has that name, so a misspelt name
looks like a proof. Correct the name.""",
)
CHANCE_ORDER = Code(
    "SLO633",
    "group-order-left-to-chance",
    Severity.WARNING,
    "groups depend on each other, but group_eval_order does not name them all",
    """promtool evaluates groups that `group_eval_order` does not name in an order that changes from run to run, so such
tests pass and fail by chance. slogen takes the order of the files. Name every group in `group_eval_order`.""",
)
UNUSED_INPUT = Code(
    "SLO634",
    "input-after-the-last-check",
    Severity.INFO,
    "input goes on after the last check",
    """Tests run up to their latest `eval_time`; samples after it are never looked at. Add a check at the end of the
story or shorten the series.""",
)
NO_TESTS = Code(
    "SLO635",
    "no-tests",
    Severity.WARNING,
    "a test file holds no test",
    """promtool says SUCCESS of a file without `tests:`, whatever its rules do. Write a test, or remove the file.""",
)


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """All that came of one test file: verdicts of its tests, and findings about the file itself."""

    file: str
    cases: tuple[CaseResult, ...]
    findings: tuple[Diagnostic, ...]

    @property
    def passed(self) -> bool:
        """Whether promtool would exit with 0."""
        broken = any(finding.severity is Severity.ERROR for finding in self.findings)
        return not broken and not any(case.failures for case in self.cases)


def run_suite(path: Path, name: str, only: str = "") -> SuiteResult:
    """Runs the test file at `path`, called `name` in messages; `only` keeps tests whose name holds it.

    Raises OSError where the file itself cannot be read.
    """
    try:
        file = read_tests(path.read_text("utf-8"), name)
    except FieldError as error:
        return SuiteResult(name, (), (Diagnostic(TEST_FILE_REFUSED, error.message, error.span),))
    except UnicodeDecodeError:
        return SuiteResult(name, (), (Diagnostic(TEST_FILE_REFUSED, "the file is not UTF-8", _start(name)),))
    groups, findings = _groups(path.parent, file)
    if any(finding.severity is Severity.ERROR for finding in findings):
        return SuiteResult(name, (), tuple(findings))
    if not file.tests:
        findings.append(Diagnostic(NO_TESTS, "there is no test in this file", _start(name)))
    findings += [*_unknown_alerts(file, groups), *_chance_order(file, groups), *_unused_input(file)]
    in_order = ordered(groups, file.group_eval_order)
    cases = tuple(run_case(case, file, in_order) for case in file.tests if only in case.name)
    return SuiteResult(name, cases, tuple(findings))


def _start(name: str) -> Span:
    return Span(name, 1, 1, 1, 2)


def _groups(folder: Path, file: TestFile) -> tuple[list[Group], list[Diagnostic]]:
    groups: list[Group] = []
    findings: list[Diagnostic] = []
    for pattern in file.rule_files:
        matched = sorted(glob.glob(pattern, root_dir=folder))
        if not matched:
            message = f"{pattern!r} matches no file in {folder.as_posix()}"
            findings.append(Diagnostic(NO_RULE_FILES, message, file.span))
        for relative in matched:
            try:
                groups += read((folder / relative).read_text("utf-8"), relative)
            except FieldError as error:
                findings.append(Diagnostic(RULE_FILE_REFUSED, error.message, error.span))
            except (OSError, UnicodeDecodeError) as error:
                findings.append(Diagnostic(RULE_FILE_REFUSED, str(error), _start(relative)))
    return groups, findings


def _unknown_alerts(file: TestFile, groups: Sequence[Group]) -> Iterator[Diagnostic]:
    known = {rule.alert for group in groups for rule in group.rules if isinstance(rule, AlertingRule)}
    for case in file.tests:
        for check in case.alert_checks:
            if check.alertname not in known:
                yield Diagnostic(UNKNOWN_ALERT, f"no rule has the alert {check.alertname!r}", check.span)


def _chance_order(file: TestFile, groups: Sequence[Group]) -> Iterator[Diagnostic]:
    """Groups that are not named and read, or are read by, another group."""
    named = set(file.group_eval_order)
    reads = group_reads(groups)
    shuffled = {
        groups[number].name
        for reader, found in enumerate(reads)
        for writer in found - {reader}
        for number in (reader, writer)
        if groups[number].name not in named
    }
    if shuffled:
        message = f"promtool shuffles {', '.join(sorted(shuffled))}, which read each other's series"
        yield Diagnostic(CHANCE_ORDER, message, file.span)


def _unused_input(file: TestFile) -> Iterator[Diagnostic]:
    for case in file.tests:
        for series in case.series:
            try:
                places = count(series.values)
            except NotationError:
                continue  # the test itself says what is wrong with the series
            if (places - 1) * case.interval > case.last_check:
                yield Diagnostic(
                    UNUSED_INPUT, f"{series.series} goes on after the last check of {case.name!r}", series.span
                )
