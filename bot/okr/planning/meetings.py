"""When a team meets: the occurrences of its meetings, each with its period and its digest (spec/10 §17)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.okr.localtime import days, instant, monday_of
from bot.okr.planning.facts import MeetingFacts, Ritual, TeamFacts

DIGEST_WITHOUT_MEETING = (1, time(10, 0))
"""Tuesday 10:00, team time."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting on one day; or, for a team without a meeting, its digest of the week."""

    period: str
    day: date
    at: datetime
    """When it starts; without a meeting the moment of the digest."""
    digest_at: datetime | None
    """None in a week whose main meeting does not take place: its answers go to the next digest."""
    meeting_id: int | None
    main: bool


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
    """What the weekly check-in is tied to: the main meeting, once a week, also in weeks in which it is left out."""
    main = next((meeting for meeting in facts.meetings if meeting.main), None)
    if main is None and facts.meetings:
        main = facts.meetings[0]
    if main is None:
        found = _weeks_without_meeting(facts, first, last)
    else:
        real = {one.at: one for one in digest_occurrences(facts, first, last) if one.meeting_id == main.id}
        found = []
        for day in days(first, last):
            if day.weekday() != min(main.weekdays):
                continue
            occurrence = _occurrence(main, day)
            found.append(real.get(occurrence.at, replace(occurrence, digest_at=None)))
    return [_keep_period(facts, one) for one in found if not facts.biweekly or week_of(facts, one.day) % 2 == 1]


def week_of(facts: TeamFacts, day: date) -> int:
    """The week of the cycle, from 0, for what happens every second or fourth week; never an ISO week number."""
    if facts.cycle is None:
        return 0
    return (day - facts.cycle[0]).days // 7


def _takes_place(facts: TeamFacts, meeting: MeetingFacts, day: date) -> bool:
    # The last week of each stretch, so that what is asked "every two weeks" first looks back on two weeks.
    return facts.cycle is None or week_of(facts, day) % meeting.every == meeting.every - 1


def _occurrence(meeting: MeetingFacts, day: date) -> Occurrence:
    at = instant(day, meeting.at, meeting.zone)
    return Occurrence(
        period=day.isoformat(),
        day=day,
        at=at,
        digest_at=at - timedelta(minutes=meeting.lead_minutes),
        meeting_id=meeting.id,
        main=meeting.main,
    )


def _weeks_without_meeting(facts: TeamFacts, first: date, last: date) -> list[Occurrence]:
    weekday, at = DIGEST_WITHOUT_MEETING
    found = []
    for day in days(first, last):
        if day.weekday() == weekday:
            moment = instant(day, at, facts.zone)
            found.append(Occurrence(monday_of(day).isoformat(), day, moment, moment, None, main=True))
    return found


def _with_periods(facts: TeamFacts, found: list[Occurrence]) -> list[Occurrence]:
    """Two meetings on one day: the second is told apart by its time. A moved one keeps the period it began with."""
    natural = {one.period for one in found}
    single = {meeting.id for meeting in facts.meetings if len(meeting.weekdays) == 1}
    taken: set[str] = set()
    named = []
    for one in found:
        period = one.period
        if period in taken:
            at = next(meeting.at for meeting in facts.meetings if meeting.id == one.meeting_id)
            period = f"{one.day.isoformat()}T{at:%H:%M}"
        elif one.meeting_id in single:
            moved = _opened_in_week(facts, Ritual.DIGEST, one, natural)
            period = moved or period
        taken.add(period)
        named.append(replace(one, period=period))
    return named


def _keep_period(facts: TeamFacts, one: Occurrence) -> Occurrence:
    opened = _opened_in_week(facts, Ritual.WEEKLY_CHECK_IN, one, frozenset())
    return replace(one, period=opened) if opened else one


def _opened_in_week(
    facts: TeamFacts, ritual: Ritual, one: Occurrence, natural: set[str] | frozenset[str]
) -> str | None:
    for run in facts.opened:
        if run.ritual is not ritual or run.period in natural or run.meeting_id != one.meeting_id:
            continue
        if monday_of(date.fromisoformat(run.period[:10])) == monday_of(one.day):
            return run.period
    return None
