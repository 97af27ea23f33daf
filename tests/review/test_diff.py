"""What a change of the specs is called, and that a change of form is called nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from slogen.review.changes import Change, Danger, Kind
from slogen.review.compare import Comparison, altered, compare, priced
from slogen.review.render import ALIKE, LONGEST, as_github, as_json, as_markdown, as_text, headline
from slogen.review.side import Side
from tests.review.projects import CHURN, FRAUD, PROJECT, build, side

BASE = {"fraud-detector": FRAUD, "churn": CHURN}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Side:
    """The side before any change."""
    return side(build(tmp_path_factory.mktemp("before"), BASE))


def changed(folder: Path, before: Side, old: str, new: str) -> Comparison:
    """The comparison after one replacement in the fraud detector's spec or the project file."""
    assert old in FRAUD or old in PROJECT
    specs = {**BASE, "fraud-detector": FRAUD.replace(old, new)}
    after = side(build(folder, specs, PROJECT.replace(old, new) if old in PROJECT else PROJECT))
    return compare(before, after, 20)


@pytest.mark.parametrize(
    ("old", "new", "kind", "danger"),
    [
        ("objective: 99.9%", "objective: 99.5%", Kind.OBJECTIVE_LOOSENED, Danger.COVER),
        ("objective: 99.9%", "objective: 99.95%", Kind.OBJECTIVE_TIGHTENED, Danger.BEHAVIOUR),
        ("objective: 99.9%", "objective: 99.9%\n    period: 7d", Kind.PERIOD_CHANGED, Danger.BEHAVIOUR),
        ("min_bad: 3", "min_bad: 30", Kind.GUARD_RAISED, Danger.COVER),
        ("min_bad: 3", "min_bad: 1", Kind.GUARD_LOWERED, Danger.BEHAVIOUR),
        ("    min_bad: 3", "    min_bad: 3\n    no_data: none", Kind.NO_DATA_REMOVED, Danger.COVER),
        ("    min_bad: 3", "    min_bad: 3\n    alert: [ticket]", Kind.ALERT_REMOVED, Danger.COVER),
        ("    alert: [page]\n", "", Kind.ALERT_ADDED, Danger.ADDED),
        ("within: 250ms", "within: 500ms", Kind.SLI_CHANGED, Danger.BEHAVIOUR),
        ("select: {model: fraud}", "select: {model: fraud-v2}", Kind.SLI_CHANGED, Danger.BEHAVIOUR),
        ("team: payments-ml", "team: pricing", Kind.TEAM_CHANGED, Danger.TELLING),
        ("severity: page, threshold", "severity: ticket, threshold", Kind.SEVERITY_LOWERED, Danger.COVER),
        ("above: 5%", "above: 8%", Kind.EXPRESSION_CHANGED, Danger.BEHAVIOUR),
        ("for: 5m}", "for: 10m}", Kind.HOLD_CHANGED, Danger.BEHAVIOUR),
        ("for: 5m}", "for: 5m, shadow: {until: 2030-01-01}}", Kind.SHADOWED, Danger.COVER),
        ("  failing: {severity", "  broken: {severity", Kind.ALERT_REMOVED, Danger.COVER),
        ("model: fraud-detector", "model: fraud-scorer", Kind.COMPONENT_REMOVED, Danger.COVER),
        ("  latency:\n    objective", "  speed:\n    objective", Kind.SLO_REMOVED, Danger.COVER),
        ("  latency:\n    objective", "  speed:\n    objective", Kind.SLO_ADDED, Danger.ADDED),
        ("objective: 99.9%", "objective: 99.9%\n    period: 7d", Kind.IDENTITY_CHANGED, Danger.STATE),
        ("objective: 99.9%", "objective: 99.9%\n    period: 7d", Kind.COST_CHANGED, Danger.COST),
        ("for: 5m}", "for: 5m, annotations: {impact: Fraud passes}}", Kind.TEXT_CHANGED, Danger.TELLING),
        ("title: Payments get a score", "title: Every payment gets a score", Kind.DASHBOARD_CHANGED, Danger.TELLING),
        ("    environments: [production]\n", "    environments: [production]\n    version: '0.30'\n", None, None),
        ("for: 5m}", "for: 5m, labels: {queue: night}}", Kind.LABELS_CHANGED, Danger.TELLING),
        ("over: 15m", "over: 30m", Kind.EXPRESSION_CHANGED, Danger.BEHAVIOUR),
        ("objective: 99.9%", "objective: 99.9%\n    tiers: {fast: {severity: page, spends: 2%, within: 6h}}",
         Kind.WINDOW_LENGTHENED, Danger.COVER),
        ("objective: 99.9%", "objective: 99.9%\n    tiers: {slow: {severity: page, spends: 5%, within: 2h}}",
         Kind.WINDOW_SHORTENED, Danger.BEHAVIOUR),
        ("objective: 99.9%", "objective: 99.9%\n    tiers: {fast: {severity: page, spends: 5%, within: 1h}}",
         Kind.THRESHOLD_CHANGED, Danger.BEHAVIOUR),
        ("      page: [{webhook: {url_file: payments-page}}]\n", "", Kind.ROUTE_MOVED, Danger.COVER),
        ("    min_bad: 3", "    min_bad: 3\n    no_data: page", Kind.SEVERITY_RAISED, Danger.BEHAVIOUR),
        ("team: payments-ml\n", "team: payments-ml\ncriticality: high\n", Kind.CRITICALITY_CHANGED, Danger.TELLING),
        ("project: acme\n", "project: acme\nprometheus: {evaluation_interval: 60s}\n",
         Kind.INTERVAL_CHANGED, Danger.BEHAVIOUR),
        ("    min_bad: 3", "    min_bad: 3\n    slices: {by: region, values: [eu, us], others: merge}",
         Kind.SLI_CHANGED, Danger.BEHAVIOUR),
    ],
)  # fmt: skip
def test_names_the_change(
    old: str, new: str, kind: Kind | None, danger: Danger | None, tmp_path: Path, before: Side
) -> None:
    """Each kind of change is named, with how dangerous it is and what follows from it."""
    found = changed(tmp_path, before, old, new).changes

    if kind is None:
        assert not [change for change in found if change.danger in {Danger.COVER, Danger.BEHAVIOUR}]
        return
    match = [change for change in found if change.kind is kind]
    assert match, [(change.kind, change.subject) for change in found]
    assert all(change.danger is danger and change.consequence for change in match)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("objective: 99.9%", "objective: 99.90%"),
        ("objective: 99.9%", 'objective: "99.9%"'),
        ("model: fraud-detector\nteam: payments-ml", "team: payments-ml\nmodel: fraud-detector"),
        ("select: {model: fraud}", "select: {model: {is: fraud}}"),
        ("within: 250ms", 'within: "250ms"'),
        ("version: slogen/v1\n", "# a comment\nversion: slogen/v1\n"),
        ("    min_bad: 3\n", ""),
        ("alert: [page]", "alert: [page]\n    period: 30d"),
        ("above: 5%", "above: 5.0%"),
        ("over: 15m", "over: 900s"),
    ],
)
def test_form_changes_nothing(old: str, new: str, tmp_path: Path, before: Side) -> None:
    """Another way of writing the same says that no behaviour changes."""
    specs = {**BASE, "fraud-detector": FRAUD.replace(old, new)}
    folder = tmp_path / "project"
    try:
        after = side(build(folder, specs))
    except AssertionError as error:
        pytest.fail(str(error))

    found = compare(before, after, 20)

    assert found.changes == ()
    assert headline(found).startswith(ALIKE)


