"""The question whether a status on the platform means an absence: still open, still true, and to be answered."""

from datetime import date, datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.absence import GONE, KIND
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.okr.localtime import local_day
from bot.rituals.person_messages import at_once_wanted
from bot.views.away import away_asked_card
from storage import calendars
from storage import models as m
from storage.teams import person_zone


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def asked(session: Session, row: m.Delivery, now: datetime) -> Card:
        return away_asked_card(session, cards, row, now)

    return {KIND: MessageKind(asked, asked_wanted)}


def asked_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The status still says so, the person still allows the question, and did not say it themselves meanwhile."""
    person = session.get_one(m.Person, row.person_id)
    if row.data.get("answer") == GONE:
        return Skip("the status is gone")
    if not person.away_from_status:
        return Skip("the person does not want this question")
    last = date.fromisoformat(row.data["last"])
    today = local_day(now, person_zone(person, session.get_one(m.Workspace, person.workspace_id)))
    if last < today:
        return Skip("its time is long over")
    if calendars.is_away_between(session, person.id, today, last):
        return Skip("noted as away already")
    return at_once_wanted(session, row, now)
