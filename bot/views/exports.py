"""Exports: what one person may take along of a team's or all OKRs, and the card that says where it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import Actor
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from storage import conversations
from storage import models as m


class Format(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSON = "json"


CONTENT_TYPES: Mapping[Format, str] = {Format.CSV: "text/csv", Format.JSON: "application/json"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One file for one person: `team_id` None is everything they may see."""

    person_id: int
    format: Format
    team_id: int | None

    @property
    def text(self) -> str:
        """The same as a line, for an address."""
        return f"{self.person_id} {self.format.value} {self.team_id or 0}"

    @classmethod
    def of(cls, text: str) -> "Asked":
        """What `text` says; it was sealed by us, so it can be read."""
        person, kind, team = text.split(" ")
        return cls(int(person), Format(kind), int(team) or None)


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is fetched."""

    name: str
    content_type: str
    data: bytes


def reader_of(session: Session, person: m.Person) -> Actor:
    """Who answers for a key result of a team belongs to it, member or not (as on boards)."""
    actor = actor_of(session, person)
    owned = {row.team_id for row in conversations.owned_key_results(session, person.id)}
    return replace(actor, sees=actor.sees | owned)


def file_of(session: Session, asked: Asked) -> File | None:
    """The file as that person may see it at this moment; None where the person or the team is not there any more."""
    from storage.okr_files import exporting  # loaded by whoever exports: a start does without everything about files

    person = session.get(m.Person, asked.person_id)
    team = None if asked.team_id is None else session.get(m.Team, asked.team_id)
    if person is None or not person.active or (asked.team_id is not None and team is None):
        return None
    if team is not None and team.workspace_id != person.workspace_id:
        return None
    workspace = session.get_one(m.Workspace, person.workspace_id)
    write = exporting.export_csv if asked.format is Format.CSV else exporting.export_json
    data = write(session, workspace, _teams(team), reader_of(session, person))
    name = f"okrs-{'all' if team is None else team.key.lower()}.{asked.format.value}"
    return File(name, CONTENT_TYPES[asked.format], data)


def _teams(team: m.Team | None) -> Sequence[m.Team] | None:
    return None if team is None else [team]


def export_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """How much it is, and where it can be fetched for the next quarter of an hour.

    A platform that takes files hands it over instead.
    """
    from storage.okr_files.exporting import extent

    lang: Lang = person.lang.value
    asked = Asked(person.id, Format(data["format"]), data["team"])
    team = None if asked.team_id is None else session.get_one(m.Team, asked.team_id)
    workspace = session.get_one(m.Workspace, person.workspace_id)
    much = extent(session, workspace, _teams(team), reader_of(session, person))
    return cards.card(
        "export",
        lang,
        objectives=much.objectives,
        key_results=much.key_results,
        url="" if cards.address_of is None else cards.address_of(asked.text, now),
        command=f"python app.py export --format {asked.format.value}",
        file=asked.text,
    )


ANSWERS: Mapping[str, View] = {"export": export_card}
