"""Queries for whoever runs Okra: where it was let in on a platform, whom it reaches there, and when it last heard."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import models as m


@dataclass(frozen=True, slots=True)
class Reach:
    """One installation."""

    parents: int
    """Teams of Microsoft Teams, say: what its channels are in."""
    channels: int
    group_chats: int
    personal_chats: int
    people: int
    """Everybody of its workspace who is active."""
    unknown: tuple[str, ...]
    """Who of them has no account there that is known here, by name."""
    refusing: tuple[str, ...]
    """Who has one, and there Okra was removed or is not let in."""
    unmet_channels: tuple[str, ...]
    """The teams, by their keys, whose channel there Okra was not let into, or was taken out of."""
    heard_at: datetime | None
    """When anything came from there last."""


def reach(session: Session, place: m.Installation) -> Reach:
    """What is known of an installation now."""
    there = session.exec(select(m.Chat).where(m.Chat.installation_id == place.id, col(m.Chat.left_at).is_(None))).all()
    channels = [row for row in there if row.kind is m.ChatKind.CHANNEL]
    people = session.exec(
        select(m.Person)
        .where(m.Person.workspace_id == place.workspace_id, col(m.Person.active))
        .order_by(col(m.Person.display_name), col(m.Person.id))
    ).all()
    reachable = _accounts(session, place, {row.person for row in there})
    return Reach(
        parents=len({row.parent or row.external_id for row in channels}),
        channels=len(channels),
        group_chats=sum(row.kind is m.ChatKind.GROUP for row in there),
        personal_chats=sum(row.kind is m.ChatKind.PERSONAL for row in there),
        people=len(people),
        unknown=tuple(one.display_name for one in people if one.id not in reachable),
        refusing=tuple(one.display_name for one in people if reachable.get(one.id) is False),
        unmet_channels=_unmet(session, place, {row.external_id for row in there}),
        heard_at=_heard_at(session, place),
    )


def _accounts(session: Session, place: m.Installation, with_chat: Set[str | None]) -> dict[int, bool]:
    """Whoever has an account there, and whether one of theirs can be written to: known from a chat or a roster."""
    found: dict[int, bool] = {}
    for row in session.exec(select(m.Address).where(m.Address.installation_id == place.id)):
        was_met = bool(row.dm_ref) or row.external_id in with_chat
        found[row.person_id] = (row.reachable and was_met) or found.get(row.person_id, False)
    return found


def _unmet(session: Session, place: m.Installation, there: set[str]) -> tuple[str, ...]:
    teams = session.exec(select(m.Team).where(m.Team.installation_id == place.id).order_by(col(m.Team.key))).all()
    return tuple(one.key for one in teams if one.channel_ref and one.channel_ref.get("channel") not in there)


def _heard_at(session: Session, place: m.Installation) -> datetime | None:
    said = session.exec(select(sa.func.max(m.Inbox.at)).where(m.Inbox.installation_id == place.id)).one()
    seen = session.exec(select(sa.func.max(m.Chat.updated_at)).where(m.Chat.installation_id == place.id)).one()
    return max((one for one in (said, seen) if one is not None), default=None)
