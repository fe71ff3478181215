"""Queries of absence: who works on which day, from the person's week, public holidays, own dates and time away."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays
import sqlalchemy as sa
from sqlmodel import Session, col, or_, select

from bot.okr.localtime import local_day
from bot.okr.workdays import StandIn, WorkCalendar
from storage import models as m
from storage.zones import known_zone

Own = Mapping[str, tuple[frozenset[date], frozenset[date]]]
"""A workspace's own dates by calendar name: days off and make-up working days. `*` holds for everyone."""

EVERYONE = "*"


_OWN_DATES = select(m.Holiday).where(col(m.Holiday.workspace_id) == sa.bindparam("workspace"))
_PEOPLE: sa.BindParameter[int] = sa.bindparam("people", expanding=True)
_DELEGATES = select(m.Away.delegate_id).where(col(m.Away.person_id).in_(_PEOPLE))
_AWAY = (
    select(m.Away)
    .where(or_(col(m.Away.person_id).in_(_PEOPLE), col(m.Away.person_id).in_(_DELEGATES)))
    .order_by(col(m.Away.first_day))
)

_STOOD_IN_FOR = (
    select(m.Away, m.Person, m.Workspace)
    .join(m.Person, col(m.Person.id) == col(m.Away.person_id))
    .join(m.Workspace, col(m.Workspace.id) == col(m.Person.workspace_id))
    .where(col(m.Away.delegate_id) == sa.bindparam("person"))
    .where(col(m.Away.first_day) <= sa.bindparam("after"), col(m.Away.last_day) >= sa.bindparam("before"))
)


def own_dates(session: Session, workspace_id: int) -> Own:
    """The days off and make-up working days that the workspace has written down itself."""
    off: dict[str, set[date]] = {}
    working: dict[str, set[date]] = {}
    for row in session.exec(_OWN_DATES, params={"workspace": workspace_id}):
        (off if row.kind is m.HolidayKind.OFF else working).setdefault(row.calendar, set()).add(row.day)
    names = off.keys() | working.keys()
    return {name: (frozenset(off.get(name, ())), frozenset(working.get(name, ()))) for name in names}


def away_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[m.Away]]:
    """Every stretch away of these people and of those who stand in for them."""
    ids = list(person_ids)
    found: dict[int, list[m.Away]] = {}
    rows = session.exec(_AWAY, params={"people": ids}) if ids else ()
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


@lru_cache(maxsize=512)
def public_holidays(calendar: str, first_year: int, last_year: int) -> frozenset[date]:
    """The public holidays of a country (`ES`) or a part of it (`ES-MD`).

    Raises `ValueError` with one sentence for a code that the library does not know.
    """
    country, _, part = calendar.partition("-")
    try:
        known = holidays.country_holidays(country, subdiv=part or None, years=range(first_year, last_year + 1))
    except (NotImplementedError, KeyError) as error:
        raise ValueError(f"'{calendar}' is not a holiday calendar; use a country code such as ES or ES-MD.") from error
    return frozenset(known)


def off_days(calendar: str | None, own: Own, years: tuple[int, int]) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and make-up working days under a calendar and the workspace's own dates."""
    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    if calendar and calendar not in own:
        off = public_holidays(calendar, *years)
    elif calendar:
        code_off = _public_if_code(calendar, years)
        off = code_off | own[calendar][0]
        working = own[calendar][1]
    if EVERYONE in own:
        off |= own[EVERYONE][0]
        working |= own[EVERYONE][1]
    return off - working, working


def _public_if_code(calendar: str, years: tuple[int, int]) -> frozenset[date]:
    """A calendar of own dates may add to a country's, or be a name of its own."""
    try:
        return public_holidays(calendar, *years)
    except ValueError:
        return frozenset()


def freezes(workspace: m.Workspace) -> tuple[tuple[date, date], ...]:
    """The stretches in which the whole company is shut."""
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in workspace.freeze)


