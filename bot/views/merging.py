"""What becomes of a team that is made a part of another: before the tap, after it, and in both channels."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.cards.words import join_names
from bot.views.shapes import Data, Prepare, View
from storage import merging
from storage import models as m
from storage.health import MOST_PER_TEAM
from storage.teams import people_by_id

MOST_TEAMS = 90
"""That a form offers."""
MOST_NAMES = 6
MOST_LABELS = 12


def merged_post(session: Session, cards: Cards, row: m.Delivery, _now: datetime) -> Card:
    """The line in a team's channel: who merged them, what moved, and under which labels it is found."""
    team = session.get_one(m.Team, row.team_id)
    return cards.card("merged_post", team.lang.value, **_told(session, row.data))


def _told(session: Session, data: Data) -> dict[str, Any]:
    team, into = session.get_one(m.Team, data["from"]), session.get_one(m.Team, data["into"])
    by, counts = session.get(m.Person, data["by"]), data["counts"]
    return {
        "team": team.name,
        "into": into.name,
        "name": "Okra" if by is None else by.short_name,
        "count": counts["krs"] + counts["drafts"],
        "labels": _labels(data["labels"]),
        "ending": counts["ending"],
        "undone": bool(data.get("undone")),
    }


def _labels(labels: Sequence[Sequence[str]]) -> str:
    """`GRO-1 → SUP-4, GRO-2 → SUP-5`; the first of many."""
    shown = ", ".join(f"{old} → {new}" for old, new in labels[:MOST_LABELS])
    return f"{shown} …" if len(labels) > MOST_LABELS else shown


def _asked(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """What will happen, before anything does."""
    lang: Lang = person.lang.value
    team, into = session.get_one(m.Team, data["team"]), session.get_one(m.Team, data["into"])
    one = merging.look(session, team, into, now)
    people = people_by_id(session, one.joining)
    names = [people[each].short_name for each in one.joining if each in people]
    shown = [*names[:MOST_NAMES], "…"] if len(names) > MOST_NAMES else names
    return cards.card(
        "merge_asked",
        lang,
        team=team.name,
        into=into.name,
        value=f"{team.key}:{into.key}",
        key=team.key,
        names=join_names(shown, lang) if shown else "",
        count=one.worked_on,
        drafts=one.drafts,
        following=len(one.following),
        ending=len(one.ending),
        approvals=one.approvals,
        left_over=join_names([each.name for each in one.left_over], lang) if one.left_over else "",
        most=MOST_PER_TEAM,
    )


def _merged(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """To whoever did it, with the way back for a day; once it was taken back, it says so."""
    row = session.get_one(m.Delivery, data["delivery"])
    may = not row.data.get("undone") and not merging.is_late(row, now)
    return cards.card("merged", person.lang.value, token=row.token if may else "", **_told(session, row.data))


def _form(session: Session, _person: m.Person, data: Data, _now: datetime) -> dict[str, Any]:
    team = session.get_one(m.Team, data["team"])
    others = [(one.key, one.name) for one in merging.others(session, team)]
    return {"team": team.name, "key": team.key, "others": others[:MOST_TEAMS]}


ANSWERS: Mapping[str, View] = {"merge_asked": _asked, "merged": _merged}
FORMS: Mapping[str, Prepare] = {"merge_form": _form}
