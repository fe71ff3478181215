"""Who is written to about an agreement: the side whose yes it waits for, and both sides about what happened."""

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session, col

from bot.okr.agreements import Side
from bot.views.agreements import ASKED_KIND, TOLD_KIND, speaker
from storage import agreements, deliveries
from storage import models as m
from storage.agreements import Ends
from storage.teams import lead_of


def subject_of(alignment_id: int, person_id: int) -> str:
    """Under which all messages about an agreement to one person stand."""
    return f"agreement:{alignment_id}:person:{person_id}"


def period_of(side: Side, rev: int, more: str = "") -> str:
    """Once for each wording; `more` where it may be said again."""
    return f"{side.value}:{rev}:{more}" if more else f"{side.value}:{rev}"


def ask(
    session: Session, ends: Ends, side: Side, now: datetime, *, again: str = "", by: m.Person | None = None
) -> bool:
    """Ask whoever speaks for this side for a yes to the wording as it stands; False where that is nobody, or done.

    Where nobody speaks for it yet, the clock asks as soon as somebody does.
    """
    person = speaker(session, ends, side)
    if person is None:
        return False
    what = "reworded" if ends.row.rev not in (None, 1) and side is agreements.value_of(ends.row).waits_for else ""
    return _plan(session, ends, side, person, ASKED_KIND, what, again, now, by=by)


def ask_lead(session: Session, ends: Ends, side: Side, by: m.Person | None, now: datetime) -> None:
    """The lead of this side reads of it, unless it is their own doing."""
    lead = lead_of(session, ends.team(side).id)
    if lead is not None and lead.active and (by is None or lead.id != by.id):
        _plan(session, ends, side, lead, ASKED_KIND, "", "", now, by=by)


def tell(
    session: Session,
    ends: Ends,
    what: str,
    by: m.Person,
    by_side: Side,
    now: datetime,
    *,
    more: str = "",
    day: date | None = None,
    both: bool = False,
) -> None:
    """Tell the other side what somebody did; with `both` also the leads of both, but never whoever did it."""
    told: dict[int, tuple[m.Person, Side]] = {}
    other = speaker(session, ends, by_side.other)
    if other is not None:
        told[other.id] = (other, by_side.other)
    for side in (by_side.other, by_side) if both else ():
        lead = lead_of(session, ends.team(side).id)
        if lead is not None and lead.active:
            told.setdefault(lead.id, (lead, side))
    for person, side in told.values():
        if person.id != by.id:
            _plan(
                session, ends, side, person, TOLD_KIND, what, f"{what}:{more}" if more else what, now,
                by=by, by_side=by_side, day=day,
            )  # fmt: skip


def tell_of_teams(
    session: Session, ends: Ends, sides: Collection[Side], what: str, now: datetime, *, more: str, but: int
) -> None:
    """Tell whoever speaks for these sides what became of a team; not the one who did it (`but`)."""
    for side in sides:
        person = speaker(session, ends, side)
        if person is not None and person.id != but:
            _plan(session, ends, side, person, TOLD_KIND, what, f"{what}:{more}", now)


def _plan(
    session: Session,
    ends: Ends,
    side: Side,
    person: m.Person,
    kind: str,
    what: str,
    more: str,
    now: datetime,
    *,
    by: m.Person | None = None,
    by_side: Side | None = None,
    day: date | None = None,
) -> bool:
    return deliveries.plan_delivery(
        session,
        workspace_id=ends.row.workspace_id,
        kind=kind,
        subject=subject_of(ends.row.id, person.id),
        period=period_of(side, ends.row.rev or 0, more),
        due_at=now,
        now=now,
        person_id=person.id,
        data={
            "team": ends.team(side).id,
            "what": what,
            "by": None if by is None else by.id,
            "by_side": None if by_side is None else by_side.value,
            "day": None if day is None else day.isoformat(),
        },
    )


def follow(session: Session, alignment_id: int) -> None:
    """Everything that was sent about it shows how it stands now."""
    deliveries.want_newest(session, col(m.Delivery.subject).like(f"agreement:{alignment_id}:%"))
