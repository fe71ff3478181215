"""What a person sets for themselves and a lead for a team, each in a form that says what changed (spec/10 §18)."""

from datetime import time

from bot.handlers import caring, channel_choice, team_settings, workspace_settings
from bot.handlers.form_values import Fields, no_zone
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import ME_WORDS, MEETING_WORDS, TEAM_WORDS, WORKSPACE_WORDS, Verb
from bot.intake.conversation import FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.localtime import QuietHours
from bot.okr.zone_names import read_zone
from storage import directory, settings
from storage import models as m
from storage.teams import person_zone

YOUR_ZONE = N_("Your time zone is {zone}. Another one: /okr timezone {other}.")
_EXAMPLES = ("Europe/Madrid", "Asia/Shanghai")
_HOW = N_("Try /okr settings, /okr settings team GRO, /okr settings meetings or /okr settings workspace.")


def _settings(order: Order) -> Reply:
    what, _, name = order.rest.partition(" ")
    match what.casefold():
        case "" if _may_become_a_place(order):
            return team_settings.asked(order, "", "team_settings")
        case word if not word or word in ME_WORDS:
            return _form(order.turn, "")
        case word if word in TEAM_WORDS:
            return team_settings.asked(order, name, "team_settings")
        case word if word in MEETING_WORDS:
            return team_settings.asked(order, name, "meetings")
        case word if word in WORKSPACE_WORDS:
            return workspace_settings.asked(order.turn)
        case _:
            return notice(_HOW)


def _may_become_a_place(order: Order) -> bool:
    """A lead speaks in a chat that boards could go to: there it is the team that is meant."""
    leads = any(one.rows.lead_id == order.turn.person.id for one in order.view.teams)
    return leads and channel_choice.is_new_place(order.turn)


def _form(_turn: Turn, _value: str) -> FormRequest:
    return FormRequest("my_settings_form", {}, action="my_settings", value=MINE)


def _timezone(order: Order) -> Reply:
    """`/okr timezone Madrid`: where this person lives from now on. Without a zone: where I think they do."""
    turn, said = order.turn, order.rest
    if not said:
        workspace = turn.session.get_one(m.Workspace, turn.person.workspace_id)
        here = person_zone(turn.person, workspace)
        return notice(YOUR_ZONE, zone=here, other=next(one for one in _EXAMPLES if one != here))
    zone = read_zone(said)
    if zone is None:
        msgid, params = no_zone(said)
        return notice(msgid, **params)
    before = settings.of_person(turn.person)
    turn.person.timezone = zone
    return caring.saved_mine(turn, before)


def _submitted(turn: Turn, what: Submitted) -> Reply:
    """All of it, or nothing with a sentence beside each field that needs one."""
    person, before = turn.person, settings.of_person(turn.person)
    fields = Fields(turn, what.values)
    lang = fields.choice("lang", m.Language, person.lang)
    zone, days = fields.zone("timezone"), fields.days("days")
    weekday, at = fields.weekday("ask_day"), fields.time("ask_time")
    holidays, numbers = fields.holidays("holidays"), fields.choice("numbers", m.NumberStyle, person.number_style)
    percents = fields.choice("percents", m.PercentMeans, person.percent_means)
    if not days:
        fields.problem("days", N_("Please leave at least one working day."))
    if weekday is not None and days and weekday not in days:
        fields.problem("ask_day", N_("That is none of your working days; please choose one of them."))
    if at is not None and _is_quiet(turn, at):
        fields.problem("ask_time", N_("Nobody is written to at that hour here; please choose one in the working day."))
    if fields.problems:
        return FormErrors(fields.problems)
    person.lang, person.timezone, person.working_days = lang, zone, days
    person.check_in_weekday, person.check_in_time = weekday, at
    person.holiday_calendar, person.number_style = holidays, numbers
    person.percent_means = percents
    if directory.has_status(turn.session, person.id):
        person.away_from_status = "ask" in fields.ticked("away_from_status")
        if not person.away_from_status:
            settings.forget_status(turn.session, person.id)
    return caring.saved_mine(turn, before)


def _is_quiet(turn: Turn, at: time) -> bool:
    workspace = turn.session.get_one(m.Workspace, turn.person.workspace_id)
    return QuietHours(workspace.quiet_from, workspace.quiet_to).covers(at)


TOPIC = Topic(
    verbs={Verb.SETTINGS: _settings, Verb.TIMEZONE: _timezone},
    buttons={"my_settings": _form, **team_settings.BUTTONS, **caring.BUTTONS},
    forms={"my_settings": _submitted, **team_settings.FORMS},
)
