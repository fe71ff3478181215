"""One run: children are started, killed, frozen and started again while people speak; then all comes to rest."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlmodel import Session, col, select

from bot.delivery.addresses import address_from
from storage import models as m
from storage.problems import StorageProblem
from storage.session import Database
from tests.crash.books import Books, balance
from tests.crash.clocks import SharedClock
from tests.crash.company import ASKED, LATER, LET_IN, NOTICE, WEEKS, Company, plan_notices
from tests.crash.faults import Faults
from tests.crash.orders import Fate, Orders, Point, Variant
from tests.crash.people import People
from tests.crash.pretend import FaultySlack, FaultyTeams
from tests.crash.processes import Child, Nursery

R = TypeVar("R")

READY_SECONDS = 30.0
"""How long a child may take to start, on a busy machine."""
REST_SECONDS = 60.0
"""How long it may take until all is settled, once nobody is killed any more: with few kills, and for each beside."""
REST_SECONDS_A_KILL = 1.0
"""A kill leaves some messages in doubt, and each of them is looked for in its turn."""
LOOK = 0.05
"""Seconds between two looks at a condition that nobody tells of."""
BETWEEN_KILLS = (0.4, 1.3)
"""Seconds, of all processes together."""
QUIET = 3.0
QUIET_SHARE = 0.2
"""Now and then a process lives for so many seconds: long enough to do what comes after everything that was left."""
BETWEEN_WORDS = (1.0, 8.0)
"""Seconds between two things that one person does."""
PHASE = 2.5
"""Seconds until the business clock is moved on to the next ritual, at least: what is due has left by then."""
BACKLOG = 24
"""Messages that wait to be sent, at least, as long as somebody is to be killed."""
AT_RANDOM = tuple(point for point in Point if point not in (Point.IN_MIGRATION, Point.BEFORE_MIGRATION))


USUAL = Company(4, 3)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen in a run."""

    seed: int
    kills: int
    processes: int = 1
    company: Company = USUAL
    variants: tuple[Variant, ...] = (Variant.NONE,)
    """Of each process; the last one stands for all further ones."""
    points: tuple[tuple[Point, Fate], ...] = ()
    """Named points that must be reached, once each, before anything happens at random."""
    at_random: bool = True
    """Whether processes are killed and frozen at random too, until there were so many kills."""
    faults: float = 1.0


@dataclass
class Told:
    """The table of a run."""

    plan: Plan
    books: Books
    kills: int
    stops: int
    points: Counter[str]
    faults: Counter[str]
    seconds: float
    wrong: list[str] = field(default_factory=list)

    @property
    def balance(self) -> bool:
        return self.books.balance and not self.wrong


