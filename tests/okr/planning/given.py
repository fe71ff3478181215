"""A small pretend team in the last quarter of 2026, and how to ask the planner about it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from bot.okr.localtime import QuietHours, instant, local
from bot.okr.planning import (
    KeyResultFacts,
    MeetingFacts,
    Message,
    PersonFacts,
    Planned,
    Ritual,
    SkipReason,
    TeamFacts,
    plan,
)
from bot.okr.workdays import WorkCalendar

MADRID = "Europe/Madrid"
QUIET = QuietHours(time(18), time(9))
CYCLE = (date(2026, 10, 1), date(2026, 12, 31))
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)


def at(wall: str, zone: str = MADRID) -> datetime:
    """The moment of a wall time such as `2026-11-06 10:00`."""
    there = datetime.fromisoformat(wall + "+00:00")
    return instant(there.date(), there.time(), zone)


def day(text: str) -> date:
    return date.fromisoformat(text)


def shown(moment: datetime, zone: str = MADRID) -> str:
    """Weekday, date and time on the wall."""
    return f"{local(moment, zone):%a %Y-%m-%d %H:%M}"


def calendar(**changes: Any) -> WorkCalendar:
    return replace(WorkCalendar(), **changes)


def person(number: int = 1, zone: str = MADRID, **changes: Any) -> PersonFacts:
    base = PersonFacts(id=number, name=f"Mei {number}", zone=zone, calendar=WorkCalendar(), quiet=QUIET)
    return replace(base, **changes)


def key_result(number: int = 1, owners: tuple[int, ...] = (1,), **changes: Any) -> KeyResultFacts:
    base = KeyResultFacts(
        id=number, owner_ids=owners, start=CYCLE[0], due=CYCLE[1], counts_from=CYCLE[0], calendar=WorkCalendar()
    )
    return replace(base, **changes)


def meeting(weekday: int = MONDAY, wall: str = "09:00", zone: str = MADRID, **changes: Any) -> MeetingFacts:
    base = MeetingFacts(id=1, main=True, weekdays=(weekday,), at=time.fromisoformat(wall), zone=zone)
    return replace(base, **changes)


def team(*people: PersonFacts, **changes: Any) -> TeamFacts:
    """A team of one with one key result and a meeting on Mondays at 09:00 in Madrid, unless said otherwise."""
    known = {one.id: one for one in people or (person(),)}
    base = TeamFacts(
        id=7,
        zone=MADRID,
        known_since=datetime(2026, 9, 1, tzinfo=UTC),
        cycle=CYCLE,
        meetings=(meeting(),),
        people=known,
        key_results=tuple(key_result(number, (number,)) for number in known),
        has_channel=True,
        lead_id=None,
    )
    return replace(base, **changes)


def week(
    facts: TeamFacts,
    ritual: Ritual = Ritual.WEEKLY_CHECK_IN,
    /,
    *,
    first: str = "2026-11-03",
    last: str = "2026-11-10",
) -> list[Planned]:
    """Messages and skips between the starts of two days, looked at from the first: for the meeting of Mon 9 Nov."""
    start, end = at(f"{first} 00:00"), at(f"{last} 00:00")
    found = plan(facts, ritual, start, end)
    return sorted(
        (one for one in (*found.messages, *found.skips) if start <= one.due_at < end), key=lambda one: one.due_at
    )


def only(found: list[Planned], message: Message) -> Planned:
    """The one message of a kind."""
    (one,) = (each for each in found if each.message is message)
    return one


def times(found: list[Planned], message: Message, zone: str = MADRID) -> list[str]:
    """When messages of a kind go out, on the wall of a zone; skips are left out."""
    return [shown(one.due_at, zone) for one in found if one.message is message and one.skip is None]


def asked(facts: TeamFacts, zone: str = MADRID, **span: str) -> list[str]:
    """When the questions go out."""
    return times(week(facts, **span), Message.CHECK_IN, zone)


def why_not(facts: TeamFacts, **span: str) -> SkipReason | None:
    """The reason of the one question that does not go out."""
    return only(week(facts, **span), Message.CHECK_IN).skip
