"""What a page may ask of the company behind it; whoever starts the playground composes one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.cards.i18n import Lang
from bot.cards.render import Cards
from bot.platforms.playground.platform import PlaygroundPlatform
from bot.platforms.playground.room import PlaygroundRoom


class WorldProblem(Exception):
    """What was asked cannot be. The text is one sentence for the person, in the language asked for."""


@dataclass(frozen=True, slots=True)
class Human:
    """One of the people one can be."""

    id: str
    """As the room knows them."""
    name: str
    short_name: str
    role: str
    """`Leads Growth · 2 key results`: in their language; what tells them apart."""
    zone: str
    lang: Lang
    channels: tuple[str, ...]
    """The channels they are in: their teams' first."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A team's channel."""

    name: str
    team: str
    zone: str
    lang: Lang
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """A message to come, or one that will not be."""

    at: datetime
    """In its reader's zone."""
    reader: str
    what: str
    about: str
    why_not: str = ""
    """Why it is not sent, in words; empty where it is."""


@dataclass(frozen=True, slots=True)
class Company:
    """A company that can be entered anew."""

    id: str
    name: str
    about: str
    """In English."""
    lang: Lang
    about_zh: str = ""

    def about_in(self, lang: Lang) -> str:
        """What it is, in a language."""
        return self.about_zh if lang == "zh" and self.about_zh else self.about


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the composer completes: `/okr board`, `KR2`."""

    text: str
    about: str


class World(Protocol):
    """A company, its people and its time. One at a time; `start_over` puts another in its place.

    All moments that come out are aware; `moment_of` reads what people type. Everything that takes time and everything
    that changes something is asynchronous, and done one after the other.
    """

    cards: Cards
    """For the words of the pages."""

    @property
    def room(self) -> PlaygroundRoom: ...

    @property
    def platform(self) -> PlaygroundPlatform: ...

    @property
    def age(self) -> int:
        """Counts the companies that were entered: a page of an older one loads anew."""
        ...

    @property
    def company(self) -> Company: ...

    @property
    def companies(self) -> Sequence[Company]: ...

    @property
    def people(self) -> Sequence[Human]: ...

    @property
    def channels(self) -> Sequence[Channel]: ...

    @property
    def now(self) -> datetime: ...

    @property
    def is_passing(self) -> bool:
        """Whether time is passing just now, message by message, or is about to: somebody asked for it."""
        ...

    async def coming(self, lang: Lang) -> tuple[list[Coming], list[Coming]]:
        """What Okra sends in the next two weeks, and what it decided not to send: lately, newest first, and ahead."""
        ...

    async def suggestions(self, person: str) -> list[Suggestion]:
        """What that person may want to type: commands, and the labels of key results, their own first."""
        ...

    async def to_next_check_in(self, lang: Lang) -> None:
        """Let time pass to the next weekly question to anybody. Raises `WorldProblem` where none is ahead."""
        ...

    async def to_meeting(self, lang: Lang) -> None:
        """Let time pass to the next digest. Raises `WorldProblem` where none is ahead."""
        ...

    async def pass_hours(self, hours: int, lang: Lang) -> None:
        """Let time pass, event by event. Raises `WorldProblem` for what is no number from 1 to 24 * 7 * 13."""
        ...

    async def move_to(self, text: str, zone: str, lang: Lang) -> None:
        """Let time pass to a date or moment (`2026-11-16`, `2026-11-16T09:00`) of `zone`.

        Raises `WorldProblem` for the past (time does not run backwards), what is no date, and beyond a year.
        """
        ...

    async def to_the_present(self, lang: Lang) -> None:
        """Let time pass to the machine's own present. Raises `WorldProblem` where that lies behind."""
        ...

    def stop_passing(self) -> None:
        """Let time stand still after the moment that is being lived, however far it was to pass."""
        ...

    async def start_over(self, company: str, lang: Lang) -> None:
        """Enter a company anew; everything in the one before is gone, also time that was to pass there.

        Raises `WorldProblem`.
        """
        ...

    async def bring(self, file_name: str, body: bytes, lang: Lang) -> None:
        """Enter the company of a file of one's own (any that `import` reads).

        Raises `WorldProblem`; then all is as before.
        """
        ...

    async def settle(self) -> None:
        """Do what follows from what somebody just did, until nothing more is due. Raises `WorldProblem`."""
        ...
