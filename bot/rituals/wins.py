"""Friday: what went well this week, and a word to a team that is thanked (spec/07 §12.8)."""

from bot.cards.render import Cards
from bot.delivery.kinds import Registry


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""
    del cards
    return {}
