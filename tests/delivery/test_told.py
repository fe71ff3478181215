"""What the log tells of a message: enough to follow it from what it answers, and nothing that anybody wrote."""

from datetime import datetime

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from bot.cards.model import Card
from bot.delivery.kinds import MessageKind
from bot.delivery.port import NotDelivered, OutcomeUnknown
from storage import models as m
from tests.delivery.office import Office
from tests.fakes.port import Accepted

SECRET = "we lose the Teebee account"


def answers(office: Office, subject: str) -> int:
    """An answer to what came in as number 7. Returns its id."""
    office.plan(subject, kind="answer")

    def refer(session: Session) -> int:
        row = session.exec(select(m.Delivery).where(m.Delivery.subject == subject)).one()
        row.data = {"inbox_id": 7}
        session.add(row)
        return row.id

    return office.db.write_now(refer)


@pytest.mark.parametrize(
    "trouble",
    [
        None,
        NotDelivered("refused"),
        OutcomeUnknown("time-out"),
        KeyError(SECRET),
        Accepted(OutcomeUnknown("connection lost")),
    ],
    ids=repr,
)
async def test_each_line_has_the_id_the_kind_and_what_it_answers(office: Office, trouble: Exception | None) -> None:
    key = answers(office, "echo")
    if trouble is not None:
        office.console.play(trouble)

    with capture_logs() as lines:
        await office.pump.run_once()
        await office.pump.reconcile()

    assert lines
    assert all((line["id"], line["kind"], line["inbox"]) == (key, "answer", 7) for line in lines)
    assert SECRET not in str(lines)


async def test_a_message_that_cannot_be_composed_is_told_by_its_place(office: Office) -> None:
    key = answers(office, "echo")

    def compose(_session: Session, _row: m.Delivery, _now: datetime) -> Card:
        raise LookupError(SECRET)

    office.registry["answer"] = MessageKind(compose=compose, urgent=True)
    with capture_logs() as lines:
        await office.pump.run_once()

    assert {(line["id"], line["inbox"]) for line in lines} == {(key, 7)}
    assert "LookupError at " in lines[0]["error"]
    assert SECRET not in str(lines) + str(office.row("echo").reason)


async def test_an_update_and_a_follow_up_that_break_are_told_in_the_same_way(office: Office) -> None:
    key = answers(office, "echo")
    office.settled_breaks = True
    with capture_logs() as lines:
        await office.pump.run_once()
        office.changed("echo")
        office.console.play_update(KeyError(SECRET))
        await office.pump.run_once()

    assert {"settled", "delivery", "update"} == {line["event"] for line in lines}
    assert all((line["id"], line["inbox"]) == (key, 7) for line in lines)
    assert SECRET not in str(lines)
