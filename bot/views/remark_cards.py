"""Questions about published key results: to who answers for one, and back to who asked (spec/09 §15.2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.model import IN_FORCE
from bot.views.shapes import Data, Prepare
from bot.views.team import team_shown
from bot.views.visible import seen_by
from storage import models as m

MOST_CHOICES = 50


def question_card(session: Session, cards: Cards, row: m.Delivery, _now: datetime) -> Card:
    """To who answers for it: somebody asks, in one line."""
    reader = session.get_one(m.Person, row.person_id)
    remark = session.get_one(m.Remark, row.data["remark"])
    key_result = session.get_one(m.KeyResult, row.data["kr"])
    return cards.card(
        "kr_question",
        reader.lang.value,
        name=_name(session, remark.by_id),
        label=_label(session, key_result),
        title=key_result.short_title,
        text=remark.text,
        token="" if remark.settled_at is not None else remark.token,
        kr_token=key_result.token,
    )


def answered_card(session: Session, cards: Cards, row: m.Delivery, _now: datetime) -> Card:
    """To who asked: what they asked, and the answer."""
    reader = session.get_one(m.Person, row.person_id)
    remark = session.get_one(m.Remark, row.data["remark"])
    key_result = session.get_one(m.KeyResult, row.data["kr"])
    return cards.card(
        "kr_answered",
        reader.lang.value,
        name=_name(session, int(row.data["by"])),
        label=_label(session, key_result),
        title=key_result.short_title,
        question=remark.text,
        text=row.data.get("text", ""),
        kr_token=key_result.token,
    )


def _question_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    row = session.get_one(m.KeyResult, data["kr"])
    return {"token": row.token, "label": _label(session, row), "title": row.short_title}


def _board_question_form(session: Session, person: m.Person, data: Data, now: datetime) -> dict[str, Any]:
    team = session.get_one(m.Team, data["team"])
    seen = seen_by(team_shown(session, team, now), person)
    rows = [one for part in seen for one in part.key_results if one.kr.state in IN_FORCE]
    choices = [{"value": one.row.token, "label": f"{one.kr.label} {one.kr.short_title}"} for one in rows]
    return {"token": team.key, "team": team.name, "krs": choices[:MOST_CHOICES]}


def _answer_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    remark = session.get_one(m.Remark, data["remark"])
    row = session.get_one(m.KeyResult, remark.kr_id)
    label = _label(session, row)
    return {"token": remark.token, "label": label, "name": _name(session, remark.by_id), "text": remark.text}


def _name(session: Session, person_id: int) -> str:
    return session.get_one(m.Person, person_id).short_name


def _label(session: Session, row: m.KeyResult) -> str:
    return f"{session.get_one(m.Team, row.team_id).key}-{row.number}"


FORMS: Mapping[str, Prepare] = {
    "question_form": _question_form,
    "board_question_form": _board_question_form,
    "answer_form": _answer_form,
}
