"""How far a team's set-up has come: the four steps in one message, its forms, and the test (spec/07 §12.7)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import N_, Lang
from bot.cards.model import Actions, Block, Button, Card, Control, Menu, Text
from bot.cards.render import Cards
from bot.cards.words import join_names
from bot.okr import planning
from bot.okr.localtime import local_day, zone
from bot.views.channel_places import place_fields
from bot.views.facts import team_facts
from bot.views.rights import actor_of
from bot.views.sample_question import sample_card, sample_of_drafts, sample_of_pretence
from bot.views.settings import WEEK, first_due
from bot.views.shapes import Data, Prepare, View
from storage import directory, drafts, okrs, setting_up, settings, teams
from storage import models as m
from storage.platforms import TRAITS
from storage.teams import team_zone

NEW = "new"
"""What a button carries that is about a team still to be made."""
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class TeamSteps:
    """What a team has by now."""

    name: str
    key: str
    lead: str
    people: int
    has_channel: bool
    channel: str
    """What people call the place where its boards go; empty where nobody told, or there is none yet."""
    channel_id: str
    """Its id on Slack, whose own mention of it tells its name to everybody; empty elsewhere."""
    meeting: str
    """`Fri 10:00`; empty where it has none."""
    board_before: int
    lang: Lang
    cycle: str
    written: setting_up.Written
    objective: str = "mine"
    """What [Add a key result] carries: the draft that was begun last."""

    @property
    def has_okrs(self) -> bool:
        """Something is published that can be asked about."""
        return self.written.key_results > self.written.draft_key_results

    @property
    def has_drafts(self) -> bool:
        """Something is written down that nobody is asked about yet."""
        return bool(self.written.drafts or self.written.draft_key_results)


def setup_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """The four steps as they stand now: what is done, and the button for what comes next."""
    person = session.get_one(m.Person, row.person_id)
    team_id = row.data.get("team")
    team = None if team_id is None else session.get(m.Team, team_id)
    asked, board = (None, None) if team is None else _coming(session, team, now)
    return cards.card(
        "setup",
        person.lang.value,
        first=bool(row.data.get("first")),
        team=None if team is None else _steps(session, cards, team, person, now),
        asked=asked,
        board=board,
    )


def _steps(session: Session, cards: Cards, team: m.Team, reader: m.Person, now: datetime) -> TeamSteps:
    lang: Lang = reader.lang.value
    lead = teams.lead_of(session, team.id)
    workspace = session.get_one(m.Workspace, team.workspace_id)
    cycle = okrs.active_cycle(session, team, local_day(now, team_zone(team, workspace)))
    meeting = teams.main_meeting(session, team.id)
    channel = str((team.channel_ref or {}).get("channel", ""))
    begun = [] if cycle is None else [one.objective for one in drafts.drafts_of(session, team, cycle)]
    return TeamSteps(
        name=team.name,
        key=team.key,
        lead="" if lead is None else lead.short_name,
        people=len(setting_up.people_of(session, team.id)),
        has_channel=bool(channel),
        channel=_name_of(session, team, channel),
        channel_id=channel if _links_channels(session, team) else "",
        meeting="" if meeting is None else _when(cards, lang, meeting),
        board_before=0 if meeting is None else meeting.lead_minutes,
        lang=team.lang.value,
        cycle="" if cycle is None else cycle.name,
        written=setting_up.written(session, team.id, None if cycle is None else cycle.id),
        objective=next((one.token for one in reversed(begun) if one.token), "mine"),
    )


def _when(cards: Cards, lang: Lang, meeting: m.Meeting) -> str:
    days = ", ".join(say.weekday(WEEK[day][1], lang) for day in sorted(meeting.weekdays))
    return cards.text(N_("{days} {time}"), lang, days=days, time=f"{meeting.time:%H:%M}")


def _coming(session: Session, team: m.Team, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When the first question and the first board go out, in team time."""
    there = zone(team_zone(team, session.get_one(m.Workspace, team.workspace_id)))
    facts = team_facts(session, team, now)
    asked = first_due(facts, planning.Ritual.WEEKLY_CHECK_IN, planning.Message.CHECK_IN, now)
    board = first_due(facts, planning.Ritual.DIGEST, planning.Message.DIGEST, now)
    return (
        None if asked is None else asked.astimezone(there),
        None if board is None else board.astimezone(there),
    )


