"""The room outlives its process, says what is new to whom, and wakes whoever looks on."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.delivery.port import MessageRef, Rejected
from bot.platforms.console.room import Wrote
from bot.platforms.playground.journal import JournalProblem, NotKept
from bot.platforms.playground.room import PlaygroundRoom
from tests.platforms.playground.rooms import FORM, GROWTH, LIN, MEI, NOW, full_disk, furnished, shown, words


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "room.jsonl"


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def room(path: Path, clock: MovableClock) -> Iterator[PlaygroundRoom]:
    room = furnished(path, clock)
    yield room
    room.close()


@pytest.fixture
def again(path: Path) -> Iterator[Callable[[], PlaygroundRoom]]:
    """The room as the next process finds it."""
    opened: list[PlaygroundRoom] = []

    def reopen() -> PlaygroundRoom:
        opened.append(furnished(path))
        return opened[-1]

    yield reopen
    for one in opened:
        one.close()


Again = Callable[[], PlaygroundRoom]


def says(room: PlaygroundRoom, text: str, key: str = "", person: str = "mei") -> None:
    room.tell(Wrote(NOW, person, MEI, text, key or f"key of {text}"))


# --- what a page shows --------------------------------------------------------------------------------


def test_a_conversation_stands_in_the_order_in_which_it_was_held(room: PlaygroundRoom) -> None:
    room.post(1, MEI, words("Where will it land?"), "key-1")
    says(room, "0.7")
    room.post(1, MEI, words("Noted."), "key-2")
    room.post(1, LIN, words("For Lin."), "key-3")

    assert shown(room, MEI, "mei") == ["Where will it land?", "mei: 0.7", "Noted."]


def test_a_private_answer_in_a_channel_is_seen_and_counted_for_one_person_alone(room: PlaygroundRoom) -> None:
    room.post(1, GROWTH, words("Your key results"), "", seen_by="mei")

    assert (shown(room, GROWTH, "mei"), room.unread(GROWTH, "mei")) == (["Your key results"], 1)
    assert (shown(room, GROWTH, "lin"), room.unread(GROWTH, "lin")) == ([], 0)


def test_unread_is_what_others_said_since_one_looked(room: PlaygroundRoom, again: Again) -> None:
    room.post(1, MEI, words("One"), "key-1")
    room.post(1, MEI, words("Two"), "key-2")
    assert room.unread(MEI, "mei") == 2

    room.see(MEI, "mei")
    assert room.unread(MEI, "mei") == 0

    says(room, "thanks")
    assert room.unread(MEI, "mei") == 0
    room.post(1, MEI, words("Three"), "key-3")
    assert room.unread(MEI, "mei") == 1
    assert again().unread(MEI, "mei") == 1


def test_what_was_seen_is_seen_by_one_person_in_one_conversation(room: PlaygroundRoom) -> None:
    room.post(1, GROWTH, words("The board"), "key-1")
    room.post(1, MEI, words("Hello"), "key-2")
    room.see(GROWTH, "mei")

    assert (room.unread(GROWTH, "mei"), room.unread(MEI, "mei"), room.unread(GROWTH, "lin")) == (0, 1, 1)


def test_a_message_that_changes_in_place_is_not_new_and_tells_when_it_changed(
    room: PlaygroundRoom, clock: MovableClock
) -> None:
    ref = room.post(1, MEI, words("Old"), "key-1").ref
    room.see(MEI, "mei")
    clock.move_to(NOW + timedelta(minutes=4))
    room.change(ref, words("New"))

    message = room.message(ref.message_id)
    assert message is not None
    assert (message.at, message.changed_at, message.edits) == (NOW, NOW + timedelta(minutes=4), 1)
    assert room.unread(MEI, "mei") == 0


def test_what_comes_twice_under_one_key_is_said_once(room: PlaygroundRoom, again: Again) -> None:
    says(room, "45k", "key-1")
    says(room, "45k", "key-1")
    assert room.has_said("key-1")
    after = again()
    says(after, "45k", "key-1")
    says(after, "45k", "key-2")

    assert shown(after, MEI, "mei") == ["mei: 45k", "mei: 45k"]


def test_what_no_page_could_show_is_taken_out_of_what_people_write(room: PlaygroundRoom, again: Again) -> None:
    says(room, "4\x005k\ud800 \u202eor so\r\nthanks")

    assert shown(room, MEI, "mei") == shown(again(), MEI, "mei") == ["mei: 45k or so\nthanks"]


# --- a memory on disk ---------------------------------------------------------------------------------


def test_a_restart_keeps_all_that_stands_there(room: PlaygroundRoom, again: Again, clock: MovableClock) -> None:
    root = room.post(1, GROWTH, words("The board"), "key-1")
    room.post(1, GROWTH, words("Next steps?"), "key-2", thread=root.ref.message_id)
    room.post(1, GROWTH, words("For you alone"), "key-3", seen_by="mei")
    gone = room.post(1, MEI, words("Oops"), "key-4")
    says(room, "你好 <b>&amp;")
    clock.move_to(NOW + timedelta(hours=1))
    room.change(root.ref, words("The board, newer"))
    room.take_away(gone.ref)
    room.open_form("mei", FORM)
    room.refuse_form("mei", {"value": "I cannot read many as a number."})
    room.open_form("lin", FORM)
    room.close_form("lin")
    room.see(GROWTH, "mei")
    room.dismiss("first")

    after = again()

    assert after.standing == room.standing
    assert after.said == room.said
    assert after.forms == room.forms
    assert set(after.forms) == {"mei"}
    assert after.seen == room.seen
    assert after.dismissed == {"first"}


def test_no_number_is_given_twice_however_often_it_is_started(room: PlaygroundRoom, again: Again) -> None:
    first = room.post(1, MEI, words("One"), "key-1").ref.message_id
    says(room, "two")
    room.open_form("mei", FORM)
    form = room.forms["mei"].id
    last = room.post(1, MEI, words("Oops"), "key-3")
    room.take_away(last.ref)
    taken = {first, form, last.ref.message_id}
    presses = {room.next_id("press"), room.next_id("typed"), room.next_id("trigger")}

    for _ in range(2):
        after = again()
        message = after.post(1, MEI, words("Again"), "key-4").ref.message_id
        after.open_form("mei", FORM)
        new = {message, after.forms["mei"].id}
        assert not new & taken
        taken |= new
        assert presses.isdisjoint({after.next_id("press"), after.next_id("typed"), after.next_id("trigger")})
    assert [entry.number for entry in again().entries(MEI, "mei")] == sorted({1, 2, 4, 5})


def test_a_form_of_another_company_never_has_the_same_id(room: PlaygroundRoom, tmp_path: Path) -> None:
    other = PlaygroundRoom(MovableClock(NOW), tmp_path / "other.jsonl")
    for one in (room, other):
        one.open_form("mei", FORM)
    other.close()

    assert room.forms["mei"].id != other.forms["mei"].id


def test_a_line_that_was_cut_off_by_the_crash_never_happened(room: PlaygroundRoom, path: Path, again: Again) -> None:
    room.post(1, MEI, words("One"), "key-1")
    room.post(1, MEI, words("Two"), "key-2")
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])

    after = again()
    after.post(1, MEI, words("Three"), "key-3")

    assert shown(again(), MEI, "mei") == ["One", "Three"]


@pytest.mark.parametrize(
    "line", ['{"text":"tea"}', '{"do":"post"}', '{"do":"said","number":"many"}', '{"do":"post","id":"m-x"}', "null"]
)
def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(path: Path, line: str, again: Again) -> None:
    path.write_text(f"{line}\n")

    with pytest.raises(JournalProblem, match=r"Line 1 of room\.jsonl"):
        again()

    assert path.read_text() == f"{line}\n"


# --- a full disk --------------------------------------------------------------------------------------


def test_what_a_full_disk_does_not_take_did_not_happen(room: PlaygroundRoom, path: Path, again: Again) -> None:
    ref = room.post(1, MEI, words("Old"), "key-1").ref
    room.open_form("mei", FORM)
    opened = room.forms["mei"]
    with full_disk(path):
        with pytest.raises(NotKept):
            room.post(1, MEI, words("New"), "key-2")
        with pytest.raises(NotKept):
            room.change(ref, words("Newer"))
        with pytest.raises(NotKept):
            room.take_away(ref)
        with pytest.raises(NotKept):
            says(room, "45k", "key-3")
        with pytest.raises(NotKept):
            room.open_form("lin", FORM)
        with pytest.raises(NotKept):
            room.refuse_form("mei", {"value": "Not a number."})
        with pytest.raises(NotKept):
            room.close_form("mei")
    assert shown(room, MEI, "mei") == ["Old"]
    assert room.forms == {"mei": opened}
    assert not room.has_said("key-3")

    says(room, "45k", "key-3")
    room.change(ref, words("Newest"))
    assert shown(room, MEI, "mei") == shown(again(), MEI, "mei") == ["Newest", "mei: 45k"]


def test_on_a_full_disk_one_can_still_look_around(room: PlaygroundRoom, path: Path) -> None:
    room.post(1, MEI, words("One"), "key-1")
    with full_disk(path):
        room.see(MEI, "mei")
        room.dismiss("first")

    assert (room.unread(MEI, "mei"), room.dismissed) == (0, {"first"})


def test_a_message_that_is_not_there_cannot_be_changed(room: PlaygroundRoom, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Rejected):
        room.change(MessageRef(1, MEI.id, "m-9"), words("New"))
    room.take_away(MessageRef(1, MEI.id, "m-9"))

    assert path.read_bytes() == before


# --- whoever looks on ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "happens",
    [
        lambda room: room.post(1, MEI, words("Hello"), "key-2"),
        lambda room: room.change(room.standing[0].ref, words("New")),
        lambda room: room.take_away(room.standing[0].ref),
        lambda room: says(room, "45k"),
        lambda room: room.open_form("lin", FORM),
        lambda room: room.refuse_form("mei", {"value": "Not a number."}),
        lambda room: room.close_form("mei"),
        lambda room: room.see(MEI, "mei"),
        lambda room: room.dismiss("first"),
        lambda room: room.touch(),
    ],
)
async def test_all_who_look_on_are_woken_by_whatever_happens(
    room: PlaygroundRoom, happens: Callable[[PlaygroundRoom], object]
) -> None:
    room.post(1, MEI, words("Old"), "key-1")
    room.open_form("mei", FORM)
    since = room.revision
    looking = [asyncio.create_task(room.changes(since)) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(one.done() for one in looking)

    happens(room)

    assert set(await asyncio.gather(*looking)) == {room.revision}
    assert room.revision > since


async def test_what_happened_between_two_looks_is_not_missed(room: PlaygroundRoom) -> None:
    since = room.revision
    room.touch()
    room.touch()

    assert await room.changes(since) == since + 2


async def test_whoever_knows_a_revision_of_an_earlier_process_looks_again_at_once(room: PlaygroundRoom) -> None:
    assert await room.changes(room.revision + 500) == room.revision


async def test_whoever_stops_looking_leaves_nothing_behind(room: PlaygroundRoom) -> None:
    looking = asyncio.create_task(room.changes(room.revision))
    await asyncio.sleep(0)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking

    room.touch()
    assert await room.changes(0) == room.revision


async def test_seeing_what_was_seen_wakes_nobody(room: PlaygroundRoom) -> None:
    room.post(1, MEI, words("Hello"), "key-1")
    room.see(MEI, "mei")
    since = room.revision
    room.see(MEI, "mei")
    room.dismiss("first")
    room.dismiss("first")

    assert room.revision == since + 1
