"""The company digest and the standing boards (spec/08 §13.6, §13.7)."""

from bot.cards.render import Cards
from bot.delivery.kinds import Registry


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""
    del cards
    return {}
