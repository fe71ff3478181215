"""The messages of a first set-up: a word to whoever brought Okra in, and the four steps as they stand."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import MessageKind, Registry, Skip
from bot.views.setting_up import nobody_yet_card, setup_card
from storage import chats, directory, setting_up
from storage import models as m


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def setup(session: Session, row: m.Delivery, now: datetime) -> Card:
        return setup_card(session, cards, row, now)

    def hello(session: Session, row: m.Delivery, now: datetime) -> Card:
        return nobody_yet_card(session, cards, session.get_one(m.Person, row.person_id), {}, now)

    return {
        setting_up.KIND: MessageKind(setup, urgent=True),
        setting_up.HELLO: MessageKind(hello, hello_wanted),
    }


def hello_wanted(session: Session, row: m.Delivery, _now: datetime) -> Skip | None:
    """The first word: no team was made meanwhile."""
    return Skip("a team was set up meanwhile") if setting_up.has_teams(session, row.workspace_id) else None


def people_came(session: Session, place: m.Installation, external_ids: Collection[str], now: datetime) -> None:
    """Whoever has a chat of their own with Okra, in a workspace without teams, is told how to begin."""
    if not external_ids or setting_up.has_teams(session, place.workspace_id):
        return
    for external_id, (_, person) in directory.known(session, place.id, external_ids).items():
        if chats.personal(session, place.id, external_id) is not None:
            setting_up.greet(session, person, now)
