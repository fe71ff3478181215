"""What a message is about is gone when its time comes: it is left out with its reason, and holds up nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.delivery.sending import GONE
from bot.okr.model import KRState
from storage import deliveries, erasing
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week

NOWHERE = 999_999
ABOUT: dict[str, Any] = {
    "team": NOWHERE,
    "kr": NOWHERE,
    "krs": [NOWHERE],
    "by": NOWHERE,
    "about": NOWHERE,
    "win": NOWHERE,
    "change": NOWHERE,
    "health": [NOWHERE],
    "before": [NOWHERE],
    "after": [],
    "owned": True,
    "address": NOWHERE,
    "first": "2026-11-12",
    "last": "2026-11-20",
    "text": "pause it",
    "wish": "pause",
    "name": "board",
    "data": {"team": NOWHERE},
    "thread_of": NOWHERE,
    "objective": NOWHERE,
    "approval": NOWHERE,
    "post": NOWHERE,
    "remark": NOWHERE,
    "changes": [NOWHERE],
    "from": NOWHERE,
    "into": NOWHERE,
}
"""What each kind of message is composed from; nothing of it exists."""
SAYS_IT_ALL = {"lead_notice"}
"""Kinds that carry what they say."""
OF_PROMPTS = {"check_in", "reminder_1", "reminder_2", "snooze"}
TO_CHANNELS = {
    "board_shared",
    "change_post",
    "company_digest",
    "digest",
    "draft_review",
    "next_steps",
    "published",
    "standing_board",
    "team_merged",
    "wins",
    "win_thanks",
}
OF_AGREEMENTS = ("agreement", "agreement_due", "agreement_near", "agreement_open", "agreement_told")
"""Kinds whose key names what they are about, and the side that reads it."""
NEEDS_NO_MORE_THAN_ITS_READER = {"board_shared", "setup"}

NO_QUESTION = (
    "DELETE FROM prompt_item WHERE prompt_id IN (SELECT prompt.id FROM prompt JOIN person ON person.id = person_id"
    " WHERE handle = 'jack')",
    "DELETE FROM prompt WHERE person_id = (SELECT id FROM person WHERE handle = 'jack')",
)
NO_PERSON = (
    "DELETE FROM address WHERE person_id = (SELECT id FROM person WHERE handle = 'jack')",
    "DELETE FROM person WHERE handle = 'jack'",
)


def outbox(week: Week) -> dict[str, tuple[str, str | None]]:
    """(state, reason) of each message by what it is about."""
    rows = week.look(lambda session: list(session.exec(select(m.Delivery))))
    return {f"{row.kind} {row.subject}": (row.state.value, row.reason) for row in rows}


def in_no_doubt(week: Week) -> None:
    left = {name: how for name, how in outbox(week).items() if how[0] not in ("sent", "skipped")}
    assert left == {}


def without_foreign_keys(week: Week, *statements: str) -> None:
    """Somebody deletes rows by hand, whatever refers to them."""
    engine = week.stage.db.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_file = engine.dialect.name == "sqlite"
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF" if is_file else "SET session_replication_role = replica")
        for statement in statements:
            connection.execute(sa.text(statement))
        connection.exec_driver_sql("PRAGMA foreign_keys=ON" if is_file else "SET session_replication_role = DEFAULT")


async def planned(week: Week) -> None:
    """Thursday, ten o'clock: the questions are in the outbox, and none has left."""
    await week.at("2026-11-12 09:59")
    week.clock.move_to(week.clock.now().replace(hour=9, minute=0))
    week._untouched = False
    await week.stage.house.plan()
    assert {how[0] for name, how in outbox(week).items() if name.startswith("check_in")} == {"planned"}


