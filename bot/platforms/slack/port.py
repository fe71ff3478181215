"""`ChatPort` for Slack: one for all workspaces, each spoken to with its own token."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.cards.model import Card, Form
from bot.delivery.lines import Sleep
from bot.delivery.port import NO_FENCE, Address, Fence, MessageRef, OutcomeUnknown, Profile, Rejected, Unreachable
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.blocks import render_home, render_message
from bot.platforms.slack.channels import Channels
from bot.platforms.slack.chart_blocks import ShowChart, as_text
from bot.platforms.slack.grants import Apis
from bot.platforms.slack.history import History, Message, Wanted, Where
from bot.platforms.slack.people import profile_of
from bot.platforms.slack.views import render_view

EVENT_TYPE = "okra_message"
"""The metadata's type; its payload holds the opaque key alone, since anyone in the workspace can read it."""

SKEW = timedelta(seconds=60)
"""How far Slack's clock and ours may differ when the history is searched."""

OPEN_FORM_SECONDS = 2.5
"""A trigger lives three seconds (Slack: modals); what is left of them is for the way there."""

_PAGE = 200
_MOST_PAGES = 25
_ONE_BY_ONE = 30
"""Up to so many members are asked for one by one (Tier 4); above, the whole directory is read (Tier 2)."""

_MOST_PAGES_OF_PEOPLE = 1000
_PEOPLE_SECONDS = 3.0
"""Between two pages of the directory: users.list is Tier 2, twenty a minute."""

_GONE = "message_not_found"
_PINNED = "already_pinned"
_NO_SUCH_PERSON = ("user_not_found", "users_not_found", "user_not_visible")


