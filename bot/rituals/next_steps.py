"""After the meeting: what was agreed on? Once, in the thread of its digest (spec/07 §12.8)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.okr.planning.facts import Ritual, SkipReason
from bot.okr.planning.next_steps import MAY_BE_LATE, asked_at
from bot.views.after_meeting import OPENERS, after_meeting_card, opener_of
from bot.views.facts import rituals_on
from storage import agendas
from storage import models as m

FOLLOWS_FOR = timedelta(hours=24)
"""For how long the question shows what is added and ticked; then it stays as it is."""
LOOK_AGAIN = timedelta(minutes=1)

NO_DIGEST = Skip(SkipReason.NO_DIGEST.value)
GONE = Skip("its meeting is gone")
SWITCHED_OFF = Skip("the team switched it off")
TOO_LATE = Skip("its time is long over")


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
        return after_meeting_card(session, cards, row, now)

    return {"next_steps": MessageKind(compose, next_steps_wanted, updates_per_minute=1, frozen=stays)}


def next_steps_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """A digest opened its meeting, and that is over by its plan of today; a meeting that was moved is waited for.

    A digest of which nobody knows whether it arrived may stand there: then it is asked in the channel itself.
    """
    team = session.get_one(m.Team, row.team_id)
    if team.channel_ref is None or Ritual.NEXT_STEPS not in rituals_on(team):
        return Skip(SkipReason.NO_CHANNEL.value) if team.channel_ref is None else SWITCHED_OFF
    opener, over_at = opener_of(session, row), _over_at(session, row)
    if opener is None or opener.state in (m.DeliveryState.SKIPPED, m.DeliveryState.FAILED):
        return NO_DIGEST
    if over_at is None:
        return GONE
    if now < over_at:
        return Later(over_at)
    if now > max(over_at, row.due_at) + MAY_BE_LATE:
        return TOO_LATE
    if opener.state in (m.DeliveryState.PLANNED, m.DeliveryState.SENDING):
        return Later(now + LOOK_AGAIN)
    if opener.state is m.DeliveryState.SENT:
        row.data = {**row.data, "thread_of": opener.id}
        session.add(row)
    return None


def stays(session: Session, row: m.Delivery, now: datetime) -> bool:
    """True once the day after the meeting is over."""
    del session
    return row.sent_at is not None and now > row.sent_at + FOLLOWS_FOR


def _over_at(session: Session, row: m.Delivery) -> datetime | None:
    """When the meeting of a question is to be over, as it is set now; None if it is gone."""
    for kind in OPENERS:
        run = agendas.run_of(session, row.team_id or 0, m.RitualKind(kind), row.period)
        if run is not None and run.meeting_at is not None and run.meeting_id is not None:
            meeting = session.get(m.Meeting, run.meeting_id)
            if meeting is not None:
                return asked_at(run.meeting_at, meeting.duration)
    return None
