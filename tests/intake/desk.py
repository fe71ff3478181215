"""An intake with everything around it: a real SQLite file, a conversation that records, and messages that come in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from bot.cards.model import Card, Form, Run, Text
from bot.clock import MovableClock
from bot.intake.accept import Answer, Conversations, Intake, Reply, Turn
from bot.intake.inbound import Inbound, Nothing, Place, Result, Say, Typed, What
from storage import models as m
from storage.session import Database
from tests.storage.databases import MORNING, Company, found_company, new_database


def card(text: str) -> Card:
    return Card((Text(((Run(text),),)),))


def said(result: Result) -> str:
    """The text of a result that says something."""
    assert isinstance(result, Say), result
    (block,) = result.card.blocks
    assert isinstance(block, Text)
    (run,) = block.lines[0]
    assert isinstance(run, Run)
    return run.text


@dataclass
class Desk:
    """What a test of intake works with. `reply` is what the conversation answers; `before` runs ahead of it."""

    db: Database
    clock: MovableClock
    company: Company
    reply: Callable[[Turn], Reply] | Reply = field(default_factory=Nothing)
    turns: list[Inbound] = field(default_factory=list)
    """Everything the conversation was asked, in order, whatever became of it."""
    woken: int = 0
    seconds: float = 1000.0
    """Real time."""
    quotes: bool = False
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.intake = self.restarted()

    def restarted(self) -> Intake:
        """The intake of a new process on the same database."""
        return Intake(self.db, self.clock, self.conversations(), self._wake, lambda: self.seconds)

    def conversations(self) -> Conversations:
        """What answers here."""
        return Conversations(
            handle=self._handle,
            render=lambda _session, person, answer, _now: card(f"{person.handle}: {answer.name} {dict(answer.data)}"),
            form=lambda _session, person, asked, _now: Form(
                asked.name, asked.value, person.handle, "Save", "Cancel", ()
            ),
            translate=lambda lang, msgid, params: f"{lang} {msgid} {dict(params)}",
            sentence=lambda lang, name: card(f"{lang} {name}"),
            kept=(lambda lang, text: card(f"{lang} kept {text}")) if self.quotes else None,
        )

    def _wake(self) -> None:
        self.woken += 1

    def _handle(self, turn: Turn) -> Reply:
        self.turns.append(turn.inbound)
        # What a real conversation writes: it must be there exactly once, or not at all.
        turn.session.add(m.AuditEvent(what="heard", who_id=turn.person.id, at=turn.now, after=turn.inbox.id))
        turn.session.flush()
        return self.reply(turn) if callable(self.reply) else self.reply

    # --- asking ---------------------------------------------------------------------------------------

    def rows(self) -> list[m.Inbox]:
        return self.db.read_now(lambda session: list(session.exec(select(m.Inbox).order_by(col(m.Inbox.id)))))

    def row(self) -> m.Inbox:
        (only,) = self.rows()
        return only

    def heard(self) -> int:
        """How often something was recorded by the conversation, and kept."""
        return self.db.read_now(lambda session: len(session.exec(select(m.AuditEvent)).all()))

    def outbox(self) -> list[dict[str, Any]]:
        """What waits to be answered through delivery."""
        return self.db.read_now(
            lambda session: [row.data for row in session.exec(select(m.Delivery).order_by(col(m.Delivery.id)))]
        )

    def change(self, work: Callable[[Session], None]) -> None:
        self.db.write_now(work)


def inbound(what: What | str = "45k", key: str = "event:1", **more: Any) -> Inbound:
    """Mei says something in her direct messages."""
    told: dict[str, Any] = {
        "platform": "console",
        "installation": "console",
        "person": "mei",
        "place": Place.DM,
        "channel": "D-mei",
        "at": MORNING,
    }
    return Inbound(key=key, what=Typed(what) if isinstance(what, str) else what, **(told | more))


def answer(name: str = "echo", **data: Any) -> Answer:
    return Answer(name, data)


def open_desk(folder: Path) -> Desk:
    """A new desk whose database the caller closes."""
    clock = MovableClock(MORNING)
    db = new_database(folder, clock)
    return Desk(db, clock, db.write_now(found_company))