async def test_whatever_is_about_something_that_is_in_no_table_is_left_out(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 09:30")
    kinds = sorted(week.stage.house.pump._means.registry.keys() - OF_PROMPTS - SAYS_IT_ALL)

    def plan(session: Session) -> None:
        team = session.exec(select(m.Team)).one()
        person = session.exec(select(m.Person).where(m.Person.handle == "mei")).one()
        for kind in kinds:
            deliveries.plan_delivery(
                session,
                workspace_id=team.workspace_id,
                kind=kind,
                subject=f"agreement:{NOWHERE}" if kind in OF_AGREEMENTS else "gone",
                period="from:once" if kind in OF_AGREEMENTS else "once",
                due_at=week.clock.now(),
                now=week.clock.now(),
                person_id=None if kind in TO_CHANNELS else person.id,
                team_id=team.id if kind in TO_CHANNELS else None,
                data=ABOUT,
            )

    week.change(plan)
    await week.stage.house.tick()

    how = {kind: found for kind in kinds for name, found in outbox(week).items() if name.startswith(f"{kind} ")}
    assert {kind for kind, (state, _) in how.items() if state != "skipped"} == NEEDS_NO_MORE_THAN_ITS_READER, how
    assert GONE in {reason for _, reason in how.values()}

    await week.at("2026-11-12 10:00")
    ana.sees("Weekly check-in")
    in_no_doubt(week)


async def test_a_question_that_is_in_no_table_any_more(week: Week, mei: Pretend, jack: Pretend) -> None:
    await planned(week)
    without_foreign_keys(week, *NO_QUESTION)

    await week.stage.house.tick()

    mei.sees("Weekly check-in")
    jack.sees_nothing_of("Weekly check-in")
    assert ("check_in", GONE) in week.not_sent()
    in_no_doubt(week)


async def test_a_person_who_is_in_no_table_any_more(week: Week, mei: Pretend, jack: Pretend) -> None:
    await planned(week)
    without_foreign_keys(week, *NO_PERSON)

    await week.stage.house.tick()

    mei.sees("Weekly check-in")
    assert jack.count() == 0
    assert ("check_in", GONE) in week.not_sent()
    in_no_doubt(week)


def erased(session: Session, week: Week) -> None:
    person = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
    erasing.erase(session, person, week.clock.now())


def switched_off(session: Session, _: Week) -> None:
    session.exec(select(m.Person).where(m.Person.handle == "jack")).one().active = False


def dropped(session: Session, _: Week) -> None:
    session.exec(select(m.KeyResult).where(m.KeyResult.number == 3)).one().state = KRState.DROPPED


@pytest.mark.parametrize("gone", [erased, switched_off, dropped])
async def test_somebody_or_something_goes_between_planning_and_sending(
    week: Week, mei: Pretend, jack: Pretend, gone: Callable[[Session, Week], None]
) -> None:
    await planned(week)

    week.stage.db.write_now(gone, week)
    await week.stage.house.tick()

    mei.sees("Weekly check-in")
    jack.sees_nothing_of("Yearly contracts")
    assert {kind for kind, _ in week.not_sent()} >= {"check_in"}
    in_no_doubt(week)
    sent = mei.count()
    await week.stage.house.tick()
    assert mei.count() == sent


async def test_a_board_whose_channel_is_taken_away_before_it_leaves(week: Week, growth: Place, mei: Pretend) -> None:
    await week.at("2026-11-13 09:30")
    week.clock.move_to(week.clock.now().replace(minute=55))
    await week.stage.house.plan()
    assert outbox(week)["digest team:1"][0] == "planned"

    def take_away(session: Session) -> None:
        session.exec(select(m.Team)).one().channel_ref = None

    week.stage.db.write_now(take_away)
    await week.stage.house.tick()

    assert growth.count() == 0
    assert ("digest", "the team has no channel") in week.not_sent()
    in_no_doubt(week)
    await mei.types("KR1 46k")
    assert [row.value for row in week.said_of("GRO-1")] == [46_000]


async def test_a_message_that_stands_and_tells_of_something_that_is_gone_stays_as_it_is(
    week: Week, mei: Pretend, jack: Pretend
) -> None:
    await week.at("2026-11-12 10:00")
    standing = jack.newest()
    without_foreign_keys(week, *NO_QUESTION)

    week.stage.db.write_now(deliveries.want_newest, col(m.Delivery.kind) == "check_in")
    await week.stage.house.tick()

    assert jack.newest() == standing
    rows = week.look(lambda session: list(session.exec(select(m.Delivery).where(m.Delivery.kind == "check_in"))))
    assert [row for row in rows if row.wanted_rev > row.shown_rev] == [], "it is not tried again and again"
    mei.sees("Weekly check-in")
