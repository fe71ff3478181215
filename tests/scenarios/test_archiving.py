"""A team is archived: whoever waits for it, or is waited for by it, reads one line, and nothing more is asked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Say
from storage import models as m
from tests.scenarios.conftest import _live
from tests.scenarios.drafted import above, draft_of_two
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[Week]:
    """A week of two teams; the question of Growth is out."""
    async for one in _live(Week(tmp_path, "two_teams.yaml")):
        await one.at("2026-11-12 10:05")
        yield one


async def test_what_was_asked_of_it_and_what_it_asked_ends_with_a_line_to_the_other_side(teams: Week) -> None:
    jack, tom, zoe = teams.person("jack"), teams.person("tom"), teams.person("zoe")
    await jack.types('/okr depends KR2 on @Support "Phone script" by 27 Nov')
    await tom.types('/okr depends SUP-1 on @Growth "A list of restaurants" by 27 Nov')
    await teams.person("mei").taps("Agree")
    before = jack.count(), tom.count(), teams.person("mei").count()
    await zoe.types("/okr members SUP")
    await zoe.taps("Archive")
    await zoe.taps("Archive", "Archive Support?")

    jack.sees("Support has stopped working as a team.", "'Phone script' by 27 Nov", "Please ask another team.")
    teams.person("mei").sees("Support has stopped working as a team.", "A list of restaurants", "Support is archived")
    tom.sees("Phone script", "Support 已归档，所以不需要了。")
    after = jack.count(), tom.count(), teams.person("mei").count()
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 0, 1]
    await teams.at("2026-11-20 12:30")
    tom.sees_nothing_of("每周更新")
    jack.sees_nothing_of("Have you agreed on it together?")
    await zoe.taps("Bring it back")
    tom.sees("Phone script", "[同意]")


async def test_the_board_that_stands_in_its_channel_ends_with_a_line(teams: Week) -> None:
    zoe = teams.person("zoe")

    def stands(session: Session) -> None:
        for team in session.exec(select(m.Team).where(m.Team.key == "GRO")):
            team.rituals = {**team.rituals, "standing_board": True}
            session.add(team)

    teams.change(stands)
    await teams.minutes(5)
    channel = teams.channel("#growth")
    channel.sees("Growth · OKR board", "Phone support calls")
    await zoe.types("/okr members GRO")
    await zoe.taps("Archive")
    await zoe.taps("Archive", "Archive Growth?")
    await teams.minutes(5)

    channel.sees("Growth is archived, so this board ends here.")
    channel.sees_nothing_of("Phone support calls")


async def test_the_approver_is_told_that_nothing_is_needed(week: Week, jack: Pretend, mei: Pretend) -> None:
    above(week, "jack", m.ApprovalRule.REQUIRED)
    draft_of_two(week)
    await mei.types("/okr publish GRO")
    await mei.taps("Publish")
    await mei.fills_in()
    jack.sees("Mei asks you to approve this.")
    await mei.types("/okr members GRO")
    await mei.taps("Archive")
    await mei.taps("Archive", "Archive Growth?")

    jack.sees("Growth is archived, so nothing is needed.")
    jack.sees_nothing_of("asks you to approve this")
    await week.at("2026-11-30 12:00")
    approval = week.look(lambda session: session.exec(select(m.Approval)).one())
    assert approval.state is m.ApprovalState.ASKED


async def test_nothing_is_written_for_it_and_its_board_stays(teams: Week) -> None:
    zoe, jack = teams.person("zoe"), teams.person("jack")
    await zoe.types("/okr members GRO")
    await zoe.taps("Archive")
    await zoe.taps("Archive", "Archive Growth?")

    for text in ("/okr add objective Be new", "/okr add kr Answers from 5 to 10"):
        result = await jack.types(text)
        assert isinstance(result, Say)
        assert plain_text(result.card) == "Growth is archived, so nothing was saved."
    board = await jack.types("/okr board")
    assert isinstance(board, Say)
    assert "Phone support calls" in plain_text(board.card)
