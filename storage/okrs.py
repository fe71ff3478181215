"""Queries of OKRs: a team's objectives and key results, as rows and as the domain's values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, or_, select

from bot.okr import model as okr
from storage import models as m

ON_BOARDS = (m.ObjectiveState.ACTIVE, m.ObjectiveState.CLOSED)
"""Objectives that a team works on, or has; what is still being drafted is nobody's board yet."""


def is_on_board(row: m.Objective) -> bool:
    """True for what was published and is on its team's board, dropped or not."""
    return row.state in ON_BOARDS or (row.state is m.ObjectiveState.DROPPED and row.published_at is not None)


_SHOWN = or_(
    col(m.Objective.state).in_(ON_BOARDS),
    (col(m.Objective.state) == m.ObjectiveState.DROPPED) & col(m.Objective.published_at).is_not(None),
)
"""The same as a condition: what was given up stays on the board with its reason (spec/09 §15.2)."""
_CYCLES = (
    select(m.Cycle)
    .where(col(m.Cycle.workspace_id) == sa.bindparam("workspace"))
    .where(or_(col(m.Cycle.team_id).in_(sa.bindparam("teams", expanding=True)), col(m.Cycle.team_id).is_(None)))
    .where(col(m.Cycle.state).in_((m.CycleState.ACTIVE, m.CycleState.CLOSING)))
    .order_by(col(m.Cycle.team_id).is_(None), col(m.Cycle.first_day).desc())
)
_OBJECTIVES = (
    select(m.Objective)
    .where(col(m.Objective.team_id).in_(sa.bindparam("teams", expanding=True)))
    .where(col(m.Objective.cycle_id).in_(sa.bindparam("cycles", expanding=True)))
    .where(_SHOWN)
    .order_by(col(m.Objective.number))
)
_KEY_RESULTS = (
    select(m.KeyResult)
    .where(col(m.KeyResult.objective_id).in_(sa.bindparam("objectives", expanding=True)))
    .where(m.KeyResult.state != okr.KRState.DRAFT)
    .order_by(col(m.KeyResult.number))
)
_OF_THESE: sa.BindParameter[int] = sa.bindparam("krs", expanding=True)
_PEOPLE: sa.BindParameter[int] = sa.bindparam("people", expanding=True)
_HAS_PARTS = or_(
    *(
        select(part.id).where(col(part.kr_id) == col(m.KeyResult.id)).exists()
        for part in (m.KRStep, m.PaceCheckpoint, m.CoOwner)
    )
)
_CONCERNED = (
    select(m.KeyResult, m.Objective, _HAS_PARTS)
    .join(m.Objective, col(m.Objective.id) == col(m.KeyResult.objective_id))
    .where(col(m.Objective.team_id).in_(sa.bindparam("teams", expanding=True)))
    .where(col(m.Objective.cycle_id).in_(sa.bindparam("cycles", expanding=True)))
    .where(_SHOWN, m.KeyResult.state != okr.KRState.DRAFT)
    .where(
        or_(
            col(m.KeyResult.id).in_(_OF_THESE),
            col(m.KeyResult.lead_owner_id).in_(_PEOPLE),
            col(m.KeyResult.id).in_(select(m.CoOwner.kr_id).where(col(m.CoOwner.person_id).in_(_PEOPLE))),
        )
    )
    .order_by(col(m.Objective.number), col(m.KeyResult.number))
)
_STEPS = select(m.KRStep).where(col(m.KRStep.kr_id).in_(_OF_THESE)).order_by(col(m.KRStep.number))
_CHECKPOINTS = (
    select(m.PaceCheckpoint).where(col(m.PaceCheckpoint.kr_id).in_(_OF_THESE)).order_by(col(m.PaceCheckpoint.day))
)
_CO_OWNERS = select(m.CoOwner).where(col(m.CoOwner.kr_id).in_(_OF_THESE)).order_by(col(m.CoOwner.id))


