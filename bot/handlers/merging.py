"""Making one team a part of another: for admins, after what will happen was shown, with a way back for a day."""

from collections.abc import Callable

from bot.handlers.form_values import Fields
from bot.handlers.order import Topic
from bot.handlers.saying import N_, notice
from bot.handlers.showing import touched
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.access import may_make_team
from bot.okr.agreements import Side
from bot.views import agreement_news as news
from bot.views.rights import actor_of
from storage import agreements, draft_messages, merging, okrs, setting_up, settings
from storage import models as m
from storage.merging import Merger

ADMINS_ONLY = N_("Only an admin can merge teams, or take a merger back.")
GONE = N_("That team is gone; nothing was changed.")
NO_OTHER = N_("There is no other team that {team} could become a part of.")
IS_COMPANY = N_("{team} has the OKRs of the whole company, so it cannot become a part of another team.")
ARCHIVED = N_("{team} is archived, so nothing was changed.")
NO_CYCLE = N_(
    "{team} works in {cycle} ({first} – {last}), and {into} in no cycle of these days. "
    "Let both work in the same one first; nothing was changed."
)
BACK_ALREADY = N_("That is taken back already.")
TOO_LATE = N_("That was more than 24 hours ago, so it stays.")
ANSWERED = N_("Somebody has answered about {kr} since, so it stays. Nothing was changed.")
CHANGED = N_("Something of it was changed since, so it stays. Nothing was changed.")


def _admin(does: Callable[[Turn, str], Reply]) -> Callable[[Turn, str], Reply]:
    def pressed(turn: Turn, value: str) -> Reply:
        return does(turn, value) if may_make_team(actor_of(turn.session, turn.person)) else notice(ADMINS_ONLY)

    return pressed


def _team(turn: Turn, key: str) -> m.Team | None:
    return okrs.team_by_key(turn.session, turn.person.workspace_id, key)


def _cannot_go(team: m.Team) -> Reply | None:
    if settings.is_archived(team):
        return notice(ARCHIVED, team=team.name)
    return notice(IS_COMPANY, team=team.name) if team.kind is m.TeamKind.COMPANY else None


def _form(turn: Turn, key: str) -> Reply:
    """Into which team? Nothing is done before what will happen was read."""
    team = _team(turn, key)
    if team is None:
        return notice(GONE)
    refused = _cannot_go(team)
    if refused is None and not merging.others(turn.session, team):
        return notice(NO_OTHER, team=team.name)
    return refused or FormRequest("merge_form", {"team": team.id}, action="merge_form", value=team.key)


def _chosen(turn: Turn, what: Submitted) -> Reply:
    if not may_make_team(actor_of(turn.session, turn.person)):
        return notice(ADMINS_ONLY)
    team = _team(turn, what.token)
    if team is None:
        return notice(GONE)
    fields = Fields(turn, what.values)
    into = _team(turn, fields.text("into", 10))
    if into is None or into.id not in {one.id for one in merging.others(turn.session, team)}:
        fields.problem("into", N_("Please choose the team that stays."))
        return FormErrors(fields.problems)
    found = _what_moves(turn, team, into)
    return Answer("merge_asked", {"team": team.id, "into": into.id}) if isinstance(found, Merger) else found


def _what_moves(turn: Turn, team: m.Team, into: m.Team) -> Merger | Reply:
    refused = _cannot_go(team)
    if refused is not None:
        return refused
    if into.id not in {one.id for one in merging.others(turn.session, team)}:
        return notice(ARCHIVED, team=into.name) if settings.is_archived(into) else notice(GONE)
    found = merging.look(turn.session, team, into, turn.now)
    if found.unmatched is None:
        return found
    cycle = found.unmatched
    days = {"first": cycle.first_day.isoformat(), "last": cycle.last_day.isoformat()}
    return notice(NO_CYCLE, team=team.name, into=into.name, cycle=cycle.name, **days)


def _merge(turn: Turn, value: str) -> Reply:
    """The one tap: both teams are held, so that two admins at once merge once."""
    key, _, other = value.partition(":")
    team, into = _team(turn, key), _team(turn, other)
    if team is None or into is None:
        return notice(GONE)
    merging.hold(turn.session, (team.id, into.id))
    found = _what_moves(turn, team, into)
    if not isinstance(found, Merger):
        return found
    post = merging.merge(turn.session, found, turn.person.id, turn.inbox.id, turn.now)
    _follow(turn, post)
    _tell(turn, found)
    return Answer("merged", {"delivery": post.id, "inbox_id": turn.inbox.id})


def _tell(turn: Turn, found: Merger) -> None:
    """One line to both sides of what ends, and to the other side of what goes on with the team that stays."""
    lines = agreements.ends_of_all(turn.session, (*found.ending, *found.following))
    for ends in lines.values():
        within = ends.from_team.id == ends.to_team.id
        sides = tuple(Side) if within else [one for one in Side if ends.team(one).id != found.into.id]
        what = "merged" if within else "moved"
        news.tell_of_teams(turn.session, ends, sides, what, turn.now, more=str(turn.inbox.id), but=turn.person.id)


def _undo(turn: Turn, token: str) -> Reply:
    post = merging.post_by_token(turn.session, token)
    if post is None or post.workspace_id != turn.person.workspace_id:
        return notice(GONE)
    merging.hold(turn.session, (post.data["from"], post.data["into"]))
    turn.session.refresh(post)
    if post.data.get("undone"):
        return notice(BACK_ALREADY)
    if merging.is_late(post, turn.now):
        return notice(TOO_LATE)
    answered = merging.answered_since(turn.session, post)
    if answered is not None:
        return notice(ANSWERED, kr=f"{turn.session.get_one(m.Team, answered.team_id).key}-{answered.number}")
    if merging.is_changed_since(turn.session, post):
        return notice(CHANGED)
    merging.take_back(turn.session, post, turn.person.id, turn.now)
    _follow(turn, post)
    return Answer("merged", {"delivery": post.id, "inbox_id": turn.inbox.id})


def _follow(turn: Turn, post: m.Delivery) -> None:
    """Every question, board, page, draft and agreement shows where it belongs now."""
    touched(turn, {post.data["from"], post.data["into"]}, {one[0] for one in post.data["krs"]})
    for line in post.data["lines"]:
        news.follow(turn.session, line[0])
    for objective in post.data["objectives"]:
        draft_messages.show_draft(turn.session, objective[0])
    setting_up.steps_follow(turn.session, turn.person.workspace_id, turn.now)


TOPIC = Topic(
    buttons={"merge_form": _admin(_form), "merge_teams": _admin(_merge), "undo_merge": _admin(_undo)},
    forms={"merge": _chosen},
)