# --- answers ------------------------------------------------------------------------------------------


def _refused(session: Session, cards: Cards, person: m.Person, _data: Data, _now: datetime) -> Card:
    """Who makes teams, for those who may not."""
    lang: Lang = person.lang.value
    admins = setting_up.admins(session, person.workspace_id)
    names = [one.short_name for one in admins[:MOST_NAMED]]
    leads = bool(actor_of(session, person).leads)
    shown = join_names(names, lang) if names else ""
    return cards.card("setup_refused", lang, names=shown, may_look_after=leads and not names)


def nobody_yet_card(session: Session, cards: Cards, person: m.Person, _data: Data, _now: datetime) -> Card:
    """Okra is here and no team is: whoever may begins by one tap, all others are told who may."""
    lang: Lang = person.lang.value
    admins = setting_up.admins(session, person.workspace_id)
    is_admin = any(one.id == person.id for one in admins)
    names = [one.short_name for one in admins[:MOST_NAMED]]
    shown = "" if is_admin or not names else join_names(names, lang)
    return cards.card("nobody_yet", lang, name=person.short_name, names=shown)


def _test(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """The weekly question as the reader would get it, and a way to the board: composed for them alone, kept nowhere."""
    lang: Lang = person.lang.value
    team = session.get_one(m.Team, data["team"])
    of_what, question = "published", sample_card(session, cards, person, team, now)
    if question is None:
        of_what, question = "drafts", sample_of_drafts(session, cards, person, team, now)
    if question is None:
        of_what, question = "pretence", sample_of_pretence(session, cards, person, team, now)
    frame = cards.card("setup_test", lang, team=team.name, key=team.key, of_what=of_what)
    if question is None:
        return frame
    head, foot = frame.blocks[:-1], frame.blocks[-1:]
    return replace(frame, blocks=(*head, *(_without_effect(one) for one in question.blocks), *foot))


def _without_effect(block: Block) -> Block:
    """The same with buttons that say that this is the test."""
    match block:
        case Actions(controls=controls):
            return Actions(tuple(_idle(one, number) for number, one in enumerate(controls)))
        case Text(control=control) if control is not None:
            return replace(block, control=_idle(control, 0))
        case _:
            return block


def _idle(control: Control, number: int) -> Control:
    match control:
        case Button():
            return replace(control, action="test_pressed", value=f"{number}")
        case Menu(options=options):
            idle = tuple(
                replace(one, action="test_pressed", value=f"{number}.{place}") for place, one in enumerate(options)
            )
            return replace(control, options=idle)


# --- forms --------------------------------------------------------------------------------------------


def _team_form(session: Session, person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    team = m.Team(workspace_id=person.workspace_id, key="", name="")
    return {"me": data["me"], "shared": False, **place_fields(session, team, data)}


def _name_of(session: Session, team: m.Team, channel: str) -> str:
    """Slack tells no names, and an id means nothing to anybody."""
    told = (
        "" if team.installation_id is None else directory.told_name_of_channel(session, team.installation_id, channel)
    )
    return told or (channel if channel.startswith("#") else "")


def _links_channels(session: Session, team: m.Team) -> bool:
    if team.installation_id is None:
        return False
    return TRAITS[session.get_one(m.Installation, team.installation_id).platform].links_channels


def _channel_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    team = session.get_one(m.Team, data["team"])
    shared = settings.of_team(team)["shared"]
    return {"key": team.key, "team": team.name, "shared": shared, **place_fields(session, team, data)}


def _meeting_form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    team = session.get_one(m.Team, data["team"])
    workspace = session.get_one(m.Workspace, team.workspace_id)
    meeting = teams.main_meeting(session, team.id)
    return {
        "key": team.key,
        "team": team.name,
        "week": WEEK,
        "days": [] if meeting is None else sorted(meeting.weekdays),
        "time": "" if meeting is None else f"{meeting.time:%H:%M}",
        "zone": "" if meeting is None else meeting.timezone or "",
        "team_zone": team_zone(team, workspace),
        "lead_minutes": 10 if meeting is None else meeting.lead_minutes,
    }


ANSWERS: Mapping[str, View] = {"nobody_yet": nobody_yet_card, "setup_refused": _refused, "setup_test": _test}
FORMS: Mapping[str, Prepare] = {
    "setup_team_form": _team_form,
    "setup_channel_form": _channel_form,
    "setup_meeting_form": _meeting_form,
}
