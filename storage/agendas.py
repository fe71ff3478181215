"""Queries of the agenda, runs and prompts: what the clock has to look at, and what it opened."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, or_, select

from bot.okr.model import KRState
from storage import models as m
from storage.backup import MAYBE_SENT
from storage.types import Instant

RITUALS = tuple(m.RitualKind)

# What every tick asks is put into words once: SQLAlchemy takes longer to build a statement than SQLite to answer it.
_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_IS_DUE = col(m.Agenda.next_due_at) <= sa.bindparam("now")  # NULL never compares as due
_DUE_TEAMS = select(m.Agenda.team_id).where(_IS_DUE).order_by(col(m.Agenda.next_due_at), col(m.Agenda.team_id))
_DUE_AGENDAS = (
    select(m.Agenda)
    .where(col(m.Agenda.team_id) == sa.bindparam("team"), _IS_DUE)
    .order_by(col(m.Agenda.next_due_at), col(m.Agenda.id))
)
_RUNS = select(m.RitualRun).where(col(m.RitualRun.id).in_(_IDS))
_PROMPT = select(m.Prompt).where(
    col(m.Prompt.person_id) == sa.bindparam("person"),
    m.Prompt.kind == m.RitualKind.WEEKLY_CHECK_IN,
    col(m.Prompt.period) == sa.bindparam("period"),
)
_ITEMS = (
    select(m.PromptItem).where(col(m.PromptItem.prompt_id) == sa.bindparam("prompt")).order_by(col(m.PromptItem.id))
)
_MAYBE_ASKED = sa.and_(col(m.Delivery.state) == m.DeliveryState.SKIPPED, col(m.Delivery.reason) == MAYBE_SENT)
"""Left out after a restore because it may have gone out before: whoever it was for counts as asked, and is reminded."""
_ASKED_AT = sa.func.coalesce(m.Delivery.sending_at, m.Delivery.due_at)
_NEWEST_PROMPT = (
    select(m.Prompt)
    .join(m.Delivery, col(m.Delivery.prompt_id) == col(m.Prompt.id))
    .where(col(m.Prompt.person_id) == sa.bindparam("person"), m.Delivery.kind == "check_in")
    .where(
        or_(
            col(m.Delivery.state).in_((m.DeliveryState.SENT, m.DeliveryState.SENDING, m.DeliveryState.UNKNOWN)),
            _MAYBE_ASKED,
        )
    )
    .order_by(_ASKED_AT.desc(), col(m.Prompt.id).desc())
)
_PROMPT_AT = _NEWEST_PROMPT.where(sa.bindparam("moment", type_=Instant) >= _ASKED_AT)
_PROMPT_DELIVERIES = (
    select(m.Delivery)
    .where(col(m.Delivery.kind).in_(sa.bindparam("kinds", expanding=True)))
    .where(col(m.Delivery.person_id).in_(sa.bindparam("people", expanding=True)))
    .where(col(m.Delivery.due_at) >= sa.bindparam("since"))
    .order_by(col(m.Delivery.id))
)
_WAS_ASKED = (
    select(m.Delivery.id)
    .where(m.Delivery.kind == "check_in", col(m.Delivery.person_id) == sa.bindparam("person"))
    .where(col(m.Delivery.period) == sa.bindparam("period"))
    .where(or_(col(m.Delivery.state) != m.DeliveryState.SKIPPED, _MAYBE_ASKED))
)
_ITEMS_IN_QUESTION = (
    select(m.PromptItem, m.Prompt)
    .join(m.Prompt, col(m.Prompt.id) == col(m.PromptItem.prompt_id))
    .join(m.RitualRun, col(m.RitualRun.id) == col(m.PromptItem.run_id))
    .where(col(m.RitualRun.team_id) == sa.bindparam("team"), col(m.RitualRun.created_at) >= sa.bindparam("since"))
    .where(col(m.PromptItem.state).in_((m.ItemState.OPEN, m.ItemState.HANDED_OVER)))
    .order_by(col(m.PromptItem.id))
)
_ITEMS_ABOUT = (
    select(m.PromptItem, m.Prompt)
    .join(m.Prompt, col(m.Prompt.id) == col(m.PromptItem.prompt_id))
    .where(col(m.PromptItem.kr_id).in_(_IDS), col(m.Prompt.created_at) >= sa.bindparam("since"))
    .order_by(col(m.PromptItem.id))
)
_PERSON: sa.BindParameter[int] = sa.bindparam("person")
_OWNED = select(m.KeyResult.team_id).where(
    or_(
        col(m.KeyResult.lead_owner_id) == _PERSON,
        col(m.KeyResult.id).in_(select(m.CoOwner.kr_id).where(col(m.CoOwner.person_id) == _PERSON)),
    )
)
_MEMBER = select(m.Membership.team_id).where(col(m.Membership.person_id) == _PERSON)
_TEAMS_ASKING = (
    select(m.Team).where(or_(col(m.Team.id).in_(_OWNED), col(m.Team.id).in_(_MEMBER))).order_by(col(m.Team.id))
)
_AGENDA = m.Row.metadata.tables["agenda"]
_LOOK_AGAIN = (
    sa.update(_AGENDA)
    .where(_AGENDA.c.team_id.in_(sa.bindparam("teams", expanding=True)))
    .values(next_due_at=sa.bindparam("now"), updated_at=sa.bindparam("now"))
)
_HEALTH = (
    select(m.HealthMetric).where(col(m.HealthMetric.team_id) == sa.bindparam("team")).order_by(col(m.HealthMetric.id))
)


def due_teams(session: Session, now: datetime) -> Sequence[int]:
    """The teams that have something to plan, the longest waiting first.

    Each once: grouping them in the query would make SQLite go through all agendas there are.
    """
    return list(dict.fromkeys(session.exec(_DUE_TEAMS, params={"now": now})))


def due_agendas_of(session: Session, team_id: int, now: datetime) -> Sequence[m.Agenda]:
    """The rituals of one team that have something to plan, the longest waiting first."""
    return session.exec(_DUE_AGENDAS, params={"team": team_id, "now": now}).all()


def open_agenda(session: Session, team: m.Team, now: datetime) -> None:
    """Give a team its agenda rows; those it has are looked at anew."""
    present = {row.kind: row for row in session.exec(select(m.Agenda).where(m.Agenda.team_id == team.id))}
    for kind in RITUALS:
        row = present.get(kind)
        if row is None:
            row = m.Agenda(workspace_id=team.workspace_id, team_id=team.id, kind=kind)
        row.next_due_at = now
        session.add(row)


def look_again(session: Session, team_ids: Iterable[int], now: datetime) -> None:
    """Plan these teams anew: something their plans depend on has changed. Planning again is always harmless."""
    session.flush()
    session.execute(_LOOK_AGAIN, {"teams": list(team_ids), "now": now})


def look_again_for_person(session: Session, person_id: int, now: datetime) -> None:
    """Plan all teams of a person anew: their zone, hours or absence has changed.

    Also those that ask them about a health metric only.
    """
    health = session.exec(select(m.HealthMetric.team_id).where(m.HealthMetric.owner_id == person_id)).all()
    look_again(session, {*(team.id for team in teams_asking(session, person_id)), *health}, now)


def teams_asking(session: Session, person_id: int) -> Sequence[m.Team]:
    """The teams whose plans a person is part of."""
    return session.exec(_TEAMS_ASKING, params={"person": person_id}).all()


def first_team(session: Session, person: m.Person) -> m.Team:
    """The oldest team of a person's workspace. Raises `NoResultFound` where there is none."""
    return session.exec(
        select(m.Team).where(m.Team.workspace_id == person.workspace_id).order_by(col(m.Team.id)).limit(1)
    ).one()


