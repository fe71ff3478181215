"""Notices of silence: to the owners when a key result is stale, to the lead when it is dark (spec/03 §7.2, §7.5)."""

from dataclasses import replace
from datetime import date

from bot.okr.freshness import Limits, limits_of
from bot.okr.localtime import instant, local_day
from bot.okr.model import Cadence, Thresholds
from bot.okr.planning.allowed import ASK_AT, MAY_BE_LATE, found_at, next_allowed, unreachable, why_not_in_time
from bot.okr.planning.book import Book
from bot.okr.planning.check_ins import questions
from bot.okr.planning.facts import (
    KeyResultFacts,
    Message,
    PersonFacts,
    Planned,
    Ritual,
    SkipReason,
    TeamFacts,
)
from bot.okr.planning.meetings import is_in_cycle
from bot.okr.planning.standing_in import stand_in_of
from bot.okr.workdays import WorkCalendar

AskedOn = frozenset[tuple[int, int, date]]
"""Which person is asked about which key result on which of their days."""


def plan_notices(book: Book) -> None:
    """Enter the notices of every key result that is asked by hand, once per silence.

    The period is the day since which nothing was said. A feed that went quiet is nobody's silence (spec/03 §7.3).
    """
    if Ritual.WEEKLY_CHECK_IN not in book.facts.on:
        return
    asked_on = _asked_on(book)
    for kr in book.facts.key_results:
        if not kr.ask or kr.automated:
            continue
        since = max(kr.updated_on or kr.counts_from, kr.counts_from)
        limits = _limits(book.facts, kr)
        stale_on = _in_force(book.facts, kr, day_of_age(kr.calendar, since, limits.stale_from))
        dark_on = _in_force(book.facts, kr, day_of_age(kr.calendar, since, limits.dark_from))
        period = f"since:{since.isoformat()}"
        if stale_on is not None:
            for owner_id in dict.fromkeys(kr.owner_ids):
                owner = book.facts.people.get(owner_id)
                if owner is not None:
                    # Whoever stands in gets it in the owner's place, under the owner's key: once per silence.
                    at = max(instant(stale_on, ASK_AT, owner.zone), book.now)
                    reader = stand_in_of(book.facts, owner, at) or owner
                    subject = f"kr:{kr.id}:person:{owner_id}"
                    notice = Planned(Message.STALE, subject, period, book.now, reader.id, kr_ids=(kr.id,))
                    _plan_notice(book, reader, notice, stale_on, dark_on, asked_on)
        if dark_on is not None:
            _plan_dark(book, kr, period, dark_on)


def day_of_age(calendar: WorkCalendar, since: date, age: int) -> date | None:
    """The day on which something last updated on `since` has that age in working days (spec/03 §7.1)."""
    day: date | None = since
    for _ in range(age):
        if day is None:
            return None
        day = calendar.next_working(day)
    return day


def _limits(facts: TeamFacts, kr: KeyResultFacts) -> Limits:
    cadence = Cadence.BIWEEKLY if kr.asked_biweekly or facts.biweekly else Cadence.WEEKLY
    return limits_of(cadence, thresholds=Thresholds(grace_days=facts.grace_days, dark_factor=facts.dark_factor))


def _in_force(facts: TeamFacts, kr: KeyResultFacts, day: date | None) -> date | None:
    return day if day is not None and day <= kr.due and is_in_cycle(facts, day) else None


def _asked_on(book: Book) -> AskedOn:
    """A notice that falls on the day of the question is folded into it (spec/10 §17)."""
    found = set()
    for one in questions(book):
        person = book.facts.people[one.planned.person_id or 0]
        if one.planned.skip is None and one.planned.period not in person.prompts_skipped:
            on = local_day(one.asked_at, person.zone)
            found |= {(person.id, kr_id, on) for kr_id in one.planned.kr_ids}
    return frozenset(found)


def _plan_dark(book: Book, kr: KeyResultFacts, period: str, on: date) -> None:
    facts = book.facts
    lead = None if facts.lead_id is None else facts.people.get(facts.lead_id)
    if lead is None:
        at = instant(on, ASK_AT, facts.zone)
        skip = SkipReason.NO_LEAD
        book.enter(Planned(Message.DARK, f"kr:{kr.id}", period, at, team_id=facts.id, kr_ids=(kr.id,), skip=skip))
        return
    notice = Planned(Message.DARK, f"kr:{kr.id}", period, book.now, lead.id, kr_ids=(kr.id,))
    _plan_notice(book, lead, notice, on, None, frozenset())


def _plan_notice(
    book: Book, person: PersonFacts, notice: Planned, on: date, over_on: date | None, asked_on: AskedOn
) -> None:
    """Enter a notice for 10:00 on a day, or the next allowed morning before it is overtaken."""
    due_at = instant(on, ASK_AT, person.zone)
    over_at = None if over_on is None else instant(over_on, ASK_AT, person.zone)
    allowed = next_allowed(person, due_at)
    if allowed is None or (over_at is not None and allowed >= over_at):
        book.enter(replace(notice, due_at=due_at, skip=why_not_in_time(person, on)))
        return
    moved = found_at(person, allowed, book.now)
    there = local_day(moved, person.zone)
    reason = unreachable(person, there)
    if reason is None and book.now > allowed + MAY_BE_LATE:
        reason = SkipReason.TOO_LATE
    if reason is None and over_at is not None and max(moved, book.now) >= over_at:
        reason = SkipReason.MOMENT_PASSED
    if reason is None and (person.id, notice.kr_ids[0], there) in asked_on:
        reason = SkipReason.ASKED_TODAY
    book.enter(replace(notice, due_at=moved, skip=reason), allowed)