class SlackPort:
    """Posts, changes and reads back messages. Also `HasDirectory`, `ListsCopies`, `ShowsHome` and `Pins`.

    An address's `ref` may hold `channel` (the D… of a direct message that is known), `thread` (a parent's ts) and
    `shared` (`allowed` where a channel may be read by another company).
    """

    def __init__(self, apis: Apis, sleep: Sleep = asyncio.sleep) -> None:
        self._apis = apis
        self._history = History()
        self._sleep = sleep
        self.channels = Channels()

    async def send(self, address: Address, card: Card, key: str, fence: Fence = NO_FENCE) -> MessageRef:
        """Post a message that carries `key` as metadata. To a person it opens the DM itself. Raises `ChatError`."""
        api = await self._apis.of_installation(address.installation_id)
        await self.channels.must_be_ours(api, address)
        try:
            answer = await api.send(
                "chat.postMessage",
                fence,
                channel=address.ref.get("channel", address.external_id),
                thread_ts=address.ref.get("thread"),
                unfurl_links=False,
                unfurl_media=False,
                metadata=_metadata(key),
                **content(card),
            )
        except Unreachable as error:
            raise self.channels.with_name(address, error) from error
        channel, ts = answer.get("channel"), answer.get("ts")
        if not isinstance(channel, str) or not isinstance(ts, str):
            raise OutcomeUnknown("Slack accepted a message and did not name it.")
        return MessageRef(address.installation_id, channel, ts, _kept(address))

    async def update(self, ref: MessageRef, card: Card, key: str) -> None:
        """Replace a message in place, keeping its key. Raises `ChatError`."""
        api = await self._apis.of_installation(ref.installation_id)
        if not ref.channel.startswith("D"):
            await self.channels.must_be_ours(
                api, Address(ref.installation_id, ref.channel, is_person=False, ref=ref.ref)
            )
        await api.call("chat.update", channel=ref.channel, ts=ref.message_id, metadata=_metadata(key), **content(card))

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away; one that is gone already is no error. Raises `ChatError`."""
        api = await self._apis.of_installation(ref.installation_id)
        try:
            await api.call("chat.delete", channel=ref.channel, ts=ref.message_id)
        except Rejected as error:
            if _GONE not in str(error):
                raise

    async def find(self, address: Address, key: str, since: datetime) -> MessageRef | None:
        """The message posted after `since` that carries `key`, or None if it is not there. Raises `ChatError`."""
        api, channel, where = await self._searched(address, since)
        found = await self._history.first(api, _carries(key), key, where)
        return None if found is None else MessageRef(address.installation_id, channel, found["ts"], _kept(address))

    async def copies(self, address: Address, key: str, since: datetime) -> list[MessageRef]:
        """All messages posted after `since` that carry `key`, oldest first. Raises `ChatError`."""
        api, channel, where = await self._searched(address, since)
        found = await self._history.every(api, _carries(key), key, where)
        return [MessageRef(address.installation_id, channel, each["ts"], _kept(address)) for each in found]

    async def _searched(self, address: Address, since: datetime) -> tuple[SlackApi, str, Where]:
        """What it takes to read a conversation back: the channel, or a thread in it."""
        api = await self._apis.of_installation(address.installation_id)
        channel = address.ref.get("channel", address.external_id)
        if address.is_person and not channel.startswith("D"):
            opened = await api.call("conversations.open", users=address.external_id)
            channel = opened["channel"]["id"]
        thread = address.ref.get("thread")
        method = "conversations.replies" if thread else "conversations.history"
        arguments = {"channel": channel, "ts": thread, "include_all_metadata": True}
        oldest = f"{(since - SKEW).timestamp():.6f}"
        return api, channel, Where(address.installation_id, method, arguments, oldest)

    async def person(self, installation_id: int, external_id: str, /) -> Profile | None:
        """Who this is, with time zone and locale; None for a stranger. Raises `ChatError`."""
        api = await self._apis.of_installation(installation_id)
        try:
            answer = await api.read("users.info", user=external_id, include_locale=True)
        except Unreachable as error:
            if any(code in str(error) for code in _NO_SUCH_PERSON):
                return None
            raise
        return profile_of(answer.get("user"), await self._apis.team_of(installation_id))

    def people(self, installation_id: int) -> AsyncIterator[list[Profile]]:
        """Everybody, page by page, no faster than Slack allows. Raises `ChatError`.

        Nothing is kept between two readings: one that ends in the middle is begun anew.
        """
        return _Everybody(self._apis, installation_id, self._sleep)

    async def members(self, address: Address) -> list[Profile]:
        """The people of a channel, without bots. Raises `ChatError`."""
        api = await self._apis.of_installation(address.installation_id)
        ids: list[str] = []
        channel = address.ref.get("channel", address.external_id)
        async for page in _pages(api, "conversations.members", channel=channel):
            ids.extend(page["members"])
        users: list[Mapping[str, Any]] = []
        if len(ids) <= _ONE_BY_ONE:
            for person in ids:
                users.append((await api.read("users.info", user=person, include_locale=True))["user"])
        else:
            wanted = set(ids)
            async for page in _pages(api, "users.list", include_locale=True):
                users.extend(user for user in page["members"] if user["id"] in wanted)
        home = await self._apis.team_of(address.installation_id)
        profiles = [profile_of(user, home) for user in users]
        return [profile for profile in profiles if profile is not None and not profile.is_bot]

    async def show_home(self, address: Address, card: Card) -> MessageRef:
        """Show the Home tab of a person, whole each time. Raises `ChatError`."""
        api = await self._apis.of_installation(address.installation_id)
        answer = await api.call("views.publish", user_id=address.external_id, view=render_home(card))
        return MessageRef(address.installation_id, address.external_id, str((answer.get("view") or {}).get("id", "")))

    async def pin(self, ref: MessageRef) -> None:
        """Pin a message in its channel. Raises `ChatError`."""
        api = await self._apis.of_installation(ref.installation_id)
        try:
            await api.call("pins.add", channel=ref.channel, timestamp=ref.message_id)
        except Rejected as error:
            if _PINNED not in str(error):
                raise


class _Everybody:
    """One reading of a directory. A page that Slack's rate limit refused is the next one again."""

    def __init__(self, apis: Apis, installation_id: int, sleep: Sleep) -> None:
        self._apis = apis
        self._installation_id = installation_id
        self._sleep = sleep
        self._read = 0
        self._cursor: str | None = None

    def __aiter__(self) -> AsyncIterator[list[Profile]]:
        return self

    async def __anext__(self) -> list[Profile]:
        if self._read and self._cursor is None:
            raise StopAsyncIteration
        if self._read == _MOST_PAGES_OF_PEOPLE:
            raise OutcomeUnknown("Slack's users.list has more pages than are read.")
        if self._read:
            await self._sleep(_PEOPLE_SECONDS)
        api = await self._apis.of_installation(self._installation_id)
        page = await api.read("users.list", limit=_PAGE, cursor=self._cursor, include_locale=True)
        self._read += 1
        self._cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        home = await self._apis.team_of(self._installation_id)
        found = [profile_of(user, home) for user in page.get("members") or ()]
        return [profile for profile in found if profile is not None]


async def _pages(api: SlackApi, method: str, **arguments: Any) -> AsyncIterator[Mapping[str, Any]]:
    """Every page of a reading method. Giving up is an error: half a history proves nothing."""
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = await api.read(method, limit=_PAGE, cursor=cursor, **arguments)
        yield page
        cursor = page.get("response_metadata", {}).get("next_cursor") or None
        if cursor is None:
            return
    raise OutcomeUnknown(f"Slack's {method} has more pages than are read.")


async def open_form(api: SlackApi, trigger: str, form: Form) -> None:
    """Open a modal with a trigger that is younger than three seconds. Raises `ChatError`."""
    await api.call("views.open", timeout=OPEN_FORM_SECONDS, trigger_id=trigger, view=render_view(form))


def content(card: Card, chart: ShowChart = as_text) -> dict[str, Any]:
    """What a card is in a request. Without `mrkdwn: false` Slack would format an asterisk in the text."""
    blocks, text = render_message(card, chart)
    return {"text": text, "blocks": blocks, "mrkdwn": False}


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _carries(key: str) -> Wanted:
    return lambda message: _key_of(message) == key


def _key_of(message: Message) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None


def _kept(address: Address) -> dict[str, str]:
    """What an update of the message must know of where it went."""
    return {name: address.ref[name] for name in ("thread", "shared") if address.ref.get(name)}