def runs_by_ids(session: Session, ids: Iterable[int]) -> Sequence[m.RitualRun]:
    """These runs."""
    return session.exec(_RUNS, params={"ids": sorted(ids)}).all()


def open_run(
    session: Session,
    team: m.Team,
    kind: m.RitualKind,
    period: str,
    *,
    meeting_id: int | None,
    meeting_at: datetime | None,
    digest_at: datetime | None,
) -> m.RitualRun:
    """The run of a ritual in a period; made if there is none. A moved meeting moves its times, never its period."""
    run = run_of(session, team.id, kind, period)
    if run is None:
        run = m.RitualRun(workspace_id=team.workspace_id, team_id=team.id, kind=kind, period=period)
    run.meeting_id = meeting_id
    run.meeting_at = meeting_at
    run.digest_at = digest_at
    session.add(run)
    session.flush()
    return run


def prompt_of(session: Session, person_id: int, period: str) -> m.Prompt | None:
    """A person's weekly question of a period."""
    return session.exec(_PROMPT, params={"person": person_id, "period": period}).first()


def has_prompts(session: Session, person_id: int) -> bool:
    """True if this person was ever asked: the first time, one more line says how to answer."""
    return session.exec(select(m.Prompt.id).where(m.Prompt.person_id == person_id).limit(1)).first() is not None


def items_of(session: Session, prompt_id: int) -> Sequence[m.PromptItem]:
    """The key results of a prompt, in the order they were put in."""
    return session.exec(_ITEMS, params={"prompt": prompt_id}).all()


def newest_prompt(session: Session, person_id: int) -> m.Prompt | None:
    """The weekly question that stands in a person's DM: the newest whose message was sent, or may have been."""
    return session.exec(_NEWEST_PROMPT, params={"person": person_id}).first()


