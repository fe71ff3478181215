"""Several processes on one PostgreSQL: together they keep to one rate, use nearly all of it, and pause together."""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.delivery.pacing import Budget, Pacer
from tests.delivery.pretend_time import PretendTime, World, keep_asking, most_in
from tests.storage.databases import MORNING, Kind, new_database, on

HERE = 1
"""An installation."""


@pytest.fixture
def _on_each() -> None:
    """Instead of the one for both databases: with SQLite there are no several processes that send."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with on(Kind.POSTGRESQL):
        opened = World(tmp_path)
        yield opened
        opened.db.close()


@pytest.mark.parametrize(
    ("rate", "processes", "workers"), [(4, 2, 1), (4, 3, 1), (4, 3, 5), (30, 2, 4), (100, 3, 6), (100, 2, 1)]
)
async def test_together_they_keep_to_one_rate_and_use_it(world: World, rate: int, processes: int, workers: int) -> None:
    taken: list[list[float]] = [[] for _ in range(processes)]
    pacers = [world.pacer(rate) for _ in taken]
    stories = [
        keep_asking(lambda pacer=pacer: pacer.slot(HERE), world.time, moments)  # type: ignore[misc]
        for pacer, moments in zip(pacers, taken, strict=True)
        for _ in range(workers)
    ]

    await world.run(*stories, until=15)

    all_of_them = list(itertools.chain(*taken))
    assert most_in(1.0, all_of_them) <= rate
    assert len(all_of_them) >= 0.97 * rate * 15
    assert min(map(len, taken)) >= 0.8 * len(all_of_them) / processes, "none is left behind"


@pytest.mark.parametrize("processes", [1, 3])
async def test_claims_that_take_different_times_bunch_nothing_up(world: World, processes: int) -> None:
    """Between the turn and the request there is a transaction, which is slow now and then."""
    pacers = [world.pacer(40) for _ in range(processes)]
    chance = random.Random(7)  # noqa: S311 - no secret
    left: list[float] = []

    async def send(pacer: Pacer) -> None:
        while True:
            await pacer.slot(HERE, ahead=True)
            await world.time.sleep(chance.uniform(0.005, 0.1))
            await pacer.leave(HERE)
            left.append(world.time())

    await world.run(*[send(pacer) for pacer in pacers for _ in range(12)], until=12)

    steady = [moment for moment in left if moment > 0.5]
    assert most_in(1.0, steady) <= 40
    assert len(steady) >= 0.97 * 40 * 11.5


@pytest.mark.parametrize("stalled", [0.03, 0.06, 0.2])
async def test_what_a_stalled_process_sends_late_does_not_bunch_up_with_what_follows(
    world: World, stalled: float
) -> None:
    """A busy machine, or a database that flushes: now and then all that waits for its moment leaves after it."""
    pacer = world.pacer(40)
    left: list[float] = []

    async def send() -> None:
        while True:
            await pacer.slot(HERE, ahead=True)
            await world.time.sleep(0.01)
            await pacer.leave(HERE)
            left.append(world.time())

    async def stall() -> None:
        while True:
            await world.time.sleep(1.7)
            world.time.seconds += stalled

    await world.run(*[send() for _ in range(12)], stall(), until=20)

    assert most_in(1.0, left) <= 40
    lost = max(0.0, stalled - 0.04) / 1.7
    assert len(left) >= (0.97 - lost) * 40 * 20


async def test_they_keep_to_it_when_only_one_of_them_has_much_to_do(world: World) -> None:
    busy, idle = world.pacer(20), world.pacer(20)
    taken: list[float] = []
    answered: list[float] = []

    async def now_and_then() -> None:
        while True:
            await world.time.sleep(1.7)
            asked = world.time()
            await idle.slot(HERE, urgent=True)
            answered.append(world.time() - asked)
            taken.append(world.time())

    many = [keep_asking(lambda: busy.slot(HERE), world.time, taken) for _ in range(5)]
    await world.run(*many, now_and_then(), until=20)

    assert most_in(1.0, taken) <= 20
    assert len(taken) >= 0.9 * 20 * 20
    assert max(answered) < 0.6, "whoever answers a person waits only for what others took before"


async def test_a_pause_in_one_stops_the_others_at_once(world: World) -> None:
    pacers = [world.pacer(10) for _ in range(3)]
    taken: list[list[float]] = [[] for _ in pacers]
    stories = [
        keep_asking(lambda pacer=pacer: pacer.slot(HERE), world.time, moments)  # type: ignore[misc]
        for pacer, moments in zip(pacers, taken, strict=True)
    ]

    async def refused() -> None:
        await world.time.sleep(5)
        await pacers[0].pause(HERE, 20)

    await world.run(*stories, refused(), until=40)

    held = [moment for moments in taken for moment in moments if 5.0 < moment < 25.0]
    assert max(held, default=5.0) < 5.8
    assert len(held) <= 6, "only what was taken already"
    for moments in taken:
        assert sum(moment > 25.0 for moment in moments) > 30
    assert most_in(1.0, list(itertools.chain(*taken))) <= 10


async def test_a_pause_of_pages_and_their_budget_are_shared_too(world: World) -> None:
    one, other = (Budget(60, world.time, world.db) for _ in range(2))
    shown: list[float] = []

    async def show(budget: Budget) -> None:
        while world.time() < 300:
            if budget.has_room(HERE):
                await budget.spend(HERE)
                shown.append(world.time())
            await world.time.sleep(0.7)

    await world.run(show(one), show(other))
    assert most_in(60.0, shown) <= 61, "one page more, of the one that has not heard of the other's last"
    assert len(shown) >= 200

    async def story() -> None:
        await one.pause(HERE, 60)
        await other.spend(HERE)
        assert other.paused(HERE)

    await world.run(story())


async def test_who_takes_turns_at_the_same_moment_gets_each_their_own(world: World) -> None:
    pacers = [world.pacer(4) for _ in range(8)]
    moments: list[float] = []

    async def once(number: int) -> None:
        await pacers[number].slot(HERE)
        moments.append(world.time())

    await world.run(*[once(number) for number in range(8)])

    gaps = [later - earlier for earlier, later in itertools.pairwise(sorted(moments))]
    assert gaps == pytest.approx([1 / 3.92] * 7, abs=1e-3)


async def test_they_share_by_the_server_s_own_clock_too(tmp_path: Path) -> None:
    """As in production: no clock stands in for the database's."""
    time = PretendTime()

    async def sleep(seconds: float) -> None:
        time.seconds += seconds

    with on(Kind.POSTGRESQL):
        db = new_database(tmp_path, MovableClock(MORNING), busy_seconds=2.0)
        waited = []
        for _ in range(3):
            began = time()
            await Pacer(0.1, time, sleep, db).slot(HERE)
            waited.append(time() - began)
        db.close()

    assert waited[0] == pytest.approx(0, abs=1e-3)
    assert 0 < waited[1] <= 10 / 0.98 < waited[2] <= 20 / 0.98, "the server's clock stood almost still meanwhile"
