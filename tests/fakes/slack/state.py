"""What the fake Slack remembers: workspaces with their people, channels, messages, views and files."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import Clock
from tests.fakes.slack import values
from tests.fakes.slack.values import BOT_ID, BOT_USER, Channel, File, Json, Message, Refusal


class Workspace:
    """One workspace, and the app in it. `scopes` None means every scope."""

    def __init__(self, team: str, name: str, enterprise: str | None = None) -> None:
        self.team = team
        self.name = name
        self.enterprise = enterprise
        self.bot_user, self.bot_id = BOT_USER, BOT_ID
        self.people: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self._dms: dict[str, Channel] = {}
        self.history: dict[str, list[Message]] = {}
        self.ephemeral: list[Json] = []
        self.views: list[Json] = []
        self.homes: dict[str, Json] = {}
        self.files: dict[str, File] = {}

    def add_person(self, user: str, name: str, **more: Any) -> None:
        """A member; `more` goes into their `users.info` (tz, locale, deleted, is_restricted, is_bot, ...)."""
        first = name.split()[0]
        profile = {"real_name": name, "display_name": first, "email": f"{first.lower()}@example.com"}
        profile |= more.pop("profile", {})
        self.people[user] = {
            "id": user,
            "team_id": self.team,
            "name": first.lower(),
            "deleted": False,
            "real_name": name,
            "tz": "Europe/Berlin",
            "is_bot": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "profile": profile,
            **more,
        }

    def add_channel(self, channel: str, *members: str, **more: Any) -> Channel:
        """A channel that the app is in; `more`: name, is_private, is_archived, is_ext_shared, is_member."""
        more.setdefault("name", channel[2:].lower())
        self.channels[channel] = Channel(channel, members=list(members), **more)
        return self.channels[channel]

    @property
    def messages(self) -> dict[str, list[Message]]:
        """What the app posted for all to see, by channel."""
        own = {
            channel: [message for message in said if message.user is None and message.only_for is None]
            for channel, said in self.history.items()
        }
        return {channel: said for channel, said in own.items() if said}

    def texts(self, channel: str) -> list[str]:
        """What the app posted in a channel, in order."""
        return [message.text for message in self.messages.get(channel, [])]

    def said(self, user: str, channel: str | None = None) -> list[Message]:
        """What a person wrote, in the direct message with the app or in a channel."""
        where = channel or dm_of(user)
        return [message for message in self.history.get(where, []) if message.user == user]

    def add(self, channel: str, message: Message) -> Message:
        """Let a message stand in a channel."""
        self.history.setdefault(channel, []).append(message)
        return message

    def message(self, channel: str, ts: str) -> Message | None:
        """A message by its time stamp."""
        return next((each for each in self.history.get(channel, ()) if each.ts == ts), None)

    def channel(self, channel: str) -> Channel:
        """A channel or direct message that the app may know of; a person's id means their direct message."""
        user = channel if channel in self.people else f"U{channel[1:]}"
        if user in self.people and channel[:1] in ("U", "W", "D"):
            return self._dms.setdefault(dm_of(user), Channel(dm_of(user), user=user))
        known = self.channels.get(channel)
        if known is None or (known.is_private and not known.is_member):
            raise Refusal("channel_not_found")
        return known

    def pins(self, channel: str) -> list[str]:
        """The messages that are pinned in a channel or direct message."""
        known = self.channels.get(channel) or self._dms.get(channel)
        return known.pins if known else []

    def bot(self) -> Json:
        """The app's own user."""
        profile = {"real_name": "Okra", "display_name": "", "api_app_id": "A1", "bot_id": self.bot_id}
        return {
            "id": self.bot_user,
            "team_id": self.team,
            "name": "okra",
            "deleted": False,
            "real_name": "Okra",
            "tz": "America/Los_Angeles",
            "is_bot": True,
            "profile": profile,
        }


@dataclass(slots=True)
class Token:
    """A bot token: of one workspace, or of every one of an organisation. Scopes None: all."""

    value: str
    team: str | None
    enterprise: str | None = None
    scopes: set[str] | None = None
    lost: str | None = None
    """The code that every call is refused with."""


@dataclass(slots=True)
class Trigger:
    """What opens a modal, once, within three seconds; `view` is the modal that it came from."""

    team: str
    user: str
    issued: float
    view: str | None = None
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where a command or press can be answered five times."""

    team: str
    channel: str
    user: str
    message_ts: str | None
    uses: list[Json] = field(default_factory=list)


class State:
    """Everything that the modules share."""

    def __init__(self, clock: Clock, base_url: Callable[[], str]) -> None:
        self.clock = clock
        self.base_url = base_url
        self.count = itertools.count(1)
        self.workspaces: dict[str, Workspace] = {}
        self.tokens: dict[str, Token] = {}
        self.triggers: dict[str, Trigger] = {}
        self.urls: dict[str, ResponseUrl] = {}
        self.trigger_lifetime = values.SLACKS_SECONDS
        self.looks_until_processed = 1
        self.marketplace = True

    def new_ts(self) -> str:
        """A time stamp that no other message has."""
        now: datetime = self.clock.now()
        return f"{int(now.timestamp())}.{next(self.count):06d}"

    def new_trigger(self, team: str, user: str, view: str | None = None) -> str:
        """A trigger for one modal."""
        trigger = f"{next(self.count)}.trigger"
        self.triggers[trigger] = Trigger(team, user, time.monotonic(), view)
        return trigger

    def new_response_url(self, team: str, channel: str, user: str, message_ts: str | None) -> str:
        """A URL for five answers."""
        token = f"r{next(self.count)}"
        self.urls[token] = ResponseUrl(team, channel, user, message_ts)
        return f"{self.base_url()}/respond/{token}"


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of the Web API, on its way to the method that does it."""

    state: State
    workspace: Workspace
    token: Token
    arguments: Json

    def text(self, name: str) -> str:
        """An argument as text; empty where it is not given."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """An argument that is true or false."""
        return self.text(name).lower() in ("true", "1")

    def number(self, name: str, otherwise: int) -> int:
        """An argument that is a whole number."""
        try:
            return int(self.text(name) or otherwise)
        except ValueError as error:
            raise Refusal("invalid_arguments") from error

    def page(self, name: str, items: list[Any], limit: int = 100) -> Json:
        """One page of a list, and the cursor of the next."""
        try:
            start = int(self.text("cursor").removeprefix("page:") or 0)
        except ValueError as error:
            raise Refusal("invalid_cursor") from error
        end = start + self.number("limit", limit)
        cursor = f"page:{end}" if end < len(items) else ""
        return {name: items[start:end], "response_metadata": {"next_cursor": cursor}}


def dm_of(user: str) -> str:
    """The direct message of a person with the app."""
    return f"D{user[1:]}"
