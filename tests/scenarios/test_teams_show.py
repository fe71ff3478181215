"""`show KR1` in Teams: a line chart, and a picture of it that can be fetched by whoever holds its address."""

import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlmodel import Session, select

from bot.cards.chart_png import HEIGHT, WIDTH
from storage import models as m
from tests.fakes import adaptive_cards
from tests.fakes.teams import Message, TeamsFake
from tests.scenarios.running import Running
from tests.scenarios.teams_world import behind, started, teams_time

MEI = "mei-object-id"
WANGJIE = "wangjie-object-id"
TOM = "tom-object-id"
GROWTH = "19:growth@thread.tacv2"
OUTSIDE = "https://okra.example/okr"
"""Where the proxy in front of Okra is reached; it takes `/okr` away."""


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(teams_time())
    fake.add_person(MEI, "Mei Tan")
    fake.add_person(WANGJIE, "王杰")
    fake.add_person(TOM, "Tom Reed")
    fake.add_conversation(GROWTH, MEI, TOM)
    async with started(fake):
        yield fake


PEOPLE = {"mei": MEI, "wangjie": WANGJIE, "tom": TOM}


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    secret = SecretStr("a secret of thirty-two characters")
    async with behind(teams, tmp_path, PEOPLE, {"GRO": GROWTH}, base_url=OUTSIDE, secret_key=secret) as one:
        yield one


@dataclass
class Shown:
    """The chart of an answer, what stands for it, and what is said below it."""

    native: dict[str, Any]
    caption: str

    @classmethod
    def of(cls, message: Message) -> "Shown":
        assert adaptive_cards.problems(message.card) == []
        body = message.card["body"]
        (place,) = [number for number, element in enumerate(body) if element["type"] == "Chart.Line"]
        return cls(body[place], body[place + 1]["inlines"][0]["text"].replace("\u2060", ""))

    @property
    def legends(self) -> list[str]:
        return [line["legend"] for line in self.native["data"]]

    @property
    def image(self) -> dict[str, Any]:
        image: dict[str, Any] = self.native["fallback"]["items"][0]
        assert image["type"] == "Image"
        return image


async def shown_to(person: str, words: str, okra: Running, teams: TeamsFake) -> Shown:
    """What somebody who writes to Okra is shown."""
    await teams.says(words, person=person)
    await okra.settled()
    return Shown.of(teams.messages(f"a:{person}")[-1])


async def fetched(okra: Running, address: str) -> tuple[int, bytes]:
    """What Teams' own proxy gets, which knows nobody: no cookie, nothing but the address."""
    assert address.startswith(f"{OUTSIDE}/charts/")
    async with (
        aiohttp.ClientSession() as session,
        session.get(okra.url + address.removeprefix(OUTSIDE)) as answer,
    ):
        return answer.status, await answer.read()


def within_the_team(okra: Running) -> None:
    """Growth keeps its objectives to itself."""

    def hide(session: Session) -> None:
        team = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
        for objective in session.exec(select(m.Objective).where(m.Objective.team_id == team.id)):
            objective.visibility = m.Visibility.TEAM

    okra.house.db.write_now(hide)


async def test_in_the_personal_chat_readings_are_drawn_against_pace_and_target(okra: Running, teams: TeamsFake) -> None:
    await teams.says("KR1 46k")

    shown = await shown_to(MEI, "show KR1", okra, teams)

    assert shown.legends == ["Readings", "Pace", "Target"]
    assert shown.native["data"][0]["values"][-1] == {"x": "2026-11-12", "y": 46000}
    assert shown.caption.startswith("$32,000 → $46,000 · 8 Oct - 12 Nov · expected")
    assert "KR1: $46,000 on 12 Nov" in shown.image["altText"].replace("\u2060", "")


async def test_the_picture_for_clients_without_charts_is_a_png_that_anybody_with_its_address_gets(
    okra: Running, teams: TeamsFake
) -> None:
    shown = await shown_to(MEI, "show KR1", okra, teams)

    status, png = await fetched(okra, shown.image["url"])

    assert (status, png[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT)


async def test_in_chinese_every_word_of_it_is_chinese(okra: Running, teams: TeamsFake) -> None:
    shown = await shown_to(WANGJIE, "查看 TEA-2", okra, teams)

    assert shown.legends == ["读数", "节奏", "目标值"]
    assert "10月" in shown.caption
    assert "次读数" in shown.image["altText"]


async def test_asked_for_in_a_channel_it_is_shown_in_the_personal_chat(okra: Running, teams: TeamsFake) -> None:
    await teams.says("help")
    await okra.settled()

    await teams.mentions("show KR1", GROWTH)
    await okra.settled()

    shown = Shown.of(teams.messages(f"a:{MEI}")[-1])
    assert (await fetched(okra, shown.image["url"]))[0] == 200
    assert "$44" not in " ".join(teams.texts(GROWTH))
    assert "Chart.Line" not in str([message.card for message in teams.messages(GROWTH)])


async def test_who_may_not_see_a_key_result_gets_no_chart_and_loses_the_pictures_they_had(
    okra: Running, teams: TeamsFake
) -> None:
    before = await shown_to(TOM, "show GRO-1", okra, teams)
    own = await shown_to(MEI, "show KR1", okra, teams)
    within_the_team(okra)

    await teams.says("show GRO-1", person=TOM)
    await okra.settled()

    refused = teams.messages(f"a:{TOM}")[-1]
    assert "Chart.Line" not in str(refused.card)
    assert "$44" not in refused.text
    assert (await fetched(okra, before.image["url"]))[0] == 404
    assert (await fetched(okra, own.image["url"]))[0] == 200


async def test_a_month_later_the_address_is_over_and_asking_again_brings_another(
    okra: Running, teams: TeamsFake
) -> None:
    shown = await shown_to(MEI, "show KR1", okra, teams)
    okra.clock.move_to(okra.clock.now() + timedelta(days=31))

    status, said = await fetched(okra, shown.image["url"])

    assert (status, said) == (
        410,
        b"This link held for 30 days, and they are over. Ask for the picture again with /okr show.",
    )


async def test_without_an_address_of_its_own_okra_shows_bars_where_there_are_no_charts(
    tmp_path: Path, teams: TeamsFake
) -> None:
    async with behind(teams, tmp_path, PEOPLE, {"GRO": GROWTH}) as okra:
        shown = await shown_to(MEI, "show KR1", okra, teams)

    assert shown.native["fallback"]["inlines"][0]["text"] == "▁▃▅▆█"
    assert shown.caption.startswith("$32,000 → $44,000")
