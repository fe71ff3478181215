"""The objectives and key results that stand at the places a draft is for, so that it knows its own again."""

from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, col, select

from bot.okr import model as okr
from storage import models as m

OVER = (okr.KRState.DROPPED, okr.KRState.CLOSED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where numbers are given once: a team in a cycle. `cycle_team` is the team whose own cycle it is, else None."""

    team: str
    cycle_team: str | None
    cycle: str


@dataclass(frozen=True, slots=True)
class KnownMeasure:
    """What a key result is measured by, as far as two can be held against each other."""

    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_number(self) -> bool:
        """True where it has any number at all."""
        return any(one is not None for one in (self.baseline, self.target, self.low, self.high))


NO_MEASURE = KnownMeasure()


@dataclass(frozen=True, slots=True)
class KnownObjective:
    place: Place
    number: int
    title: str
    owner: str | None = None
    """A handle."""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class KnownKeyResult:
    place: Place
    number: int
    objective: int
    """The number of its objective."""
    title: str
    owner: str | None = None
    measure: KnownMeasure = NO_MEASURE
    is_over: bool = False
    """Dropped or closed: nobody misses it in a file."""


@dataclass(frozen=True, slots=True)
class Known:
    """All of a workspace, each in the order of its number."""

    objectives: tuple[KnownObjective, ...] = ()
    key_results: tuple[KnownKeyResult, ...] = ()

    def at(self, place: Place) -> "Known":
        """Those of one place."""
        return Known(
            tuple(one for one in self.objectives if one.place == place),
            tuple(one for one in self.key_results if one.place == place),
        )


NOTHING_KNOWN = Known()


def known_of(session: Session, workspace_id: int) -> Known:
    """Everything that a draft could mean, in four queries."""
    teams = _names(session, workspace_id)
    cycles = {
        row.id: (None if row.team_id is None else teams[row.team_id], row.name)
        for row in session.exec(select(m.Cycle).where(m.Cycle.workspace_id == workspace_id)).all()
    }
    objectives = session.exec(
        select(m.Objective, m.Person.handle)
        .join(m.Person, col(m.Person.id) == col(m.Objective.owner_id), isouter=True)
        .where(m.Objective.workspace_id == workspace_id)
        .order_by(col(m.Objective.number), col(m.Objective.id))
    ).all()
    key_results = session.exec(
        select(m.KeyResult, m.Person.handle)
        .join(m.Person, col(m.Person.id) == col(m.KeyResult.lead_owner_id), isouter=True)
        .where(m.KeyResult.workspace_id == workspace_id)
        .order_by(col(m.KeyResult.number), col(m.KeyResult.id))
    ).all()
    numbers = {row.id: row.number for row, _owner in objectives}
    return Known(
        tuple(
            KnownObjective(
                Place(teams[row.team_id], *cycles[row.cycle_id]),
                row.number,
                row.title,
                owner,
                row.state in (m.ObjectiveState.DROPPED, m.ObjectiveState.CLOSED),
            )
            for row, owner in objectives
        ),
        tuple(
            KnownKeyResult(
                Place(teams[row.team_id], *cycles[row.cycle_id]),
                row.number,
                numbers.get(row.objective_id, 0),
                row.title,
                owner,
                KnownMeasure(row.baseline, row.target, row.range_lo, row.range_hi),
                row.state in OVER,
            )
            for row, owner in key_results
        ),
    )


def _names(session: Session, workspace_id: int) -> dict[int, str]:
    rows = session.exec(select(m.Team.id, m.Team.key).where(m.Team.workspace_id == workspace_id)).all()
    return dict(rows)
