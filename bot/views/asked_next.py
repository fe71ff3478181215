"""When the next question about some key results goes out, said in one way wherever they become active."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.render import Cards
from bot.okr import planning
from bot.okr.localtime import local_day
from bot.views.facts import team_facts
from storage import models as m
from storage.teams import team_zone

AHEAD = timedelta(days=35)
NOW = N_("The question of this week asks about it already.")
ON = N_("The next question about it goes out on {weekday}, {day}.")


def asked_next(session: Session, cards: Cards, lang: Lang, team: m.Team, kr_ids: Collection[int], now: datetime) -> str:
    """The sentence; empty where no question is in sight."""
    plan = planning.plan(team_facts(session, team, now), planning.Ritual.WEEKLY_CHECK_IN, now, now + AHEAD)
    about = [one for one in plan.messages if one.message is planning.Message.CHECK_IN]
    due = min((one.due_at for one in about if not set(kr_ids).isdisjoint(one.kr_ids)), default=None)
    if due is None:
        return ""
    if due <= now:
        return cards.text(NOW, lang)
    zone = team_zone(team, session.get_one(m.Workspace, team.workspace_id))
    on, today = local_day(due, zone), local_day(now, zone)
    return cards.text(ON, lang, weekday=say.weekday(on, lang), day=say.day(on, lang, today))
