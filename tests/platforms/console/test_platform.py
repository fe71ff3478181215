"""The console edge: what people do becomes an `Inbound`, and what comes of it appears before them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.cards.model import Actions, Block, Button, Card, Checkboxes, Divider, Form, Menu, Option, Run, Text, TextField
from bot.cards.plain import plain_text
from bot.clock import MovableClock
from bot.delivery.port import Profile
from bot.intake.inbound import (
    Command,
    FormErrors,
    Inbound,
    Nothing,
    OpenForm,
    Place,
    Pressed,
    Result,
    Say,
    Submitted,
    Typed,
    Update,
)
from bot.platforms.console.buttons import NoSuchButtonError
from bot.platforms.console.platform import ConsolePlatform, NoOpenFormError
from bot.platforms.console.room import Room, Spot, Standing

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
MEI = Spot("mei", is_person=True)
GROWTH = Spot("growth", is_person=False)
FORM = Form(
    "update",
    "token-1",
    "Update KR1",
    "Save",
    "Cancel",
    (
        TextField("value", "MRR"),
        TextField("note", "Note", initial="none"),
        Checkboxes("steps", "Steps", (("One", "1"),)),
    ),
)


def words(text: str) -> Card:
    return Card((Text(((Run(text),),)),))


def asking(*labels: str) -> Card:
    """A question about several key results, each with the same buttons."""
    blocks: list[Block] = []
    for label in labels:
        blocks += [
            Text(((Run(f"{label} · where will it land?"),),)),
            Actions(
                (
                    Button("0.7", "score", f"{label}:0.7", hint=f"{label} lands at 0.7"),
                    Menu("⋯", (Option("Skip", "skip", label),), hint=f"More for {label}"),
                )
            ),
            Divider(),
        ]
    return Card(tuple(blocks))


@dataclass
class App:
    """Remembers what came in and answers with `result`."""

    result: Result = field(default_factory=Nothing)
    error: Exception | None = None
    heard: list[Inbound] = field(default_factory=list)

    async def __call__(self, inbound: Inbound) -> Result:
        self.heard.append(inbound)
        if self.error is not None:
            raise self.error
        return self.result


@pytest.fixture
def room() -> Room:
    room = Room(MovableClock(NOW))
    room.people = {
        "mei": Profile("mei", "Mei Lin", "Mei", timezone="Europe/Madrid", locale="en-GB"),
        "lin": Profile("lin", "林梅", "梅", locale="zh-CN"),
    }
    room.channels = {"growth": ["mei", "lin"]}
    return room


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def console(room: Room, app: App) -> ConsolePlatform:
    return ConsolePlatform(room, accept=app, clock=MovableClock(NOW), installation="Teebee", installation_id=1)


def posted(room: Room, card: Card, spot: Spot = MEI) -> Standing:
    return room.post(1, spot, card, "key")


def shown(room: Room, spot: Spot = MEI, reader: str | None = None) -> list[str]:
    return [plain_text(one.card) for one in room.at(spot, reader)]


async def test_words_in_the_dm_are_typed_and_a_slash_makes_a_command(console: ConsolePlatform, app: App) -> None:
    await console.types("mei", "45k")
    await console.types("mei", "/okr board")

    first, second = app.heard
    assert (first.what, first.place, first.person, first.installation) == (Typed("45k"), Place.DM, "mei", "Teebee")
    assert (first.trigger, first.locale, first.timezone) == (None, "en-GB", "Europe/Madrid")
    assert second.what == Command("board")
    assert second.trigger is not None
    assert first.key != second.key


async def test_in_a_channel_naming_okra_stands_for_the_slash(console: ConsolePlatform, app: App) -> None:
    await console.types("mei", "board", channel="growth")

    assert (app.heard[0].what, app.heard[0].place) == (Command("board"), Place.CHANNEL)


async def test_a_button_is_found_by_its_label_and_what_it_is_about(
    console: ConsolePlatform, app: App, room: Room
) -> None:
    message = posted(room, asking("KR1", "KR2", "KR12"))

    await console.presses("mei", "0.7", "KR1")
    await console.presses("mei", "Skip", "KR2")

    assert [one.what for one in app.heard] == [
        Pressed("score", "KR1:0.7", message.ref.message_id),
        Pressed("skip", "KR2", message.ref.message_id),
    ]


async def test_the_newest_message_with_such_a_button_is_meant(console: ConsolePlatform, app: App, room: Room) -> None:
    posted(room, asking("KR1"))
    newest = posted(room, asking("KR2"))
    posted(room, words("Thank you."))

    await console.presses("mei", "0.7")

    assert app.heard[0].what == Pressed("score", "KR2:0.7", newest.ref.message_id)


async def test_a_label_that_stands_there_twice_or_not_at_all_is_not_guessed(
    console: ConsolePlatform, app: App, room: Room
) -> None:
    posted(room, asking("KR1", "KR2"))

    with pytest.raises(NoSuchButtonError, match="2 times"):
        await console.presses("mei", "0.7")
    with pytest.raises(NoSuchButtonError, match=r"There is no \[0.9\] of KR1"):
        await console.presses("mei", "0.9", "KR1")
    assert app.heard == []


async def test_a_private_answer_in_a_channel_is_seen_by_the_asker_alone(
    console: ConsolePlatform, app: App, room: Room
) -> None:
    app.result = Say(words("Your KRs"))
    await console.types("mei", "", channel="growth")

    assert shown(room, GROWTH, "mei") == ["Your KRs"]
    assert shown(room, GROWTH, "lin") == []


async def test_an_update_replaces_what_was_pressed(console: ConsolePlatform, app: App, room: Room) -> None:
    posted(room, asking("KR1"))
    app.result = Update(words("Skipped."))

    await console.presses("mei", "Skip")

    assert shown(room) == ["Skipped."]


async def test_a_form_is_filled_in_corrected_and_closed(console: ConsolePlatform, app: App, room: Room) -> None:
    posted(room, asking("KR1"))
    app.result = OpenForm(FORM)
    await console.presses("mei", "Skip")

    app.result = FormErrors({"value": "I cannot read many as a number."})
    await console.submits("mei", {"value": "many", "steps": ("1",)})
    assert room.forms["mei"].errors == {"value": "I cannot read many as a number."}

    app.result = Nothing()
    await console.submits("mei", {"value": "45k"})
    assert room.forms == {}

    first, second = app.heard[1:]
    assert first.what == Submitted("update", "token-1", {"value": "many", "note": "none", "steps": ("1",)})
    assert second.what == Submitted("update", "token-1", {"value": "45k", "note": "none", "steps": ("1",)})
    assert first.place is Place.FORM


async def test_a_form_that_is_not_there_cannot_be_sent(console: ConsolePlatform, app: App, room: Room) -> None:
    with pytest.raises(NoOpenFormError):
        await console.submits("mei", {"value": "45k"})
    room.open_form("mei", FORM)
    with pytest.raises(NoOpenFormError, match=r"has no \['vlaue'\]"):
        await console.submits("mei", {"vlaue": "45k"})
    assert app.heard == []


@pytest.mark.parametrize(("person", "told"), [("mei", "I could not save that just now."), ("lin", "刚才没能保存")])
async def test_who_could_not_be_heard_is_told_so_in_their_language(
    console: ConsolePlatform, app: App, room: Room, person: str, told: str
) -> None:
    app.error = RuntimeError("disk full")

    await console.types(person, "45k")

    assert shown(room, Spot(person, is_person=True))[0].startswith(told)


async def test_a_form_that_could_not_be_stored_stays_open_with_what_was_typed(
    console: ConsolePlatform, app: App, room: Room
) -> None:
    room.open_form("mei", FORM)
    app.error = RuntimeError("disk full")

    await console.submits("mei", {"value": "45k"})

    field = room.forms["mei"].form.fields[0]
    assert isinstance(field, TextField)
    assert field.initial == "45k"
