"""Whether an answer says just what stands already: a button that is pressed twice tells nothing new."""

from bot.okr.model import CheckInKind
from storage import models as m
from storage.check_ins import Said

_TOLD = (
    "value", "self_score", "confidence", "status_said", "done", "steps_done", "blocked", "blocker", "note",
    "help_wanted",
)  # fmt: skip


def says_already(row: m.CheckIn, said: Said) -> bool:
    """Whether a check-in holds all that is said here. Said anew, a number may count as confirmed; it is the same one.

    To skip is no number, and to skip for another reason is something else.
    """
    skips = said.kind is CheckInKind.SKIP
    if skips or row.kind is CheckInKind.SKIP:
        return skips and row.kind is CheckInKind.SKIP and row.note == said.note
    told = {name: getattr(said, name) for name in _TOLD if getattr(said, name) is not None}
    return all(_alike(getattr(row, name), value) for name, value in told.items())


def _alike(stored: object, said: object) -> bool:
    return (tuple(stored) if isinstance(stored, list) else stored) == said
