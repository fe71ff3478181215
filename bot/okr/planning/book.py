"""The book of one plan: what is due, what is skipped, and what comes later."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.okr.planning.allowed import is_allowed
from bot.okr.planning.facts import Message, Plan, Planned, TeamFacts

LOOK_BACK = timedelta(days=8)
"""What was due before this is nobody's business any more."""
WINDOW_BACK = timedelta(days=17)
"""A question may wait a week for an allowed moment, also where its meeting was left out."""
WINDOW_AHEAD = timedelta(days=36)
"""Past the longest stretch between a question and its meeting: a month's shutdown."""
LOOK_AGAIN = timedelta(days=1)
MANY = 20
SPREAD = timedelta(minutes=10)
_SPREAD_OUT = (Message.CHECK_IN, Message.REMINDER_1)


@dataclass
class Book:
    """Collects what the rules find for one team between the moment `now` and `until`."""

    facts: TeamFacts
    now: datetime
    until: datetime
    messages: list[Planned] = field(default_factory=list)
    skips: list[Planned] = field(default_factory=list)
    later: list[datetime] = field(default_factory=list)

    def enter(self, planned: Planned, owed_at: datetime | None = None) -> None:
        """Sort what was owed at a moment (its due time, if not another): later, a message, or a skip."""
        owed_at = owed_at or planned.due_at
        if owed_at < max(self.facts.known_since, self.now - LOOK_BACK):
            return
        if owed_at > self.until:
            self.later.append(owed_at)
        else:
            (self.messages if planned.skip is None else self.skips).append(planned)

    def matters(self, first: datetime, last: datetime) -> bool:
        """False where nothing between two moments can be part of this plan, so that nobody need decide about it."""
        return last >= self.now - LOOK_BACK and first <= self.until + LOOK_AGAIN

    def window(self) -> tuple[date, date]:
        """The days whose meetings can have anything to do with this plan."""
        return (self.now - WINDOW_BACK).date(), (self.until + WINDOW_AHEAD).date()

    def close(self) -> Plan:
        """The plan, in an order that depends on nothing but its content."""
        look_again = self.until + LOOK_AGAIN
        return Plan(
            messages=tuple(sorted(self._spread(self.messages), key=_order)),
            skips=tuple(sorted(self.skips, key=_order)),
            next_due_at=min([*self.later, look_again]),
        )

    def _spread(self, messages: Iterable[Planned]) -> Iterable[Planned]:
        """A large team's questions are spread over ten minutes; everyone has their own minute, whoever else is asked.

        Nobody is spread into quiet hours or past the digest.
        """
        people = sorted(self.facts.people)
        if len(people) <= MANY:
            return messages
        shift = {person_id: SPREAD * rank / len(people) for rank, person_id in enumerate(people)}
        return [self._shifted(one, shift) for one in messages]

    def _shifted(self, one: Planned, shift: dict[int, timedelta]) -> Planned:
        if one.message not in _SPREAD_OUT or one.person_id is None:
            return one
        moved = one.due_at + shift[one.person_id]
        in_time = one.digest_at is None or moved < one.digest_at
        return replace(one, due_at=moved) if in_time and is_allowed(self.facts.people[one.person_id], moved) else one


def _order(planned: Planned) -> tuple[datetime, str, str, str]:
    return planned.due_at, planned.message.value, planned.subject, planned.period
