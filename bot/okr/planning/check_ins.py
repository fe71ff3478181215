"""The weekly question: when each owner is asked, about what, or why not (spec/10 §17, spec/03 §7.4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.okr.localtime import instant, local_day, monday_of
from bot.okr.planning.allowed import ASK_AT, MAY_BE_LATE, found_at, next_allowed, unreachable, why_not_in_time
from bot.okr.planning.book import Book
from bot.okr.planning.facts import (
    KeyResultFacts,
    Message,
    PersonFacts,
    Planned,
    Ritual,
    SentPrompt,
    SkipReason,
    TeamFacts,
)
from bot.okr.planning.meetings import (
    Occurrence,
    answers_shown_at,
    check_in_occurrences,
    has_digest,
    is_every,
    is_in_cycle,
)
from bot.okr.planning.merging import already_asked
from bot.okr.planning.reminders import plan_reminders
from bot.okr.planning.standing_in import asked_of

MAY_PASS = frozenset(
    {
        SkipReason.AWAY,
        SkipReason.DAY_OFF,
        SkipReason.ACCOUNT_OFF,
        SkipReason.MUTED,
        SkipReason.ASKED_THIS_WEEK,
        SkipReason.ASKED_JUST_BEFORE,
        SkipReason.NO_CYCLE,
    }
)
"""Reasons that may be gone while there is still time to ask: somebody is back, or another team asked nothing."""
RECENT_WORKING_DAYS = 2
"""What was updated so recently is not asked (spec/03 §7.4)."""
WITHIN = timedelta(days=7)
"""In weeks without a digest: how long after its day a question may still go out, before it is the next one's turn."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was decided about one person's question of one week."""

    planned: Planned
    owed_at: datetime
    """When the rules have it due; `planned.due_at` is later where it was found late, in the night."""
    asked_at: datetime
    """When it reaches the person, or did."""
    own_digest_at: datetime | None
    """The digest of its own meeting; None in a week without."""
    in_time: bool
    """False where no moment before the digest is allowed: one that waits in the outbox gets no new time."""


def plan_check_ins(book: Book) -> None:
    """Enter the question of every owner and week, with the reminders of those that go out."""
    if Ritual.WEEKLY_CHECK_IN not in book.facts.on:
        return
    for one in questions(book):
        if one.in_time or one.planned.skip is not None:
            book.enter(one.planned, one.owed_at)
        if one.planned.message is Message.CHECK_IN:
            plan_reminders(book, one.planned, one.asked_at, one.own_digest_at)


def questions(book: Book) -> Iterator[Question]:
    """Every question that can be part of a plan, decided as of its `now`; per person in the order of the meetings."""
    facts = book.facts
    weeks = [(one, answers_shown_at(facts, one)) for one in check_in_occurrences(facts, *book.window())]
    for person in facts.people.values():
        yield from _questions_of(book, person, weeks)


def prompt_due_at(
    person: PersonFacts, meeting_at: datetime, *, has_meeting: bool, digest_at: datetime | None = None
) -> datetime:
    """When the rule of spec/10 §17 asks: the owner's last working day before the meeting, 10:00 owner's time.

    Without a meeting: Monday 10:00, if the digest is not earlier. A person's own weekday and time replace both: the
    last of them before the digest (`digest_at`, else the meeting). Away days do not move it (they are looked at
    afterwards), or someone back from three weeks' leave would be asked three weeks early.
    """
    opens_at = digest_at or meeting_at
    at = person.check_in_time or ASK_AT
    here = local_day(opens_at, person.zone)
    if person.check_in_weekday is not None:
        day = here - timedelta(days=(here.weekday() - person.check_in_weekday) % 7)
        due_at = instant(day, at, person.zone)
        return due_at if due_at < opens_at else instant(day - timedelta(days=7), at, person.zone)
    if not has_meeting:
        due_at = instant(monday_of(here), at, person.zone)
        if due_at < opens_at:
            return due_at
    meeting_day = local_day(meeting_at, person.zone)
    working_day = person.calendar.without_absence().previous_working(meeting_day)
    return instant(working_day or meeting_day - timedelta(days=1), at, person.zone)


@dataclass(frozen=True, slots=True)
class _Timing:
    """When a question is owed, when it can go out, and until when it is of use."""

    owed_at: datetime
    due_at: datetime
    goes_at: datetime
    """`due_at`, or the present moment where it is found late and may go out at once."""
    limit: datetime
    in_time: bool
    """False where no moment is allowed before `limit`."""


def _questions_of(book: Book, person: PersonFacts, weeks: Sequence[tuple[Occurrence, datetime]]) -> Iterator[Question]:
    facts, asked = book.facts, list(person.prompts)
    for occurrence, shown_at in weeks:
        sent = next((one for one in person.prompts if one.period == occurrence.period), None)
        due_at = _due_at(person, occurrence)
        if not book.matters(min(due_at, sent.sent_at) if sent else due_at, shown_at):
            continue
        timing = _timing(person, occurrence, due_at, shown_at, book.now)
        if sent is None and timing.owed_at < facts.known_since:
            continue
        asked_at = sent.sent_at if sent else timing.goes_at
        owed_on = local_day(sent.sent_at if sent else timing.owed_at, person.zone)
        # Whose place somebody takes is looked at as long as the answers are of use: away may begin after the question.
        place_at = min(max(asked_at, book.now), shown_at) if sent else asked_at
        mine = _mine(facts, person, occurrence, owed_on, place_at)
        health = _health_of(facts, person, occurrence)
        own_digest_at = occurrence.opens_at if has_digest(facts, occurrence) else None
        base = _blank(person, occurrence, timing.due_at, shown_at)
        planned = None
        if mine:
            planned = _split(base, mine, local_day(asked_at, person.zone))
            if sent is None:
                planned = _decide(facts, person, planned, timing, asked, book.now)
                planned, asked_at = _in_another(planned, asked, mine, asked_at, person)
            if planned.skip is None or planned.asked_in is not None:
                planned = replace(planned, health_ids=health)
            if sent is None and planned.skip is None and planned.period not in person.prompts_skipped:
                asked.append(SentPrompt(planned.period, asked_at))
            yield Question(planned, timing.owed_at, asked_at, own_digest_at, timing.in_time)
        if health and not (planned is not None and planned.health_ids):
            subject = f"person:{person.id}:team:{facts.id}"
            alone = replace(base, message=Message.HEALTH, subject=subject, health_ids=health)
            alone = _decide(facts, person, alone, timing, asked, book.now)
            yield Question(alone, timing.owed_at, asked_at, own_digest_at, timing.in_time)


def _due_at(person: PersonFacts, occurrence: Occurrence) -> datetime:
    has_meeting = occurrence.meeting_id is not None
    return prompt_due_at(person, occurrence.at, has_meeting=has_meeting, digest_at=occurrence.opens_at)


def _timing(
    person: PersonFacts, occurrence: Occurrence, due_at: datetime, shown_at: datetime, now: datetime
) -> _Timing:
    limit = min(shown_at, occurrence.at + WITHIN)
    allowed = next_allowed(person, due_at)
    if allowed is None or allowed >= limit:
        return _Timing(due_at, due_at, due_at, limit, in_time=False)
    if now > allowed + MAY_BE_LATE:
        return _Timing(allowed, allowed, allowed, limit, in_time=True)
    found = found_at(person, allowed, now)
    return _Timing(allowed, found, max(found, now), limit, in_time=True)


def as_asked_at(facts: TeamFacts, person: PersonFacts, question: Planned, at: datetime) -> Planned:
    """A question that was planned for later, as it reads if it is asked at `at` together with another one.

    Leaves out what the person does not answer for yet (they stand in from later on); what is too fresh is not asked.
    """
    planned_for = {*question.kr_ids, *question.suppressed_kr_ids}
    mine = [kr for kr in asked_of(facts, person, at) if kr.id in planned_for]
    return _split(question, mine, local_day(at, person.zone))


def _mine(
    facts: TeamFacts, person: PersonFacts, occurrence: Occurrence, owed_on: date, at: datetime
) -> list[KeyResultFacts]:
    """What a question that is owed on a day is about.

    Outside the cycle it is about all that could be asked, so that it is seen to be left out.
    """
    mine = asked_of(facts, person, at)
    if not is_in_cycle(facts, owed_on):
        return mine
    return [kr for kr in mine if kr.start <= owed_on <= kr.due and _has_its_turn(facts, kr, occurrence)]


def _blank(person: PersonFacts, occurrence: Occurrence, due_at: datetime, shown_at: datetime) -> Planned:
    return Planned(
        message=Message.CHECK_IN,
        subject=f"person:{person.id}",
        period=occurrence.period,
        due_at=due_at,
        person_id=person.id,
        meeting_id=occurrence.meeting_id,
        meeting_at=occurrence.at if occurrence.meeting_id is not None else None,
        digest_at=shown_at,
    )


def _split(question: Planned, mine: Sequence[KeyResultFacts], asked_on: date) -> Planned:
    recent = tuple(kr.id for kr in mine if _updated_recently(kr, asked_on))
    return replace(question, kr_ids=tuple(kr.id for kr in mine if kr.id not in recent), suppressed_kr_ids=recent)


def _in_another(
    planned: Planned,
    asked: Sequence[SentPrompt],
    mine: Sequence[KeyResultFacts],
    asked_at: datetime,
    person: PersonFacts,
) -> tuple[Planned, datetime]:
    """What another team's question asks as well was asked when that one was: it is open from then on."""
    there = next((one.sent_at for one in asked if one.period == planned.asked_in), None)
    if planned.asked_in is None or there is None:
        return planned, asked_at
    return _split(planned, mine, local_day(there, person.zone)), there