def test_a_project_is_its_own_equal(before: Side) -> None:
    """Comparing a build with itself finds nothing."""
    found = compare(before, before, 20)

    assert found.behaves_alike
    assert not found.diffs
    assert not altered(before, before)


def test_times_to_detect_are_told_of_all_that_are_alike(tmp_path: Path, before: Side) -> None:
    """What one replay found is said of every objective with the same change, and one of them is replayed."""
    sides = [
        side(build(tmp_path / name, {"churn": CHURN, "twin": CHURN.replace("model: churn", "model: twin")}, project))
        for name, project in (
            ("a", PROJECT),
            ("b", PROJECT.replace("acme\n", "acme\nprometheus: {evaluation_interval: 60s}\n")),
        )
    ]
    (key,) = altered(sides[0], sides[1])
    replayed = Change(Danger.BEHAVIOUR, Kind.DETECTION_CHANGED, "/".join(key), "page 1m", "page 2m", "as replayed")

    found = compare(sides[0], sides[1], 20, [replayed]).changes

    assert [change.subject for change in found if change.kind is Kind.DETECTION_CHANGED] == [
        "production/churn/availability",
        "production/twin/availability",
    ]


def test_a_route_that_leads_elsewhere_is_lost_cover(before: Side) -> None:
    """An alert that lands at another receiver, or at none of its team's, is told first."""
    path = "generated/alertmanager/main/alertmanager.yaml"
    tree = before.files[path]
    swapped = replace(before, files={**before.files, path: tree.replace('team="payments-ml"', 'team="nobody"')})

    found = compare(before, swapped, 20).changes

    assert found[0].kind is Kind.ROUTE_MOVED
    assert found[0].after == "fallback"


