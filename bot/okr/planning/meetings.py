"""When a team meets: the occurrences of its meetings, each with its period and its digest (spec/10 §17)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.okr.localtime import days, instant, monday_of
from bot.okr.planning.facts import MeetingFacts, OpenedRun, Ritual, TeamFacts
from bot.okr.workdays import WorkCalendar

DIGEST_WITHOUT_MEETING = (1, time(10, 0))
"""Tuesday 10:00, team time."""
ONE_DAY = timedelta(days=1)
NEXT_DIGEST_WITHIN = timedelta(days=36)
"""Past the longest stretch between two meetings, four weeks, and a holiday."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting on one day; or, for a team without a meeting, its digest of the week."""

    period: str
    day: date
    at: datetime
    """When it starts; without a meeting the moment of the digest."""
    opens_at: datetime
    """The moment of its digest."""
    meeting_id: int | None
    takes_place: bool = True
    """False in a week in which the main meeting is left out: the check-in keeps its day, there is no digest."""


def digest_occurrences(facts: TeamFacts, first: date, last: date) -> list[Occurrence]:
    """Everything that is opened by a digest between two days of the meetings' own calendars, in time order."""
    if not facts.meetings:
        return _weeks_without_meeting(facts, first, last)
    found = [
        _occurrence(meeting, day)
        for meeting in facts.meetings
        for day in days(first, last)
        if day.weekday() in meeting.weekdays and _takes_place(facts, meeting, day)
    ]
    found.sort(key=lambda one: (one.at, one.meeting_id or 0))
    return _with_periods(facts, found)


def check_in_occurrences(facts: TeamFacts, first: date, last: date) -> list[Occurrence]:
    """What the weekly check-in is tied to, in time order: the main meeting, once a week.

    Also in weeks in which it is left out; a biweekly team is asked in every second week of the cycle.
    """
    main = main_meeting(facts)
    if main is None:
        found = _weeks_without_meeting(facts, first, last)
    else:
        found = [
            replace(_occurrence(main, day), takes_place=_takes_place(facts, main, day))
            for day in days(first, last)
            if day.weekday() == min(main.weekdays)
        ]
    return [_keep_period(facts, one) for one in found if not facts.biweekly or is_every(facts, one.day, 2)]


def main_meeting(facts: TeamFacts) -> MeetingFacts | None:
    """The meeting that the weekly check-in belongs to (spec/02 §4.8); None for a team that does not meet."""
    return next((meeting for meeting in facts.meetings if meeting.main), next(iter(facts.meetings), None))


def answers_shown_at(facts: TeamFacts, occurrence: Occurrence) -> datetime:
    """The digest that answers go to: the occurrence's own, or the next one in a week without.

    Where none is in sight, the moment at which its own would have been.
    """
    if has_digest(facts, occurrence):
        return occurrence.opens_at
    coming = digest_occurrences(facts, occurrence.day, occurrence.day + NEXT_DIGEST_WITHIN)
    found = (one.opens_at for one in coming if has_digest(facts, one))
    return next(found, occurrence.opens_at)


def has_digest(facts: TeamFacts, occurrence: Occurrence) -> bool:
    """True if the occurrence is opened by a digest: it takes place, in the cycle, on no day off."""
    day = occurrence.day
    return occurrence.takes_place and is_in_cycle(facts, day) and not is_day_off(facts, day)


def is_in_cycle(facts: TeamFacts, day: date) -> bool:
    """True on the days of the team's cycle, the first and the last included."""
    return facts.cycle is not None and facts.cycle[0] <= day <= facts.cycle[1]


def is_day_off(facts: TeamFacts, day: date) -> bool:
    """True on the team's holidays and in the company's shutdown."""
    return day in facts.off or any(first <= day <= last for first, last in facts.freeze)


