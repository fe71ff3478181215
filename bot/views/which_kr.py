"""Which key result is meant: one question with ready buttons."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.views.prompt import kr_view
from bot.views.shapes import Data, View
from storage import models as m


def which_kr_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """The key results by their keys; each button does with its own what was asked for.

    Where a line was noted, `asked` is the message that brought it: the button names it, and the team.
    """
    asked = data.get("asked")
    found = [kr_view(session, one, now) for one in data["krs"]]
    choices = [
        {
            "label": one.kr.key,
            "title": one.kr.short_title,
            "value": one.row.token if asked is None else f"{asked}:{one.kr.key.partition('-')[0]}",
        }
        for one in found
    ]
    return cards.card("which_kr", person.lang.value, krs=choices, action=data["action"])


ANSWERS: Mapping[str, View] = {"which_kr": which_kr_card}
