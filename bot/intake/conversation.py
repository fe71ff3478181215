"""What a conversation is told and what it may reply: the contract between the way in and the handlers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session

from bot.cards.model import Card, FieldValue, Form
from bot.intake.inbound import FormErrors, Inbound, Nothing, OpenForm, Update
from bot.intake.places import NamesPlace, names_nothing
from storage import agendas
from storage import models as m


@dataclass(frozen=True, slots=True)
class Answer:
    """A message by name and plain data: rendered when it is sent, so it may wait in the outbox without going stale."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    private: bool = True


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A form by name and plain data, opened in answer to a press or a command.

    Where none can be opened (a typed word), a message offers a button instead: pressing `action` with `value` opens it.
    """

    name: str
    data: Mapping[str, Any]
    action: str
    value: str
    typed: Mapping[str, FieldValue] | None = None
    """What its fields hold, where somebody typed into a shorter form (`Submitted.within`) and has to correct it."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """One sentence beside each field that needs it; where no form can be opened they are told instead."""


Say = Callable[..., str]
"""(msgid, **params) -> the sentence in the language of whoever is spoken to."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The weekly question that stands in a person's DM, with all it asks; nothing where there is none."""

    prompt: m.Prompt | None
    items: Sequence[m.PromptItem] = ()

    @property
    def open_ids(self) -> list[int]:
        """The key results it still asks about."""
        return [item.kr_id for item in self.items if item.state is m.ItemState.OPEN]

    def item_of(self, kr_id: int) -> m.PromptItem | None:
        """What it asks about this key result."""
        return next((item for item in self.items if item.kr_id == kr_id), None)


@dataclass(frozen=True)
class Turn:
    """One thing one known person did, as a conversation handler sees it."""

    session: Session
    inbox: m.Inbox
    inbound: Inbound
    person: m.Person
    now: datetime
    """When it was said: what is read again after something broke keeps its moment."""
    can_open_forms: bool
    say: Say
    place_named: NamesPlace = names_nothing
    """What an id or a link of a channel means, wherever that is."""
    read_at: datetime | None = None
    """The present moment, where it is read again; None where it is read as it is said."""

    @property
    def present(self) -> datetime:
        """The present moment: from it on, a question asked now can be answered."""
        return self.read_at or self.now

    @cached_property
    def standing(self) -> Standing:
        """The question that stands in the person's DM, or stood there when what is read again was said.

        It is looked for once, for no other is put up meanwhile.
        """
        if self.read_at is None:
            prompt = agendas.newest_prompt(self.session, self.person.id)
        else:
            prompt = agendas.prompt_at(self.session, self.person.id, self.now)
        return Standing(None) if prompt is None else Standing(prompt, agendas.items_of(self.session, prompt.id))

    def knew(self, moment: datetime | None) -> bool:
        """False for what came only after this was said, which is read again by now."""
        return self.read_at is None or moment is None or moment <= self.now


Reply = Answer | FormRequest | OpenForm | FormErrors | Update | Nothing
"""What a handler returns. An `Answer` becomes the acknowledgement's message, or goes out through the outbox."""

Handler = Callable[[Turn], Reply]
Renderer = Callable[[Session, m.Person, Answer, datetime], Card]
FormRenderer = Callable[[Session, m.Person, FormRequest, datetime], Form]
Translator = Callable[[str, str, Mapping[str, Any]], str]
"""(language, msgid, params) -> the sentence."""

ANSWER_KIND = "answer"
"""The kind of message under which an answer waits in the outbox."""


@dataclass(frozen=True, slots=True)
class Conversations:
    """What intake must be told: who handles what comes in, how answers are rendered, and our few own sentences."""

    handle: Handler
    render: Renderer
    form: FormRenderer
    translate: Translator
    sentence: Callable[[str, str], Card]
    """(language, name of a sentence of ours) -> card; for people we do not know, or when something broke."""
    place_named: NamesPlace = names_nothing
    kept: Callable[[str, str], Card] | None = None
    """(language, what was typed) -> the card that says it is kept and will be read again (spec/07 §12.10).

    Without it, and for what has no text, the sentence `KEPT_FOR_LATER` says so.
    """


UNKNOWN_INSTALLATION = "unknown_installation"
UNKNOWN_PERSON = "unknown_person"
KEPT_FOR_LATER = "kept_for_later"
NOT_ACTIVE = "not_active"

READ_AGAIN = "read_again"
"""What an answer holds, beside its own data, to something that broke when it was said: `text` and `at`."""

OPEN_FORM = "open_form"
"""The answer, by name, that offers a form by a button: `data["action"]` and `data["value"]` open it."""

FORM_ERRORS_LATER = "form_errors_later"
"""The answer, by name, to a form that was read after a crash and needs a correction: `data["errors"]` by field."""
