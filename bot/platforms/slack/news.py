"""What Slack tells about its people and channels, read into `News`; None where it is nothing to us."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.delivery.news import ChannelChange, ChannelNews, News, PersonNews, RemovedNews
from bot.platforms.slack.people import profile_of

PLATFORM = "slack"
_LONGEST_ID = 64

Body = Mapping[str, Any]
_Read = Callable[[Body, Body, str], News | None]
"""(event, body, installation) -> news."""


def from_event(body: Body, installation: str) -> News | None:
    """The news of an event, if it is one of `EVENTS` and says something; whatever its shape, never an exception."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return None
    read = _READS.get(_id(event.get("type")))
    return None if read is None else read(event, body, installation)


# --- people -------------------------------------------------------------------------------------------


def _person(event: Body, _body: Body, installation: str) -> News | None:
    profile = profile_of(event.get("user"), installation)
    if profile is None or len(profile.external_id) > _LONGEST_ID:
        return None
    return PersonNews(PLATFORM, installation, profile)


# --- channels -----------------------------------------------------------------------------------------


def _channel(change: ChannelChange) -> _Read:
    """An event that names the channel alone."""

    def read(event: Body, _body: Body, installation: str) -> News | None:
        channel = _id(event.get("channel"))
        return ChannelNews(PLATFORM, installation, channel, change) if channel else None

    return read


def _of_us(change: ChannelChange) -> _Read:
    """Somebody came into a channel, or went: it is news only where that is our own bot."""
    told = _channel(change)

    def read(event: Body, body: Body, installation: str) -> News | None:
        user = _id(event.get("user"))
        return told(event, body, installation) if user and user in _us(body) else None

    return read


def _renamed(event: Body, _body: Body, installation: str) -> News | None:
    told = event.get("channel")
    channel = told if isinstance(told, Mapping) else {}
    external_id, name = _id(channel.get("id")), channel.get("name")
    if not external_id or not isinstance(name, str):
        return None
    return ChannelNews(PLATFORM, installation, external_id, ChannelChange.RENAMED, name=name)


def _unshared(event: Body, body: Body, installation: str) -> News | None:
    """One company less reads it; that may not be the last."""
    change = ChannelChange.SHARED if event.get("is_ext_shared") is True else ChannelChange.UNSHARED
    return _channel(change)(event, body, installation)


def _new_id(event: Body, _body: Body, installation: str) -> News | None:
    old, new = _id(event.get("old_channel_id")), _id(event.get("new_channel_id"))
    if not old or not new or old == new:
        return None
    return ChannelNews(PLATFORM, installation, old, ChannelChange.NEW_ID, new_id=new)


# --- the app itself -----------------------------------------------------------------------------------


def _removed(_event: Body, body: Body, installation: str) -> News | None:
    return RemovedNews(PLATFORM, installation, _instant(body.get("event_time")))


def _revoked(event: Body, body: Body, installation: str) -> News | None:
    """Tokens were withdrawn. Okra speaks by the bot's alone; those of people are none of its business."""
    tokens = event.get("tokens")
    bots = tokens.get("bot") if isinstance(tokens, Mapping) else None
    return _removed(event, body, installation) if bots else None


def _us(body: Body) -> set[str]:
    """The ids of our own bot, as the event names them."""
    told = body.get("authorizations")
    grants = [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []
    return {_id(one.get("user_id")) for one in grants if one.get("is_bot", True)}


def _instant(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else None
    except (ValueError, OverflowError, OSError):
        return None


def _id(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _LONGEST_ID else ""


_READS: Mapping[str, _Read] = {
    "user_change": _person,
    "team_join": _person,
    "channel_archive": _channel(ChannelChange.ARCHIVED),
    "group_archive": _channel(ChannelChange.ARCHIVED),
    "channel_unarchive": _channel(ChannelChange.UNARCHIVED),
    "group_unarchive": _channel(ChannelChange.UNARCHIVED),
    "channel_deleted": _channel(ChannelChange.DELETED),
    "group_deleted": _channel(ChannelChange.DELETED),
    "channel_rename": _renamed,
    "group_rename": _renamed,
    "channel_left": _channel(ChannelChange.LEFT),
    "group_left": _channel(ChannelChange.LEFT),
    "member_joined_channel": _of_us(ChannelChange.JOINED),
    "member_left_channel": _of_us(ChannelChange.LEFT),
    "channel_shared": _channel(ChannelChange.SHARED),
    "channel_unshared": _unshared,
    "channel_id_changed": _new_id,
    "app_uninstalled": _removed,
    "tokens_revoked": _revoked,
}
EVENTS: tuple[str, ...] = tuple(_READS)
"""The events that are read here; the manifest subscribes to them."""
