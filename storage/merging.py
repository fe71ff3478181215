"""One team becomes a part of another: who and what moves, how it is kept for undoing, and the way back.

Check-ins, readings and changes belong to key results and move with them, untouched.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, or_, select

from bot.okr.localtime import local_day, monday_of
from bot.okr.model import IN_FORCE, KRState
from storage import agendas, agreements, deliveries, okrs, setting_up, settings
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.health import MOST_PER_TEAM, metrics_of
from storage.shown import ENTITY
from storage.teams import team_zone

POST = "team_merged"
"""The kind of the line in both channels; the one of the team that stays keeps what undoing needs."""
LABEL = "label"
"""The field of a key result's history that tells what it was called before."""
QUESTION_STANDS = timedelta(days=14)
_IN_QUESTION = (m.ItemState.OPEN, m.ItemState.HANDED_OVER)
_S = m.AlignmentState


@dataclass(frozen=True, slots=True)
class Merger:
    """What moves if a team becomes a part of another, as it stands now."""

    team: m.Team
    into: m.Team
    objectives: Sequence[m.Objective]
    key_results: Sequence[m.KeyResult]
    cycles: Mapping[int, int]
    """The cycle in which each of them goes on, by the one it is in."""
    unmatched: m.Cycle | None
    """A cycle of the team's own, for whose days the other team has none."""
    joining: Sequence[int]
    """Who is not in the other team yet."""
    ending: Sequence[int]
    """Open agreements and conflicts between the two: within one team there are none."""
    following: Sequence[int]
    """Other open agreements that the other team goes on with."""
    approvals: int
    health: Sequence[m.HealthMetric]
    """The health metrics that go along: those the other team lacks, as many as it has room for."""
    left_over: Sequence[m.HealthMetric]
    """Those it has no room for: they stay with the archived team."""

    @property
    def worked_on(self) -> int:
        return sum(one.state in IN_FORCE for one in self.key_results)

    @property
    def drafts(self) -> int:
        """Key results that are still being written."""
        return sum(one.state is KRState.DRAFT for one in self.key_results)


def others(session: Session, team: m.Team) -> Sequence[m.Team]:
    """The teams that it could become a part of."""
    rows = session.exec(
        select(m.Team)
        .where(m.Team.workspace_id == team.workspace_id, m.Team.id != team.id)
        .where(m.Team.kind != m.TeamKind.PERSONAL)
        .order_by(col(m.Team.key))
    ).all()
    return [one for one in rows if not settings.is_archived(one)]


