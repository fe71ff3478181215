"""In Teams, by its buttons and the forms that open as cards: a key result is added, changed, published, approved."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.okr.model import KRState
from tests.fakes.teams import Message, TeamsFake
from tests.scenarios.running import Running
from tests.scenarios.teams_world import BOARD, GENERAL, behind, started, teams_time
from tests.scenarios.test_slack_publishing import TITLE, jack_approves, repeat_orders
from tests.scenarios.test_teams_setting_up import _inputs

pytestmark = pytest.mark.sqlite_is_enough
PEOPLE = {"mei": "mei-object-id", "jack": "jack-object-id"}


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(teams_time())
    for handle, object_id in PEOPLE.items():
        fake.add_person(object_id, handle.title())
    fake.add_team(GENERAL, "Teebee", *PEOPLE.values(), channels={BOARD: "The board"})
    async with started(fake):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    async with behind(teams, tmp_path, PEOPLE, {"GRO": BOARD}) as one:
        yield one


class Desk:
    """Somebody before their chat with Okra."""

    def __init__(self, okra: Running, teams: TeamsFake, handle: str) -> None:
        self.okra, self.teams, self.person = okra, teams, PEOPLE[handle]
        self.chat = f"a:{self.person}"

    async def says(self, text: str) -> None:
        await self.teams.says(text, person=self.person)
        await self.okra.settled()

    def message(self, words: str) -> Message:
        """The newest message that says so."""
        found = [one for one in self.teams.messages(self.chat) if words in one.text]
        assert found, self.teams.texts(self.chat)
        return found[-1]

    async def presses(self, words: str, title: str, **inputs: str) -> None:
        """Press the button of that title below the newest message of these words, with what its form holds."""
        message = self.message(words)
        (action, *_) = [one for one in message.actions() if one.get("title") == title]
        ids = {str(one["id"]).rpartition(".")[2]: str(one["id"]) for one in _inputs(message.card)}
        held = {str(one["id"]): str(one.get("value", "")) for one in _inputs(message.card)}
        typed = held | {ids[name]: value for name, value in inputs.items()}
        await self.teams.presses(message, action, typed, person=self.person, conversation=self.chat)
        await self.okra.settled()


async def test_from_a_form_to_an_approval(okra: Running, teams: TeamsFake) -> None:
    okra.house.db.write_now(jack_approves)
    mei, jack = Desk(okra, teams, "mei"), Desk(okra, teams, "jack")
    await mei.says(f'add objective "{TITLE}"')

    await mei.presses(TITLE, "Add a key result")
    await mei.presses("In one line", "Read it", line="Repeat orders from 20% to 30%")
    await mei.presses("increase, 20% → 30%", "Change")
    await mei.presses("Nothing is saved by this form", "Done", target="35%")
    await mei.presses("increase, 20% → 35%", "Save")
    await mei.presses("is saved as a draft", "See the draft")
    await mei.presses("draft for", "Publish")
    await mei.presses("How likely is each one", "Publish", sufficiency="More stock")

    await okra.house.tick()
    mei.message("I've asked Jack to approve")
    await jack.presses(TITLE, "Approve")
    await okra.house.tick()

    row = okra.house.db.read_now(repeat_orders)
    assert (row.state, row.target) == (KRState.ACTIVE, Decimal(35))
    assert any("Approved by Jack." in text and TITLE in text for text in teams.texts(BOARD))
