"""Is the digest still wanted in its channel? And what becomes of it once the meeting began."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlmodel import Session, select

from bot.delivery.kinds import Later, Skip
from bot.rituals.messages import digest_wanted, meeting_began
from storage import agendas
from storage import models as m
from tests.scenarios.week import Week

ON_TIME = "2026-11-13 09:50"
HOLIDAY = Skip("holiday or company shutdown on the meeting day")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+01:00")


class Case:
    """The digest of Friday 09:50, for the meeting at 10:00."""

    def __init__(self, session: Session, period: str = "2026-11-13") -> None:
        self.team = session.exec(select(m.Team)).one()
        meeting = session.exec(select(m.Meeting)).one()
        extra = period.startswith(m.EXTRA_DIGEST)
        self.run = agendas.open_run(
            session,
            self.team,
            m.RitualKind.DIGEST,
            period,
            meeting_id=None if extra else meeting.id,
            meeting_at=None if extra else at("2026-11-13 10:00"),
            digest_at=at(ON_TIME),
        )
        self.row = m.Delivery(
            workspace_id=self.team.workspace_id,
            kind="digest",
            subject=f"team:{self.team.id}",
            period=period,
            team_id=self.team.id,
            due_at=at(ON_TIME),
        )


def nothing(_session: Session, _case: Case) -> None:
    """As it stands."""


def no_channel(session: Session, case: Case) -> None:
    case.team.channel_ref = None


def gone(session: Session, case: Case) -> None:
    session.delete(case.run)


def holiday(session: Session, case: Case) -> None:
    session.add(
        m.Holiday(
            workspace_id=case.team.workspace_id,
            calendar="*",
            day=date(2026, 11, 13),
            kind=m.HolidayKind.OFF,
            name="Day of tea",
        )
    )


def holiday_before(session: Session, case: Case) -> None:
    session.add(
        m.Holiday(
            workspace_id=case.team.workspace_id,
            calendar="*",
            day=date(2026, 11, 12),
            kind=m.HolidayKind.OFF,
            name="Eve of tea",
        )
    )


def closed(session: Session, case: Case) -> None:
    session.exec(select(m.Cycle)).one().state = m.CycleState.CLOSED


def verdict(week: Week, change: Callable[[Session, Case], None], now: str, period: str) -> Skip | Later | None:
    def work(session: Session) -> Skip | Later | None:
        case = Case(session, period)
        change(session, case)
        session.flush()
        return digest_wanted(session, case.row, at(now))

    return week.look(work)


@pytest.mark.parametrize(
    ("change", "now", "expected"),
    [
        (nothing, ON_TIME, None),
        (nothing, "2026-11-13 10:10", None),
        (nothing, "2026-11-13 10:11", Skip("the meeting had begun")),
        (no_channel, ON_TIME, Skip("the team has no channel")),
        (gone, ON_TIME, Skip("its meeting is gone")),
        (holiday, ON_TIME, HOLIDAY),
        (holiday, "2026-11-12 11:00", HOLIDAY),  # posted early, for a meeting that does not take place
        (holiday_before, "2026-11-12 11:00", None),
        (closed, ON_TIME, Skip("no active cycle on that day")),
    ],
)
def test_whether_the_digest_is_still_wanted(
    week: Week, change: Callable[[Session, Case], None], now: str, expected: Skip | None
) -> None:
    assert verdict(week, change, now, "2026-11-13") == expected


@pytest.mark.parametrize(
    ("change", "now", "expected"),
    [
        (holiday, ON_TIME, None),  # somebody asked for it on that day
        (nothing, "2026-11-14 09:50", None),
        (nothing, "2026-11-14 09:51", Skip("its day is over")),
    ],
)
def test_whether_an_extra_digest_is_still_wanted(
    week: Week, change: Callable[[Session, Case], None], now: str, expected: Skip | None
) -> None:
    assert verdict(week, change, now, f"{m.EXTRA_DIGEST}7") == expected


@pytest.mark.parametrize(("now", "expected"), [("2026-11-13 09:59", False), ("2026-11-13 10:00", True)])
def test_from_the_meeting_on_the_digest_stays_as_it_is(week: Week, now: str, expected: bool) -> None:
    assert week.look(lambda session: meeting_began(session, Case(session).row, at(now))) is expected
