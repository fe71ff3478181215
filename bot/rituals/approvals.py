"""The clock's part in publishing: reminders, approvals that nobody answers, and what is told of it (spec/09 §15.1)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.clock import Clock
from bot.delivery.kinds import Compose, Later, MessageKind, Registry, Skip, Wanted
from bot.okr.access import Sight, sight_of
from bot.okr.approving import lapse_at, remind_at
from bot.rituals.changes import post_wanted
from bot.rituals.person_messages import allowed_now, at_once_wanted
from bot.views import draft_cards, remark_cards
from bot.views.facts import calendar_view, person_facts
from bot.views.rights import actor_of
from bot.where import what_and_where
from storage import draft_messages, publishing, remarks
from storage import models as m
from storage.drafts import BEING_WRITTEN
from storage.problems import StorageProblem
from storage.publishing import Moments
from storage.session import Database
from storage.settings import is_archived

log = structlog.get_logger()

ANSWERED = Skip("answered already")
NOT_A_DRAFT = Skip("it is not a draft any more")
TAKEN_BACK = Skip("taken back")
ARCHIVED = Skip("the team is archived")
HANDED_ON = Skip("it was handed on since")
NO_CHANNEL = Skip("the team has no channel")
SOON = timedelta(minutes=1)
EARLIEST = timedelta(days=3)
"""Five working days are never over sooner, whatever the zone."""

REST = timedelta(hours=1)
"""So long is one left alone that could not be seen to for a mistake of ours; its error is counted once an hour."""

Render = Callable[[Session, Cards, m.Delivery, datetime], Card]


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def composing(render: Render) -> Compose:
        def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
            return render(session, cards, row, now)

        return compose

    return {
        draft_messages.REVIEW: MessageKind(composing(draft_cards.review_card), unless_archived(review_wanted)),
        draft_messages.APPROVAL: MessageKind(composing(draft_cards.approval_card), unless_archived(approval_wanted)),
        draft_messages.REMINDER: MessageKind(composing(draft_cards.approval_card), unless_archived(approval_wanted)),
        draft_messages.LAPSED: MessageKind(composing(draft_cards.lapsed_card), unless_archived(lapsed_wanted)),
        draft_messages.SENT_BACK: MessageKind(composing(draft_cards.sent_back_card), unless_archived(sent_back_wanted)),
        draft_messages.POST: MessageKind(composing(draft_cards.published_post), unless_archived(post_wanted)),
        draft_messages.TOLD: MessageKind(composing(draft_cards.told_card), unless_archived(told_wanted)),
        remarks.QUESTION: MessageKind(composing(remark_cards.question_card), question_wanted),
        remarks.ANSWERED: MessageKind(composing(remark_cards.answered_card), answered_wanted),
    }


# --- what is still wanted -----------------------------------------------------------------------------------


def unless_archived(wanted: Wanted) -> Wanted:
    """The same, as long as the team is worked with."""

    def asked(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
        objective = session.get_one(m.Objective, row.data["objective"])
        is_over = is_archived(session.get_one(m.Team, objective.team_id))
        return ARCHIVED if is_over else wanted(session, row, now)

    return asked


def review_wanted(session: Session, row: m.Delivery, _now: datetime) -> Skip | Later | None:
    """The draft in the channel: there is one, and it is a draft still."""
    if session.get_one(m.Team, row.team_id).channel_ref is None:
        return NO_CHANNEL
    is_draft = session.get_one(m.Objective, row.data["objective"]).state in BEING_WRITTEN
    return None if is_draft else NOT_A_DRAFT


def approval_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The question to the approver and its reminder: nobody has answered yet."""
    approval = session.get_one(m.Approval, row.data["approval"])
    if approval.state is not m.ApprovalState.ASKED:
        return ANSWERED
    if not publishing.may_approve(session, session.get_one(m.Objective, approval.objective_id), approval):
        return HANDED_ON
    return at_once_wanted(session, row, now)


def lapsed_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """That nobody answered; while it is still open it waits for `settle_open`, which sees to that."""
    approval = session.get_one(m.Approval, row.data["approval"])
    if approval.state is m.ApprovalState.ASKED:
        return Later(now + SOON)
    if approval.state is not m.ApprovalState.LAPSED or _newer(session, approval):
        return ANSWERED
    return at_once_wanted(session, row, now)


def sent_back_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """A word to who wrote it: it is still the newest of it."""
    approval = session.get_one(m.Approval, row.data["approval"])
    return ANSWERED if _newer(session, approval) else at_once_wanted(session, row, now)


def told_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """A word to the approver that something is published: it still is."""
    post = session.get_one(m.Delivery, row.data["post"])
    return TAKEN_BACK if post.data.get("undone") else at_once_wanted(session, row, now)


