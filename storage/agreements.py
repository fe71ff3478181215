"""Lines between OKRs, and what teams ask of each other: rows, their ends, and their values (spec/09 §15.3)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from bot.okr.agreements import Agreement, Measured, Node, Side, State
from bot.okr.model import IN_FORCE, KRState
from storage import models as m
from storage.okrs import ON_BOARDS
from storage.settings import is_archived

K, S = m.AlignmentKind, m.AlignmentState
UPWARD = (K.PARENT, K.SUPPORTS)
"""Lines that say which key result or objective another one serves."""
OPEN = (S.PROPOSED, S.CHANGED)
MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class Ends:
    """What stands at both ends of a line. The far end of a dependency may be a whole team."""

    row: m.Alignment
    from_team: m.Team
    from_objective: m.Objective
    from_kr: m.KeyResult | None
    to_team: m.Team
    to_objective: m.Objective | None
    to_kr: m.KeyResult | None

    def team(self, side: Side) -> m.Team:
        """The team that speaks on this side."""
        return self.from_team if side is Side.FROM else self.to_team

    def objective(self, side: Side) -> m.Objective | None:
        """What decides who may read of this side's end."""
        return self.from_objective if side is Side.FROM else self.to_objective

    def key_result(self, side: Side) -> m.KeyResult | None:
        return self.from_kr if side is Side.FROM else self.to_kr

    @property
    def kr_ids(self) -> set[int]:
        return {one.id for one in (self.from_kr, self.to_kr) if one is not None}


_FROM_KR, _TO_KR = aliased(m.KeyResult), aliased(m.KeyResult)
_FROM_OBJECTIVE, _TO_OBJECTIVE = aliased(m.Objective), aliased(m.Objective)
_FROM_TEAM, _TO_TEAM = aliased(m.Team), aliased(m.Team)
_A = m.Alignment
_ENDS = (
    sa.select(_A, _FROM_TEAM, _FROM_OBJECTIVE, _FROM_KR, _TO_TEAM, _TO_OBJECTIVE, _TO_KR)
    .join(_FROM_KR, col(_FROM_KR.id) == col(_A.from_kr_id), isouter=True)
    .join(
        _FROM_OBJECTIVE,
        col(_FROM_OBJECTIVE.id) == sa.func.coalesce(col(_A.from_objective_id), col(_FROM_KR.objective_id)),
    )
    .join(_FROM_TEAM, col(_FROM_TEAM.id) == col(_FROM_OBJECTIVE.team_id))
    .join(_TO_KR, col(_TO_KR.id) == col(_A.to_kr_id), isouter=True)
    .join(
        _TO_OBJECTIVE,
        col(_TO_OBJECTIVE.id) == sa.func.coalesce(col(_A.to_objective_id), col(_TO_KR.objective_id)),
        isouter=True,
    )
    .join(_TO_TEAM, col(_TO_TEAM.id) == sa.func.coalesce(col(_A.to_team_id), col(_TO_OBJECTIVE.team_id)))
    .order_by(col(_A.id))
)


def ends_of(session: Session, alignment_id: int) -> Ends | None:
    """A line with both its ends; None where one of them is gone."""
    found = session.execute(_ENDS.where(col(_A.id) == alignment_id)).first()
    return None if found is None else Ends(*found)


def ends_of_all(session: Session, alignment_ids: Iterable[int]) -> dict[int, Ends]:
    """The same for many, by key: one query."""
    rows = session.execute(_ENDS.where(col(_A.id).in_(list(alignment_ids))))
    return {found[0].id: Ends(*found) for found in rows}


