"""Compares what stands behind the names of receivers: a page that goes to another place under the same name."""

import json
from collections.abc import Iterator, Mapping

from slogen.review.changes import Change, Danger, Kind
from slogen.review.side import Side
from slogen.source.go_yaml import Fields, Items, Node, NotYamlError, Scalar, read

_WORDS = frozenset({
    "actions", "attachment", "avatar_url", "class", "client", "client_url", "color", "component", "content",
    "description", "details", "fallback", "fields", "footer", "group", "headers", "html", "icon_emoji", "icon_url",
    "image_url", "message", "note", "pretext", "send_resolved", "short_fields", "source", "subject", "summary", "text",
    "thumb_url", "title", "title_link", "update_message", "url_title", "username",
})  # fmt: skip
"""Fields of an integration that say what is told, and not to whom."""


Plain = str | list["Plain"] | dict[str, "Plain"]


def changes(before: Side, after: Side) -> Iterator[Change]:
    """Receivers of both sides that lead elsewhere, or tell the same people in other words, by file and name."""
    for path in sorted(before.files.keys() & after.files.keys()):
        is_configuration = path.startswith("generated/alertmanager/") and path.endswith("/alertmanager.yaml")
        if is_configuration and before.files[path] != after.files[path]:
            yield from _configuration(path, *(_read(side.files[path], path) for side in (before, after)))


def _configuration(path: str, old: Mapping[str, Plain], new: Mapping[str, Plain]) -> Iterator[Change]:
    mine, theirs = _receivers(old), _receivers(new)
    for name in sorted(mine.keys() & theirs.keys()):
        yield from _receiver(f"{path} {name}", mine[name], theirs[name])
    if old.get("global") != new.get("global"):
        words = _text(old.get("global", {})), _text(new.get("global", {}))
        told = "what all receivers have in common: mail, proxies or addresses may lead elsewhere or nowhere"
        yield Change(Danger.COVER, Kind.RECEIVER_CHANGED, f"{path} global", *words, told)


Channels = Mapping[str, str]
"""The text of every channel by what leads to people in it."""


def _receiver(subject: str, old: Channels, new: Channels) -> Iterator[Change]:
    if old.keys() != new.keys():
        words = ", ".join(old) or "nobody", ", ".join(new) or "nobody"
        if old.keys() <= new.keys():
            yield Change(Danger.TELLING, Kind.RECEIVER_CHANGED, subject, *words, "it reaches more people, or machines")
        else:
            told = "what leads to it goes elsewhere: whom it reached before may hear of nothing any more"
            yield Change(Danger.COVER, Kind.RECEIVER_CHANGED, subject, *words, told)
    for channel in sorted(old.keys() & new.keys()):
        if old[channel] != new[channel]:
            told = "it reaches the same people in other words"
            yield Change(Danger.TELLING, Kind.MESSAGE_CHANGED, subject, old[channel], new[channel], told)


def _receivers(configuration: Mapping[str, Plain]) -> dict[str, Channels]:
    """The channels of every receiver by its name."""
    found = configuration.get("receivers", [])
    named = (one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()
    return {name: dict(_channels(one)) for one in named if isinstance(name := one.get("name"), str)}


def _channels(receiver: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    for kind, found in receiver.items():
        for channel in found if isinstance(found, list) else ():
            where = {k: v for k, v in channel.items() if k not in _WORDS} if isinstance(channel, dict) else channel
            yield f"{kind.removesuffix('_configs')} {_text(where)}", _text(channel)


def _read(text: str, path: str) -> dict[str, Plain]:
    """A configuration as plain values; nothing of a file that cannot be read."""
    try:
        whole = _plain(read(text, path))
    except NotYamlError:
        return {}
    return whole if isinstance(whole, dict) else {}


def _plain(node: Node) -> Plain:
    match node:
        case Scalar(text):
            return text
        case Items(items):
            return [_plain(item) for item in items]
        case Fields(fields):
            return {name: _plain(value) for name, value in sorted(fields.items())}


def _text(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False)
