"""Saving what was written: a draft, or at once a part of the published OKRs; and taking it back (spec/09 §15.2)."""

from datetime import datetime

from bot.handlers.order import Topic
from bot.handlers.pausing import take_back_decision
from bot.handlers.saying import N_, notice
from bot.handlers.showing import touched
from bot.handlers.written import GONE, Written, found, on_written, put, show, team_day
from bot.intake.conversation import ANSWER_KIND, Reply, Turn
from bot.okr.access import may_draft
from bot.okr.drafts import problems
from bot.okr.model import KRState
from bot.okr.writing import Asks, asks, left_from
from bot.views.adding import advice_on_draft, may_add_to_published
from bot.views.rights import actor_of
from storage import deliveries, drafts, pauses, writing
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.pauses import Category
from storage.shown import ENTITY
from storage.teams import lead_of

OBJECTIVE_OVER = N_("That objective is not worked on any more, so nothing was saved. For another one: /okr add kr …")
NOT_MEMBER = N_("You do not write in {team} any more, so nothing was saved.")
CHANGED_SINCE = N_("{kr} was changed since, so it stays. To take it off the board: /okr drop {kr}")
TOO_LATE = N_("That was more than 24 hours ago, so it stays.")
DRAFT_CHANGED = N_("{kr} was changed since, so it stays. To delete it: /okr drop {kr}")
TAKEN_UP = N_("Somebody has said something about {kr}, so it stays as a draft.")
MOST_KEY_RESULTS = 99


def _save(turn: Turn, one: Written, argument: str) -> Reply:
    """One tap: into a draft at once; into published OKRs with a reason, which a tap may be as well."""
    objective = _objective(turn, one)
    if objective is None:
        return notice(OBJECTIVE_OVER)
    team = turn.session.get_one(m.Team, objective.team_id)
    parent = None if one.draft.parent_kr_id is None else turn.session.get(m.KeyResult, one.draft.parent_kr_id)
    is_draft = objective.state in drafts.BEING_WRITTEN
    if is_draft and not may_draft(actor_of(turn.session, turn.person), team.id):
        return notice(NOT_MEMBER, team=team.name)
    if _is_impossible(turn, one, team, objective):
        return show(turn, one)
    if not is_draft and not may_add_to_published(turn.session, turn.person, objective, parent):
        return show(turn, one)
    category = Category(argument) if argument in tuple(Category) else None
    if not is_draft and category is None and parent is None and not one.data.get("reason"):
        return show(turn, one)  # the card asks why, in four taps
    if len(drafts.key_results_of(turn.session, objective.id)) >= MOST_KEY_RESULTS:
        return notice(N_("That objective has {most} key results already; nothing was saved."), most=MOST_KEY_RESULTS)
    state = KRState.DRAFT if is_draft else KRState.ACTIVE
    row = drafts.draft_key_result(turn.session, objective, one.draft, by_id=turn.person.id, now=turn.now, state=state)
    change = None if is_draft else _tell(turn, one, row, category)
    kept = writing.as_saved(turn.session, row)
    put(turn, one, saved=row.id, saved_at=turn.now.isoformat(), undone=False, change=change, as_saved=kept)
    return show(turn, one)


def _objective(turn: Turn, one: Written) -> m.Objective | None:
    chosen = one.data.get("objective")
    row = None if chosen is None else turn.session.get(m.Objective, chosen)
    return row if row is not None and row.state in drafts.TAKES_KEY_RESULTS else None


def _is_impossible(turn: Turn, one: Written, team: m.Team, objective: m.Objective) -> bool:
    """What the card asks to be changed first: there is no [Save] on it."""
    if problems(one.draft, team_day(turn, team)):
        return True
    if asks(one.draft, left_from(one.data["left"])) in (Asks.CHANGE, Asks.UNITS, Asks.TARGET):
        return True
    return any(told.blocks for told in advice_on_draft(turn.session, one.draft, objective, turn.now))


