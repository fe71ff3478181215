"""What happens to the channels that messages go to, and what was refused there while it was so."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.delivery import chats
from bot.delivery.news import ChannelChange, ChannelNews, ChannelOpened
from bot.delivery.port import Why, why_of
from storage import directory
from storage import models as m

_REMEDY = {
    ChannelChange.JOINED: (Why.NOT_MEMBER, Why.GONE),
    ChannelChange.UNARCHIVED: (Why.ARCHIVED,),
    ChannelChange.UNSHARED: (Why.SHARED,),
}
"""For which reasons a refusal is over after this."""


_OF_ALL_IN_IT = frozenset(
    {
        ChannelChange.LEFT,
        ChannelChange.DELETED,
        ChannelChange.ARCHIVED,
        ChannelChange.UNARCHIVED,
        ChannelChange.JOINED,
        ChannelChange.UNSHARED,
    }
)
"""What happens to a whole team, named by its first channel, where a platform keeps channels in teams."""


def hear(session: Session, place: m.Installation, news: ChannelNews, opened: ChannelOpened, now: datetime) -> None:
    """Follow a channel to its new id; let `opened` see to what it refused before."""
    if news.change is ChannelChange.NEW_ID:
        directory.give_new_id(session, place.id, news.channel, news.new_id)
        return
    meant = chats.hear_of_channel(session, place, news, now) if news.change in _OF_ALL_IN_IT else [news.channel]
    if news.change in _REMEDY and place.state is m.InstallationState.ACTIVE:
        for channel in meant:
            opened(session, place, channel, _REMEDY[news.change], now)


def send_after_all(session: Session, rows: Iterable[m.Delivery], reasons: tuple[Why, ...], now: datetime) -> None:
    """Send those of them that were refused for these reasons.

    Refused means that it certainly was not posted, and a message has one row: so never twice.
    """
    for row in rows:
        if why_of(row.reason)[0] in reasons:
            directory.send_after_all(session, row, now)
