"""The chats and channels that Okra was let into, and what it means to be let in or taken out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.delivery.news import ChannelChange, ChannelNews, ChatNews, Follows, MemberNews
from bot.delivery.port import Why
from bot.delivery.profiles import learn
from storage import agendas, chats, directory, installations
from storage import models as m

_IN_AGAIN = (Why.NOT_MEMBER, Why.GONE, Why.ARCHIVED)
"""For which reasons a refusal is over once Okra is in a channel."""


def hear(session: Session, place: m.Installation, news: ChatNews, follows: Follows, now: datetime) -> bool:
    """Keep how a chat or channel is written to, or that it cannot be any more. It writes only what is new.

    True where its people are worth reading soon: Okra was just let in.
    """
    before = chats.chat(session, place.id, news.chat)
    was_open = before is not None and before.left_at is None
    siblings = _siblings(session, place, news, known=before is not None)
    deleted_at = None if before is None else before.deleted_at
    chats.keep(
        session,
        place,
        news.chat,
        news.kind,
        news.ref,
        person=news.person,
        parent=news.parent,
        name=news.name,
        parent_name=news.parent_name,
        left_at=None if news.is_open else now,
    )
    if news.kind is m.ChatKind.PERSONAL:
        _with_person(session, place, news, now)
        if news.is_open and not was_open:
            follows.people_came(session, place, (news.person,), now)
        return False
    opened = [] if was_open and not news.whole else [news.chat]
    if news.whole:
        opened += _follow(session, siblings, news, deleted_at, now)
    if not news.is_open:
        return False
    installations.remember_channel(session, place.id, news.chat, news.ref)
    if news.whole:
        opened += chats.channels_nobody_told_of(session, place.id)
    if place.state is m.InstallationState.ACTIVE:
        for channel in opened:
            follows.channel_opened(session, place, channel, _IN_AGAIN, now)
    return news.whole or (not was_open and not any(one.left_at is None for one in siblings))


def hear_of_channel(session: Session, place: m.Installation, news: ChannelNews, now: datetime) -> list[str]:
    """What is kept of a channel, and of all in it, follows what happened. Returns all those that it happened to."""
    rows = chats.inside(session, place.id, news.channel)
    match news.change:
        case ChannelChange.LEFT:
            chats.leave(session, rows, now)
        case ChannelChange.DELETED:
            chats.leave(session, rows, now, deleted=True)
    return [news.channel, *(row.external_id for row in rows if row.external_id != news.channel)]


def hear_of_members(session: Session, place: m.Installation, news: MemberNews) -> None:
    """Whoever left a team is not written to through it any more.

    They are not thereby gone from the company, nor out of reach: a chat of their own stays, and if they are in another
    team, the next reading finds them there. Whoever took Okra out of their own chat stays without it: where all is kept
    that was known of them, no reading takes them for somebody new.
    """
    for external_id, (address, _) in directory.known(session, place.id, news.left).items():
        if address.reachable and address.dm_ref and chats.personal(session, place.id, external_id) is None:
            address.dm_ref = {}
            session.add(address)


def hear_listed(session: Session, installation_id: int, listed: Sequence[ChatNews]) -> None:
    """Keep what the channels beside those we know are called, so that they can be chosen.

    One that Okra could not write in stays closed until something is heard from there.
    """
    place = session.get_one(m.Installation, installation_id)
    for one in listed:
        row = chats.chat(session, place.id, one.chat)
        if row is None or row.left_at is None:
            chats.keep(
                session,
                place,
                one.chat,
                one.kind,
                one.ref,
                parent=one.parent,
                name=one.name,
                parent_name=one.parent_name,
            )


def _siblings(session: Session, place: m.Installation, news: ChatNews, *, known: bool) -> Sequence[m.Chat]:
    """The channels beside this one, where they matter: it is news of all of them, or this is the first of them."""
    if news.kind is not m.ChatKind.CHANNEL or not news.parent or (known and not news.whole):
        return ()
    return [one for one in chats.inside(session, place.id, news.parent) if one.external_id != news.chat]


def _follow(
    session: Session, rows: Sequence[m.Chat], news: ChatNews, deleted_at: datetime | None, now: datetime
) -> list[str]:
    """Let the other channels of a team share its fate. Returns those that can be written to now.

    One that was deleted by itself stays so; one that was deleted with its team comes back with it.
    """
    if not news.is_open:
        chats.leave(session, rows, now)
        return []
    back = [one for one in rows if one.deleted_at in (None, deleted_at)]
    for row in back:
        row.left_at = row.deleted_at = None
        row.parent_name = news.parent_name or row.parent_name
        row.ref = {**row.ref, **_shared(news.ref)}
        session.add(row)
    session.flush()
    return [one.external_id for one in back]


def _shared(ref: Mapping[str, str]) -> dict[str, str]:
    """What holds for all channels of a place alike."""
    return {name: value for name, value in ref.items() if name != "conversation_id"}


def _with_person(session: Session, place: m.Installation, news: ChatNews, now: datetime) -> None:
    """If its person is known, they are written to here from now on, or no more; their client says how."""
    known = directory.known(session, place.id, [news.person]).get(news.person)
    if known is None:
        return
    address, person = known
    changed = installations.remember_person(session, address, news.ref, reachable=news.is_open)
    changed |= news.is_open and learn(session, address, person, news.locale, news.timezone)
    if changed:
        session.flush()
        agendas.look_again(session, directory.teams_of(session, {person.id}), now)
