"""Health metrics as they are shown: the list, and their part of the weekly question."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.localtime import local_day
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from storage import health
from storage import models as m
from storage.teams import people_by_id, person_zone


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One health metric: its colour, the line behind it, since when, and who looks after it."""

    token: str
    name: str
    status: str
    note: str
    since: date | None = None
    owner: str = ""
    may_set: bool = True
    answered: bool = False
    """Said since it was asked about."""

    @property
    def asks_note(self) -> bool:
        """A yellow or red asks for one line (spec/07 §12.9)."""
        return self.may_set and self.status != m.HealthStatus.GREEN.value and not self.note


def health_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """`/okr health`: how the team's metrics stand, with the taps for whoever may say so."""
    team = session.get_one(m.Team, data["team"])
    rows = health.metrics_of(session, [team.id])
    since = health.since_when(session, [row.id for row in rows])
    owners = people_by_id(session, {row.owner_id for row in rows if row.owner_id is not None})
    actor = actor_of(session, person)
    leads = team.id in actor.leads or actor.is_admin
    zone = person_zone(person, session.get_one(m.Workspace, person.workspace_id))
    lines = []
    for row in rows:
        moment = since.get(row.id) or row.said_at
        owner = owners.get(row.owner_id or 0)
        lines.append(
            HealthLine(
                token=str(row.id),
                name=row.name,
                status=row.status.value,
                note=row.note or "",
                since=None if moment is None else local_day(moment, zone),
                owner="" if owner is None else owner.short_name,
                may_set=leads or row.owner_id == person.id,
            )
        )
    said = data.get("said")
    return cards.card(
        "health",
        person.lang.value,
        team=team.name,
        lines=lines,
        said="" if said is None else str(said),
        leads=leads,
        today=local_day(now, zone),
    )


def health_check_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To whoever looks after a health metric and gets no question this week: two taps (spec/07 §12.9)."""
    del now
    person = session.get_one(m.Person, row.person_id)
    lines = asked_lines(session, row.data["health"], person.id, row.created_at or row.due_at)
    return cards.card("health_check", person.lang.value, health=lines)


def asked_lines(
    session: Session, metric_ids: Iterable[int], person_id: int, asked_at: datetime
) -> Sequence[HealthLine]:
    """What a message asks this person about health, and what was said to it since `asked_at`.

    A metric that is gone, or that somebody else looks after now, is not asked about.
    """
    return [
        HealthLine(
            token=str(row.id),
            name=row.name,
            status=row.status.value,
            note=row.note or "",
            answered=row.said_at is not None and row.said_at >= asked_at,
        )
        for row in health.metrics_by_id(session, metric_ids)
        if row.owner_id == person_id
    ]


def new_card(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """A name that is no health metric: [Add] reads again what the message said that brought it."""
    team = session.get_one(m.Team, data["team"])
    value = f"{data['asked']}:{team.key}"
    return cards.card("health_new", person.lang.value, name=data["name"], team=team.name, value=value)


ANSWERS: Mapping[str, View] = {"health": health_card, "health_new": new_card}
