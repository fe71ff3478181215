"""When somebody says "later": the moment at which they are asked again (spec/07 §12.4)."""

from datetime import date, datetime, time

import pytest
from sqlmodel import Session, select

from bot.handlers.snoozing import named_day
from storage import models as m
from tests.scenarios.week import Week

THURSDAY = date(2026, 11, 12)


def snoozed_to(week: Week) -> datetime | None:
    """When Jack is asked again."""

    def found(session: Session) -> datetime | None:
        rows = session.exec(
            select(m.Prompt).join(m.Person).where(m.Person.handle == "jack").order_by(m.Prompt.id)  # type: ignore[arg-type]
        ).all()
        return rows[-1].snoozed_until

    return week.look(found)


def meets_at(week: Week, at: time) -> None:
    """The digest is due on Thursday: the meeting is in the afternoon of the day on which is asked."""

    def moved(session: Session) -> None:
        for run in session.exec(select(m.RitualRun).where(m.RitualRun.kind == m.RitualKind.WEEKLY_CHECK_IN)).all():
            assert run.digest_at is not None
            digest = datetime.combine(THURSDAY, at)
            run.digest_at = datetime.fromisoformat(f"{digest:%Y-%m-%d %H:%M}+01:00")
            session.add(run)

    week.stage.db.write_now(moved)


@pytest.mark.parametrize(
    ("digest", "said_at", "expected"),
    [
        (time(15, 50), "12:30", "2026-11-12 14:50"),  # at most until an hour before
        (time(15, 50), "11:00", "2026-11-12 14:00"),  # three hours
        (time(15, 50), "14:49", "2026-11-12 14:50"),
        (time(15, 50), "14:50", "2026-11-13 10:00"),  # that moment has passed
        (time(15, 50), "15:10", "2026-11-13 10:00"),
        (time(20, 50), "14:59", "2026-11-12 17:59"),
        (time(20, 50), "17:30", "2026-11-13 10:00"),  # quiet by then
    ],
)
async def test_later_is_three_hours_and_at_most_an_hour_before_the_digest(
    week: Week, digest: time, said_at: str, expected: str
) -> None:
    await week.at("2026-11-12 10:00")
    meets_at(week, digest)
    await week.at(f"2026-11-12 {said_at}")

    await week.person("jack").types("later")

    assert snoozed_to(week) == datetime.fromisoformat(f"{expected}+01:00")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("remind me on Friday", "2026-11-13 10:00"),
        ("周五再提醒我", "2026-11-13 10:00"),
        ("remind me tomorrow", "2026-11-13 10:00"),
        ("ask me again next week", "2026-11-16 10:00"),
        ("下周五再提醒我", "2026-11-20 10:00"),
        ("remind me on Saturday", "2026-11-16 10:00"),  # no working day
        ("remind me when it rains", "2026-11-12 13:30"),  # no day: three hours
        ("remind me in 2 hours", "2026-11-12 12:30"),
    ],
)
async def test_a_day_that_is_named_is_kept(week: Week, words: str, expected: str) -> None:
    await week.at("2026-11-12 10:30")

    await week.person("jack").types(words)

    assert snoozed_to(week) == datetime.fromisoformat(f"{expected}+01:00")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("please remind me on 20 nov", date(2026, 11, 20)),
        ("snooze until monday", date(2026, 11, 16)),
        ("明天再问我", date(2026, 11, 13)),
        ("too busy, remind me tomorrow", date(2026, 11, 13)),
        ("later", None),
        ("remind me", None),
    ],
)
def test_the_day_in_a_wish(words: str, day: date | None) -> None:
    assert named_day(words, THURSDAY) == day


async def test_who_has_left_every_team_gets_a_plain_answer(week: Week) -> None:
    await week.at("2026-11-12 10:30")

    def leaves(session: Session) -> None:
        jack = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        ana = session.exec(select(m.Person).where(m.Person.handle == "ana")).one()
        for row in session.exec(select(m.Membership).where(m.Membership.person_id == jack.id)).all():
            session.delete(row)
        for owned in session.exec(select(m.KeyResult).where(m.KeyResult.lead_owner_id == jack.id)).all():
            owned.lead_owner_id = ana.id
            session.add(owned)
        for shared in session.exec(select(m.CoOwner).where(m.CoOwner.person_id == jack.id)).all():
            session.delete(shared)

    week.change(leaves)

    await week.person("jack").types("later")

    week.person("jack").sees("Nothing is waiting for an answer just now.")
