"""A chat that Teams throttles, seen through the pump: everybody else gets theirs, and so does whoever waits, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.delivery.pacing import Pacer
from bot.delivery.pump import Pump
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.config import NO_LIMITS
from bot.platforms.teams.pace import Pace
from storage import models as m
from tests.delivery.office import Office, open_office
from tests.fakes.http import TooMany
from tests.fakes.teams import BOT, TENANT, TeamsFake
from tests.platforms.teams.conftest import JACK, MEI

HALF_AN_HOUR = 1800


@pytest.fixture
def office(tmp_path: Path, teams: TeamsFake, platform: TeamsPlatform) -> Iterator[Office]:
    """Mei and Ana are written to in Teams, in the chats of Mei and Jack there."""
    opened = open_office(tmp_path)
    chats = {"mei": MEI, "ana": JACK}

    def meet(session: Session) -> None:
        for address in session.exec(select(m.Address).where(m.Address.installation_id == opened.company.console)):
            if address.external_id in chats:
                conversation = f"a:{chats[address.external_id]}"
                ref = {
                    "service_url": teams.service_url,
                    "conversation_id": conversation,
                    "tenant_id": TENANT,
                    "bot_id": BOT,
                }
                address.dm_ref = ref
                session.add(address)

    opened.db.write_now(meet)
    platform._connector._pace = Pace(NO_LIMITS, opened.time, opened.time.sleep)
    pacer = Pacer(0.0, opened.time, opened.time.sleep)
    ports = {"console": platform.port}
    opened.pump = Pump(opened.db, opened.clock, opened.registry, ports, pacer, opened.time, chance=lambda: 0.0)
    yield opened
    opened.db.close()


async def test_one_chat_that_teams_throttles_silences_nobody_else(office: Office, teams: TeamsFake) -> None:
    office.plan("to mei")
    office.plan("to jack", person=office.company.ana)
    teams.play(f"a:{MEI}", TooMany(HALF_AN_HOUR))

    await office.until_quiet()
    assert (teams.texts(f"a:{MEI}"), teams.texts(f"a:{JACK}")) == ([], ["hello"])
    assert office.states() == {"to mei": "planned", "to jack": "sent"}

    for _ in range(29):
        office.later(minutes=1)
        await office.until_quiet()
    assert len(teams.called("POST")) == 2
    office.later(minutes=1)
    await office.until_quiet()
    office.later(minutes=1)
    await office.until_quiet()
    assert (teams.texts(f"a:{MEI}"), teams.texts(f"a:{JACK}")) == (["hello"], ["hello"])
    assert office.states() == {"to mei": "sent", "to jack": "sent"}


async def test_a_message_is_not_given_up_because_its_chat_is_throttled_for_hours(
    office: Office, teams: TeamsFake
) -> None:
    office.plan("to mei")
    teams.play("POST", *[TooMany(2 * HALF_AN_HOUR)] * 10)

    for _ in range(10):
        await office.until_quiet()
        office.later(hours=1)
    await office.until_quiet()

    assert office.states() == {"to mei": "sent"}
    assert teams.texts(f"a:{MEI}") == ["hello"]


async def test_nor_because_teams_says_each_time_that_it_is_over_soon(office: Office, teams: TeamsFake) -> None:
    office.plan("to mei")
    teams.play("POST", TooMany(5))
    await office.until_quiet()
    office.plan("to jack", person=office.company.ana)
    await office.until_quiet()
    assert teams.texts(f"a:{JACK}") == []

    teams.play(f"a:{MEI}", TooMany(5))
    office.later(seconds=5)
    await office.pump.run_once()
    assert (teams.texts(f"a:{MEI}"), teams.texts(f"a:{JACK}")) == ([], ["hello"])

    teams.play(f"a:{MEI}", *[TooMany(5)] * 6)
    for _ in range(60):
        office.later(seconds=60)
        await office.pump.run_once()
    assert teams.texts(f"a:{MEI}") == []
    for _ in range(60):
        office.later(seconds=60)
        await office.pump.run_once()
    assert office.states() == {"to mei": "sent", "to jack": "sent"}
    assert (teams.texts(f"a:{MEI}"), teams.texts(f"a:{JACK}")) == (["hello"], ["hello"])


async def test_a_change_is_shown_when_a_chat_is_not_throttled_any_more(office: Office, teams: TeamsFake) -> None:
    office.plan("to mei")
    office.plan("to jack", person=office.company.ana)
    await office.until_quiet()
    office.words = "hello again"
    office.changed("to mei", "to jack")
    teams.play(f"a:{MEI}", TooMany(HALF_AN_HOUR))

    await office.until_quiet()
    assert (teams.texts(f"a:{MEI}"), teams.texts(f"a:{JACK}")) == (["hello"], ["hello again"])
    office.later(minutes=31)
    await office.until_quiet()
    assert teams.texts(f"a:{MEI}") == ["hello again"]
