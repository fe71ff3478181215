"""Taking teams for planning: their agenda rows and the people they share with others are held while it lasts.

On PostgreSQL what another process holds is left to it, so replicas plan different teams and nobody waits. SQLite has
one writer: there everything is free.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from bot.okr.model import KRState
from storage import models as m

NEAR = timedelta(days=1)
"""Whose calendar day it is depends on where they live."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A ritual of a team that is to be planned, and when it was due."""

    id: int
    kind: m.RitualKind
    due_at: datetime


def take(session: Session, team_ids: Collection[int], now: datetime, until: datetime) -> dict[int, list[Taken]]:
    """Of these teams those with something due at `now`, with all rituals that are due by `until`.

    Teams in the order of `team_ids`, each one's rituals the longest waiting first.
    """
    found: dict[int, list[Taken]] = {}
    for team_id, *row in session.execute(_TAKE, {"teams": list(team_ids), "until": until}):
        found.setdefault(team_id, []).append(Taken(*row))
    return {one: found[one] for one in team_ids if one in found and found[one][0].due_at <= now}


_TAKE = (
    sa.select(col(m.Agenda.team_id), col(m.Agenda.id), col(m.Agenda.kind), col(m.Agenda.next_due_at))
    .where(col(m.Agenda.team_id).in_(sa.bindparam("teams", expanding=True)))
    .where(col(m.Agenda.next_due_at) <= sa.bindparam("until"))
    .order_by(col(m.Agenda.next_due_at), col(m.Agenda.id))
    .with_for_update(skip_locked=True)
)


def hold_people(session: Session, person_ids: Iterable[int]) -> set[int]:
    """Those of these people whom nobody else plans for at this moment; nobody will until the transaction ends.

    A key that another row refers to may still be referred to meanwhile.
    """
    wanted = sorted(person_ids)
    return set(session.execute(_HOLD, {"people": wanted}).scalars()) if wanted else set()


_HOLD = (
    sa.select(col(m.Person.id))
    .where(col(m.Person.id).in_(sa.bindparam("people", expanding=True)))
    .order_by(col(m.Person.id))
    .with_for_update(key_share=True, skip_locked=True)
)


def asked_of_several(session: Session, team_ids: Collection[int], today: date) -> dict[int, set[int]]:
    """By team: those of its people whom another team may ask as well, be it in somebody's place."""
    days = {"from": today - NEAR, "to": today + NEAR}
    by_team: dict[int, set[int]] = {}
    for team_id, person_id in session.execute(_ASKED_BY_TEAMS, {"teams": list(team_ids), **days}):
        if person_id is not None:
            by_team.setdefault(team_id, set()).add(person_id)
    people = sorted(set[int]().union(*by_team.values()))
    teams_of: dict[int, set[int]] = {}
    if people:
        for team_id, person_id in session.execute(_TEAMS_ASKING, {"people": people, **days}):
            teams_of.setdefault(person_id, set()).add(team_id)
    several = {one for one, teams in teams_of.items() if len(teams) > 1}
    return {team_id: found & several for team_id, found in by_team.items()}


def _asked(of_teams: bool) -> sa.CompoundSelect[Any]:
    """Pairs of a team and somebody it may ask, either of these teams or about these people."""
    kr, shared, away, health = (
        m.Row.metadata.tables[name] for name in ("key_result", "co_owner", "away", "health_metric")
    )
    teams: sa.BindParameter[int] = sa.bindparam("teams", expanding=True)
    people: sa.BindParameter[int] = sa.bindparam("people", expanding=True)
    active = kr.c.state == KRState.ACTIVE
    near = sa.and_(away.c.first_day <= sa.bindparam("to"), away.c.last_day >= sa.bindparam("from"))

    def these(team_id: sa.ColumnElement[int], person_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        return team_id.in_(teams) if of_teams else person_id.in_(people)

    with_shared = kr.join(shared, shared.c.kr_id == kr.c.id)
    return sa.union(
        sa.select(kr.c.team_id, kr.c.lead_owner_id).where(these(kr.c.team_id, kr.c.lead_owner_id), active),
        sa.select(kr.c.team_id, shared.c.person_id)
        .select_from(with_shared)
        .where(these(kr.c.team_id, shared.c.person_id), active),
        sa.select(kr.c.team_id, away.c.delegate_id)
        .select_from(kr.join(away, away.c.person_id == kr.c.lead_owner_id))
        .where(these(kr.c.team_id, away.c.delegate_id), active, near),
        sa.select(kr.c.team_id, away.c.delegate_id)
        .select_from(with_shared.join(away, away.c.person_id == shared.c.person_id))
        .where(these(kr.c.team_id, away.c.delegate_id), active, near),
        sa.select(health.c.team_id, health.c.owner_id).where(these(health.c.team_id, health.c.owner_id)),
    )


_ASKED_BY_TEAMS = _asked(of_teams=True)
_TEAMS_ASKING = _asked(of_teams=False)


def teams_with_ended_pauses(session: Session, team_ids: Collection[int], now: datetime) -> set[int]:
    """Teams with a pause that may be over by its owner's calendar, wherever they live."""
    by = (now + NEAR).date()
    return set(session.execute(_ENDED_PAUSES, {"teams": list(team_ids), "by": by}).scalars())


_ENDED_PAUSES = (
    sa.select(col(m.KeyResult.team_id))
    .where(col(m.KeyResult.team_id).in_(sa.bindparam("teams", expanding=True)))
    .where(col(m.KeyResult.state) == KRState.PAUSED, col(m.KeyResult.paused_until) < sa.bindparam("by"))
    .distinct()
)


@dataclass(frozen=True, slots=True)
class InQuestion:
    """A key result that somebody is asked about, or was before the question went to another."""

    kr_id: int
    state: m.ItemState
    person_id: int


def items_in_question(session: Session, team_ids: Collection[int], since: datetime) -> dict[int, list[InQuestion]]:
    """What the questions of these teams since a moment ask, or asked before it went to somebody else: by team."""
    found: dict[int, list[InQuestion]] = {}
    for team_id, *item in session.execute(_IN_QUESTION, {"teams": list(team_ids), "since": since}):
        found.setdefault(team_id, []).append(InQuestion(*item))
    return found


_IN_QUESTION = (
    sa.select(col(m.RitualRun.team_id), col(m.PromptItem.kr_id), col(m.PromptItem.state), col(m.Prompt.person_id))
    .join_from(m.PromptItem, m.Prompt, col(m.Prompt.id) == col(m.PromptItem.prompt_id))
    .join(m.RitualRun, col(m.RitualRun.id) == col(m.PromptItem.run_id))
    .where(col(m.RitualRun.team_id).in_(sa.bindparam("teams", expanding=True)))
    .where(col(m.RitualRun.created_at) >= sa.bindparam("since"))
    .where(col(m.PromptItem.state).in_((m.ItemState.OPEN, m.ItemState.HANDED_OVER)))
    .order_by(col(m.PromptItem.id))
)


def look_at(session: Session, agenda_id: int, at: datetime | None, now: datetime) -> None:
    """Say when a ritual is to be planned again."""
    session.connection().execute(LOOK_AT, {"agenda": agenda_id, "at": at, "now": now})


LOOK_AT = (
    sa.update(m.Row.metadata.tables["agenda"])
    .where(m.Row.metadata.tables["agenda"].c.id == sa.bindparam("agenda"))
    .values(next_due_at=sa.bindparam("at"), updated_at=sa.bindparam("now"))
)
