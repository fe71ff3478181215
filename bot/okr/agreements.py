"""What two teams agree on, as a state machine: agreed is only what both sides said yes to, word for word; pure.

(spec/09 §15.3.) Also what may be linked at all: no circles of support, nothing that needs its own team, and key results
of two teams that pull one metric in opposite directions (T08).
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.okr.model import KRType
from bot.okr.workdays import WorkCalendar

MOST_TEXT = 140
MOST_NOTE = 200
ANSWER_WITHIN = 5
"""Working days in which the other side answers, counted from asking or from the cycle's start (T06)."""
ASK_BEFORE = 3
"""So many working days before the date the giver is asked whether it is on track."""


class State(StrEnum):
    """How far an agreement is; the same words as in storage."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    CHANGED = "changed"
    DONE = "done"


class Side(StrEnum):
    """Who speaks: the team that needs it (`from`), or the team that was asked (`to`)."""

    FROM = "from"
    TO = "to"

    @property
    def other(self) -> "Side":
        return Side.TO if self is Side.FROM else Side.FROM


class Refusal(StrEnum):
    """Why a tap changed nothing."""

    OVERTAKEN = "overtaken"
    """It was a tap on an older wording."""
    ALREADY = "already"
    """That is how it stands."""
    OVER = "over"
    """It is done; nothing more is to be said."""
    OPEN = "open"
    """Only what is agreed can slip, or be done."""


OPEN_STATES = (State.PROPOSED, State.CHANGED)


@dataclass(frozen=True, slots=True)
class Agreement:
    """One wording with its date, counted by `rev`, and the newest wording that each side said yes to."""

    text: str
    needed_by: date | None
    state: State
    rev: int
    from_yes: int | None
    to_yes: int | None
    slips_to: date | None = None
    note: str | None = None
    """Why it was declined."""

    def said_yes(self, side: Side) -> bool:
        """True if this side agreed to the wording as it stands."""
        return (self.from_yes if side is Side.FROM else self.to_yes) == self.rev

    @property
    def is_refused(self) -> bool:
        """True where the other side said no; who asked and needs it no more has no yes of their own left."""
        return self.state is State.DECLINED and self.said_yes(Side.FROM)

    @property
    def waits_for(self) -> Side | None:
        """Whose yes is still to come; None for what is settled."""
        if self.state not in OPEN_STATES:
            return None
        return Side.TO if self.said_yes(Side.FROM) else Side.FROM


Outcome = Agreement | Refusal


def ask(text: str, needed_by: date | None) -> Agreement:
    """Asking with a text is the asker's yes to it."""
    return Agreement(text, needed_by, State.PROPOSED, rev=1, from_yes=1, to_yes=None)


def agree(one: Agreement, side: Side, rev: int) -> Outcome:
    """[Agree] below the wording `rev`: it counts for that wording only, and brings nothing back that was taken back."""
    if one.state is State.DONE:
        return Refusal.OVER
    if rev != one.rev:
        return Refusal.OVERTAKEN
    taken_back = one.state is State.DECLINED and not one.is_refused
    if one.state is State.AGREED or one.said_yes(side) or taken_back:
        return Refusal.ALREADY
    one = _with_yes(one, side)
    if one.said_yes(Side.FROM) and one.said_yes(Side.TO):
        return replace(one, state=State.AGREED, note=None)
    return replace(one, state=State.CHANGED if one.state is State.DECLINED else one.state, note=None)


def reword(one: Agreement, side: Side, rev: int, text: str, needed_by: date | None) -> Outcome:
    """Another text or date opens it again: the writer's yes to the new wording, and the other side is asked anew."""
    if one.state is State.DONE:
        return Refusal.OVER
    if rev != one.rev:
        return Refusal.OVERTAKEN
    if (text, needed_by) == (one.text, one.needed_by):
        return Refusal.ALREADY
    fresh = Agreement(text, needed_by, State.CHANGED, one.rev + 1, None, None)
    return _with_yes(fresh, side)


def decline(one: Agreement, side: Side, rev: int, note: str) -> Outcome:
    """No, with one line; also of what was agreed before. Its yes is gone with it."""
    if one.state is State.DONE:
        return Refusal.OVER
    if rev != one.rev:
        return Refusal.OVERTAKEN
    if one.state is State.DECLINED:
        return Refusal.ALREADY
    taken = replace(one, from_yes=None) if side is Side.FROM else replace(one, to_yes=None)
    return replace(taken, state=State.DECLINED, note=note, slips_to=None)


