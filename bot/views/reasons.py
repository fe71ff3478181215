"""Why a published key result or objective is changed, in one of four words (spec/02 §4.10)."""

from collections.abc import Mapping

from bot.cards.i18n import N_
from storage.pauses import Category

CATEGORIES: Mapping[Category, str] = {
    Category.LEARNED: N_("We learned something"),
    Category.MARKET: N_("The market moved"),
    Category.PRIORITY: N_("Other priorities"),
    Category.MISTAKE: N_("It was a mistake"),
}
"""The four kinds of reason, as buttons and choices."""