def test_a_new_inhibition_is_lost_cover(before: Side) -> None:
    """An alert that others hold back from now on is told with the names of those."""
    path = "generated/alertmanager/main/alertmanager.yaml"
    sides = "- source_matchers: ['burn=\"slow\"']\n  target_matchers: ['burn=\"fast\"']\n"
    rule = f"inhibit_rules:\n{sides}  equal: [model, slo]\n"
    text = before.files[path]
    found = compare(before, replace(before, files={**before.files, path: text.replace("inhibit_rules:\n", rule)}), 20)

    assert Kind.INHIBITED in {change.kind for change in found.changes}


def test_a_catalogue_entry_that_changed_is_told(before: Side) -> None:
    """Rules that the same specs are now compiled to in another way are behaviour; another spelling is not."""
    path = "generated/production/prometheus/rules/churn.yaml"
    text = before.files[path]
    older = replace(before, files={**before.files, path: text.replace('outcome="error"', 'outcome=~"error|timeout"')})
    respelt = replace(before, files={**before.files, path: text.replace("interval: 30s", "interval: 30000ms")})
    assert older.files[path] != text
    assert respelt.files[path] != text

    found = compare(older, before, 20).changes

    assert {change.kind for change in found} == {Kind.RULE_REWRITTEN}
    assert all(change.danger is Danger.BEHAVIOUR for change in found)
    assert "error|timeout" in found[0].before
    assert compare(respelt, before, 20).changes == ()


def test_an_upgrade_that_drops_or_quietens_an_alert_is_lost_cover(before: Side) -> None:
    """Alerts that the committed files have and the same specs ask for no more, or less loudly, are told first."""
    path = "generated/production/prometheus/rules/churn.yaml"
    text = before.files[path]
    own = "  - alert: Extra\n    expr: up == 0\n    labels: {env: production, model: churn, severity: page}\n"
    others = (
        f"{text}{own}",
        text.replace("severity: ticket", "severity: page"),
        text.replace("severity: page", "severity: ticket"),
        "groups: []\n",
    )
    extra, quieter, louder, torn = (
        {(c.kind, c.danger) for c in compare(replace(before, files={**before.files, path: other}), before, 20).changes}
        for other in others
    )

    assert (Kind.ALERT_REMOVED, Danger.COVER) in extra
    assert (Kind.SEVERITY_LOWERED, Danger.COVER) in quieter
    assert (Kind.SEVERITY_RAISED, Danger.BEHAVIOUR) in louder
    assert (Kind.ALERT_ADDED, Danger.ADDED) in torn
    assert not [kind for kind, danger in louder | torn if danger is Danger.COVER]


