"""Who is in a team: adding, removing, the lead; and the team itself: its name, its parent, archiving it."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.handlers.form_values import Fields
from bot.handlers.naming import mentions, the_person, visible_teams, which_team
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.people_fields import LEFT, read_people, read_person
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice, sentence
from bot.handlers.setting_up import GONE, read_name
from bot.handlers.showing import show_on_board, show_on_pages
from bot.handlers.team_settings import on_team, refused
from bot.handlers.verbs import Verb, without_people
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.agreements import Side
from bot.views import agreement_news as news
from storage import agendas, agreements, draft_messages, okrs, setting_up, settings
from storage import models as m
from storage.publishing import drafts_in

NO_TEAM = N_("You are in no team yet. /okr setup tells who can make one.")
ADD_WORDS = ("add", "加", "添加", "加入")
REMOVE_WORDS = ("remove", "移除", "删除")
LEAD_WORDS = ("lead", "负责人", "组长")
VIEWER_WORDS = ("viewer", "viewers", "旁观", "只读")
_JOINS = re.compile(r"\b(?:to|from|of|as|in)\b|[到从在为]", re.IGNORECASE)
HOW = N_("Try /okr members, /okr members add @mei, /okr members remove @mei or /okr members lead @mei.")
LEADS = N_("{name} leads {team}. Give it another lead first: /okr members lead @…")
IS_IN = N_("{name} is in {team} already.")
NOT_IN = N_("{name} is not in {team}.")
CAME = N_("{name} is in {team} now.")
READS = N_("{name} reads along in {team} now.")
WENT = N_("{name} is in {team} no more.")
LEADS_NOW = N_("{name} leads {team} now.")
KEEPS = N_("{krs} stay with {name}. To hand one over: /okr own {kr} @…")
Said = list[dict[str, object]]


# --- typed --------------------------------------------------------------------------------------------


def _members(order: Order) -> Reply:
    """`/okr members [GRO]`; `add @mei [to GRO] [as viewer]`, `remove @mei`, `lead @mei`."""
    first, _, _ = order.rest.partition(" ")
    does = next((way for words, way in _WAYS if first.casefold() in words), None)
    named = mentions(order.raw)
    words = without_people(order.rest)
    if does is None:
        if named:
            return notice(HOW)
        return _of_team(order, words, lambda team: Answer("members", {"team": team.id, "said": []}))
    if not named:
        return notice(HOW)
    rest = [one for one in _JOINS.sub(" ", words).split() if one.casefold() not in (first.casefold(), *VIEWER_WORDS)]
    reads = any(one in words.casefold().split() for one in VIEWER_WORDS)
    people = list({one.id: one for one in (the_person(order.turn, each) for each in named)}.values())
    return _of_team(
        order, " ".join(rest), lambda team: refused(order.turn, team) or does(order.turn, team, people, reads)
    )


def _of_team(order: Order, name: str, does: Callable[[m.Team], Reply]) -> Reply:
    """For the team of that name; without one for the team that one leads, else one's own."""
    led = [one.team for one in order.view.teams if one.rows.lead_id == order.turn.person.id]
    found = led if led and not name else visible_teams(order.turn, order.view, name)
    return does(found[0]) if len(found) == 1 else which_team(found, "members", NO_TEAM, name)


def _pressed(turn: Turn, value: str) -> Reply:
    if value == MINE:
        return _members(Order(turn, fresh_view(turn), ""))
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, value)
    return notice(GONE) if team is None else Answer("members", {"team": team.id, "said": []})


# --- doing it -----------------------------------------------------------------------------------------


