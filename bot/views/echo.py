"""What Okra says back after a reply: what it stored, what it took back, and the one open question."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.views.person import PersonView, person_view, reply_context
from bot.views.prompt import board_at, kr_view, open_items
from bot.views.questions import ShownQuestion, shown_question
from bot.views.receipt import receipts
from storage import agendas, check_ins, conversations
from storage import models as m


def echo_card(session: Session, cards: Cards, person: m.Person, data: Mapping[str, Any], now: datetime) -> Card:
    """The echo of one reply. `data`: `inbox_id` whose check-ins are shown, `restored` key results of an undo,
    `extra` sentences, `newest` whether the open question belongs here."""
    view = person_view(session, person, now)
    rows = check_ins.rows_of_inbox(session, data["inbox_id"]) if data.get("inbox_id") else []
    views = {row.kr_id: view.by_id.get(row.kr_id) or kr_view(session, row.kr_id, now) for row in rows}
    prompt = agendas.newest_prompt(session, person.id)
    asks = _question(session, cards, view, prompt) if data.get("newest", True) else None
    finished = bool(rows) and asks is None and prompt is not None and not open_items(session, prompt)
    restored = [_restored(session, cards, view, kr_id) for kr_id in data.get("restored", ())]
    taken_back = data.get("inbox_id") and not rows and data.get("stored")
    if taken_back:
        restored += [_restored(session, cards, view, kr_id) for kr_id in data["stored"]]
    extra = [cards.text(one["msgid"], person.lang.value, **one.get("params", {})) for one in data.get("extra", ())]
    if not (rows or restored or extra or asks):
        extra = [cards.text(N_("Thank you, that one is settled."), person.lang.value)]
    return cards.card(
        "echo",
        person.lang.value,
        lines=receipts(session, views, rows),
        restored=restored or None,
        extra=extra,
        truncated=bool(data.get("truncated")),
        asks=asks,
        finished=finished,
        digest_at=board_at(session, agendas.items_of(session, prompt.id), view) if finished and prompt else None,
    )


def _question(session: Session, cards: Cards, view: PersonView, prompt: m.Prompt | None) -> ShownQuestion | None:
    question = conversations.current_question(session, view.person.id, view.now)
    if question is None or question.in_prompt:
        return None
    open_ids = [] if prompt is None else [item.kr_id for item in open_items(session, prompt)]
    about = view.by_id.get(question.kr_id) if question.kr_id is not None else None
    return shown_question(cards, question, reply_context(view, open_ids), about, view.person.lang.value)


def _restored(session: Session, cards: Cards, view: PersonView, kr_id: int) -> str:
    one = view.by_id.get(kr_id) or kr_view(session, kr_id, view.now)
    lang, current = view.person.lang.value, one.state.current
    label = view.label(one)
    if current.value is not None and current.measured_on is not None:
        value = say.amount_exact(current.value, one.kr.unit, lang)
        on = say.day(current.measured_on, lang)
        return cards.text(N_("{kr}: back to {value} ({day})."), lang, kr=label, value=value, day=on)
    if current.confidence is not None:
        sure = say.likelihood(current.confidence)
        return cards.text(N_("{kr}: back to {sure}."), lang, kr=label, sure=sure)
    return cards.text(N_("{kr}: taken back; nothing is recorded for it now."), lang, kr=label)
