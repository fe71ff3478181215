"""What a person did is stored before it is handled, handled once, and answered."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.cards.model import Form
from bot.intake.accept import (
    KEPT_FOR_LATER,
    NOT_ACTIVE,
    UNKNOWN_INSTALLATION,
    UNKNOWN_PERSON,
    Answer,
    FormRequest,
    Reply,
    Turn,
)
from bot.intake.inbound import (
    Command,
    FormErrors,
    Inbound,
    Nothing,
    OpenForm,
    Place,
    Pressed,
    Say,
    Submitted,
    Typed,
    Update,
    What,
)
from storage import models as m
from storage.session import DatabaseBusy
from tests.intake.desk import Desk, answer, card, inbound, said
from tests.storage.databases import MORNING, Blocker, blocker, held, url_of

FORM = Form("update", "token", "Update", "Save", "Cancel", ())
EVERY_KIND: list[What] = [
    Typed("45k"),
    Command("board"),
    Pressed("score", "0.7", "m1"),
    Submitted("update", "token", {"value": "45k", "ticked": ("a", "b")}),
]
kinds = pytest.mark.parametrize("what", EVERY_KIND, ids=lambda what: type(what).__name__)


# --- the usual way ------------------------------------------------------------------------------------


@kinds
async def test_it_is_on_disk_before_it_is_handled(desk: Desk, what: What) -> None:
    stored: list[tuple[Any, ...]] = []

    def look(turn: Turn) -> Reply:
        with blocker(url_of(desk.db)) as other:
            stored.extend(other.sees("SELECT key, state FROM inbox"))
        return Nothing()

    desk.reply = look
    await desk.intake.accept(inbound(what))

    ((key, state),) = stored
    assert key.startswith("event:1")
    assert state == "received"
    assert (desk.row().state.value, desk.row().attempts) == ("done", 1)


async def test_what_is_typed_is_answered_through_delivery(desk: Desk) -> None:
    desk.reply = answer("echo", kr=2)

    assert await desk.intake.accept(inbound("45k")) == Nothing(goes_out=True)

    assert desk.outbox() == [{"name": "echo", "data": {"kr": 2}, "inbox_id": desk.row().id}]
    assert desk.woken == 1


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (Submitted("update", "token", {"value": "45k"}), answer("echo", inbox_id=1)),
        (Submitted("update", "token", {"value": "45k"}), answer("notice", msgid="No.")),
        (Command("KR1 45k"), answer("echo", inbox_id=1)),
        (Command("win Acme"), answer("win_noted", inbox_id=1)),
    ],
)
async def test_what_was_stored_is_said_back_through_delivery_and_once(desk: Desk, what: What, told: Answer) -> None:
    desk.reply = told

    assert await desk.intake.accept(inbound(what)) == Nothing(goes_out=True)
    assert await desk.intake.accept(inbound(what)) == Nothing()

    assert desk.outbox() == [{"name": told.name, "data": dict(told.data), "inbox_id": desk.row().id}]
    assert desk.woken == 1


@pytest.mark.parametrize("told", [answer("echo", inbox_id=None), answer("board")], ids=lambda one: one.name)
async def test_a_command_that_stored_nothing_is_answered_at_once(desk: Desk, told: Answer) -> None:
    desk.reply = told

    assert isinstance(await desk.intake.accept(inbound(Command("board"))), Say)

    assert desk.outbox() == []


@pytest.mark.parametrize(
    "what", [one for one in EVERY_KIND if isinstance(one, Command | Pressed)], ids=lambda what: type(what).__name__
)
@pytest.mark.parametrize("private", [True, False])
async def test_everything_else_is_answered_at_once(desk: Desk, what: What, private: bool) -> None:
    desk.reply = type(answer())("board", {"team": 1}, private=private)

    result = await desk.intake.accept(inbound(what))

    assert said(result) == "mei: board {'team': 1}"
    assert isinstance(result, Say)
    assert result.private is private
    assert desk.outbox() == []


@pytest.mark.parametrize(
    "reply", [Nothing(), OpenForm(FORM), FormErrors({"value": "Not a number."}), Update(card("new"))]
)
async def test_other_replies_are_handed_to_the_platform(desk: Desk, reply: Reply) -> None:
    desk.reply = reply
    assert await desk.intake.accept(inbound(Pressed("more", ""), trigger="t")) == reply


async def test_a_form_is_opened_where_one_can_be_and_offered_by_a_button_elsewhere(desk: Desk) -> None:
    desk.reply = FormRequest("update", {"kr": 2}, "open_update", "token")

    opened = await desk.intake.accept(inbound(Pressed("more", ""), key="a", trigger="t"))
    assert opened == OpenForm(Form("update", "token", "mei", "Save", "Cancel", ()))

    assert await desk.intake.accept(inbound("update", key="b")) == Nothing(goes_out=True)
    (offered,) = desk.outbox()
    assert offered["name"] == "open_form"
    assert offered["data"].items() >= {"action": "open_update", "value": "token"}.items()


async def test_a_conversation_is_told_who_and_when_and_whether_a_form_can_open(desk: Desk) -> None:
    turns: list[Turn] = []

    def look(turn: Turn) -> Reply:
        turns.append(turn)
        return Nothing()

    desk.reply = look
    await desk.intake.accept(inbound(Pressed("more", ""), key="a", trigger="t"))
    await desk.intake.accept(inbound("45k", key="b"))

    assert [(turn.person.handle, turn.now, turn.can_open_forms) for turn in turns] == [
        ("mei", MORNING, True),
        ("mei", MORNING, False),
    ]


async def test_the_address_a_person_answers_from_is_the_one_they_are_written_to(desk: Desk) -> None:
    def lost(session: Session) -> None:
        session.get_one(m.Address, 1).reachable = False

    desk.change(lost)
    desk.clock.move_to(MORNING + timedelta(hours=1))

    await desk.intake.accept(inbound("hello", key="a", place=Place.CHANNEL))
    address = desk.db.read_now(lambda session: session.get_one(m.Address, 1))
    assert (address.reachable, address.last_answer_at) == (False, None), "a channel says nothing about the DM"

    await desk.intake.accept(inbound("hello", key="b"))
    address = desk.db.read_now(lambda session: session.get_one(m.Address, 1))
    assert (address.reachable, address.last_answer_at) == (True, MORNING + timedelta(hours=1))


# --- duplicates ---------------------------------------------------------------------------------------


@kinds
async def test_a_second_delivery_of_the_same_changes_nothing(desk: Desk, what: What) -> None:
    desk.reply = answer() if isinstance(what, Typed) else Nothing()
    assert await desk.intake.accept(inbound(what)) == Nothing(goes_out=isinstance(what, Typed))

    for _ in range(3):
        assert await desk.intake.accept(inbound(what)) == Nothing()

    assert (len(desk.rows()), len(desk.turns), desk.heard()) == (1, 1, 1)
    assert len(desk.outbox()) == (1 if isinstance(what, Typed) else 0)


@kinds
async def test_two_deliveries_at_once_are_one(desk: Desk, what: What) -> None:
    desk.reply = FormErrors({"value": "Not a number."}) if isinstance(what, Submitted) else Nothing()

    results = await asyncio.gather(*(desk.intake.accept(inbound(what)) for _ in range(4)))

    assert results == [desk.reply] * 4, "each gets the same acknowledgement"
    assert (len(desk.rows()), desk.heard()) == (1, 1)


async def test_two_processes_that_get_the_same_at_once_store_it_once(desk: Desk) -> None:
    other = desk.restarted()
    await asyncio.gather(*(intake.accept(inbound()) for intake in (desk.intake, other) for _ in range(3)))

    assert (len(desk.rows()), desk.heard()) == (1, 1)


async def test_form_errors_are_given_again_and_a_corrected_form_is_new(desk: Desk) -> None:
    def check(turn: Turn) -> Reply:
        assert isinstance(turn.inbound.what, Submitted)
        if turn.inbound.what.values["value"] == "soon":
            return FormErrors({"value": "Not a number."})
        return Nothing()

    desk.reply = check
    wrong = inbound(Submitted("update", "token", {"value": "soon"}), key="view:1:hash")
    right = inbound(Submitted("update", "token", {"value": "45k"}), key="view:1:hash")

    assert await desk.intake.accept(wrong) == FormErrors({"value": "Not a number."})
    assert await desk.intake.accept(wrong) == FormErrors({"value": "Not a number."})
    assert await desk.intake.accept(right) == Nothing()
    assert await desk.intake.accept(right) == Nothing()

    assert len(desk.turns) == 2
    assert [row.errors for row in desk.rows()] == [{"value": "Not a number."}, None]


async def test_the_same_key_of_another_installation_is_something_else(desk: Desk) -> None:
    await desk.intake.accept(inbound(person="ana"))
    await desk.intake.accept(inbound(person="ana", platform="playground", installation="playground"))

    assert len(desk.rows()) == 2


@pytest.mark.parametrize(("one", "other"), [("k" * 300, "k" * 301), ("k\ud800", "k\ud801"), ("k\x00", "k")])
async def test_keys_that_no_column_holds_still_differ(desk: Desk, one: str, other: str) -> None:
    for key in (one, other, one):
        await desk.intake.accept(inbound(key=key))

    assert len(desk.rows()) == 2


# --- people we do not know ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"installation": "elsewhere"}, UNKNOWN_INSTALLATION),
        ({"installation": "console\ud800"}, UNKNOWN_INSTALLATION),
        ({"platform": "slack"}, UNKNOWN_INSTALLATION),
        ({"person": "stranger"}, UNKNOWN_PERSON),
        ({"person": "mei\x00"}, UNKNOWN_PERSON),
        ({"person": "\ud800"}, UNKNOWN_PERSON),
    ],
)
@pytest.mark.parametrize(("locale", "lang"), [(None, "en"), ("zh-CN", "zh"), ("de", "en")])
async def test_strangers_are_told_so_and_nothing_is_kept_of_them(
    desk: Desk, more: dict[str, str], sentence: str, locale: str | None, lang: str
) -> None:
    result = await desk.intake.accept(inbound("secret", locale=locale, **more))

    assert said(result) == f"{lang} {sentence}"
    assert (desk.rows(), desk.turns) == ([], [])


async def test_a_revoked_installation_is_not_listened_to(desk: Desk) -> None:
    def revoke(session: Session) -> None:
        session.get_one(m.Installation, desk.company.console).state = m.InstallationState.REVOKED

    desk.change(revoke)
    assert said(await desk.intake.accept(inbound())) == f"en {UNKNOWN_INSTALLATION}"


async def test_someone_who_left_is_told_so_in_their_language(desk: Desk) -> None:
    def leave(session: Session) -> None:
        person = session.get_one(m.Person, desk.company.mei)
        person.active = False
        person.lang = m.Language.ZH

    desk.change(leave)
    assert said(await desk.intake.accept(inbound(locale="en-US"))) == f"zh {NOT_ACTIVE}"
    assert desk.rows() == []


# --- what goes wrong ----------------------------------------------------------------------------------


def breaks(_turn: Turn) -> Reply:
    raise LookupError("no such thing")


@kinds
async def test_what_breaks_is_kept_and_said_and_leaves_no_trace(desk: Desk, what: What) -> None:
    desk.reply = breaks

    assert said(await desk.intake.accept(inbound(what))) == f"en {KEPT_FOR_LATER}"

    row = desk.row()
    assert (row.state.value, row.attempts) == ("broken", 1)
    assert "no such thing" in str(row.problem)
    assert desk.heard() == 0
    assert said(await desk.intake.accept(inbound(what))) == f"en {KEPT_FOR_LATER}", "a second delivery is told the same"
    assert len(desk.turns) == 1


async def test_what_is_kept_is_quoted_in_the_persons_own_language(desk: Desk) -> None:
    def chinese(session: Session) -> None:
        session.get_one(m.Person, desk.company.mei).lang = m.Language.ZH

    desk.change(chinese)
    desk.quotes, desk.reply = True, breaks
    desk.intake = desk.restarted()

    assert said(await desk.intake.accept(inbound("45k", key="a", locale="en"))) == "zh kept 45k"
    assert said(await desk.intake.accept(inbound(Pressed("x", ""), key="b"))) == f"zh {KEPT_FOR_LATER}"


async def test_an_answer_that_cannot_be_given_breaks_the_whole_turn(desk: Desk) -> None:
    """What is stored is echoed: without its echo the check-in is not there either, and it will be read again."""

    def unfit(turn: Turn) -> Reply:
        return type(answer())("echo", {"x": object()})

    desk.reply = unfit
    assert said(await desk.intake.accept(inbound())) == f"en {KEPT_FOR_LATER}"
    assert (desk.row().state.value, desk.heard(), desk.outbox()) == ("broken", 0, [])


async def test_what_cannot_be_stored_is_a_storage_problem(desk: Desk) -> None:
    with held(url_of(desk.db)), pytest.raises(DatabaseBusy):
        await desk.intake.accept(inbound())
    assert (desk.rows(), desk.turns) == ([], [])

    assert await desk.intake.accept(inbound()) == Nothing(), "and when it comes again it is new"
    assert desk.heard() == 1


async def test_what_cannot_be_handled_yet_is_kept_and_replayed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.reply = answer()
    with blocker(url_of(desk.db)) as other:
        with monkeypatch.context() as patched:
            lock_after_storing(desk, other, patched)
            result = await desk.intake.accept(inbound())
        assert said(result) == f"en {KEPT_FOR_LATER}"
    assert (desk.row().state.value, desk.heard(), desk.outbox()) == ("received", 0, [])

    assert await desk.intake.replay() == 1
    assert await desk.intake.replay() == 0

    assert (desk.row().state.value, desk.heard(), len(desk.outbox())) == ("done", 1, 1)


def lock_after_storing(desk: Desk, other: Blocker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program takes the lock between storing and handling."""
    store = desk.db.write_in_turn

    async def watched(*args: Any, **kwargs: Any) -> Any:
        stored = await store(*args, **kwargs)
        other.lock()
        return stored

    monkeypatch.setattr(desk.db, "write_in_turn", watched)