def _health_of(facts: TeamFacts, person: PersonFacts, occurrence: Occurrence) -> tuple[int, ...]:
    """The health metrics a person is asked about: at every second check-in of the team (spec/10 §17)."""
    if "health" not in facts.on or not is_every(facts, occurrence.day, 4 if facts.biweekly else 2):
        return ()
    return tuple(one.id for one in facts.health if one.owner_id == person.id)


def _has_its_turn(facts: TeamFacts, kr: KeyResultFacts, occurrence: Occurrence) -> bool:
    return not kr.asked_biweekly or is_every(facts, occurrence.day, 2)


def _updated_recently(kr: KeyResultFacts, on: date) -> bool:
    said_on = kr.said_on if kr.automated else kr.updated_on
    return said_on is not None and kr.calendar.count(said_on, on) <= RECENT_WORKING_DAYS


def _decide(
    facts: TeamFacts,
    person: PersonFacts,
    planned: Planned,
    timing: _Timing,
    asked: Sequence[SentPrompt],
    now: datetime,
) -> Planned:
    """The question as it stands, or with the reason why it does not go out."""
    if not is_in_cycle(facts, local_day(timing.owed_at, person.zone)):
        return replace(planned, skip=SkipReason.NO_CYCLE)
    on = local_day(timing.goes_at, person.zone)
    reason = unreachable(person, on)
    if reason is None and not timing.in_time:
        reason = why_not_in_time(person, on)
    merged = None if reason is not None else already_asked(person, planned, (timing.owed_at, timing.goes_at), asked)
    if merged is not None:
        return replace(planned, skip=merged[0], asked_in=merged[1].period)
    if reason is None and now >= timing.limit:
        reason = SkipReason.DIGEST_PASSED
    if reason is None and now > timing.owed_at + MAY_BE_LATE:
        reason = SkipReason.TOO_LATE
    if reason is None and timing.due_at >= timing.limit:
        reason = SkipReason.DAY_OFF
    if reason is not None:
        return replace(planned, skip=reason)
    if planned.kr_ids or planned.message is Message.HEALTH:
        return planned
    return replace(planned, skip=SkipReason.UPDATED_RECENTLY)
