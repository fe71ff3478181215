"""What happens to the channels that boards go to: a board that was refused goes out once its channel is open again."""

from datetime import datetime

from sqlmodel import Session

from bot.delivery.news import ChannelChange, ChannelNews
from bot.delivery.port import Why, why_of
from storage import directory
from storage import models as m

_REMEDY = {
    ChannelChange.JOINED: (Why.NOT_MEMBER, Why.GONE),
    ChannelChange.UNARCHIVED: (Why.ARCHIVED,),
    ChannelChange.UNSHARED: (Why.SHARED,),
}
"""For which reasons a refusal is over after this."""


def hear(session: Session, place: m.Installation, news: ChannelNews, now: datetime) -> None:
    """Follow a channel to its new id; post what it refused before, where its meeting has not begun."""
    if news.change is ChannelChange.NEW_ID:
        directory.give_new_id(session, place.id, news.channel, news.new_id)
    elif news.change in _REMEDY and place.state is m.InstallationState.ACTIVE:
        teams = directory.teams_with_channel(session, place.id, news.channel)
        post_refused(session, [team.id for team in teams], _REMEDY[news.change], now)


def post_refused(session: Session, team_ids: list[int], reasons: tuple[Why, ...], now: datetime) -> int:
    """Post the boards that were refused for these reasons after all. Returns how many there are.

    Refused means that it certainly was not posted, and a message has one row: so never twice.
    """
    rows = [row for row in directory.refused_boards(session, team_ids, now) if why_of(row.reason)[0] in reasons]
    for row in rows:
        directory.send_after_all(session, row, now)
    return len(rows)
