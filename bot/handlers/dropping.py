"""Dropping a key result with its reason; deleting one that is still a draft (spec/06 §11.1, spec/09 §15.2)."""

from collections.abc import Sequence
from dataclasses import replace

from bot.handlers import dropping_objectives, pausing
from bot.handlers.draft_names import key_result_or_draft
from bot.handlers.naming import NotOneError
from bot.handlers.objective_names import objective_at_start, objectives_called
from bot.handlers.order import Order, Topic
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import Verb, folded, label_at_start
from bot.intake.conversation import Answer, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.access import may_draft, sees_drafts
from bot.okr.model import KRState
from bot.views.rights import actor_of
from bot.views.team import KRView
from storage import conversations, drafts, pauses
from storage import models as m
from storage.pauses import Decision


def _drop(order: Order) -> Reply:
    if not order.rest:
        return pausing.which_of_mine(order, N_("Which one? Yours: {list}"))
    asked = pausing.read_asked(order.raw)
    named = asked.name if label_at_start(asked.name) else f"{asked.name} {asked.until}".strip()
    if len(asked.reason) > pausing.MOST_REASON:
        return notice(pausing.TOO_LONG, most=pausing.MOST_REASON)
    about = objective_at_start(order.turn, order.view, asked.name)
    label = None if about is None else label_at_start(about.rest)
    if about is not None and label is not None:
        named = _within(order.turn, about.found, label) or named
        asked = replace(pausing.read_asked(about.rest), reason=asked.reason)
    elif about is not None:
        rest = f"{about.rest} {asked.until}".strip()
        return dropping_objectives.drop(order, about.found, "" if rest else asked.reason, asked.reason or rest)
    try:
        row = key_result_or_draft(order.turn, order.view, named, "drop_form")
    except NotOneError as error:
        called = [] if error.several else objectives_called(order.turn, order.view, named)
        if not called:
            raise
        return dropping_objectives.drop(order, called, asked.reason, asked.perhaps)
    if row.state is KRState.DRAFT:
        return _ask_to_delete(order.turn, row)
    one = pausing.allowed(order.turn, order.view.by_id.get(row.id) or pausing.view_of(order.turn, row))
    refused = _cannot_drop(order.turn, one)
    if refused is not None:
        return refused
    if not asked.reason:
        return pausing.ask_why(order.turn, one, "drop_form", because=asked.perhaps)
    return _dropped(order.turn, one, Decision(order.turn.person.id, order.turn.now, asked.reason))


def _within(turn: Turn, found: Sequence[m.Objective], label: str) -> str:
    """The key of the one key result of these objectives that a label means, `GRO-2`; empty where it is not one."""
    key, _, number = folded(label).casefold().rpartition("-")
    rows = [row for one in found for row in drafts.key_results_of(turn.session, one.id)]
    teams = [(row, turn.session.get_one(m.Team, row.team_id).key) for row in rows]
    meant = [
        f"{team}-{row.number}"
        for row, team in teams
        if key in ("", team.casefold()) and number.lstrip("kr#关键结果 0") == str(row.number)
    ]
    return meant[0] if len(meant) == 1 else ""


def _ask_to_delete(turn: Turn, row: m.KeyResult) -> Reply:
    return _not_a_draft_of_theirs(turn, row) or Answer("delete_draft", {"kr": row.id})


def drop_button(turn: Turn, token: str) -> Reply:
    row = conversations.key_result_by_token(turn.session, token)
    if row is not None and row.state is KRState.DRAFT:
        return _ask_to_delete(turn, row)
    one = pausing.pressed(turn, token)
    return notice(pausing.GONE) if one is None else _cannot_drop(turn, one) or pausing.ask_why(turn, one, "drop_form")


def drop_because(turn: Turn, one: KRView, reason: str) -> Reply:
    """Drop it for a reason that was typed in answer to the question. Raises `NotAllowedError`."""
    refused = _cannot_drop(turn, pausing.allowed(turn, one))
    if refused is not None:
        return refused
    return _dropped(turn, one, Decision(turn.person.id, turn.now, reason[: pausing.MOST_REASON]))


def _drop_or_change(turn: Turn, token: str) -> Reply:
    """The entry of the weekly question's [⋯]; it carries the token of the question's item."""
    found = conversations.item_by_token(turn.session, token)
    if found is None:
        return notice(pausing.GONE)
    one = pausing.view_of(turn, turn.session.get_one(m.KeyResult, found[0].kr_id))
    return notice(pausing.GONE) if one is None else Answer("drop_or_change", {"kr": pausing.allowed(turn, one).row.id})


def _drop_submitted(turn: Turn, what: Submitted) -> Reply:
    one = pausing.pressed(turn, what.token)
    if one is None:
        return notice(pausing.GONE)
    refused = _cannot_drop(turn, one)
    if refused is not None:
        return refused
    problems: dict[str, str] = {}
    decision = pausing.decision_of(turn, what, problems)
    return FormErrors(problems) if problems else _dropped(turn, one, decision)


def _cannot_drop(turn: Turn, one: KRView) -> Reply | None:
    return None if one.kr.state in (KRState.ACTIVE, KRState.PAUSED) else pausing.over(turn, one)


def _dropped(turn: Turn, one: KRView, decision: Decision) -> Reply:
    was = pauses.before(one.row)
    return pausing.told(turn, one, pauses.drop(turn.session, one.row, decision), was)


# --- drafts -----------------------------------------------------------------------------------------------


def _not_a_draft_of_theirs(turn: Turn, row: m.KeyResult) -> Reply | None:
    """What is still being written is its team's to delete."""
    team = turn.session.get_one(m.Team, row.team_id)
    actor = actor_of(turn.session, turn.person)
    if row.workspace_id != turn.person.workspace_id or not sees_drafts(actor, team.id):
        return notice(pausing.NOT_THERE)
    if row.state is not KRState.DRAFT:
        return notice(N_("{kr} is no draft any more. To drop it: /okr drop {kr}"), kr=f"{team.key}-{row.number}")
    return None if may_draft(actor, team.id) else notice(pausing.MEMBERS_ONLY, team=team.name)


def _delete_draft(turn: Turn, token: str) -> Reply:
    """The confirmation: nothing of a draft is kept, unless somebody has said something about it."""
    row = conversations.key_result_by_token(turn.session, token)
    if row is None:
        return notice(pausing.NOT_THERE)
    refused = _not_a_draft_of_theirs(turn, row)
    if refused is not None:
        return refused
    key = f"{turn.session.get_one(m.Team, row.team_id).key}-{row.number}"
    if not drafts.remove(turn.session, row):
        return notice(N_("Somebody has said something about {kr}, so it stays as a draft."), kr=key)
    return notice(N_("{kr} is deleted."), kr=key)


TOPIC = Topic(
    verbs={Verb.DROP: _drop},
    buttons={"drop_form": drop_button, "delete_draft": _delete_draft, "drop_or_change": _drop_or_change},
    forms={"drop": _drop_submitted},
)
