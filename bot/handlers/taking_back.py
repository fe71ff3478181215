"""[Undo] below a change, and what kind of reason it had: the same for decisions and for changed fields."""

from bot.handlers import changing, changing_objectives, dropping_objectives, pausing
from bot.handlers.order import Topic
from bot.handlers.saying import N_, notice
from bot.intake.conversation import Reply, Turn
from bot.views.reasons import CATEGORIES
from storage import models as m
from storage import pauses
from storage.changes import OBJECTIVE
from storage.check_ins import UNDO_WITHIN
from storage.pauses import Category


def take_back_change(turn: Turn, post: m.Delivery) -> Reply | None:
    """Undo a change by its line for the channel; None for what has been changed since. Raises `NotAllowedError`."""
    return _take_back(turn, post) if _stands(turn, post) else None


def _undo(turn: Turn, token: str) -> Reply:
    post = pauses.post_by_token(turn.session, token)
    refused = pausing.GONE if post is None else _refused(turn, post)
    if post is None or refused:
        return notice(refused)
    if post.data.get("undone"):
        return notice(N_("That is taken back already."))
    again = notice(N_("{kr} was changed again since, so that stays as it is."), kr=_label(turn, post))
    return take_back_change(turn, post) or again


def _take_back(turn: Turn, post: m.Delivery) -> Reply | None:
    if _change(turn, post).at <= turn.now - UNDO_WITHIN:
        return notice(N_("That was more than 24 hours ago, so it stays."))
    if dropping_objectives.is_of_dropping(post):
        return dropping_objectives.take_back(turn, post)
    if _is_of_objective(turn, post):
        return changing_objectives.take_back(turn, post)
    return changing.take_back(turn, post) if "after" in post.data else pausing.take_back_decision(turn, post)


def _stands(turn: Turn, post: m.Delivery) -> bool:
    if dropping_objectives.is_of_dropping(post):
        return dropping_objectives.stands_still(turn, post)
    if _is_of_objective(turn, post):
        return changing_objectives.stands_still(turn, post)
    return changing.stands_still(turn, post) if "after" in post.data else pausing.stands_still(turn, post)


def _categorised(turn: Turn, value: str) -> Reply:
    token, _, name = value.partition(":")
    post = pauses.post_by_token(turn.session, token)
    refused = pausing.GONE if post is None else _refused(turn, post)
    if post is None or refused or name not in tuple(Category):
        return notice(refused or pausing.GONE)
    change = _change(turn, post)
    if change.category is None:
        for change_id in post.data.get("changes", [change.id]):
            one = turn.session.get_one(m.Change, change_id)
            one.category = Category(name).value
            turn.session.add(one)
    return notice(N_("Noted: {words}."), words=turn.say(CATEGORIES[Category(change.category or name)]))


def _refused(turn: Turn, post: m.Delivery) -> str:
    """Why this person has nothing to do with it; empty where they may. Raises `NotAllowedError`."""
    change = _change(turn, post)
    if _is_of_objective(turn, post):
        dropped = dropping_objectives.is_of_dropping(post)
        return changing_objectives.refused_by(turn, change.entity_id, dropped=dropped)
    one = pausing.view_of(turn, turn.session.get_one(m.KeyResult, change.entity_id))
    if one is None:
        return pausing.GONE
    pausing.allowed(turn, one)
    return ""


def _is_of_objective(turn: Turn, post: m.Delivery) -> bool:
    return _change(turn, post).entity == OBJECTIVE


def _change(turn: Turn, post: m.Delivery) -> m.Change:
    return turn.session.get_one(m.Change, post.data["change"])


def _label(turn: Turn, post: m.Delivery) -> str:
    change = _change(turn, post)
    if change.entity == OBJECTIVE:
        return turn.session.get_one(m.Objective, change.entity_id).title
    row = turn.session.get_one(m.KeyResult, change.entity_id)
    return f"{turn.session.get_one(m.Team, row.team_id).key}-{row.number}"


TOPIC = Topic(buttons={"undo_change": _undo, "change_category": _categorised})
