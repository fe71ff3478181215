"""What was stored and not handled is handled later, once, and answered through the outbox."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from bot.cards.model import Form
from bot.intake import accept
from bot.intake.accept import FORM_ERRORS_LATER, REREAD_ATTEMPTS, REREAD_WITHIN, FormRequest, Reply, Reread, Turn
from bot.intake.inbound import Command, FormErrors, Inbound, Nothing, OpenForm, Pressed, Submitted, Typed, Update, What
from bot.intake.stored import to_json
from storage import deliveries, forgetting, inbox
from storage import models as m
from storage.problems import StorageProblem
from tests.intake.desk import Desk, answer, card, inbound, said
from tests.storage.databases import MORNING

ROOT = Path(__file__).resolve().parents[2]

EVERY_KIND: list[What] = [Typed("45k"), Command("board"), Pressed("s", "0.7", "m1"), Submitted("f", "t", {"v": "1"})]


class Ended(BaseException):
    """The process ends here."""


async def stored_only(desk: Desk, message: Inbound) -> None:
    """It was stored, and then the process ended, half-way through handling it."""

    def ends(_turn: Turn) -> Reply:
        raise Ended

    reply, desk.reply = desk.reply, ends
    with pytest.raises(Ended):
        await desk.intake.accept(message)
    desk.reply = reply
    desk.turns.clear()


async def test_a_replay_ends_however_much_another_process_takes_in_meanwhile(desk: Desk) -> None:
    await stored_only(desk, inbound())

    def takes_in_another(turn: Turn) -> Reply:
        number = turn.inbox.id + 1
        if number < 10:
            more = {name: getattr(turn.inbox, name) for name in ("person_id", "body", "at")}
            installation = turn.session.get_one(m.Installation, turn.inbox.installation_id)
            key = f"event:{number}"
            assert inbox.store(turn.session, installation=installation, key=key, now=turn.now, **more) == number
        return answer()

    desk.reply = takes_in_another

    assert await desk.restarted().replay() == 1
    assert [row.state.value for row in desk.rows()] == ["done", "received"]
    assert await desk.restarted().replay() == 1


@pytest.mark.parametrize("what", EVERY_KIND, ids=lambda what: type(what).__name__)
async def test_after_a_restart_it_is_handled_once_and_answered_through_the_outbox(desk: Desk, what: What) -> None:
    desk.reply = answer("echo", kr=2)
    await stored_only(desk, inbound(what, trigger="t"))
    assert desk.row().state.value == "received"

    after = desk.restarted()
    assert list(await asyncio.gather(after.replay(), after.replay())) == [1, 0]
    assert await after.replay() == 0

    assert [turn.what for turn in desk.turns] == [what]
    assert desk.heard() == 1
    assert desk.outbox() == [{"name": "echo", "data": {"kr": 2}, "inbox_id": 1}]
    assert desk.woken == 1
    assert await after.accept(inbound(what)) == Nothing(), "a second delivery after that changes nothing"
    assert (desk.heard(), len(desk.outbox())) == (1, 1)


async def test_a_form_that_was_asked_for_is_offered_by_a_button_instead(desk: Desk) -> None:
    desk.reply = FormRequest("update", {"kr": 2}, "open_update", "token")
    await stored_only(desk, inbound(Pressed("more", ""), trigger="t"))

    await desk.restarted().replay()

    (offered,) = desk.outbox()
    assert offered["name"] == "open_form"
    assert offered["data"].items() >= {"action": "open_update", "value": "token"}.items()


async def test_a_form_is_not_opened_again(desk: Desk) -> None:
    form = OpenForm(Form("update", "token", "Update", "Save", "Cancel", ()))
    could: list[bool] = []

    def open_it(turn: Turn) -> Reply:
        could.append(turn.can_open_forms)
        return form

    desk.reply = open_it
    await stored_only(desk, inbound(Pressed("more", ""), trigger="t"))

    assert await desk.restarted().replay() == 1

    assert could == [False]
    assert (desk.row().state.value, desk.outbox()) == ("done", [])


async def test_a_form_that_needs_a_correction_is_answered_with_its_sentences(desk: Desk) -> None:
    """It is closed by now; without a word its sender would believe that it was taken."""
    desk.reply = FormErrors({"value": "Not a number."})
    message = inbound(Submitted("update", "token", {"value": "soon"}))
    await stored_only(desk, message)

    await desk.restarted().replay()

    assert desk.outbox() == [{"name": FORM_ERRORS_LATER, "data": {"errors": {"value": "Not a number."}}, "inbox_id": 1}]
    assert await desk.intake.accept(message) == desk.reply


async def test_a_pressed_message_is_brought_up_to_date_by_delivery(desk: Desk) -> None:
    def stands(session: Session) -> None:
        for subject in ("pressed", "other"):
            deliveries.plan_delivery(
                session,
                workspace_id=desk.company.workspace,
                kind="prompt",
                subject=subject,
                period="w46",
                due_at=MORNING,
                now=MORNING,
                person_id=desk.company.mei,
            )
            row = deliveries.delivery_of(session, "prompt", subject, "w46")
            assert row is not None
            row.state = m.DeliveryState.SENT
            row.message_id = subject

    desk.change(stands)
    desk.reply = Update(card("new"))
    await stored_only(desk, inbound(Pressed("score", "0.7", "pressed")))

    await desk.restarted().replay()

    def revs(session: Session) -> list[int]:
        return [session.get_one(m.Delivery, number).wanted_rev for number in (1, 2)]

    assert desk.db.read_now(revs) == [1, 0]


async def test_what_is_in_hand_is_left_to_those_who_have_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay between storing and handling must not take the answer away from the person who waits for it."""
    desk.reply = answer()
    store = desk.db.write_in_turn
    replays: list[int] = []

    async def watched(*args: Any, **kwargs: Any) -> Any:
        stored = await store(*args, **kwargs)
        if not replays:
            replays.append(-1)
            replays[0] = await desk.intake.replay()
        return stored

    monkeypatch.setattr(desk.db, "write_in_turn", watched)
    result = await desk.intake.accept(inbound(Command("board")))

    assert replays == [0]
    assert result != Nothing()
    assert desk.outbox() == []


