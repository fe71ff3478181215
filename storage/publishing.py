"""From draft to active: who is asked, what becomes of the rows, and what leaves for it (spec/09 §15.1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.okr.localtime import local_day
from bot.okr.model import KRState
from storage import agendas, conversations, deliveries, following, homes, teams
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.draft_messages import APPROVAL, LAPSED, POST, REMINDER, REVIEW, SENT_BACK, TOLD, show_draft
from storage.drafts import BEING_WRITTEN, key_results_of
from storage.okrs import owners_of, parts_of
from storage.published_since import OBJECTIVE, done_since
from storage.seals import Differing, differing, seals_of
from storage.setting_up import steps_follow
from storage.settings import is_archived


@dataclass(frozen=True, slots=True)
class Gap:
    """A key result that cannot be published: nobody who is here answers for it (spec/04 K09)."""

    row: m.KeyResult
    left: m.Person | None
    """Who did, and whose account is off."""


def drafts_in(session: Session, team_id: int) -> Sequence[m.Objective]:
    """What a team is writing, in any cycle that is not over; the nearest cycle first."""
    return session.exec(
        select(m.Objective)
        .join(m.Cycle, col(m.Cycle.id) == col(m.Objective.cycle_id))
        .where(m.Objective.team_id == team_id, col(m.Objective.state).in_(BEING_WRITTEN))
        .where(col(m.Cycle.state).in_((m.CycleState.DRAFT, m.CycleState.ACTIVE)))
        .order_by(col(m.Cycle.first_day), col(m.Objective.number))
    ).all()


def teams_writing(session: Session, workspace_id: int) -> set[int]:
    """The teams of a workspace that are writing something, in any cycle that is not over."""
    return set(
        session.exec(
            select(m.Objective.team_id)
            .join(m.Cycle, col(m.Cycle.id) == col(m.Objective.cycle_id))
            .where(m.Objective.workspace_id == workspace_id, col(m.Objective.state).in_(BEING_WRITTEN))
            .where(col(m.Cycle.state).in_((m.CycleState.DRAFT, m.CycleState.ACTIVE)))
            .distinct()
        )
    )


def hold(session: Session, objective: m.Objective) -> m.Objective:
    """As it stands now, held against others to the end of the transaction: of two presses the second sees the first."""
    session.refresh(objective, with_for_update=True)
    return objective


def to_publish(session: Session, objective: m.Objective) -> list[m.KeyResult]:
    """The key results that become active with it."""
    return [row for row in key_results_of(session, objective.id) if row.state is KRState.DRAFT]


def gaps(session: Session, rows: Sequence[m.KeyResult]) -> list[Gap]:
    """Those of these key results for which nobody answers who is here."""
    people = teams.people_by_id(session, {row.lead_owner_id for row in rows if row.lead_owner_id is not None})
    leads = [(row, people.get(row.lead_owner_id or 0)) for row in rows]
    return [Gap(row, lead) for row, lead in leads if lead is None or not lead.active]


def rule_of(session: Session, workspace_id: int) -> m.ApprovalRule:
    """Whether somebody above the team is asked first."""
    return session.get_one(m.Workspace, workspace_id).approval or m.ApprovalRule.NOTIFY


def approver_of(session: Session, team: m.Team, publisher_id: int | None, but: Collection[int] = ()) -> m.Person | None:
    """The lead of the team above, else the company's, else an admin; nobody who publishes it, and nobody of `but`."""
    return next((one for one in _candidates(session, team, publisher_id) if one.id not in but), None)


def may_approve(session: Session, objective: m.Objective, approval: m.Approval) -> bool:
    """Whether the one who was asked would be asked today: they are here, and still lead above it or are an admin."""
    team = session.get_one(m.Team, objective.team_id)
    return approval.approver_id in [one.id for one in _candidates(session, team, approval.asked_by_id)]


def _candidates(session: Session, team: m.Team, publisher_id: int | None) -> list[m.Person]:
    company = select(m.Team).where(m.Team.workspace_id == team.workspace_id, m.Team.kind == m.TeamKind.COMPANY)
    above = [] if team.parent_team_id is None else [team.parent_team_id]
    above += [one.id for one in session.exec(company.order_by(col(m.Team.id))) if one.id != team.id]
    admins = (
        select(m.Person)
        .where(m.Person.workspace_id == team.workspace_id, m.Person.role == m.WorkspaceRole.ADMIN)
        .order_by(col(m.Person.id))
    )
    leads = [teams.lead_of(session, one) for one in above]
    people: list[m.Person | None] = [*leads, *session.exec(admins).all()]
    return [one for one in people if one is not None and one.active and one.id != publisher_id]