def question_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """A question about a key result: nobody has answered it yet."""
    remark = session.get_one(m.Remark, row.data["remark"])
    return ANSWERED if remark.settled_at is not None else at_once_wanted(session, row, now)


def answered_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """An answer, for somebody who still sees what it is about."""
    remark = session.get_one(m.Remark, row.data["remark"])
    objective = session.get_one(m.Objective, remark.objective_id)
    asker = session.get_one(m.Person, row.person_id)
    if sight_of(actor_of(session, asker), objective.visibility, objective.team_id) is not Sight.ALL:
        return Skip("its reader does not see it any more")
    return allowed_now(session, row, now)


def _newer(session: Session, approval: m.Approval) -> bool:
    newest = publishing.newest_approval(session, approval.objective_id)
    return newest is not None and newest.id != approval.id


# --- what happens when nobody answers -----------------------------------------------------------------------


class Approvals:
    """Sees to those that nobody answers. One that breaks rests for an hour, while all others go on."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._resting: dict[int, datetime] = {}
        """Until when each that broke is left alone."""

    async def settle_open(self) -> int:
        """Publish what nobody answered in time, and ask anew where the approver is gone. Returns how many it changed.

        Raises `StorageProblem`.
        """
        now, changed = self._clock.now(), 0
        open_now = await self._db.read(_open)
        self._resting = {one: until for one, until in self._resting.items() if one in open_now and _rests(until, now)}
        for approval_id in open_now:
            if approval_id not in self._resting:
                changed += await self._see_to(approval_id, now)
        return changed

    async def _see_to(self, approval_id: int, now: datetime) -> int:
        try:
            is_due = await self._db.read(_is_due_now, approval_id, now)
            return await self._db.write(settle, approval_id, now) if is_due else 0
        except StorageProblem:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours in one holds up none of the others
            self._resting[approval_id] = now + REST
            log.error("approval", approval=approval_id, error=what_and_where(error))
            return 0


def _rests(until: datetime, now: datetime) -> bool:
    """False as well where the clock was set back since."""
    return now < until <= now + REST


def _open(session: Session) -> list[int]:
    return [one.id for one in publishing.open_approvals(session)]


def _is_due_now(session: Session, approval_id: int, now: datetime) -> bool:
    return _is_due(session, session.get_one(m.Approval, approval_id), now)


def _is_due(session: Session, approval: m.Approval, now: datetime) -> bool:
    approver = session.get_one(m.Person, approval.approver_id)
    objective = session.get_one(m.Objective, approval.objective_id)
    if not publishing.may_approve(session, objective, approval):
        return True
    if now < approval.asked_at + EARLIEST:
        return False
    return _moments(session, objective, approver, approval.asked_at, now).lapse <= now


def settle(session: Session, approval_id: int, now: datetime) -> int:
    """See to one of them, unless somebody answers at this very moment. Returns 1 where something was changed."""
    approval = session.get_one(m.Approval, approval_id)
    objective = publishing.hold(session, session.get_one(m.Objective, approval.objective_id))
    session.refresh(approval)
    is_open = approval.state is m.ApprovalState.ASKED and objective.state is m.ObjectiveState.APPROVAL
    team = session.get_one(m.Team, objective.team_id)
    if not is_open or is_archived(team) or not _is_due(session, approval, now):
        return 0
    rows = publishing.to_publish(session, objective)
    if not rows or publishing.gaps(session, rows):
        publishing.send_back(session, objective, approval, None, now, None)
        log.info("came back", team=team.key, objective=objective.number)
        return 1
    other = _asked_next(session, team, objective, approval)
    publishing.answer(session, approval, m.ApprovalState.LAPSED, now)
    if other is not None:
        moments = _moments(session, objective, other, now, now)
        publishing.ask_approver(session, objective, other, approval.asked_by_id, moments, now)
        log.info("asked anew", team=team.key, objective=objective.number)
        return 1
    publishing.go_live(session, objective, approval.asked_by_id, now, approval)
    log.info("lapsed", team=team.key, objective=objective.number)
    return 1


def _asked_next(session: Session, team: m.Team, objective: m.Objective, approval: m.Approval) -> m.Person | None:
    """Who leads above it now; the same person where key results were added that they were never asked about."""
    if not publishing.may_approve(session, objective, approval):
        return publishing.approver_of(session, team, approval.asked_by_id, [approval.approver_id])
    added = publishing.added_since_asked(session, objective, approval)
    return session.get_one(m.Person, approval.approver_id) if added else None


def _moments(
    session: Session, objective: m.Objective, approver: m.Person, asked_at: datetime, now: datetime
) -> Moments:
    facts = person_facts(calendar_view(session, session.get_one(m.Team, objective.team_id), approver, now), approver)
    return Moments(remind_at(asked_at, facts.zone, facts.calendar), lapse_at(asked_at, facts.zone, facts.calendar))