@pytest.mark.postgresql_only
async def test_what_another_process_may_have_in_hand_is_left_to_it_for_a_while(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its person waits for the result there: a form can still be opened, and an answer is in the acknowledgement."""
    monkeypatch.setattr(accept, "ABANDONED_AFTER", 30.0)
    desk.reply = answer()
    one, other = desk.intake, desk.restarted()
    reached, go_on = asyncio.Event(), asyncio.Event()
    handle = one._handle

    async def slow(*args: Any, **kwargs: Any) -> Any:
        reached.set()
        await go_on.wait()
        return await handle(*args, **kwargs)

    monkeypatch.setattr(one, "_handle", slow)
    accepting = asyncio.create_task(one.accept(inbound(Command("board"))))
    await reached.wait()
    assert await other.replay() == 0
    desk.seconds += 29
    assert await other.replay() == 0
    go_on.set()

    assert said(await accepting).startswith("mei: echo")
    assert (desk.heard(), desk.outbox()) == (1, [])


@pytest.mark.postgresql_only
async def test_what_a_process_that_is_gone_had_in_hand_is_handled_by_another_within_a_minute(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accept, "ABANDONED_AFTER", 30.0)
    await stored_only(desk, inbound())
    desk.reply = answer()
    other = desk.restarted()

    assert await other.replay() == 0
    desk.seconds += 31
    desk.clock.move_to(MORNING - timedelta(hours=1))
    assert await other.replay() == 1

    assert (desk.heard(), len(desk.outbox())) == (1, 1)


async def test_what_this_process_gave_up_for_the_database_nobody_else_has(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accept, "ABANDONED_AFTER", 30.0)

    def away(_turn: Turn) -> Reply:
        raise StorageProblem("The database is away.")

    desk.reply = away
    await desk.intake.accept(inbound())
    desk.reply = answer()

    assert await desk.intake.replay() == 1


async def test_more_than_a_page_is_replayed_in_the_order_it_came(desk: Desk) -> None:
    def many(session: Session) -> None:
        installation = session.get_one(m.Installation, desk.company.console)
        for number in range(210):
            message = inbound(f"text {number}", key=f"event:{number}")
            inbox.store(
                session,
                installation=installation,
                key=message.key,
                person_id=desk.company.mei,
                body=to_json(message),
                at=message.at,
                now=MORNING,
            )

    desk.change(many)
    assert await desk.intake.replay() == 210
    assert [turn.key for turn in desk.turns] == [f"event:{number}" for number in range(210)]


async def test_one_that_cannot_be_read_does_not_stop_the_others(desk: Desk) -> None:
    await stored_only(desk, inbound("first", key="a"))
    await stored_only(desk, inbound("second", key="b"))

    def spoil(session: Session) -> None:
        session.get_one(m.Inbox, 1).body = {"what": "from another time"}

    desk.change(spoil)
    assert await desk.intake.replay() == 1
    assert await desk.intake.replay() == 0
    assert [(row.state.value, row.attempts) for row in desk.rows()] == [("broken", 1), ("done", 1)]


# --- what broke ---------------------------------------------------------------------------------------


def breaks(_turn: Turn) -> Reply:
    raise LookupError("no such thing")


def repeats(turn: Turn) -> Reply:
    assert isinstance(turn.inbound.what, Typed)
    raise ValueError(f"nobody reads {turn.inbound.what.text}")


async def test_the_log_says_what_broke_and_where_and_nothing_that_was_said(desk: Desk) -> None:
    desk.reply = repeats

    with capture_logs() as logged:
        await desk.intake.accept(inbound("a walrus called Ana"))

    (line,) = [one for one in logged if one["log_level"] == "error"]
    assert (line["event"], line["error"]) == ("intake", "ValueError")
    assert line["at"].startswith("bot/intake/accept.py:")
    assert "walrus" not in str(logged)
    assert "walrus" in str(desk.row().problem)


async def test_what_broke_is_read_again_when_it_works(desk: Desk) -> None:
    """People were told: "I kept your text and will read it again" (spec/07 §12.10)."""
    desk.reply = breaks
    await desk.intake.accept(inbound("45k"))
    desk.reply = answer()

    assert await desk.restarted().replay() == 1

    row = desk.row()
    assert (row.state.value, row.attempts, row.problem) == ("done", 2, None)
    assert (desk.heard(), len(desk.outbox())) == (1, 1)


async def test_what_breaks_again_is_read_once_per_start_and_not_for_ever(desk: Desk) -> None:
    desk.reply = breaks
    await desk.intake.accept(inbound("45k"))

    for _ in range(REREAD_ATTEMPTS + 3):
        after = desk.restarted()
        for _ in range(3):
            assert await after.replay() == 0

    assert len(desk.turns) == REREAD_ATTEMPTS
    assert desk.row().state.value == "broken"


async def test_a_database_that_was_away_meanwhile_does_not_cost_the_one_more_reading(desk: Desk) -> None:
    desk.reply = breaks
    await desk.intake.accept(inbound("45k"))
    after = desk.restarted()

    def away(_turn: Turn) -> Reply:
        raise StorageProblem("The database is away.")

    desk.reply = away
    assert await after.replay() == 0
    desk.reply = answer()
    assert await after.replay() == 1

    assert (desk.row().state.value, desk.row().attempts) == ("done", 2)


async def test_what_broke_and_is_forgotten_is_not_read_as_if_nothing_had_been_said(desk: Desk) -> None:
    desk.reply = breaks
    await desk.intake.accept(inbound("45k"))
    desk.reply = answer()
    (sort,) = (one for one in forgetting.SORTS if one.table is m.Inbox)
    until = forgetting.Until(desk.company.workspace, MORNING + timedelta(days=1), MORNING.date())
    assert desk.db.write_now(forgetting.forget, sort, until, [1]) == 1

    after = desk.restarted()
    assert await after.replay() == 0
    assert await after.reread(1) is Reread.FORGOTTEN

    assert (desk.row().state.value, desk.heard(), desk.outbox()) == ("broken", 0, [])


async def test_what_broke_long_ago_is_left_for_an_operator(desk: Desk) -> None:
    desk.reply = breaks
    await desk.intake.accept(inbound("45k"))
    desk.reply = answer()

    desk.clock.move_to(MORNING + REREAD_WITHIN + timedelta(seconds=1))
    assert await desk.restarted().replay() == 0
    assert (desk.row().state.value, desk.outbox()) == ("broken", [])


async def test_it_keeps_the_moment_at_which_it_was_said_and_says_what_it_answers(desk: Desk) -> None:
    desk.reply = breaks
    await desk.intake.accept(inbound("45k"))
    moments: list[tuple[datetime, datetime]] = []

    def look(turn: Turn) -> Reply:
        moments.append((turn.now, turn.present))
        assert turn.knew(MORNING)
        assert not turn.knew(MORNING + timedelta(hours=1)), "what came since was not known when it was said"
        return answer("echo", kr=2)

    desk.reply = look
    later = MORNING + timedelta(hours=5)
    desk.clock.move_to(later)
    await desk.restarted().replay()

    assert moments == [(MORNING, later)]
    (said,) = desk.outbox()
    assert said["data"] == {"kr": 2, "read_again": {"text": "45k", "at": MORNING.isoformat()}}


async def test_an_operator_reads_again_what_broke_long_ago_and_often(desk: Desk) -> None:
    desk.reply = breaks
    await desk.intake.accept(inbound("45k"))
    for _ in range(REREAD_ATTEMPTS + 1):
        assert await desk.intake.reread(1) is Reread.BROKE_AGAIN
    desk.reply = answer()
    desk.clock.move_to(MORNING + timedelta(days=30))

    assert await desk.restarted().reread(1) is Reread.READ

    assert await desk.restarted().reread(1) is Reread.DONE_BEFORE
    assert await desk.restarted().reread(2) is Reread.NOT_THERE
    assert (desk.heard(), len(desk.outbox())) == (1, 1)


async def test_two_who_read_the_same_again_at_once_handle_it_once(desk: Desk) -> None:
    """`inbox replay` beside a running Okra, which PostgreSQL allows."""
    desk.reply = breaks
    for number in range(5):
        await desk.intake.accept(inbound(f"text {number}", key=f"event:{number}"))
    desk.reply = answer()
    one, other = desk.restarted(), desk.restarted()

    await asyncio.gather(other.replay(), *(each.reread(number) for number in range(1, 6) for each in (one, other)))

    assert {row.state.value for row in desk.rows()} == {"done"}
    assert (desk.heard(), len(desk.outbox())) == (5, 5)


DYING = """
import asyncio, sys
from datetime import datetime
import structlog
from bot.clock import MovableClock
from bot.intake.accept import Conversations, Intake
from storage.session import Database
from tests.intake.desk import inbound

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

def killed_here(turn):
    from storage import models as m
    turn.session.add(m.AuditEvent(what="half", at=turn.now))
    turn.session.flush()
    print("handling", flush=True)
    sys.stdin.read()

clock = MovableClock(datetime.fromisoformat(sys.argv[2]))
conversations = Conversations(killed_here, None, None, None, None)
asyncio.run(Intake(Database(sys.argv[1], clock), clock, conversations).accept(inbound("45k")))
"""


async def test_a_kill_while_handling_keeps_what_was_said(desk: Desk) -> None:
    child = subprocess.Popen(  # noqa: S603, ASYNC220 - our own interpreter; the test waits for its one line
        [sys.executable, "-c", DYING, desk.db.engine.url.render_as_string(), MORNING.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == b"handling\n"
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    child.stdin.close()
    child.stdout.close()
    assert (desk.row().state.value, desk.heard()) == ("received", 0)

    desk.reply = answer()
    assert await desk.intake.replay() == 1

    assert [turn.what for turn in desk.turns] == [Typed("45k")]
    assert (desk.heard(), len(desk.outbox())) == (1, 1)
