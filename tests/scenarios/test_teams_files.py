"""OKR files sent to Okra in the personal chat of Teams."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.okr.model import KRState
from bot.platforms.attached import NotFetched
from bot.platforms.teams.sent_files import _fetch
from storage import models as m
from tests.fakes.http import Broken, Refused, Slow
from tests.fakes.teams import TeamsFake
from tests.scenarios import teams_world
from tests.scenarios.running import Running

MEI = "mei-object-id"
CHAT = f"a:{MEI}"
SET = b"Objective: Win the regulars\nKR1: Regulars from 5% to 15%\n"
AGAIN = "I could not get okrs.md just now, so nothing of it is saved. Please send it again, or paste its lines here."

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(teams_world.teams_time())
    fake.add_person(MEI, "Mei Tan")
    fake.add_conversation(teams_world.BOARD, MEI)
    async with teams_world.started(fake):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    async with teams_world.behind(teams, tmp_path, {"mei": MEI}, {"GRO": teams_world.BOARD}) as one:
        yield one


def drafts(okra: Running) -> list[str]:
    def read(session: Session) -> list[str]:
        return [row.title for row in session.exec(select(m.KeyResult).where(m.KeyResult.state == KRState.DRAFT))]

    return okra.house.db.read_now(read)


async def test_a_file_is_shown_and_one_tap_saves_drafts(okra: Running, teams: TeamsFake) -> None:
    assert (await teams.sends_file("okrs.md", SET)).status == 200
    await okra.settled()

    message = teams.messages(CHAT)[-1]
    assert "I read this in okrs.md:" in json.dumps(message.card)
    await teams.presses(message, message.button("Save as draft"), person=MEI)
    await okra.settled()
    assert drafts(okra) == ["Regulars from 5% to 15%"]


async def test_words_beside_a_file_are_the_reply_as_ever(okra: Running, teams: TeamsFake) -> None:
    await teams.sends_file("okrs.md", SET, "KR1 46k, 0.7")
    await okra.settled()
    await teams.again()
    await okra.settled()

    assert [str(one.value) for one in okra.said_of("GRO-1")] == ["46000"]
    assert sum("I read this in okrs.md:" in json.dumps(one.card) for one in teams.messages(CHAT)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/okrs.md",
        "http://files.example/okrs.md",
        "https://localhost:1/okrs.md",
        "https://no-such-host.invalid/okrs.md",
        "ftp://files.example/okrs.md",
        "https://[nonsense/okrs.md",
        "",
    ],
)
async def test_no_address_within_the_house_is_asked(url: str) -> None:
    with pytest.raises(NotFetched):
        await _fetch(url, from_here=False)


async def test_what_cannot_be_had_is_told_and_its_words_are_kept(okra: Running, teams: TeamsFake) -> None:
    teams.play("download", Slow(2.5), Refused("elsewhere"), Broken(503))
    for words in ("KR1 46k, 0.7", "", ""):
        assert (await teams.sends_file("okrs.md", SET, words)).status == 200
        await okra.settled()
    await teams.sends_file("setup.exe", b"MZ")
    await okra.settled()

    assert [str(one.value) for one in okra.said_of("GRO-1")] == ["46000"]
    told = teams.texts(CHAT)
    assert told.count(AGAIN) == 3
    assert "I can't read setup.exe" in told[-1]
    assert drafts(okra) == []
