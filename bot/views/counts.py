"""How well people are understood, in numbers: for the metrics and for the table of whoever has no Prometheus."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.okr.replies import Code, Opens
from storage.questions import Asked, Read, questions_asked, replies_read

FOLLOW_UPS = (Code.Q_LANDS, Code.Q_HOPEFUL, Code.Q_HELP, Code.Q_MOVE, Code.Q_SLOW_START)
"""They ask for more of what was read well."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Questions by code and end, and replies with and without a question, for each workspace."""

    questions: tuple[Asked, ...]
    replies: tuple[Read, ...]


def counts(session: Session, now: datetime, since: datetime | None = None) -> Counts:
    """Of all time, or since a moment: four queries, however many people there are."""
    opening = [one.value for one in Opens]
    asked = questions_asked(session, now, opening, since)
    return Counts(tuple(asked), tuple(replies_read(session, [one.value for one in FOLLOW_UPS], since)))