def prompt_at(session: Session, person_id: int, moment: datetime) -> m.Prompt | None:
    """The weekly question that stood in a person's DM at a moment that has passed."""
    return session.exec(_PROMPT_AT, params={"person": person_id, "moment": moment}).first()


def sent_at(session: Session, prompt_id: int) -> datetime | None:
    """When a prompt's question went out; None while it is still to go."""
    return session.exec(
        select(m.Delivery.sending_at).where(m.Delivery.prompt_id == prompt_id, m.Delivery.kind == "check_in")
    ).first()


def prompt_deliveries_since(
    session: Session, person_ids: Iterable[int], since: datetime, kinds: Collection[str] = ("check_in",)
) -> Sequence[m.Delivery]:
    """The check-in questions of these people that were decided since a moment: sent, unknown or skipped.

    `kinds` names other messages of a question that are wanted as well, or instead.
    """
    wanted = {"kinds": list(kinds), "people": list(person_ids), "since": since}
    return session.exec(_PROMPT_DELIVERIES, params=wanted).all()


def ask_after_all(
    session: Session,
    *,
    person_id: int,
    period: str,
    reasons: Collection[str],
    due_at: datetime,
    now: datetime,
    prompt_id: int | None,
    data: Mapping[str, Any],
) -> bool:
    """Put a question that was left out back into the outbox, if it was so for one of these reasons and never sent."""
    row = session.exec(
        select(m.Delivery).where(
            m.Delivery.kind == "check_in",
            m.Delivery.person_id == person_id,
            m.Delivery.period == period,
            m.Delivery.state == m.DeliveryState.SKIPPED,
            col(m.Delivery.reason).in_(reasons),
        )
    ).first()
    if row is None or row.sending_at is not None:
        return False
    row.state = m.DeliveryState.PLANNED
    row.reason = None
    row.due_at = max(due_at, now)
    row.prompt_id = prompt_id
    row.data = dict(data)
    session.add(row)
    session.flush()
    return True


def was_asked(session: Session, person_id: int, period: str) -> bool:
    """True if a question of this period stands in the outbox, has left it, or may have."""
    return session.exec(_WAS_ASKED, params={"person": person_id, "period": period}).first() is not None


def other_teams_asking(session: Session, person_id: int, team_id: int, today: date) -> Sequence[m.Team]:
    """The other teams that may ask a person: their key results, those of people they stand in for, health metrics."""
    near = timedelta(days=1)  # whose calendar day it is depends on where they live
    absent = (
        select(m.Away.person_id)
        .where(m.Away.delegate_id == person_id)
        .where(m.Away.first_day <= today + near, m.Away.last_day >= today - near)
    )
    answering = or_(col(m.KeyResult.lead_owner_id) == person_id, col(m.KeyResult.lead_owner_id).in_(absent))
    shared = select(m.CoOwner.kr_id).where(
        or_(col(m.CoOwner.person_id) == person_id, col(m.CoOwner.person_id).in_(absent))
    )
    asking = select(m.KeyResult.team_id).where(
        or_(answering, col(m.KeyResult.id).in_(shared)), m.KeyResult.state == KRState.ACTIVE
    )
    health = select(m.HealthMetric.team_id).where(m.HealthMetric.owner_id == person_id)
    return session.exec(
        select(m.Team)
        .where(or_(col(m.Team.id).in_(asking), col(m.Team.id).in_(health)), m.Team.id != team_id)
        .order_by(col(m.Team.id))
    ).all()


def items_in_question(session: Session, team_id: int, since: datetime) -> Sequence[tuple[m.PromptItem, m.Prompt]]:
    """What a team's questions since a moment ask, or asked before it went to somebody else."""
    return list(session.exec(_ITEMS_IN_QUESTION, params={"team": team_id, "since": since}))


def health_of(session: Session, team_id: int) -> Sequence[m.HealthMetric]:
    """A team's health metrics, in order."""
    return session.exec(_HEALTH, params={"team": team_id}).all()


def items_about(session: Session, kr_ids: Collection[int], since: datetime) -> Sequence[tuple[m.PromptItem, m.Prompt]]:
    """Everything that was asked about these key results since a moment, of whomever."""
    if not kr_ids:
        return []
    return list(session.exec(_ITEMS_ABOUT, params={"ids": sorted(kr_ids), "since": since}))


def run_of(session: Session, team_id: int, kind: m.RitualKind, period: str) -> m.RitualRun | None:
    """The run of a ritual in a period, if it was opened."""
    return session.exec(
        select(m.RitualRun).where(
            m.RitualRun.team_id == team_id, m.RitualRun.kind == kind, m.RitualRun.period == period
        )
    ).first()
