"""The message with the four steps of a team's set-up: for whoever asked, brought up to date where it stands."""

from datetime import datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import MessageKind, Registry
from bot.views.setting_up import setup_card
from storage import models as m
from storage.setting_up import KIND


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def setup(session: Session, row: m.Delivery, now: datetime) -> Card:
        return setup_card(session, cards, row, now)

    return {KIND: MessageKind(setup, urgent=True)}
