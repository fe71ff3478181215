"""One question a week per person, over all their teams (spec/03 §7.4, spec/10 §17)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.okr.localtime import local_day, monday_of
from bot.okr.planning.facts import Message, PersonFacts, Planned, SentPrompt, SkipReason

NEAR_WORKING_DAYS = 2
"""Two questions so near to each other are merged into the earlier one."""


def already_asked(
    person: PersonFacts, planned: Planned, at: datetime, asked: Iterable[SentPrompt]
) -> tuple[SkipReason, SentPrompt] | None:
    """The question that leaves no room for a planned one going out at `at`, and why; None where it may go out.

    The week is the owner's own calendar week, whatever period the earlier question belongs to.
    """
    for one in asked:
        reason = None if one.period == planned.period else _too_near(person, one.sent_at, at)
        if reason is not None:
            return reason, one
    return None


def asked_together(person: PersonFacts, question: Planned, others: Iterable[Planned]) -> tuple[Planned, ...]:
    """The later questions to the same person, planned by other teams, that `question` asks as well.

    Plan the person's other teams up to ten days ahead to get `others`. Each of them will be skipped when it is due,
    because `question` went out; so its key results belong into `question` now, each with its own team's run.
    """
    return tuple(
        other
        for other in others
        if other.message is Message.CHECK_IN
        and other.person_id == question.person_id
        and other.skip is None
        and other.period != question.period
        and other.due_at >= question.due_at
        and _too_near(person, question.due_at, other.due_at) is not None
    )


def _too_near(person: PersonFacts, asked_at: datetime, at: datetime) -> SkipReason | None:
    before, on = local_day(asked_at, person.zone), local_day(at, person.zone)
    if monday_of(before) == monday_of(on):
        return SkipReason.ASKED_THIS_WEEK
    calendar = replace(person.calendar, away=(), stand_ins=())
    if before < on and calendar.count(before, on) <= NEAR_WORKING_DAYS:
        return SkipReason.ASKED_JUST_BEFORE
    return None
