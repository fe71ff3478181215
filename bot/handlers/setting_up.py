"""The first conversation: from nothing to a team with channel, meeting, language, cycle and OKRs (spec/07 §12.7)."""

from collections.abc import Callable, Mapping

from bot.handlers import channel_choice
from bot.handlers.form_values import Fields
from bot.handlers.naming import visible_teams, which_team
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.people_fields import read_people, read_person
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import show_on_pages
from bot.handlers.team_settings import on_team, read_meeting, refused, saved
from bot.handlers.verbs import TEAM_WORDS, Verb
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Nothing, Place, Submitted
from bot.okr.access import may_make_team
from bot.okr.localtime import local_day
from bot.views.demo_okrs import demo_drafts
from bot.views.rights import actor_of
from bot.views.setting_up import NEW
from storage import agendas, deliveries, directory, drafts, okrs, setting_up, settings, teams
from storage import models as m
from storage.setting_up import NewTeam
from storage.teams import team_zone

MOST_NAME = 60
NEW_WORDS = (NEW, "新", "新团队")
SENT = N_("I wrote the next steps to you under Messages.")
GONE = N_("That team is gone; nothing was changed.")
TAKEN = N_("{key} is {team} already; {free} is free.")


# --- asked for ----------------------------------------------------------------------------------------


def _setup(order: Order) -> Reply:
    """`/okr setup` goes on where it was left; `/okr setup new` makes another team, `/okr setup GRO` is about that."""
    word = order.rest.casefold()
    if word in (*NEW_WORDS, *TEAM_WORDS):
        return begin(order.turn, new=True)
    if not word:
        return begin(order.turn)
    found = visible_teams(order.turn, order.view, order.rest)
    if len(found) == 1:
        return refused(order.turn, found[0]) or _steps(order.turn, found[0])
    return which_team(found, "setup", N_("You are in no team yet."), order.rest)


def begin(turn: Turn, *, new: bool = False) -> Reply:
    """The four steps: of the team that is not ready yet, else of a new one."""
    is_first = _look_after(turn)
    unfinished = [] if new else _unfinished(turn)
    if len(unfinished) == 1:
        return _steps(turn, unfinished[0])
    if unfinished:
        return which_team(unfinished, "setup", GONE)
    if may_make_team(actor_of(turn.session, turn.person)):
        return _steps(turn, None, is_first=is_first)
    led = [one.team for one in fresh_view(turn).teams if one.rows.lead_id == turn.person.id]
    if led and not new:
        return _steps(turn, led[0]) if len(led) == 1 else which_team(led, "setup", GONE)
    return Answer("setup_refused", {})


def nobody_yet(turn: Turn) -> Answer | None:
    """What a workspace without any team says, and how to begin; None for one that has teams."""
    return None if setting_up.has_teams(turn.session, turn.person.workspace_id) else Answer("nobody_yet", {})


def _look_after(turn: Turn) -> bool:
    """In a workspace in which nobody made anything yet, the first one who sets it up is its admin."""
    workspace_id = turn.person.workspace_id
    if setting_up.admins(turn.session, workspace_id) or setting_up.has_teams(turn.session, workspace_id):
        return False
    setting_up.become_admin(turn.session, turn.person, turn.now)
    return True


def _unfinished(turn: Turn) -> list[m.Team]:
    """The teams that this person leads, or made, and that have no OKRs to ask about yet."""
    view = fresh_view(turn)
    led = [one for one in view.teams if one.rows.lead_id == turn.person.id]
    return [one.team for one in led if not one.key_results and not settings.is_archived(one.team)]


def _become_admin(turn: Turn, _value: str) -> Reply:
    """[Look after Okra]: for a lead, where whoever did it has left."""
    if setting_up.admins(turn.session, turn.person.workspace_id):
        return notice(N_("Somebody looks after Okra here already."))
    if not actor_of(turn.session, turn.person).leads:
        return Answer("setup_refused", {})
    setting_up.become_admin(turn.session, turn.person, turn.now)
    return notice(
        N_("You look after Okra here from now on. /okr setup new makes a team; /okr settings workspace is yours.")
    )


def _pressed(turn: Turn, value: str) -> Reply:
    if value in (MINE, "", NEW):
        return begin(turn, new=value == NEW)
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, value)
    return notice(GONE) if team is None else refused(turn, team) or _steps(turn, team)


