"""A large, even company for benchmarks: so many teams of ten owners, a few key results each, all asked on a Monday."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from bot.okr import model as okr
from storage import models as m
from storage.check_ins import Origin, Said
from storage.generated_values import NewCheckIn, NewCompany, NewKeyResult, NewMeeting, NewObjective, NewPerson, NewTeam

OWNERS = 10
ZONE = "Europe/Madrid"
FIRST_DAY, LAST_DAY = date(2026, 10, 5), date(2027, 1, 3)
FOUNDED = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""A Sunday: nothing is owed from before it."""
ASKED_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""Monday 10:00 in Madrid, the working day before everybody's meeting: every owner is due."""

SAID_AT = datetime(2026, 10, 29, 9, tzinfo=UTC)
"""The Thursday before."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the company is. All its people are owners, all its key results are numbers."""

    teams: int
    krs_each: int = 3
    since: date = FIRST_DAY
    """The first day of the cycle and of all its key results."""
    said: bool = False
    """Whether each key result was reported on once, in the week before it all begins."""

    @property
    def check_ins(self) -> int:
        """How many questions are due each Monday."""
        return self.teams * OWNERS


def large_company(size: Size) -> NewCompany:
    """The company; its teams are made only while somebody goes through them."""
    return NewCompany(
        name=f"Pretend Large ({size.teams} teams)",
        mission="Be large.",
        timezone=ZONE,
        holiday_calendar="ES",
        cycle="2026 Q4",
        first_day=size.since,
        last_day=LAST_DAY,
        now=FOUNDED,
        holidays=(),
        teams=lambda: _teams(size),
    )


def _teams(size: Size) -> Iterator[NewTeam]:
    for number in range(size.teams):
        people = tuple(_person(number * OWNERS + one) for one in range(OWNERS))
        yield NewTeam(
            number=number,
            key=_key(number),
            name=f"Team {number}",
            parent=0 if number else None,
            lang=m.Language.EN,
            timezone=ZONE,
            holiday_calendar="ES",
            channel=f"C{number:05}",
            cadence=okr.Cadence.WEEKLY,
            people=people,
            lead=people[0].number,
            members=tuple(one.number for one in people[1:]),
            meetings=(NewMeeting("Weekly", (1,), time(10)),),
            objectives=tuple(_objective(size, number, place, one) for place, one in enumerate(people, 1)),
        )


def _person(number: int) -> NewPerson:
    return NewPerson(
        number=number,
        handle=f"p{number:06}",
        display_name=f"Person {number}",
        short_name=f"P{number}",
        e_mail=f"p{number:06}@example.com",
        timezone=ZONE,
        lang=m.Language.EN,
    )


def _objective(size: Size, team: int, place: int, owner: NewPerson) -> NewObjective:
    numbers = range((place - 1) * size.krs_each + 1, place * size.krs_each + 1)
    return NewObjective(
        number=place,
        title=f"Objective {place}",
        why=None,
        serves=None,
        owner=owner.number,
        visibility=m.Visibility.WORKSPACE,
        key_results=tuple(_key_result(size, team, one, owner) for one in numbers),
    )


def _key_result(size: Size, team: int, number: int, owner: NewPerson) -> NewKeyResult:
    definition = okr.KeyResult(
        id=team * OWNERS * size.krs_each + number - 1,
        team_key=_key(team),
        number=number,
        title=f"Raise figure {number} from 20 to 80",
        short_title=f"Figure {number}",
        type=okr.KRType.INCREASE,
        start=size.since,
        due=LAST_DAY,
        metric=f"figure {number}",
        unit="points",
        baseline=Decimal(20),
        target=Decimal(80),
    )
    said = (_said(owner),) if size.said else ()
    return NewKeyResult(definition=definition, owner=owner.number, published_on=size.since, check_ins=said)


def _said(owner: NewPerson) -> NewCheckIn:
    said = Said(kind=okr.CheckInKind.UPDATE, value=Decimal(40), self_score=Decimal("0.7"))
    return NewCheckIn(said, Origin(by_id=owner.number, at=SAID_AT, source=okr.CheckInSource.BUTTON), SAID_AT.date())


def _key(team: int) -> str:
    """Five letters at most, for a million teams."""
    return f"{team:05X}"