def held_by_token(session: Session, token: str) -> Ends | None:
    """The line that a button stands for, held until the transaction ends: two taps count one after the other."""
    row = session.exec(
        select(m.Alignment)
        .where(m.Alignment.token == token)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else ends_of(session, row.id)


def held_by_id(session: Session, alignment_id: int) -> Ends | None:
    """The same by its key."""
    session.exec(select(m.Alignment.id).where(m.Alignment.id == alignment_id).with_for_update()).first()
    return ends_of(session, alignment_id)


# --- as values ------------------------------------------------------------------------------------------


def value_of(row: m.Alignment) -> Agreement:
    """What a row says. One without a count of its wordings is of a file or an older version.

    There, who asked had said yes to the words; and where it was agreed, so had the other side.
    """
    state = State(row.state.value)
    rev, from_yes, to_yes = row.rev or 0, row.from_agreed_rev, row.to_agreed_rev
    if row.rev is None:
        from_yes = None if state is State.CHANGED else 0
        to_yes = 0 if state in (State.AGREED, State.DONE) else None
    return Agreement(row.text, row.needed_by, state, rev, from_yes, to_yes, row.slips_to, row.note)


def keep(session: Session, row: m.Alignment, one: Agreement, by_id: int, now: datetime) -> None:
    """Write down what a tap made of it. What was agreed is kept with its words, who said the last yes, and when."""
    was_agreed = row.state in (S.AGREED, S.DONE)
    row.text, row.needed_by, row.slips_to, row.note = one.text, one.needed_by, one.slips_to, one.note
    row.rev, row.from_agreed_rev, row.to_agreed_rev = one.rev, one.from_yes, one.to_yes
    row.state = S(one.state.value)
    if row.state is S.AGREED and not was_agreed:
        row.agreed_by_id, row.agreed_at = by_id, now
    if row.state in (S.AGREED, S.DONE):
        row.agreed_text = one.text
    else:
        row.agreed_by_id = row.agreed_at = row.agreed_text = None
    if row.state is S.CHANGED and was_agreed:
        row.asked_at = now
    session.add(row)
    session.flush()


def token_of(session: Session, row: m.Alignment) -> str:
    """What its buttons carry; a row of an older version gets one now."""
    if row.token is None:
        row.token = m.new_token()
        session.add(row)
        session.flush()
    return row.token


@dataclass(frozen=True, slots=True)
class End:
    """One end of a new line: a key result, an objective, or (the far one alone) a team."""

    kr_id: int | None = None
    objective_id: int | None = None
    team_id: int | None = None

    @property
    def node(self) -> Node:
        return ("kr", self.kr_id) if self.kr_id is not None else ("objective", self.objective_id or 0)


def add(
    session: Session,
    workspace_id: int,
    kind: m.AlignmentKind,
    source: End,
    target: End,
    one: Agreement,
    *,
    by_id: int | None,
    now: datetime,
) -> m.Alignment:
    """Draw a line; `one` says what was asked, and who said yes to it so far."""
    row = m.Alignment(
        workspace_id=workspace_id,
        kind=kind,
        from_kr_id=source.kr_id,
        from_objective_id=source.objective_id,
        to_kr_id=target.kr_id,
        to_objective_id=target.objective_id,
        to_team_id=target.team_id,
        asked_at=now,
        asked_by_id=by_id,
    )
    keep(session, row, one, by_id or 0, now)
    if row.agreed_by_id == 0:
        row.agreed_by_id = None
    return row


# --- what is there already --------------------------------------------------------------------------------


def between(session: Session, kind: m.AlignmentKind, source: End, target: End) -> Sequence[m.Alignment]:
    """The lines of this kind from one end to the other, the oldest first; a conflict counts in both directions."""
    there = _is(source, target)
    if kind is K.CONFLICTS:
        there = or_(there, _is(target, source))
    return session.exec(select(m.Alignment).where(m.Alignment.kind == kind, there).order_by(col(m.Alignment.id))).all()


def _is(source: End, target: End) -> sa.ColumnElement[bool]:
    wanted = (
        (m.Alignment.from_kr_id, source.kr_id),
        (m.Alignment.from_objective_id, source.objective_id),
        (m.Alignment.to_kr_id, target.kr_id),
        (m.Alignment.to_objective_id, target.objective_id),
        (m.Alignment.to_team_id, target.team_id),
    )
    return sa.and_(*(col(column).is_(None) if value is None else col(column) == value for column, value in wanted))


def supports(session: Session, workspace_id: int) -> dict[Node, list[Node]]:
    """Where the lines upward of a workspace go, a key result's line to its own objective among them: two queries."""
    found: dict[Node, list[Node]] = {}
    kr_ids: set[int] = set()
    rows = session.exec(
        select(m.Alignment).where(
            m.Alignment.workspace_id == workspace_id,
            col(m.Alignment.kind).in_(UPWARD),
            m.Alignment.state != S.DECLINED,
        )
    )
    for row in rows:
        start = End(row.from_kr_id, row.from_objective_id)
        ends = End(row.to_kr_id, row.to_objective_id)
        if ends.kr_id is None and ends.objective_id is None:
            continue
        found.setdefault(start.node, []).append(ends.node)
        kr_ids |= {one for one in (start.kr_id, ends.kr_id) if one is not None}
    of_objective = session.execute(
        sa.select(col(m.KeyResult.id), col(m.KeyResult.objective_id)).where(col(m.KeyResult.id).in_(sorted(kr_ids)))
    )
    for kr_id, objective_id in of_objective:
        found.setdefault(("kr", kr_id), []).append(("objective", objective_id))
    return found


def upward_of(session: Session, workspace_id: int) -> Sequence[Ends]:
    """The lines upward from what a workspace works on in its running cycles; declined ones are left out: one query."""
    rows = session.execute(
        _ENDS.join(m.Cycle, col(m.Cycle.id) == col(_FROM_OBJECTIVE.cycle_id))
        .where(col(_A.workspace_id) == workspace_id, col(_A.kind).in_(UPWARD), col(_A.state) != S.DECLINED)
        .where(col(m.Cycle.state).in_((m.CycleState.ACTIVE, m.CycleState.CLOSING)))
        .where(col(_FROM_OBJECTIVE.state).in_(ON_BOARDS), col(_TO_OBJECTIVE.state).in_(ON_BOARDS))
        .limit(MOST_LINES)
    )
    return [Ends(*found) for found in rows]


def refused(session: Session, kr_ids: Collection[int]) -> dict[int, str]:
    """Key results whose need another team declined, each with that team's name: one query."""
    if not kr_ids:
        return {}
    rows = session.execute(
        sa.select(col(_A.from_kr_id), _A, col(m.Team.name))
        .join(_TO_KR, col(_TO_KR.id) == col(_A.to_kr_id), isouter=True)
        .join(_TO_OBJECTIVE, col(_TO_OBJECTIVE.id) == col(_A.to_objective_id), isouter=True)
        .join(
            m.Team,
            col(m.Team.id) == sa.func.coalesce(col(_A.to_team_id), col(_TO_KR.team_id), col(_TO_OBJECTIVE.team_id)),
        )
        .join(_FROM_KR, col(_FROM_KR.id) == col(_A.from_kr_id))
        .where(col(_FROM_KR.team_id) != col(m.Team.id))
        .where(col(_A.from_kr_id).in_(list(kr_ids)), col(_A.kind) == K.DEPENDS_ON, col(_A.state) == S.DECLINED)
        .order_by(col(_A.id))
    )
    return {kr_id: name for kr_id, row, name in rows if value_of(row).is_refused}


# --- for the clock ----------------------------------------------------------------------------------------


def followed(session: Session, team_ids: Collection[int]) -> Sequence[Ends]:
    """What was asked in chat between these teams and others, is in force, and not over: one query.

    What merely came with a file, and names nobody who asked, is told in digests and not asked again.
    """
    if not team_ids:
        return ()
    ids = list(team_ids)
    rows = session.execute(
        _ENDS.where(col(_A.asked_by_id).is_not(None), col(_A.state).in_((*OPEN, S.AGREED)))
        .where(or_(col(_FROM_TEAM.id).in_(ids), col(_TO_TEAM.id).in_(ids)))
        .where(col(_FROM_OBJECTIVE.state).not_in((m.ObjectiveState.CLOSED, m.ObjectiveState.DROPPED)))
    )
    return [one for one in (Ends(*found) for found in rows) if is_in_force(one)]


def touching(session: Session, team_id: int) -> Sequence[int]:
    """Every line that starts or ends at a team, by its key: one query."""
    rows = session.execute(_ENDS.where(or_(col(_FROM_TEAM.id) == team_id, col(_TO_TEAM.id) == team_id)))
    return [found[0].id for found in rows]


def open_with(session: Session, team_id: int) -> Sequence[Ends]:
    """What is asked, agreed or in conflict between a team and others, and is not over: one query."""
    rows = session.execute(
        _ENDS.where(col(_A.state).in_((*OPEN, S.AGREED)))
        .where(or_(col(_A.kind).not_in(UPWARD), col(_A.state).in_(OPEN)))
        .where(or_(col(_FROM_TEAM.id) == team_id, col(_TO_TEAM.id) == team_id))
    )
    found = [Ends(*one) for one in rows]
    return [one for one in found if is_in_force(one) and one.from_team.id != one.to_team.id]


def is_in_force(ends: Ends) -> bool:
    """False once the key result that needs it, or the one at the far end, was dropped or closed, or a team archived.

    Also once both ends are of one team, because it was merged: then there is nobody left to agree with.
    """
    over = [one for one in (ends.from_kr, ends.to_kr) if one is not None and one.state not in _LIVE]
    gone = (m.ObjectiveState.CLOSED, m.ObjectiveState.DROPPED)
    far = ends.to_objective is not None and ends.to_objective.state in gone
    archived = is_archived(ends.from_team) or is_archived(ends.to_team)
    return not (over or far or archived or is_within(ends)) and ends.from_objective.state not in gone


def is_within(ends: Ends) -> bool:
    """Whether two teams that needed each other, or were in each other's way, are one by now."""
    return ends.from_team.id == ends.to_team.id and ends.row.kind not in UPWARD


_LIVE = (*IN_FORCE, KRState.DRAFT)


def measured(session: Session, workspace_id: int) -> Sequence[Measured]:
    """The numbers that open objectives of running cycles move, of metrics that have a name: one query."""
    rows = session.execute(
        sa.select(
            col(m.KeyResult.id),
            col(m.KeyResult.team_id),
            col(m.KeyResult.cycle_id),
            col(m.KeyResult.metric),
            col(m.KeyResult.type),
        )
        .join(m.Objective, col(m.Objective.id) == col(m.KeyResult.objective_id))
        .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
        .where(col(m.KeyResult.workspace_id) == workspace_id, col(m.KeyResult.metric) != "")
        .where(col(m.KeyResult.state).in_(IN_FORCE), col(m.Objective.state).in_(ON_BOARDS))
        .where(col(m.Objective.visibility) == m.Visibility.WORKSPACE)
        .where(col(m.Cycle.state) == m.CycleState.ACTIVE)
        .order_by(col(m.KeyResult.id))
    )
    return [Measured(*found) for found in rows]


def set_aside(session: Session, workspace_id: int) -> set[int]:
    """Key results about which somebody dismissed the advice on pulling apart."""
    rows = session.exec(
        select(m.DismissedCheck.entity_id).where(
            m.DismissedCheck.workspace_id == workspace_id,
            m.DismissedCheck.check == "T08",
            m.DismissedCheck.entity == "key_result",
        )
    )
    return set(rows)
