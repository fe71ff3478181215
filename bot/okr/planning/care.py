"""People and teams that fall silent: at most one question back, to those who can change something.

To a person after three questions without an answer (spec/07 §12.3); to the lead where a whole team is quiet
(spec/07 §12.5) or few answer three weeks running (spec/03 §8.3). To nobody above.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.okr.localtime import local_day
from bot.okr.planning.book import Book
from bot.okr.planning.facts import Message, PersonFacts, Planned, Ritual, TeamFacts, WeekCount
from bot.okr.planning.meetings import is_in_cycle
from bot.okr.planning.mornings import enter_in_the_morning, look_every_morning
from bot.okr.planning.stale import day_of_age
from bot.okr.rollup import Participation, needs_a_hint

QUESTIONS_UNANSWERED = 3
QUIET_WORKING_DAYS = 10
"""Two cadences of a weekly team; a biweekly one has twice as many."""
WEEKS_LOW = 3
KNOWN_FOR = timedelta(days=8)
"""Participation whose last meeting is longer ago says nothing about the team of today."""


def plan_care(book: Book) -> None:
    """Enter what is due: each once per silence, in a morning of its reader.

    A team whose check-in is switched off, or whose cycle is over or to come, is left alone.
    """
    facts = book.facts
    if Ritual.WEEKLY_CHECK_IN not in facts.on or not is_in_cycle(facts, local_day(book.now, facts.zone)):
        return
    asked = {owner_id for kr in facts.key_results if kr.ask for owner_id in kr.owner_ids}
    for person in facts.people.values():
        since = silent_since(person)
        if person.id in asked and since is not None:
            _plan_bad_time(book, person, since)
        if person.id in asked or person.id == facts.lead_id:
            look_every_morning(book, person)
    _plan_for_the_lead(book)


def silent_since(person: PersonFacts) -> date | None:
    """The day of the first of the questions that somebody left unanswered, once that is three in a row."""
    return person.unanswered[0] if len(person.unanswered) >= QUESTIONS_UNANSWERED else None


def quiet_days(facts: TeamFacts) -> int:
    """After how many working days without any update a team counts as quiet: two cadences."""
    return QUIET_WORKING_DAYS * 2 if facts.biweekly else QUIET_WORKING_DAYS


def quiet_since(facts: TeamFacts) -> date | None:
    """The day since which nothing in a team was updated: not before its cycle, its first OKRs, or its own beginning.

    None where nothing is asked by hand: a quiet feed is nobody's silence (spec/03 §7.3).
    """
    asked = [kr for kr in facts.key_results if kr.ask and not kr.automated]
    if not asked or facts.cycle is None:
        return None
    began = (facts.cycle[0], local_day(facts.known_since, facts.zone), min(kr.counts_from for kr in asked))
    return max(facts.updated_on or date.min, *began)


def quiet_on(facts: TeamFacts) -> date | None:
    """The day on which the lead is asked about a team's silence, by the lead's own working days; None: never."""
    lead, since = _lead_of(facts), quiet_since(facts)
    if lead is None or since is None:
        return None
    return day_of_age(lead.calendar, since, quiet_days(facts))


def low_weeks(facts: TeamFacts) -> tuple[WeekCount, ...]:
    """The last three weeks of the cycle in which something was due, if in all of them under 70% was updated."""
    cycle = facts.cycle
    if cycle is None:
        return ()
    weeks = [one for one in facts.participation if one.due and cycle[0] <= local_day(one.meeting_at, facts.zone)]
    last = tuple(weeks[-WEEKS_LOW:])
    return last if needs_a_hint([Participation(one.updated, one.due) for one in last]) else ()


def average_of(weeks: Sequence[WeekCount]) -> Participation:
    """ "n of m on average": in whole key results, never more updated than there were."""
    count = len(weeks)
    updated, due = sum(one.updated for one in weeks), sum(one.due for one in weeks)
    return Participation(updated // count, (2 * due + count) // (2 * count))


def _lead_of(facts: TeamFacts) -> PersonFacts | None:
    return None if facts.lead_id is None else facts.people.get(facts.lead_id)


def _plan_bad_time(book: Book, person: PersonFacts, since: date) -> None:
    planned = Planned(Message.BAD_TIME, f"person:{person.id}", f"since:{since.isoformat()}", book.now)
    enter_in_the_morning(book, person, planned, since)


def _plan_for_the_lead(book: Book) -> None:
    """A team that is quiet as a whole is not also told how few answer."""
    facts = book.facts
    lead, since, on = _lead_of(facts), quiet_since(facts), quiet_on(facts)
    subject = f"team:{facts.id}"
    if lead is None:
        return
    if since is not None and on is not None and is_in_cycle(facts, on):
        enter_in_the_morning(
            book, lead, Planned(Message.TEAM_QUIET, subject, f"since:{since.isoformat()}", book.now), on
        )
        if on <= local_day(book.now, lead.zone):
            return
    weeks = low_weeks(facts)
    if weeks and weeks[-1].meeting_at >= book.now - KNOWN_FOR:
        after = local_day(weeks[-1].meeting_at, lead.zone) + timedelta(days=1)
        planned = Planned(Message.PARTICIPATION, subject, f"week:{weeks[-1].period}", book.now)
        enter_in_the_morning(book, lead, planned, after)