def hold(session: Session, teams: Collection[int]) -> None:
    """Both teams, held in a stable order until the transaction ends."""
    session.exec(
        select(m.Team)
        .where(col(m.Team.id).in_(sorted(teams)))
        .order_by(col(m.Team.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def look(session: Session, team: m.Team, into: m.Team, now: datetime) -> Merger:
    """What would happen; changes nothing."""
    workspace = session.get_one(m.Workspace, team.workspace_id)
    today = local_day(now, team_zone(team, workspace))
    found = session.execute(
        sa.select(m.Objective, m.Cycle)
        .join(m.Cycle, col(m.Cycle.id) == col(m.Objective.cycle_id))
        .where(col(m.Objective.team_id) == team.id)
        .where(col(m.Cycle.state) != m.CycleState.CLOSED, col(m.Cycle.last_day) >= today)
        .order_by(col(m.Cycle.first_day), col(m.Objective.number))
    ).all()
    cycles, unmatched = _cycles(session, into, {cycle.id: cycle for _, cycle in found}, today)
    objectives = [objective for objective, _ in found]
    rows = session.exec(
        select(m.KeyResult)
        .where(col(m.KeyResult.objective_id).in_([one.id for one in objectives]))
        .order_by(col(m.KeyResult.cycle_id), col(m.KeyResult.number))
    ).all()
    mine, theirs = _roles(session, team.id), _roles(session, into.id)
    touching = _open_lines(session, team, objectives, rows)
    own = {one.row.id for one in touching if {one.from_team.id, one.to_team.id} == {team.id, into.id}}
    approvals = session.exec(
        select(m.Approval.id)
        .where(col(m.Approval.objective_id).in_([one.id for one in objectives]))
        .where(m.Approval.state == m.ApprovalState.ASKED)
    ).all()
    names = [one.name for one in metrics_of(session, [into.id])]
    lacks = [one for one in metrics_of(session, [team.id]) if one.name not in names]
    room = max(MOST_PER_TEAM - len(names), 0)
    return Merger(
        team=team,
        into=into,
        objectives=objectives,
        key_results=rows,
        cycles=cycles,
        unmatched=unmatched,
        joining=[one for one in mine if one not in theirs],
        ending=sorted(own),
        following=sorted(one.row.id for one in touching if one.row.id not in own),
        approvals=len(approvals),
        health=lacks[:room],
        left_over=lacks[room:],
    )


def _cycles(
    session: Session, into: m.Team, wanted: Mapping[int, m.Cycle], today: date
) -> tuple[dict[int, int], m.Cycle | None]:
    """For each cycle the one of the same days that the other team works in, its own before the workspace's."""
    rows = session.exec(select(m.Cycle).where(m.Cycle.workspace_id == into.workspace_id)).all()
    usable = sorted((one for one in rows if one.team_id in (into.id, None)), key=lambda one: one.team_id is None)
    present = okrs.active_cycle(session, into, today)
    found: dict[int, int] = {}
    for cycle in wanted.values():
        same = [one for one in usable if (one.first_day, one.last_day) == (cycle.first_day, cycle.last_day)]
        runs = cycle.first_day <= today <= cycle.last_day
        fits = [one for one in same if not runs or (present is not None and one.id == present.id)]
        if not fits:
            return found, cycle
        found[cycle.id] = fits[0].id
    return found, None


def _roles(session: Session, team_id: int) -> dict[int, m.TeamRole]:
    rows = session.exec(select(m.Membership).where(m.Membership.team_id == team_id).order_by(col(m.Membership.id)))
    return {row.person_id: row.role for row in rows}


def _open_lines(
    session: Session, team: m.Team, objectives: Sequence[m.Objective], rows: Sequence[m.KeyResult]
) -> list[agreements.Ends]:
    """What the team needs of others, others of it, or is in conflict about, and is not over."""
    of_krs, of_objectives = [row.id for row in rows], [row.id for row in objectives]
    ids = session.exec(
        select(m.Alignment.id)
        .where(m.Alignment.workspace_id == team.workspace_id)
        .where(col(m.Alignment.kind).in_((m.AlignmentKind.DEPENDS_ON, m.AlignmentKind.CONFLICTS)))
        .where(col(m.Alignment.state).in_((_S.PROPOSED, _S.CHANGED, _S.AGREED)))
        .where(
            or_(
                col(m.Alignment.from_kr_id).in_(of_krs),
                col(m.Alignment.to_kr_id).in_(of_krs),
                col(m.Alignment.from_objective_id).in_(of_objectives),
                col(m.Alignment.to_objective_id).in_(of_objectives),
                m.Alignment.to_team_id == team.id,
            )
        )
    ).all()
    return [one for one in agreements.ends_of_all(session, ids).values() if agreements.is_in_force(one)]


# --- doing it -------------------------------------------------------------------------------------------


def merge(session: Session, one: Merger, by_id: int, inbox_id: int, now: datetime) -> m.Delivery:
    """Move everything, archive what is left, and put the line for both channels into the outbox; returns the one that
    stands for undoing. `one` must be what stands now, and fit (`unmatched` is None)."""
    team, into = one.team, one.into
    old = {row.id: f"{team.key}-{row.number}" for row in one.key_results}
    kept: dict[str, Any] = {"inbox": inbox_id, "objectives": _move_objectives(session, one)}
    kept["krs"] = _move_key_results(session, one, by_id, now)
    labels = [[old[row.id], f"{into.key}-{row.number}"] for row in one.key_results]
    steps = select(m.NextStep).where(m.NextStep.team_id == team.id, m.NextStep.state == m.NextStepState.OPEN)
    kept["steps"] = _move(session, session.exec(steps).all(), into)
    kept["health"] = _move(session, one.health, into)
    kept["items"] = _move_questions(session, one, now)
    kept["members"] = _move_people(session, team, into)
    kept["asked"] = _ask_of(session, team, into)
    kept["below"] = _hang_below(session, team, into)
    kept["parent"] = [into.parent_team_id]
    if into.parent_team_id == team.id:
        into.parent_team_id = team.parent_team_id
        session.add(into)
    settings.switch(session, team, settings.ARCHIVED, on=True)
    kept["lines"] = [[row.id, row.rev, row.state.value] for row in _lines(session, (*one.ending, *one.following))]
    kept["change"] = session.exec(select(sa.func.max(m.Change.id))).one() or 0
    kept["check_in"] = session.exec(select(sa.func.max(m.CheckIn.id))).one() or 0
    told: dict[str, Any] = {
        "from": team.id,
        "into": into.id,
        "by": by_id,
        "counts": {"krs": one.worked_on, "drafts": one.drafts, "people": len(one.joining), "ending": len(one.ending)},
        "labels": labels,
    }
    after = {"into": into.key, "key_results": len(one.key_results), "people": len(one.joining)}
    setting_up.file(session, team.workspace_id, by_id, f"team {team.key} merged", {}, after, now)
    for place, data in ((team, told), (into, {**told, **kept})):
        deliveries.plan_delivery(
            session,
            workspace_id=team.workspace_id,
            kind=POST,
            subject=f"team:{team.id}",
            period=f"{inbox_id}:{place.id}",
            due_at=now,
            now=now,
            team_id=place.id,
            data=data,
            skipped="both teams share a channel" if place is team and _share_channel(team, into) else None,
        )
    agendas.look_again(session, [team.id, into.id], now)
    post = deliveries.delivery_of(session, POST, f"team:{team.id}", f"{inbox_id}:{into.id}")
    if post is None:
        raise LookupError("what was planned a moment ago is gone")
    return post


def _move_objectives(session: Session, one: Merger) -> list[list[int]]:
    """Each gets the next number of its new team; returns what it was: (id, number, cycle)."""
    kept = []
    for cycle_id, into_cycle in one.cycles.items():
        mine = [row for row in one.objectives if row.cycle_id == cycle_id]
        number = _highest(session, m.Objective, one.into.id, into_cycle)
        for row in mine:
            number += 1
            kept.append([row.id, row.number, row.cycle_id])
            row.team_id, row.cycle_id, row.number = one.into.id, into_cycle, number
            session.add(row)
        session.flush()
    return kept


def _move_key_results(session: Session, one: Merger, by_id: int, now: datetime) -> list[list[Any]]:
    """The same for key results, which go on listening to their old label: (id, number, cycle, other names)."""
    kept: list[list[Any]] = []
    for cycle_id, into_cycle in one.cycles.items():
        mine = [row for row in one.key_results if row.cycle_id == cycle_id]
        number = _highest(session, m.KeyResult, one.into.id, into_cycle)
        for row in mine:
            number += 1
            kept.append([row.id, row.number, row.cycle_id, list(row.alias)])
            old, new = f"{one.team.key}-{row.number}", f"{one.into.key}-{number}"
            row.team_id, row.cycle_id, row.number = one.into.id, into_cycle, number
            row.alias = [*row.alias, *([] if old in row.alias else [old])]
            session.add(row)
            _file(session, row, old, new, by_id, now)
        session.flush()
    return kept


def _highest(session: Session, table: type[m.Objective] | type[m.KeyResult], team_id: int, cycle_id: int) -> int:
    where = (col(table.team_id) == team_id, col(table.cycle_id) == cycle_id)
    return session.execute(sa.select(sa.func.max(table.number)).where(*where)).scalar() or 0


def _file(session: Session, row: m.KeyResult, old: str, new: str, by_id: int, now: datetime) -> None:
    session.add(
        m.Change(
            workspace_id=row.workspace_id, entity=ENTITY, entity_id=row.id, field=LABEL, old=old, new=new,
            by_id=by_id, at=now,
        )
    )  # fmt: skip


def _move(session: Session, rows: Sequence[m.NextStep] | Sequence[m.HealthMetric], into: m.Team) -> list[int]:
    for row in rows:
        row.team_id = into.id
        session.add(row)
    session.flush()
    return [row.id for row in rows]


def _move_questions(session: Session, one: Merger, now: datetime) -> list[list[int]]:
    """What is asked already stands, and belongs to the other team's check-in of that week: (item, run it was in)."""
    moved = {row.id for row in one.key_results}
    kept = []
    for item, _prompt in agendas.items_in_question(session, one.team.id, now - QUESTION_STANDS):
        if item.kr_id not in moved or item.state not in _IN_QUESTION:
            continue
        run = session.get_one(m.RitualRun, item.run_id)
        kept.append([item.id, run.id])
        item.run_id = _run_of_week(session, one.into, run).id
        session.add(item)
    session.flush()
    return kept


def _run_of_week(session: Session, into: m.Team, run: m.RitualRun) -> m.RitualRun:
    week = monday_of(date.fromisoformat(run.period[:10]))
    rows = session.exec(
        select(m.RitualRun)
        .where(m.RitualRun.team_id == into.id, m.RitualRun.kind == run.kind)
        .where(col(m.RitualRun.period) >= week.isoformat())
        .order_by(col(m.RitualRun.period))
    ).all()
    found = next((one for one in rows if monday_of(date.fromisoformat(one.period[:10])) == week), None)
    if found is None:
        nothing = {"meeting_id": None, "meeting_at": None, "digest_at": None}
        found = agendas.open_run(session, into, run.kind, run.period, **nothing)
    return found


def _move_people(session: Session, team: m.Team, into: m.Team) -> list[list[Any]]:
    """Everybody is in the other team: (person, as what they were here, as what there; None for not at all)."""
    theirs, kept = _roles(session, into.id), []
    for person_id, role in _roles(session, team.id).items():
        before = theirs.get(person_id)
        after = m.TeamRole.VIEWER if role is m.TeamRole.VIEWER else m.TeamRole.MEMBER
        if before is None or (before is m.TeamRole.VIEWER and after is m.TeamRole.MEMBER):
            setting_up.let_in(session, into, person_id, after)
        setting_up.let_go(session, team, person_id)
        kept.append([person_id, role.value, None if before is None else before.value])
    return kept


def _ask_of(session: Session, team: m.Team, into: m.Team) -> list[int]:
    """What was asked of the team as a whole is asked of the other one."""
    rows = session.exec(
        select(m.Alignment)
        .where(m.Alignment.to_team_id == team.id)
        .where(col(m.Alignment.state).in_((_S.PROPOSED, _S.CHANGED, _S.AGREED)))
    ).all()
    for row in rows:
        row.to_team_id = into.id
        session.add(row)
    session.flush()
    return [row.id for row in rows]


def _hang_below(session: Session, team: m.Team, into: m.Team) -> list[int]:
    found = [one for one in setting_up.teams_below(session, team.id) if one.id != into.id]
    for one in found:
        one.parent_team_id = into.id
        session.add(one)
    return [one.id for one in found]


def _lines(session: Session, ids: Collection[int]) -> Sequence[m.Alignment]:
    return session.exec(
        select(m.Alignment).where(col(m.Alignment.id).in_(list(ids))).order_by(col(m.Alignment.id))
    ).all()


def _share_channel(team: m.Team, into: m.Team) -> bool:
    same = (team.channel_ref or {}).get("channel") == (into.channel_ref or {}).get("channel")
    return same and team.channel_ref is not None and team.installation_id == into.installation_id


# --- the way back ---------------------------------------------------------------------------------------


def post_by_token(session: Session, token: str) -> m.Delivery | None:
    """What was kept of the merger that [Undo] stands for."""
    row = session.exec(select(m.Delivery).where(m.Delivery.token == token, m.Delivery.kind == POST)).first()
    return None if row is None or "krs" not in row.data else row


def called_before(session: Session, workspace_id: int, label: str) -> Sequence[m.KeyResult]:
    """The key results that had this label in a team that is a part of another now."""
    files = (m.Change.workspace_id == workspace_id, m.Change.entity == ENTITY, m.Change.field == LABEL)
    was = session.exec(
        select(m.Change.entity_id).where(*files, sa.cast(col(m.Change.old), sa.String) == f'"{label}"')
    ).all()
    rows = session.exec(
        select(m.KeyResult).where(col(m.KeyResult.id).in_(sorted(set(was)))).order_by(col(m.KeyResult.id).desc())
    ).all()
    return [row for row in rows if label in row.alias]


def merged_into(session: Session, team: m.Team) -> m.Team | None:
    """The team that an archived one is a part of now; None where it was merely archived."""
    if not settings.is_archived(team):
        return None
    row = session.exec(
        select(m.Delivery)
        .where(m.Delivery.kind == POST, m.Delivery.subject == f"team:{team.id}")
        .order_by(col(m.Delivery.id).desc())
    ).first()
    return None if row is None or row.data.get("undone") else session.get(m.Team, row.data["into"])


def is_late(post: m.Delivery, now: datetime) -> bool:
    """Whether its day is over."""
    return (post.created_at or post.due_at) <= now - UNDO_WITHIN


def answered_since(session: Session, post: m.Delivery) -> m.KeyResult | None:
    """The first key result of it that somebody has said something about since."""
    found = session.exec(
        select(m.CheckIn.kr_id)
        .where(col(m.CheckIn.kr_id).in_([one[0] for one in post.data["krs"]]), col(m.CheckIn.undone_at).is_(None))
        .where(col(m.CheckIn.id) > post.data["check_in"])
        .order_by(col(m.CheckIn.id))
        .limit(1)
    ).first()
    return None if found is None else session.get_one(m.KeyResult, found)


def is_changed_since(session: Session, post: m.Delivery) -> bool:
    """Whether anything that moved was changed, added to or agreed since, or either team archived or brought back."""
    data = post.data
    krs, objectives = [one[0] for one in data["krs"]], [one[0] for one in data["objectives"]]
    changed = (
        select(m.Change.id)
        .where(or_(_of(ENTITY, krs), _of("objective", objectives)))
        .where(col(m.Change.id) > data["change"])
    )
    present = session.exec(select(m.KeyResult.id).where(col(m.KeyResult.objective_id).in_(objectives))).all()
    lines = [[row.id, row.rev, row.state.value] for row in _lines(session, [one[0] for one in data["lines"]])]
    teams = session.get_one(m.Team, data["from"]), session.get_one(m.Team, data["into"])
    return (
        session.exec(changed.limit(1)).first() is not None
        or set(present) != set(krs)
        or lines != data["lines"]
        or [settings.is_archived(one) for one in teams] != [True, False]
    )


def _of(entity: str, ids: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.and_(col(m.Change.entity) == entity, col(m.Change.entity_id).in_(list(ids)))


def take_back(session: Session, post: m.Delivery, by_id: int, now: datetime) -> None:
    """Two teams again, each with what it had. What others did since stands: who came into the other team or was given
    something there stays in it, and a team that was hung elsewhere hangs there."""
    data = post.data
    team, into = session.get_one(m.Team, data["from"]), session.get_one(m.Team, data["into"])
    for objective_id, number, cycle_id in data["objectives"]:
        objective = session.get_one(m.Objective, objective_id)
        objective.team_id, objective.number, objective.cycle_id = team.id, number, cycle_id
        session.add(objective)
    for kr_id, number, cycle_id, alias in data["krs"]:
        row = session.get_one(m.KeyResult, kr_id)
        _file(session, row, f"{into.key}-{row.number}", f"{team.key}-{number}", by_id, now)
        row.team_id, row.number, row.cycle_id, row.alias = team.id, number, cycle_id, alias
        session.add(row)
    for table, ids in ((m.NextStep, data["steps"]), (m.HealthMetric, data["health"])):
        session.execute(sa.update(table).where(col(table.id).in_(ids)).values(team_id=team.id))
    for item_id, run_id in data["items"]:
        item = session.get_one(m.PromptItem, item_id)
        item.run_id = run_id
        session.add(item)
    session.flush()
    _people_go_back(session, data["members"], team, into)
    for line in _lines(session, data["asked"]):
        line.to_team_id = team.id
        session.add(line)
    for below_id in data["below"]:
        below = session.get_one(m.Team, below_id)
        if below.parent_team_id == into.id:
            below.parent_team_id = team.id
            session.add(below)
    if data["parent"] == [team.id] and into.parent_team_id == team.parent_team_id:
        into.parent_team_id = team.id
        session.add(into)
    settings.switch(session, team, settings.ARCHIVED, on=False)
    setting_up.file(session, team.workspace_id, by_id, f"team {team.key} on its own again", {}, {"from": into.key}, now)
    for one in session.exec(
        select(m.Delivery).where(m.Delivery.kind == POST, m.Delivery.subject == post.subject)
    ).all():
        if one.period.partition(":")[0] == post.period.partition(":")[0]:
            one.data = {**one.data, "undone": True}
            session.add(one)
    session.flush()
    deliveries.want_newest(session, col(m.Delivery.kind) == POST, col(m.Delivery.subject) == post.subject)
    agendas.look_again(session, [team.id, into.id], now)


def _people_go_back(session: Session, members: Sequence[Sequence[Any]], team: m.Team, into: m.Team) -> None:
    """As they were in both; who leads the other team by now, or answers for something of it, keeps that. Who has left
    the company comes back into neither."""
    for person_id, role, before in members:
        if session.get_one(m.Person, person_id).active:
            setting_up.let_in(session, team, person_id, m.TeamRole(role))
        if setting_up.role_of(session, into.id, person_id) in (None, m.TeamRole.LEAD):
            continue
        if setting_up.answers_for(session, into.id, person_id):
            continue
        if before is None:
            setting_up.let_go(session, into, person_id)
        else:
            setting_up.let_in(session, into, person_id, m.TeamRole(before))
