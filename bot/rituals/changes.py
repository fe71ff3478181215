"""What is told of a change: a line in the channel, a word to whoever is concerned (spec/09 §15.2)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.rituals.person_messages import at_once_wanted
from bot.views.changing import changed_word_card
from bot.views.merging import merged_post
from bot.views.owning import handed_over_card
from bot.views.pausing import change_post_card, kr_asked_card
from storage import merging
from storage import models as m
from storage.owning import owners_now

POST_MAY_BE_LATE = timedelta(hours=24)


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def change_post(session: Session, row: m.Delivery, now: datetime) -> Card:
        return change_post_card(session, cards, row, now)

    def ask_owner(session: Session, row: m.Delivery, _now: datetime) -> Card:
        return kr_asked_card(session, cards, session.get_one(m.Person, row.person_id), row.data)

    def handed_over(session: Session, row: m.Delivery, now: datetime) -> Card:
        return handed_over_card(session, cards, row, now)

    def changed_since(session: Session, row: m.Delivery, now: datetime) -> Card:
        return changed_word_card(session, cards, row, now)

    def team_merged(session: Session, row: m.Delivery, now: datetime) -> Card:
        return merged_post(session, cards, row, now)

    return {
        "changed_since": MessageKind(changed_since, at_once_wanted),
        "handed_over": MessageKind(handed_over, handed_over_wanted),
        "change_post": MessageKind(change_post, post_wanted),
        merging.POST: MessageKind(team_merged, post_wanted),
        "ask_owner": MessageKind(ask_owner, at_once_wanted),
    }


def post_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The line in the channel: there is one, the change still holds, and it is news."""
    if session.get_one(m.Team, row.team_id).channel_ref is None:
        return Skip("the team has no channel")
    if row.data.get("undone"):
        return Skip("taken back")
    return Skip("its time is long over") if now > row.due_at + POST_MAY_BE_LATE else None


def handed_over_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """A word to an old or a new owner: what it says still holds."""
    owners = owners_now(session, session.get_one(m.KeyResult, int(row.data["kr"])))
    if (row.person_id in owners) != bool(row.data["owned"]):
        return Skip("it was handed on since")
    return at_once_wanted(session, row, now)
