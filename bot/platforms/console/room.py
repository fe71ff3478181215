"""The place where pretend people meet Okra: who is there, which messages and forms stand there, and what happened."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.cards.model import Card, FieldValue, Form
from bot.cards.plain import notification_text
from bot.clock import Clock
from bot.delivery.port import MessageRef, Profile, Rejected, Unreachable

LONGEST = 40_000
"""Characters of a message that are taken, as on Slack."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A conversation: a person's own with Okra, or a channel."""

    name: str
    """The platform's id of the person or the channel."""
    is_person: bool

    @property
    def id(self) -> str:
        """The conversation's own id; a person and a channel of the same name are two."""
        return f"@{self.name}" if self.is_person else self.name


@dataclass(slots=True)
class Standing:
    """A message that stands in a conversation."""

    ref: MessageRef
    spot: Spot
    card: Card
    key: str
    at: datetime
    seen_by: str | None = None
    """Only this person sees it (the private answer to a press or a command)."""
    edits: int = 0
    changed_at: datetime | None = None
    """When it was last replaced in place."""
    answers: str | None = None
    """The id of the message in whose thread it stands."""


@dataclass(slots=True)
class OpenedForm:
    """A form that a person has before them, with the sentences beside its fields."""

    id: str
    person: str
    form: Form
    errors: Mapping[str, str] = field(default_factory=dict)


# --- what happened, as somebody who looks on sees it ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Posted:
    """A message appeared. `answers` is the message in whose thread it did."""

    at: datetime
    spot: Spot
    card: Card
    seen_by: str | None = None
    answers: Card | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A message was replaced in place. `before` is what its reader saw until now."""

    at: datetime
    spot: Spot
    before: Card
    card: Card
    seen_by: str | None = None


@dataclass(frozen=True, slots=True)
class TakenAway:
    """A message was deleted."""

    at: datetime
    spot: Spot
    card: Card


@dataclass(frozen=True, slots=True)
class FormShown:
    """A form opened."""

    at: datetime
    person: str
    form: Form


@dataclass(frozen=True, slots=True)
class FormRefused:
    """A form stays open with a sentence beside each field that needs it."""

    at: datetime
    person: str
    form: Form
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tapped:
    """A person pressed a button or picked an entry of a menu."""

    at: datetime
    person: str
    spot: Spot
    label: str
    about: str


@dataclass(frozen=True, slots=True)
class Wrote:
    """A person typed something. `key` is the delivery's own."""

    at: datetime
    person: str
    spot: Spot
    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A person sent a form. `values` by the labels of the fields, as typed."""

    at: datetime
    person: str
    form: Form
    values: Mapping[str, FieldValue]


Event = Posted | Changed | TakenAway | FormShown | FormRefused | Tapped | Wrote | FilledIn
OnEvent = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """For a room nobody looks at."""


class Room:
    """Keeps what stands there, whoever runs Okra: a restart of Okra is none of the room.

    `longest`: characters of a message beyond which it is refused.
    """

    def __init__(self, clock: Clock, on_event: OnEvent = ignore, *, longest: int = LONGEST) -> None:
        self._clock = clock
        self._count = itertools.count(1)
        self._longest = longest
        self.on_event = on_event
        self.people: dict[str, Profile] = {}
        self.channels: dict[str, list[str]] = {}
        self.standing: list[Standing] = []
        self.forms: dict[str, OpenedForm] = {}
        """By person: everyone has one form before them at most."""

    def next_id(self, kind: str) -> str:
        """A new id of the room; ids never repeat while it stands."""
        return f"{kind}-{next(self._count)}"

    def tell(self, event: Event) -> None:
        """Let whoever looks on see it."""
        self.on_event(event)

    def spot_of(self, name: str, *, is_person: bool) -> Spot:
        """The conversation. Raises `Unreachable` where there is none, or the person's account is off."""
        if is_person:
            person = self.people.get(name)
            if person is None or not person.active:
                raise Unreachable(f"There is no {name} here.")
        elif name not in self.channels:
            raise Unreachable(f"There is no channel {name} here.")
        return Spot(name, is_person)

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
        """Put a message up, or with `thread` into the thread of the message of that id.

        Raises `Rejected` for one that is too long, or whose thread is not there.
        """
        if len(notification_text(card)) > self._longest:
            raise Rejected(f"The message has more than {self._longest} characters.")
        root = None if thread is None else self.message(thread)
        if thread is not None and (root is None or root.spot != spot):
            raise Rejected("There is no such thread.")
        ref = MessageRef(installation_id, spot.id, self.next_id("m"))
        message = Standing(ref, spot, card, key, self._clock.now(), seen_by, answers=thread)
        self.standing.append(message)
        self.tell(Posted(message.at, spot, card, seen_by, None if root is None else root.card))
        return message

    def change(self, ref: MessageRef, card: Card) -> None:
        """Replace a message in place. Raises `Rejected` for one that is gone."""
        message = self.message(ref.message_id)
        if message is None:
            raise Rejected("There is no such message.")
        before, message.card, message.edits = message.card, card, message.edits + 1
        message.changed_at = self._clock.now()
        self.tell(Changed(message.changed_at, message.spot, before, card, message.seen_by))

    def take_away(self, ref: MessageRef) -> None:
        """Delete a message, if it is still there."""
        message = self.message(ref.message_id)
        if message is not None:
            self.standing.remove(message)
            self.tell(TakenAway(self._clock.now(), message.spot, message.card))

    def message(self, message_id: str) -> Standing | None:
        """The message of that id, if it stands."""
        return next((one for one in self.standing if one.ref.message_id == message_id), None)

    def at(self, spot: Spot, reader: str | None = None) -> list[Standing]:
        """What stands in a conversation, oldest first; with `reader`, what that person can see of it."""
        return [one for one in self.standing if one.spot == spot and (reader is None or one.seen_by in (None, reader))]

    def open_form(self, person: str, form: Form) -> None:
        """Put a form before a person; one they had open is gone."""
        self.forms[person] = OpenedForm(self.next_id("form"), person, form)
        self.tell(FormShown(self._clock.now(), person, form))

    def refuse_form(self, person: str, errors: Mapping[str, str]) -> None:
        """Keep a person's form open with sentences beside its fields."""
        opened = self.forms[person]
        self.forms[person] = replace(opened, errors=dict(errors))
        self.tell(FormRefused(self._clock.now(), person, opened.form, dict(errors)))

    def close_form(self, person: str) -> None:
        """Take away the form that a person has before them, if there is one."""
        self.forms.pop(person, None)
