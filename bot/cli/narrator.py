"""Tells what happens in the room as a story: whose message, when by their own clock, and who did what."""

from collections.abc import Iterable
from datetime import datetime
from difflib import SequenceMatcher

from babel.dates import get_timezone_location

from bot.cards.graphemes import clip
from bot.cards.i18n import Lang
from bot.cards.model import Card, FieldValue
from bot.cards.moments import clock_time, day, weekday
from bot.cards.plain import plain_form, plain_text, summary_line
from bot.cli import words
from bot.cli.painting import Painter
from bot.cli.stage import Cast
from bot.okr.localtime import local
from bot.platforms.console.room import (
    Changed,
    Event,
    FilledIn,
    FormRefused,
    FormShown,
    Posted,
    Spot,
    Standing,
    TakenAway,
    Tapped,
    Wrote,
)

BRIEF = 100
"""Characters of what is told in one line."""
UNDER = 40
"""Characters by which the message above a thread is known."""


class Narrator:
    """Listens to the room. Conversations in the spotlight are told in full, all others in a line each."""

    def __init__(self, painter: Painter, lang: Lang) -> None:
        self.painter = painter
        self.lang: Lang = lang
        self.cast: Cast | None = None
        self.spotlight: frozenset[str] | None = None
        """Names of people and channels; None: everyone."""
        self._heard: list[Event] = []
        self._told: set[str] = set()
        self._told_at: tuple[datetime, Spot] | None = None

    def hear(self, event: Event) -> None:
        """One thing that happened. It is kept until `tell`: a reader who turns away must not trouble what happens."""
        self._heard.append(event)

    def tell(self) -> None:
        """Everything that was heard and not told yet."""
        heard, self._heard = self._heard, []
        for event in heard:
            self._tell(event)

    def _tell(self, event: Event) -> None:
        match event:
            case Posted():
                self._posted(event)
            case Changed():
                self._changed(event)
            case TakenAway(at, spot, _):
                self.painter.brief(f"{self._header(at, spot)}: {words.GONE.say(self.lang)}")
            case FormShown(at, person, form):
                name = self._name(person)
                shown = words.FORM.say(self.lang, name=name)
                self.painter.message(f"{self._when(at, person)} · {shown}", plain_form(form).split("\n"))
            case FormRefused(at, person, form, errors):
                self._refused(at, person, {field.name: field.label for field in form.fields}, errors)
            case Tapped(at, person, _, label, about):
                said = words.TAPS_ABOUT if about else words.TAPS
                did = said.say(self.lang, name=self._name(person), label=label, about=about)
                self.painter.act(f"{self._when(at, person)} · {did}")
            case Wrote(at, person, spot, text):
                said = words.TYPES if spot.is_person else words.TYPES_IN
                did = said.say(self.lang, name=self._name(person), channel=spot.name, text=text)
                self.painter.act(f"{self._when(at, person)} · {did}")
            case FilledIn(at, person, form, values):
                told = " · ".join(f"{label}: {_typed(value)}" for label, value in values.items())
                did = words.FILLS_IN.say(self.lang, name=self._name(person), title=form.title, values=told)
                self.painter.act(f"{self._when(at, person)} · {did}")

    def show(self, message: Standing) -> None:
        """A message that came earlier, as it stands now, with the time at which it came."""
        self.painter.message(self._header(message.at, message.spot), _lines(message.card))

    def _posted(self, event: Posted) -> None:
        header = self._header(event.at, event.spot)
        if event.seen_by is not None:
            header = words.ONLY_SEEN_BY.say(self.lang, place=header, name=self._name(event.seen_by))
        if event.answers is not None:
            under = clip(_lines(event.answers)[0], UNDER)
            header = words.IN_THREAD.say(self.lang, place=header, under=under)
        if self._is_lit(event.spot):
            self.painter.message(header, _lines(event.card))
        else:
            self.painter.brief(clip(f"{header}: {summary_line(event.card)}", BRIEF))

    def _changed(self, event: Changed) -> None:
        """Only what is new in it, and nothing where this was told just now (one answer can stand in two messages)."""
        new = _news(_lines(event.before), _lines(event.card))
        told = self._told if self._told_at == (event.at, event.spot) else set()
        self._told, self._told_at = told | set(new), (event.at, event.spot)
        if self._is_lit(event.spot) and not set(new) <= told:
            header = f"{self._header(event.at, event.spot)} · {words.CHANGED.say(self.lang)}"
            self.painter.change(header, new)

    def _refused(self, at: datetime, person: str, labels: dict[str, str], errors: object) -> None:
        header = f"{self._when(at, person)} · {words.FORM_STAYS.say(self.lang)}"
        told = errors if isinstance(errors, dict) else {}
        self.painter.message(header, [f"{labels.get(name, name)}: {sentence}" for name, sentence in told.items()])

    # --- who and when --------------------------------------------------------------------------------

    def _is_lit(self, spot: Spot) -> bool:
        return self.spotlight is None or spot.name in self.spotlight

    def _header(self, at: datetime, spot: Spot) -> str:
        place = words.DM.say(self.lang, name=self._name(spot.name)) if spot.is_person else spot.name
        return f"{self._when(at, spot.name)} · {place}"

    def _name(self, person: str) -> str:
        actor = self.cast.people.get(person) if self.cast is not None else None
        return person if actor is None else actor.name

    def _when(self, at: datetime, name: str) -> str:
        """By the reader's own clock; where that is not the company's, with its place."""
        if self.cast is None:
            return f"{at:%Y-%m-%d %H:%M} UTC"
        actor = self.cast.people.get(name) or self.cast.channels.get(name)
        zone = self.cast.zone if actor is None else actor.zone
        here = local(at, zone)
        elsewhere = here.utcoffset() != local(at, self.cast.zone).utcoffset()
        place = f" ({_city(zone, self.lang)})" if elsewhere else ""
        return f"{moment(here, self.lang)}{place}"


def moment(at: datetime, lang: Lang) -> str:
    """`Thu 12 Nov 10:00` / `11月12日 周四 10:00`."""
    if lang == "zh":
        return f"{day(at.date(), lang)} {weekday(at.date(), lang)} {clock_time(at)}"
    return f"{weekday(at.date(), lang)} {day(at.date(), lang)} {clock_time(at)}"


def _city(zone: str, lang: Lang) -> str:
    return get_timezone_location(zone, locale=lang, return_city=True)


def _lines(card: Card) -> list[str]:
    return plain_text(card).split("\n")


def _news(before: list[str], after: list[str]) -> list[str]:
    """The lines that are new or different in `after`, in order."""
    found: list[str] = []
    for kind, _, _, first, last in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind in ("insert", "replace"):
            found += after[first:last]
    while found and not found[0]:
        found.pop(0)
    while found and not found[-1]:
        found.pop()
    return found


def _typed(value: FieldValue) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def names(some: Iterable[str], lang: Lang) -> str:
    """`Mei, Jack` / `梅、杰`, each once."""
    return ("、" if lang == "zh" else ", ").join(dict.fromkeys(some))
