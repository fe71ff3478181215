"""The way in: store once, hand to the conversation, answer. What was told is on disk before the platform hears "ok"."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

import structlog
from sqlmodel import Session, col

from bot.cards.filling import filled
from bot.clock import Clock, Monotonic, real_seconds
from bot.intake.conversation import (
    ANSWER_KIND,
    FORM_ERRORS_LATER,
    KEPT_FOR_LATER,
    NOT_ACTIVE,
    OPEN_FORM,
    READ_AGAIN,
    UNKNOWN_INSTALLATION,
    UNKNOWN_PERSON,
    Answer,
    Conversations,
    FormRequest,
    Handler,
    Renderer,
    Reply,
    Turn,
)
from bot.intake.inbound import (
    Command,
    Edited,
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
from bot.intake.stored import fit, from_json, storage_key
from bot.intake.storing import Storing, language
from bot.intake.turns import Turns
from bot.where import where
from storage import deliveries, inbox
from storage import models as m
from storage.arrivals import Stored
from storage.forgetting import FORGOTTEN
from storage.session import Database, StorageProblem

log = structlog.get_logger()


MOST_QUOTED = 500
"""Characters of what somebody typed that an answer to it repeats."""

REREAD_WITHIN = timedelta(days=2)
"""How long after it was said something that broke is read again; older than that, it would surprise."""
REREAD_ATTEMPTS = 5
"""How often in all. Within one run of Okra it is once: the same code would break the same way."""
ABANDONED_AFTER = 30.0
"""Real seconds for which another process may have in hand what it stored; after that nobody waits for its result."""


class Reread(StrEnum):
    """What became of something that an operator had read again."""

    READ = "read"
    BROKE_AGAIN = "broke again"
    DONE_BEFORE = "done before"
    NOT_THERE = "not there"
    FORGOTTEN = "forgotten"
    """Its words were kept for as long as its workspace keeps them; there is nothing left to handle."""


class Intake:
    """`accept` is all a platform calls."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        conversations: Conversations,
        wake: Callable[[], None] = lambda: None,
        monotonic: Monotonic = real_seconds,
    ) -> None:
        self._db = db
        self._clock = clock
        self._conversations = conversations
        self._wake = wake
        self._monotonic = monotonic
        self._in_hand: dict[str, asyncio.Event] = {}
        self._replaying = asyncio.Lock()
        self._storing = Storing(db, clock, conversations)
        self._turns = Turns()
        self._read_again: set[int] = set()
        self._waits_since: dict[int, float] = {}
        """Since when this process knows of what waits there, and another one may have in hand."""

    async def accept(self, inbound: Inbound, stored_now: Callable[[], None] = lambda: None, /) -> Result:
        """Store, handle, answer. Raises `StorageProblem` if it could not be stored: then nothing was recorded.

        `stored_now` is called when it is on disk: from then on it is answered whatever happens.
        """
        inbound = fit(inbound)
        self._turns.somebody_came()
        async with self._alone(storage_key(inbound)):
            stored = await self._storing(inbound)
            if not isinstance(stored, Stored):
                return stored
            stored_now()
            log.info("received", inbox=stored.inbox_id, platform=inbound.platform, what=type(inbound.what).__name__)
            return await self._handle(stored, inbound, replayed=False)

    async def replay(self) -> int:
        """Handle what was stored and not handled: after a start, and now and then. Returns how many were handled.

        Nobody waits for a result any more, so what there is to say goes out through delivery. Opening a form is not
        repeated. What another call of `accept` has in hand is left to it, in this process or (for `ABANDONED_AFTER`)
        in another, and what comes in meanwhile to the next time: so it ends, however much other processes take in.
        Raises `StorageProblem`.
        """
        handled = after = 0
        async with self._replaying:
            known, self._waits_since = self._waits_since, {}
            newest = await self._db.read(inbox.newest_id)
            while rows := await self._db.read(
                inbox.not_yet_handled,
                after=after,
                until=newest,
                broken_since=self._clock.now() - REREAD_WITHIN,
                attempts=REREAD_ATTEMPTS,
            ):
                after = rows[-1].id
                for row in rows:
                    is_read_again = row.id in self._read_again or FORGOTTEN in row.body
                    if row.key not in self._in_hand and not is_read_again and not self._is_elsewhere(row, known):
                        handled += await self._replay_one(row)
        return handled

    def _is_elsewhere(self, row: m.Inbox, known: Mapping[int, float]) -> bool:
        """Whether another process may have it in hand. On SQLite there is none beside this one."""
        if self._db.is_sqlite or row.state is not m.InboxState.RECEIVED:
            return False
        now = self._monotonic()
        since = self._waits_since[row.id] = known.get(row.id, now)
        return now - since < ABANDONED_AFTER

    async def reread(self, inbox_id: int) -> Reread:
        """Handle one again that broke, however long ago and however often; what is done stays as it is.

        Others may do the same at this moment, in this process or another: it is handled once. Raises `StorageProblem`.
        """
        async with self._replaying:
            row = await self._db.read(inbox.by_id, inbox_id)
            if row is None:
                return Reread.NOT_THERE
            if row.state is m.InboxState.DONE:
                return Reread.DONE_BEFORE
            if FORGOTTEN in row.body:
                return Reread.FORGOTTEN
            await self._replay_one(row)
            after = await self._db.read(inbox.by_id, inbox_id)
        return Reread.READ if after is not None and after.state is m.InboxState.DONE else Reread.BROKE_AGAIN

    @asynccontextmanager
    async def _alone(self, key: str) -> AsyncIterator[None]:
        """One at a time per key, so that a second delivery is answered when the first one's outcome is known."""
        while (other := self._in_hand.get(key)) is not None:
            await other.wait()
        self._in_hand[key] = asyncio.Event()
        try:
            yield
        finally:
            self._in_hand.pop(key).set()

    async def _replay_one(self, row: m.Inbox) -> int:
        try:
            inbound = from_json(row.body)
        except (KeyError, TypeError, ValueError) as error:  # written by a version that said it differently
            log.error("intake", inbox=row.id, error=type(error).__name__, at=where(error))
            await self._db.write(_broken, row.id, f"cannot be read: {error!r}")
            self._read_again.add(row.id)
            return 0
        async with self._alone(row.key):
            result = await self._handle(Stored(row.id, language(inbound)), inbound, replayed=True)
        return int(not isinstance(result, Say))  # what is said to nobody is that it is kept for yet another time

    async def _handle(self, stored: Stored, inbound: Inbound, *, replayed: bool) -> Result:
        inbox_id = stored.inbox_id
        try:
            async with self._turns.turn():
                result = await self._db.write(self._converse, inbox_id, inbound, replayed)
        except StorageProblem as problem:
            log.warning("intake", inbox=inbox_id, problem=str(problem))
            self._waits_since[inbox_id] = -math.inf  # this process had it, and has no more
            return self._storing.kept(stored.lang, inbound)
        except Exception as error:  # noqa: BLE001 - whatever broke: the text is kept, and the person is told so
            log.error("intake", inbox=inbox_id, error=type(error).__name__, at=where(error))
            if replayed:
                self._read_again.add(inbox_id)
            await self._mark_broken(inbox_id, repr(error))
            return self._storing.kept(stored.lang, inbound)
        log.info("handled", inbox=inbox_id, result=type(result).__name__)
        if not _only_shows(inbound, result):
            self._wake()
        return result

    async def _mark_broken(self, inbox_id: int, problem: str) -> None:
        try:
            await self._db.write(_broken, inbox_id, problem)
        except StorageProblem as trouble:  # it stays as one that was not handled, which is as good
            log.warning("intake", inbox=inbox_id, problem=str(trouble))

    def _form(
        self, session: Session, person: m.Person, asked: FormRequest, now: datetime, *, opens: bool
    ) -> OpenForm | Answer:
        """The form; where none can be opened, a message with the button that opens it."""
        if opens:
            form = self._conversations.form(session, person, asked, now)
            return OpenForm(form if asked.typed is None else filled(form, asked.typed), asked.errors)
        if asked.errors:
            return Answer(FORM_ERRORS_LATER, {"errors": dict(asked.errors)})
        return Answer(OPEN_FORM, {"action": asked.action, "value": asked.value})

    def _say(self, lang: str, msgid: str, /, **params: Any) -> str:
        return self._conversations.translate(lang, msgid, params)

    def _converse(self, session: Session, inbox_id: int, inbound: Inbound, replayed: bool) -> Result:
        """The handler's rows, the message it answers with and "done" in one transaction."""
        row, person = inbox.held_of_person(session, inbox_id)
        if row.state is m.InboxState.DONE or person is None:
            return Nothing()
        now = self._clock.now()
        said_at = min(now, row.created_at or now) if replayed else now
        opens = inbound.trigger is not None
        say = partial(self._say, person.lang.value)
        turn = Turn(
            session,
            row,
            inbound,
            person,
            said_at,
            can_open_forms=opens,
            say=say,
            place_named=self._conversations.place_named,
            read_at=now if replayed else None,
        )
        reply = self._conversations.handle(turn)
        if isinstance(reply, FormRequest):
            reply = self._form(session, person, reply, now, opens=opens and not replayed)
        broke = row.state is m.InboxState.BROKEN
        row.state = m.InboxState.DONE
        row.attempts += 1
        row.problem = None
        if isinstance(reply, FormErrors):
            row.errors = dict(reply.errors)
        session.add(row)
        session.flush()
        if replayed:
            _say_later(session, row, person, inbound, _as_kept(reply, inbound, row) if broke else reply, now)
            return Nothing()
        if not isinstance(reply, Answer):
            return reply
        if _goes_out(inbound, reply):
            answer_later(session, row, person, reply, now)
            return Nothing(goes_out=True)
        return Say(self._conversations.render(session, person, reply, now), private=reply.private)


