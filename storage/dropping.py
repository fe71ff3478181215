"""Giving up an objective with its key results, published or still a draft, and the way back (spec/09 §15.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from bot.okr.model import IN_FORCE, KRState
from storage import changes, pauses
from storage import models as m
from storage.draft_messages import show_draft
from storage.drafts import key_results_of
from storage.pauses import Decision


def drop_objective(session: Session, row: m.Objective, decision: Decision) -> tuple[m.Change, dict[str, Any]]:
    """It leaves the averages with all that was worked on; both stay on the board under Dropped, with the reason.

    Returns its change, and by the key of each key result that went with it what `put_back` needs.
    """
    row.published_at = row.published_at or decision.at
    change = changes.turn_objective(session, row, m.ObjectiveState.DROPPED, decision)
    was: dict[str, Any] = {}
    for kr in key_results_of(session, row.id):
        if kr.state in IN_FORCE:
            was[str(kr.id)] = pauses.before(kr)
            pauses.drop(session, kr, decision)
    return change, was


def put_back(session: Session, row: m.Objective, was: Mapping[str, Any], decision: Decision) -> Sequence[int]:
    """As it was; a key result that somebody has turned again since stays as it is. Returns those that are back."""
    changes.turn_objective(session, row, m.ObjectiveState.ACTIVE, decision)
    back = []
    for kr in key_results_of(session, row.id):
        if str(kr.id) in was and kr.state is KRState.DROPPED:
            pauses.put_back(session, kr, was[str(kr.id)], decision)
            back.append(kr.id)
    return back


def delete_draft(session: Session, row: m.Objective) -> list[int]:
    """Nobody sees the draft and its key results any more; they are kept so that it can be taken back."""
    krs = [kr for kr in key_results_of(session, row.id) if kr.state is KRState.DRAFT]
    for kr in krs:
        kr.state = KRState.DROPPED
        session.add(kr)
    row.state = m.ObjectiveState.DROPPED
    session.add(row)
    session.flush()
    show_draft(session, row.id)
    return [kr.id for kr in krs]


def restore_draft(session: Session, row: m.Objective, kr_ids: Sequence[int]) -> None:
    """The draft is there again, as it was."""
    row.state = m.ObjectiveState.DRAFT
    session.add(row)
    for kr in key_results_of(session, row.id):
        if kr.id in kr_ids and kr.state is KRState.DROPPED:
            kr.state = KRState.DRAFT
            session.add(kr)
    session.flush()
    show_draft(session, row.id)
