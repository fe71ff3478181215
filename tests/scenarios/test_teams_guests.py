"""Boards in Teams where guests or people of another company read: they are held back, until somebody allows it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.http import Refused
from tests.fakes.teams import TeamsFake
from tests.scenarios.running import MADRID, Running
from tests.scenarios.teams_world import BOARD, GENERAL, behind, started, teams_time

pytestmark = pytest.mark.sqlite_is_enough  # about Teams' people; tests/delivery/test_directory asks the same of both

MEI, JACK, GAST = "mei-object-id", "jack-object-id", "gast-object-id"
CHAT = "19:growth-leads@thread.v2"
BEFORE_THE_MEETING = "2026-11-13 09:50"


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    """A team with two channels and a group chat, all among colleagues."""
    fake = TeamsFake(teams_time())
    fake.add_person(MEI, "Mei Tan", zone=MADRID)
    fake.add_person(JACK, "Jack Moreno", zone=MADRID)
    fake.add_person(GAST, "Gast Far", installed=False, userRole="guest")
    fake.add_team(GENERAL, "Growth", MEI, JACK, channels={BOARD: "Board"}, has_app=False)
    fake.add_chat(CHAT, MEI, JACK, has_app=False)
    fake.page_size = None
    async with started(fake):
        yield fake


@pytest.fixture
def place(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", BOARD))


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake, place: str) -> AsyncIterator[Running]:
    """Okra is in the place of Growth's boards."""
    async with behind(teams, tmp_path, {"mei": MEI, "jack": JACK}, {"GRO": place}) as one:
        await teams.installs(MEI)
        await teams.adds_to(GENERAL, channel=BOARD)
        await teams.adds_to(CHAT)
        await one.settled()
        yield one


def boards(teams: TeamsFake, place: str) -> list[str]:
    return [text for text in teams.texts(place) if "Growth · OKR board" in text]


def told(teams: TeamsFake, begin: str) -> int:
    return sum(text.startswith(begin) for text in teams.texts(f"a:{MEI}"))


GUESTS = "Guests or people of another company are in the channel of Growth, so I did not post its board there."


@pytest.mark.parametrize("place", [BOARD, CHAT], indirect=True)
async def test_the_lead_hears_once_of_guests_and_may_allow_them(okra: Running, teams: TeamsFake, place: str) -> None:
    await teams.joins(GAST, place)
    await okra.at("2026-11-12 10:00")
    await okra.at(BEFORE_THE_MEETING)
    await okra.at("2026-11-13 09:51")
    assert (boards(teams, place), told(teams, GUESTS)) == ([], 1)

    await teams.says("settings team gro")
    await okra.settled()
    form = teams.messages(f"a:{MEI}")[-1]
    (tick,) = (each for each in form.inputs() if str(each["id"]).endswith("shared"))
    assert "guests or another company read the channel" in str(tick)
    await teams.presses(form, form.button("Save"), inputs={tick["id"]: "allowed"})
    await okra.settled()
    assert (len(boards(teams, place)), told(teams, GUESTS)) == (1, 1)

    await teams.says("KR1 46k")
    await okra.settled()
    await okra.at("2026-11-13 09:55")
    assert "46k" in boards(teams, place)[0]


async def test_a_board_goes_out_after_all_once_the_guest_has_left(okra: Running, teams: TeamsFake) -> None:
    await teams.joins(GAST, GENERAL)
    await okra.at(BEFORE_THE_MEETING)
    assert (boards(teams, BOARD), told(teams, GUESTS)) == ([], 1)

    await teams.leaves(JACK, GENERAL)
    await okra.settled()
    assert boards(teams, BOARD) == []
    await teams.leaves(GAST, GENERAL)
    await okra.settled()
    assert (len(boards(teams, BOARD)), told(teams, GUESTS)) == (1, 1)


async def test_a_board_that_stands_tells_a_guest_who_comes_nothing_new(okra: Running, teams: TeamsFake) -> None:
    await okra.at(BEFORE_THE_MEETING)
    await teams.joins(GAST, GENERAL)
    await teams.says("KR1 46k")
    await okra.settled()
    await okra.at("2026-11-13 09:55")
    assert len(boards(teams, BOARD)) == 1
    assert "46k" not in boards(teams, BOARD)[0]

    await teams.leaves(GAST, GENERAL)
    await okra.at("2026-11-13 09:57")
    assert "46k" in boards(teams, BOARD)[0]


async def test_where_members_cannot_be_read_the_lead_hears_what_to_do(okra: Running, teams: TeamsFake) -> None:
    teams.play("members", Refused("Forbidden", 403))
    await okra.at(BEFORE_THE_MEETING)
    assert boards(teams, BOARD) == []
    assert told(teams, "I am not allowed to see who reads the channel of Growth") == 1


async def test_a_board_that_follows_answers_reads_its_members_once(okra: Running, teams: TeamsFake) -> None:
    await okra.at(BEFORE_THE_MEETING)
    for minute, value in enumerate(("46k", "47k", "48k")):
        await teams.says(f"KR1 {value}")
        await okra.settled()
        await okra.at(f"2026-11-13 09:{52 + minute}")
    assert "48k" in boards(teams, BOARD)[0]
    assert len(teams.called("members")) == 1
