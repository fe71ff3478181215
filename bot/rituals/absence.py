"""A status that speaks of an absence becomes a question to whoever has it, once, and only if they allow it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col

from bot.cards.model import Card
from bot.cards.render import Cards
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.okr.away_status import is_worth_asking, last_day_away, reads_as_away
from bot.okr.localtime import local_day
from bot.rituals.person_messages import at_once_wanted
from bot.views.away import away_asked_card
from storage import agendas, calendars, deliveries, directory
from storage import models as m
from storage.directory import AWAY_ASKED
from storage.teams import person_zone

GONE = "gone"
"""What stands as the answer where the status went away before the person said anything."""


def kinds(cards: Cards) -> Registry:
    """The kinds of message of this module."""

    def asked(session: Session, row: m.Delivery, now: datetime) -> Card:
        return away_asked_card(session, cards, row, now)

    return {AWAY_ASKED: MessageKind(asked, asked_wanted)}


def asked_wanted(session: Session, row: m.Delivery, now: datetime) -> Skip | Later | None:
    """The status still says so, the person still allows the question, and did not say it themselves meanwhile."""
    person = session.get_one(m.Person, row.person_id)
    if row.data.get("answer") == GONE:
        return Skip("the status is gone")
    if not person.away_from_status:
        return Skip("the person does not want this question")
    last = date.fromisoformat(row.data["last"])
    today = local_day(now, person_zone(person, session.get_one(m.Workspace, person.workspace_id)))
    if last < today:
        return Skip("its time is long over")
    if calendars.is_away_between(session, person.id, today, last):
        return Skip("noted as away already")
    return at_once_wanted(session, row, now)


def status_changed(session: Session, person: m.Person, status: Mapping[str, Any] | None, now: datetime) -> None:
    """Ask about the absence that the new status speaks of, and take back the question about the one that it did."""
    if not person.away_from_status:
        return
    days = _days_of(session, person, status, now)
    asked = directory.questions(session, _subject(person))
    for row in asked:
        is_the_same = days is not None and row.period == days[1]
        _answer(session, row, was=GONE if is_the_same else None, answer=None if is_the_same else GONE)
    if days is None or any(row.period == days[1] for row in asked):
        return
    deliveries.plan_delivery(
        session,
        workspace_id=person.workspace_id,
        kind=AWAY_ASKED,
        subject=_subject(person),
        period=days[1],
        due_at=now,
        now=now,
        person_id=person.id,
        data={"first": days[0], "last": days[1]},
    )


def _days_of(
    session: Session, person: m.Person, status: Mapping[str, Any] | None, now: datetime
) -> tuple[str, str] | None:
    """The first and the last day of the absence, where it is worth a question; nobody asks who is in no team."""
    until = None if status is None or not status["until"] else datetime.fromisoformat(status["until"])
    if status is None or until is None or not person.active or not reads_as_away(status["text"], status["sign"]):
        return None
    team = next(iter(agendas.teams_asking(session, person.id)), None)
    if team is None:
        return None
    workspace = session.get_one(m.Workspace, person.workspace_id)
    zone = person_zone(person, workspace)
    calendar = calendars.calendar_of(
        person,
        team,
        workspace,
        own=calendars.own_dates(session, workspace.id),
        away={},
        people={},
        years=(now.year, now.year + 1),
    )
    today, last = local_day(now, zone), last_day_away(until, zone)
    if not is_worth_asking(now, until, zone, calendar) or calendars.is_away_between(session, person.id, today, last):
        return None
    return today.isoformat(), last.isoformat()


def _answer(session: Session, row: m.Delivery, *, was: str | None, answer: str | None) -> None:
    """Close a question that nobody answered, or open one again that was closed so."""
    if row.data.get("answer") != was:
        return
    row.data = {**row.data, "answer": answer}
    session.add(row)
    session.flush()
    deliveries.want_newest(session, col(m.Delivery.id) == row.id)


def _subject(person: m.Person) -> str:
    return f"person:{person.id}"
