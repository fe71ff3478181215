"""Settings as they are shown: the forms of a person and of a team, and what has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr import planning
from bot.okr.localtime import zone
from bot.okr.model import KRState
from bot.views.board import needs_attention
from bot.views.channel_places import place_fields
from bot.views.facts import team_facts
from bot.views.person import person_view
from bot.views.shapes import Data, Prepare, View
from bot.views.team import team_view
from bot.views.visible import seen_by
from storage import agendas, directory, settings, teams
from storage import models as m
from storage.teams import person_zone, team_zone

AHEAD = timedelta(days=35)
"""How far one looks for the next question and board: past a month's shutdown."""
MOST_KRS = 10
_MONDAY = date(2024, 1, 1)
WEEK = tuple((number, _MONDAY + timedelta(days=number)) for number in range(7))
"""The weekdays as a form offers them: the number, and a day of that name."""

NAMES: Mapping[str, str] = {
    "lang": N_("language"),
    "timezone": N_("time zone"),
    "ask_day": N_("day of the question"),
    "ask_time": N_("time of the question"),
    "working_days": N_("working days"),
    "holidays": N_("holiday calendar"),
    "numbers": N_("numbers"),
    "percents": N_("a percentage means"),
    "away_from_status": N_("question about my status"),
    "title": N_("meeting"),
    "meeting_days": N_("day of the meeting"),
    "meeting_time": N_("time of the meeting"),
    "meeting_zone": N_("time zone of the meeting"),
    "every": N_("how often it is held"),
    "lead_minutes": N_("board before the meeting"),
    "duration": N_("length"),
    "cadence": N_("question"),
    "reminders": N_("reminders"),
    "review_every": N_("review of the OKRs"),
    "team_lang": N_("language of the board"),
    "team_timezone": N_("team time"),
    "team_holidays": N_("the team's holidays"),
    "channel": N_("channel"),
    "shared": N_("board in a channel that another company reads"),
    "weekly_checkin": N_("weekly question"),
    "digest": N_("board before the meeting, in the channel"),
    "next_steps": N_("next steps after the meeting"),
    "wins": N_("wins on Fridays"),
    "health": N_("health metrics"),
    "standing_board": N_("a board that stands in the channel"),
    "ws_name": N_("name"),
    "ws_timezone": N_("time zone"),
    "ws_lang": N_("language of new people and teams"),
    "ws_holidays": N_("holiday calendar"),
    "quiet": N_("quiet hours"),
    "freeze": N_("shutdowns"),
    "score_mode": N_("a self-score means"),
    "stretch": N_("colours of stretch KRs"),
    "committed": N_("colours of committed KRs"),
    "outcome": N_("met and exceeded"),
    "early_pace": N_("no forecast before"),
    "score_objectives": N_("scores of objectives"),
    "approval": N_("approval of new OKRs"),
    "grace": N_("days of grace"),
    "dark_factor": N_("grey after so many cadences"),
    "personal_okrs": N_("personal OKRs"),
    "retention": N_("what people typed is kept"),
}
"""What a setting is called when it has changed."""
WORDS: Mapping[str, str] = {
    "cadence:weekly": N_("every week"),
    "cadence:biweekly": N_("every second week"),
    "score_mode:forecast": N_("where it lands at the end"),
    "score_mode:progress": N_("how much of it is done"),
    "approval:none": N_("nobody"),
    "approval:notify": N_("the team above is told"),
    "approval:required": N_("the team above says yes first"),
    "quiet:none": N_("none"),
    "review_every:3": N_("every 3 weeks: often, a review needs an hour"),
    "review_every:4": N_("every 4 weeks"),
    "review_every:5": N_("every 5 weeks"),
    "review_every:6": N_("every 6 weeks"),
    "every:1": N_("every week"),
    "every:2": N_("every second week"),
    "every:4": N_("every fourth week"),
    "numbers:unknown": N_("ask me"),
    "percents:ask": N_("ask me"),
    "percents:landing": N_("where I expect to land"),
    "percents:way": N_("how much of the way is done"),
    "percents:target": N_("the share of the target"),
}
_SIGNS: Mapping[str, str] = {
    "lang:en": "English",
    "lang:zh": "简体中文",
    "team_lang:en": "English",
    "team_lang:zh": "简体中文",
    "ws_lang:en": "English",
    "ws_lang:zh": "简体中文",
    "numbers:dot": "1,234.5",
    "numbers:comma": "1.234,5",
}
EMPTY: Mapping[str, str] = {
    "timezone": N_("as the workspace"),
    "ask_day": N_("by the team's meeting"),
    "ask_time": N_("10:00"),
    "holidays": N_("as the team"),
    "meeting_zone": N_("team time"),
    "team_timezone": N_("as the workspace"),
    "team_holidays": N_("as the workspace"),
    "ws_holidays": N_("none"),
    "freeze": N_("none"),
    "retention": N_("for good"),
}
_ALL_EMPTY = "–"


