"""The planner: from a team's facts and a moment to the messages that are due, the skips, and when to look again.

Pure and idempotent: the same facts give the same keys, so planning twice plans nothing twice (spec/10 §17).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.okr.localtime import instant, local, local_day, monday_of
from bot.okr.planning.facts import (
    KeyResultFacts,
    Message,
    PersonFacts,
    Plan,
    Planned,
    Ritual,
    SkipReason,
    TeamFacts,
)
from bot.okr.planning.meetings import Occurrence, check_in_occurrences, digest_occurrences, week_of
from bot.okr.workdays import WorkCalendar

ASK_AT = time(10, 0)
REMIND_AT = time(16, 0)
REMIND_BEFORE_DIGEST = timedelta(minutes=60)
LEAST_BEFORE_DIGEST = timedelta(minutes=15)
PROMPT_MAY_BE_LATE = timedelta(hours=24)
DIGEST_MAY_BE_LATE = timedelta(minutes=10)
RECENT_WORKING_DAYS = 2
LOOK_BACK = timedelta(days=8)
LOOK_AHEAD = timedelta(days=15)
"""Past the longest stretch between a question and its meeting, and past a fortnight."""
LOOK_AGAIN = timedelta(days=1)
MANY = 20
SPREAD = timedelta(minutes=10)


def plan(facts: TeamFacts, ritual: Ritual, now: datetime, until: datetime | None = None) -> Plan:
    """What `ritual` has due up to `until` (the present moment, unless one looks ahead), as of `now`.

    Messages that were due earlier and may still go out are among `messages` with their own due time; those that may
    not are among `skips`. `next_due_at` is the earliest moment after `until` at which anything can be due.
    """
    until = now if until is None else max(now, until)
    book = _Book(facts, now, until)
    match ritual:
        case Ritual.WEEKLY_CHECK_IN:
            _plan_check_ins(book)
        case Ritual.DIGEST:
            _plan_digests(book)
        case Ritual.STALE:
            _plan_stale(book)
    return book.close()


def next_allowed(person: PersonFacts, at: datetime, calendar: WorkCalendar | None = None) -> datetime | None:
    """The first moment from `at` on at which a person may be written to: a working day, outside quiet hours.

    A moment that is not allowed moves to the next allowed 10:00 (or the end of quiet hours where 10:00 is quiet).
    None: there is none within sight.
    """
    calendar = calendar or person.calendar
    here = local(at, person.zone)
    if calendar.is_working(here.date()) and not person.quiet.covers(here.timetz()):
        return at
    morning = person.quiet.end if person.quiet.covers(ASK_AT) else ASK_AT
    day: date | None = here.date()
    if not (calendar.is_working(here.date()) and here.time() < morning):
        day = calendar.next_working(here.date())
    return None if day is None else instant(day, morning, person.zone)


# --- the book: collects what the rules below find ------------------------------------------------


@dataclass
class _Book:
    facts: TeamFacts
    now: datetime
    until: datetime
    messages: list[Planned] = field(default_factory=list)
    skips: list[Planned] = field(default_factory=list)
    later: list[datetime] = field(default_factory=list)

    def enter(self, planned: Planned, not_after: datetime | None = None, too_late: SkipReason | None = None) -> None:
        """Sort a message: not due yet, due, or due and no longer worth sending (after `not_after`)."""
        if planned.due_at < self.facts.known_since:
            return
        if planned.due_at > self.until:
            self.later.append(planned.due_at)
            return
        if planned.skip is None and not_after is not None and self.now > not_after:
            planned = replace(planned, skip=too_late)
        (self.messages if planned.skip is None else self.skips).append(planned)

    def window(self) -> tuple[date, date]:
        return (self.now - LOOK_BACK).date(), (self.until + LOOK_AHEAD).date()

    def close(self) -> Plan:
        next_due = min(self.later, default=self.until + LOOK_AGAIN)
        return Plan(
            messages=tuple(_spread(sorted(self.messages, key=_order))),
            skips=tuple(sorted(self.skips, key=_order)),
            next_due_at=min(next_due, self.until + LOOK_AGAIN),
        )


def _order(planned: Planned) -> tuple[datetime, str, str, str]:
    return planned.due_at, planned.message.value, planned.subject, planned.period


def _spread(messages: Iterable[Planned]) -> list[Planned]:
    """Many check-ins due at one moment are spread over ten minutes, in an order that does not change."""
    out = []
    by_moment: dict[datetime, list[Planned]] = {}
    for one in messages:
        if one.message is Message.CHECK_IN:
            by_moment.setdefault(one.due_at, []).append(one)
        else:
            out.append(one)
    for together in by_moment.values():
        gap = SPREAD / len(together) if len(together) > MANY else timedelta(0)
        ordered = sorted(together, key=lambda one: one.person_id or 0)
        out += [replace(one, due_at=one.due_at + n * gap) for n, one in enumerate(ordered)]
    return sorted(out, key=_order)


# --- weekly check-in and its reminders ---------------------------------------------------------


def _plan_check_ins(book: _Book) -> None:
    facts = book.facts
    first, last = book.window()
    occurrences = check_in_occurrences(facts, first, last)
    for occurrence in occurrences:
        digest_at = occurrence.digest_at or _next_digest(facts, occurrence, last)
        for person in facts.people.values():
            mine = [kr for kr in facts.key_results if person.id in kr.owner_ids and _is_asked(facts, kr, occurrence)]
            if mine:
                _plan_person(book, occurrence, digest_at, person, mine)


def _next_digest(facts: TeamFacts, occurrence: Occurrence, last: date) -> datetime:
    """The digest that answers go to in a week without a main meeting; a week on where none is in sight."""
    coming = [one.digest_at for one in digest_occurrences(facts, occurrence.day, last) if one.digest_at]
    return next((at for at in coming if at >= occurrence.at), occurrence.at + timedelta(days=7))


def _is_asked(facts: TeamFacts, kr: KeyResultFacts, occurrence: Occurrence) -> bool:
    """True if this occurrence asks about the KR at all: in force, and its turn."""
    if not kr.ask or not kr.start <= occurrence.day <= kr.due:
        return False
    return not kr.asked_biweekly or facts.biweekly or week_of(facts, occurrence.day) % 2 == 1


def _plan_person(
    book: _Book, occurrence: Occurrence, digest_at: datetime, person: PersonFacts, krs: list[KeyResultFacts]
) -> None:
    due_at = prompt_due_at(person, occurrence.at, has_meeting=occurrence.meeting_id is not None)
    on = local_day(due_at, person.zone)
    recent = tuple(kr.id for kr in krs if _updated_recently(kr, on))
    planned = Planned(
        message=Message.CHECK_IN,
        subject=f"person:{person.id}",
        period=occurrence.period,
        due_at=due_at,
        person_id=person.id,
        kr_ids=tuple(kr.id for kr in krs if kr.id not in recent),
        suppressed_kr_ids=recent,
        meeting_id=occurrence.meeting_id,
        meeting_at=occurrence.at if occurrence.meeting_id is not None else None,
        digest_at=digest_at,
    )
    allowed = next_allowed(person, due_at)
    reason = _no_question(book.facts, person, planned, allowed, digest_at)
    if reason is None and allowed is not None:
        planned = replace(planned, due_at=allowed)
    planned = replace(planned, skip=reason)
    late = min(planned.due_at + PROMPT_MAY_BE_LATE, digest_at)
    too_late = SkipReason.DIGEST_PASSED if book.now >= digest_at else SkipReason.TOO_LATE
    sent = next((one for one in person.prompts if one.period == occurrence.period), None)
    book.enter(planned, None if sent else late, too_late)
    if reason is None and (sent or book.now <= late) and occurrence.period not in person.prompts_skipped:
        _plan_reminders(book, planned, person, digest_at, sent.sent_at if sent else planned.due_at)


def prompt_due_at(person: PersonFacts, meeting_at: datetime, *, has_meeting: bool) -> datetime:
    """When the rule of spec/10 §17 asks: the owner's last working day before the meeting, 10:00 owner's time.

    Without a meeting: Monday 10:00. A person's own check-in time replaces both. Away days do not move it (they are
    looked at afterwards), or someone back from three weeks' leave would be asked three weeks early.
    """
    there = local_day(meeting_at, person.zone)
    at = person.check_in_time or ASK_AT
    if person.check_in_weekday is not None:
        back = (there.weekday() - person.check_in_weekday) % 7 or 7
        day = there - timedelta(days=back)
    elif has_meeting:
        day = replace(person.calendar, away=()).previous_working(there) or there - timedelta(days=1)
    else:
        day = monday_of(there)
    return instant(day, at, person.zone)


def _no_question(
    facts: TeamFacts, person: PersonFacts, planned: Planned, allowed: datetime | None, digest_at: datetime
) -> SkipReason | None:
    cycle = facts.cycle
    here = local_day(planned.due_at, person.zone)
    if cycle is None or not cycle[0] <= here <= cycle[1]:
        return SkipReason.NO_CYCLE
    if not person.active:
        return SkipReason.ACCOUNT_OFF
    if person.muted_until is not None and here <= person.muted_until:
        return SkipReason.MUTED
    if allowed is None or allowed >= digest_at:
        away = any(first <= here <= last for first, last in person.calendar.away)
        return SkipReason.AWAY if away else SkipReason.DAY_OFF
    week = monday_of(local_day(allowed, person.zone))
    for prompt in person.prompts:
        if prompt.period != planned.period and monday_of(local_day(prompt.sent_at, person.zone)) == week:
            return SkipReason.ASKED_THIS_WEEK
    return None if planned.kr_ids else SkipReason.UPDATED_RECENTLY


def _updated_recently(kr: KeyResultFacts, on: date) -> bool:
    return kr.updated_on is not None and kr.calendar.count(kr.updated_on, on) <= RECENT_WORKING_DAYS


def _plan_reminders(book: _Book, prompt: Planned, person: PersonFacts, digest_at: datetime, asked_at: datetime) -> None:
    if book.facts.reminders >= 1:
        first = instant(local_day(asked_at, person.zone), REMIND_AT, person.zone)
        if asked_at < first < digest_at and next_allowed(person, first) == first:
            reminder = replace(prompt, message=Message.REMINDER_1, due_at=first)
            book.enter(reminder, first + timedelta(hours=2), SkipReason.TOO_LATE)
    if book.facts.reminders >= 2:
        second = _second_reminder(person, digest_at)
        if second is not None and second > asked_at:
            reminder = replace(prompt, message=Message.REMINDER_2, due_at=second)
            book.enter(reminder, digest_at - LEAST_BEFORE_DIGEST, SkipReason.DIGEST_PASSED)


def _second_reminder(person: PersonFacts, digest_at: datetime) -> datetime | None:
    """60 minutes before the digest, or when quiet hours end if that leaves 15 minutes; None on a day off."""
    at = digest_at - REMIND_BEFORE_DIGEST
    here = local(at, person.zone)
    if person.quiet.covers(here.timetz()):
        at = instant(here.date(), person.quiet.end, person.zone)
        if at < digest_at - REMIND_BEFORE_DIGEST:
            return None
    if at > digest_at - LEAST_BEFORE_DIGEST or not person.calendar.is_working(local_day(at, person.zone)):
        return None
    return at


# --- digest ---------------------------------------------------------------------------------------


def _plan_digests(book: _Book) -> None:
    facts = book.facts
    first, last = book.window()
    for occurrence in digest_occurrences(facts, first, last):
        if occurrence.digest_at is None:
            continue
        planned = Planned(
            message=Message.DIGEST,
            subject=f"team:{facts.id}",
            period=occurrence.period,
            due_at=occurrence.digest_at,
            team_id=facts.id,
            meeting_id=occurrence.meeting_id,
            meeting_at=occurrence.at,
            digest_at=occurrence.digest_at,
            skip=_no_digest(facts, occurrence),
        )
        book.enter(planned, occurrence.at + DIGEST_MAY_BE_LATE, SkipReason.MEETING_BEGAN)


def _no_digest(facts: TeamFacts, occurrence: Occurrence) -> SkipReason | None:
    day = occurrence.day
    if facts.cycle is None or not facts.cycle[0] <= day <= facts.cycle[1]:
        return SkipReason.NO_CYCLE
    if day in facts.off or any(first <= day <= last for first, last in facts.freeze):
        return SkipReason.HOLIDAY
    return None if facts.has_channel else SkipReason.NO_CHANNEL


# --- stale and dark -------------------------------------------------------------------------------


def _plan_stale(book: _Book) -> None:
    facts = book.facts
    for kr in facts.key_results:
        if not kr.ask or kr.automated:
            continue
        cadence = 10 if kr.asked_biweekly or facts.biweekly else 5
        quiet_since = kr.updated_on or kr.counts_from
        period = f"since:{quiet_since.isoformat()}"
        stale_on = day_of_age(kr.calendar, quiet_since, cadence + facts.grace_days + 1)
        dark_on = day_of_age(kr.calendar, quiet_since, cadence * facts.dark_factor + 1)
        for owner_id in kr.owner_ids:
            owner = facts.people.get(owner_id)
            if owner is not None and stale_on is not None and owner.active:
                subject = f"kr:{kr.id}:person:{owner_id}"
                _plan_notice(book, Message.STALE, kr, owner, subject, period, stale_on, dark_on)
        lead = None if facts.lead_id is None else facts.people.get(facts.lead_id)
        if lead is not None and dark_on is not None and lead.active:
            _plan_notice(book, Message.DARK, kr, lead, f"kr:{kr.id}", period, dark_on, None)


def _plan_notice(
    book: _Book,
    message: Message,
    kr: KeyResultFacts,
    person: PersonFacts,
    subject: str,
    period: str,
    on: date,
    over_on: date | None,
) -> None:
    if on > kr.due or book.facts.cycle is None or on > book.facts.cycle[1]:
        return
    at = next_allowed(person, instant(on, ASK_AT, person.zone))
    if at is None:
        return
    planned = Planned(message, subject, period, at, person_id=person.id, kr_ids=(kr.id,))
    over = None if over_on is None else instant(over_on, ASK_AT, person.zone)
    late = at + PROMPT_MAY_BE_LATE if over is None else min(at + PROMPT_MAY_BE_LATE, over)
    book.enter(planned, late, SkipReason.TOO_LATE)


def day_of_age(calendar: WorkCalendar, since: date, age: int) -> date | None:
    """The day on which something last updated on `since` has that age in working days (spec/03 §7.1)."""
    day: date | None = since
    for _ in range(age):
        if day is None:
            return None
        day = calendar.next_working(day)
    return day
