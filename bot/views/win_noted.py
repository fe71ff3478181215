"""A win as it is said back to whoever told it, and its form."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.views.shapes import Data, View
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.wins import win_of


def win_noted_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """What was stored, with its key result and whom it thanks; once it was taken back, that."""
    win = win_of(session, data["win"])
    row = None if win is None or win.kr_id is None else session.get(m.KeyResult, win.kr_id)
    thanked = None if win is None or win.thanks_team_id is None else session.get(m.Team, win.thanks_team_id)
    return cards.card(
        "win_noted",
        person.lang.value,
        text=data["text"],
        label="" if row is None else f"KR{row.number}",
        thanks="" if thanked is None else thanked.name,
        taken_back=win is None,
        token=str(win.id) if win is not None and win.at > now - UNDO_WITHIN else "",
    )


ANSWERS: Mapping[str, View] = {"win_noted": win_noted_card}
