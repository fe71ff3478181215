"""The company: its digest before its meeting, its board for whoever asks, and a board that stands in a channel."""

from datetime import time

from sqlmodel import Session, select

from storage import agendas
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week

COMPANY = "#company"


def _above(session: Session) -> None:
    """A company above Growth, which meets on Fridays at noon and has no key results of its own."""
    growth = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
    company = m.Team(
        workspace_id=growth.workspace_id,
        key="TEE",
        name="Teebee",
        kind=m.TeamKind.COMPANY,
        installation_id=growth.installation_id,
        channel_ref={"channel": COMPANY},
    )
    session.add(company)
    session.flush()
    session.add(m.Meeting(workspace_id=company.workspace_id, team_id=company.id, weekdays=[4], time=time(12)))
    growth.parent_team_id = company.id
    session.add(growth)
    agendas.open_agenda(session, company, company.created_at or growth.created_at)  # type: ignore[arg-type]  # stamped


async def test_the_company_digest_opens_the_companys_meeting_once_and_follows_answers_until_it_starts(
    week: Week, jack: Pretend
) -> None:
    week.change(_above)
    week.room.channels[COMPANY] = ["mei", "jack"]
    company = week.channel(COMPANY)

    await week.at("2026-11-13 11:49")
    assert company.count() == 0
    await week.at("2026-11-13 11:50")
    company.sees("Teebee · OKRs of all teams · week 7 of 13", "↳ Growth")

    await jack.types("KR3 21, a third of the contracts ended")
    await week.at("2026-11-13 11:55")
    assert company.count() == 1
    company.sees("GRO-3")

    await week.restarts()
    await week.at("2026-11-13 18:00")
    assert sum("OKRs of all teams" in header for header in company.headers()) == 1
    assert company.newest().startswith("Next steps from today?")
    assert ("digest", "the company digest takes its place") in week.not_sent()


async def test_anyone_may_ask_for_the_board_of_the_company(week: Week, bea: Pretend) -> None:
    week.change(_above)

    await bea.types("/okr board company")
    bea.sees("Teebee · OKRs of all teams", "Growth", "Be the trusted supplier")

    await bea.types("/okr 看板 公司")
    bea.sees("Teebee · OKRs of all teams")


def _stands(session: Session, on: bool) -> None:
    growth = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
    growth.rituals = {**growth.rituals, "standing_board": on}
    session.add(growth)


async def test_a_standing_board_is_posted_once_and_edited_in_place(week: Week, growth: Place, jack: Pretend) -> None:
    week.change(lambda session: _stands(session, True))
    await week.minutes(1)
    board = growth.messages()[0]
    assert growth.count() == 1
    growth.sees("Growth · OKR board · week 6 of 13", "58 / 80", "Full board")

    await week.at("2026-11-12 10:05")
    await jack.types("KR3 63")
    await jack.types("KR3 66")
    await week.minutes(2)
    assert growth.count() == 1
    growth.sees("66 / 80")
    assert board.edits <= 3

    await week.restarts()
    await week.at("2026-11-12 16:00")
    assert growth.count() == 1


async def test_a_standing_board_that_is_switched_off_stays_as_it_is(week: Week, growth: Place, jack: Pretend) -> None:
    week.change(lambda session: _stands(session, True))
    await week.minutes(1)
    week.change(lambda session: _stands(session, False))

    await jack.types("KR3 66")
    await week.minutes(5)

    assert growth.count() == 1
    growth.sees_nothing_of("66 / 80")


async def test_members_share_the_board_in_the_channel_and_a_replay_shares_it_once(
    week: Week, growth: Place, jack: Pretend
) -> None:
    await jack.types("/okr board")
    await jack.taps("Share in channel", key="press-1")
    await jack.taps("Share in channel", key="press-1")
    await week.minutes(1)

    assert growth.count() == 1
    growth.sees("Growth · OKR board", "KR3 Yearly contracts")
    jack.sees("The board of Growth is in its channel now.")


async def test_a_second_press_posts_no_second_board_unless_something_changed(
    week: Week, growth: Place, jack: Pretend
) -> None:
    await jack.types("board")
    message, button = jack.finds("Share in channel")
    for _ in range(3):
        await jack.taps_on(message, button)
    await week.minutes(1)

    assert growth.count() == 1
    jack.sees("The board of Growth is in its channel already; nothing has changed since.")
    assert not any("[Share in channel]" in one for one in jack.texts())

    await jack.types("KR3 66")
    await jack.types("board")
    await jack.taps("Share in channel")
    await week.minutes(1)
    assert growth.count() == 2

    await jack.types("board")
    assert "Share in channel" not in jack.offered()

    await week.minutes(61)
    await jack.types("board")
    await jack.taps("Share in channel")
    await week.minutes(1)
    assert growth.count() == 3