def _steps(turn: Turn, team: m.Team | None, *, is_first: bool = False) -> Reply:
    """Put up the message with the steps: it stands in the DM and is brought up to date there."""
    team_id = None if team is None else team.id
    deliveries.plan_delivery(
        turn.session,
        workspace_id=turn.person.workspace_id,
        kind=setting_up.KIND,
        subject=f"person:{turn.person.id}",
        period=f"inbox:{turn.inbox.id}",
        due_at=turn.now,
        now=turn.now,
        person_id=turn.person.id,
        data={"team": team_id, "first": is_first},
    )
    return Nothing(goes_out=True) if turn.inbound.place in (Place.DM, Place.FORM) else notice(SENT)


def changed(turn: Turn, team: m.Team) -> Reply:
    """Something of a team's set-up was done: its steps show it where they stand, else they are put up anew."""
    agendas.look_again(turn.session, [team.id], turn.now)
    show_on_pages(turn, team.id)
    if setting_up.newest_steps(turn.session, turn.person.id, team.id, turn.now) is None:
        return _steps(turn, team)
    setting_up.steps_follow(turn.session, team.workspace_id, turn.now)
    return Nothing()


# --- 1 the team ---------------------------------------------------------------------------------------


def _team_form(turn: Turn, _value: str) -> Reply:
    _look_after(turn)
    if not may_make_team(actor_of(turn.session, turn.person)):
        return Answer("setup_refused", {})
    data = {"me": turn.inbound.person, **channel_choice.here(turn)}
    return FormRequest("setup_team_form", data, action="setup_team", value=NEW)


def _team_submitted(turn: Turn, what: Submitted) -> Reply:
    if not may_make_team(actor_of(turn.session, turn.person)):
        return Answer("setup_refused", {})
    fields = Fields(turn, what.values)
    name, key = read_name(turn, fields), _read_key(turn, fields)
    members = read_people(turn, fields, "members", what)
    lead = read_person(turn, fields, "lead", what) or turn.person
    place = channel_choice.read(turn, fields, m.Team(workspace_id=turn.person.workspace_id, key="", name=name))
    if fields.problems:
        return FormErrors(fields.problems)
    taken = setting_up.taken_keys(turn.session, turn.person.workspace_id)
    new = NewTeam(name, key or setting_up.propose_key(name, taken), lead.id, tuple(one.id for one in members))
    team = setting_up.make_team(turn.session, turn.person, new, turn.inbox.installation_id, turn.now)
    if team is None:
        fields.problem("key", N_("Somebody made a team with that key just now; please choose another."))
        return FormErrors(fields.problems)
    _give_channel(turn, team, place)
    standing = setting_up.newest_steps(turn.session, turn.person.id, None, turn.now)
    if standing is not None:
        standing.data = {**standing.data, "team": team.id}
        turn.session.add(standing)
        turn.session.flush()
    return changed(turn, team)


def _give_channel(turn: Turn, team: m.Team, place: channel_choice.Place | None) -> None:
    """Where people have no channels of their own (the console, the playground) a team gets one of its name."""
    if place is not None:
        channel_choice.choose(turn, team, place)
    elif not directory.places_for_channels(turn.session, team):
        team.channel_ref = {"channel": "#" + "-".join(team.name.lower().split())}
        turn.session.add(team)
    turn.session.flush()


def read_name(turn: Turn, fields: Fields, team: m.Team | None = None) -> str:
    """A team's name, which no other team of the workspace has."""
    name = fields.text("name", MOST_NAME)
    if not name:
        fields.problem("name", N_("What is the team called?"))
    same = [one for one in visible_teams(turn, fresh_view(turn), name) if name and (team is None or one.id != team.id)]
    if any(one.name.casefold() == name.casefold() for one in same):
        fields.problem("name", N_("There is a team of that name already ({key})."), key=same[0].key)
    return name


def _read_key(turn: Turn, fields: Fields) -> str:
    """A key that is free; empty where none was typed."""
    key = fields.text("key", 40).upper()
    if key and not setting_up.KEY.fullmatch(key):
        fields.problem("key", N_("A key has two to five letters from A to Z, such as GRO."))
        return ""
    taken = setting_up.taken_keys(turn.session, turn.person.workspace_id)
    if key in taken:
        free = setting_up.propose_key(fields.text("name", MOST_NAME) or key, taken)
        fields.problem("key", TAKEN, key=key, team=taken[key], free=free)
    return key


# --- 1 the channel, 2 the meeting, 3 the language -----------------------------------------------------


def _channel_form(turn: Turn, team: m.Team) -> Reply:
    data = {"team": team.id, **channel_choice.here(turn)}
    return FormRequest("setup_channel_form", data, action="setup_channel", value=team.key)