def test_a_slice_that_is_gone_is_lost_cover(tmp_path: Path) -> None:
    """A part of the traffic that nobody watches of its own any more is named."""
    sliced = "    min_bad: 3\n    slices: {by: region, values: [eu, us], others: merge}"
    specs = [FRAUD.replace("    min_bad: 3", text) for text in (sliced, sliced.replace("eu, us", "us"))]
    old, new = (side(build(tmp_path / str(n), {"fraud-detector": spec})) for n, spec in enumerate(specs))

    (change,) = [one for one in compare(old, new, 20).changes if one.kind is Kind.SLICE_REMOVED]

    assert (change.danger, change.before, change.after) == (Danger.COVER, "eu, us, others", "us, others")
    assert "eu alone" in change.consequence


def test_other_files_are_told_by_what_reads_them(before: Side) -> None:
    """Objects under other labels, canaries' templates, messages and runbooks are told; comments are form."""
    files = {
        "generated/production/kubernetes/churn.yaml": "# from a\nmetadata:\n  labels: {release: a}\nspec: {}\n",
        "generated/production/argo-rollouts/churn/canary.yaml": "# from a\nspec: {count: 1}\n",
        "generated/alertmanager/main/templates/slogen.tmpl": "one\n",
        "generated/production/runbooks/churn/slo-availability.md": "one\n",
    }
    old = replace(before, files={**before.files, **files})
    respelt = {path: text.replace("from a", "from b") for path, text in files.items()}
    others = {
        path: text.replace("release: a", "release: b").replace("1", "2").replace("one", "two")
        for path, text in files.items()
    }

    found = compare(old, replace(before, files={**before.files, **others}), 20).changes
    gone = compare(old, before, 20).changes

    assert {(c.kind, c.danger) for c in found} == {
        (Kind.OBJECT_MOVED, Danger.STATE),
        (Kind.ROLLOUT_CHANGED, Danger.BEHAVIOUR),
        (Kind.MESSAGE_CHANGED, Danger.TELLING),
        (Kind.RUNBOOK_CHANGED, Danger.TELLING),
    }
    assert compare(old, replace(before, files={**before.files, **respelt}), 20).behaves_alike
    assert {c.subject for c in gone if c.kind is Kind.OUTPUT_GONE} == {
        "generated/production/argo-rollouts", "generated/production/kubernetes", "generated/production/runbooks",
    }  # fmt: skip


def test_cost_follows_the_facts_of_each_side(tmp_path: Path, before: Side) -> None:
    """Half as many scrapes are half as many raw samples, though not one rule has changed."""
    slower = side(build(tmp_path, BASE, PROJECT.replace("acme\n", "acme\nprometheus: {scrape_interval: 60s}\n")))

    found = {
        change.subject: change for change in compare(before, slower, 20).changes if change.kind is Kind.COST_CHANGED
    }

    assert found["samples read a minute"].after == f"{sum(cost.samples for cost in priced(slower, 20).values()):,.0f}"


def test_limits_of_the_servers_are_told_when_they_are_exceeded(tmp_path: Path) -> None:
    """Groups beyond what Mimir allows, where the project is for Mimir, are told with the way out, and once."""
    project = PROJECT.replace("    environments: [production]\n", "    environments: [production]\n    mimir: true\n")
    alerts = [
        FRAUD
        + "".join(f"  a{n}: {{severity: log, threshold: {{of: app.fpr, above: {n}%, over: 15m}}}}\n" for n in many)
        for many in ((), range(1, 66))
    ]
    few, many = (side(build(tmp_path / str(n), {"fraud-detector": spec}, project)) for n, spec in enumerate(alerts))

    found = [change for change in compare(few, many, 20).changes if change.kind is Kind.LIMIT_EXCEEDED]

    assert [(change.danger, change.subject) for change in found] == [(Danger.COST, "mimir")]
    assert "70 are allowed to a tenant" in found[0].after
    assert Kind.LIMIT_EXCEEDED not in {change.kind for change in compare(many, many, 20).changes}