# --- what has changed -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in one line, and what its button carries."""

    title: str
    days: tuple[date, ...]
    at: str
    every: int
    main: bool
    value: str


def change_lines(cards: Cards, lang: Lang, changes: list[list[Any]]) -> list[str]:
    """`day of the question: by the team's meeting → Tue`, a line each."""
    return [
        cards.text(
            N_("{field}: {old} → {new}"),
            lang,
            field=cards.text(NAMES[name], lang),
            old=value_in_words(cards, lang, name, old),
            new=value_in_words(cards, lang, name, new),
        )
        for name, old, new in changes
    ]


def value_in_words(cards: Cards, lang: Lang, name: str, value: Any) -> str:
    """A setting as people read it."""
    if value is None or value in ("", []):
        return cards.text(EMPTY[name], lang) if name in EMPTY else _ALL_EMPTY
    key = f"{name}:{value}"
    if key in _SIGNS:
        return _SIGNS[key]
    if key in WORDS:
        return cards.text(WORDS[key], lang)
    match name:
        case "ask_day":
            return say.weekday(WEEK[value][1], lang)
        case "working_days" | "meeting_days":
            return ", ".join(say.weekday(WEEK[one][1], lang) for one in value)
        case "lead_minutes" | "duration":
            return cards.text(N_("{n} minutes"), lang, n=value)
        case "retention":
            return cards.text(N_("{n} days"), lang, n=value)
        case "grace":
            return cards.text(N_("{n} working days"), lang, n=value)
        case "freeze":
            return ", ".join(value)
    if isinstance(value, bool):
        return cards.text(N_("on"), lang) if value else cards.text(N_("off"), lang)
    return str(value)


