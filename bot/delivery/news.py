"""What a platform tells about itself and its people, in the words of no platform: none of it is said to us."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from sqlmodel import Session

from bot.delivery.port import Profile, Why
from storage import models as m


class ChannelChange(StrEnum):
    """What may happen to a channel that a team's boards go to."""

    JOINED = "joined"
    """Okra was let in."""
    LEFT = "left"
    """Okra was taken out."""
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    DELETED = "deleted"
    RENAMED = "renamed"
    SHARED = "shared"
    """Another company reads it from now on."""
    UNSHARED = "unshared"
    NEW_ID = "new_id"


@dataclass(frozen=True, slots=True)
class PersonNews:
    """Somebody joined, changed their profile, or is no longer there."""

    platform: str
    installation: str
    """The platform's own id of the workspace or tenant."""
    profile: Profile


@dataclass(frozen=True, slots=True)
class ChannelNews:
    """Something happened to a channel."""

    platform: str
    installation: str
    channel: str
    change: ChannelChange
    name: str = ""
    """Its name now, if the platform tells."""
    new_id: str = ""
    """With `NEW_ID`: how it is called from now on."""


@dataclass(frozen=True, slots=True)
class RemovedNews:
    """Okra was taken out of a workspace, or its leave to speak there was withdrawn: nothing is sent there any more."""

    platform: str
    installation: str
    at: datetime | None = None
    """When that was, if the platform tells: it may tell it late, and Okra may be installed again by then."""


@dataclass(frozen=True, slots=True)
class ChatNews:
    """Okra was heard from in a chat or channel, let into one, or taken out of it.

    For platforms where nobody can be written to who was not met before: `ref` is what it takes.
    """

    platform: str
    installation: str
    chat: str
    """The conversation, without a thread."""
    kind: m.ChatKind
    ref: Mapping[str, str]
    is_open: bool = True
    """False: Okra was taken out of it and can write there no more."""
    person: str = ""
    """Whose personal chat it is, by their id on the platform."""
    parent: str = ""
    """What a channel is in, by the platform's id; empty where the platform does not say."""
    name: str = ""
    """Its name now, if the platform tells; `parent_name` likewise."""
    parent_name: str = ""
    locale: str = ""
    """As the person's client has them now, where it is a personal chat; empty where it does not say."""
    timezone: str = ""
    whole: bool = False
    """It happened to everything that is in `parent`, and `chat` is the first of it."""


@dataclass(frozen=True, slots=True)
class MemberNews:
    """Somebody came into or left a team or group chat that Okra is in. Of who they are it tells nothing."""

    platform: str
    installation: str
    left: tuple[str, ...] = ()
    """Their ids on the platform; they may well be in others."""
    place: str = ""
    """The team or group chat, by the platform's id."""


@dataclass(frozen=True, slots=True)
class MeetingNews:
    """Somebody began a meeting in a chat or channel that Okra is in."""

    platform: str
    installation: str
    chat: str
    at: datetime


News = PersonNews | ChannelNews | RemovedNews | ChatNews | MemberNews | MeetingNews
Hear = Callable[[News], Awaitable[None]]
"""Writes the news down before it returns. The same news twice is as good as once. Raises `StorageProblem`."""

StatusChanged = Callable[[Session, m.Person, Mapping[str, Any] | None, datetime], None]
ChannelOpened = Callable[[Session, m.Installation, str, tuple[Why, ...], datetime], None]
MeetingBegan = Callable[[Session, m.Installation, str, datetime, datetime], None]


@runtime_checkable
class ListsChannels(Protocol):
    """A platform that lists the channels Okra may write in."""

    async def list_channels(self, installation_id: int) -> Sequence[ChatNews]:
        """All of them, by name. Raises `ChatError`."""
        ...


PeopleCame = Callable[[Session, m.Installation, Collection[str], datetime], None]


def _nothing(_session: Session, _place: m.Installation, _people: Collection[str], _now: datetime) -> None:
    """Nothing follows from it."""


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows from news, in their own transaction; delivery knows no ritual, so `app` says it."""

    status_changed: StatusChanged
    """Somebody who allows it to be read has another status, or none."""
    channel_opened: ChannelOpened
    """What a channel refused for one of these reasons can be posted there now."""
    meeting_began: MeetingBegan
    """(session, installation, chat, when it began, now): a board that waits for this meeting need not wait longer."""
    people_came: PeopleCame = _nothing
    """(session, installation, people by the platform's id, now): they are known now, or opened a chat with Okra."""
