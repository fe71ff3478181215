"""The pacer of one process: a steady rate, urgent ones first, pauses that last, and slower after a refusal."""

import itertools
import math
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.delivery.pacing import Budget, Pacer
from storage import models as m
from tests.delivery.pretend_time import World, keep_asking, most_in
from tests.storage.databases import Kind, held, url_of

HERE = 1
"""An installation."""
THERE = 2
HOUR = 3600.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    opened = World(tmp_path)
    yield opened
    opened.db.close()


def rows(world: World) -> int:
    return world.db.read_now(lambda session: len(session.exec(select(m.Pace)).all()))


async def asked(world: World, pacer: Pacer, seconds: float, workers: int = 1, place: int = HERE) -> list[float]:
    """When turns came within so many seconds from now, with so many who ask for one after another."""
    moments: list[float] = []
    stories = [keep_asking(lambda: pacer.slot(place), world.time, moments) for _ in range(workers)]
    await world.run(*stories, until=world.time() + seconds)
    return moments


@pytest.mark.parametrize(("rate", "workers"), [(4, 1), (4, 3), (50, 8)])
async def test_turns_come_steadily_just_below_the_rate(world: World, rate: int, workers: int) -> None:
    moments = await asked(world, world.pacer(rate), 20, workers)

    assert most_in(1.0, moments) <= rate
    assert len(moments) >= 0.97 * rate * 20
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert min(gaps) == pytest.approx(1 / (0.98 * rate), rel=1e-3)


async def test_turns_that_nobody_took_are_not_made_up_for(world: World) -> None:
    pacer = world.pacer(4)
    await asked(world, pacer, 1)
    await world.run(until=world.time() + 30)

    moments = await asked(world, pacer, 5)

    assert most_in(1.0, moments) <= 4


async def test_who_asks_late_by_a_little_does_not_slow_down_the_others(world: World) -> None:
    """A loop that was busy for some milliseconds each time."""
    pacer = world.pacer(50)
    moments: list[float] = []

    async def late() -> None:
        while True:
            await pacer.slot(HERE)
            moments.append(world.time())
            await world.time.sleep(0.03)

    await world.run(late(), until=10)

    assert most_in(1.0, moments) <= 50
    assert len(moments) >= 0.95 * 10 / 0.04


async def test_an_answer_to_a_person_gets_the_next_turn(world: World) -> None:
    pacer = world.pacer(4)
    order: list[str] = []

    async def ask(name: str, *, urgent: bool = False, after: float = 0.0) -> None:
        await world.time.sleep(after)
        await pacer.slot(HERE, urgent=urgent)
        order.append(name)

    many = [ask(f"check-in {number}") for number in range(40)]
    await world.run(*many, ask("answer", urgent=True, after=2.1), ask("second", urgent=True, after=2.1))

    place = order.index("answer")
    assert place == 9, "nine had their turn in the first 2.1 seconds, and this is the next one"
    assert order[place + 1] == "second"
    assert [name for name in order if name.startswith("check-in")] == [f"check-in {number}" for number in range(40)]


async def test_who_no_longer_waits_takes_no_turn(world: World) -> None:
    pacer = world.pacer(4)
    moments: list[float] = []
    gone = [keep_asking(lambda: pacer.slot(HERE), world.time, []) for _ in range(5)]
    await world.run(*gone, until=3)

    await world.run(*[keep_asking(lambda: pacer.slot(HERE), world.time, moments)], until=13)

    assert len(moments) >= 0.95 * 40


async def test_a_channel_gets_one_message_a_second_and_holds_up_no_other(world: World) -> None:
    pacer = world.pacer(4)
    growth: list[float] = []
    sales: list[float] = []
    growing = keep_asking(lambda: pacer.slot(HERE, "growth"), world.time, growth)
    selling = keep_asking(lambda: pacer.slot(HERE, "sales"), world.time, sales)

    await world.run(growing, selling, until=20)

    gaps = [later - earlier for some in (growth, sales) for earlier, later in itertools.pairwise(some)]
    assert min(gaps) > 1.0 - 0.3, "one has its turn in the channel, and then waits a little for its turn among all"
    assert 19 <= min(len(growth), len(sales)) <= max(len(growth), len(sales)) <= 20
    assert most_in(1.0, growth + sales) <= 4


async def test_installations_do_not_wait_for_each_other(world: World) -> None:
    pacer = world.pacer(4)
    here: list[float] = []
    there: list[float] = []
    await world.run(
        keep_asking(lambda: pacer.slot(HERE), world.time, here),
        keep_asking(lambda: pacer.slot(THERE), world.time, there),
        until=10,
    )

    assert min(len(here), len(there)) >= 0.97 * 40


async def test_without_a_rate_nobody_waits_and_nothing_is_written_but_a_pause_holds(world: World) -> None:
    pacer = world.pacer(0)

    async def story() -> None:
        for number in range(100):
            await pacer.slot(HERE, f"channel {number % 7}")
        assert (world.time(), rows(world)) == (0.0, 0)
        await pacer.pause(HERE, 30)
        await pacer.slot(HERE, "channel 1")

    await world.run(story())

    assert world.time() == pytest.approx(30)


async def test_a_pause_lasts_beyond_a_restart(world: World) -> None:
    async def story() -> None:
        await world.pacer(4).pause(HERE, 60)
        restarted = world.pacer(4)
        assert restarted.paused_for(HERE) == 0.0, "it cannot know yet"
        await restarted.look(HERE)
        assert restarted.paused_for(HERE) == pytest.approx(60)
        assert restarted.paused_for(THERE) == 0.0
        await world.pacer(4).slot(HERE)  # nor does one that did not look go ahead

    await world.run(story())

    assert world.time() == pytest.approx(60, abs=0.1)