def _add(turn: Turn, team: m.Team, people: Sequence[m.Person], reads: bool) -> Reply:
    left = next((one for one in people if not one.active), None)
    if left is not None:
        return notice(LEFT, name=left.short_name)
    role = m.TeamRole.VIEWER if reads else m.TeamRole.MEMBER
    said: Said = []
    for person in people:
        now = setting_up.role_of(turn.session, team.id, person.id)
        if now is m.TeamRole.LEAD or now is role:
            said.append(sentence(IS_IN, name=person.short_name, team=team.name))
            continue
        setting_up.let_in(turn.session, team, person.id, role)
        _file(turn, team, person, now, role)
        said.append(sentence(READS if reads else CAME, name=person.short_name, team=team.name))
    return _told(turn, team, said)


def add_people(turn: Turn, team: m.Team, people: Sequence[m.Person]) -> Reply:
    """Let these people work in a team, for those who may set it."""
    return refused(turn, team) or _add(turn, team, people, False)


def _remove(turn: Turn, team: m.Team, people: Sequence[m.Person], _reads: bool) -> Reply:
    lead = next((one for one in people if _role(turn, team, one) is m.TeamRole.LEAD), None)
    if lead is not None:
        return notice(LEADS, name=lead.short_name, team=team.name)
    said: Said = []
    for person in people:
        now = _role(turn, team, person)
        if now is None:
            said.append(sentence(NOT_IN, name=person.short_name, team=team.name))
            continue
        setting_up.let_go(turn.session, team, person.id)
        _file(turn, team, person, now, None)
        said.append(sentence(WENT, name=person.short_name, team=team.name))
        said += _keeps(turn, team, person)
    return _told(turn, team, said)


def _lead(turn: Turn, team: m.Team, people: Sequence[m.Person], _reads: bool) -> Reply:
    if len(people) != 1:
        return notice(N_("A team has one lead; please name one person."))
    person = people[0]
    if not person.active:
        return notice(LEFT, name=person.short_name)
    now = _role(turn, team, person)
    if now is m.TeamRole.LEAD:
        return notice(N_("{name} leads {team} already."), name=person.short_name, team=team.name)
    setting_up.let_in(turn.session, team, person.id, m.TeamRole.LEAD)
    _file(turn, team, person, now, m.TeamRole.LEAD)
    return _told(turn, team, [sentence(LEADS_NOW, name=person.short_name, team=team.name)])


_Way = Callable[[Turn, m.Team, Sequence[m.Person], bool], Reply]
_WAYS: tuple[tuple[tuple[str, ...], _Way], ...] = ((ADD_WORDS, _add), (REMOVE_WORDS, _remove), (LEAD_WORDS, _lead))


def _role(turn: Turn, team: m.Team, person: m.Person) -> m.TeamRole | None:
    return setting_up.role_of(turn.session, team.id, person.id)


def _keeps(turn: Turn, team: m.Team, person: m.Person) -> Said:
    """What somebody goes on answering for, though they are not in the team any more."""
    owned = [f"{team.key}-{one.number}" for one in setting_up.owned_in(turn.session, team.id, person.id)]
    return [sentence(KEEPS, krs=", ".join(owned), name=person.short_name, kr=owned[0])] if owned else []


def _file(turn: Turn, team: m.Team, person: m.Person, before: m.TeamRole | None, after: m.TeamRole | None) -> None:
    old, new = (None if one is None else one.value for one in (before, after))
    what, who = f"people of team {team.key}", person.handle
    setting_up.file(turn.session, team.workspace_id, turn.person.id, what, {who: old}, {who: new}, turn.now)


def _told(turn: Turn, team: m.Team, said: Said) -> Reply:
    """Plan anew, show it where it shows, and say it with who is in the team now."""
    agendas.look_again(turn.session, [team.id], turn.now)
    show_on_pages(turn, team.id)
    setting_up.steps_follow(turn.session, team.workspace_id, turn.now)
    return Answer("members", {"team": team.id, "said": said, "inbox_id": turn.inbox.id})


# --- forms --------------------------------------------------------------------------------------------


def _add_form(_turn: Turn, team: m.Team) -> Reply:
    return FormRequest("members_add_form", {"team": team.id}, action="members_add", value=team.key)


