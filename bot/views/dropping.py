"""What is said when an objective is dropped or its draft deleted: the line in the channel, and to whoever did it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.cards.words import join_names
from bot.okr.model import KRState
from bot.views.reasons import CATEGORIES
from bot.views.shapes import Data, View
from storage import changes, drafts
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.drafts import BEING_WRITTEN


def objective_line(session: Session, cards: Cards, row: m.Delivery, change: m.Change, lang: Lang) -> str:
    """`O2 Make first orders a pleasure dropped by Bea, with KR3 and KR4. Because: …`"""
    objective = session.get_one(m.Objective, change.entity_id)
    person = None if change.by_id is None else session.get_one(m.Person, change.by_id)
    params = {
        "objective": f"O{objective.number} {objective.title}",
        "name": "Okra" if person is None else person.short_name,
        "reason": (change.reason or "").rstrip(" .。"),
    }
    krs = _labels(session, row.data["krs"])
    if not krs:
        return cards.text(N_("{objective} dropped by {name}. Because: {reason}."), lang, **params)
    msgid = N_("{objective} dropped by {name}, with {krs}. Because: {reason}.")
    return cards.text(msgid, lang, krs=join_names(krs, lang), **params)


def _labels(session: Session, kr_ids: Mapping[str, object] | Sequence[int]) -> list[str]:
    rows = [session.get(m.KeyResult, int(one)) for one in kr_ids]
    return [f"KR{one.number}" for one in rows if one is not None]


def _dropped(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """To whoever dropped it: what holds from now on, the kind of reason, and the way back for a day."""
    lang: Lang = person.lang.value
    post = session.get_one(m.Delivery, data["delivery"])
    change = session.get_one(m.Change, post.data["change"])
    objective = session.get_one(m.Objective, change.entity_id)
    newest = changes.newest_of(session, changes.OBJECTIVE, objective.id, "state")
    undone = bool(post.data.get("undone"))
    stands = not undone and newest is not None and newest.id == change.id
    is_open = stands and change.at > now - UNDO_WITHIN
    return cards.card(
        "objective_dropped",
        lang,
        label=f"O{objective.number}",
        title=objective.title,
        krs=_labels(session, post.data["krs"]),
        undone=undone,
        categories=[(one.value, cards.text(text, lang)) for one, text in CATEGORIES.items()]
        if is_open and change.category is None
        else [],
        token=post.token if is_open else "",
    )


def _ask_delete(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """A draft goes with all its key results, so it is asked once."""
    objective = session.get_one(m.Objective, data["objective"])
    krs = [one for one in drafts.key_results_of(session, objective.id) if one.state is KRState.DRAFT]
    return cards.card(
        "delete_objective",
        person.lang.value,
        label=f"O{objective.number}",
        title=objective.title,
        krs=[f"KR{one.number}" for one in krs],
        token=drafts.token_of(session, objective) if objective.state in BEING_WRITTEN else "",
    )


def _deleted(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """To whoever deleted it: it is gone, and the way back for a day."""
    kept = session.get_one(m.Delivery, data["kept"])
    objective = session.get_one(m.Objective, kept.data["objective"])
    undone = bool(kept.data["undone"])
    is_open = not undone and (kept.created_at or kept.due_at) > now - UNDO_WITHIN
    return cards.card(
        "objective_deleted",
        person.lang.value,
        label=f"O{objective.number}",
        title=objective.title,
        krs=_labels(session, kept.data["before"]),
        undone=undone,
        token=kept.token if is_open else "",
    )


ANSWERS: Mapping[str, View] = {
    "objective_dropped": _dropped,
    "delete_objective": _ask_delete,
    "objective_deleted": _deleted,
}
