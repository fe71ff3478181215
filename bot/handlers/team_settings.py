"""A team's settings and meetings: for its lead and admins, in forms; members are told who may (spec/10 §18)."""

from collections.abc import Callable, Mapping

from bot.handlers import channel_choice
from bot.handlers.form_values import Fields
from bot.handlers.naming import visible_teams, which_team
from bot.handlers.order import MINE, Order
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import show_on_pages
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.access import may_set_team
from bot.okr.model import Cadence
from bot.views.rights import actor_of
from storage import agendas, okrs, setting_up, settings, teams
from storage import models as m

NO_TEAM = N_("You are in no team yet, so there is nothing to set.")
MOST_MEETINGS = 10
LONGEST_MEETING = 600
"""Minutes."""


def asked(order: Order, name: str, action: str) -> Reply:
    """The team that is named; else the one that one leads, else one's own. Several: one question with buttons."""
    led = [one.team for one in order.view.teams if one.rows.lead_id == order.turn.person.id]
    found = led if led and not name else visible_teams(order.turn, order.view, name)
    if len(found) == 1:
        return BUTTONS[action](order.turn, found[0].key)
    return which_team(found, action, NO_TEAM, name)


def on_team(does: Callable[[Turn, m.Team], Reply]) -> Callable[[Turn, str], Reply]:
    """A button whose value is a team's key, for those who may set that team; all others are told who may."""

    def pressed(turn: Turn, value: str) -> Reply:
        if value == MINE:
            return asked(Order(turn, fresh_view(turn), ""), "", "team_settings")
        team = okrs.team_by_key(turn.session, turn.person.workspace_id, value)
        if team is None:
            return notice(N_("That team is gone; nothing was changed."))
        return refused(turn, team) or does(turn, team)

    return pressed


def refused(turn: Turn, team: m.Team) -> Reply | None:
    """Who may, for those who may not; None for those who may."""
    if may_set_team(actor_of(turn.session, turn.person), team.id):
        return None
    lead = teams.lead_of(turn.session, team.id)
    if lead is None:
        return notice(N_("{team} has no lead, so only an admin can change its settings."), team=team.name)
    return notice(
        N_("Only {lead} or an admin can change the settings of {team}."), lead=lead.short_name, team=team.name
    )


# --- the team -----------------------------------------------------------------------------------------------


def _form(turn: Turn, team: m.Team) -> Reply:
    data = {"team": team.id, **channel_choice.here(turn)}
    return FormRequest("team_settings_form", data, action="team_settings", value=team.key)


def _submitted(turn: Turn, what: Submitted) -> Reply:
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, what.token)
    if team is None:
        return notice(N_("That team is gone; nothing was changed."))
    no = refused(turn, team)
    if no is not None:
        return no
    meeting = teams.main_meeting(turn.session, team.id)
    before = {**settings.of_meeting(meeting), **settings.of_team(team)}
    fields = Fields(turn, what.values)
    held = read_meeting(fields, team, meeting)
    zone, holidays = fields.zone("timezone"), fields.holidays("holidays")
    on = fields.ticked("rituals")
    reminders = fields.whole("reminders", 0, 2, team.reminders)
    review_every = fields.whole("review_every", 3, 6, team.review_every_weeks)
    place = channel_choice.read(turn, fields, team)
    if fields.problems:
        return FormErrors(fields.problems)
    channel_choice.choose(turn, team, place)
    team.cadence = fields.choice("cadence", Cadence, team.cadence)
    team.lang = fields.choice("lang", m.Language, team.lang)
    team.review_every_weeks = review_every
    team.reminders, team.timezone, team.holiday_calendar = reminders, zone, holidays
    # What was never said and stays as it is by default is left unsaid.
    said = {one: one in on for one in settings.RITUALS if (one in on) != settings.is_on(team, one)}
    team.rituals = {**team.rituals, **said}
    turn.session.add(team)
    if held is not None:
        turn.session.add(held)
    elif meeting is not None:
        _remove(turn, team, meeting)
    turn.session.flush()
    return saved(turn, team, before, {**settings.of_meeting(held), **settings.of_team(team)})


def saved(turn: Turn, team: m.Team, before: settings.Values, after: settings.Values) -> Answer:
    """File what was changed of a team, plan it anew, and say it."""
    changes = settings.changed(before, after)
    if changes:
        what = f"settings of team {team.key}"
        settings.note(turn.session, team.workspace_id, turn.person.id, what, before, after, turn.now)
        agendas.look_again(turn.session, [team.id], turn.now)
        show_on_pages(turn, team.id)
        setting_up.steps_follow(turn.session, team.workspace_id, turn.now)
    return Answer("team_settings_saved", {"team": team.id, "changes": changes})


