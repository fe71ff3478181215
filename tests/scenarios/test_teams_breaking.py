"""What breaks in the middle of things in Teams: two presses at once, a channel that goes after its board came."""

import asyncio

from storage import models as m
from tests.fakes.teams import TeamsFake
from tests.scenarios.running import Running
from tests.scenarios.test_teams_forms import PEOPLE, asked
from tests.scenarios.test_teams_people import BOARD, MEI, boards, okra, teams

__all__ = ["okra", "teams"]


def counting(okra: Running) -> list[m.CheckIn]:
    """All that was said about Growth since Okra runs and was not taken back."""
    told = (row for number in range(1, 9) for row in okra.said_of(f"GRO-{number}"))
    return [row for row in told if row.undone_at is None]


async def test_a_tap_twice_at_once_is_one_answer_that_one_undo_takes_back(okra: Running, teams: TeamsFake) -> None:
    await teams.installs(MEI)
    assert PEOPLE["mei"] == MEI
    mei = await asked(okra, teams, "mei")
    seven = next(each for each in mei.question.actions() if each.get("title") == "0.7")
    before = len(mei.messages)

    for _ in range(2):
        await asyncio.gather(
            *(teams.post(teams.activity(MEI, value=seven["data"], replyToId=mei.question.id)) for _ in range(3))
        )
        await okra.settled()

    assert len(counting(okra)) == 1
    assert "✓" in mei.question.text
    assert len(mei.messages) == before
    await mei.presses(mei.question, "Undo")
    assert counting(okra) == []
    assert "✓" not in mei.question.text


async def test_a_channel_that_goes_between_the_board_and_its_update_holds_nobody_up(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.installs(MEI)
    await teams.adds_to(BOARD, channel=BOARD)
    await okra.at("2026-11-13 09:50")
    await okra.settled()
    assert len(boards(teams)) == 1

    teams.conversations[BOARD].deleted = True  # and Teams tells nobody
    before = len(teams.called("PUT"))
    for minute, said in enumerate(("KR1 45k", "KR1 46k", "KR1 47k"), 51):
        await teams.says(said, person=MEI)
        await okra.at(f"2026-11-13 09:{minute}")
        await okra.settled()

    assert "$47k" in teams.texts(f"a:{MEI}")[-1]
    lost = [call for call in teams.called("PUT")[before:] if "board" in call.path]
    assert len(lost) <= 3, "once for each answer, and not again and again"
