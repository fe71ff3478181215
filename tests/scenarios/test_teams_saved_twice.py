"""[Save] pressed twice on a form that stands in a chat: every press is an activity of its own, and one is recorded."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from sqlmodel import Session, select

from storage import models as m
from tests.fakes.teams import Message, TeamsFake
from tests.scenarios.running import Running
from tests.scenarios.teams_world import behind, started, teams_time

pytestmark = pytest.mark.sqlite_is_enough  # about Teams' forms; tests/intake/test_accept asks the same of both

MEI = "mei-object-id"
TYPED = {
    "win": {"text": "The hotel signed"},
    "next": {"text": "Call the guests", "due": "2026-11-20"},
    "update": {"value": "48", "note": "Two of them"},
}


TABLES: dict[str, type[m.Win | m.NextStep | m.CheckIn]] = {"win": m.Win, "next": m.NextStep, "update": m.CheckIn}


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(teams_time())
    fake.add_person(MEI, "Mei Tan")
    async with started(fake):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    async with behind(teams, tmp_path, {"mei": MEI}, {}) as one:
        yield one


async def opened(okra: Running, teams: TeamsFake, what: str) -> Message:
    """The form that stands in Mei's chat after she asked for it."""
    chat = f"a:{MEI}"
    if not any("Weekly check-in" in text for text in teams.texts(chat)):
        await teams.says("hello", person=MEI)
        await okra.at("2026-11-12 10:00")
    question = next(each for each in teams.messages(chat) if "Weekly check-in" in each.text)
    if what == "update":
        await teams.presses(question, question.button("Blocked…"), person=MEI)
    else:
        await teams.says(what, person=MEI)
    if what == "next":
        await okra.settled()
        listed = teams.messages(chat)[-1]
        await teams.presses(listed, listed.button("＋ Next step"), person=MEI)
    await okra.settled()
    return teams.messages(chat)[-1]


async def saves(okra: Running, teams: TeamsFake, form: Message, values: Mapping[str, str], times: int = 1) -> None:
    """Press [Save] so many times before anything came of the first."""
    inputs = {f"field.{name}": value for name, value in values.items()}
    save = form.button("Save")
    answers = await asyncio.gather(*(teams.presses(form, save, inputs, person=MEI) for _ in range(times)))
    assert [answer.status for answer in answers] == [200] * times
    await okra.settled()


def recorded(okra: Running, what: str) -> int:
    def rows(session: Session) -> int:
        return len(session.exec(select(TABLES[what])).all())

    return okra.house.db.read_now(rows)


@pytest.mark.parametrize("what", ["win", "next", "update"])
async def test_pressing_save_twice_at_once_records_once(okra: Running, teams: TeamsFake, what: str) -> None:
    form = await opened(okra, teams, what)
    before = recorded(okra, what)

    await saves(okra, teams, form, TYPED[what], times=2)

    assert recorded(okra, what) == before + 1
    assert form not in teams.messages(f"a:{MEI}")


@pytest.mark.parametrize("what", ["win", "next", "update"])
async def test_pressing_save_again_after_it_was_saved_changes_nothing(
    okra: Running, teams: TeamsFake, what: str
) -> None:
    form = await opened(okra, teams, what)
    await saves(okra, teams, form, TYPED[what])
    stand, before = teams.texts(f"a:{MEI}"), recorded(okra, what)

    await saves(okra, teams, form, TYPED[what])

    assert recorded(okra, what) == before
    assert teams.texts(f"a:{MEI}") == stand


@pytest.mark.parametrize("what", ["win", "next", "update"])
async def test_the_same_form_opened_anew_takes_the_same_again(okra: Running, teams: TeamsFake, what: str) -> None:
    before = recorded(okra, what)
    for _ in range(2):
        await saves(okra, teams, await opened(okra, teams, what), TYPED[what])

    assert recorded(okra, what) == before + 2


async def test_a_form_that_was_corrected_passes_and_one_sent_again_unchanged_says_the_same(
    okra: Running, teams: TeamsFake
) -> None:
    form = await opened(okra, teams, "update")
    before = recorded(okra, "update")
    for wrong in ("many", "a lot", "many", "many"):
        await saves(okra, teams, form, {"value": wrong})
        assert f"I cannot read {wrong} as a number" in str(form.card)
        assert wrong in [each.get("value") for each in form.card["body"]]

    await saves(okra, teams, form, {"value": "48"})

    assert recorded(okra, "update") == before + 1
    assert form not in teams.messages(f"a:{MEI}")