def _remove_form(turn: Turn, team: m.Team) -> Reply:
    if len(setting_up.people_of(turn.session, team.id)) < 2:
        return notice(N_("Nobody but the lead is in {team}."), team=team.name)
    return FormRequest("members_remove_form", {"team": team.id}, action="members_remove", value=team.key)


def _lead_form(_turn: Turn, team: m.Team) -> Reply:
    return FormRequest("members_lead_form", {"team": team.id}, action="members_lead", value=team.key)


def _edit_form(_turn: Turn, team: m.Team) -> Reply:
    return FormRequest("team_edit_form", {"team": team.id}, action="team_edit", value=team.key)


def _add_submitted(turn: Turn, team: m.Team, what: Submitted) -> Reply:
    fields = Fields(turn, what.values)
    people = read_people(turn, fields, "people", what)
    if not people:
        fields.problem("people", N_("Who is to be added?"))
    if fields.problems:
        return FormErrors(fields.problems)
    return _add(turn, team, people, fields.choice("role", m.TeamRole, m.TeamRole.MEMBER) is m.TeamRole.VIEWER)


def _remove_submitted(turn: Turn, team: m.Team, what: Submitted) -> Reply:
    """Who left since the form was opened is passed over with a word."""
    fields = Fields(turn, what.values)
    ticked = fields.ticked("people")
    people = [one for one, _ in setting_up.people_of(turn.session, team.id) if one.handle in ticked]
    if not ticked:
        fields.problem("people", N_("Who is to be removed?"))
        return FormErrors(fields.problems)
    if not people:
        return notice(N_("They are not in {team} any more; nothing was changed."), team=team.name)
    return _remove(turn, team, people, False)


def _lead_submitted(turn: Turn, team: m.Team, what: Submitted) -> Reply:
    fields = Fields(turn, what.values)
    person = read_person(turn, fields, "lead", what)
    if person is None:
        fields.problem("lead", N_("Who leads it from now on?"))
        return FormErrors(fields.problems)
    return _lead(turn, team, [person], False)


def _edit_submitted(turn: Turn, team: m.Team, what: Submitted) -> Reply:
    fields = Fields(turn, what.values)
    before = _of_team_itself(turn, team)
    name = read_name(turn, fields, team)
    parent = _read_parent(turn, fields, team)
    is_company = "company" in fields.ticked("company")
    if is_company and team.kind is not m.TeamKind.COMPANY and _company(turn, team) is not None:
        fields.problem("company", N_("The company's OKRs are those of another team already."))
    if fields.problems:
        return FormErrors(fields.problems)
    team.name, team.parent_team_id = name, None if parent is None else parent.id
    if team.kind is not m.TeamKind.PERSONAL:
        team.kind = m.TeamKind.COMPANY if is_company else m.TeamKind.TEAM
    turn.session.add(team)
    turn.session.flush()
    after = _of_team_itself(turn, team)
    if before == after:
        return notice(N_("Nothing was changed."))
    setting_up.file(turn.session, team.workspace_id, turn.person.id, f"team {team.key}", before, after, turn.now)
    return _told(turn, team, [sentence(N_("Saved for {team}."), team=team.name)])


def _of_team_itself(turn: Turn, team: m.Team) -> dict[str, Any]:
    parent = None if team.parent_team_id is None else turn.session.get(m.Team, team.parent_team_id)
    return {"name": team.name, "parent": None if parent is None else parent.key, "kind": team.kind.value}


def _read_parent(turn: Turn, fields: Fields, team: m.Team) -> m.Team | None:
    """The team above; never one that is below it itself."""
    key = fields.text("parent", 10)
    if key in ("", "none"):
        return None
    parent = okrs.team_by_key(turn.session, team.workspace_id, key)
    above, seen = parent, set[int]()
    while above is not None and above.id not in seen:
        if above.id == team.id:
            fields.problem("parent", N_("{team} is below this one already."), team=parent.name if parent else key)
            return None
        seen.add(above.id)
        above = None if above.parent_team_id is None else turn.session.get(m.Team, above.parent_team_id)
    if parent is None:
        fields.problem("parent", GONE)
    return parent