def calendar_of(
    person: m.Person,
    team: m.Team,
    workspace: m.Workspace,
    *,
    own: Own,
    away: Mapping[int, Sequence[m.Away]],
    people: Mapping[int, m.Person],
    years: tuple[int, int],
) -> WorkCalendar:
    """One person's working days, seen from a team. With a delegate the clock runs on the delegate's calendar."""
    plain = _own_calendar(person, team, workspace, own=own, away=away, years=years)
    stand_ins = []
    for row in away.get(person.id, ()):
        delegate = people.get(row.delegate_id) if row.delegate_id else None
        if delegate is not None and delegate.id != person.id and delegate.active:
            theirs = _own_calendar(delegate, team, workspace, own=own, away=away, years=years)
            stand_ins.append(StandIn(row.first_day, row.last_day, theirs))
    if not stand_ins:
        return plain
    return WorkCalendar(
        working_days=plain.working_days,
        off=plain.off,
        make_up=plain.make_up,
        away=plain.away,
        freeze=plain.freeze,
        stand_ins=tuple(stand_ins),
    )


def _own_calendar(
    person: m.Person,
    team: m.Team,
    workspace: m.Workspace,
    *,
    own: Own,
    away: Mapping[int, Sequence[m.Away]],
    years: tuple[int, int],
) -> WorkCalendar:
    code = person.holiday_calendar or team.holiday_calendar or workspace.holiday_calendar
    off, working = off_days(code, own, years)
    return WorkCalendar(
        working_days=frozenset(person.working_days),
        off=off,
        make_up=working,
        away=tuple((row.first_day, row.last_day) for row in away.get(person.id, ())),
        freeze=freezes(workspace),
    )


def go_away(session: Session, person: m.Person, first: date, last: date, delegate: m.Person | None) -> m.Away:
    """Note a stretch away; one that overlaps what is noted already is joined with it.

    Without a `delegate` the stand-in of what it is joined with stays.
    """
    overlapping = _overlapping(session, person.id, first, last)
    stood_in = next((one.delegate_id for one in overlapping if one.delegate_id is not None), None)
    row = m.Away(
        workspace_id=person.workspace_id,
        person_id=person.id,
        first_day=min([first, *(one.first_day for one in overlapping)]),
        last_day=max([last, *(one.last_day for one in overlapping)]),
        delegate_id=stood_in if delegate is None else delegate.id,
    )
    for one in overlapping:
        session.delete(one)
    session.add(row)
    session.flush()
    return row


def come_back(session: Session, person: m.Person, day: date) -> date | None:
    """End what holds `day`: the last day away is the one before. Returns the day it would have ended, or None."""
    rows = _overlapping(session, person.id, day, day)
    planned = max((row.last_day for row in rows), default=None)
    for row in rows:
        if row.first_day >= day:
            session.delete(row)
        else:
            row.last_day = day - timedelta(days=1)
            session.add(row)
    session.flush()
    return planned


def next_away(session: Session, person: m.Person, today: date) -> m.Away | None:
    """The next stretch that begins after `today`."""
    return session.exec(
        select(m.Away)
        .where(m.Away.person_id == person.id, m.Away.first_day > today)
        .order_by(col(m.Away.first_day))
        .limit(1)
    ).first()


def stood_in_for(session: Session, person_id: int, now: datetime) -> frozenset[int]:
    """The people who are away today, by their own calendar day, and named this person to stand in."""
    day = now.astimezone(UTC).date()
    near = {"person": person_id, "after": day + timedelta(days=1), "before": day - timedelta(days=1)}
    rows = session.exec(_STOOD_IN_FOR, params=near).all()
    return frozenset(
        owner.id
        for row, owner, workspace in rows
        if row.first_day <= local_day(now, known_zone(owner.timezone, workspace.timezone)) <= row.last_day
    )


def is_away_between(session: Session, person_id: int, first: date, last: date) -> bool:
    """True if the person is away on any of these days, both ends included."""
    return bool(_overlapping(session, person_id, first, last))


def _overlapping(session: Session, person_id: int, first: date, last: date) -> Sequence[m.Away]:
    return session.exec(
        select(m.Away)
        .where(m.Away.person_id == person_id, m.Away.first_day <= last, m.Away.last_day >= first)
        .order_by(col(m.Away.first_day))
    ).all()
