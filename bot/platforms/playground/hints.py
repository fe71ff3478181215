"""The guided first minute: three hints at most, one at a time, for somebody who has never heard of OKRs."""

from dataclasses import dataclass
from enum import StrEnum

from bot.platforms.console.buttons import pressables
from bot.platforms.console.room import Standing
from bot.platforms.playground.room import PlaygroundRoom, number_of


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
    asked = _asked(room)
    for number, hint in enumerate(HINTS, start=1):
        if hint is Hint.ANSWER and asked is None:
            return None  # what follows is about a question, and nobody wants to be told how to get one
        if hint.value not in room.dismissed and not _is_done(hint, room, asked):
            return ShownHint(hint.value, number, len(HINTS))
    return None


def _asked(room: PlaygroundRoom) -> int | None:
    """The number of the first question that Okra put to somebody by itself."""
    return next((number_of(one) for one in room.standing if _is_sent(one) and pressables(one.card)), None)


def _is_done(hint: Hint, room: PlaygroundRoom, asked: int | None) -> bool:
    match hint:
        case Hint.ASK:
            return asked is not None
        case Hint.ANSWER:
            was_pressed = any(_is_sent(one) and one.edits for one in room.standing)
            return was_pressed or any(asked is not None and one.number > asked for one in room.said)
        case Hint.MEET:
            return any(one.key and not one.spot.is_person for one in room.standing)


def _is_sent(message: Standing) -> bool:
    """Whether it went to a person by itself: an answer given on the spot carries no key."""
    return bool(message.key) and message.spot.is_person
