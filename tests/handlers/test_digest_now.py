"""`/okr digest now`: one board per meeting, whoever asks and how often."""

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Say
from storage import models as m
from tests.scenarios.week import Week

BOARD = "Growth · OKR board · week 6 of 13"
ON_FRIDAY = "Growth · OKR board · week 7 of 13"
NOW = "digest now"


async def answer(week: Week, who: str, text: str) -> str:
    result = await week.person(who).types(f"/okr {text}")
    assert isinstance(result, Say), result
    return plain_text(result.card)


def digests(week: Week) -> list[m.Delivery]:
    return week.look(lambda session: list(session.exec(select(m.Delivery).where(m.Delivery.kind == "digest"))))


def team_of(session: Session) -> m.Team:
    return session.exec(select(m.Team).where(m.Team.key == "GRO")).one()


@pytest.mark.parametrize("words", [NOW, "简报 现在", "digest now GRO"])
async def test_the_lead_posts_the_board_before_the_day_and_it_is_not_posted_again(week: Week, words: str) -> None:
    await week.at("2026-11-12 11:00")

    text = await answer(week, "mei", words)

    assert "no second one is posted Fri 09:50" in text
    assert week.channel().headers() == [BOARD]
    await week.at("2026-11-13 12:00")
    assert week.channel().headers() == [BOARD]
    assert [(row.state, row.period) for row in digests(week)] == [(m.DeliveryState.SENT, "2026-11-13")]


async def test_asked_twice_it_is_posted_once(week: Week) -> None:
    await week.at("2026-11-12 11:00")
    await answer(week, "mei", NOW)

    assert "posted already" in await answer(week, "mei", NOW)
    assert week.channel().headers() == [BOARD]


async def test_it_follows_the_answers_until_the_meeting(week: Week) -> None:
    await week.at("2026-11-12 11:00")
    await answer(week, "mei", NOW)
    assert "KR1" in await answer(week, "mei", "KR1 46k")
    assert [str(row.value) for row in week.said_of("GRO-1")] == ["46000"]

    await week.at("2026-11-12 11:10")

    week.channel().sees("$46k / $60k")
    assert week.channel().count() == 1


async def test_between_the_board_and_the_meeting_the_next_weeks_is_not_posted(week: Week) -> None:
    await week.at("2026-11-13 09:55")
    assert week.channel().headers() == [ON_FRIDAY]

    assert "posted already" in await answer(week, "mei", NOW)
    assert week.channel().headers() == [ON_FRIDAY]


async def test_the_next_week_has_its_own_board(week: Week) -> None:
    await week.at("2026-11-12 11:00")
    await answer(week, "mei", NOW)

    await week.at("2026-11-20 12:00")

    assert [row.period for row in digests(week)] == ["2026-11-13", "2026-11-20"]


@pytest.mark.parametrize("who", ["li", "bea"])
async def test_others_are_told_who_may(week: Week, who: str) -> None:
    assert await answer(week, who, NOW) == "Only Mei can post the board of Growth now."
    assert week.channel().count() == 0


async def test_a_team_without_a_channel_has_nowhere_to_post(elsewhere: Week) -> None:
    assert "no channel yet" in await answer(elsewhere, "tom", NOW)
    assert digests(elsewhere) == []


async def test_without_a_cycle_there_is_no_board(week: Week) -> None:
    def closed(session: Session) -> None:
        cycle = session.exec(select(m.Cycle)).one()
        cycle.state = m.CycleState.CLOSED
        session.add(cycle)

    week.change(closed)

    assert "no meeting in an active cycle" in await answer(week, "mei", NOW)
    assert digests(week) == []


async def test_what_was_not_posted_for_want_of_a_channel_may_be_posted_now(week: Week) -> None:
    kept = {}

    def without(session: Session) -> None:
        team = team_of(session)
        kept["channel"], team.channel_ref = team.channel_ref, None
        session.add(team)

    def again(session: Session) -> None:
        team = team_of(session)
        team.channel_ref = kept["channel"]
        session.add(team)

    week.change(without)
    await week.at("2026-11-13 09:52")
    assert [row.state for row in digests(week)] == [m.DeliveryState.SKIPPED]
    week.change(again)

    await answer(week, "mei", NOW)

    assert week.channel().headers() == [ON_FRIDAY]
    assert [row.state for row in digests(week)] == [m.DeliveryState.SENT]


async def test_a_lead_of_one_team_who_works_in_another_posts_the_own(week: Week) -> None:
    def works_elsewhere(session: Session) -> None:
        growth = team_of(session)
        support = m.Team(workspace_id=growth.workspace_id, key="SUP", name="Support")
        session.add(support)
        session.flush()
        mei = session.exec(select(m.Person).where(m.Person.handle == "mei")).one()
        session.add(m.Membership(workspace_id=growth.workspace_id, person_id=mei.id, team_id=support.id))

    week.change(works_elsewhere)

    assert "The board of Growth goes out now" in await answer(week, "mei", NOW)


async def test_a_preview_is_for_the_asker_alone(week: Week) -> None:
    assert BOARD in await answer(week, "li", "digest preview")
    assert week.channel().count() == 0
    assert digests(week) == []
