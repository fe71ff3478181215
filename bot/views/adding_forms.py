"""What `/okr add` says beside the card of a key result: what can be added, objectives, and the forms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.localtime import local_day
from bot.okr.quality import Moment
from bot.okr.writing import sprint_due
from bot.views.adding import MOST_ADVICE, MOST_OBJECTIVES
from bot.views.advice import advice_on_objective, advice_on_team, lines_of
from bot.views.shapes import Data, Prepare, View
from storage import drafts
from storage import models as m
from storage.teams import team_zone


def _add_what(_session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """What can be added, with a button for each."""
    return cards.card("add_what", person.lang.value, unknown=bool(data.get("unknown")))


def _no_objective(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """A key result belongs to an objective, and the team has none in this cycle."""
    team = session.get_one(m.Team, data["team"])
    return cards.card("no_objective", person.lang.value, team=team.name, key=team.key, cycle=data["cycle"])


def _objective_drafted(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """An objective that was saved as a draft: what there is to think about, and what comes next."""
    lang: Lang = person.lang.value
    row = session.get(m.Objective, data["objective"])
    if row is None:
        return cards.card(
            "notice", lang, text=cards.text(N_("That draft was taken back; nothing of it is kept."), lang)
        )
    team, cycle = session.get_one(m.Team, row.team_id), session.get_one(m.Cycle, row.cycle_id)
    told = [*advice_on_objective(session, row, now, Moment.DRAFT), *advice_on_team(session, team, now, Moment.DRAFT)]
    about = [one for one in told if not one.label]
    is_draft = row.state is m.ObjectiveState.DRAFT
    return cards.card(
        "objective_drafted",
        lang,
        label=f"O{row.number}",
        title=row.title,
        why=row.why or "",
        team=team.name,
        cycle=cycle.name,
        lines=lines_of(cards, about[:MOST_ADVICE], lang) if is_draft else [],
        token=drafts.token_of(session, row),
        is_draft=is_draft,
    )


# --- forms ------------------------------------------------------------------------------------------------


def _objective_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    team = session.get_one(m.Team, data["team"])
    row = None if data.get("objective") is None else session.get(m.Objective, data["objective"])
    return {
        "token": team.key if row is None else f"{team.key}:{drafts.token_of(session, row)}",
        "team": team.name,
        "title": data["title"] if row is None else row.title,
        "why": "" if row is None else row.why or "",
    }


def _kr_line_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    rows = [session.get_one(m.Objective, one) for one in data["objectives"]][:MOST_OBJECTIVES]
    several = len({one.team_id for one in rows}) > 1
    choices = []
    for one in rows:
        key = f"{session.get_one(m.Team, one.team_id).key} " if several else ""
        choices.append({"value": drafts.token_of(session, one), "label": f"{key}O{one.number} {one.title}"})
    return {"choices": choices}


def _sprint_form(session: Session, person: m.Person, data: Data, now: datetime) -> dict[str, Any]:
    row = session.get_one(m.KeyResult, data["kr"])
    team = session.get_one(m.Team, row.team_id)
    today = local_day(now, team_zone(team, session.get_one(m.Workspace, team.workspace_id)))
    due = sprint_due(today, row.due)
    return {
        "token": row.token,
        "label": f"{team.key}-{row.number}",
        "title": row.short_title,
        "due": due,
        "due_typed": due.isoformat(),
        "name": person.short_name,
    }


ANSWERS: Mapping[str, View] = {
    "add_what": _add_what,
    "no_objective": _no_objective,
    "objective_drafted": _objective_drafted,
}
FORMS: Mapping[str, Prepare] = {
    "objective_form": _objective_form,
    "kr_line_form": _kr_line_form,
    "sprint_form": _sprint_form,
}