def _say_later(session: Session, row: m.Inbox, person: m.Person, inbound: Inbound, reply: Reply, now: datetime) -> None:
    """What a reply means when nobody waits for it any more."""
    match reply:
        case Answer():
            answer_later(session, row, person, reply, now)
        case FormErrors(errors):
            # The form is closed by now; without a word the person would believe that it was taken.
            answer_later(session, row, person, Answer(FORM_ERRORS_LATER, {"errors": dict(errors)}), now)
        case Update():
            if isinstance(inbound.what, Pressed) and inbound.what.message_id is not None:
                deliveries.want_newest(session, col(m.Delivery.message_id) == inbound.what.message_id)
        case OpenForm() | Nothing():
            pass


def _as_kept(reply: Reply, inbound: Inbound, row: m.Inbox) -> Reply:
    """The answer to something that its person was told is kept: it says what it answers."""
    text = inbound.what.text if isinstance(inbound.what, Typed | Edited | Command) else ""
    if not isinstance(reply, Answer) or not text:
        return reply
    kept = {"text": text[:MOST_QUOTED], "at": (row.created_at or row.at).isoformat()}
    return Answer(reply.name, {**reply.data, READ_AGAIN: kept}, reply.private)


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
    row = inbox.held(session, inbox_id)
    if row.state is m.InboxState.DONE:
        return
    row.state = m.InboxState.BROKEN
    row.attempts += 1
    row.problem = problem[:500]
    session.add(row)


