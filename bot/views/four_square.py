"""What stands beside a person's key results in `/okr`: priorities, health, and what is next (the four squares).

The fourth square, confidence, is in the lines of the key results themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from bot.okr.model import IN_FORCE, Status
from bot.okr.planning import Message, Ritual
from bot.views.facts import facts_of
from bot.views.home_teams import my_steps
from bot.views.next_steps import StepLine
from bot.views.person import PersonView
from bot.views.settings import first_due
from bot.views.team import TeamView
from storage import health

AHEAD = timedelta(weeks=4)
"""How far one looks forward."""
MOST_PRIORITIES = 3
MOST_METRICS = 6
MOST_DAYS = 2
MOST_TEAMS = 4
"""Of so many teams it is worked out when they are asked and meet next."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A health metric and its colour."""

    name: str
    status: str


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day within four weeks on which key results of mine are due."""

    day: date
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FourSquare:
    """Three of the four squares; what is empty is not shown."""

    priorities: tuple[StepLine, ...] = ()
    more_priorities: int = 0
    health: tuple[Dot, ...] = ()
    asked_at: datetime | None = None
    board_at: datetime | None = None
    due: tuple[DueDay, ...] = ()


def four_square(session: Session, view: PersonView) -> FourSquare:
    """What a person looks at besides the numbers, over all their teams; as many queries however much there is."""
    steps = [one.line for one in my_steps(session, view) if not one.done]
    asked_at, board_at = next_question_and_board(session, view)
    return FourSquare(
        priorities=tuple(steps[:MOST_PRIORITIES]),
        more_priorities=len(steps[MOST_PRIORITIES:]),
        health=_health(session, view),
        asked_at=asked_at,
        board_at=board_at,
        due=_due(view),
    )


def next_question_and_board(session: Session, view: PersonView) -> tuple[datetime | None, datetime | None]:
    """When this person is asked next, and when the next board goes out, in their own time."""
    facts = [facts_of(session, one) for one in with_cycle(view)[:MOST_TEAMS]]
    asked = [first_due(one, Ritual.WEEKLY_CHECK_IN, Message.CHECK_IN, view.now, view.person.id) for one in facts]
    boards = [first_due(one, Ritual.DIGEST, Message.DIGEST, view.now) for one in facts]
    return _first(asked, view), _first(boards, view)


def with_cycle(view: PersonView) -> list[TeamView]:
    """The teams that work on something, the person's own first."""
    found = [one for one in view.teams if one.rows.cycle is not None]
    return sorted(found, key=lambda one: not any(kr.owned_by(view.person.id) for kr in one.key_results))


def _first(times: Sequence[datetime | None], view: PersonView) -> datetime | None:
    first = min((one for one in times if one is not None), default=None)
    return None if first is None else first.astimezone(view.tz)


def _health(session: Session, view: PersonView) -> tuple[Dot, ...]:
    rows = health.metrics_of(session, [one.team.id for one in view.teams]) if view.teams else ()
    worst_first = sorted(rows, key=lambda row: ("red", "yellow", "green").index(row.status.value))
    return tuple(Dot(row.name, row.status.value) for row in worst_first[:MOST_METRICS])


def _due(view: PersonView) -> tuple[DueDay, ...]:
    soon = [
        (one.kr.due, view.label(one))
        for one in view.own
        if one.kr.state in IN_FORCE
        and one.state.status is not Status.DONE
        and one.today <= one.kr.due <= one.today + AHEAD
    ]
    days = groupby(sorted(soon), key=lambda pair: pair[0])
    return tuple(DueDay(day, tuple(label for _, label in pairs)) for day, pairs in days)[:MOST_DAYS]
