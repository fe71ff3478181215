"""`undo` for what was changed of a key result: a pause, a resumption, a drop, a handover (spec/06 §11.1)."""

from bot.handlers.owning import take_back_handover
from bot.handlers.taking_back import take_back_change
from bot.intake.conversation import Reply, Turn
from storage.check_ins import UNDO_WITHIN
from storage.undoing import HANDED_OVER, changes_by


def undo_change(turn: Turn, last_inbox: int | None) -> Reply | None:
    """Take back the newest change that the person made within 24 hours; None where there is none.

    `last_inbox` is what they said last, if anything: a change that came before it is not the newest. What somebody
    has changed again since stays as it is, and the one before it is looked at. Raises `NotAllowedError`.
    """
    for row in changes_by(turn.session, turn.person, turn.now - UNDO_WITHIN, last_inbox or 0):
        back = take_back_handover(turn, row) if row.kind == HANDED_OVER else take_back_change(turn, row)
        if back is not None:
            return back
    return None