# --- its meetings -------------------------------------------------------------------------------------------


def read_meeting(fields: Fields, team: m.Team, meeting: m.Meeting | None, *, main: bool = True) -> m.Meeting | None:
    """The meeting as the form has it, changed in place or new; None where it has neither day nor time."""
    title, days, at = fields.text("title", 80), fields.days("meeting_days"), fields.time("time")
    zone = fields.zone("zone")
    every = fields.whole("every", 1, 4, 1)
    lead_minutes = fields.whole("lead_minutes", 0, 60, 10)
    duration = fields.whole("duration", 5, LONGEST_MEETING, 60)
    unread = "time" in fields.problems
    if at is not None and not days:
        fields.problem("meeting_days", N_("On which day? Tick at least one, or leave the time empty for no meeting."))
    if days and at is None and not unread:
        fields.problem("time", N_("At what time? For no meeting, untick its days."))
    if every == 3:
        fields.problem("every", N_("A meeting is held every 1, 2 or 4 weeks."))
    if fields.problems or at is None:
        return None
    row = meeting or m.Meeting(workspace_id=team.workspace_id, team_id=team.id, main=main, weekdays=days, time=at)
    row.title, row.weekdays, row.time, row.timezone = title, days, at, zone
    row.every, row.lead_minutes, row.duration = every, lead_minutes, duration
    return row


def _remove(turn: Turn, team: m.Team, meeting: m.Meeting) -> None:
    """Without its main meeting a team's check-in belongs to the next one it has."""
    settings.remove_meeting(turn.session, meeting)
    left = teams.main_meeting(turn.session, team.id)
    if left is not None and not left.main:
        left.main = True
        turn.session.add(left)


def _meetings(_turn: Turn, team: m.Team) -> Reply:
    return Answer("meetings", {"team": team.id})


def _add_meeting(turn: Turn, team: m.Team) -> Reply:
    if len(teams.meetings_of(turn.session, team.id)) >= MOST_MEETINGS:
        return notice(N_("{team} has {most} meetings already; please remove one first."), team=team.name, most=10)
    return FormRequest("meeting_form", {"team": team.id, "meeting": None}, action="add_meeting", value=team.key)


def _edit_meeting(turn: Turn, value: str) -> Reply:
    found = _meeting_of(turn, value)
    if found is None:
        return notice(N_("That meeting is gone; nothing was changed."))
    team, meeting = found
    no = refused(turn, team)
    data = {"team": team.id, "meeting": meeting.id}
    return no or FormRequest("meeting_form", data, action="edit_meeting", value=value)


def _meeting_submitted(turn: Turn, what: Submitted) -> Reply:
    key, _, mark = what.token.partition(":")
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, key)
    found = _meeting_of(turn, what.token) if mark else None
    if team is None or (mark and found is None):
        return notice(N_("That meeting is gone; nothing was changed."))
    no = refused(turn, team)
    if no is not None:
        return no
    meeting = None if found is None else found[1]
    before = settings.of_meeting(meeting)
    fields = Fields(turn, what.values)
    if meeting is not None and fields.ticked("remove"):
        _remove(turn, team, meeting)
        return saved(turn, team, before, settings.of_meeting(None))
    has_main = teams.main_meeting(turn.session, team.id) is not None
    held = read_meeting(fields, team, meeting, main=not has_main)
    if held is None:
        fields.problem("time", N_("At what time? 9:30, 9.30am or 上午9点半."))
        return FormErrors(fields.problems)
    turn.session.add(held)
    turn.session.flush()
    return saved(turn, team, before, settings.of_meeting(held))


def _meeting_of(turn: Turn, value: str) -> tuple[m.Team, m.Meeting] | None:
    key, _, mark = value.partition(":")
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, key)
    if team is None:
        return None
    meeting = next((one for one in teams.meetings_of(turn.session, team.id) if settings.mark_of(one) == mark), None)
    return None if meeting is None else (team, meeting)


BUTTONS: Mapping[str, Callable[[Turn, str], Reply]] = {
    "team_settings": on_team(_form),
    "meetings": on_team(_meetings),
    "add_meeting": on_team(_add_meeting),
    "edit_meeting": _edit_meeting,
}
FORMS: Mapping[str, Callable[[Turn, Submitted], Reply]] = {
    "team_settings": _submitted,
    "meeting": _meeting_submitted,
}