async def test_a_second_delivery_of_what_was_not_handled_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with blocker(url_of(desk.db)) as other, monkeypatch.context() as patched:
        lock_after_storing(desk, other, patched)
        await desk.intake.accept(inbound())

    assert await desk.intake.accept(inbound()) == Nothing()
    assert (len(desk.rows()), desk.heard()) == (1, 1)


async def test_even_what_breaks_under_a_locked_database_is_kept(desk: Desk) -> None:
    with blocker(url_of(desk.db)) as other:
        unlocked = threading.Event()

        def lock_and_break(turn: Turn) -> Reply:
            turn.session.rollback()
            other.lock()
            unlocked.set()
            raise LookupError("no such thing")

        desk.reply = lock_and_break
        assert said(await desk.intake.accept(inbound())) == f"en {KEPT_FOR_LATER}"
        assert unlocked.is_set()

    assert desk.row().state.value == "received"
    desk.reply = Nothing()
    assert await desk.intake.replay() == 1


# --- odd texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", ""),
        ("x" * 100_000, "x" * 40_000),
        ("45k\x00\x07", "45k"),
        ("\ud800 45k \udfff", " 45k "),
        (bytes(range(256)).decode("latin-1"), None),
        ("‮k54‬", "k54"),
        ("第2季度 👩‍👩‍👧", "第2季度 👩‍👩‍👧"),
        ("'; DROP TABLE inbox; --", "'; DROP TABLE inbox; --"),
    ],
    ids=["empty", "100 kB", "NUL", "lone surrogates", "binary", "reordering", "emoji", "SQL"],
)
async def test_odd_texts_are_stored_and_handled(desk: Desk, text: str, seen: str | None) -> None:
    """What the conversation sees at once is what a replay would see."""
    whats: list[What] = [Typed(text), Command(text), Submitted("f", "t", {"v": text})]
    for number, what in enumerate(whats):
        await desk.intake.accept(inbound(what, key=f"event:{number}"))

    assert [row.state.value for row in desk.rows()] == ["done"] * 3
    typed, command, form = (turn.what for turn in desk.turns)
    assert isinstance(typed, Typed)
    assert isinstance(command, Command)
    assert isinstance(form, Submitted)
    assert typed.text == command.text == form.values["v"]
    assert seen is None or typed.text == seen
    assert "\x00" not in typed.text
    assert [row.body["what"].get("text", typed.text) for row in desk.rows()] == [typed.text] * 3


