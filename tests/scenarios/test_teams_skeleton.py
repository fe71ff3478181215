"""The whole of Okra behind Microsoft Teams: activities in, and what reached Teams out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.teams import Message, TeamsFake
from tests.scenarios.running import Running
from tests.scenarios.teams_world import behind, started, teams_time

MEI = "mei-object-id"
JACK = "jack-object-id"
NEW = "new-object-id"
SALES = "19:sales@thread.tacv2"


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(teams_time())
    fake.add_person(MEI, "Mei Tan")
    fake.add_person(JACK, "Jack Moreno")
    fake.add_person(NEW, "Somebody New")
    fake.add_conversation(SALES, MEI, JACK)
    async with started(fake):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    people = {"mei": MEI, "jack": JACK}
    async with behind(teams, tmp_path, people, {"GRO": SALES}) as one:
        yield one


def _chat(person: str) -> str:
    return f"a:{person}"


def _button(message: Message, title: str) -> dict[str, Any]:
    found = [action for action in message.actions() if action.get("title") == title]
    assert found, f"{title} is not offered: {[action.get('title') for action in message.actions()]}"
    return found[0]


async def test_a_command_is_answered_in_the_personal_chat(okra: Running, teams: TeamsFake) -> None:
    answer = await teams.says("okr")
    await okra.settled()

    assert answer.status == 200
    assert "Enterprise MRR" in teams.texts(_chat(MEI))[-1]


async def test_a_stranger_is_told_so(okra: Running, teams: TeamsFake) -> None:
    await teams.says("KR1 50k", person=NEW)
    await okra.settled()

    assert "I don't know you yet" in teams.texts(_chat(NEW))[-1]


async def test_a_typed_reply_is_stored_and_echoed(okra: Running, teams: TeamsFake) -> None:
    await teams.says("KR1 46k")
    await okra.settled()

    assert [format(row.value, "f") for row in okra.said_of("GRO-1") if row.value is not None] == ["46000"]
    assert "$44k → $46k" in teams.texts(_chat(MEI))[-1]


async def test_a_second_delivery_of_the_same_activity_changes_nothing(okra: Running, teams: TeamsFake) -> None:
    activity = teams.activity(text="KR1 46k")
    await teams.post(activity)
    await okra.settled()
    await teams.post(activity)
    await okra.settled()

    assert len(okra.said_of("GRO-1")) == 1
    assert len(teams.texts(_chat(MEI))) == 1


async def test_deliveries_of_one_activity_at_the_same_moment_are_one_record_and_one_answer(
    okra: Running, teams: TeamsFake
) -> None:
    activity = teams.activity(text="KR1 46k")
    answers = await asyncio.gather(*(teams.post(activity) for _ in range(4)))
    await okra.settled()

    assert [answer.status for answer in answers] == [200] * 4
    assert len(okra.said_of("GRO-1")) == 1
    assert len(teams.texts(_chat(MEI))) == 1


async def test_a_person_is_asked_where_they_were_heard_from(okra: Running, teams: TeamsFake) -> None:
    await teams.says("hello")
    await okra.settled()

    await okra.at("2026-11-12 10:00")

    assert any("Weekly check-in" in text for text in teams.texts(_chat(MEI)))


async def test_a_form_opens_in_the_chat_and_keeps_what_was_typed_until_it_can_be_read(
    okra: Running, teams: TeamsFake
) -> None:
    await teams.says("hello", person=JACK)
    await okra.at("2026-11-12 10:00")
    prompt = teams.messages(_chat(JACK))[-1]

    await teams.presses(prompt, _button(prompt, "Blocked…"), person=JACK)
    await okra.settled()
    form = teams.messages(_chat(JACK))[-1]
    await teams.presses(form, _button(form, "Save"), {"field.value": "many"}, person=JACK)
    await okra.settled()
    assert "cannot read many as a number" in str(teams.messages(_chat(JACK))[-1].card)
    assert okra.said_of("GRO-4") == []

    again = teams.messages(_chat(JACK))[-1]
    await teams.presses(again, _button(again, "Save"), {"field.value": "372"}, person=JACK)
    await okra.settled()
    assert [format(row.value, "f") for row in okra.said_of("GRO-4") if row.value is not None] == ["372"]


async def test_the_digest_reaches_a_channel_that_was_seen(okra: Running, teams: TeamsFake) -> None:
    await teams.mentions("board", SALES)
    await okra.settled()
    await okra.at("2026-11-12 10:00")

    await okra.at("2026-11-13 09:50")

    assert "Growth · OKR board" in teams.texts(SALES)[-1]
