"""A draft that was left below a published objective: one tap publishes it, as a change (spec/09 §15.2)."""

from bot.handlers import pausing
from bot.handlers.order import Topic
from bot.handlers.publishing import ARCHIVED
from bot.handlers.saying import N_, notice
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.access import sees_drafts
from bot.okr.drafts import problems
from bot.okr.localtime import local_day
from bot.okr.model import KRState
from bot.views.adding import may_add_to_published
from bot.views.draft_cards import GONE
from bot.views.publishing import ONLY_ADMIN, ONLY_LEAD
from bot.views.rights import actor_of
from storage import conversations, drafts, pauses, publishing
from storage import models as m
from storage.draft_messages import show_draft
from storage.pauses import Category, Decision
from storage.settings import is_archived
from storage.teams import lead_of, team_zone

ALREADY = N_("{kr} is published already.")
WITH_ITS_OBJECTIVE = N_("{kr} is published together with its objective: /okr publish")
OBJECTIVE_OVER = N_("The objective of {kr} is not worked on any more, so nothing was changed.")
IMPOSSIBLE = N_("{kr} is not finished: something of it is left open or cannot be. To change it: /okr edit {kr}")


def _publish_one(turn: Turn, value: str) -> Reply:
    """`token:category`: the kind of reason is the tap."""
    token, _, category = value.partition(":")
    row = conversations.key_result_by_token(turn.session, token)
    actor = actor_of(turn.session, turn.person)
    if row is None or row.workspace_id != turn.person.workspace_id or category not in tuple(Category):
        return notice(GONE)
    if row.state is KRState.DRAFT and not sees_drafts(actor, row.team_id):
        return notice(GONE)
    objective = publishing.hold(turn.session, turn.session.get_one(m.Objective, row.objective_id))
    turn.session.refresh(row)
    return _cannot(turn, objective, row) or _published(turn, row, Category(category))


def _cannot(turn: Turn, objective: m.Objective, row: m.KeyResult) -> Answer | None:
    team = turn.session.get_one(m.Team, row.team_id)
    key = f"{team.key}-{row.number}"
    if row.state is not KRState.DRAFT:
        return notice(ALREADY if row.published_on is not None else pausing.GONE, kr=key)
    if objective.state in drafts.BEING_WRITTEN or objective.state is m.ObjectiveState.APPROVAL:
        return notice(WITH_ITS_OBJECTIVE, kr=key)
    if objective.state is not m.ObjectiveState.ACTIVE:
        return notice(OBJECTIVE_OVER, kr=key)
    parent = None if row.parent_kr_id is None else turn.session.get(m.KeyResult, row.parent_kr_id)
    if not may_add_to_published(turn.session, turn.person, objective, parent):
        lead = lead_of(turn.session, team.id)
        lacks = notice(ONLY_ADMIN, team=team.name)
        return lacks if lead is None else notice(ONLY_LEAD, lead=lead.short_name, team=team.name)
    if is_archived(team):
        return notice(ARCHIVED, team=team.name)
    if publishing.gaps(turn.session, [row]):
        return Answer("cannot_publish", {"objective": objective.id, "kr": row.id})
    today = local_day(turn.now, team_zone(team, turn.session.get_one(m.Workspace, team.workspace_id)))
    if problems(drafts.draft_of(turn.session, row), today):
        return notice(IMPOSSIBLE, kr=key)
    return None


def _published(turn: Turn, row: m.KeyResult, category: Category) -> Reply:
    """Active at once, with its line in the channel and the way back for a day."""
    was = pauses.before(row)
    team = turn.session.get_one(m.Team, row.team_id)
    workspace = turn.session.get_one(m.Workspace, team.workspace_id)
    row.state, row.published_on = KRState.ACTIVE, local_day(turn.now, team_zone(team, workspace))
    change = pauses.begin(turn.session, row, Decision(turn.person.id, turn.now, category=category))
    show_draft(turn.session, row.objective_id)
    one = pausing.view_of(turn, row)
    if one is None:
        return notice(pausing.GONE)
    return pausing.told(turn, one, change, was, added=1)


TOPIC = Topic(buttons={"publish_kr": _publish_one})
