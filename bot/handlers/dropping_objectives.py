"""Dropping an objective with its key results: a draft after one question, else with its reason (spec/09 §15.2)."""

from collections.abc import Sequence

from bot.handlers import pausing
from bot.handlers.change_posts import mark_undone, plan_post
from bot.handlers.changing_objectives import GONE, refused_by
from bot.handlers.order import Order, Topic
from bot.handlers.publishing import ARCHIVED
from bot.handlers.saying import N_, notice
from bot.handlers.showing import show_on_pages, touched
from bot.handlers.telling import NO_SUCH, which_objective
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.access import may_draft
from bot.views.reasons import CATEGORIES
from bot.views.rights import actor_of
from storage import changes, drafts, dropping, okrs
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.drafts import BEING_WRITTEN
from storage.pauses import Decision
from storage.setting_up import steps_follow
from storage.settings import is_archived
from storage.undoing import DELETED, deletion_by_token, keep

WITH_APPROVER = N_("{objective} is with its approver; once it is answered or sent back it can be deleted.")


def drop(order: Order, found: Sequence[m.Objective], reason: str, perhaps: str) -> Reply:
    """`O2 because …`: drafts are deleted after one question; what is published asks for its reason."""
    turn = order.turn
    if not found:
        return notice(NO_SUCH)
    if len(found) > 1:
        return which_objective(turn, found, "drop_objective_form")
    row = found[0]
    refused = _refused(turn, row)
    if refused is not None:
        return refused
    if row.state in BEING_WRITTEN:
        return Answer("delete_objective", {"objective": row.id})
    if not reason:
        return _form(turn, row, perhaps[: pausing.MOST_REASON])
    return _dropped(turn, row, Decision(turn.person.id, turn.now, reason))


def _refused(turn: Turn, row: m.Objective) -> Reply | None:
    refused = refused_by(turn, row.id)
    if refused:
        return notice(refused)
    return notice(WITH_APPROVER, objective=f"O{row.number}") if row.state is m.ObjectiveState.APPROVAL else None


def _of_token(turn: Turn, token: str) -> m.Objective | Reply:
    row = drafts.objective_by_token(turn.session, token)
    if row is None or row.workspace_id != turn.person.workspace_id:
        return notice(GONE)
    return _refused(turn, row) or row


# --- published ----------------------------------------------------------------------------------------------


def _button(turn: Turn, token: str) -> Reply:
    """[Drop] of an objective."""
    row = _of_token(turn, token)
    if not isinstance(row, m.Objective):
        return row
    return Answer("delete_objective", {"objective": row.id}) if row.state in BEING_WRITTEN else _form(turn, row, "")


def _form(turn: Turn, row: m.Objective, because: str) -> FormRequest:
    token = drafts.token_of(turn.session, row)
    data = {
        "token": token,
        "label": f"O{row.number}",
        "title": row.title,
        "because": because,
        "categories": [[kind.value, turn.say(words)] for kind, words in CATEGORIES.items()],
    }
    return FormRequest("drop_objective_form", data, action="drop_objective_form", value=token)


def _submitted(turn: Turn, what: Submitted) -> Reply:
    row = _of_token(turn, what.token)
    if not isinstance(row, m.Objective):
        return row
    if not okrs.is_on_board(row):
        return notice(GONE)
    problems: dict[str, str] = {}
    decision = pausing.decision_of(turn, what, problems)
    return FormErrors(problems) if problems else _dropped(turn, row, decision)


def _dropped(turn: Turn, row: m.Objective, decision: Decision) -> Reply:
    """Its key results go with it: one line in the channel, one way back."""
    change, was = dropping.drop_objective(turn.session, row, decision)
    items = [item for kr_id in was for item in pausing.close_items(turn, int(kr_id))]
    before, after = {"state": change.old}, {"state": change.new}
    post = plan_post(turn, row, f"objective:{row.id}", [change], before, after)
    post.data = {**post.data, "krs": was, "items": items}
    turn.session.add(post)
    _follow(turn, row)
    return Answer("objective_dropped", {"delivery": post.id, "inbox_id": turn.inbox.id})


