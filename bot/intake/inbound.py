"""What comes in from a person, in the words of no platform: one `Inbound`, and the closed set of answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.cards.model import Card, FieldValue, Form


class Place(StrEnum):
    """Where it was said. What is answered, and to whom, depends on it."""

    DM = "dm"
    CHANNEL = "channel"
    FORM = "form"
    HOME = "home"
    """The page of Okra's own that a platform gives each person (Slack's App Home)."""


class FileProblem(StrEnum):
    """Why the content of a file is not there."""

    OTHER_KIND = "other_kind"
    """Of a kind that nobody reads OKRs from: it was not even fetched."""
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    """More came with one message than are taken."""
    NO_LEAVE = "no_leave"
    """The platform does not let Okra read files there."""
    NOT_FETCHED = "not_fetched"
    """It could not be had in the time there is."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a message; without its content, `problem` says why."""

    name: str
    content: bytes | None = field(default=None, repr=False)
    problem: FileProblem | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """Free text: a reply in the DM, in a prompt's thread, or a mention. `reply_to`: the message answered, if known."""

    text: str
    reply_to: str | None = None
    message_id: str | None = None
    """The platform's id of what was typed, if it has one: by it an edit finds what it corrects."""
    has_files: bool = False
    """Something came with it that is no text; the text may be empty then, and only then."""
    files: tuple[Attached, ...] = ()
    """The files among that, fetched by the platform's edge before the message is stored."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that was typed (`Typed.message_id`) has another text now. `said_at`: when it was first typed."""

    text: str
    message_id: str
    said_at: datetime
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A message of anybody's, picked by its menu for something: `name` says for what ("next_step", "win")."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The person opened Okra's own page."""


@dataclass(frozen=True, slots=True)
class Command:
    """What stands behind `/okr`, or beside a mention of Okra in a channel."""

    text: str
    message_id: str | None = None
    """The platform's id of the message that mentioned Okra; a command has none."""
    aside: bool = False
    """Okra was named in the middle of something: only what is surely meant for it is answered."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button or a menu entry. `message_id` is the message it stands on, if the platform tells."""

    action: str
    value: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form that was sent. Values are as typed; a field left empty is absent."""

    form: str
    token: str
    values: Mapping[str, FieldValue] = field(default_factory=dict)
    within: str | None = None
    """The platform's id of the message that the form stands in, where it is a part of one (`Card.forms`)."""


What = Typed | Edited | Command | Pressed | Submitted | Shortcut | Opened


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing one person did, verified by its platform and normalised.

    `key` is the platform's own identity of this delivery (event id; view id and hash; message and action ts;
    conversation and activity id): a second `Inbound` with the same installation and key is the same thing again.
    `trigger` is what a form can be opened with; it is short-lived and never stored.
    """

    platform: str
    installation: str
    """The platform's own id of the workspace or tenant."""
    key: str
    person: str
    """The platform's own id of who did it."""
    place: Place
    channel: str
    """The platform's own id of the conversation."""
    at: datetime
    what: What
    trigger: str | None = None
    locale: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to answer at once; what there is to say goes out through delivery."""

    goes_out: bool = False
    """An answer to just this waits in the outbox. Of a second delivery nothing new does."""


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with a message, to the asker alone unless `private` is False."""

    card: Card
    private: bool = True


@dataclass(frozen=True, slots=True)
class Update:
    """Replace the message that was pressed."""

    card: Card


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Open a form in answer to the press or command."""

    form: Form
    errors: Mapping[str, str] = field(default_factory=dict)
    """One sentence beside each field that needs it, where a form opens to correct what stood within a message."""


@dataclass(frozen=True, slots=True)
class FormErrors:
    """Keep the form open with one sentence beside each field that needs it; what was typed stays."""

    errors: Mapping[str, str]


Result = Nothing | Say | Update | OpenForm | FormErrors
