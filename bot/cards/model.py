"""What a message is, before any platform: a typed `Card`, and a `Form` that asks for input."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

# --- inline -----------------------------------------------------------------------------------


class Style(StrEnum):
    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, or a channel, named in a message. `external_id` is the platform's id; without one it is just a name.

    A channel is linked on Slack and called by its name elsewhere.
    """

    name: str
    external_id: str | None = None
    is_channel: bool = False


Inline = Run | Link | Mention
Line = tuple[Inline, ...]


# --- things to press --------------------------------------------------------------------------


class ButtonStyle(StrEnum):
    DEFAULT = "default"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """Pressing it comes back as `Pressed(action, value)`. `value` is an opaque token, at most 150 characters."""

    label: str
    action: str
    value: str = ""
    style: ButtonStyle = ButtonStyle.DEFAULT
    hint: str = ""
    """What a screen reader says, where the label alone (a sign, a number) does not tell."""


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a menu; choosing it comes back as `Pressed(action, value)`, like a button's."""

    label: str
    action: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """The [⋯] of a message: entries that matter less than a button."""

    label: str
    options: tuple[Option, ...]
    hint: str = ""


Control = Button | Menu


# --- blocks -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of one or more lines, with at most one control at its end."""

    lines: tuple[Line, ...]
    control: Control | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: a paragraph that matters less."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Items one below the other, each a line that begins with its own mark (☐, •) if it has one."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns. `columns` name the cells for a screen reader even where no head is shown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Actions:
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a day."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Series:
    """Values over time, the oldest first, each day once. `name` is what a legend calls them."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the values should be in the end: between `low` and `high`. Both the same: a target; None: open there."""

    name: str
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Readings over time, at least two, against what was expected of them.

    Where nothing can be drawn, bars of text with `caption` beside them stand for it (`bot.cards.bars`).
    """

    title: str
    caption: str
    """From what to what, when, and what was expected: short, for people who see the bars or the picture."""
    alt: str
    """The same as a whole sentence, for people who do not."""
    unit: str
    readings: Series
    expected: Series | None = None
    aim: Aim | None = None
    picture: str = ""
    """Where its picture can be fetched, for a platform that takes pictures by address; empty where nowhere."""


Block = Header | Text | Note | ListBlock | Table | Divider | Image | Chart | Actions


@dataclass(frozen=True, slots=True)
class Handout:
    """A file that a platform may hand over in place of the card, which says where else it is to be had."""

    key: str
    """Names the file to whoever makes it; it is made when it is handed over, by what its reader may see then."""
    words: str
    """What is in it: said with the file."""
    sent: str
    """That it was sent to the reader alone: said where it was asked for."""


# --- forms ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Explain:
    """Text between the fields of a form."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TextField:
    """Free text. Numbers are typed here too (`45k`, `31%`): what they mean is decided by us, not by a widget."""

    name: str
    label: str
    initial: str = ""
    placeholder: str = ""
    hint: str = ""
    max_length: int = 2000
    multiline: bool = False
    optional: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """Pick one of a few."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    """(label, value) pairs."""
    initial: str = ""
    hint: str = ""
    optional: bool = True


@dataclass(frozen=True, slots=True)
class Checkboxes:
    """Pick any of a few; comes back as a tuple of values."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    initial: tuple[str, ...] = ()
    hint: str = ""
    optional: bool = True


@dataclass(frozen=True, slots=True)
class PersonField:
    """Pick a person of the workspace; comes back as their platform id. `many`: several people, as a tuple of ids."""

    name: str
    label: str
    initial: str = ""
    hint: str = ""
    optional: bool = True
    many: bool = False


Field = TextField | Choice | Checkboxes | PersonField


def brings_several(field: Field) -> bool:
    """True for a field whose value is a tuple: any of a few, or several people."""
    return isinstance(field, Checkboxes) or (isinstance(field, PersonField) and field.many)


@dataclass(frozen=True, slots=True)
class Form:
    """A dialog. Submitting it comes back as `Submitted(form, token, values)`.

    `token` is opaque and says what the form is about; it comes back unchanged, so nothing is kept open on our side.
    """

    name: str
    token: str
    title: str
    submit: str
    cancel: str
    parts: tuple[Explain | Field, ...]
    lang: Literal["en", "zh"] = "en"

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(part for part in self.parts if not isinstance(part, Explain))


@dataclass(frozen=True, slots=True)
class FormWithin:
    """A form that a platform may show in the message itself, in place of the control that would open it.

    `action` and `value` are that control's. Sent, it comes back as `Submitted` with `within` set.
    """

    action: str
    value: str
    form: Form


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `summary` is the one line a notification shows; without one it is the first line of text."""

    blocks: tuple[Block, ...]
    lang: Literal["en", "zh"] = "en"
    summary: str = ""
    handout: Handout | None = None
    forms: tuple[FormWithin, ...] = ()
    """Where forms open apart from messages (a modal), these are not looked at."""


FieldValue = str | tuple[str, ...]
"""What a field gives back: text, or the ticked values of checkboxes. A field left empty is absent."""
