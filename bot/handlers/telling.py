"""`/okr show`: a key result, what a team still writes, or an objective (spec/06 §11.1)."""

from collections.abc import Sequence

from bot.handlers.draft_names import key_result_or_draft
from bot.handlers.naming import NotOneError
from bot.handlers.objective_names import is_seen, objective_at_start, objectives_called
from bot.handlers.order import Order, Topic
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import without_filler
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.model import KRState
from storage import drafts, okrs
from storage import models as m

NO_SUCH = N_("I know no such objective of your team.")
MOST_ASKED = 10


def show(order: Order) -> Reply:
    """One key result in detail; a draft with its advice; an objective with its key results. Raises `NotOneError`."""
    named = objective_at_start(order.turn, order.view, without_filler(order.rest))
    if named is not None and not named.rest:
        return about_objective(order.turn, named.found)
    try:
        row = key_result_or_draft(order.turn, order.view, order.rest, "show")
    except NotOneError as error:
        called = [] if error.several else objectives_called(order.turn, order.view, order.rest)
        if not called:
            raise
        return about_objective(order.turn, called)
    return Answer("show_draft" if row.state is KRState.DRAFT else "show", {"kr": row.id})


def about_objective(turn: Turn, found: Sequence[m.Objective]) -> Reply:
    """The objective; its draft with what is said about it; where several may be meant, which one."""
    if not found:
        return notice(NO_SUCH)
    if len(found) > 1:
        return which_objective(turn, found, "show_objective")
    return Answer("show_objective" if okrs.is_on_board(found[0]) else "draft", {"objective": found[0].id})


def which_objective(turn: Turn, found: Sequence[m.Objective], action: str) -> Reply:
    """One question with a button each."""
    for one in found:
        drafts.token_of(turn.session, one)
    return Answer("which_objective", {"objectives": [one.id for one in found[:MOST_ASKED]], "action": action})


def _pressed(turn: Turn, token: str) -> Reply:
    row = drafts.objective_by_token(turn.session, token)
    return about_objective(turn, [] if row is None or not is_seen(turn, row) else [row])


TOPIC = Topic(buttons={"show_objective": _pressed})
