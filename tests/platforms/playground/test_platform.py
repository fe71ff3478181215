"""The edge of the playground: a press and a form reach Okra once, or the person is told why not."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.intake.inbound import FormErrors, Inbound, Nothing, OpenForm, Place, Pressed, Result, Say, Submitted, Update
from bot.platforms.playground.journal import NotKept
from bot.platforms.playground.platform import GoneError, PlaygroundPlatform
from bot.platforms.playground.room import PlaygroundRoom
from tests.platforms.playground.rooms import (
    FORM,
    GROWTH,
    LIN,
    MEI,
    NOW,
    asking,
    full_disk,
    furnished,
    shown,
    words,
)


@dataclass
class App:
    """Answers with `result`, once somebody lets it, and a second delivery with nothing new, as intake does."""

    result: Result = field(default_factory=Nothing)
    heard: list[Inbound] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    reads: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.free.set()

    async def hears(self) -> None:
        """Until something came in and is not answered yet."""
        await self.reads.wait()

    async def __call__(self, inbound: Inbound) -> Result:
        is_new = inbound.key not in [one.key for one in self.heard] or isinstance(inbound.what, Submitted)
        self.heard.append(inbound)
        self.reads.set()
        await self.free.wait()
        self.reads.clear()
        return self.result if is_new else Nothing()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[PlaygroundRoom]:
    room = furnished(tmp_path / "room.jsonl")
    yield room
    room.close()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def okra(room: PlaygroundRoom, app: App) -> PlaygroundPlatform:
    return PlaygroundPlatform(room, accept=app, clock=MovableClock(NOW), installation="Teebee", installation_id=1)


async def test_it_is_a_platform_of_its_own(okra: PlaygroundPlatform, app: App) -> None:
    await okra.types("mei", "45k", key="key-1")

    assert (app.heard[0].platform, app.heard[0].key, app.heard[0].place) == ("playground", "key-1", Place.DM)


# --- what is typed ------------------------------------------------------------------------------------


async def test_what_is_sent_twice_is_shown_once_and_is_one_delivery(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App
) -> None:
    app.result = Say(words("The board"))
    await okra.types("mei", "/okr board", key="key-1")
    await okra.types("mei", "/okr board", key="key-1")

    assert shown(room, MEI, "mei") == ["mei: /okr board", "The board"]
    assert {one.key for one in app.heard} == {"key-1"}


async def test_what_cannot_be_kept_reaches_nobody_and_can_be_sent_again(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App, tmp_path: Path
) -> None:
    room.post(1, MEI, words("Where will it land?"), "key-0")
    with full_disk(tmp_path / "room.jsonl"), pytest.raises(NotKept):
        await okra.types("mei", "45k", key="key-1")
    assert app.heard == []

    await okra.types("mei", "45k", key="key-1")
    assert shown(room, MEI, "mei") == ["Where will it land?", "mei: 45k"]
    assert len(app.heard) == 1


# --- what is pressed ----------------------------------------------------------------------------------


async def test_a_button_and_an_entry_of_a_menu_are_pressed_where_they_stand(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App
) -> None:
    message = room.post(1, MEI, asking(), "key-0").ref.message_id
    await okra.presses_here("mei", message, "score", "KR1:0.7", "key-1")
    await okra.presses_here("mei", message, "skip", "KR1", "key-2")

    assert [(one.what, one.key) for one in app.heard] == [
        (Pressed("score", "KR1:0.7", message), "key-1"),
        (Pressed("skip", "KR1", message), "key-2"),
    ]


async def test_two_tabs_that_press_on_one_question_are_answered_once_and_told_once(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App
) -> None:
    message = room.post(1, MEI, asking(), "key-0").ref.message_id
    app.result = Update(words("Noted: 0.7."))
    await okra.presses_here("mei", message, "score", "KR1:0.7", "tab-1")
    with pytest.raises(GoneError, match="the message has changed since"):
        await okra.presses_here("mei", message, "score", "KR1:0.7", "tab-2")

    assert shown(room, MEI, "mei") == ["Noted: 0.7."]
    assert len(app.heard) == 1


@pytest.mark.parametrize(
    ("person", "message", "action", "value"),
    [
        ("lin", "m-1", "score", "KR1:0.7"),
        ("mei", "m-9", "score", "KR1:0.7"),
        ("mei", "", "score", "KR1:0.7"),
        ("mei", "m-1", "score", "KR2:0.7"),
        ("mei", "m-1", "erase", "KR1:0.7"),
        ("lin", "m-2", "score", "KR1:0.7"),
    ],
)
async def test_nobody_presses_what_does_not_stand_before_them(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App, person: str, message: str, action: str, value: str
) -> None:
    room.post(1, MEI, asking(), "key-1")
    room.post(1, GROWTH, asking(), "key-2", seen_by="mei")

    with pytest.raises(GoneError):
        await okra.presses_here(person, message, action, value, "key-3")

    assert app.heard == []


async def test_everybody_presses_what_stands_in_a_channel(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App
) -> None:
    message = room.post(1, GROWTH, asking(), "key-1").ref.message_id
    await okra.presses_here("lin", message, "skip", "KR1", "key-2")

    assert (app.heard[0].person, app.heard[0].place, app.heard[0].channel) == ("lin", Place.CHANNEL, "growth")


# --- forms --------------------------------------------------------------------------------------------


async def test_what_was_emptied_is_empty_and_what_is_not_of_the_form_is_left_out(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App
) -> None:
    room.open_form("mei", FORM)
    await okra.sends_form("mei", room.forms["mei"].id, {"value": "45k", "steps": ("2",), "owner": "lin"})

    assert app.heard[0].what == Submitted("update", "token-1", {"value": "45k", "steps": ("2",)})
    assert room.forms == {}


async def test_a_form_with_a_sentence_beside_a_field_keeps_what_was_typed_over_a_restart(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App, tmp_path: Path
) -> None:
    room.open_form("mei", FORM)
    app.result = FormErrors({"value": "I cannot read many as a number."})
    await okra.sends_form("mei", room.forms["mei"].id, {"value": "many", "note": "", "steps": ("1", "2")})

    after = furnished(tmp_path / "room.jsonl")
    form = after.forms["mei"]
    after.close()
    assert form == room.forms["mei"]
    assert form.errors == {"value": "I cannot read many as a number."}
    assert [field.initial for field in form.form.fields] == ["many", "", "", ("1", "2")]


async def test_a_form_that_was_sent_or_closed_in_another_tab_is_told_and_sends_nothing(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App
) -> None:
    room.open_form("mei", FORM)
    older = room.forms["mei"].id
    await okra.sends_form("mei", older, {"value": "45k"})
    with pytest.raises(GoneError, match="Nothing was sent twice"):
        await okra.sends_form("mei", older, {"value": "46k"})

    room.open_form("mei", FORM)
    newer = room.forms["mei"]
    with pytest.raises(GoneError):
        await okra.sends_form("mei", older, {"value": "47k"})
    okra.cancels_form("mei", older)
    with pytest.raises(GoneError):
        await okra.sends_form("lin", newer.id, {"value": "48k"})

    assert room.forms == {"mei": newer}
    assert len(app.heard) == 1
    okra.cancels_form("mei", newer.id)
    okra.cancels_form("mei", newer.id)
    assert room.forms == {}


@pytest.mark.parametrize("result", [Nothing(), FormErrors({"value": "Not a number."})])
async def test_a_form_that_opened_while_another_was_read_stays_as_it_is(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App, result: Result
) -> None:
    room.open_form("mei", FORM)
    app.result = result
    app.free.clear()
    sending = asyncio.create_task(okra.sends_form("mei", room.forms["mei"].id, {"value": "45k"}))
    await app.hears()
    room.open_form("mei", FORM)
    newer = room.forms["mei"]
    app.free.set()
    await sending

    assert room.forms == {"mei": newer}
    assert newer.errors == {}


async def test_a_form_that_was_closed_while_it_was_read_stays_closed_and_its_answer_is_told(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App
) -> None:
    for result in (FormErrors({"value": "Not a number."}), Say(words("That is kept for later."))):
        room.open_form("mei", FORM)
        app.result = result
        app.free.clear()
        sending = asyncio.create_task(okra.sends_form("mei", room.forms["mei"].id, {"value": "45k"}))
        await app.hears()
        okra.cancels_form("mei", room.forms["mei"].id)
        app.free.set()
        await sending

    assert room.forms == {}
    assert shown(room, MEI, "mei") == ["That is kept for later."]


async def test_a_press_that_opens_a_form_opens_it_for_that_person(
    okra: PlaygroundPlatform, room: PlaygroundRoom, app: App
) -> None:
    message = room.post(1, LIN, asking(), "key-1").ref.message_id
    app.result = OpenForm(FORM)
    await okra.presses_here("lin", message, "skip", "KR1", "key-2")
    await okra.presses_here("lin", message, "skip", "KR1", "key-2")

    assert set(room.forms) == {"lin"}
