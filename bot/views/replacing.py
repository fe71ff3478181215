"""What is said when a key result is replaced: what was understood before the tap, and what holds after it."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr import model as okr
from bot.okr.drafts import kr_draft_of
from bot.okr.kr_lines import read_kr_line
from bot.okr.localtime import local_day
from bot.views.aims import aim_words
from bot.views.reasons import CATEGORIES
from bot.views.shapes import Data, View
from bot.views.show_changes import WORDS
from storage import models as m
from storage import okrs
from storage.check_ins import UNDO_WITHIN
from storage.owning import owners_now
from storage.teams import people_by_id, person_zone


def _preview(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    lang: Lang = person.lang.value
    kept = session.get_one(m.Delivery, data["kept"])
    row = session.get_one(m.KeyResult, kept.data["kr"])
    team = session.get_one(m.Team, row.team_id)
    start = date.fromisoformat(data["start"])
    draft = kr_draft_of(
        read_kr_line(kept.data["line"], person.number_style.value), start=start, due=max(row.due, start)
    )
    kind = draft.type or okr.KRType.MILESTONE
    kr = okr.KeyResult(
        id=0,
        team_key=team.key,
        number=0,
        title=draft.title,
        short_title=draft.short_title,
        type=kind,
        start=draft.start,
        due=draft.due,
        unit=draft.unit,
        baseline=draft.baseline,
        target=draft.target,
        range_lo=draft.range_lo,
        range_hi=draft.range_hi,
    )
    ids = owners_now(session, row)
    people = people_by_id(session, ids)
    return cards.card(
        "replace_preview",
        lang,
        label=f"{team.key}-{row.number}",
        title=row.short_title,
        new_title=draft.title,
        kind=cards.text(WORDS[kind], lang),
        aim=aim_words(cards, lang, kr),
        first=draft.start,
        last=draft.due,
        today=_today(session, person, now),
        owners=[people[one].short_name for one in ids if one in people],
        reason=kept.data["reason"],
        token=kept.token,
    )


def _replaced(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    lang: Lang = person.lang.value
    post = session.get_one(m.Delivery, data["delivery"])
    change = session.get_one(m.Change, post.data["change"])
    old, new = session.get_one(m.KeyResult, change.entity_id), session.get_one(m.KeyResult, post.data["new"])
    team = session.get_one(m.Team, old.team_id)
    is_open = old.state.value == change.new and not post.data.get("undone") and change.at > now - UNDO_WITHIN
    asks_why = is_open and change.category is None
    kr = okrs.definition(new, team, okrs.parts_of(session, [new.id]))
    return cards.card(
        "kr_replaced",
        lang,
        label=f"{team.key}-{old.number}",
        title=old.short_title,
        new_label=kr.key,
        new_title=new.short_title,
        new_token=new.token,
        aim=aim_words(cards, lang, kr),
        first=new.start,
        last=new.due,
        today=_today(session, person, now),
        categories=[(one.value, cards.text(text, lang)) for one, text in CATEGORIES.items()] if asks_why else [],
        token=post.token if is_open else "",
    )


def _today(session: Session, person: m.Person, now: datetime) -> date:
    return local_day(now, person_zone(person, session.get_one(m.Workspace, person.workspace_id)))


ANSWERS: Mapping[str, View] = {"replace_preview": _preview, "kr_replaced": _replaced}
