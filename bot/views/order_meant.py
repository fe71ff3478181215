"""The question whether some words are an order or an update, with a button for each (spec/06 §11.5)."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.cards.graphemes import clip
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.views.shapes import Data, View
from storage import models as m

MOST_TEXT = 120


def _order_meant(_session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    lang: Lang = person.lang.value
    asks = N_("Shall I change that, or is it an update? “{text}”")
    does = N_("Change it")
    if data.get("adds"):
        asks, does = N_("Shall I add that, or is it an update? “{text}”"), N_("Add it")
    return cards.card(
        "order_meant",
        lang,
        text=cards.text(asks, lang, text=clip(data["text"], MOST_TEXT)),
        change=cards.text(does, lang),
        update=cards.text(N_("It's an update"), lang),
        token=data["token"],
    )


ANSWERS: Mapping[str, View] = {"order_meant": _order_meant}