# --- team review ------------------------------------------------------------------------------------------


def ask_team(session: Session, objective: m.Objective, by_id: int, now: datetime) -> None:
    """Post it in the channel for comments; once, however often it is asked for."""
    objective.state = m.ObjectiveState.TEAM_REVIEW
    session.add(objective)
    _file(session, objective, m.ObjectiveState.DRAFT, by_id, now)
    posted = session.exec(
        select(m.Delivery.id).where(m.Delivery.kind == REVIEW, m.Delivery.subject == _subject(objective))
    ).all()
    data = {"objective": objective.id, "by": by_id}
    _plan(session, objective, REVIEW, f"round:{len(posted) + 1}", now, data, team_id=objective.team_id)


# --- approval ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moments:
    """When an approver is reminded, and when it is published without them."""

    remind: datetime
    lapse: datetime


def ask_approver(
    session: Session, objective: m.Objective, approver: m.Person, by_id: int | None, moments: Moments, now: datetime
) -> m.Approval:
    """Wait for the approver, with all that leaves for it."""
    was = objective.state
    objective.state = m.ObjectiveState.APPROVAL
    session.add(objective)
    if was is not m.ObjectiveState.APPROVAL:
        _file(session, objective, was, by_id, now)
    approval = m.Approval(
        workspace_id=objective.workspace_id,
        objective_id=objective.id,
        approver_id=approver.id,
        asked_by_id=by_id,
        asked_at=now,
    )
    session.add(approval)
    session.flush()
    data = {"objective": objective.id, "approval": approval.id, "team": objective.team_id}
    period = f"approval:{approval.id}"
    shown = {**data, **_as_shown(session, objective)}
    _plan(session, objective, APPROVAL, period, now, shown, person_id=approver.id)
    _plan(session, objective, REMINDER, period, now, data, person_id=approver.id, due_at=moments.remind)
    if by_id is not None:
        _plan(session, objective, LAPSED, period, now, data, person_id=by_id, due_at=moments.lapse)
    show_draft(session, objective.id)
    return approval


def approval_by_token(session: Session, token: str) -> m.Approval | None:
    """The request that a button stands for."""
    return session.exec(select(m.Approval).where(m.Approval.token == token)).first()


def newest_approval(session: Session, objective_id: int) -> m.Approval | None:
    """The last time somebody was asked to approve it."""
    return session.exec(
        select(m.Approval).where(m.Approval.objective_id == objective_id).order_by(col(m.Approval.id).desc())
    ).first()


def is_late(session: Session, objective: m.Objective, approval: m.Approval) -> bool:
    """Published without the approver's word, which they may still give; what was handed on is not theirs any more."""
    lapsed = approval.state is m.ApprovalState.LAPSED and objective.state is m.ObjectiveState.ACTIVE
    newest = newest_approval(session, objective.id) if lapsed else None
    return newest is not None and newest.id == approval.id


def open_approvals(session: Session) -> Sequence[m.Approval]:
    """Those that nobody has answered yet, the oldest first; those of a team that is archived rest."""
    found = session.exec(
        select(m.Approval, m.Team)
        .join(m.Objective, col(m.Objective.id) == col(m.Approval.objective_id))
        .join(m.Team, col(m.Team.id) == col(m.Objective.team_id))
        .where(m.Approval.state == m.ApprovalState.ASKED, m.Objective.state == m.ObjectiveState.APPROVAL)
        .order_by(col(m.Approval.id))
    ).all()
    return [approval for approval, team in found if not is_archived(team)]


def waiting_for(session: Session, person_id: int) -> list[m.Approval]:
    """What waits for this person's word, the oldest first."""
    return [one for one in open_approvals(session) if one.approver_id == person_id]


def added_since_asked(session: Session, objective: m.Objective, approval: m.Approval) -> list[m.KeyResult]:
    """The key results that would become active without the approver having been asked about them."""
    asked = _question_of(session, objective, approval)
    known = None if asked is None else asked.data.get("krs")
    return [] if known is None else [row for row in to_publish(session, objective) if row.id not in known]


def changed_since_asked(session: Session, objective: m.Objective, approval: m.Approval) -> Differing:
    """What is different from what the approver was shown last."""
    asked = _question_of(session, objective, approval)
    before = {} if asked is None else asked.data.get("seals", {})
    return differing(before, seals_of(session, objective))