def _follow(turn: Turn, row: m.Objective) -> None:
    touched(turn, {row.team_id}, {one.id for one in drafts.key_results_of(turn.session, row.id)})
    steps_follow(turn.session, row.workspace_id, turn.now)


def is_of_dropping(post: m.Delivery) -> bool:
    """True for the line in the channel about an objective that was dropped."""
    return "krs" in post.data and "state" in post.data.get("after", {})


def stands_still(turn: Turn, post: m.Delivery) -> bool:
    """False for what somebody has changed again since."""
    change = turn.session.get_one(m.Change, post.data["change"])
    newest = changes.newest_of(turn.session, changes.OBJECTIVE, change.entity_id, "state")
    return newest is not None and newest.id == change.id


def take_back(turn: Turn, post: m.Delivery) -> Reply:
    """It is worked on again with the key results that went with it; the line in the channel says so."""
    change = turn.session.get_one(m.Change, post.data["change"])
    row = turn.session.get_one(m.Objective, change.entity_id)
    refused = refused_by(turn, row.id, dropped=True)
    if refused:
        return notice(refused)
    dropping.put_back(turn.session, row, post.data["krs"], Decision(turn.person.id, turn.now))
    pausing.open_items(turn, post.data["items"])
    mark_undone(turn, post)
    _follow(turn, row)
    return Answer("objective_dropped", {"delivery": post.id, "inbox_id": turn.inbox.id})


# --- drafts -------------------------------------------------------------------------------------------------


def _delete(turn: Turn, token: str) -> Reply:
    """The confirmation: the draft is gone with its key results, and comes back whole with one tap."""
    row = _of_token(turn, token)
    if not isinstance(row, m.Objective):
        return row
    if row.state not in BEING_WRITTEN:
        return notice(N_("O{n} is no draft any more. To drop it: /okr drop O{n}"), n=row.number)
    krs = dropping.delete_draft(turn.session, row)
    data = {"objective": row.id, "before": krs, "undone": False}
    kept = keep(turn.session, turn.person, DELETED, f"objective:{row.id}", turn.inbox.id, data, turn.now)
    show_on_pages(turn, row.team_id)
    steps_follow(turn.session, row.workspace_id, turn.now)
    return Answer("objective_deleted", {"kept": None if kept is None else kept.id, "inbox_id": turn.inbox.id})


def _undo_delete(turn: Turn, token: str) -> Reply:
    kept = deletion_by_token(turn.session, token)
    if kept is None or kept.person_id != turn.person.id:
        return notice(GONE)
    return take_back_deletion(turn, kept) or notice(N_("That is taken back already."))


def take_back_deletion(turn: Turn, kept: m.Delivery) -> Reply | None:
    """The draft is there again; None where it is already."""
    row = turn.session.get(m.Objective, kept.data["objective"])
    if row is None or kept.data["undone"] or row.state is not m.ObjectiveState.DROPPED:
        return None
    if (kept.created_at or kept.due_at) <= turn.now - UNDO_WITHIN:
        return notice(N_("That was more than 24 hours ago, so it stays."))
    team = turn.session.get_one(m.Team, row.team_id)
    if not may_draft(actor_of(turn.session, turn.person), team.id):
        return notice(pausing.MEMBERS_ONLY, team=team.name)
    if is_archived(team):
        return notice(ARCHIVED, team=team.name)
    dropping.restore_draft(turn.session, row, kept.data["before"])
    kept.data = {**kept.data, "undone": True}
    turn.session.add(kept)
    show_on_pages(turn, row.team_id)
    steps_follow(turn.session, row.workspace_id, turn.now)
    return Answer("draft", {"objective": row.id})


TOPIC = Topic(
    buttons={
        "drop_objective_form": _button,
        "delete_objective": _delete,
        "undo_delete_objective": _undo_delete,
    },
    forms={"drop_objective": _submitted},
)
