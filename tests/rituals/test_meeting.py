"""Somebody begins a meeting in the chat that a team's boards go to: the board goes out at once, and only once."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from sqlmodel import Session, col, select

from bot.delivery.news import MeetingNews
from bot.okr.localtime import instant
from storage import models as m
from storage import settings
from tests.scenarios.week import GROWTH, ZONE, Week

BOARD = "Growth · OKR board · week 7 of 13"
FRIDAY = "2026-11-13"


async def begins(week: Week, moment: str, chat: str = GROWTH, at: str | None = None) -> None:
    """It is that moment, and the platform tells that a meeting begins in a chat, or began `at`."""
    await week.at(moment)
    await told(week, at or moment, chat)
    await week.stage.house.tick()


async def told(week: Week, at: str, chat: str = GROWTH) -> None:
    wall = datetime.fromisoformat(at)
    place = week.look(lambda session: session.exec(select(m.Installation)).one())
    began = instant(wall.date(), wall.time(), ZONE)
    await week.stage.house.directory.hear(MeetingNews(place.platform.value, place.external_id, chat, began))


def boards(week: Week, chat: str = GROWTH) -> list[str]:
    return [line for line in week.channel(chat).headers() if "OKR board" in line]


def digests(week: Week) -> list[tuple[m.DeliveryState, str]]:
    rows = week.look(
        lambda session: list(
            session.exec(select(m.Delivery).where(m.Delivery.kind == "digest").order_by(col(m.Delivery.id)))
        )
    )
    return [(row.state, row.period) for row in rows]


def team_of(session: Session) -> m.Team:
    return session.exec(select(m.Team).where(m.Team.key == "GRO")).one()


async def test_a_meeting_that_begins_early_gets_its_board_at_once_and_no_second_one(week: Week) -> None:
    await begins(week, "2026-11-13 09:40")
    assert boards(week) == [BOARD]

    await week.at("2026-11-13 12:00")

    assert boards(week) == [BOARD]
    assert digests(week) == [(m.DeliveryState.SENT, FRIDAY)]


async def test_the_same_event_twice_posts_one_board(week: Week) -> None:
    await begins(week, "2026-11-13 09:40")
    await begins(week, "2026-11-13 09:41", at="2026-11-13 09:40")

    assert boards(week) == [BOARD]


async def test_told_twice_before_anything_is_sent_it_is_one_board(week: Week) -> None:
    await week.at("2026-11-13 09:40")
    await told(week, "2026-11-13 09:40")
    await told(week, "2026-11-13 09:40")
    await week.stage.house.tick()

    assert boards(week) == [BOARD]


async def test_the_clocks_own_tick_at_the_same_moment_posts_no_second_one(week: Week) -> None:
    await week.at("2026-11-13 09:49")
    week.clock.move_to(instant(date(2026, 11, 13), time(9, 50), ZONE))

    await told(week, "2026-11-13 09:50")
    await week.stage.house.tick()
    await told(week, "2026-11-13 09:50")
    await week.stage.house.tick()

    assert boards(week) == [BOARD]


async def test_a_board_that_is_there_stays_the_only_one(week: Week) -> None:
    await begins(week, "2026-11-13 09:58")

    assert boards(week) == [BOARD]


async def test_a_board_that_the_lead_posted_the_day_before_stays_the_only_one(week: Week) -> None:
    await week.at("2026-11-12 11:00")
    await week.person("mei").types("/okr digest now")

    await begins(week, "2026-11-13 09:40")

    assert len(boards(week)) == 1


async def test_it_follows_the_answers_until_the_time_that_the_meeting_was_planned_for(week: Week) -> None:
    await begins(week, "2026-11-13 09:40")

    await week.person("mei").types("/okr KR1 46k")
    await week.at("2026-11-13 09:55")
    week.channel().sees(BOARD, "$46k / $60k")
    await week.at("2026-11-13 10:01")
    await week.person("mei").types("/okr KR1 47k")
    await week.at("2026-11-13 10:05")

    week.channel().sees_nothing_of("$47k / $60k")
    assert boards(week) == [BOARD]


@pytest.mark.parametrize("moment", ["2026-11-13 07:59", "2026-11-12 16:00", "2026-11-14 10:00"])
async def test_hours_before_its_time_or_on_another_day_it_is_another_meeting(week: Week, moment: str) -> None:
    await week.at(moment)
    before = boards(week)

    await begins(week, moment)

    assert boards(week) == before


async def test_two_hours_before_its_time_it_is_that_meeting(week: Week) -> None:
    await begins(week, "2026-11-13 08:00")

    assert boards(week) == [BOARD]


async def test_a_meeting_in_another_chat_posts_nothing(week: Week) -> None:
    await begins(week, "2026-11-13 09:40", chat="#elsewhere")

    assert boards(week) == []


async def test_a_team_that_planned_no_meeting_gets_its_board_at_its_own_time(week: Week) -> None:
    def without(session: Session) -> None:
        settings.remove_meeting(session, session.exec(select(m.Meeting)).one())

    week.change(without)
    await begins(week, "2026-11-17 09:30")
    assert boards(week) == []

    await week.at("2026-11-17 10:01")
    assert len(boards(week)) == 1


def switched_off(session: Session) -> None:
    settings.switch(session, team_of(session), "digest", on=False)


def shut_down(session: Session) -> None:
    workspace = session.exec(select(m.Workspace)).one()
    workspace.freeze = [[FRIDAY, FRIDAY]]
    session.add(workspace)


def cycle_over(session: Session) -> None:
    cycle = session.exec(select(m.Cycle)).one()
    cycle.state = m.CycleState.CLOSED
    session.add(cycle)


@pytest.mark.parametrize("change", [switched_off, shut_down, cycle_over])
async def test_what_the_clock_would_not_post_is_not_posted(week: Week, change: Callable[[Session], None]) -> None:
    await week.at("2026-11-12 10:00")
    week.change(change)

    await begins(week, "2026-11-13 09:40")
    await week.at("2026-11-13 11:00")

    assert boards(week) == []


@pytest.mark.parametrize("state", [m.DeliveryState.UNKNOWN, m.DeliveryState.SENDING, m.DeliveryState.SKIPPED])
async def test_a_board_that_may_stand_or_was_decided_against_is_left_alone(week: Week, state: m.DeliveryState) -> None:
    await week.at("2026-11-12 10:00")

    def decided(session: Session) -> None:
        team = team_of(session)
        row = m.Delivery(
            workspace_id=team.workspace_id,
            kind="digest",
            subject=f"team:{team.id}",
            period=FRIDAY,
            team_id=team.id,
            due_at=instant(date(2026, 11, 13), time(9, 50), ZONE),
            state=state,
            reason="decided before",
        )
        session.add(row)

    week.change(decided)
    week.expect("unknown", "sending")
    await week.at("2026-11-13 09:40")
    await told(week, "2026-11-13 09:40")

    assert boards(week) == []
    assert digests(week) == [(state, FRIDAY)]


async def test_a_refused_board_goes_out_when_the_meeting_begins_there(week: Week) -> None:
    await week.at("2026-11-12 10:00")

    def refused(session: Session) -> None:
        team = team_of(session)
        session.add(
            m.Delivery(
                workspace_id=team.workspace_id,
                kind="digest",
                subject=f"team:{team.id}",
                period=FRIDAY,
                team_id=team.id,
                due_at=instant(date(2026, 11, 12), time(9, 50), ZONE),
                state=m.DeliveryState.FAILED,
                reason="not_member: Okra is not in it",
                data={"team": team.id},
            )
        )

    week.change(refused)

    await begins(week, "2026-11-13 09:55")

    assert boards(week) == [BOARD]
    assert digests(week) == [(m.DeliveryState.SENT, FRIDAY)]


def _shares_the_chat(session: Session) -> None:
    """Support meets at three in the same chat."""
    growth = team_of(session)
    support = m.Team(
        workspace_id=growth.workspace_id,
        key="SUP",
        name="Support",
        installation_id=growth.installation_id,
        channel_ref=growth.channel_ref,
    )
    session.add(support)
    session.flush()
    cycle = session.exec(select(m.Cycle)).one()
    objective = m.Objective(
        workspace_id=growth.workspace_id,
        team_id=support.id,
        cycle_id=cycle.id,
        title="Answer every question",
        number=1,
        state=m.ObjectiveState.ACTIVE,
    )
    meeting = m.Meeting(
        workspace_id=growth.workspace_id, team_id=support.id, main=True, weekdays=[4], time=time(15), lead_minutes=10
    )
    session.add_all([objective, meeting])
    session.flush()
    for kind in m.RitualKind:
        session.add(
            m.Agenda(workspace_id=growth.workspace_id, team_id=support.id, kind=kind, next_due_at=growth.created_at)
        )


async def test_of_two_teams_in_one_chat_each_meeting_opens_with_its_own_board(week: Week) -> None:
    await week.at("2026-11-12 10:00")
    week.change(_shares_the_chat)

    await begins(week, "2026-11-13 09:40")
    assert boards(week) == [BOARD]

    await begins(week, "2026-11-13 14:30")
    assert boards(week) == [BOARD, "Support · OKR board · week 7 of 13"]


async def test_of_two_meetings_on_one_day_the_nearer_one_begins(week: Week) -> None:
    def again_at_eleven(session: Session) -> None:
        team = team_of(session)
        session.add(m.Meeting(workspace_id=team.workspace_id, team_id=team.id, weekdays=[4], time=time(11, 30)))

    await week.at("2026-11-12 10:00")
    week.change(again_at_eleven)
    await week.at("2026-11-13 10:20")
    assert len(boards(week)) == 1

    await begins(week, "2026-11-13 10:20")  # the first one, late
    assert len(digests(week)) == 1

    await begins(week, "2026-11-13 11:00")  # the second one, early
    assert len(digests(week)) == 2
    await week.at("2026-11-13 12:00")
    assert len(digests(week)) == 2
