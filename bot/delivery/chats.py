"""The chats and channels that Okra was let into, and what it means to be let in or taken out."""

from datetime import datetime

from sqlmodel import Session

from bot.delivery.news import ChatNews, Follows
from storage import chats, installations
from storage import models as m


def hear(session: Session, place: m.Installation, news: ChatNews, follows: Follows, now: datetime) -> None:  # noqa: ARG001 - see issue 5
    """Keep how a chat or channel is written to, or that it cannot be any more."""
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
        installations.remember_person(session, place.id, news.person, news.ref, reachable=news.is_open)
    elif news.is_open:
        installations.remember_channel(session, place.id, news.chat, news.ref)