@dataclass(frozen=True, slots=True)
class Concerned:
    """Which key results of a team are wanted: those that these people answer for, and these."""

    people: frozenset[int]
    krs: frozenset[int]


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to a set of key results: steps, checkpoints and co-owners, by KR."""

    steps: Mapping[int, list[m.KRStep]] = field(default_factory=dict)
    checkpoints: Mapping[int, list[m.PaceCheckpoint]] = field(default_factory=dict)
    co_owners: Mapping[int, list[int]] = field(default_factory=dict)


def active_cycle(session: Session, team: m.Team, today: date) -> m.Cycle | None:
    """The team's cycle that holds `today`; else its active one; its own goes before the workspace's."""
    return active_cycles(session, team.workspace_id, {team.id: today})[team.id]


def active_cycles(session: Session, workspace_id: int, days: Mapping[int, date]) -> dict[int, m.Cycle | None]:
    """The same for many teams of one workspace, each on its own calendar day: one query."""
    rows = session.exec(_CYCLES, params={"workspace": workspace_id, "teams": list(days)}).all()
    found = {}
    for team_id, today in days.items():
        cycles = [one for one in rows if one.team_id in (team_id, None)]
        holding = (one for one in cycles if one.first_day <= today <= one.last_day)
        found[team_id] = next(holding, cycles[0] if cycles else None)
    return found


def objectives_of(session: Session, cycles: Mapping[int, int]) -> dict[int, list[m.Objective]]:
    """The objectives that teams work on, each in its cycle (team -> cycle), in order of their number: one query."""
    chosen = {"teams": list(cycles), "cycles": list(set(cycles.values()))}
    rows = session.exec(_OBJECTIVES, params=chosen).all()
    found: dict[int, list[m.Objective]] = {}
    for row in rows:
        if cycles[row.team_id] == row.cycle_id:
            found.setdefault(row.team_id, []).append(row)
    return found


def key_results_of(session: Session, objective_ids: Iterable[int]) -> Sequence[m.KeyResult]:
    """All key results of these objectives but drafts, in order of their number."""
    return session.exec(_KEY_RESULTS, params={"objectives": list(objective_ids)}).all()


def concerned(
    session: Session, cycles: Mapping[int, int], only: Concerned
) -> tuple[list[m.Objective], list[m.KeyResult], Parts]:
    """Of all that teams work on, each in its cycle (team -> cycle), what is wanted of it: one query, or four."""
    params = {"teams": list(cycles), "cycles": list(set(cycles.values())), "krs": list(only.krs)}
    rows = session.exec(_CONCERNED, params={**params, "people": list(only.people)}).all()
    found = [one for one in rows if cycles[one[1].team_id] == one[1].cycle_id]
    objectives = {objective.id: objective for _row, objective, _has_parts in found}
    of_parts = [row.id for row, _objective, has_parts in found if has_parts]
    parts = parts_of(session, of_parts) if of_parts else Parts()
    return list(objectives.values()), [row for row, _objective, _has_parts in found], parts


def parts_of(session: Session, kr_ids: Iterable[int]) -> Parts:
    """Steps, checkpoints and co-owners of these key results: three queries however many there are."""
    ids = {"krs": list(kr_ids)}
    steps: dict[int, list[m.KRStep]] = {}
    for step in session.exec(_STEPS, params=ids):
        steps.setdefault(step.kr_id, []).append(step)
    checkpoints: dict[int, list[m.PaceCheckpoint]] = {}
    for point in session.exec(_CHECKPOINTS, params=ids):
        checkpoints.setdefault(point.kr_id, []).append(point)
    co_owners: dict[int, list[int]] = {}
    for co in session.exec(_CO_OWNERS, params=ids):
        co_owners.setdefault(co.kr_id, []).append(co.person_id)
    return Parts(steps, checkpoints, co_owners)


def cadence_of(row: m.KeyResult, team: m.Team) -> okr.Cadence:
    """How often a key result is asked: its own cadence, or its team's."""
    return team.cadence if row.cadence is m.CadenceOfKR.INHERIT else okr.Cadence(row.cadence.value)


def definition(row: m.KeyResult, team: m.Team, parts: Parts) -> okr.KeyResult:
    """A row and what belongs to it, as the domain's value."""
    anchors = None
    if row.anchor_03 is not None and row.anchor_07 is not None and row.anchor_10 is not None:
        anchors = okr.Anchors(row.anchor_03, row.anchor_07, row.anchor_10)
    return okr.KeyResult(
        id=row.id,
        team_key=team.key,
        number=row.number,
        title=row.title,
        short_title=row.short_title,
        type=row.type,
        start=row.start,
        due=row.due,
        metric=row.metric,
        unit=row.unit,
        decimals=_decimals(row),
        baseline=row.baseline,
        target=row.target if row.target is not None else row.anchor_10,
        anchors=anchors,
        range_lo=row.range_lo,
        range_hi=row.range_hi,
        range_tol=row.range_tol,
        strict=row.strict,
        commitment=row.stretch,
        weight=row.weight,
        pace=row.pace,
        checkpoints=tuple(
            okr.Checkpoint(point.day, point.expected_score) for point in parts.checkpoints.get(row.id, ())
        ),
        steps=tuple(okr.Step(step.number, step.title, step.weight, step.due) for step in parts.steps.get(row.id, ())),
        source=row.source,
        auto_max_age_days=row.auto_max_age_days,
        cadence=cadence_of(row, team),
        state=row.state,
        parent_kr_id=row.parent_kr_id,
        aliases=tuple(row.alias),
    )


def _decimals(row: m.KeyResult) -> int:
    """How many decimals are shown: as many as its definition and its newest value are written with, two at most.

    Fewer would show a number that contradicts its own score (91.5% read as 92%).
    """
    told = (row.baseline, row.target, row.anchor_03, row.anchor_07, row.range_lo, row.range_hi, row.current.value)
    written = [max(0, -int(one.normalize().as_tuple().exponent)) for one in told if one is not None]
    return max(row.decimals, min(2, max(written, default=0)))


def owners_of(row: m.KeyResult, parts: Parts) -> tuple[int, ...]:
    """Who answers for a key result, the lead owner first."""
    lead = () if row.lead_owner_id is None else (row.lead_owner_id,)
    return lead + tuple(one for one in parts.co_owners.get(row.id, ()) if one != row.lead_owner_id)


def keys_of_teams(session: Session, workspace_id: int, among: Iterable[str]) -> frozenset[str]:
    """Which of these keys, in capitals, are those of teams."""
    wanted = sorted(set(among))
    if not wanted:
        return frozenset()
    found = session.exec(select(m.Team.key).where(m.Team.workspace_id == workspace_id, col(m.Team.key).in_(wanted)))
    return frozenset(found)


def team_by_key(session: Session, workspace_id: int, key: str) -> m.Team | None:
    """The team called `GRO`; the case does not matter."""
    return session.exec(
        select(m.Team).where(m.Team.workspace_id == workspace_id, m.Team.key == key.strip().upper())
    ).first()
