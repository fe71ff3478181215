"""A title that still says the number that was changed: it is told, and never rewritten unasked (spec/09 §15.2)."""

from decimal import Decimal

from bot.cards.i18n import N_, Lang
from bot.cards.render import Cards
from bot.okr.kr_lines import still_says
from storage import models as m
from storage.changes import Plain

STILL = N_("The title still says {text}. To change it: /okr edit {kr} title …")
_NUMBERS = ("target", "baseline", "range_lo", "range_hi")


def title_says(cards: Cards, person: m.Person, row: m.KeyResult, label: str, before: Plain, after: Plain) -> list[str]:
    """One line for the first number of the title that holds no more; none where the title was changed as well."""
    lang: Lang = person.lang.value
    if "title" in after:
        return []
    for name in _NUMBERS:
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            continue
        text = still_says(row.title, Decimal(old), Decimal(new), person.number_style.value)
        if text is not None:
            return [cards.text(STILL, lang, text=text, kr=label)]
    return []
