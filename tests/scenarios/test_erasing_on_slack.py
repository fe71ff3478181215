"""Who was erased stays so: neither the platform's directory nor an old message brings them back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from storage import erasing
from storage import models as m
from tests.fakes.slack import SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import behind, slack_time, started
from tests.storage.away import rows
from tests.storage.searching import holding


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan", tz="Europe/Madrid")
    fake.add_person("U2JACK", "Zerafinda Quux", tz="Europe/Madrid")
    async with started(fake, ("U1MEI", "U2JACK")):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, {"mei": "U1MEI", "jack": "U2JACK"}) as one:
        await one.house.directory.look()
        yield one


async def test_neither_the_directory_nor_an_old_message_brings_somebody_back(okra: Running, slack: SlackFake) -> None:
    await okra.at("2026-11-12 10:00")
    await slack.message("KR3 60", user="U2JACK", event_id="Ev-old")
    await okra.settled()
    told = rows(okra.house.db, "check_in")
    await slack.change_person("U2JACK", deleted=True)
    await okra.house.directory.look()

    def erase(session: Session) -> None:
        person = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        assert not person.active
        erasing.erase(session, person, okra.clock.now())

    okra.house.db.write_now(erase)
    assert holding(okra.house.db, "U2JACK", "Zerafinda") == set()

    again = await slack.message("KR3 60", user="U2JACK", event_id="Ev-old")
    await okra.at("2026-11-14 10:00")
    await okra.house.directory.look()
    await okra.settled()

    assert again.status == 200
    assert holding(okra.house.db, "Zerafinda") == set()
    assert rows(okra.house.db, "check_in") == told, "it is not read once more"
