"""A feed that stopped: told to the owner and the admins in their morning, once, and it counts against nobody."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.okr.localtime import instant
from bot.okr.model import ReadingSource, Source
from storage import models as m
from storage.check_ins import record_reading
from storage.okrs import definition, parts_of
from tests.scenarios.week import ZONE, Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about who speaks; test_shared_key_result asks the same of both

READ = datetime.fromisoformat("2026-11-12 07:10")
"""Thursday: on Wed 18 November that is four working days ago, one more than it may be."""
QUIET = "KR5's feed has been quiet since"


def feed(week: Week, moment: datetime, value: str = "7.3") -> None:
    """KR5 is read by a machine."""

    def work(session: Session) -> None:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 5)).one()
        row.source = Source.AUTO
        session.add(row)
        session.flush()
        team = session.get_one(m.Team, row.team_id)
        at = instant(moment.date(), moment.time(), ZONE)
        kr = definition(row, team, parts_of(session, [row.id]))
        source = ReadingSource.AUTO
        record_reading(session, row, kr, value=Decimal(value), at=at, day=moment.date(), source=source)

    week.change(work)


def told(week: Week) -> list[str]:
    return sorted(one.spot.name for one in week.posted if QUIET in plain_text(one.card))


async def test_the_owner_and_the_admin_are_told_once(week: Week, bea: Pretend, mei: Pretend) -> None:
    feed(week, READ)
    await week.at("2026-11-18 09:59")
    assert told(week) == []

    await week.at("2026-11-18 10:00")

    assert told(week) == ["bea", "mei"]
    bea.sees(
        "KR5 · Satisfaction of guests\nKR5's feed has been quiet since Thu 07:10. Type the number or check the feed."
    )
    assert "Update" in bea.offered()
    await week.at("2026-11-25 18:00")
    assert told(week) == ["bea", "mei"]


async def test_a_feed_that_reads_is_not_brought_up(week: Week) -> None:
    for days in range(7):
        await week.at(f"2026-11-{12 + days} 07:10")
        feed(week, READ + timedelta(days=days))
    await week.at("2026-11-19 18:00")

    assert told(week) == []


async def test_it_is_no_silence_of_the_owner_s(week: Week, mei: Pretend) -> None:
    feed(week, READ)
    await week.at("2026-12-09 18:00")

    texts = [plain_text(one.card) for one in week.posted]
    about = [text for text in texts if text.startswith("KR5")]
    assert about
    assert [text for text in about if "working days" in text] == []
    mei.sees_nothing_of("KR5 (Bea)")


async def test_a_typed_number_ends_it(week: Week, bea: Pretend) -> None:
    feed(week, READ)
    await week.at("2026-11-18 10:00")

    await bea.types("KR5 7.4")
    await week.minutes(1)

    bea.sees("KR5 is up to date again.")
    await week.at("2026-11-23 18:00")
    assert told(week) == ["bea", "mei"]


async def test_a_number_typed_in_time_keeps_it_from_being_said(week: Week, bea: Pretend) -> None:
    feed(week, READ)
    await week.at("2026-11-18 09:30")
    await bea.types("KR5 7.4")

    await week.at("2026-11-19 18:00")

    assert told(week) == []


async def test_an_admin_of_another_team_is_asked_to_look(week: Week) -> None:
    feed(week, READ)

    def promote(session: Session) -> None:
        mei = session.exec(select(m.Person).where(m.Person.handle == "mei")).one()
        stranger = m.Person(
            workspace_id=mei.workspace_id,
            handle="ops",
            display_name="Olu Obi",
            short_name="Olu",
            role=m.WorkspaceRole.ADMIN,
        )
        session.add(stranger)
        session.flush()
        here = session.exec(select(m.Address).where(m.Address.person_id == mei.id)).one()
        session.add(
            m.Address(
                workspace_id=mei.workspace_id,
                person_id=stranger.id,
                installation_id=here.installation_id,
                external_id="ops",
            )
        )

    week.change(promote)
    week.room.people["ops"] = week.room.people["mei"]
    await week.at("2026-11-18 10:00")

    ops = week.person("ops")
    ops.sees("GRO-5 · Satisfaction of guests\nGRO-5's feed has been quiet since Thu 07:10. Please check the feed.")
    assert ops.offered() == []
