"""In Teams, too, one number leads through the log to the answer, and nothing secret and nothing said is in it."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.teams import PASSWORD, TeamsFake
from tests.scenarios.running import MADRID, Running
from tests.scenarios.teams_world import BOARD, GENERAL, behind, started, teams_time, typed, unfolded
from tests.scenarios.test_log import MARKER, lines
from tests.scenarios.test_log import log as log  # the fixture: what `serve` writes
from tests.scenarios.test_teams_week import chat, question

MEI, JACK = "mei-object-id", "jack-id"


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(teams_time())
    for person, name in {MEI: "Mei Tan", JACK: "Jack Moreno", "new-id": "Somebody New"}.items():
        fake.add_person(person, name, installed=False, zone=MADRID)
    fake.add_team(GENERAL, "Growth", MEI, JACK, channels={BOARD: "Board"}, has_app=False)
    async with started(fake):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake, log: io.StringIO) -> AsyncIterator[Running]:
    del log
    async with behind(teams, tmp_path, {"mei": MEI, "jack": JACK}, {"GRO": BOARD}) as one:
        await teams.adds_to(GENERAL, channel=BOARD)
        for person in (MEI, JACK, "new-id"):
            await teams.installs(person)
        await one.settled()
        yield one


async def test_a_reply_is_followed_by_its_number(okra: Running, teams: TeamsFake, log: io.StringIO) -> None:
    await teams.says("KR1 46k", person=MEI)
    await okra.settled()

    (row,) = okra.said_of("GRO-1")
    told = [one for one in lines(log) if one.get("inbox") == row.inbox_id]
    assert [one["event"] for one in told][:2] == ["received", "handled"]


async def test_nothing_that_was_said_is_in_the_log(okra: Running, teams: TeamsFake, log: io.StringIO) -> None:
    await okra.at("2026-11-12 10:00")
    asked = question(teams, MEI)
    form = unfolded(asked, "monthly recurring revenue")
    (save,) = form["actions"]
    await teams.presses(asked, save, typed(form, value=MARKER), person=MEI)
    await okra.settled()
    await teams.presses(asked, asked.button("0.7"), person=MEI)
    await teams.says(f"KR1 46k, blocked on {MARKER}", person=MEI)
    await okra.settled()
    await teams.edits(teams.said(MEI)[-1], f"KR1 47k, blocked on {MARKER}s")
    await okra.settled()
    await teams.takes_back(teams.said(MEI)[-1])
    await teams.mentions(f"note KR1 {MARKER}", BOARD, person=JACK)
    await teams.says(f"{MARKER} {MARKER}", person="new-id")
    await okra.settled()
    for day in ("2026-11-13 09:50", "2026-11-13 10:00", "2026-11-16 09:00"):
        await okra.at(day)
        await okra.settled()

    assert any(MARKER in (row.raw_text or "") for row in okra.said_of("GRO-1")), "it was understood and kept"
    assert any(MARKER in text for text in teams.texts(chat(MEI)))
    told = log.getvalue()
    assert {"received", "handled", "delivery", "planned"} <= {one["event"] for one in lines(log)}
    assert len([one for one in lines(log) if one["event"] == "received"]) >= 4
    for secret in (MARKER, PASSWORD, "Bearer"):
        assert secret not in told
