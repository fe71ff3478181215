"""Friday: what went well this week, and a word to a team that is thanked (spec/07 §12.8)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.okr.planning.facts import Ritual, SkipReason
from bot.okr.planning.wins import MAY_BE_LATE
from bot.views.facts import rituals_on
from bot.views.wins import FOLLOWS_FOR, week_of_wins, win_thanks_card, wins_card
from storage import models as m
from storage import wins

THANKS_MAY_BE_LATE = timedelta(hours=24)

NOTHING_TO_TELL = Skip(SkipReason.NOTHING_TO_TELL.value)
NO_CHANNEL = Skip(SkipReason.NO_CHANNEL.value)
SWITCHED_OFF = Skip("the team switched it off")
TAKEN_BACK = Skip("it was taken back")
TOO_LATE = Skip("its time is long over")


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def friday(session: Session, row: m.Delivery, now: datetime) -> Card:
        return wins_card(session, cards, row, now)

    def thanks(session: Session, row: m.Delivery, now: datetime) -> Card:
        return win_thanks_card(session, cards, row, now)

    return {
        "wins": MessageKind(friday, wins_wanted, updates_per_minute=1, frozen=stays),
        "win_thanks": MessageKind(thanks, thanks_wanted),
    }


def wins_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The Friday message: still that afternoon, still wanted by its team, and with something to tell."""
    team = session.get_one(m.Team, row.team_id)
    if team.channel_ref is None:
        return NO_CHANNEL
    if Ritual.WINS not in rituals_on(team):
        return SWITCHED_OFF
    if now > row.due_at + MAY_BE_LATE:
        return TOO_LATE
    return None if week_of_wins(session, row, now) else NOTHING_TO_TELL


def thanks_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """A word of thanks: the win was not taken back meanwhile."""
    if session.get_one(m.Team, row.team_id).channel_ref is None:
        return NO_CHANNEL
    if wins.win_of(session, int(row.data["win"])) is None:
        return TAKEN_BACK
    return TOO_LATE if now > row.due_at + THANKS_MAY_BE_LATE else None


def stays(session: Session, row: m.Delivery, now: datetime) -> bool:
    """True once nobody adds to it any more, and where all that it told was taken back."""
    over = row.sent_at is not None and now > row.sent_at + FOLLOWS_FOR
    return over or not week_of_wins(session, row, now)
