"""The picture of a chart behind an address: what it says, and what its reader may see when it is fetched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.cards.model import Chart
from bot.cards.render import Cards
from bot.okr.access import Sight, sight_of
from bot.okr.model import KRState
from bot.views.exports import reader_of
from bot.views.show_chart import DRAWN, Drawn, chart_without_words
from storage import models as m
from storage import okrs, shown
from storage.calendars import stood_in_for


@dataclass(frozen=True, slots=True)
class Asked:
    """The picture of a key result for one person, as it was when they were answered: readings up to `reading_id`."""

    person_id: int
    kr_id: int
    reading_id: int

    @property
    def text(self) -> str:
        """The same as a line, for an address."""
        return f"{self.person_id} {self.kr_id} {self.reading_id}"

    @classmethod
    def of(cls, text: str) -> "Asked":
        """What `text` says; it was sealed by us, so it can be read."""
        return cls(*(int(part) for part in text.split(" ")))


def pictured(
    chart: Drawn | None, cards: Cards, person_id: int, readings: Sequence[m.Reading], now: datetime
) -> Drawn | None:
    """The chart with the address of its picture, where pictures can be fetched."""
    if chart is None or cards.picture_of is None:
        return chart
    asked = Asked(person_id, readings[0].kr_id, max(one.id for one in readings))
    return replace(chart, picture=cards.picture_of(asked.text, now))


def chart_of(session: Session, asked: Asked, now: datetime) -> Chart | None:
    """What is drawn, with the rights of this moment; None where there is nothing (any more) that they may see.

    A reading that was taken back since is not drawn; target and pace are those of today.
    """
    person = session.get(m.Person, asked.person_id)
    row = session.get(m.KeyResult, asked.kr_id)
    if person is None or not person.active or row is None or row.state is KRState.DRAFT:
        return None
    parts = okrs.parts_of(session, [row.id])
    if not _is_seen(session, person, row, {row.lead_owner_id, *parts.co_owners.get(row.id, ())}, now):
        return None
    kr = okrs.definition(row, session.get_one(m.Team, row.team_id), parts)
    return chart_without_words(kr, shown.last_readings(session, row.id, DRAWN, asked.reading_id))


def _is_seen(session: Session, person: m.Person, row: m.KeyResult, owners: set[int | None], now: datetime) -> bool:
    """True for what is open to this person (spec/10 §16, point 1), and while they stand in for one of its owners."""
    objective = session.get_one(m.Objective, row.objective_id)
    if objective.workspace_id != person.workspace_id or not okrs.is_on_board(objective):
        return False
    if sight_of(reader_of(session, person), objective.visibility, row.team_id) is Sight.ALL:
        return True
    return not owners.isdisjoint(stood_in_for(session, person.id, now))