async def test_the_trigger_is_handed_on_and_not_stored(desk: Desk) -> None:
    await desk.intake.accept(inbound(Pressed("more", ""), trigger="trigger-123"))

    assert desk.turns[0].trigger == "trigger-123"
    assert "trigger-123" not in str(desk.row().body)


async def test_nothing_of_one_message_leaks_into_another(desk: Desk) -> None:
    async def say(number: int) -> Inbound:
        message = inbound(f"text {number}", key=f"event:{number}")
        await desk.intake.accept(message)
        return message

    said_all = await asyncio.gather(*(say(number) for number in range(20)))

    assert {turn.key: turn.what for turn in desk.turns} == {one.key: one.what for one in said_all}
    assert desk.heard() == 20


# --- many at once ---------------------------------------------------------------------------------


async def test_it_is_told_that_it_is_stored_before_it_is_answered(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    await desk.intake.accept(inbound(), lambda: told.append((len(desk.rows()), len(desk.turns))))
    assert told == [(1, 0)]


async def test_what_is_answered_without_being_stored_is_not_told_as_stored(desk: Desk) -> None:
    told: list[str] = []
    await desk.intake.accept(inbound(person="nobody"), lambda: told.append("stored"))
    assert told == []


@pytest.mark.sqlite_only  # where all share one writer
async def test_when_everybody_speaks_at_once_new_words_are_stored_before_all_others_are_answered(desk: Desk) -> None:
    answered_by_then: list[int] = []

    async def say(number: int) -> None:
        await desk.intake.accept(inbound(key=f"event:{number}"), lambda: answered_by_then.append(len(desk.turns)))

    first = [asyncio.create_task(say(number)) for number in range(30)]
    await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    answered_by_then.clear()
    await asyncio.gather(*first, *(say(number) for number in range(30, 40)))
    assert max(answered_by_then) < 30
    assert (len(desk.rows()), desk.heard()) == (40, 40)


async def test_a_command_that_only_shows_something_wakes_nobody(desk: Desk) -> None:
    desk.reply = answer("board")
    assert isinstance(await desk.intake.accept(inbound(Command("board"), key="command:1")), Say)
    assert desk.woken == 0
    desk.reply = answer("echo", inbox_id=1)
    await desk.intake.accept(inbound(Command("update 45k"), key="command:2"))
    assert desk.woken == 1
