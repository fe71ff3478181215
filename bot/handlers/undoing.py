"""`undo` for what was changed: a decision about a key result, a handover, a publication (spec/06 §11.1)."""

from bot.handlers.dropping_objectives import take_back_deletion
from bot.handlers.handing_over import take_back_handover
from bot.handlers.publishing import take_back_publication
from bot.handlers.taking_back import take_back_change
from bot.intake.conversation import Answer, Reply, Turn
from storage import draft_messages, undoing
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.publishing import published_by
from storage.undoing import changes_by


def undo_change(turn: Turn, last_inbox: int | None) -> Reply | None:
    """Take back the newest change that the person made within 24 hours; None where there is none.

    `last_inbox` is what they said last, if anything: a change that came before it is not the newest. What somebody
    has changed again since stays as it is, and the one before it is looked at. Raises `NotAllowedError`.
    """
    since, after = turn.now - UNDO_WITHIN, last_inbox or 0
    made = changes_by(turn.session, turn.person, since, after)
    for row in sorted([*made, *published_by(turn.session, turn.person, since, after)], key=_number, reverse=True):
        back = taken_back(turn, row)
        if back is not None:
            return back
    return None


def team_done_lately(turn: Turn) -> Reply | None:
    """The card, with its button, of the newest team that the person merged or archived within 24 hours, if any."""
    since = turn.now - UNDO_WITHIN
    merger = undoing.last_merger_by(turn.session, turn.person, since)
    if merger is not None:
        return Answer("merged", {"delivery": merger.id, "inbox_id": turn.inbox.id})
    team = undoing.last_archived_by(turn.session, turn.person, since)
    return None if team is None else Answer("archived", {"team": team.id, "inbox_id": turn.inbox.id})


def _number(row: m.Delivery) -> int:
    return row.id


def taken_back(turn: Turn, row: m.Delivery) -> Reply | None:
    """Take back one change by its line in the outbox; None for what has been changed again since."""
    match row.kind:
        case draft_messages.POST:
            return take_back_publication(turn, row)
        case undoing.HANDED_OVER:
            return take_back_handover(turn, row)
        case undoing.DELETED:
            return take_back_deletion(turn, row)
        case _:
            return take_back_change(turn, row)
