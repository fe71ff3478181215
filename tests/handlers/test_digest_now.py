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
    rows = week.look(lambda session: list(session.exec(select(m.Delivery).where(m.Delivery.kind == "digest"))))
    return sorted(rows, key=lambda row: row.id)


def nothing(_session: Session) -> None:
    """From here on the week is lived through and not copied from where it was asked."""


def team_of(session: Session) -> m.Team:
    return session.exec(select(m.Team).where(m.Team.key == "GRO")).one()


def boards(week: Week) -> list[str]:
    """The first lines of all boards that were posted; the question after the meeting is none."""
    return [line for line in week.channel().headers() if line != "Next steps from today?"]


async def test_the_lead_posts_the_board_before_the_day_and_it_is_not_posted_again(week: Week) -> None:
    await week.at("2026-11-12 11:00")

    text = await answer(week, "mei", NOW)

    assert "no second one is posted Fri 13 Nov" in text
    assert boards(week) == [BOARD]
    await week.at("2026-11-13 12:00")
    assert boards(week) == [BOARD]
    assert [(row.state, row.period) for row in digests(week)] == [(m.DeliveryState.SENT, "2026-11-13")]


async def test_asked_twice_it_is_posted_once(week: Week) -> None:
    await week.at("2026-11-12 11:00")
    await answer(week, "mei", NOW)

    assert "posted already" in await answer(week, "mei", NOW)
    assert boards(week) == [BOARD]


async def test_it_follows_the_answers_until_the_meeting(week: Week) -> None:
    await week.at("2026-11-12 11:00")
    await answer(week, "mei", NOW)
    await week.person("mei").types("/okr KR1 46k")
    assert [str(row.value) for row in week.said_of("GRO-1")] == ["46000"]

    await week.at("2026-11-12 11:10")

    week.channel().sees("$46k / $60k")
    assert week.channel().count() == 1


async def test_between_the_board_and_the_meeting_the_next_weeks_is_not_posted(week: Week) -> None:
    await week.at("2026-11-13 09:55")
    assert boards(week) == [ON_FRIDAY]

    assert "posted already" in await answer(week, "mei", NOW)
    assert boards(week) == [ON_FRIDAY]


@pytest.mark.parametrize(("who", "words"), [("li", NOW), ("bea", "简报 现在"), ("bea", "digest now GRO")])
async def test_others_are_told_who_may(week: Week, who: str, words: str) -> None:
    assert await answer(week, who, words) == "Only Mei can post the board of Growth now."
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

    assert "no active cycle" in await answer(week, "mei", NOW)
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

    assert boards(week) == [ON_FRIDAY]
    assert [row.state for row in digests(week)] == [m.DeliveryState.SENT]


async def test_after_the_meeting_an_extra_board_goes_out_and_the_next_meetings_as_usual(week: Week) -> None:
    await week.at("2026-11-13 12:00")

    text = await answer(week, "mei", NOW)

    assert "The next meeting's goes out as usual" in text
    assert boards(week) == [ON_FRIDAY, ON_FRIDAY]
    await week.at("2026-11-20 09:55")
    assert [row.period for row in digests(week)][::2] == ["2026-11-13", "2026-11-20"]
    assert {row.state for row in digests(week)} == {m.DeliveryState.SENT}
    assert boards(week)[2:] == ["Growth · OKR board · week 8 of 13"]


async def test_an_extra_board_is_not_what_the_next_one_compares_itself_with(week: Week) -> None:
    week.change(nothing)
    await week.at("2026-11-12 09:20")
    await answer(week, "mei", NOW)
    assert boards(week) == [BOARD]

    await week.at("2026-11-13 09:50")

    assert boards(week) == [BOARD, ON_FRIDAY]
    week.channel().sees(ON_FRIDAY, "Updated 0 of 5", "Next steps")
    recorded = week.look(lambda session: list(session.exec(select(m.Digest).join(m.RitualRun))))
    assert len(recorded) == 1


async def test_a_day_before_is_early_and_more_than_a_day_is_an_extra_one(week: Week) -> None:
    week.change(nothing)
    await week.at("2026-11-12 09:49")
    assert "goes out as usual" in await answer(week, "mei", NOW)
    await week.at("2026-11-12 09:50")
    assert "no second one is posted" in await answer(week, "mei", NOW)

    await week.at("2026-11-13 12:00")

    assert [row.state for row in digests(week)] == [m.DeliveryState.SENT] * 2
    assert digests(week)[1].period == "2026-11-13"


async def test_an_extra_board_is_posted_on_a_day_off_too_and_once_per_request(week: Week) -> None:
    await week.at("2026-11-14 12:00")
    for _ in range(2):
        await week.person("mei").types("/okr digest now", key="the-same")

    assert len(boards(week)) == 2


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
