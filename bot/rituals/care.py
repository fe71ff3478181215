"""When people or teams fall silent: another time, another rhythm, fewer questions (spec/07 §12.3, §12.5)."""

from bot.cards.render import Cards
from bot.delivery.kinds import Registry


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""
    del cards
    return {}