def _company(turn: Turn, team: m.Team) -> m.Team | None:
    keys = setting_up.taken_keys(turn.session, team.workspace_id)
    found = (okrs.team_by_key(turn.session, team.workspace_id, key) for key in keys)
    return next(
        (one for one in found if one is not None and one.kind is m.TeamKind.COMPANY and one.id != team.id), None
    )


# --- archiving ----------------------------------------------------------------------------------------


def _archive_asked(_turn: Turn, team: m.Team) -> Reply:
    return Answer("archive_asked", {"team": team.id})


def _archive(turn: Turn, team: m.Team) -> Reply:
    """No questions and no boards from now on; everything that was written and said stays where it is."""
    if settings.is_archived(team):
        return notice(N_("{team} is archived already."), team=team.name)
    below = setting_up.teams_below(turn.session, team.id)
    if below:
        names = ", ".join(one.name for one in below[:5])
        return notice(
            N_("{teams} stand below {team}. Give them another team above first; nothing was changed."),
            teams=names,
            team=team.name,
        )
    lines = agreements.open_with(turn.session, team.id)
    settings.switch(turn.session, team, settings.ARCHIVED, on=True)
    for ends in lines:
        other = [one for one in Side if ends.team(one).id != team.id]
        more, by = str(turn.inbox.id), turn.person.id
        news.tell_of_teams(turn.session, ends, other, "archived", turn.now, more=more, but=by)
    return _turned(turn, team, archived=True)


def _bring_back(turn: Turn, team: m.Team) -> Reply:
    if not settings.is_archived(team):
        return notice(N_("{team} is not archived."), team=team.name)
    settings.switch(turn.session, team, settings.ARCHIVED, on=False)
    return _turned(turn, team, archived=False)


def _turned(turn: Turn, team: m.Team, *, archived: bool) -> Reply:
    what = f"team {team.key}"
    before, after = {"archived": not archived}, {"archived": archived}
    setting_up.file(turn.session, team.workspace_id, turn.person.id, what, before, after, turn.now)
    agendas.look_again(turn.session, [team.id], turn.now)
    show_on_board(turn, team.id)
    for row in agreements.touching(turn.session, team.id):
        news.follow(turn.session, row)
    for objective in drafts_in(turn.session, team.id):
        draft_messages.show_draft(turn.session, objective.id)
    setting_up.steps_follow(turn.session, team.workspace_id, turn.now)
    return Answer("archived", {"team": team.id, "inbox_id": turn.inbox.id})


def _of_token(does: Callable[[Turn, m.Team, Submitted], Reply]) -> Callable[[Turn, Submitted], Reply]:
    """A form whose token is a team's key, for those who may set that team."""

    def submitted(turn: Turn, what: Submitted) -> Reply:
        team = okrs.team_by_key(turn.session, turn.person.workspace_id, what.token)
        return notice(GONE) if team is None else refused(turn, team) or does(turn, team, what)

    return submitted


BUTTONS: Mapping[str, Callable[[Turn, str], Reply]] = {
    "members": _pressed,
    "members_add": on_team(_add_form),
    "members_remove": on_team(_remove_form),
    "members_lead": on_team(_lead_form),
    "team_edit": on_team(_edit_form),
    "archive_asked": on_team(_archive_asked),
    "archive_team": on_team(_archive),
    "bring_back": on_team(_bring_back),
}
TOPIC = Topic(
    verbs={Verb.MEMBERS: _members},
    buttons=BUTTONS,
    forms={
        "members_add": _of_token(_add_submitted),
        "members_remove": _of_token(_remove_submitted),
        "members_lead": _of_token(_lead_submitted),
        "team_edit": _of_token(_edit_submitted),
    },
)
