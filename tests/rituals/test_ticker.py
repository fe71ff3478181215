"""The alarm clock goes on ticking whatever happens to the machine's own clock."""

import asyncio
from datetime import datetime, timedelta, tzinfo

import pytest
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.rituals.ticker import Every, Ticker


class Wall:
    """The machine's clock, which somebody sets."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.by


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_is_set_by_an_hour_stops_nothing(hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wall, ran = Wall(), asyncio.Queue[int]()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # what APScheduler asks
            return wall.now().astimezone(tz)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Shifted)
    monkeypatch.setattr("apscheduler.triggers.interval.datetime", Shifted)

    async def work() -> None:
        ran.put_nowait(1)

    ticker = Ticker((Every(0.05, "work", work),), wall=wall, look_seconds=0.05)
    with capture_logs() as logged:
        ticker.start()
        await asyncio.wait_for(ran.get(), 10)

        wall.by = timedelta(hours=hours)
        for _ in range(5):
            await asyncio.wait_for(ran.get(), 10)
        while not logged:
            await asyncio.wait_for(ran.get(), 10)
        await ticker.stop()

    assert [(one["event"], one["seconds"]) for one in logged] == [("clock was set", hours * 3600)]
