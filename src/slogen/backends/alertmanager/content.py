"""What a message says in each kind of receiver, as calls of slogen's own templates; changes with what people ask for.

The template files define the texts once; a receiver that sets a field itself keeps its own.
"""

from collections.abc import Mapping

from slogen import names
from slogen.emit.yaml import YamlValue
from slogen.ir.routing import RoutingPolicy

Content = Mapping[str, YamlValue]

_TITLE = '{{ template "slogen.title" . }}'
_TEXT = '{{ template "slogen.text" . }}'
_MARKDOWN = '{{ template "slogen.markdown" . }}'
_LINK = '{{ template "slogen.link" . }}'
_RUNBOOK = '{{ template "slogen.runbook" . }}'
_DASHBOARD = '{{ template "slogen.dashboard" . }}'
_COLOURS = ("danger", "warning", "#439FE0")
_PRIORITIES = frozenset({"P1", "P2", "P3", "P4", "P5"})
"""OpsGenie's own words."""
_PAGERDUTY_SEVERITIES = ("critical", "warning", "info")


def content(kind: str, rank: int, policy: RoutingPolicy) -> Content:
    """The fields that slogen fills in for a kind of receiver; `rank` counts tiers from the most urgent, 0."""
    loud = min(rank, len(_COLOURS) - 1)
    match kind:
        case "slack":
            return _slack(loud)
        case "pagerduty":
            return _pagerduty(loud)
        case "opsgenie":
            return _opsgenie(rank, policy)
        case "msteams":
            return {"title": _TITLE, "text": _MARKDOWN}
        case "jira":
            return _jira()
        case "email":
            return {
                "send_resolved": True,
                "headers": {"Subject": _TITLE},
                "html": '{{ template "slogen.html" . }}',
                "text": _TEXT,
            }
        case "sns":
            return {"subject": _TITLE, "message": _TEXT}
        case "discord":
            return {"title": _TITLE, "message": _MARKDOWN}
        case "mattermost":
            return {"text": '{{ template "slogen.title" . }}\n{{ template "slogen.markdown" . }}'}
        case "rocketchat":
            return {"send_resolved": True, "title": _TITLE, "title_link": _LINK, "text": _MARKDOWN}
        case "telegram":
            return {"message": '{{ template "slogen.html" . }}', "parse_mode": "HTML"}
        case "webex":
            return {"message": '{{ template "slogen.title" . }}\n{{ template "slogen.markdown" . }}'}
        case "pushover":
            return {"title": _TITLE, "message": _TEXT, "url": _LINK}
        case "victorops":
            return {
                "message_type": ("CRITICAL", "WARNING", "INFO")[loud],
                "entity_display_name": _TITLE,
                "state_message": _TEXT,
            }
        case _:
            return {}


def _slack(loud: int) -> Content:
    return {
        "send_resolved": True,
        "color": f'{{{{ if eq .Status "firing" }}}}{_COLOURS[loud]}{{{{ else }}}}good{{{{ end }}}}',
        "title": _TITLE,
        "title_link": _LINK,
        "fallback": _TITLE,
        "text": '{{ template "slogen.slack" . }}',
    }


def _pagerduty(loud: int) -> Content:
    return {
        "description": _TITLE,
        "severity": _PAGERDUTY_SEVERITIES[loud],
        "class": "{{ .CommonLabels.alertname }}",
        "component": "{{ .CommonLabels.model }}",
        "group": "{{ .CommonLabels.team }}",
        "client_url": _LINK,
        "details": {
            "burn_rate": "{{ .CommonAnnotations.burn_rate }}",
            "budget_left": "{{ .CommonAnnotations.budget_left }}",
            "exhaustion": "{{ .CommonAnnotations.exhaustion }}",
            "silence": '{{ template "slogen.silence" . }}',
            "text": _TEXT,
        },
        "links": [{"href": _RUNBOOK, "text": "Runbook"}, {"href": _DASHBOARD, "text": "Dashboard"}],
    }


def _opsgenie(rank: int, policy: RoutingPolicy) -> Content:
    return {
        "message": _TITLE,
        "description": _TEXT,
        "source": _LINK,
        "entity": "{{ .CommonLabels.model }}",
        "priority": _priority(rank, policy),
        "tags": "{{ .CommonLabels.team }},{{ .CommonLabels.env }},{{ .CommonLabels.severity }}",
        "details": {"runbook": _RUNBOOK, "dashboard": _DASHBOARD},
    }


def _priority(rank: int, policy: RoutingPolicy) -> str:
    """The alerts' own priority where all of a message have the same and OpsGenie knows it, else that of the tier."""
    usual = policy.tiers[rank].priority if rank < len(policy.tiers) else "P5"
    known = usual if usual in _PRIORITIES else f"P{min(rank + 1, 5)}"
    own = f".CommonLabels.{names.PRIORITY}"
    return f'{{{{ if match "^P[1-5]$" {own} }}}}{{{{ {own} }}}}{{{{ else }}}}{known}{{{{ end }}}}'


def _jira() -> Content:
    """The summary names no count: newer versions rewrite it on each update, and the issue stays the same."""
    return {
        "summary": '{{ template "slogen.subject" . }}',
        "description": _TEXT,
        "labels": ["slogen"],
    }
