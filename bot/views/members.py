"""Who is in a team and what becomes of it: the list with its buttons, its forms, and what archiving means."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import may_set_team
from bot.views.rights import actor_of
from bot.views.shapes import Data, Prepare, View
from storage import models as m
from storage import setting_up, settings

MOST_PARENTS = 90
"""That a form offers."""


def _members(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """Who leads, who is in it, who reads along; with buttons for those who may change it."""
    lang: Lang = person.lang.value
    team = session.get_one(m.Team, data["team"])
    people = setting_up.people_of(session, team.id)

    def of(role: m.TeamRole) -> list[str]:
        return [one.short_name for one, is_a in people if is_a is role]

    parent = None if team.parent_team_id is None else session.get(m.Team, team.parent_team_id)
    return cards.card(
        "members",
        lang,
        team=team.name,
        key=team.key,
        said=[cards.text(one["msgid"], lang, **one.get("params", {})) for one in data["said"]],
        lead=of(m.TeamRole.LEAD),
        members=of(m.TeamRole.MEMBER),
        viewers=of(m.TeamRole.VIEWER),
        parent="" if parent is None else parent.name,
        archived=settings.is_archived(team),
        may=may_set_team(actor_of(session, person), team.id),
        may_merge=person.role is m.WorkspaceRole.ADMIN and team.kind is not m.TeamKind.COMPANY,
    )


def _archive_asked(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """What becomes of its OKRs, before anything is done."""
    team = session.get_one(m.Team, data["team"])
    written = setting_up.written(session, team.id, None)
    published = written.key_results - written.draft_key_results
    return cards.card("archive_asked", person.lang.value, team=team.name, key=team.key, count=published)


def _archived(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    team = session.get_one(m.Team, data["team"])
    return cards.card("archived", person.lang.value, team=team.name, key=team.key, archived=settings.is_archived(team))


def _of_team(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    team = session.get_one(m.Team, data["team"])
    return {"team": team.name, "key": team.key}


def _remove_form(session: Session, person: m.Person, data: Data, now: datetime) -> dict[str, Any]:
    people = setting_up.people_of(session, data["team"])
    choices = [(one.handle, one.display_name) for one, role in people if role is not m.TeamRole.LEAD]
    return {**_of_team(session, person, data, now), "people": choices[:MOST_PARENTS]}


def _edit_form(session: Session, person: m.Person, data: Data, now: datetime) -> dict[str, Any]:
    team = session.get_one(m.Team, data["team"])
    taken = setting_up.taken_keys(session, team.workspace_id)
    parent = None if team.parent_team_id is None else session.get(m.Team, team.parent_team_id)
    return {
        **_of_team(session, person, data, now),
        "parents": [one for one in sorted(taken.items()) if one[0] != team.key][:MOST_PARENTS],
        "parent": "none" if parent is None else parent.key,
        "company": team.kind is m.TeamKind.COMPANY,
    }


ANSWERS: Mapping[str, View] = {"members": _members, "archive_asked": _archive_asked, "archived": _archived}
FORMS: Mapping[str, Prepare] = {
    "members_add_form": _of_team,
    "members_remove_form": _remove_form,
    "members_lead_form": _of_team,
    "team_edit_form": _edit_form,
}
