"""The guided first minute: three hints at most, one at a time, for somebody who has never heard of OKRs."""

from dataclasses import dataclass
from enum import StrEnum

from bot.platforms.console.buttons import pressables
from bot.platforms.playground.room import PlaygroundRoom


class Hint(StrEnum):
    """The hints, in their order. The words are in the page's template."""

    ASK = "ask"
    """What this is, and how to let the first question come."""
    ANSWER = "answer"
    """That a question can be answered by a tap or in words."""
    MEET = "meet"
    """That others can be answered for, and that the meeting is next."""


HINTS = tuple(Hint)


@dataclass(frozen=True, slots=True)
class ShownHint:
    """The hint that is on now: the `number`th of `of`."""

    name: str
    number: int
    of: int


def hint_of(room: PlaygroundRoom) -> ShownHint | None:
    """The first hint that nobody dismissed and that is not done yet; None where there is none."""
    for number, hint in enumerate(HINTS, start=1):
        if hint.value not in room.dismissed and not _is_done(hint, room):
            return ShownHint(hint.value, number, len(HINTS))
    return None


def _is_done(hint: Hint, room: PlaygroundRoom) -> bool:
    match hint:
        case Hint.ASK:
            return any(one.spot.is_person and pressables(one.card) for one in room.standing)
        case Hint.ANSWER:
            return bool(room.said) or any(one.edits for one in room.standing)
        case Hint.MEET:
            return any(not one.spot.is_person for one in room.standing)