def _channel_submitted(turn: Turn, team: m.Team, what: Submitted) -> Reply:
    fields = Fields(turn, what.values)
    place = channel_choice.read(turn, fields, team)
    if place is not None and not fields.problems and not place.channel and not team.channel_ref:
        fields.problem("channel", N_("Which channel? Its link or id stands in its menu."))
    if fields.problems:
        return FormErrors(fields.problems)
    before = settings.of_team(team)
    _give_channel(turn, team, place)
    saved(turn, team, before, settings.of_team(team))
    return changed(turn, team)


def _meeting_form(_turn: Turn, team: m.Team) -> Reply:
    return FormRequest("setup_meeting_form", {"team": team.id}, action="setup_meeting", value=team.key)


def _meeting_submitted(turn: Turn, team: m.Team, what: Submitted) -> Reply:
    meeting = teams.main_meeting(turn.session, team.id)
    before = settings.of_meeting(meeting)
    kept: dict[str, object] = {}
    if meeting is not None:
        kept = {"title": meeting.title, "every": f"{meeting.every}", "duration": f"{meeting.duration}"}
    fields = Fields(turn, {**kept, **what.values})
    held = read_meeting(fields, team, meeting)
    if held is None:
        if not fields.problems:
            fields.problem("meeting_days", N_("On which day, and at what time?"))
        return FormErrors(fields.problems)
    turn.session.add(held)
    turn.session.flush()
    saved(turn, team, before, settings.of_meeting(held))
    return changed(turn, team)


def _language(turn: Turn, value: str) -> Reply:
    key, _, lang = value.partition(":")
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, key)
    if team is None or lang not in tuple(m.Language):
        return notice(GONE)
    no = refused(turn, team)
    if no is not None:
        return no
    before = settings.of_team(team)
    team.lang = m.Language(lang)
    turn.session.add(team)
    turn.session.flush()
    saved(turn, team, before, settings.of_team(team))
    return changed(turn, team)


# --- 4 OKRs, and the test -----------------------------------------------------------------------------


def _demo(turn: Turn, team: m.Team) -> Reply:
    """TeeBee's objective as a draft of this team: to look at, to change, to publish, or to take away again."""
    workspace = turn.session.get_one(m.Workspace, team.workspace_id)
    cycle = okrs.active_cycle(turn.session, team, local_day(turn.now, team_zone(team, workspace)))
    if cycle is None:
        return Answer("no_cycle", {"team": team.id})
    title, why, key_results = demo_drafts(team, cycle, turn.person)
    if any(one.objective.title == title for one in drafts.drafts_of(turn.session, team, cycle)):
        return notice(N_("TeeBee's objective is among your drafts already."))
    objective = drafts.draft_objective(turn.session, team, cycle, title, why=why, by_id=turn.person.id, now=turn.now)
    for one in key_results:
        drafts.draft_key_result(turn.session, objective, one, by_id=turn.person.id, now=turn.now)
    return changed(turn, team)


def _test(_turn: Turn, team: m.Team) -> Reply:
    return Answer("setup_test", {"team": team.id})


def _test_pressed(_turn: Turn, _value: str) -> Reply:
    return notice(N_("That was the test: nothing is recorded. The real question has the same buttons."))


def _of_team(does: Callable[[Turn, m.Team, Submitted], Reply]) -> Callable[[Turn, Submitted], Reply]:
    """A form whose token is a team's key, for those who may set that team."""

    def submitted(turn: Turn, what: Submitted) -> Reply:
        team = okrs.team_by_key(turn.session, turn.person.workspace_id, what.token)
        return notice(GONE) if team is None else refused(turn, team) or does(turn, team, what)

    return submitted


BUTTONS: Mapping[str, Callable[[Turn, str], Reply]] = {
    "setup": _pressed,
    "setup_team": _team_form,
    "setup_channel": on_team(_channel_form),
    "setup_meeting": on_team(_meeting_form),
    "setup_lang": _language,
    "setup_demo": on_team(_demo),
    "setup_test": on_team(_test),
    "test_pressed": _test_pressed,
    "become_admin": _become_admin,
}
TOPIC = Topic(
    verbs={Verb.SETUP: _setup},
    buttons=BUTTONS,
    forms={
        "setup_team": _team_submitted,
        "setup_channel": _of_team(_channel_submitted),
        "setup_meeting": _of_team(_meeting_submitted),
    },
)
