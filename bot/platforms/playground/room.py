"""The room of the playground: the console's, with what people wrote, what they have seen, and a memory on disk."""

import asyncio
import itertools
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cards.clean import clean
from bot.cards.model import Card, Form
from bot.clock import Clock
from bot.delivery.port import MessageRef, Rejected
from bot.platforms.console.room import Event, OpenedForm, Room, Spot, Standing, Wrote
from bot.platforms.playground.journal import Journal, NotKept

COUNTED = ("m", "n")
"""The kinds of ids that order what stands in the room: numbers, of which none is given twice."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person wrote, as the others in the conversation see it."""

    number: int
    at: datetime
    person: str
    spot: Spot
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a conversation as a page shows it: a message of Okra's, or what a person wrote."""

    number: int
    """Orders everything in the room; never given twice."""
    what: Standing | Said


class PlaygroundRoom(Room):
    """Keeps what stands there in the journal at `path`, and wakes whoever looks on when anything changes.

    Raises `JournalProblem` where the file there is no journal. Whatever happens in it raises `NotKept` while the disk
    takes nothing, and then did not happen.
    """

    def __init__(self, clock: Clock, path: Path) -> None:
        super().__init__(clock)
        self.said: list[Said] = []
        self.seen: dict[tuple[str, str], int] = {}
        """Up to which number a person (by id) has seen a conversation (by `Spot.id`)."""
        self.dismissed: set[str] = set()
        """The hints that are not shown any more."""
        self.revision = 0
        """Grows with everything that happens, from the start of this process on."""
        self._keys: set[str] = set()
        self._bell = asyncio.Event()
        self._journal = Journal(path)
        try:
            self._count = itertools.count(self._happen_again() + 1)
        except BaseException:
            self._journal.close()
            raise

    # --- what a page shows ------------------------------------------------------------------------

    def entries(self, spot: Spot, reader: str) -> list[Entry]:
        """Everything in a conversation that `reader` can see, oldest first."""
        mine = [Entry(number_of(one), one) for one in self.at(spot, reader)]
        mine += [Entry(one.number, one) for one in self.said if one.spot == spot]
        return sorted(mine, key=lambda entry: entry.number)

    def unread(self, spot: Spot, reader: str) -> int:
        """How many messages of a conversation that person has not seen; what they wrote themselves is not counted."""
        seen = self.seen.get((reader, spot.id), 0)
        return sum(
            1
            for entry in self.entries(spot, reader)
            if entry.number > seen and not (isinstance(entry.what, Said) and entry.what.person == reader)
        )

    def unread_of_people(self) -> dict[str, int]:
        """How many messages each person has not seen in their own conversation; whoever has seen all is not in it."""
        found: dict[str, int] = {}
        for one in self.standing:
            name = one.spot.name
            is_new = number_of(one) > self.seen.get((name, one.spot.id), 0)
            if one.spot.is_person and one.seen_by in (None, name) and is_new:
                found[name] = found.get(name, 0) + 1
        return found

    def see(self, spot: Spot, reader: str) -> None:
        """That person has the conversation before them."""
        entries = self.entries(spot, reader)
        newest = entries[-1].number if entries else 0
        if newest > self.seen.get((reader, spot.id), 0):
            self.seen[reader, spot.id] = newest
            with suppress(NotKept):  # a mark that comes back after a restart does no harm
                self._write("seen", person=reader, spot=spot.id, number=newest)
            self._wake()

    def dismiss(self, hint: str) -> None:
        """That hint is not shown any more."""
        if hint not in self.dismissed:
            self.dismissed.add(hint)
            with suppress(NotKept):
                self._write("dismissed", hint=hint)
            self._wake()

    def has_said(self, key: str) -> bool:
        """Whether what came under this key was written before: a page that is loaded again sends it again."""
        return key in self._keys

    async def changes(self, since: int) -> int:
        """Wait until something has happened after revision `since`; the revision then.

        Whoever comes with a revision of another process has missed something.
        """
        while self.revision == since:
            await self._bell.wait()
        return self.revision

    def touch(self) -> None:
        """Something beside the room changed (the clock, what is planned): whoever looks on looks again."""
        self._wake()

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    # --- what happens -----------------------------------------------------------------------------

    def next_id(self, kind: str) -> str:
        """A new id of the room; ids never repeat, also after a restart. No other room has that of a form."""
        return super().next_id(kind) if kind in COUNTED else f"{kind}-{uuid.uuid4().hex}"

    def tell(self, event: Event) -> None:
        """Keep what people write; what Okra does is kept where it happens."""
        if isinstance(event, Wrote) and not self.has_said(event.key):
            said = Said(self._take_number(), event.at, event.person, event.spot, clean(event.text), event.key)
            told = {"at": said.at, "by": said.person, "text": said.text, "key": said.key}
            self._write("said", number=said.number, **_where(said.spot), **told)
            self._hear(said)
        super().tell(event)
        self._wake()

    def post(
        self,
        installation_id: int,
        spot: Spot,
        card: Card,
        key: str,
        seen_by: str | None = None,
        *,
        thread: str | None = None,
    ) -> Standing:
        message = super().post(installation_id, spot, card, key, seen_by, thread=thread)
        try:
            self._write(
                "post",
                installation=installation_id,
                id=message.ref.message_id,
                at=message.at,
                **_where(spot),
                card=card,
                key=key,
                seen_by=seen_by,
                thread=thread,
            )
        except NotKept:
            self.standing.remove(message)
            self._wake()
            raise
        return message

    def change(self, ref: MessageRef, card: Card) -> None:
        if self.message(ref.message_id) is None:
            raise Rejected("There is no such message.")
        self._write("change", id=ref.message_id, card=card, at=self._clock.now())
        super().change(ref, card)

    def take_away(self, ref: MessageRef) -> None:
        if self.message(ref.message_id) is not None:
            self._write("gone", id=ref.message_id)
            super().take_away(ref)

    def open_form(self, person: str, form: Form) -> None:
        before = dict(self.forms)
        super().open_form(person, form)
        self._keep_form(person, before)

    def refuse_form(self, person: str, errors: Mapping[str, str]) -> None:
        before = dict(self.forms)
        super().refuse_form(person, errors)
        self._keep_form(person, before)

    def close_form(self, person: str) -> None:
        if person in self.forms:
            self._write("closed", person=person)
            super().close_form(person)
            self._wake()

    # --- steps ------------------------------------------------------------------------------------

    def _keep_form(self, person: str, before: dict[str, OpenedForm]) -> None:
        opened = self.forms[person]
        try:
            self._write("form", person=person, id=opened.id, form=opened.form, errors=dict(opened.errors))
        except NotKept:
            self.forms = before
            self._wake()
            raise

    def _hear(self, said: Said) -> None:
        self.said.append(said)
        self._keys.add(said.key)

    def _take_number(self) -> int:
        return _number(self.next_id("n"))

    def _write(self, what: str, **told: Any) -> None:
        self._journal.write({"do": what, **told})

    def _wake(self) -> None:
        self.revision += 1
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    def _happen_again(self) -> int:
        """Let everything in the journal have happened; the highest number that was given."""
        last = 0
        for at, line in enumerate(self._journal.lines(), start=1):
            try:
                last = max(last, self._again(line))
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise self._journal.problem(at) from error
        return last

    def _again(self, line: Mapping[str, Any]) -> int:
        """Let what a line of the journal tells have happened; the number that it took, 0 for none."""
        match line["do"]:
            case "said":
                spot = _spot(line)
                self._hear(Said(line["number"], line["at"], line["by"], spot, line["text"], line["key"]))
                return int(line["number"])
            case "post":
                spot = _spot(line)
                ref = MessageRef(line["installation"], spot.id, line["id"])
                self.standing.append(
                    Standing(ref, spot, line["card"], line["key"], line["at"], line["seen_by"], answers=line["thread"])
                )
                return _number(line["id"])
            case "change":
                message = self.message(line["id"])
                if message is not None:
                    message.card, message.edits, message.changed_at = line["card"], message.edits + 1, line["at"]
            case "gone":
                self.standing = [one for one in self.standing if one.ref.message_id != line["id"]]
            case "form":
                opened = OpenedForm(line["id"], line["person"], line["form"], line["errors"])
                self.forms[line["person"]] = opened
            case "closed":
                self.forms.pop(line["person"], None)
            case "seen":
                self.seen[line["person"], line["spot"]] = line["number"]
            case "dismissed":
                self.dismissed.add(line["hint"])
        return 0


def number_of(message: Standing) -> int:
    """Its place among everything in the room, as an `Entry` has it."""
    return _number(message.ref.message_id)


def _where(spot: Spot) -> dict[str, Any]:
    return {"spot": spot.name, "is_person": spot.is_person}


def _spot(line: Mapping[str, Any]) -> Spot:
    return Spot(line["spot"], line["is_person"])


def _number(some_id: str) -> int:
    return int(some_id.rpartition("-")[2])
