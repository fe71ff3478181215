"""A field that does not exist, and the one that was likely meant, one tap away (spec/06 §11.1)."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.edit_words import Part
from bot.views.changing import LABELS
from bot.views.shapes import Data, View
from storage import models as m

MOST_WORDS = 200


def _field_meant(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    lang: Lang = person.lang.value
    row = session.get_one(m.KeyResult, data["kr"])
    part = Part(data["part"])
    name = cards.text(LABELS[part], lang)
    because = f",because={quote(data['because'][:MOST_WORDS])}" if data["because"] else ""
    return cards.card(
        "field_meant",
        lang,
        text=cards.text(N_("There is no field '{word}'. Did you mean {field}?"), lang, word=data["word"], field=name),
        label=name,
        value=f"{row.token}:{part.value}={quote(data['words'][:MOST_WORDS])}{because}",
    )


ANSWERS: Mapping[str, View] = {"field_meant": _field_meant}