def ask_about_all(session: Session, objective: m.Objective, approval: m.Approval) -> None:
    """The same question, about the objective and its key results as they are now."""
    asked = _question_of(session, objective, approval)
    if asked is not None:
        asked.data = {**asked.data, **_as_shown(session, objective)}
        session.add(asked)
        session.flush()
    show_draft(session, objective.id)


def _as_shown(session: Session, objective: m.Objective) -> dict[str, Any]:
    krs = [row.id for row in to_publish(session, objective)]
    return {"krs": krs, "seals": seals_of(session, objective)}


def _question_of(session: Session, objective: m.Objective, approval: m.Approval) -> m.Delivery | None:
    return deliveries.delivery_of(session, APPROVAL, _subject(objective), f"approval:{approval.id}")


def answer(
    session: Session, approval: m.Approval, state: m.ApprovalState, now: datetime, note: str | None = None
) -> None:
    """Note what became of a request."""
    approval.state, approval.note, approval.answered_at = state, note, now
    session.add(approval)
    session.flush()
    show_draft(session, approval.objective_id)


def send_back(
    session: Session, objective: m.Objective, approval: m.Approval, by_id: int | None, now: datetime, note: str | None
) -> list[int]:
    """A draft again, and a word to everybody who wrote it. Returns whom."""
    answer(session, approval, m.ApprovalState.SENT_BACK, now, note)
    objective.state = m.ObjectiveState.DRAFT
    session.add(objective)
    _file(session, objective, m.ObjectiveState.APPROVAL, by_id, now, note)
    told = [one for one in editors_of(session, objective, approval) if one != by_id]
    data = {"objective": objective.id, "approval": approval.id, "team": objective.team_id}
    for person_id in told:
        _plan(session, objective, SENT_BACK, f"to:{person_id}:{approval.id}", now, data, person_id=person_id)
    show_draft(session, objective.id)
    return told


def editors_of(session: Session, objective: m.Objective, approval: m.Approval | None = None) -> list[int]:
    """Who wrote it: whoever published it, drafted it or one of its key results; each once, and who is here."""
    rows = key_results_of(session, objective.id)
    asked_by = None if approval is None else approval.asked_by_id
    ids = dict.fromkeys((asked_by, objective.drafted_by_id, *(row.drafted_by_id for row in rows)))
    people = teams.people_by_id(session, [one for one in ids if one is not None])
    return [one for one in ids if one in people and people[one].active]


# --- active -----------------------------------------------------------------------------------------------


def go_live(
    session: Session, objective: m.Objective, by_id: int | None, now: datetime, approval: m.Approval | None = None
) -> m.Delivery:
    """It is active with all its drafted key results: asked about, on boards, told in the channel. Returns the post."""
    team = session.get_one(m.Team, objective.team_id)
    workspace = session.get_one(m.Workspace, team.workspace_id)
    rows = to_publish(session, objective)
    first_timers = _first_timers(session, rows)
    today = local_day(now, teams.team_zone(team, workspace))
    for row in rows:
        row.state, row.published_on = KRState.ACTIVE, today
        session.add(row)
    was = objective.state
    objective.state, objective.published_at = m.ObjectiveState.ACTIVE, now
    session.add(objective)
    change = _file(session, objective, was, by_id, now)
    _audit(session, objective, "objective published", by_id, now, {"key_results": len(rows)})
    data = {
        "objective": objective.id,
        "change": change.id,
        "by": by_id,
        "krs": [row.id for row in rows],
        "approval": None if approval is None else approval.id,
        "team": team.id,
    }
    period = f"change:{change.id}"
    _plan(session, objective, POST, period, now, data, team_id=team.id)
    for person_id in first_timers:
        deliveries.plan_delivery(
            session,
            workspace_id=team.workspace_id,
            kind="welcome",
            subject=f"person:{person_id}",
            period="once",
            due_at=now,
            now=now,
            person_id=person_id,
            data={"team": team.id},
        )
    _everything_follows(session, team, objective, now)
    return _post_of(session, objective, period)


def tell(session: Session, objective: m.Objective, approver: m.Person, post: m.Delivery, now: datetime) -> None:
    """A word to the approver that it is published already."""
    data = {"objective": objective.id, "post": post.id, "by": post.data["by"], "team": objective.team_id}
    _plan(session, objective, TOLD, post.period, now, data, person_id=approver.id)


def post_by_token(session: Session, token: str) -> m.Delivery | None:
    """The line in the channel that [Undo] stands for, whether it could be posted or not."""
    return session.exec(select(m.Delivery).where(m.Delivery.token == token, m.Delivery.kind == POST)).first()