def test_words_and_labels_are_shown_before_and_after(tmp_path: Path, before: Side) -> None:
    """A label that is gone is told apart from one that is new, and other words of an alert are given."""
    labelled = FRAUD.replace("for: 5m}", "for: 5m, labels: {queue: night}, annotations: {impact: Fraud passes}}")
    after = side(build(tmp_path, {**BASE, "fraud-detector": labelled}))

    new, gone = ({c.kind: c for c in compare(*sides, 20).changes} for sides in ((before, after), (after, before)))

    assert (new[Kind.LABELS_CHANGED].before, new[Kind.LABELS_CHANGED].after) == ("none", "queue=night")
    assert (gone[Kind.LABELS_CHANGED].before, gone[Kind.LABELS_CHANGED].after) == ("queue=night", "none")
    assert new[Kind.TEXT_CHANGED].after == "impact: Fraud passes"


def test_renamed_groups_and_files_reset_alerts(before: Side) -> None:
    """A group or file under another name loses pending alerts."""
    old = "generated/production/prometheus/rules/churn.yaml"
    text = before.files[old].replace("name: slogen:production:churn:slo", "name: other:slo")
    renamed = {path: content for path, content in before.files.items() if path != old}

    groups = compare(before, replace(before, files={**before.files, old: text}), 20)
    files = compare(
        before, replace(before, files={**renamed, old.replace("churn.yaml", "other.yaml"): before.files[old]}), 20
    )

    assert Kind.GROUP_RENAMED in {change.kind for change in groups.changes}
    assert Kind.FILE_RENAMED in {change.kind for change in files.changes}


def test_series_and_boards_that_move_are_state(before: Side) -> None:
    """A series or board under another name leaves whoever looks at it with nothing."""
    rules = "generated/production/prometheus/rules/churn.yaml"
    board = next(path for path in before.files if path.endswith("/churn.json"))
    files = {
        **before.files,
        rules: before.files[rules].replace("slogen:error:ratio1h", "slogen:error:share1h"),
        board: before.files[board].replace("slogen-production-churn", "moved"),
    }

    kinds = {change.kind for change in compare(before, replace(before, files=files), 20).changes}

    assert {Kind.SERIES_RENAMED, Kind.DASHBOARD_MOVED} <= kinds


def test_the_formats_agree(tmp_path: Path, before: Side) -> None:
    """Text, Markdown, JSON and annotations tell the same changes, worst first, within their limits."""
    found = changed(tmp_path, before, "objective: 99.9%", "objective: 99%")
    text, comment, data = as_text(found, diffs=False), as_markdown(found), as_json(found)

    assert text.splitlines()[0].startswith("1 change loses cover")
    assert comment.startswith("<!-- slogen diff -->\n\n### slogen: 1 change loses cover")
    assert '"kind": "objective-loosened"' in data
    assert as_github(found).startswith(
        "::warning title=slogen objective-loosened::production/fraud-detector/availability"
    )
    assert len(as_github(found).splitlines()) <= 10
    assert len(comment) <= LONGEST


def test_a_comment_keeps_its_limit(tmp_path: Path, before: Side) -> None:
    """A comment of a huge change is cut at 60,000 characters and says that there is more."""
    empty = side(build(tmp_path, {"other": CHURN.replace("model: churn", "model: other")}))
    files = {**before.files, **{f"generated/x{n}.yaml": "line\n" * 5000 for n in range(9)}}

    comment = as_markdown(compare(replace(before, files=files), empty, 20))

    assert len(comment) <= LONGEST
    assert comment.rstrip().endswith("run `slogen diff --diffs` to see everything.")
