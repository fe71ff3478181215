"""After the meeting: once, in the thread of its digest, what was agreed on (spec/07 §12.8)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.platforms.console.room import Standing
from bot.rituals.next_steps import next_steps_wanted
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about the hour after the meeting; test_several_teams asks the same of both

QUESTION = "Next steps from today?"
OVER = "2026-11-13 10:50"
"""The meeting of Fri 13 Nov begins at 10:00 and takes 45 minutes."""


def questions(growth: Place) -> list[Standing]:
    return [one for one in growth.messages() if QUESTION in plain_text(one.card)]


def step(text: str, handle: str = "jack", **changes: Any) -> tuple[str, m.NextStep]:
    """A next step, open unless said otherwise, and whose it is."""
    return handle, m.NextStep(text=text, **changes)


def note(week: Week, *steps: tuple[str, m.NextStep]) -> None:
    def work(session: Session) -> None:
        team = session.exec(select(m.Team)).one()
        for handle, one in steps:
            owner = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
            one.owner_id, one.team_id, one.workspace_id = owner.id, team.id, team.workspace_id
            session.add(one)

    week.change(work)


def team_says(week: Week, **rituals: bool) -> None:
    def work(session: Session) -> None:
        team = session.exec(select(m.Team)).one()
        team.rituals = {**team.rituals, **rituals}
        session.add(team)

    week.change(work)


def move(week: Week, **changes: object) -> None:
    def work(session: Session) -> None:
        meeting = session.exec(select(m.Meeting)).one()
        for name, value in changes.items():
            setattr(meeting, name, value)
        session.add(meeting)

    week.change(work)


async def test_the_team_is_asked_once_in_the_thread_of_its_digest(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 10:49")
    assert questions(growth) == []

    await week.at(OVER)
    (question,) = questions(growth)
    digest = growth.messages()[0]
    assert question.answers == digest.ref.message_id
    assert plain_text(question.card) == f"{QUESTION}\n[＋ Next step] [None today]"

    await week.at("2026-11-19 18:00")
    assert len(questions(growth)) == 1


async def test_it_lists_what_is_open_with_owner_and_day_and_what_was_ticked(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 10:00")
    kr = week.look(lambda session: session.exec(select(m.KeyResult.id).where(m.KeyResult.number == 3)).one())
    now = week.clock.now()
    old = now - timedelta(days=3)
    note(
        week,
        step("Pair on the order form", due=date(2026, 11, 19), kr_id=kr, at=old),
        step("Call the bank", "ana", due=date(2026, 12, 1), at=old),
        step("Print menus", "li", at=old, state=m.NextStepState.DONE, done_at=now),
        step("Ticked last week", "li", at=old, state=m.NextStepState.DONE, done_at=old),
    )

    await week.at(OVER)

    assert growth.newest().split("\n")[1:-1] == [
        "☐ Pair on the order form · Jack · Thu → KR3",
        "☐ Call the bank · Ana · 1 Dec",
        "☑ Print menus · Li",
    ]
    assert "Mention" not in str(growth.messages()[-1].card)


async def test_a_long_list_is_cut(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 10:00")
    note(week, *(step(f"Step {number}", at=week.clock.now()) for number in range(12)))

    await week.at(OVER)

    assert growth.newest().split("\n")[-2] == "and 5 more"


async def test_what_is_noted_afterwards_stands_in_the_same_message(week: Week, growth: Place, jack: Pretend) -> None:
    await week.at(OVER)

    await jack.types('/okr next "Call the bank" by Thu')
    await week.minutes(1)

    (question,) = questions(growth)
    assert "Call the bank · Jack · Thu" in plain_text(question.card)


async def test_none_today_is_said_in_the_message(week: Week, growth: Place, jack: Pretend) -> None:
    await week.at(OVER)

    await week.stage.console.presses("jack", "None today", channel="#growth")
    await week.stage.acts()
    await week.minutes(1)

    (question,) = questions(growth)
    assert plain_text(question.card) == f"{QUESTION} None today, says Jack.\n[＋ Next step]"


async def test_a_moved_meeting_is_followed_at_its_new_end(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 09:55")
    move(week, time=datetime.fromisoformat("2026-11-13 15:00").time())

    await week.at("2026-11-13 15:49")
    assert questions(growth) == []

    await week.at("2026-11-13 15:50")
    assert len(questions(growth)) == 1


async def test_a_meeting_that_runs_longer_by_plan_is_waited_for(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 10:30")
    move(week, duration=120)

    await week.at("2026-11-13 12:04")
    assert questions(growth) == []

    await week.at("2026-11-13 12:05")
    assert len(questions(growth)) == 1


async def test_where_no_digest_opened_the_meeting_nobody_is_asked(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 09:00")
    await week.restarts("2026-11-13 10:15")

    await week.at("2026-11-13 13:00")

    assert growth.count() == 0
    assert ("next_steps", "no digest opened that meeting") in week.not_sent()


@pytest.mark.parametrize(("back", "asked"), [("2026-11-13 12:49", 1), ("2026-11-13 12:51", 0)])
async def test_after_downtime_it_is_asked_up_to_two_hours_late(
    week: Week, growth: Place, back: str, asked: int
) -> None:
    await week.at("2026-11-13 10:30")
    await week.restarts(back)

    await week.at("2026-11-13 18:00")

    assert len(questions(growth)) == asked
    assert (("next_steps", "its moment has passed") in week.not_sent()) is not bool(asked)


async def test_a_team_may_switch_it_off(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 10:00")
    team_says(week, next_steps=False)

    await week.at("2026-11-13 13:00")

    assert questions(growth) == []


async def test_a_digest_that_nobody_knows_to_have_arrived_is_followed_in_the_channel(week: Week) -> None:
    await week.at(OVER)

    def verdict(session: Session) -> tuple[object, object]:
        digest = session.exec(select(m.Delivery).where(col(m.Delivery.kind) == "digest")).one()
        asked = session.exec(select(m.Delivery).where(col(m.Delivery.kind) == "next_steps")).one()
        digest.state, asked.data = m.DeliveryState.UNKNOWN, {}
        session.flush()
        return next_steps_wanted(session, asked, week.clock.now()), asked.data

    assert week.look(verdict) == (None, {})


async def test_a_channel_that_was_changed_gets_it_without_a_thread(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 10:00")
    week.room.channels["#elsewhere"] = ["mei"]

    def work(session: Session) -> None:
        team = session.exec(select(m.Team)).one()
        team.channel_ref = {"channel": "#elsewhere"}
        session.add(team)

    week.change(work)
    await week.at(OVER)

    assert questions(growth) == []
    (question,) = questions(week.channel("#elsewhere"))
    assert question.answers is None


async def test_a_chinese_team_reads_it_in_chinese(elsewhere: Week) -> None:
    await elsewhere.at("2026-11-20 20:00", "Asia/Shanghai")

    posted = [plain_text(one.card) for one in elsewhere.posted if not one.spot.is_person]
    assert any("今天定下哪些下一步？" in one for one in posted)
