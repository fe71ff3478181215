"""What Teams tells about where Okra is and who is there, read into `News`; an empty list where it is nothing to us.

Nothing here raises, whatever the shape: what cannot be read is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.cards.clean import clean
from bot.delivery.news import ChannelChange, ChannelNews, ChatNews, MeetingNews, MemberNews, News
from bot.platforms.teams.ids import MOST_CONVERSATION, MOST_PERSON, kind_of
from bot.platforms.teams.inbound import PLATFORM, Heard
from bot.platforms.teams.parts import instant, part, text
from bot.platforms.teams.places import CHANNEL_TYPE, SHARED_CHANNEL
from storage import models as m
from storage.accounts import account_id

_LONGEST_NAME = 200
MEETING_START = "application/vnd.microsoft.meetingStart"


def news_of(heard: Heard) -> Sequence[News]:
    """What there is to remember about where people and channels can be written to, and who is there."""
    read = _READS.get(heard.kind)
    return () if read is None else read(heard)


# --- what proves that we are somewhere ----------------------------------------------------------------


def _said(heard: Heard) -> Sequence[News]:
    """Whoever writes to us, or names us, does so where we are."""
    return () if heard.is_ourselves else _chat(heard)


def _installed(heard: Heard) -> Sequence[News]:
    """The app was added or taken away. An upgrade is neither, but it proves that it is there."""
    match heard.body.get("action"):
        case "add":
            return (*_home(heard, is_open=True), *_chosen(heard))
        case "remove":
            return _home(heard, is_open=False)
        case "add-upgrade" | "remove-upgrade":
            return _chat(heard)
    return ()


def _home(heard: Heard, *, is_open: bool) -> Sequence[News]:
    """The app came into a chat or a whole team, or went out of it."""
    team, channel = _team(heard), _channel(heard)
    if kind_of(heard.conversation) is not m.ChatKind.CHANNEL or channel not in ("", team or channel):
        return _chat(heard, is_open=is_open)
    return _chat(heard, is_open=is_open, chat=team, whole=True)


def _chosen(heard: Heard) -> Sequence[News]:
    """The channel that somebody chose while they added the app to a team."""
    settings = part(part(heard.body, "channelData"), "settings")
    channel = _id(part(settings, "selectedChannel").get("id"))
    if kind_of(heard.conversation) is not m.ChatKind.CHANNEL or channel in ("", _team(heard)):
        return ()
    return _chat(heard, chat=channel)


# --- what changes in a team or chat -------------------------------------------------------------------


def _changed(heard: Heard) -> Sequence[News]:
    added, removed = _members(heard, "membersAdded"), _members(heard, "membersRemoved")
    if heard.bot in removed:
        return _home(heard, is_open=False)
    if heard.bot in added:
        return _home(heard, is_open=True)
    event = part(heard.body, "channelData").get("eventType")
    read = _EVENTS.get(event) if isinstance(event, str) else None
    if read is not None:
        return read(heard)
    if (added or removed) and not heard.is_personal and _channel(heard) in ("", _team(heard)):
        place = _team(heard) or _id(heard.channel)
        left = tuple(one for one in removed.values() if one)
        # Whoever left may have been the only one for whose sake a board was held back.
        unshared = _to(place, heard, ChannelChange.UNSHARED) if removed else ()
        return (*_chat(heard), MemberNews(PLATFORM, heard.tenant, left, place), *unshared)
    return ()


def _channel_is_there(heard: Heard) -> Sequence[News]:
    return _chat(heard, chat=_channel(heard)) if _channel(heard) else ()


def _channel_renamed(heard: Heard) -> Sequence[News]:
    channel, name = _channel(heard), _name(part(part(heard.body, "channelData"), "channel"))
    if not channel or not name:
        return ()
    renamed = ChannelNews(PLATFORM, heard.tenant, channel, ChannelChange.RENAMED, name=name)
    return (*_chat(heard, chat=channel), renamed)


def _channel_deleted(heard: Heard) -> Sequence[News]:
    return _to(_channel(heard), heard, ChannelChange.DELETED)


def _team_is_there(heard: Heard) -> Sequence[News]:
    """A team has another name, or can be written in again, with all its channels."""
    return _chat(heard, chat=_team(heard), whole=True) if _team(heard) else ()


def _team_unarchived(heard: Heard) -> Sequence[News]:
    return (*_team_is_there(heard), *_to(_team(heard), heard, ChannelChange.UNARCHIVED))


def _team_archived(heard: Heard) -> Sequence[News]:
    return _to(_team(heard), heard, ChannelChange.ARCHIVED)


def _team_deleted(heard: Heard) -> Sequence[News]:
    return _to(_team(heard), heard, ChannelChange.DELETED)


def _to(channel: str, heard: Heard, change: ChannelChange) -> Sequence[News]:
    return (ChannelNews(PLATFORM, heard.tenant, channel, change),) if channel else ()


# --- meetings -----------------------------------------------------------------------------------------


def _began(heard: Heard) -> Sequence[News]:
    """Somebody joined a meeting first; `value` says when. In a channel it stands in a thread of it."""
    if heard.body.get("name") != MEETING_START or heard.is_personal:
        return ()
    at = instant(part(heard.body, "value").get("StartTime")) or instant(heard.body.get("timestamp"))
    meeting = () if at is None else (MeetingNews(PLATFORM, heard.tenant, heard.channel, at),)
    return (*_chat(heard), *meeting)


# --- the parts of an activity -------------------------------------------------------------------------


def _chat(heard: Heard, *, is_open: bool = True, chat: str = "", whole: bool = False) -> Sequence[News]:
    """How this conversation, or the channel `chat` of the same team, is written to."""
    kind = kind_of(heard.conversation)
    chat = chat or _id(heard.channel)
    person = _person(heard) if kind is m.ChatKind.PERSONAL else ""
    if not chat or not heard.tenant or (kind is m.ChatKind.PERSONAL and not person):
        return ()
    ref = heard.ref | {"conversation_id": chat}
    if person:
        ref |= _user(heard)
    data = part(heard.body, "channelData")
    channel = part(data, "channel")
    if channel.get("id") == chat and channel.get("type") == SHARED_CHANNEL:
        ref |= {CHANNEL_TYPE: SHARED_CHANNEL}
    news = ChatNews(
        platform=PLATFORM,
        installation=heard.tenant,
        chat=chat,
        kind=kind,
        ref=ref,
        is_open=is_open,
        person=person,
        parent=(_team(heard) or (chat if whole else "")) if kind is m.ChatKind.CHANNEL else "",
        name=_name(channel) if channel.get("id") == chat else _topic(heard),
        parent_name=_name(part(data, "team")) if kind is m.ChatKind.CHANNEL else "",
        locale=(heard.locale or "") if person else "",
        timezone=(heard.timezone or "") if person else "",
        whole=whole,
    )
    return (news,)


def _person(heard: Heard) -> str:
    """Whose personal chat it is: their Entra object id. Whoever has none is nobody of the company."""
    sender = part(heard.body, "from")
    people = [sender, *_listed(heard, "membersAdded")]
    ids = (_account(one) for one in people if one.get("id") != heard.bot)
    return next((one for one in ids if one), "")


def _user(heard: Heard) -> dict[str, str]:
    """Their id towards this bot (`29:...`), if it was they who did it."""
    user = _id(part(heard.body, "from").get("id"))
    return {"user_id": user} if user and user != heard.bot else {}


def _members(heard: Heard, name: str) -> dict[str, str]:
    """Who came or went: their ids towards the bot, and the object id of each, if it has one."""
    return {one["id"]: _account(one) for one in _listed(heard, name) if isinstance(one.get("id"), str)}


def _account(one: Mapping[str, Any]) -> str:
    return account_id(_id(one.get("aadObjectId"), MOST_PERSON))


def _listed(heard: Heard, name: str) -> list[Mapping[str, Any]]:
    told = heard.body.get(name)
    return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []


def _team(heard: Heard) -> str:
    return _id(part(part(heard.body, "channelData"), "team").get("id"))


def _channel(heard: Heard) -> str:
    return _id(part(part(heard.body, "channelData"), "channel").get("id"))


def _topic(heard: Heard) -> str:
    """What a group chat is called, where Teams tells."""
    return _name(part(heard.body, "conversation")) if kind_of(heard.conversation) is m.ChatKind.GROUP else ""


def _name(whole: Mapping[str, Any]) -> str:
    return " ".join(clean(text(whole, "name")).split())[:_LONGEST_NAME]


def _id(value: object, longest: int = MOST_CONVERSATION) -> str:
    return value if isinstance(value, str) and len(value) <= longest and clean(value) == value else ""


_Read = Callable[[Heard], Sequence[News]]

_EVENTS: Mapping[str, _Read] = {
    "channelCreated": _channel_is_there,
    "channelRestored": _channel_is_there,
    "channelRenamed": _channel_renamed,
    "channelDeleted": _channel_deleted,
    "teamRenamed": _team_is_there,
    "teamRestored": _team_is_there,
    "teamDeleted": _team_deleted,
    "teamHardDeleted": _team_deleted,
    "teamArchived": _team_archived,
    "teamUnarchived": _team_unarchived,
}
_READS: Mapping[str, _Read] = {
    "message": _said,
    "messageUpdate": _said,
    "installationUpdate": _installed,
    "conversationUpdate": _changed,
    "event": _began,
}
