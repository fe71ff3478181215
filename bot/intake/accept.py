"""The way in: store once, hand to the conversation, answer. What was told is on disk before the platform hears "ok"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session

from bot.cards.model import Card, Form
from bot.clock import Clock
from bot.intake.inbound import (
    FormErrors,
    Inbound,
    Nothing,
    OpenForm,
    Place,
    Result,
    Say,
    Typed,
    Update,
)
from bot.intake.stored import from_json, storage_key, to_json
from storage import deliveries, inbox
from storage import models as m
from storage.session import Database, StorageProblem

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """A message by name and plain data: rendered when it is sent, so it may wait in the outbox without going stale."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    private: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing one known person did, as a conversation handler sees it."""

    session: Session
    inbox: m.Inbox
    inbound: Inbound
    person: m.Person
    now: datetime
    can_open_forms: bool


Reply = Answer | OpenForm | FormErrors | Update | Nothing
"""What a handler returns. An `Answer` becomes the acknowledgement's message, or goes out through the outbox."""

Handler = Callable[[Turn], Reply]
Renderer = Callable[[Session, m.Person, Answer, datetime], Card]

ANSWER_KIND = "answer"


@dataclass(frozen=True, slots=True)
class Conversations:
    """What intake must be told: the handler of everything that comes in, how to render answers, and our few sentences."""

    handle: Handler
    render: Renderer
    sentence: Callable[[str, str], Card]
    """(language, name of a sentence of ours) -> card; for people we do not know, or when something broke."""


UNKNOWN_INSTALLATION = "unknown_installation"
UNKNOWN_PERSON = "unknown_person"
KEPT_FOR_LATER = "kept_for_later"
NOT_ACTIVE = "not_active"


class Intake:
    """`accept` is all a platform calls."""

    def __init__(
        self, db: Database, clock: Clock, conversations: Conversations, wake: Callable[[], None] = lambda: None
    ) -> None:
        self._db = db
        self._clock = clock
        self._conversations = conversations
        self._wake = wake

    async def accept(self, inbound: Inbound) -> Result:
        """Store, handle, answer. Raises `StorageProblem` if it could not be stored: then nothing was recorded."""
        stored = await self._db.write(self._store, inbound)
        if not isinstance(stored, int):
            return stored
        return await self._handle(stored, inbound)

    async def replay(self) -> int:
        """After a start: handle what was stored and not handled. Opening a form is not repeated. Returns how many."""
        rows = await self._db.read(inbox.not_yet_handled)
        for row in rows:
            await self._handle(row.id, from_json(row.body))
        return len(rows)

    def _store(self, session: Session, inbound: Inbound) -> int | Result:
        """The inbox row's key, or at once the answer to a duplicate or to someone unknown."""
        lang = _language(inbound)
        installation = inbox.installation_of(session, inbound.platform, inbound.installation)
        if installation is None or installation.state is not m.InstallationState.ACTIVE:
            return Say(self._conversations.sentence(lang, UNKNOWN_INSTALLATION))
        key = storage_key(inbound)
        earlier = inbox.stored_under(session, installation.id, key)
        if earlier is not None:
            return FormErrors(earlier.errors) if earlier.errors else Nothing()
        address = inbox.address_of(session, installation.id, inbound.person)
        if address is None:
            return Say(self._conversations.sentence(lang, UNKNOWN_PERSON))
        person = session.get_one(m.Person, address.person_id)
        if not person.active:
            return Say(self._conversations.sentence(person.lang, NOT_ACTIVE))
        if inbound.place is not Place.CHANNEL:
            address.last_answer_at = self._clock.now()
            address.reachable = True
            session.add(address)
        row = inbox.store(
            session,
            installation=installation,
            key=key,
            person_id=person.id,
            body=to_json(inbound),
            at=inbound.at,
        )
        return row.id

    async def _handle(self, inbox_id: int, inbound: Inbound) -> Result:
        try:
            result = await self._db.write(self._converse, inbox_id, inbound)
        except StorageProblem as problem:
            log.warning("intake", inbox=inbox_id, problem=str(problem))
            return await self._kept(inbound)
        except Exception as error:  # noqa: BLE001 - whatever broke, the text is kept and the person is told so
            log.error("intake", inbox=inbox_id, exc_info=error)
            await self._db.write(_broken, inbox_id, repr(error)[:500])
            return await self._kept(inbound)
        self._wake()
        return result

    async def _kept(self, inbound: Inbound) -> Result:
        return Say(self._conversations.sentence(_language(inbound), KEPT_FOR_LATER))

    def _converse(self, session: Session, inbox_id: int, inbound: Inbound) -> Result:
        """The handler's rows, the message it answers with and "done" in one transaction."""
        row = session.get_one(m.Inbox, inbox_id)
        if row.state is m.InboxState.DONE or row.person_id is None:
            return Nothing()
        person = session.get_one(m.Person, row.person_id)
        now = self._clock.now()
        turn = Turn(session, row, inbound, person, now, can_open_forms=inbound.trigger is not None)
        reply = self._conversations.handle(turn)
        row.state = m.InboxState.DONE
        row.attempts += 1
        if isinstance(reply, FormErrors):
            row.errors = dict(reply.errors)
        session.add(row)
        session.flush()
        if not isinstance(reply, Answer):
            return reply
        if isinstance(inbound.what, Typed):
            answer_later(session, row, person, reply, now)
            return Nothing()
        return Say(self._conversations.render(session, person, reply, now), private=reply.private)


def answer_later(session: Session, row: m.Inbox, person: m.Person, answer: Answer, now: datetime) -> None:
    """Put an answer into the outbox, keyed by what it answers: a replay cannot answer twice."""
    deliveries.plan_delivery(
        session,
        workspace_id=row.workspace_id,
        kind=ANSWER_KIND,
        subject=f"reply:{row.id}",
        period="once",
        due_at=now,
        now=now,
        person_id=person.id,
        data={"name": answer.name, "data": dict(answer.data), "inbox_id": row.id},
    )


def _broken(session: Session, inbox_id: int, problem: str) -> None:
    row = session.get_one(m.Inbox, inbox_id)
    row.state = m.InboxState.BROKEN
    row.attempts += 1
    row.problem = problem
    session.add(row)


def _language(inbound: Inbound) -> str:
    return "zh" if (inbound.locale or "").lower().startswith("zh") else "en"


__all__ = ["Answer", "Conversations", "Form", "Handler", "Intake", "Reply", "Turn", "answer_later"]
