"""A team without a cycle: what it is told, the form that starts one, and what was started (spec/07 §12.10)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import may_set_team
from bot.okr.localtime import local_day
from bot.views.rights import actor_of
from bot.views.shapes import Data, Prepare, View
from storage import models as m
from storage import okrs
from storage.teams import lead_of, team_zone

ENOUGH_LEFT = timedelta(weeks=4)
"""With less of the quarter left, the next one is proposed."""


def no_cycle_card(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """That `data["team"]` has no cycle, and for those who may a button that starts one."""
    team = session.get_one(m.Team, data["team"])
    lead = lead_of(session, team.id)
    may = may_set_team(actor_of(session, person), team.id)
    return cards.card(
        "no_cycle",
        person.lang.value,
        team=team.name,
        key=team.key,
        may=may,
        lead="" if lead is None else lead.short_name,
    )


def _started(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    lang: Lang = person.lang.value
    cycle, team = session.get_one(m.Cycle, data["cycle"]), session.get_one(m.Team, data["team"])
    text = cards.text(
        N_("{cycle} of {team} runs from {first} to {last}, {n} weeks. Now its objectives: /okr add objective."),
        lang,
        cycle=cycle.name,
        team=team.name,
        first=say.day(cycle.first_day, lang, now.date()),
        last=say.day(cycle.last_day, lang, now.date()),
        n=data["weeks"],
    )
    return cards.card("notice", lang, text=text)


def _form(session: Session, _person: m.Person, data: Data, now: datetime) -> dict[str, Any]:
    """A quarter is proposed: the one after the running cycle, else this one, or the next where little of it is left."""
    team = session.get_one(m.Team, data["team"])
    today = local_day(now, team_zone(team, session.get_one(m.Workspace, team.workspace_id)))
    running = okrs.active_cycle(session, team, today)
    if running is not None and running.last_day >= today:
        first = running.last_day + timedelta(days=1)
        last = _quarter_end(first)
    else:
        first, last = _quarter_start(today), _quarter_end(today)
        if last - today < ENOUGH_LEFT:
            first = last + timedelta(days=1)
            last = _quarter_end(first)
    return {
        "team": team.name,
        "key": team.key,
        "name": f"{first.year} Q{(first.month - 1) // 3 + 1}",
        "first": first.isoformat(),
        "last": last.isoformat(),
    }


def _quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _quarter_end(day: date) -> date:
    start = _quarter_start(day)
    after = date(start.year + 1, 1, 1) if start.month == 10 else date(start.year, start.month + 3, 1)
    return after - timedelta(days=1)


ANSWERS: Mapping[str, View] = {"no_cycle": no_cycle_card, "cycle_started": _started}
FORMS: Mapping[str, Prepare] = {"cycle_form": _form}