def published_by(session: Session, person: m.Person, since: datetime, after_inbox: int) -> Sequence[m.Delivery]:
    """What this person published since a moment, and after that message of theirs; not yet taken back."""
    rows = session.exec(
        select(m.Delivery)
        .where(m.Delivery.workspace_id == person.workspace_id, m.Delivery.kind == POST)
        .where(col(m.Delivery.created_at) > since)
    ).all()
    mine = [row for row in rows if row.data["by"] == person.id and not row.data.get("undone")]
    return [row for row in mine if int(row.data.get("inbox", 0)) > after_inbox]


def newest_post(session: Session, objective_id: int) -> m.Delivery | None:
    """What was kept when an objective was last published in chat."""
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.kind == POST, m.Delivery.subject == f"objective:{objective_id}")
        .order_by(col(m.Delivery.id).desc())
    ).first()


def is_over_for_undo(post: m.Delivery, now: datetime) -> bool:
    """It is more than a day old."""
    return (post.created_at or post.due_at) <= now - UNDO_WITHIN


def is_open_for_undo(session: Session, post: m.Delivery, now: datetime) -> bool:
    """Within a day, as long as nobody has said anything about what was published, nor changed it, nor built on it."""
    if post.data.get("undone") or is_over_for_undo(post, now):
        return False
    return not done_since(session, post)


def take_back(session: Session, objective: m.Objective, post: m.Delivery, by_id: int, now: datetime) -> None:
    """A draft again: it leaves all boards, and nobody is asked about it."""
    team = session.get_one(m.Team, objective.team_id)
    for row in key_results_of(session, objective.id):
        if row.id in post.data["krs"]:
            row.state, row.published_on = KRState.DRAFT, None
            session.add(row)
    objective.state, objective.published_at = m.ObjectiveState.DRAFT, None
    session.add(objective)
    _file(session, objective, m.ObjectiveState.ACTIVE, by_id, now)
    _audit(session, objective, "objective taken back", by_id, now, {"key_results": len(post.data["krs"])})
    post.data = {**post.data, "undone": True}
    session.add(post)
    session.flush()
    _everything_follows(session, team, objective, now)


def _first_timers(session: Session, rows: Sequence[m.KeyResult]) -> list[int]:
    """Who answers for something of this, and for nothing until now."""
    parts = parts_of(session, [row.id for row in rows])
    owners = dict.fromkeys(one for row in rows for one in owners_of(row, parts))
    return [one for one in owners if not conversations.owned_key_results(session, one)]


def _everything_follows(session: Session, team: m.Team, objective: m.Objective, now: datetime) -> None:
    session.flush()
    show_draft(session, objective.id)
    homes.show_teams(session, [team.id], now)
    following.boards_follow(session, team.id, now, now - UNDO_WITHIN)
    following.company_follows(session, team.workspace_id, now)
    agendas.look_again(session, [team.id], now)
    steps_follow(session, team.workspace_id, now)


def _post_of(session: Session, objective: m.Objective, period: str) -> m.Delivery:
    post = deliveries.delivery_of(session, POST, _subject(objective), period)
    if post is None:
        raise LookupError("what was planned a moment ago is gone")
    return post


def _subject(objective: m.Objective) -> str:
    return f"objective:{objective.id}"


def _plan(
    session: Session,
    objective: m.Objective,
    kind: str,
    period: str,
    now: datetime,
    data: Mapping[str, Any],
    *,
    person_id: int | None = None,
    team_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    deliveries.plan_delivery(
        session,
        workspace_id=objective.workspace_id,
        kind=kind,
        subject=_subject(objective),
        period=period,
        due_at=due_at or now,
        now=now,
        person_id=person_id,
        team_id=team_id,
        data=data,
    )


def _file(
    session: Session,
    objective: m.Objective,
    was: m.ObjectiveState,
    by_id: int | None,
    now: datetime,
    note: str | None = None,
) -> m.Change:
    change = m.Change(
        workspace_id=objective.workspace_id,
        entity=OBJECTIVE,
        entity_id=objective.id,
        field="state",
        old=was.value,
        new=objective.state.value,
        reason=None if note is None else note[:200],
        by_id=by_id,
        at=now,
    )
    session.add(change)
    session.flush()
    return change


def _audit(
    session: Session, objective: m.Objective, what: str, by_id: int | None, now: datetime, after: Mapping[str, object]
) -> None:
    team = session.get_one(m.Team, objective.team_id)
    session.add(
        m.AuditEvent(
            workspace_id=objective.workspace_id,
            who_id=by_id,
            what=what,
            at=now,
            after={"team": team.key, "number": objective.number, **after},
        )
    )
    session.flush()
