"""The offer of a slow-start pace, to owners who keep a hopeful view with a reason, and taking it up (spec/03 §6.4)."""

from bot.cards.figures import heading as shown_heading
from bot.cards.words import status_icon
from bot.handlers.recording import NotAllowedError, fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import touched
from bot.intake.conversation import Answer, Turn
from bot.okr.access import may_update
from bot.okr.model import PaceProfile
from bot.okr.replies import Code
from bot.okr.slow_start import is_overridden, looks_slow, may_start_slowly
from bot.views.rights import actor_of
from bot.views.team import KRView
from storage import check_ins, conversations, deliveries
from storage import models as m
from storage.pauses import POST, Category
from storage.shown import ENTITY

REASON = N_("slow start")
"""What the change is filed under, in the words of whoever took it up; of the four kinds it is one of learning."""


def may_be_offered(turn: Turn, one: KRView) -> bool:
    """True for a key result on a straight line whose owners were not asked yet: once per KR, which has one cycle."""
    return may_start_slowly(one.kr) and not conversations.was_asked(turn.session, one.row.id, Code.Q_SLOW_START.value)


def is_due(turn: Turn, one: KRView) -> bool:
    """Is this the third week running in which a reason was given against an amber or red heading?"""
    state = one.state
    if not is_overridden(state.data_band, state.owner_band, state.current.band_note) or not may_be_offered(turn, one):
        return False
    history = check_ins.history_of(turn.session, one.row.id)
    return looks_slow(one.kr, history, state.thresholds, state.score_mode)


def use(turn: Turn, one: KRView) -> Answer:
    """The key result is measured against a slow start from now on; its past is read against it too.

    Raises `NotAllowedError` for somebody who does not answer for it any more.
    """
    if not may_update(actor_of(turn.session, turn.person, turn.now), [o.id for o in one.owners], one.row.team_id):
        raise NotAllowedError(one)
    row = one.row
    if not may_start_slowly(one.kr):
        return notice(N_("{kr} has another pace by now, so nothing was changed."), kr=one.kr.key)
    row.pace = PaceProfile.SLOW_START
    turn.session.add(row)
    change = m.Change(
        workspace_id=row.workspace_id,
        entity=ENTITY,
        entity_id=row.id,
        field="pace",
        old=one.kr.pace.value,
        new=row.pace.value,
        reason=turn.say(REASON),
        category=Category.LEARNED.value,
        by_id=turn.person.id,
        at=turn.now,
    )
    turn.session.add(change)
    turn.session.flush()
    _post(turn, one, change)
    touched(turn, {row.team_id}, {row.id})
    return _told(turn, row.id)


def _post(turn: Turn, one: KRView, change: m.Change) -> None:
    """A change of what is published is one line in the team's channel (spec/09 §15.2)."""
    deliveries.plan_delivery(
        turn.session,
        workspace_id=one.row.workspace_id,
        kind=POST,
        subject=f"kr:{one.row.id}",
        period=f"change:{change.id}",
        due_at=turn.now,
        now=turn.now,
        team_id=one.row.team_id,
        data={"change": change.id},
    )


def _told(turn: Turn, kr_id: int) -> Answer:
    view = fresh_view(turn)
    one = view.by_id[kr_id]
    if one.state.heading is None:
        return notice(
            N_("{kr} is measured against a slow start now; it is too early to say where it is heading."),
            kr=view.label(one),
        )
    return notice(
        N_("{kr} is measured against a slow start now: heading for {heading} {icon}."),
        kr=view.label(one),
        heading=shown_heading(one.state.heading),
        icon=status_icon(one.state.status),
    )
