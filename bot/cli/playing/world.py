"""The world behind the playground's pages: a company, its people and its time, kept in a folder."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.cards.i18n import Lang
from bot.cards.render import Cards
from bot.cli.output import CommandProblem
from bot.cli.playing import companies, words
from bot.cli.playing.coming import coming, next_of
from bot.cli.playing.companies import BUILT_IN, Source
from bot.cli.playing.folder import PlayFolder
from bot.cli.playing.people import Inhabitants, inhabitants
from bot.cli.playing.place import Place, open_place
from bot.cli.playing.suggestions import suggestions
from bot.cli.playing.times import after_hours, held, moment_of
from bot.cli.types import BuildHouse
from bot.cli.words import Both
from bot.clock import Clock, SystemClock, real_seconds
from bot.okr.planning import Message
from bot.platforms.playground.journal import JournalProblem
from bot.platforms.playground.platform import PlaygroundPlatform
from bot.platforms.playground.room import PlaygroundRoom
from bot.platforms.playground.world import Channel, Coming, Company, Human, Suggestion, WorldProblem
from storage.problems import StorageProblem
from storage.session import bring_up_to_date

log = structlog.get_logger()

_CANNOT_BE = (CommandProblem, StorageProblem, JournalProblem, OSError, LookupError)
"""Why a company cannot be entered."""
PATIENCE = 1.0
"""Seconds that a page waits for what comes; where it takes longer, it is shown as it was and follows."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was seen when somebody looked ahead: in which company, after how many changes, and how long that took."""

    age: int
    changes: int
    seconds: float
    will: Sequence[Coming]
    not_sent: Sequence[Coming]


