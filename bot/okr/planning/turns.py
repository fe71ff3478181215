"""Moments at which something turns by itself: a pause is over, somebody leaves or is back, another is asked."""

from datetime import date, datetime, time, timedelta

from bot.okr.localtime import instant
from bot.okr.planning.facts import TeamFacts

ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)


def next_turn(facts: TeamFacts, now: datetime) -> datetime | None:
    """The next such moment after `now`, at which the team is to be looked at again; None where there is none."""
    days: set[tuple[date, str]] = set()
    for kr in facts.key_results:
        owner = facts.people.get(kr.owner_ids[0]) if kr.owner_ids else None
        zone = facts.zone if owner is None else owner.zone
        days.update((last + ONE_DAY, zone) for _, last in kr.calendar.paused if last < date.max)
    for person in facts.people.values():
        for first, last in person.calendar.away:
            days.update({(first, person.zone), (last + ONE_DAY, person.zone)})
    moments = (instant(day, MIDNIGHT, zone) for day, zone in days)
    return min((moment for moment in moments if moment > now), default=None)