def slip(one: Agreement, to: date) -> Outcome:
    """The giver says it comes on another day; the day that was agreed stays until the receiver says yes to the new."""
    if one.state is State.DONE:
        return Refusal.OVER
    if one.state is not State.AGREED:
        return Refusal.OPEN
    if to == (one.slips_to or one.needed_by):
        return Refusal.ALREADY
    return replace(one, slips_to=to)


def on_track(one: Agreement) -> Outcome:
    """The giver says it comes as agreed: whatever was said of slipping is gone."""
    if one.state is State.DONE:
        return Refusal.OVER
    if one.state is not State.AGREED:
        return Refusal.OPEN
    return replace(one, slips_to=None)


def take_new_day(one: Agreement, to: date) -> Outcome:
    """The receiver's yes to the day that the giver named: a new wording that both have agreed to."""
    if one.state is State.DONE:
        return Refusal.OVER
    if one.state is not State.AGREED:
        return Refusal.OPEN
    if one.slips_to != to:
        return Refusal.OVERTAKEN
    rev = one.rev + 1
    return replace(one, needed_by=to, slips_to=None, rev=rev, from_yes=rev, to_yes=rev)


def finish(one: Agreement) -> Outcome:
    """The receiver has got it."""
    if one.state is State.DONE:
        return Refusal.ALREADY
    if one.state is not State.AGREED:
        return Refusal.OPEN
    return replace(one, state=State.DONE, slips_to=None)


def _with_yes(one: Agreement, side: Side) -> Agreement:
    return replace(one, from_yes=one.rev) if side is Side.FROM else replace(one, to_yes=one.rev)


# --- when it is told ------------------------------------------------------------------------------------


def unanswered_on(asked_on: date, cycle_first: date | None, calendar: WorkCalendar) -> date | None:
    """The day from which an open agreement is told: five working days after asking, not before the cycle's fifth.

    None where no such day is in sight.
    """
    since = asked_on
    if cycle_first is not None:
        before = calendar.previous_working(cycle_first)
        since = max(since, before or since)
    return days_after(since, ANSWER_WITHIN, calendar)


def days_after(day: date, count: int, calendar: WorkCalendar) -> date | None:
    """The working day that lies so many of them behind a day."""
    found: date | None = day
    for _ in range(count):
        found = None if found is None else calendar.next_working(found)
    return found


def near_on(needed_by: date, calendar: WorkCalendar) -> date | None:
    """The day on which the giver is asked whether it is on track."""
    found: date | None = needed_by
    for _ in range(ASK_BEFORE):
        found = None if found is None else calendar.previous_working(found)
    return found


# --- what may be linked ---------------------------------------------------------------------------------

Node = tuple[str, int]
"""`("kr", 7)` or `("objective", 3)`."""


def closes_a_circle(supports: Mapping[Node, Collection[Node]], source: Node, target: Node) -> bool:
    """True if `target` leads back to `source` already, so that each would be held up by itself.

    `supports`: where the lines from each node go, a key result's line to its own objective among them.
    """
    seen: set[Node] = set()
    ahead = [target]
    while ahead:
        node = ahead.pop()
        if node == source:
            return True
        if node not in seen:
            seen.add(node)
            ahead.extend(supports.get(node, ()))
    return False


@dataclass(frozen=True, slots=True)
class Measured:
    """A key result as far as T08 looks at it."""

    id: int
    team_id: int
    cycle_id: int
    metric: str
    type: KRType


def pulling_apart(key_results: Iterable[Measured]) -> tuple[tuple[Measured, Measured], ...]:
    """Pairs of two teams that pull the same metric of one cycle in opposite directions (T08), in a stable order."""
    groups: dict[tuple[int, str], list[Measured]] = {}
    for one in key_results:
        name = same_metric(one.metric)
        if name and one.type in (KRType.INCREASE, KRType.DECREASE):
            groups.setdefault((one.cycle_id, name), []).append(one)
    pairs = []
    for members in groups.values():
        members.sort(key=lambda one: one.id)
        pairs += [
            (one, other)
            for index, one in enumerate(members)
            for other in members[index + 1 :]
            if one.team_id != other.team_id and one.type is not other.type
        ]
    return tuple(sorted(pairs, key=lambda pair: (pair[0].id, pair[1].id)))


def same_metric(metric: str) -> str:
    """A metric's name as it is compared: in one case, one width, without signs around it."""
    return " ".join(unicodedata.normalize("NFKC", metric).casefold().split()).strip(" .。,，:：")
