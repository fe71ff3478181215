"""What Okra says back after a reply: what it stored, what it took back, and the one open question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.views.person import PersonView, person_view, reply_context
from bot.views.prompt import board_at, kr_views, still_asked
from bot.views.questions import ShownQuestion, shown_question
from bot.views.receipt import receipts
from bot.views.team import KRView
from storage import agendas, check_ins, conversations
from storage import models as m
from storage.check_ins import UNDO_WITHIN

NEXT_STEP_NOTED = N_("Next step noted: {text}")
NEXT_STEP_NOTED_BY = N_("Next step noted: {text} (by {day})")
WIN_NOTED = N_("Win noted: {text}")
TAKEN_BACK = N_("Taken back: {text}")
_NOTED = (NEXT_STEP_NOTED, NEXT_STEP_NOTED_BY, WIN_NOTED)


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that a reply noted, and the button that takes it back."""

    text: str
    action: str
    value: str


def echo_card(session: Session, cards: Cards, person: m.Person, data: Mapping[str, Any], now: datetime) -> Card:
    """The echo of one reply. `data`: `inbox_id` whose check-ins are shown, `restored` key results of an undo,
    `extra` sentences, `newest` whether the open question belongs here.

    At most 22 queries for a person in one team, however many of their key results the reply was about.
    """
    lang: Lang = person.lang.value
    view = person_view(session, person, now)
    rows = check_ins.rows_of_inbox(session, data["inbox_id"]) if data.get("inbox_id") else []
    taken_back = list(data.get("restored", ()))
    if data.get("inbox_id") and not rows:
        # What was stored only when a question was answered was not known yet when this was written down.
        taken_back += data.get("stored") or check_ins.taken_back_of_inbox(session, data["inbox_id"])
    views = _views(session, view, {*taken_back, *(row.kr_id for row in rows)})
    prompt = agendas.newest_prompt(session, person.id)
    items = [] if prompt is None else agendas.items_of(session, prompt.id)
    question = conversations.current_question(session, person.id, now)
    about = {row.kr_id for row in rows} | ({question.kr_id} - {None} if question is not None else set())
    asks = _question(cards, view, question, items, several=len(about) > 1) if data.get("newest", True) else None
    restored = [_restored(cards, view, views[kr_id], several=len(taken_back) > 1) for kr_id in taken_back]
    extra = [_extra(cards, lang, one) for one in _standing(session, data)]
    noted = [] if rows else _noted(session, data, now)
    if not (rows or restored or extra or asks):
        extra = [cards.text(N_("Thank you, that one is settled."), lang)]
    finished = bool(rows) and question is None and prompt is not None and not still_asked(view, items)
    return cards.card(
        "echo",
        lang,
        lines=receipts(
            session,
            views,
            rows,
            {item.kr_id: item.token for item in items},
            {kr_id: view.label(one) for kr_id, one in views.items()},
        ),
        restored=restored or None,
        extra=extra,
        noted=noted,
        truncated=bool(data.get("truncated")),
        asks=asks,
        finished=finished,
        digest_at=board_at(session, items, view) if finished else None,
    )


def _standing(session: Session, data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sentences beside the receipt, without a next step or a win that was taken back since."""
    extra = list(data.get("extra", ()))
    if not data.get("inbox_id") or not any(one["msgid"] in _NOTED for one in extra):
        return extra
    words = conversations.noted_words(session, data["inbox_id"])

    def stands(one: Mapping[str, Any]) -> bool:
        if one["msgid"] == WIN_NOTED:
            return one["params"]["text"] in words.wins
        return one["msgid"] not in _NOTED or one["params"]["text"] not in words.dropped_steps

    standing = [one for one in extra if stands(one)]
    if standing or data.get("restored") or check_ins.taken_back_of_inbox(session, data["inbox_id"]):
        return standing
    return [{"msgid": TAKEN_BACK, "params": {"text": one["params"]["text"]}} for one in extra]


def _noted(session: Session, data: Mapping[str, Any], now: datetime) -> list[Noted]:
    """The next steps and wins of a reply that stored nothing else: each can be taken back by its own button."""
    if not data.get("inbox_id") or not any(one["msgid"] in _NOTED for one in data.get("extra", ())):
        return []
    words = check_ins.words_of(session, data["inbox_id"])
    steps = [Noted(one.text, "step_drop", one.token) for one in words.steps]
    return steps + [Noted(one.text, "win_undo", str(one.id)) for one in words.wins if one.at > now - UNDO_WITHIN]


def _extra(cards: Cards, lang: Lang, one: Mapping[str, Any]) -> str:
    params = dict(one.get("params", {}))
    if one["msgid"] == NEXT_STEP_NOTED_BY:
        params["day"] = say.day(date.fromisoformat(params["day"]), lang)
    return cards.text(one["msgid"], lang, **params)


def _views(session: Session, view: PersonView, kr_ids: set[int]) -> dict[int, KRView]:
    """The key results a reply was about: mostly the person's own, else those of a team they lead or administer."""
    known = view.by_id
    strange = kr_views(session, kr_ids - known.keys(), view.now)
    return {kr_id: known.get(kr_id) or strange[kr_id] for kr_id in kr_ids}


def _question(
    cards: Cards,
    view: PersonView,
    question: m.Clarification | None,
    items: Sequence[m.PromptItem],
    *,
    several: bool,
) -> ShownQuestion | None:
    """The open question; where the reply was about several key results it says which one it means."""
    if question is None or question.in_prompt:
        return None
    open_ids = [item.kr_id for item in still_asked(view, items)]
    about = view.by_id.get(question.kr_id) if question.kr_id is not None else None
    lang: Lang = view.person.lang.value
    shown = shown_question(cards, question, reply_context(view, open_ids), about, lang)
    if about is None or not several:
        return shown
    return replace(shown, text=cards.text(N_("{kr}: {question}"), lang, kr=view.label(about), question=shown.text))


def _restored(cards: Cards, view: PersonView, one: KRView, *, several: bool) -> str:
    """What holds again after an undo (spec/07 §12.2)."""
    lang: Lang = view.person.lang.value
    current = one.state.current
    if current.value is not None and current.measured_on is not None:
        value = say.amount_exact(current.value, one.kr.unit, lang)
        back = cards.text(N_("Back to {value} ({day})."), lang, value=value, day=say.day(current.measured_on, lang))
    elif current.confidence is not None:
        back = cards.text(N_("Back to {value}."), lang, value=say.likelihood(current.confidence))
    elif current.self_score is not None:
        score = cards.text("self-score {score}", lang, score=say.self_score(current.self_score))
        back = cards.text(N_("Back to {value}."), lang, value=score)
    else:
        back = cards.text(N_("Taken back; nothing is recorded now."), lang)
    return cards.text(N_("{label}: {words}"), lang, label=view.label(one), words=back) if several else back