def is_holiday_week(calendar: WorkCalendar, day: date) -> bool:
    """True on the first working day after a holiday or a shutdown, weekends between included (spec/10 §17).

    `calendar` is the team's own. The question of such a meeting went out before the holiday; its digest says so.
    """
    before = calendar.previous_working(day)
    if before is None or not calendar.is_working(day):
        return False
    return any(one.weekday() in calendar.working_days for one in days(before + ONE_DAY, day - ONE_DAY))


def is_every(facts: TeamFacts, day: date, weeks: int) -> bool:
    """True in every second (fourth, ...) week of the cycle, by its weeks 1 to W and never by ISO week numbers.

    Week w is days since the cycle's start ÷ 7, rounded up, at least 1. What happens every two weeks happens in
    weeks 2, 4, 6, so the first time looks back on two weeks.
    """
    if facts.cycle is None:
        return True
    week = max(1, -(-(day - facts.cycle[0]).days // 7))
    return week % weeks == 0


def _takes_place(facts: TeamFacts, meeting: MeetingFacts, day: date) -> bool:
    return is_every(facts, day, meeting.every)


def _occurrence(meeting: MeetingFacts, day: date) -> Occurrence:
    at = instant(day, meeting.at, meeting.zone)
    return Occurrence(day.isoformat(), day, at, at - timedelta(minutes=meeting.lead_minutes), meeting.id)


def _weeks_without_meeting(facts: TeamFacts, first: date, last: date) -> list[Occurrence]:
    weekday, at = DIGEST_WITHOUT_MEETING
    found = []
    for day in days(first, last):
        if day.weekday() == weekday:
            moment = instant(day, at, facts.zone)
            found.append(Occurrence(monday_of(day).isoformat(), day, moment, moment, None))
    return found


# --- periods (spec/02 §4.8) ----------------------------------------------------------------------


def _with_periods(facts: TeamFacts, found: list[Occurrence]) -> list[Occurrence]:
    """The date is the period; a second meeting on one day is told apart by its time.

    What is open already keeps the period it began with, so moving one of two meetings past the other mixes nothing
    up.
    """
    opened = [run for run in facts.opened if run.ritual in (Ritual.DIGEST, Ritual.COMPANY_DIGEST)]
    kept = {(one.meeting_id, one.day): _opened_digest(facts, opened, one) for one in found}
    taken = {run.period for run in opened} | {period for period in kept.values() if period}
    at_of = {meeting.id: meeting.at for meeting in facts.meetings}
    named = []
    for one in found:
        period = kept[one.meeting_id, one.day]
        if period is None:
            with_time = f"{one.period}T{at_of[one.meeting_id or 0]:%H:%M}"
            choices = (one.period, with_time, f"{with_time}#{one.meeting_id}")
            period = next(choice for choice in choices if choice not in taken)
            taken.add(period)
        named.append(replace(one, period=period))
    return named


def _opened_digest(facts: TeamFacts, opened: Iterable[OpenedRun], one: Occurrence) -> str | None:
    mine = [run for run in opened if run.meeting_id == one.meeting_id]
    same_day = next((run.period for run in mine if _day_of(run) == one.day), None)
    meeting = next(meeting for meeting in facts.meetings if meeting.id == one.meeting_id)
    if same_day is not None or len(meeting.weekdays) > 1:
        return same_day  # Which of several days was moved to which cannot be told.
    return next((run.period for run in mine if monday_of(_day_of(run)) == monday_of(one.day)), None)


def _keep_period(facts: TeamFacts, one: Occurrence) -> Occurrence:
    """A team has one check-in a week: whatever became of its meeting, one that is open keeps its period."""
    this_week = {
        run.period
        for run in facts.opened
        if run.ritual is Ritual.WEEKLY_CHECK_IN and monday_of(_day_of(run)) == monday_of(one.day)
    }
    return one if one.period in this_week else replace(one, period=min(this_week, default=one.period))


def _day_of(run: OpenedRun) -> date:
    return date.fromisoformat(run.period[:10])
