"""Objectives and key results while they are being written: rows with state `draft` (spec/09 §15.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, or_, select

from bot.okr.drafts import KRDraft, StepDraft
from bot.okr.localtime import local_day
from bot.okr.model import Cadence, Checkpoint, KRState, KRType
from storage import models as m
from storage import okrs, teams
from storage.draft_messages import show_draft
from storage.models.base import new_token
from storage.pauses import unask
from storage.setting_up import steps_follow

BEING_WRITTEN = (m.ObjectiveState.DRAFT, m.ObjectiveState.TEAM_REVIEW, m.ObjectiveState.APPROVAL)
"""Objectives that are on no board yet."""
TAKES_KEY_RESULTS = (*BEING_WRITTEN, m.ObjectiveState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Drafted:
    """An objective that is being written, with all its key results."""

    objective: m.Objective
    key_results: Sequence[m.KeyResult]


def draft_objective(
    session: Session, team: m.Team, cycle: m.Cycle, title: str, *, why: str | None = None, by_id: int, now: datetime
) -> m.Objective:
    """A new draft with the next number of its team and cycle; the team's lead owns it, else who wrote it."""
    _one_at_a_time(session, team.id)
    highest = session.exec(
        select(func.max(m.Objective.number)).where(m.Objective.team_id == team.id, m.Objective.cycle_id == cycle.id)
    ).one()
    lead = teams.lead_of(session, team.id)
    row = m.Objective(
        workspace_id=team.workspace_id,
        team_id=team.id,
        cycle_id=cycle.id,
        number=(highest or 0) + 1,
        title=title,
        why=why,
        owner_id=by_id if lead is None else lead.id,
        state=m.ObjectiveState.DRAFT,
        drafted_by_id=by_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    steps_follow(session, team.workspace_id, now)
    return row


def draft_key_result(
    session: Session,
    objective: m.Objective,
    draft: KRDraft,
    *,
    by_id: int,
    now: datetime,
    state: KRState = KRState.DRAFT,
) -> m.KeyResult:
    """A new key result of an objective with the next number of its team and cycle, its steps and co-owners.

    What says nothing that could be measured is a milestone: yes or no, until somebody gives it numbers.
    """
    team = session.get_one(m.Team, objective.team_id)
    _one_at_a_time(session, team.id)
    highest = session.exec(
        select(func.max(m.KeyResult.number)).where(
            m.KeyResult.team_id == team.id, m.KeyResult.cycle_id == objective.cycle_id
        )
    ).one()
    row = m.KeyResult(
        workspace_id=objective.workspace_id,
        objective_id=objective.id,
        team_id=team.id,
        cycle_id=objective.cycle_id,
        number=max(0, highest or 0) + 1,
        title=draft.title,
        short_title=draft.short_title,
        type=draft.type or KRType.MILESTONE,
        start=draft.start,
        due=draft.due,
        state=state,
        drafted_by_id=by_id,
        created_at=now,
    )
    if state is not KRState.DRAFT:
        workspace = session.get_one(m.Workspace, team.workspace_id)
        row.published_on = local_day(now, teams.team_zone(team, workspace))
    _fill(row, draft)
    session.add(row)
    session.flush()
    _write_parts(session, row, draft)
    show_draft(session, objective.id)
    steps_follow(session, team.workspace_id, now)
    return row


def draft_of(session: Session, row: m.KeyResult) -> KRDraft:
    """A key result as it would be written now; three queries for its steps and co-owners."""
    parts = okrs.parts_of(session, [row.id])
    anchors = None
    if row.anchor_03 is not None and row.anchor_07 is not None and row.anchor_10 is not None:
        anchors = (row.anchor_03, row.anchor_07, row.anchor_10)
    return KRDraft(
        title=row.title,
        short_title=row.short_title,
        type=row.type,
        start=row.start,
        due=row.due,
        metric=row.metric,
        unit=row.unit,
        decimals=row.decimals,
        baseline=row.baseline,
        target=row.target if anchors is None else anchors[2],
        anchors=anchors,
        range_lo=row.range_lo,
        range_hi=row.range_hi,
        range_tol=row.range_tol,
        strict=row.strict,
        stretch=row.stretch,
        weight=row.weight,
        pace=row.pace,
        tag=row.tag,
        cadence=None if row.cadence is m.CadenceOfKR.INHERIT else Cadence(row.cadence.value),
        answer_policy=row.answer_policy.value,
        steps=tuple(StepDraft(one.title, one.weight, one.due) for one in parts.steps.get(row.id, ())),
        lead_owner=row.lead_owner_id,
        co_owners=tuple(parts.co_owners.get(row.id, ())),
        aliases=tuple(row.alias),
        parent_kr_id=row.parent_kr_id,
        initial_confidence=row.initial_confidence,
        checkpoints=tuple(Checkpoint(one.day, one.expected_score) for one in parts.checkpoints.get(row.id, ())),
    )


def drafts_of(session: Session, team: m.Team, cycle: m.Cycle) -> Sequence[Drafted]:
    """What a team is writing for a cycle, in order of its numbers: two queries."""
    objectives = session.exec(
        select(m.Objective)
        .where(m.Objective.team_id == team.id, m.Objective.cycle_id == cycle.id)
        .where(col(m.Objective.state).in_(BEING_WRITTEN))
        .order_by(col(m.Objective.number))
    ).all()
    rows = session.exec(
        select(m.KeyResult)
        .where(col(m.KeyResult.objective_id).in_([one.id for one in objectives]))
        .order_by(col(m.KeyResult.number))
    ).all()
    return [Drafted(one, [row for row in rows if row.objective_id == one.id]) for one in objectives]


def written_in(session: Session, team_id: int, cycle_id: int) -> Sequence[tuple[m.Objective, int]]:
    """What a team is writing for a cycle, each objective with how many key results it has so far: one query."""
    rows = session.exec(
        select(m.Objective, func.count(col(m.KeyResult.id)))
        .join(
            m.KeyResult,
            (col(m.KeyResult.objective_id) == col(m.Objective.id)) & (col(m.KeyResult.state) == KRState.DRAFT),
            isouter=True,
        )
        .where(m.Objective.team_id == team_id, m.Objective.cycle_id == cycle_id)
        .where(col(m.Objective.state).in_(BEING_WRITTEN))
        .group_by(col(m.Objective.id))
        .order_by(col(m.Objective.number))
    ).all()
    return [(objective, int(count)) for objective, count in rows]


def open_objectives(session: Session, cycles: Mapping[int, int]) -> Sequence[m.Objective]:
    """What teams write or work on, each in its cycle (team -> cycle), by team and number: one query."""
    rows = session.exec(
        select(m.Objective)
        .where(col(m.Objective.team_id).in_(list(cycles)), col(m.Objective.cycle_id).in_(list(cycles.values())))
        .where(col(m.Objective.state).in_(TAKES_KEY_RESULTS))
        .order_by(col(m.Objective.team_id), col(m.Objective.number))
    ).all()
    return [row for row in rows if cycles[row.team_id] == row.cycle_id]


def remove(session: Session, row: m.KeyResult) -> bool:
    """Take a draft away with the questions about it; False where something was said that needs it, and it stays."""
    said = select(m.Remark.id).where(m.Remark.kr_id == row.id)
    linked = select(m.Alignment.id).where(or_(m.Alignment.from_kr_id == row.id, m.Alignment.to_kr_id == row.id))
    checked = select(m.CheckIn.id).where(m.CheckIn.kr_id == row.id)
    if row.state is not KRState.DRAFT or any(session.exec(one).first() is not None for one in (said, linked, checked)):
        return False
    if not unask(session, row.id):
        return False
    for part in (m.KRStep, m.PaceCheckpoint, m.CoOwner):
        session.execute(sa.delete(part).where(col(part.kr_id) == row.id))
    _forget_advice(session, "key_result", row.id)
    session.delete(row)
    session.flush()
    show_draft(session, row.objective_id)
    return True


def remove_objective(session: Session, row: m.Objective) -> bool:
    """The same for a draft of an objective; False also where it has key results."""
    said = select(m.Remark.id).where(m.Remark.objective_id == row.id)
    linked = select(m.Alignment.id).where(
        or_(m.Alignment.from_objective_id == row.id, m.Alignment.to_objective_id == row.id)
    )
    asked = select(m.Approval.id).where(m.Approval.objective_id == row.id)
    has_krs = select(m.KeyResult.id).where(m.KeyResult.objective_id == row.id)
    stays = any(session.exec(one).first() is not None for one in (said, linked, asked, has_krs))
    if row.state is not m.ObjectiveState.DRAFT or stays:
        return False
    _forget_advice(session, "objective", row.id)
    session.delete(row)
    session.flush()
    return True


def key_results_of(session: Session, objective_id: int) -> Sequence[m.KeyResult]:
    """All key results of an objective in whatever state, drafts included, in order of their number."""
    return session.exec(
        select(m.KeyResult).where(m.KeyResult.objective_id == objective_id).order_by(col(m.KeyResult.number))
    ).all()


def objective_by_token(session: Session, token: str) -> m.Objective | None:
    """The objective that a button stands for."""
    return session.exec(select(m.Objective).where(m.Objective.token == token)).first()


def token_of(session: Session, objective: m.Objective) -> str:
    """What a button says for an objective; a row of an older version is given its token now."""
    if objective.token is None:
        objective.token = new_token()
        session.add(objective)
        session.flush()
    return objective.token


def _forget_advice(session: Session, entity: str, entity_id: int) -> None:
    mine = (col(m.DismissedCheck.entity) == entity, col(m.DismissedCheck.entity_id) == entity_id)
    session.execute(sa.delete(m.DismissedCheck).where(*mine))


def _one_at_a_time(session: Session, team_id: int) -> None:
    """Who writes for a team waits for whoever does already: each number is given once."""
    session.exec(select(m.Team.id).where(m.Team.id == team_id).with_for_update()).one()


def _fill(row: m.KeyResult, draft: KRDraft) -> None:
    """The columns whose value is the draft's own."""
    row.metric, row.unit, row.decimals, row.tag = draft.metric, draft.unit, draft.decimals, draft.tag
    row.baseline, row.target = draft.baseline, draft.goal
    row.anchor_03, row.anchor_07, row.anchor_10 = draft.anchors or (None, None, None)
    row.range_lo, row.range_hi, row.range_tol, row.strict = (
        draft.range_lo,
        draft.range_hi,
        draft.range_tol,
        draft.strict,
    )
    row.stretch, row.weight, row.pace = draft.stretch, draft.weight, draft.pace
    row.cadence = m.CadenceOfKR.INHERIT if draft.cadence is None else m.CadenceOfKR(draft.cadence.value)
    row.answer_policy = m.AnswerPolicy(draft.answer_policy)
    row.lead_owner_id, row.alias = draft.lead_owner, list(draft.aliases)
    row.parent_kr_id, row.initial_confidence = draft.parent_kr_id, draft.initial_confidence


def _write_parts(session: Session, row: m.KeyResult, draft: KRDraft) -> None:
    """Its steps, numbered in their order, and its co-owners, each once."""
    for number, step in enumerate(draft.steps, 1):
        one = m.KRStep(workspace_id=row.workspace_id, kr_id=row.id, number=number, title=step.title)
        one.weight, one.due = step.weight, step.due
        session.add(one)
    for point in draft.checkpoints:
        session.add(
            m.PaceCheckpoint(
                workspace_id=row.workspace_id, kr_id=row.id, day=point.on, expected_score=point.expected_score
            )
        )
    for person_id in dict.fromkeys(draft.co_owners):
        if person_id != draft.lead_owner:
            session.add(m.CoOwner(workspace_id=row.workspace_id, kr_id=row.id, person_id=person_id))
    session.flush()
