"""What a platform tells about itself and its people, in the words of no platform: none of it is said to us."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

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


News = PersonNews | ChannelNews | RemovedNews
Hear = Callable[[News], Awaitable[None]]
"""Writes the news down before it returns. The same news twice is as good as once. Raises `StorageProblem`."""

StatusChanged = Callable[[Session, m.Person, Mapping[str, Any] | None, datetime], None]
ChannelOpened = Callable[[Session, m.Installation, str, tuple[Why, ...], datetime], None]


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows from news, in their own transaction; delivery knows no ritual, so `app` says it."""

    status_changed: StatusChanged
    """Somebody who allows it to be read has another status, or none."""
    channel_opened: ChannelOpened
    """What a channel refused for one of these reasons can be posted there now."""
