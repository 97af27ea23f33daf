"""Chats and phones that alerts may go to, with Alertmanager's own field names; changes when one learns a field."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from slogen.spec.receiver_fields import (
    Authorization,
    Channel,
    Duration,
    Flag,
    Http,
    SecretFile,
    SecretFree,
    Text,
    WebUrl,
)


class SlackField(SecretFree):
    """One field of a Slack attachment."""

    title: Text
    value: Text
    short: Flag | None = None


class Slack(Channel):
    """An incoming webhook (`api_url_file`) or an app (`app_token_file`)."""

    one_of = (("api_url_file", "app_token_file"),)
    not_both = (("api_url_file", "app_token_file"),)

    api_url_file: SecretFile | None = None
    app_token_file: SecretFile | None = None
    channel: Text | None = None
    username: Text | None = None
    color: Text | None = None
    title: Text | None = None
    title_link: Text | None = None
    pretext: Text | None = None
    text: Text | None = None
    fallback: Text | None = None
    footer: Text | None = None
    icon_emoji: Text | None = None
    icon_url: WebUrl | None = None
    link_names: Flag | None = None
    mrkdwn_in: tuple[Text, ...] = ()
    fields: tuple[SlackField, ...] = ()
    timeout: Duration | None = None


class MsTeams(Channel):
    """A Teams workflow (`webhook_url_file`)."""

    webhook_url_file: SecretFile
    title: Text | None = None
    text: Text | None = None


class Discord(Channel):
    """A Discord channel's webhook."""

    webhook_url_file: SecretFile
    title: Text | None = None
    message: Text | None = None
    content: Text | None = None
    username: Text | None = None
    avatar_url: WebUrl | None = None


class Mattermost(Channel):
    """A Mattermost incoming webhook."""

    webhook_url_file: SecretFile
    channel: Text | None = None
    username: Text | None = None
    title: Text | None = None
    title_link: Text | None = None
    text: Text | None = None
    color: Text | None = None
    fallback: Text | None = None
    icon_emoji: Text | None = None
    icon_url: WebUrl | None = None


def _a_chat(number: int) -> int:
    if number == 0:
        hint = "groups have negative numbers"
        raise PydanticCustomError("unit", "{problem}", {"problem": "no chat has the number 0", "hint": hint})
    return number


class Telegram(Channel):
    """A Telegram chat."""

    bot_token_file: SecretFile
    chat_id: Annotated[int, Field(strict=True), AfterValidator(_a_chat)]
    message_thread_id: int | None = None
    api_url: WebUrl | None = None
    message: Text | None = None
    disable_notifications: Flag | None = None
    parse_mode: Literal["Markdown", "MarkdownV2", "HTML", ""] | None = None


class WebexHttp(Http):
    """HTTP with the bot's token."""

    authorization: Authorization


class Webex(SecretFree):
    """A Webex room; the bot's token is `http_config.authorization.credentials_file`."""

    send_resolved: Flag | None = None
    room_id: Annotated[str, Field(min_length=1)]
    http_config: WebexHttp
    api_url: WebUrl | None = None
    message: Text | None = None


class RocketChat(Channel):
    """A Rocket.Chat channel."""

    token_file: SecretFile
    token_id_file: SecretFile
    api_url: WebUrl | None = None
    channel: Text | None = None
    title: Text | None = None
    title_link: Text | None = None
    text: Text | None = None
    color: Text | None = None
    emoji: Text | None = None
    icon_url: WebUrl | None = None


class Pushover(Channel):
    """A Pushover user or group."""

    user_key_file: SecretFile
    token_file: SecretFile
    title: Text | None = None
    message: Text | None = None
    url: Text | None = None
    url_title: Text | None = None
    device: Text | None = None
    sound: Text | None = None
    priority: Text | None = None
    retry: Duration | None = None
    expire: Duration | None = None
    ttl: Duration | None = None
    html: Flag | None = None
