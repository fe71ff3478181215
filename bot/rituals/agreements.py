"""Messages about agreements: asked, told, and what the clock asks before and after their date (spec/09 §15.3)."""

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.okr.agreements import OPEN_STATES, Side, State
from bot.okr.localtime import local_day
from bot.rituals.person_messages import ANSWERED, allowed_now, at_once_wanted
from bot.views.agreements import (
    ASKED_KIND,
    DUE_KIND,
    NEAR_KIND,
    OPEN_KIND,
    TOLD_KIND,
    agreement_card,
    may_speak,
)
from storage import agreements
from storage import models as m
from storage.agreements import Ends
from storage.teams import person_zone

GONE = Skip("the agreement is gone")
OVER = Skip("its key result is not worked on any more")
REWORDED = Skip("the wording was changed since")
NOT_THEIRS = Skip("somebody else answers for it by now")
DAY_OVER = Skip("its day is over")

Wanted = Callable[[Session, m.Delivery, Ends, datetime], Skip | None]


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def showing(what: str = "") -> Callable[[Session, m.Delivery, datetime], Card]:
        def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
            person = session.get_one(m.Person, row.person_id)
            ends = _ends(session, row)
            if ends is None:
                raise LookupError("the agreement is gone")
            said = what or str(row.data.get("what", ""))
            data = {**row.data, "day": row.period.split(":")[1]} if row.kind in (NEAR_KIND, DUE_KIND) else row.data
            return agreement_card(session, cards, person, ends, side_in(row), now, what=said, data=data)

        return compose

    return {
        ASKED_KIND: MessageKind(showing(), _wanted(_still_asked)),
        TOLD_KIND: MessageKind(showing(), _told_wanted),
        OPEN_KIND: MessageKind(showing("open"), _wanted(_still_open)),
        NEAR_KIND: MessageKind(showing("near"), _wanted(_still_to_come)),
        DUE_KIND: MessageKind(showing("due"), _wanted(_still_agreed)),
    }


def side_in(row: m.Delivery) -> Side:
    """The side its reader speaks for; it stands in the key."""
    return Side(row.period.partition(":")[0])


def _ends(session: Session, row: m.Delivery) -> Ends | None:
    return agreements.ends_of(session, int(row.subject.split(":")[1]))


def _told_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """What became of it: it is there still."""
    return GONE if _ends(session, row) is None else at_once_wanted(session, row, now)


def _wanted(asks: Wanted) -> Callable[[Session, m.Delivery, datetime], Skip | Later | None]:
    def wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
        ends = _ends(session, row)
        if ends is None:
            return GONE
        if not agreements.is_in_force(ends):
            return OVER
        person = session.get_one(m.Person, row.person_id)
        if not may_speak(session, person, ends, side_in(row), now):
            return NOT_THEIRS
        return asks(session, row, ends, now) or allowed_now(session, row, now)

    return wanted


def _still_asked(_session: Session, row: m.Delivery, ends: Ends, _now: datetime) -> Skip | None:
    """Open, these words, and its reader's yes is still to come."""
    one = agreements.value_of(ends.row)
    if row.period.split(":")[1] != str(one.rev):
        return REWORDED
    if one.state not in OPEN_STATES:
        return ANSWERED
    return ANSWERED if one.said_yes(side_in(row)) else None


def _still_open(_session: Session, row: m.Delivery, ends: Ends, _now: datetime) -> Skip | None:
    one = agreements.value_of(ends.row)
    if row.period.split(":")[1] != str(one.rev):
        return REWORDED
    return None if one.waits_for is side_in(row).other else ANSWERED


def _still_agreed(_session: Session, _row: m.Delivery, ends: Ends, _now: datetime) -> Skip | None:
    return None if agreements.value_of(ends.row).state is State.AGREED else ANSWERED


def _still_to_come(session: Session, row: m.Delivery, ends: Ends, now: datetime) -> Skip | None:
    """Agreed, for the day that it was asked about, and that day is not over."""
    one = agreements.value_of(ends.row)
    if one.state is not State.AGREED:
        return ANSWERED
    day = date.fromisoformat(row.period.split(":")[1])
    if day not in (one.needed_by, one.slips_to):
        return REWORDED
    person = session.get_one(m.Person, row.person_id)
    zone = person_zone(person, session.get_one(m.Workspace, person.workspace_id))
    return DAY_OVER if local_day(now, zone) > day else None