async def test_a_longer_pause_is_not_shortened(world: World) -> None:
    async def story() -> None:
        pacer, other = world.pacer(4), world.pacer(4)
        await pacer.pause(HERE, 60)
        await pacer.pause(HERE, 5)
        await other.pause(HERE, 5)
        await other.look(HERE)
        assert pacer.paused_for(HERE) == other.paused_for(HERE) == pytest.approx(60)
        await other.pause(HERE, 90)
        await pacer.look(HERE)
        assert pacer.paused_for(HERE) == pytest.approx(90)

    await world.run(story())


async def test_after_a_refusal_it_goes_slower_and_then_faster_again(world: World) -> None:
    pacer = world.pacer(10)
    before = await asked(world, pacer, 20)

    async def refused() -> None:
        await pacer.pause(HERE, 2)
        await pacer.pause(HERE, 2)  # the same refusal, of another message that was on its way

    await world.run(refused())
    assert await asked(world, pacer, 1.9) == []
    after = await asked(world, pacer, 2)
    await asked(world, pacer, 8)
    again = await asked(world, pacer, 20)

    assert len(before) in (196, 197)
    gaps = [later - earlier for earlier, later in itertools.pairwise(after)]
    assert max(gaps) == pytest.approx(1 / (0.93 * 9.8), rel=1e-2)
    assert len(again) >= 195


async def test_refusal_after_refusal_never_stops_it(world: World) -> None:
    pacer = world.pacer(10)

    async def story() -> None:
        for _ in range(200):
            await pacer.pause(HERE, 0.5)
            await pacer.slot(HERE)

    await world.run(story())
    assert len(await asked(world, pacer, 10)) >= 10


@pytest.mark.parametrize(
    ("said", "kept"), [(86_400.0 * 365, HOUR), (math.inf, HOUR), (-3.0, 1.0), (math.nan, 1.0), (0.0, 0.0)]
)
async def test_an_absurd_retry_after_is_bounded_and_logged(world: World, said: float, kept: float) -> None:
    pacer, budget = world.pacer(4), Budget(60, world.time, world.db)

    async def story() -> None:
        with capture_logs() as told:
            await pacer.pause(HERE, said)
            await budget.pause(HERE, said)
        assert pacer.paused_for(HERE) == kept
        warned = [line["event"] for line in told if line["log_level"] == "warning"]
        assert warned == ([] if said == kept else ["retry after"] * 2)
        other = world.pacer(4)
        await other.look(HERE)
        assert other.paused_for(HERE) == pytest.approx(kept)

    await world.run(story())


async def test_a_pause_that_the_database_does_not_take_holds_here(world: World) -> None:
    pacer = world.pacer(4)

    async def story() -> None:
        with held(url_of(world.db)):
            await pacer.pause(HERE, 60)
        assert pacer.paused_for(HERE) == 60

    await world.run(story())
    assert rows(world) == 0


@pytest.mark.parametrize("hours", [-1, 1, -24 * 365])
async def test_a_step_of_the_database_s_clock_delays_nothing_for_long(world: World, hours: int) -> None:
    pacer, other = world.pacer(4), world.pacer(4)
    await asked(world, pacer, 5)
    await asked(world, other, 5)

    world.time.set_by = timedelta(hours=hours)
    moments = await asked(world, pacer, 10) + await asked(world, other, 10)

    assert len(moments) >= 2 * 36
    assert most_in(1.0, moments) <= 5


async def test_nor_does_it_make_a_pause_longer_than_the_longest(world: World) -> None:
    async def story() -> None:
        await world.pacer(4).pause(HERE, 60)
        world.time.set_by = -timedelta(hours=1)
        other = world.pacer(4)
        await other.look(HERE)
        assert other.paused_for(HERE) == 0.0, "it cannot be true"
        world.time.set_by = -timedelta(minutes=30)
        await other.look(HERE)
        assert other.paused_for(HERE) == pytest.approx(31 * 60)
        world.time.set_by = timedelta()
        await other.look(HERE)
        assert other.paused_for(HERE) == pytest.approx(60), "as soon as the clock is right"

    await world.run(story())


async def test_a_channel_with_a_very_long_id_has_its_own_turns_too(world: World) -> None:
    pacer = world.pacer(4)
    long, longer = "19:" + "x" * 300, "19:" + "x" * 301

    async def story() -> None:
        await pacer.slot(HERE, long)
        await pacer.slot(HERE, longer)
        assert world.time() < 0.9
        await pacer.slot(HERE, long)
        assert world.time() > 0.9

    await world.run(story())


async def test_many_channels_are_not_remembered_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.pacing._MANY", 10)
    pacer = world.pacer(1000)

    async def story() -> None:
        for number in range(60):
            await pacer.slot(HERE, f"channel {number}")
            await world.time.sleep(0.3)

    await world.run(story())
    assert len(pacer._lines) <= 12


async def test_pages_keep_within_their_minute(world: World) -> None:
    budget = Budget(60, world.time, world.db)
    shown: list[float] = []

    async def story() -> None:
        while world.time() < 300:
            if budget.has_room(HERE):
                await budget.spend(HERE)
                shown.append(world.time())
            await world.time.sleep(0.1)

    await world.run(story())

    assert sum(moment == shown[0] or moment - shown[0] < 2.1 for moment in shown) >= 20
    assert most_in(60.0, shown) <= 60
    assert len(shown) >= 200


@pytest.mark.sqlite_only
async def test_one_process_alone_writes_nothing_for_its_turns(world: World, each_database: Kind) -> None:
    """On SQLite nobody else sends, so a turn costs no commit."""
    assert len(await asked(world, world.pacer(4), 10)) >= 38
    assert rows(world) == 0