def _goes_out(inbound: Inbound, answer: Answer) -> bool:
    """Whether an answer leaves through the outbox, where a crash does not lose it and its buttons change it in place.

    That is what is typed, what a form says, what a command stored or asked, and what a person's page has no place
    for; a command that only shows something is answered in its acknowledgement.
    """
    match inbound.what:
        case Typed() | Submitted():
            return True
        case Edited() if inbound.place is Place.DM:
            return True
        case Command() | Edited():
            return answer.data.get("inbox_id") is not None
        case Pressed():
            return inbound.place is Place.HOME
        case _:
            return False


def _only_shows(inbound: Inbound, result: Result) -> bool:
    """Whether a command was answered with what there is, so that nothing new waits to be sent."""
    return isinstance(inbound.what, Command) and isinstance(result, Say | OpenForm)


__all__ = [
    "ANSWER_KIND",
    "FORM_ERRORS_LATER",
    "KEPT_FOR_LATER",
    "NOT_ACTIVE",
    "OPEN_FORM",
    "READ_AGAIN",
    "UNKNOWN_INSTALLATION",
    "UNKNOWN_PERSON",
    "Answer",
    "Conversations",
    "FormRequest",
    "Handler",
    "Intake",
    "Renderer",
    "Reply",
    "Turn",
    "answer_later",
]  # fmt: skip
