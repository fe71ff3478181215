"""`/okr show` of a key result that is still being written: for its team (spec/06 §11.1, spec/09 §15.1)."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import may_draft, may_publish, sees_drafts
from bot.okr.model import KRState
from bot.okr.quality import Moment
from bot.views.adding import may_add_to_published
from bot.views.advice import advice_on_key_result, lines_of
from bot.views.publishing import set_view
from bot.views.reasons import CATEGORIES
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from storage import changes
from storage import models as m
from storage.drafts import BEING_WRITTEN

GONE = N_("That draft is gone, so nothing was changed.")


def show_draft_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """What it is, what a coach says of it, what was said about it, and what can be done."""
    lang: Lang = person.lang.value
    row = session.get(m.KeyResult, data["kr"])
    actor = actor_of(session, person)
    if row is None or row.state is not KRState.DRAFT or not sees_drafts(actor, row.team_id):
        return cards.card("notice", lang, text=cards.text(GONE, lang))
    objective = session.get_one(m.Objective, row.objective_id)
    it = set_view(session, cards, objective, lang, now)
    line = next(one for one in it.lines if one.token == row.token)
    may_write = may_draft(actor, row.team_id)
    told = advice_on_key_result(session, row, now, Moment.CHECK)
    return cards.card(
        "show_draft",
        lang,
        label=f"{it.team_key}-{row.number}",
        line=line,
        first=row.start,
        today=it.today,
        objective=f"{it.label} {it.title}",
        team=it.team,
        steps=changes.steps_of(session, row),
        comments=[one for one in it.comments if one.label == line.label],
        advice=lines_of(cards, told, lang, may_write=may_write),
        token=it.token,
        may_write=may_write,
        commentable=objective.state in BEING_WRITTEN,
        publishes=may_publish(actor, row.team_id),
        alone=[(one.value, cards.text(words, lang)) for one, words in CATEGORIES.items()]
        if objective.state is m.ObjectiveState.ACTIVE
        and may_add_to_published(session, person, objective, _parent(session, row))
        else [],
    )


def _parent(session: Session, row: m.KeyResult) -> m.KeyResult | None:
    return None if row.parent_kr_id is None else session.get(m.KeyResult, row.parent_kr_id)


ANSWERS: Mapping[str, View] = {"show_draft": show_draft_card}