def _tell(turn: Turn, one: Written, row: m.KeyResult, category: Category | None) -> int | None:
    """The record of the change with its reason, one line for the channel, and everything that shows the team's OKRs."""
    change = m.Change(
        workspace_id=row.workspace_id,
        entity=ENTITY,
        entity_id=row.id,
        field="state",
        old=KRState.DRAFT.value,
        new=KRState.ACTIVE.value,
        reason=one.data.get("reason") or None,
        category=None if category is None else category.value,
        by_id=turn.person.id,
        at=turn.now,
    )
    turn.session.add(change)
    turn.session.flush()
    before = {"state": KRState.DRAFT.value, "paused_from": None, "paused_until": None, "dropped_because": None}
    key = (pauses.POST, f"kr:{row.id}", f"change:{change.id}")
    deliveries.plan_delivery(
        turn.session,
        workspace_id=row.workspace_id,
        kind=key[0],
        subject=key[1],
        period=key[2],
        due_at=turn.now,
        now=turn.now,
        team_id=row.team_id,
        data={
            "change": change.id,
            "until": None,
            "before": before,
            "items": [],
            "team": row.team_id,
            "inbox": turn.inbox.id,
            "added": True,
        },
    )
    touched(turn, {row.team_id}, {row.id})
    post = deliveries.delivery_of(turn.session, *key)
    return None if post is None else post.id


# --- taking back --------------------------------------------------------------------------------------------


def _undo(turn: Turn, token: str) -> Reply:
    """Within a day what was saved is unsaved again, and its card shows it as it was read."""
    one = found(turn, token)
    if not isinstance(one, Written):
        return one
    if not one.is_saved:
        return show(turn, one)
    row = turn.session.get(m.KeyResult, one.data["saved"])
    if row is None:
        return notice(GONE)
    label = f"{turn.session.get_one(m.Team, row.team_id).key}-{row.number}"
    if datetime.fromisoformat(one.data["saved_at"]) <= turn.now - UNDO_WITHIN:
        return notice(TOO_LATE)
    if row.state is KRState.DRAFT:
        if not writing.is_as_saved(turn.session, row, one.data.get("as_saved")):
            return notice(DRAFT_CHANGED, kr=label)
        if not drafts.remove(turn.session, row):
            return notice(TAKEN_UP, kr=label)
    else:
        post = None if one.data.get("change") is None else turn.session.get(m.Delivery, one.data["change"])
        if post is None or post.data.get("undone") or take_back_decision(turn, post) is None:
            return notice(CHANGED_SINCE, kr=label)
    put(turn, one, saved=None, undone=True)
    return show(turn, one)


# --- proposing ----------------------------------------------------------------------------------------------


def _propose(turn: Turn, one: Written, _argument: str) -> Reply:
    """To the team's lead, with the same card: one tap of theirs adds it."""
    objective = _objective(turn, one)
    lead = None if objective is None else lead_of(turn.session, objective.team_id)
    if objective is None or lead is None or lead.id == turn.person.id:
        return notice(OBJECTIVE_OVER) if objective is None else show(turn, one)
    kept = {**one.data, "rev": 0, "saved": None, "proposed_by": turn.person.id}
    row = writing.keep(turn.session, lead, turn.inbox, kept, part=f":of:{one.row.id}")
    deliveries.plan_delivery(
        turn.session,
        workspace_id=row.workspace_id,
        kind=ANSWER_KIND,
        subject=f"proposed:{row.id}",
        period="once",
        due_at=turn.now,
        now=turn.now,
        person_id=lead.id,
        data={"name": "kr_draft", "data": {"record": row.id}, "inbox_id": turn.inbox.id},
    )
    put(turn, one, proposed_to=lead.id)
    return show(turn, one)


TOPIC = Topic(
    buttons={
        "kr_save": on_written(_save),
        "kr_propose": on_written(_propose),
        "undo_added": _undo,
    }
)
