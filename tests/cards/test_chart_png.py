"""The picture of a chart."""

import asyncio
import struct
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.chart_png import HEIGHT, MOST_BYTES, WIDTH, draw, picture
from bot.cards.model import Chart
from tests.cards.charts import CHART, RANGE, each_chart, series


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@each_chart
def test_every_chart_is_a_small_picture_of_one_size(chart: Chart) -> None:
    png = draw(chart)

    assert size(png) == (WIDTH, HEIGHT)
    assert len(png) <= MOST_BYTES


def test_the_same_chart_is_the_same_picture_and_another_is_another() -> None:
    assert draw(CHART) == draw(CHART)
    assert draw(CHART) != draw(RANGE)


def test_words_are_not_in_the_picture() -> None:
    renamed = replace(CHART, title="另一个", caption="x", alt="y", readings=replace(CHART.readings, name="读数"))

    assert draw(renamed) == draw(CHART)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.decimals(-(10**12), 10**12, places=4), min_size=2, max_size=12))
def test_whatever_is_read_can_be_drawn(values: list[Decimal]) -> None:
    assert size(draw(replace(CHART, readings=series("Readings", *map(str, values))))) == (WIDTH, HEIGHT)


async def test_the_loop_goes_on_while_it_is_drawn_and_two_at_once_are_both_right() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    both = [*await asyncio.gather(picture(CHART), picture(RANGE))]
    ticking.cancel()

    assert both == [draw(CHART), draw(RANGE)]
    assert ticks > 10


async def test_a_picture_that_came_out_too_big_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cards.chart_png.MOST_BYTES", 100)

    assert await picture(CHART) is None


def test_starting_okra_does_not_load_what_draws() -> None:
    code = "import sys, app, bot.platforms.slack.app; print('matplotlib' in sys.modules, 'numpy' in sys.modules)"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own

    assert found.stdout.split() == ["False", "False"]
