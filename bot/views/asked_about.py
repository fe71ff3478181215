"""The answer to a question about a key result: who answers for it, and what was told of it last."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.cards.words import join_names
from bot.views.board_rows import value_of
from bot.views.prompt import kr_view
from bot.views.shapes import Data, View
from storage import models as m

WITH = N_("{kr} {title} is with {names}.")
WITH_NOBODY = N_("{kr} {title} has no owner yet.")
LAST = N_("Last update: {day}, {value}.")
LAST_DAY = N_("Last update: {day}.")
NEVER = N_("No update yet.")
NOT_RECORDED = N_("I took that for a question, so nothing was recorded.")


def _asked_about(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    lang: Lang = person.lang.value
    one = kr_view(session, data["kr"], now)
    names = join_names([owner.short_name for owner in one.owners], lang)
    about = {"kr": one.kr.key, "title": one.kr.short_title}
    said = [cards.text(WITH, lang, names=names, **about) if names else cards.text(WITH_NOBODY, lang, **about)]
    updated, value = one.state.current.updated_on, value_of(one.state, lang)
    if updated is None:
        said.append(cards.text(NEVER, lang))
    else:
        day = say.day(updated, lang, one.today)
        said.append(cards.text(LAST, lang, day=day, value=value) if value else cards.text(LAST_DAY, lang, day=day))
    said.append(cards.text(NOT_RECORDED, lang))
    text = ("" if lang == "zh" else " ").join(said)
    return cards.card(
        "asked_about",
        lang,
        text=text,
        label=one.kr.key,
        token=one.row.token,
        may_ask=bool(one.owners) and not one.owned_by(person.id),
    )


ANSWERS: Mapping[str, View] = {"asked_about": _asked_about}
