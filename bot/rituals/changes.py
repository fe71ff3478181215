"""What is told of a change: a line in the channel, a word to whoever is concerned (spec/09 §15.2)."""

from bot.cards.render import Cards
from bot.delivery.kinds import Registry


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""
    del cards
    return {}