class Playing:
    """`World` over a folder. `present` is the machine's own time; `patience` as `PATIENCE`."""

    cards: Cards

    def __init__(
        self,
        build_house: BuildHouse,
        folder: PlayFolder,
        place: Place,
        *,
        present: Clock | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._build_house = build_house
        self._folder = folder
        self._place = place
        self._present = SystemClock() if present is None else present
        self._patience = patience
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._passing = False
        self._to_pass = 0
        """How often somebody asked that time may pass, and it has not come to its end yet."""
        self._stops = 0
        """Counts how often it was stopped: what was asked for before is done with."""
        self._closing = False
        self._somebody_acted = False
        self._inhabitants = Inhabitants((), ())
        self._looking = asyncio.Lock()
        self._looked: dict[Lang, _Looked] = {}
        self._changes = 0
        """Counts whatever may change what is planned."""
        self._left: Place | None = None
        """The company before: whoever still looks at its room must not meet a closed one."""
        self.cards = place.house.cards

    @classmethod
    async def open(
        cls,
        build_house: BuildHouse,
        folder: PlayFolder,
        source: Source | None,
        *,
        present: Clock | None = None,
        patience: float = PATIENCE,
    ) -> "Playing":
        """Go on with what stands in the folder, or with `source` begin anew.

        Raises `CommandProblem`, `StorageProblem` and `JournalProblem`.
        """
        current = folder.current() if source is None else None
        if current is not None:
            await asyncio.to_thread(bring_up_to_date, current.url)
            place = open_place(build_house, current)
            try:
                await place.begin()
            except BaseException:
                await _close(place)
                raise
        else:
            place = await _entered(build_house, folder, source or companies.built_in("teebee", "en"))
        folder.tidy()
        world = cls(build_house, folder, place, present=present, patience=patience)
        await world._look_round()
        return world

    def halt(self) -> None:
        """Begin nothing more; a moment that is being lived is lived to its end."""
        self._closing = True
        self._place.room.touch()

    async def close(self) -> None:
        """Come to rest: a moment that is being lived is lived to its end, and what was on its way is sent."""
        self.halt()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        async with self._turn, self._looking:
            await _close(self._place)
            if self._left is not None:
                self._left.room.close()

    # --- what is ----------------------------------------------------------------------------------

    @property
    def room(self) -> PlaygroundRoom:
        return self._place.room

    @property
    def platform(self) -> PlaygroundPlatform:
        return self._place.platform

    @property
    def age(self) -> int:
        """The number of the company's folder: another one for each that is entered, the same after a restart."""
        return self._place.folder.number

    @property
    def zone(self) -> str:
        """The time zone of the company as a whole."""
        return self._place.cast.zone

    @property
    def company(self) -> Company:
        return companies.company(self._place.kept)

    @property
    def companies(self) -> Sequence[Company]:
        mine = self.company
        others = tuple(BUILT_IN.values())
        return others if mine in others else (mine, *others)

    @property
    def people(self) -> Sequence[Human]:
        return self._inhabitants.people

    @property
    def channels(self) -> Sequence[Channel]:
        return self._inhabitants.channels

    @property
    def now(self) -> datetime:
        return self._place.clock.now()

    @property
    def is_passing(self) -> bool:
        return self._to_pass > 0

    async def coming(self, lang: Lang) -> tuple[list[Coming], list[Coming]]:
        """What Okra sends in the next two weeks, and what it decided not to send: lately, the newest first, and ahead.

        While time passes it is what was known before, without what has been sent since. So it is for a moment in a
        company that takes long to look ahead in; whoever looks on is woken when it is known.
        """
        known = self._looked.get(lang)
        if known is None or known.age != self.age or (known.seconds < self._patience and not self._passing):
            known = await self._look_ahead(lang)
        elif known.changes != self._changes and not self._passing:
            self._start(self._look_ahead_and_tell(lang))
        now = self.now
        return [one for one in known.will if one.at > now], list(known.not_sent)

    async def _look_ahead(self, lang: Lang) -> "_Looked":
        async with self._looking:
            known, place, changes = self._looked.get(lang), self._place, self._changes
            if known is not None and (known.age, known.changes) == (place.folder.number, changes):
                return known
            began = real_seconds()
            will, not_sent = await place.db.read(coming, place.clock.now(), lang)
            found = _Looked(place.folder.number, changes, real_seconds() - began, will, not_sent)
            self._looked[lang] = found
            return found

    async def _look_ahead_and_tell(self, lang: Lang) -> None:
        before = self._looked.get(lang)
        try:
            found = await self._look_ahead(lang)
        except StorageProblem as problem:  # it stays as it was, and the next look tries again
            log.warning("coming", problem=str(problem))
            return
        if found is not before:
            self.room.touch()

    async def suggestions(self, person: str) -> list[Suggestion]:
        """What that person may want to type; nothing for somebody who is not there."""
        place = self._place
        actor = place.cast.people.get(person)
        if actor is None:
            return []
        return await place.db.read(suggestions, self.cards, actor.id, place.clock.now())

    # --- time -------------------------------------------------------------------------------------

    async def to_next_check_in(self, lang: Lang) -> None:
        """Let time pass to the next weekly question to anybody. Raises `WorldProblem` where none is ahead."""
        await self._to_next(Message.CHECK_IN, words.NO_CHECK_IN, lang)

    async def to_meeting(self, lang: Lang) -> None:
        """Let time pass to the next digest. Raises `WorldProblem` where none is ahead."""
        await self._to_next(Message.DIGEST, words.NO_MEETING, lang)

    async def pass_hours(self, hours: int, lang: Lang) -> None:
        """Let time pass, event by event. Raises `WorldProblem` for what is no number from 1 to 24 * 7 * 13."""
        await self._pass(lambda: after_hours(hours, self.now, lang), lang)

    async def move_to(self, text: str, zone: str, lang: Lang) -> None:
        """Let time pass to a date (its morning) or a moment of `zone`. Raises `WorldProblem`."""
        await self._pass(lambda: moment_of(text, zone, self.now, lang), lang)

    async def to_the_present(self, lang: Lang) -> None:
        """Let time pass to the machine's own present. Raises `WorldProblem` where that lies behind."""
        await self._pass(lambda: held(self._present.now(), self.zone, self.now, lang), lang)

    def stop_passing(self) -> None:
        """Let time stand still after the moment that is being lived, however far it was to pass."""
        self._stops += 1

    async def settle(self) -> None:
        """Do what follows from what somebody just did. While time passes, that is done on the way."""
        if self._passing:
            self._somebody_acted = True
            return
        await self._in_turn(self._settle)

    async def _settle(self) -> None:
        await self._place.house.tick()
        await self._look_round()

    async def _to_next(self, message: Message, none_ahead: Both, lang: Lang) -> None:
        async def find() -> datetime:
            moment = await self._place.db.read(next_of, message.value, self.now)
            if moment is None:
                raise WorldProblem(none_ahead.say(lang))
            return moment

        await self._pass_until(find, lang)

    async def _pass(self, find: Callable[[], datetime], lang: Lang) -> None:
        async def found() -> datetime:
            return find()

        await self._pass_until(found, lang)

    async def _pass_until(self, find: Callable[[], Awaitable[datetime]], lang: Lang) -> None:
        """Let time pass to what `find` says when it is its turn. From now on until its end time is passing."""
        self._to_pass += 1
        stops = self._stops

        async def passes() -> None:
            try:
                if self._stops == stops:
                    await self._pass_to(await find(), stops)
            finally:
                self._to_pass -= 1
                self.room.touch()

        await self._in_turn(passes, lang)

    async def _pass_to(self, moment: datetime, stops: int) -> None:
        place = self._place
        self._passing = True
        place.room.touch()
        try:
            await place.house.tick()
            while not self._closing and self._stops == stops and await place.step(moment):
                pass  # whoever looks on sees each message when it comes
            while self._somebody_acted:
                self._somebody_acted = False
                await place.house.tick()
        finally:
            self._passing = False
            await self._look_round()

    # --- companies --------------------------------------------------------------------------------

    async def start_over(self, company: str, lang: Lang) -> None:
        """Enter a company anew; everything in the one before is gone, also time that was to pass there.

        Raises `WorldProblem`.
        """

        def source() -> Source:
            if company == self._place.kept.id:
                return companies.again(self._place.folder, lang)
            return companies.built_in(company, lang)

        self.stop_passing()
        await self._in_turn(lambda: self._enter(source, lang), lang)

    async def bring(self, file_name: str, body: bytes, lang: Lang) -> None:
        """Enter the company of a file of one's own. Raises `WorldProblem`; then all is as before."""
        self.stop_passing()
        await self._in_turn(lambda: self._enter(lambda: companies.own(file_name, body, lang), lang), lang)

    async def _enter(self, find: Callable[[], Source], lang: Lang) -> None:
        try:
            new = await _entered(self._build_house, self._folder, await asyncio.to_thread(find))
        except _CANNOT_BE as problem:
            log.warning("company", problem=str(problem))
            raise WorldProblem(words.NOT_WRITTEN.say(lang, why=str(problem).rstrip("."))) from problem
        old, self._place = self._place, new
        await self._look_round()
        if self._left is not None:
            self._left.room.close()
        self._left = old
        async with self._looking:
            await old.end()
        old.room.touch()
        self._folder.tidy()

    # --- steps ------------------------------------------------------------------------------------

    async def _in_turn(self, work: Callable[[], Awaitable[None]], lang: Lang = "en") -> None:
        """One thing after the other, each to its end even if whoever asked for it goes away."""

        async def waits() -> None:
            async with self._turn:
                if not self._closing:
                    await work()

        try:
            await asyncio.shield(self._start(waits()))
        except StorageProblem as problem:
            raise WorldProblem(str(problem)) from problem
        except OSError as problem:
            raise WorldProblem(words.NOT_KEPT.say(lang, why=problem.strerror or str(problem))) from problem

    def _start(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _look_round(self) -> None:
        self._changes += 1
        place = self._place
        self._inhabitants = await place.db.read(inhabitants, place.cast, place.clock.now())
        for channel in self._inhabitants.channels:  # a team that was made here brings its own
            place.room.channels.setdefault(channel.name, list(place.room.people))
        place.room.touch()


async def _entered(build_house: BuildHouse, folder: PlayFolder, source: Source) -> Place:
    """The company, at work in a folder of its own, which counts from here on; where that fails, nothing is left of it.

    Raises what `Source.lay_out` and `open_place` do, and OSError.
    """
    new = folder.new()
    try:
        await asyncio.to_thread(source.lay_out, new)
        place = open_place(build_house, new)
        try:
            await place.begin()
            folder.enter(new)
        except BaseException:
            await _close(place)
            raise
    except BaseException:
        shutil.rmtree(new.path, ignore_errors=True)
        raise
    return place


async def _close(place: Place) -> None:
    await place.end()
    place.room.close()
