"""What stands in a conversation, as a page shows it: day by day, Okra's cards and what people wrote."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.cards.graphemes import clip
from bot.cards.html import card_html
from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.moments import clock_time, weekday_time
from bot.cards.plain import summary_line
from bot.platforms.console.room import Standing
from bot.platforms.playground.colours import with_words
from bot.platforms.playground.faces import LONGEST_NAME, Face, day_label, initials
from bot.platforms.playground.room import Entry, PlaygroundRoom, Said
from bot.platforms.playground.world import Human

SHOWN_AT_FIRST = 60
"""Messages of a conversation that a page brings along; the earlier ones are one link away."""
LONGEST_SUMMARY = 120


@dataclass(frozen=True, slots=True)
class Day:
    """The line above the messages of a day."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `html` is Okra's card, `text` what a person wrote; the other is empty."""

    id: str
    rev: int
    is_okra: bool
    is_mine: bool
    name: str
    initials: str
    hue: int
    time: str
    moment: str
    changed: str
    """When it was last replaced in place: a time, with its day where that is another; empty where it never was."""
    is_private: bool
    in_thread_of: str
    html: Markup
    text: str
    summary: str
    """What a screen reader hears when it comes or changes."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a page shows of it. `earlier` messages are not among the `lines`."""

    lines: tuple[Day | Message, ...]
    earlier: int


class Rendered:
    """Cards as HTML, each made once: a page is asked for again with every change."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Card, Markup, str]] = {}

    def of(self, message: Standing) -> tuple[Markup, str]:
        """The card's HTML and its summary."""
        known = self._made.get(message.ref.message_id)
        if known is None or known[0] is not message.card:
            made = Markup(with_words(card_html(message.card), message.card.lang))  # noqa: S704 - escaped there
            known = message.card, made, clip(summary_line(message.card), LONGEST_SUMMARY)
            self._made[message.ref.message_id] = known
        return known[1], known[2]


def conversation(
    entries: Sequence[Entry],
    room: PlaygroundRoom,
    me: Human,
    lang: Lang,
    rendered: Rendered,
    people: Mapping[str, Face],
    *,
    whole: bool,
) -> Conversation:
    """The newest messages of a conversation in the zone of its reader, or with `whole` all of them."""
    shown = entries if whole else entries[-SHOWN_AT_FIRST:]
    lines = tuple(_lines(shown, room, me, lang, rendered, people))
    return Conversation(lines, len(entries) - len(shown))


def _lines(
    entries: Sequence[Entry],
    room: PlaygroundRoom,
    me: Human,
    lang: Lang,
    rendered: Rendered,
    people: Mapping[str, Face],
) -> Iterator[Day | Message]:
    zone = ZoneInfo(me.zone)
    today = None
    for entry in entries:
        at = entry.what.at.astimezone(zone)
        if at.date() != today:
            today = at.date()
            yield Day(f"day-{today.isoformat()}", day_label(at, lang))
        if isinstance(entry.what, Said):
            yield _said(entry.what, at, me, people)
        else:
            yield _standing(entry.what, at, zone, room, lang, rendered)


def _said(said: Said, at: datetime, me: Human, people: Mapping[str, Face]) -> Message:
    face = people.get(said.person)
    name = said.person if face is None else face.name
    return Message(
        id=f"n-{said.number}",
        rev=0,
        is_okra=False,
        is_mine=said.person == me.id,
        name=clip(name, LONGEST_NAME),
        initials=initials(name) if face is None else face.initials,
        hue=0 if face is None else face.hue,
        time=clock_time(at),
        moment=at.isoformat(timespec="minutes"),
        changed="",
        is_private=False,
        in_thread_of="",
        html=Markup(),
        text=said.text,
        summary=clip(said.text, LONGEST_SUMMARY),
    )


def _standing(
    message: Standing, at: datetime, zone: ZoneInfo, room: PlaygroundRoom, lang: Lang, rendered: Rendered
) -> Message:
    html, summary = rendered.of(message)
    root = None if message.answers is None else room.message(message.answers)
    return Message(
        id=message.ref.message_id,
        rev=message.edits,
        is_okra=True,
        is_mine=False,
        name="Okra",
        initials="",
        hue=0,
        time=clock_time(at),
        moment=at.isoformat(timespec="minutes"),
        changed=_changed(message, at, zone, lang),
        is_private=message.seen_by is not None,
        in_thread_of="" if root is None else rendered.of(root)[1],
        html=html,
        text="",
        summary=summary,
    )


def _changed(message: Standing, at: datetime, zone: ZoneInfo, lang: Lang) -> str:
    if message.changed_at is None:
        return ""
    changed = message.changed_at.astimezone(zone)
    return clock_time(changed) if changed.date() == at.date() else weekday_time(changed, lang)
