"""One question a week per person, over all their teams (spec/03 §7.4, spec/10 §17)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.okr.localtime import local_day, monday_of
from bot.okr.planning.facts import Message, PersonFacts, Planned, SentPrompt, SkipReason

LOOK_AHEAD = timedelta(days=10)
"""How far the other teams of a person are planned ahead: past a calendar week, and two working days over a holiday."""
NEAR_WORKING_DAYS = 2
"""Two questions so near to each other are merged into the earlier one."""


def already_asked(
    person: PersonFacts, planned: Planned, moments: Iterable[datetime], asked: Sequence[SentPrompt]
) -> tuple[SkipReason, SentPrompt] | None:
    """The question that leaves no room for a planned one, and why; None where it may go out.

    `moments`: when the planned one is owed, and when it would go out. What was part of an earlier question at the
    moment it was owed stays part of it, however late that is looked at: the days that pass make nothing less asked.
    The week is the owner's own calendar week, whatever period the earlier question belongs to.
    """
    for at in moments:
        for one in asked:
            reason = None if one.period == planned.period else _too_near(person, one.sent_at, at)
            if reason is not None:
                return reason, one
    return None


def asked_together(
    person: PersonFacts, question: Planned, others: Iterable[Planned], now: datetime | None = None
) -> tuple[Planned, ...]:
    """The questions to the same person, planned by other teams, that `question` asks as well; in time order.

    Plan the person's other teams up to `LOOK_AHEAD` to get `others`. Each of them will be skipped when it is due,
    because `question` went out; so its key results belong into `question` now, each with its own team's run. With
    `now`, what was due earlier counts as due now, so it does not matter which of several teams is planned first.
    """
    out = {one.period for one in person.prompts} | person.prompts_skipped
    first = question.due_at if now is None else max(question.due_at, now)
    found = [
        other
        for other in others
        if other.message in (Message.CHECK_IN, Message.HEALTH)
        and other.person_id == question.person_id
        and other.skip is None
        and other.period not in out
        and _too_near(person, first, max(other.due_at, first)) is not None
    ]
    return tuple(sorted(found, key=_earliest_meeting))


def period_of(questions: Iterable[Planned]) -> str:
    """The period of one question that serves several teams: that of the earliest meeting (spec/02 §4.8)."""
    return min((one for one in questions if one.message is Message.CHECK_IN), key=_earliest_meeting).period


def _earliest_meeting(one: Planned) -> tuple[datetime, str, str]:
    return one.meeting_at or one.digest_at or one.due_at, one.period, one.message.value


def _too_near(person: PersonFacts, asked_at: datetime, at: datetime) -> SkipReason | None:
    before, on = local_day(asked_at, person.zone), local_day(at, person.zone)
    if monday_of(before) == monday_of(on):
        return SkipReason.ASKED_THIS_WEEK
    if before < on and person.calendar.without_absence().count(before, on) <= NEAR_WORKING_DAYS:
        return SkipReason.ASKED_JUST_BEFORE
    return None