def _my_saved(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    lang: Lang = person.lang.value
    workspace = session.get_one(m.Workspace, person.workspace_id)
    asked = next_question(session, person, now)
    return cards.card(
        "settings_saved",
        lang,
        about="",
        changes=change_lines(cards, lang, data["changes"]),
        question=None if asked is None else asked.astimezone(zone(person_zone(person, workspace))),
        board=None,
        asks=True,
        meetings=[],
        key="",
        undo="my_settings" if data.get("moved") else "",
    )


def _team_saved(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """What changed of a team, when its next question and board go out, and its other meetings."""
    lang: Lang = person.lang.value
    team = session.get_one(m.Team, data["team"])
    there = zone(team_zone(team, session.get_one(m.Workspace, team.workspace_id)))
    facts = team_facts(session, team, now)
    asked = first_due(facts, planning.Ritual.WEEKLY_CHECK_IN, planning.Message.CHECK_IN, now)
    board = first_due(facts, planning.Ritual.DIGEST, planning.Message.DIGEST, now)
    changes = {name: new for name, _, new in data["changes"]}
    return cards.card(
        "settings_saved",
        lang,
        about=team.name,
        changes=change_lines(cards, lang, _with_names(session, team, data["changes"])),
        question=None if asked is None else asked.astimezone(there),
        board=None if board is None else board.astimezone(there),
        asks=settings.is_on(team, "weekly_checkin"),
        meetings=[one for one in _meeting_lines(session, team) if not one.main],
        key=team.key,
        undo=_way_back(changes),
    )


def _with_names(session: Session, team: m.Team, changes: list[list[Any]]) -> list[list[Any]]:
    """A channel by what people call it."""

    def shown(channel: Any) -> Any:
        return directory.name_of_channel(session, team.installation_id, channel) if channel else channel

    return [[name, shown(old), shown(new)] if name == "channel" else [name, old, new] for name, old, new in changes]


def _way_back(changes: Mapping[str, Any]) -> str:
    """The button that goes back, where one thing alone was changed by a button."""
    if list(changes) == ["cadence"]:
        return "team_weekly" if changes["cadence"] == "biweekly" else "team_biweekly"
    if list(changes) == ["weekly_checkin"]:
        return "" if changes["weekly_checkin"] else "team_start"
    return ""


def next_question(session: Session, person: m.Person, now: datetime) -> datetime | None:
    """When this person is asked next, over all their teams; None if nothing is in sight."""
    found = []
    for team in agendas.teams_asking(session, person.id):
        facts = team_facts(session, team, now)
        found.append(first_due(facts, planning.Ritual.WEEKLY_CHECK_IN, planning.Message.CHECK_IN, now, person.id))
    return min((one for one in found if one is not None), default=None)


def first_due(
    facts: planning.TeamFacts,
    ritual: planning.Ritual,
    message: planning.Message,
    now: datetime,
    person_id: int | None = None,
) -> datetime | None:
    """When the first message of this kind goes out, to anybody or to one person; None if none is in sight."""
    plan = planning.plan(facts, ritual, now, now + AHEAD)
    times = [
        one.due_at
        for one in plan.messages
        if one.message is message and one.due_at > now and person_id in (None, one.person_id)
    ]
    return min(times, default=None)


# --- meetings, and the messages about silence -----------------------------------------------------------


def _meeting_lines(session: Session, team: m.Team) -> list[MeetingLine]:
    main = teams.main_meeting(session, team.id)
    return [
        MeetingLine(
            title=one.title,
            days=tuple(WEEK[day][1] for day in sorted(one.weekdays)),
            at=f"{one.time:%H:%M}",
            every=one.every,
            main=main is not None and one.id == main.id,
            value=f"{team.key}:{settings.mark_of(one)}",
        )
        for one in teams.meetings_of(session, team.id)
    ]


def _meetings(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    team = session.get_one(m.Team, data["team"])
    return cards.card(
        "meetings", person.lang.value, team=team.name, key=team.key, meetings=_meeting_lines(session, team)
    )


def _which_not_mine(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    view = person_view(session, person, now)
    mine = [view.by_id[one] for one in data["krs"] if one in view.by_id]
    rows = [{"label": view.label(one), "title": one.kr.short_title, "token": one.row.token} for one in mine]
    return cards.card("which_not_mine", person.lang.value, rows=rows)


def _fewer(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """What asks for a decision first: stale, off track or blocked; where nothing is, all that is asked about."""
    view = team_view(session, session.get_one(m.Team, data["team"]), now)
    active = [kr for one in seen_by(view, person) for kr in one.key_results if kr.kr.state is KRState.ACTIVE]
    chosen = [one for one in active if needs_attention(one)] or active
    rows = [
        {"label": one.kr.label, "title": one.kr.short_title, "token": one.row.token, "owner": one.owner_name or ""}
        for one in chosen[:MOST_KRS]
    ]
    return cards.card("fewer_krs", person.lang.value, team=view.team.name, rows=rows)


AUTOMATED = (
    N_("An automated KR gets its number from a feed instead of a person: 🤖 41 this morning."),
    N_("Its owner is then asked only whether it lands where the pace says; one tap."),
    N_("For now it is set in the OKR file: source: auto for that key result, then import it."),
    N_("Which of yours are counted by a machine already?"),
)


def _automated(_session: Session, cards: Cards, person: m.Person, _data: Data, _now: datetime) -> Card:
    lang: Lang = person.lang.value
    return cards.card("help_topic", lang, lines=[cards.text(line, lang) for line in AUTOMATED])


# --- the forms, filled with what holds now --------------------------------------------------------------


def _my_form(session: Session, person: m.Person, _data: Data, _now: datetime) -> dict[str, Any]:
    workspace = session.get_one(m.Workspace, person.workspace_id)
    return {
        **settings.of_person(person),
        "week": WEEK,
        "workspace_zone": workspace.timezone,
        "quiet_from": f"{workspace.quiet_from:%H:%M}",
        "quiet_to": f"{workspace.quiet_to:%H:%M}",
        "has_status": directory.has_status(session, person.id),
    }


def _team_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    team = session.get_one(m.Team, data["team"])
    lines = _meeting_lines(session, team)
    return {
        **_meeting_values(teams.main_meeting(session, team.id)),
        **settings.of_team(team),
        "key": team.key,
        "team": team.name,
        "week": WEEK,
        "workspace_zone": session.get_one(m.Workspace, team.workspace_id).timezone,
        "team_zone": _zone_of(session, team),
        "rituals": [(one, settings.is_on(team, one)) for one in settings.RITUALS],
        "others": [one for one in lines if not one.main],
        **place_fields(session, team, data),
    }


def _meeting_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    team = session.get_one(m.Team, data["team"])
    meeting = None if data["meeting"] is None else session.get_one(m.Meeting, data["meeting"])
    token = team.key if meeting is None else f"{team.key}:{settings.mark_of(meeting)}"
    return {
        **_meeting_values(meeting),
        "token": token,
        "team": team.name,
        "team_zone": _zone_of(session, team),
        "week": WEEK,
        "new": meeting is None,
    }


def _zone_of(session: Session, team: m.Team) -> str:
    return teams.team_zone(team, session.get_one(m.Workspace, team.workspace_id))


def _meeting_values(meeting: m.Meeting | None) -> dict[str, Any]:
    values = dict(settings.of_meeting(meeting))
    for name, default in (("title", ""), ("meeting_days", []), ("every", 1), ("lead_minutes", 10), ("duration", 60)):
        values[name] = default if values[name] is None else values[name]
    return {**values, "meeting_time": values["meeting_time"] or "", "meeting_zone": values["meeting_zone"] or ""}


ANSWERS: Mapping[str, View] = {
    "my_settings_saved": _my_saved,
    "team_settings_saved": _team_saved,
    "meetings": _meetings,
    "which_not_mine": _which_not_mine,
    "fewer_krs": _fewer,
    "automated_krs": _automated,
}
FORMS: Mapping[str, Prepare] = {
    "my_settings_form": _my_form,
    "team_settings_form": _team_form,
    "meeting_form": _meeting_form,
}
"""The forms of settings, filled with what holds now."""
