"""A form as a page shows it: its fields with what they hold, and the sentences beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.cards.graphemes import clip
from bot.cards.html import lines_html
from bot.cards.model import Checkboxes, Choice, Explain, Field, PersonField, TextField
from bot.platforms.console.room import OpenedForm
from bot.platforms.playground.world import Human

FIELD = "f."
"""Before the name of a field of a form, so that none of the page's own has its name."""
LONGEST_ENTRY = 60
"""Characters of a person's name in a list to pick from."""


NO_HTML = Markup()


@dataclass(frozen=True, slots=True)
class Entry:
    """One of those that can be picked."""

    label: str
    value: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A field, or words between fields. `kind`: explain, line, lines, one or any (of some entries)."""

    kind: str
    id: str = ""
    name: str = ""
    label: str = ""
    html: Markup = NO_HTML
    initial: str = ""
    placeholder: str = ""
    max_length: int = 0
    entries: tuple[Entry, ...] = ()
    is_needed: bool = False
    hint: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Dialog:
    """The form that a person has before them. `elsewhere`: sentences that belong to none of its fields."""

    id: str
    title: str
    submit: str
    cancel: str
    lang: str
    parts: tuple[Part, ...]
    wrong: int
    elsewhere: tuple[str, ...]


def dialog(opened: OpenedForm, people: Sequence[Human]) -> Dialog:
    """The form as it stands; a field that picks a person offers all `people`."""
    form, errors = opened.form, opened.errors
    names = {field.name for field in form.fields}
    return Dialog(
        id=opened.id,
        title=form.title,
        submit=form.submit,
        cancel=form.cancel,
        lang="zh-Hans" if form.lang == "zh" else "en",
        parts=tuple(
            Part("explain", html=Markup(lines_html(part.lines)))  # noqa: S704 - escaped there
            if isinstance(part, Explain)
            else _part(part, opened, people)
            for part in form.parts
        ),
        wrong=len(errors),
        elsewhere=tuple(sentence for name, sentence in errors.items() if name not in names),
    )


def _part(field: Field, opened: OpenedForm, people: Sequence[Human]) -> Part:
    kind = "line"
    entries: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, ...] = ()
    match field:
        case TextField():
            kind = "lines" if field.multiline else "line"
        case Checkboxes():
            kind, chosen, entries = "any", field.initial, field.options
        case Choice():
            kind, chosen, entries = "one", (field.initial,), field.options
        case PersonField():
            known = tuple((clip(one.name, LONGEST_ENTRY), one.id) for one in people)
            kind, chosen, entries = "any" if field.many else "one", (field.initial,), known
    if kind == "one" and (field.optional or not field.initial):
        entries = (("–", ""), *entries)
    text = field if isinstance(field, TextField) else TextField("", "")
    return Part(
        kind=kind,
        id=f"{opened.id}-{field.name}",  # no field of another form has it, though it asks for the same
        name=f"{FIELD}{field.name}",
        label=field.label,
        initial=text.initial,
        placeholder=text.placeholder,
        max_length=text.max_length,
        entries=tuple(Entry(label, value, value in chosen) for label, value in entries),
        is_needed=not field.optional,
        hint=field.hint,
        error=opened.errors.get(field.name, ""),
    )