class Run:
    """Everything that one run has in its hands."""

    def __init__(self, plan: Plan, nursery: Nursery, url: str, folder: Path) -> None:
        self.plan = plan
        self.nursery = nursery
        self.url = url
        self.folder = folder
        self.chance = random.Random(plan.seed)  # noqa: S311 - no secret
        self.faults = Faults(plan.seed + 1, share=0.0)
        self.clock = SharedClock.begin(folder / "clock", LET_IN)
        self.slack = FaultySlack(self.clock, self.faults)
        self.teams = FaultyTeams(self.clock, self.faults)
        self.people = People(self.slack, self.teams, self._somewhere, plan.seed)
        self.db = Database(url, self.clock)
        self.kills = self.stops = 0
        self.reached: Counter[str] = Counter()
        self.to_reach = list(plan.points)
        self.wrong: list[str] = []
        self._living: dict[int, Child] = {}
        self._notices = 0
        self._over = asyncio.Event()

    # --- the whole of it --------------------------------------------------------------------------

    async def go(self) -> Told:
        """Set up, let it happen, come to rest, balance the books."""
        began = time.monotonic()
        self._people_the_platforms()
        async with self.platforms():
            await self._let_in()
            self.faults.share = self.plan.faults
            await self._chaos()
            self.faults.share = 0.0
            await self._rest()
            await self._stop()
            books = self.db.read_now(balance, (self.slack.ledger, self.teams.ledger), self.people.said)
        return Told(
            plan=self.plan,
            books=books,
            kills=self.kills,
            stops=self.stops,
            points=self.reached,
            faults=self.faults.drawn,
            seconds=time.monotonic() - began,
            wrong=self.wrong,
        )

    @asynccontextmanager
    async def platforms(self) -> AsyncIterator[None]:
        """The fakes at work, and an ear for the children; those that live at the end are killed."""
        await self.slack.start()
        await self.teams.start()
        try:
            with self.nursery.heard():
                yield
        finally:
            await self.slack.stop()
            await self.teams.stop()
            self.db.close()
            self.clock.close()

    def _people_the_platforms(self) -> None:
        company = self.plan.company
        company.found(self.db, self.folder, self.clock.now())
        for team in range(company.teams):
            there = [one for one in company.people() if one.team == team]
            for one in there:
                if one.on_teams:
                    self.teams.add_person(one.external_id, one.name, zone="Europe/Madrid")
                else:
                    self.slack.add_person(one.external_id, one.name, tz="Europe/Madrid")
            members = [one.external_id for one in there]
            if company.on_teams(team):
                self.teams.add_team(company.channel(team), f"Team {team}", *members)
            else:
                self.slack.add_channel(company.channel(team), *members)

    async def _let_in(self) -> None:
        """Teams lets Okra write where it was let in: that is told to a process to which nothing happens."""
        child = await self._started(self._orders(0, None))
        assert child.url is not None
        self.teams.app_url = child.url
        company = self.plan.company
        for team in range(company.teams):
            if company.on_teams(team):
                await self.teams.adds_to(company.channel(team), person=self._first_of(team))
        for one in company.people():
            if one.on_teams:
                await self.teams.installs(one.external_id)
        await self._until("Okra was let in", self._nothing_waits, REST_SECONDS)
        await child.end(signal.SIGTERM, READY_SECONDS)

    def _first_of(self, team: int) -> str:
        return next(one.external_id for one in self.plan.company.people() if one.team == team)

    # --- chaos ------------------------------------------------------------------------------------

    async def _chaos(self) -> None:
        self.clock.move_to(ASKED)
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(self._speak(one.number)) for one in self.plan.company.people()]
            others += [group.create_task(self._keep_busy()), group.create_task(self._move_on())]
            lives = [group.create_task(self._live(number)) for number in range(self.plan.processes)]
            await asyncio.wait(lives)
            self._over.set()
            await asyncio.wait(others)

    @property
    def _enough(self) -> bool:
        return self.kills >= self.plan.kills and not self.to_reach

    async def _live(self, number: int) -> None:
        """One process after the other, until there were enough kills; the last one stays."""
        while not self._enough:
            due = self.to_reach.pop(0) if self.to_reach else None
            random_point = self.plan.at_random and self.chance.random() < 0.4
            if due is None and random_point:
                due = (self.chance.choice(AT_RANDOM), Fate.FROZEN if self.chance.random() < 0.3 else Fate.KILLED)
                await self._one_life(self._orders(number, due, self.chance.randint(1, 4)), must_reach=False)
            else:
                await self._one_life(self._orders(number, due), must_reach=due is not None)
        await self._started(self._orders(number, None), number)

    async def _one_life(self, orders: Orders, *, must_reach: bool) -> None:
        child = await self._started(orders)
        if orders.point is not None:
            patience = REST_SECONDS if must_reach else self.chance.uniform(0.6, 1.8)
            if await child.wait(lambda one: one.at is not None or one.ended, patience):
                self.reached[f"{orders.fate.value} {orders.point.value}"] += 1
            elif must_reach:
                self.wrong.append(f"no process came to be {orders.fate.value} {orders.point.value}")
            if orders.fate is Fate.FROZEN and child.at is not None:
                await self._frozen(child)
        else:
            quiet = self.plan.at_random and self.chance.random() < QUIET_SHARE
            await asyncio.sleep(QUIET if quiet else self.chance.uniform(*BETWEEN_KILLS) * self.plan.processes)
            if self.plan.at_random and self.chance.random() < 0.25:
                child.send(signal.SIGSTOP)
                await self._frozen(child)
        await self._killed(child)

    async def _frozen(self, child: Child) -> None:
        """It stands still beyond its lease, and wakes again."""
        self.stops += 1
        orders = self._orders(0, None)
        await asyncio.sleep(self.chance.uniform(orders.lease + 0.1, orders.lease + orders.grace + 0.7))
        child.send(signal.SIGCONT)
        await asyncio.sleep(self.chance.uniform(0.2, 0.6))

    async def _killed(self, child: Child) -> None:
        if not await child.end(signal.SIGKILL, READY_SECONDS):
            self.wrong.append(f"process {child.pid} could not be killed")
        self.kills += 1

    async def _speak(self, number: int) -> None:
        who = next(one for one in self.plan.company.people() if one.number == number)
        chance = random.Random(self.plan.seed * 1000 + number)  # noqa: S311 - no secret
        while not self._over.is_set():
            await self._wait(chance.uniform(*BETWEEN_WORDS))
            if not self._over.is_set():
                await self.people.act(who, chance)

    async def _wait(self, seconds: float) -> None:
        """So long, or until it is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()

    async def _keep_busy(self) -> None:
        """There is always something to send."""
        handles = [one.handle for one in self.plan.company.people()]
        while not self._over.is_set():
            waiting = await self._ask(_count_due)
            if waiting < BACKLOG:
                numbers = {self._notices + each: self.chance.choice(handles) for each in range(BACKLOG)}
                self._notices += BACKLOG
                await self._write(plan_notices, numbers)
            await _a_moment()

    async def _move_on(self) -> None:
        """The week goes on: reminders, digests, the next question."""
        for moment in (ASKED + week * LATER[-1] + later for week in range(WEEKS) for later in LATER):
            began, due_until = time.monotonic(), self.clock.now()
            while time.monotonic() - began < PHASE or await self._ask(partial(_rituals_wait, due_until=due_until)):
                if self._over.is_set():
                    return
                await _a_moment()
            self.clock.move_to(moment)

    # --- rest -------------------------------------------------------------------------------------

    async def _rest(self) -> None:
        seconds = REST_SECONDS + REST_SECONDS_A_KILL * self.plan.kills
        await self._until("all was settled", self._nothing_waits, seconds)

    async def _nothing_waits(self) -> bool:
        return not await self._ask(_waits)

    async def _stop(self) -> None:
        """SIGTERM ends each process cleanly."""
        for child in list(self._living.values()):
            if not await child.end(signal.SIGTERM, READY_SECONDS):
                self.wrong.append(f"process {child.pid} did not end when it was asked to")
                await child.end(signal.SIGKILL, READY_SECONDS)

    # --- processes --------------------------------------------------------------------------------

    def _orders(self, number: int, due: tuple[Point, Fate] | None, nth: int = 1) -> Orders:
        variants = self.plan.variants
        orders = Orders(
            database_url=self.url,
            clock_file=str(self.folder / "clock"),
            log_file=str(self.folder / "children.log"),
            slack_url=self.slack.api_url,
            teams_url=self.teams.url,
            teams_metadata_url=self.teams.metadata_url,
            variant=variants[min(number, len(variants) - 1)],
        )
        return orders if due is None else replace(orders, point=due[0], fate=due[1], nth=nth)

    async def _started(self, orders: Orders, number: int | None = None) -> Child:
        """A child that is ready, or that ended before it was."""
        child = await self.nursery.fork(orders)
        self._living[child.pid] = child
        if not await child.wait(lambda one: one.url is not None or one.at is not None or one.ended, READY_SECONDS):
            self.wrong.append(f"process {child.pid} was not ready in {READY_SECONDS:g} s")
        elif child.ended and child.at is None:
            self.wrong.append(f"process {child.pid} did not start: {child.refused}")
        return child

    def _somewhere(self) -> str | None:
        """The address of a process that listens, as a load balancer in front of them would choose it."""
        ready = [child.url for child in self._living.values() if child.is_ready and child.url is not None]
        return self.chance.choice(ready) if ready else None

    # --- the database -----------------------------------------------------------------------------

    async def _ask(self, work: Callable[[Session, datetime], R]) -> R:
        """Read, however busy the database is just now."""
        return await self._patiently(lambda: self.db.read(work, self.clock.now()))

    async def _write(self, work: Callable[[Session, Mapping[int, str], datetime], R], what: Mapping[int, str]) -> R:
        return await self._patiently(lambda: self.db.write(work, what, self.clock.now()))

    async def _patiently(self, ask: Callable[[], Awaitable[R]]) -> R:
        """A process that stands still may hold the database; nobody of us is in a hurry."""
        while True:
            try:
                return await ask()
            except StorageProblem:
                await _a_moment()

    async def _until(self, what: str, condition: Callable[[], Awaitable[bool]], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not await condition():
                    await _a_moment()
        except TimeoutError:
            waits = await self._ask(_waits)
            self.wrong.append(f"{seconds:g} s were over before {what}: {'; '.join(waits[:5])}")


async def _a_moment() -> None:
    await asyncio.sleep(LOOK)


def _count_due(session: Session, now: datetime) -> int:
    due = select(m.Delivery.id).where(m.Delivery.state == m.DeliveryState.PLANNED, col(m.Delivery.due_at) <= now)
    return len(session.exec(due).all())


def _rituals_wait(session: Session, _now: datetime, due_until: datetime) -> bool:
    """Whether what the clock itself asked for until then is still to be planned or sent."""
    if session.exec(select(m.Agenda.id).where(col(m.Agenda.next_due_at) <= due_until)).first() is not None:
        return True
    due = select(m.Delivery.id).where(m.Delivery.state == m.DeliveryState.PLANNED, col(m.Delivery.due_at) <= due_until)
    return session.exec(due.where(col(m.Delivery.kind).not_in((NOTICE, "answer")))).first() is not None


def _waits(session: Session, now: datetime) -> list[str]:
    """What is not settled: messages that are due, in doubt or to be looked for again; words that were not read."""
    readable = {one.id for one in session.exec(select(m.Installation)).all() if one.platform is not m.Platform.TEAMS}
    waits = []
    for row in session.exec(select(m.Delivery).order_by(col(m.Delivery.id))):
        name = f"{row.kind} {row.subject} is {row.state} ({row.reason})"
        is_due = row.state is m.DeliveryState.PLANNED and row.due_at <= now
        is_readable = row.address is not None and address_from(row.address).installation_id in readable
        in_doubt = row.state is m.DeliveryState.UNKNOWN and (row.address is None or is_readable)
        if is_due or in_doubt or row.state is m.DeliveryState.SENDING:
            waits.append(name)
        elif row.state is m.DeliveryState.SENT and row.sweep_at is not None and is_readable:
            waits.append(f"{name} and to be swept")
        elif row.state is m.DeliveryState.SENT and row.wanted_rev > row.shown_rev and row.message is not None:
            waits.append(f"{name} and shows {row.shown_rev} of {row.wanted_rev}")
    for inbox in session.exec(select(m.Inbox).where(m.Inbox.state != m.InboxState.DONE)):
        waits.append(f"inbox row {inbox.id} is {inbox.state}")
    if late := session.exec(select(m.Agenda.id).where(col(m.Agenda.next_due_at) <= now)).all():
        waits.append(f"{len(late)} rituals are due")
    return waits
