"""The picture of a chart, and the blocks that stand for one in Slack."""

import asyncio
import struct
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.model import Aim, Card, Chart, Point, Series
from bot.platforms.slack.blocks import render_message
from bot.platforms.slack.chart_blocks import NATIVE, as_native, as_pictures
from bot.platforms.slack.charts import HEIGHT, MOST_BYTES, WIDTH, draw, picture
from tests.fakes import block_kit

FIRST = date(2026, 10, 1)


def series(name: str, *values: str, every: int = 7) -> Series:
    return Series(name, tuple(Point(FIRST + timedelta(days=every * n), Decimal(one)) for n, one in enumerate(values)))


CHART = Chart(
    title="KR2 Self-serve renewals",
    caption="20% → 28% · 1 Oct - 22 Oct · expected 26.9% by then",
    alt="KR2: 28% on 22 Oct; expected 26.9% by then; from 20% to 50%",
    unit="%",
    readings=series("Readings", "20", "22", "27", "28"),
    expected=Series("Pace", (Point(FIRST, Decimal(20)), Point(date(2026, 12, 31), Decimal(50)))),
    aim=Aim("Target", Decimal(50), Decimal(50)),
)
RANGE = replace(CHART, expected=None, aim=Aim("Range", Decimal(21), Decimal(25)))
OPEN = replace(CHART, expected=None, aim=Aim("Range", None, Decimal(25)))
LEVEL = replace(CHART, readings=series("Readings", "99.9", "99.9"), expected=None, aim=None)
FALLING = replace(CHART, unit="$", readings=series("Readings", "-20000", "-45000", "-123456.78"))
DAILY = replace(CHART, readings=series("Readings", *(str(20 + n % 9) for n in range(100)), every=1))
CHINESE = replace(CHART, title="KR2 自助续费", unit="人", readings=series("读数", "12000", "12001"))
EVERY = {
    "target": CHART,
    "range": RANGE,
    "open": OPEN,
    "level": LEVEL,
    "falling": FALLING,
    "daily": DAILY,
    "chinese": CHINESE,
    "bitcoin": replace(CHART, unit="₿"),
    "two neighbours": replace(CHART, readings=series("Readings", "1", "2", every=1), expected=None, aim=None),
}
each_chart = pytest.mark.parametrize("chart", EVERY.values(), ids=EVERY)


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
    monkeypatch.setattr("bot.platforms.slack.charts.MOST_BYTES", 100)

    assert await picture(CHART) is None


def test_starting_okra_does_not_load_what_draws() -> None:
    code = "import sys, app, bot.platforms.slack.app; print('matplotlib' in sys.modules, 'numpy' in sys.modules)"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own

    assert found.stdout.split() == ["False", "False"]


# --- blocks -------------------------------------------------------------------------------------------


def test_a_picture_has_its_alt_text_its_caption_and_a_legend() -> None:
    blocks, text = render_message(Card((CHART,)), as_pictures({CHART: "F1"}))

    image, legend = blocks
    assert (image["slack_file"], image["alt_text"]) == ({"id": "F1"}, CHART.alt)
    assert image["title"]["text"] == CHART.caption
    assert legend["elements"][0]["text"] == "● Readings · ╌ Pace · ┈ Target"
    assert text == f"▁▃▇█ {CHART.caption}"


def test_a_chart_without_its_picture_is_bars() -> None:
    assert render_message(Card((RANGE,)), as_pictures({CHART: "F1"})) == render_message(Card((RANGE,)))


@each_chart
def test_slacks_own_chart_keeps_its_limits(chart: Chart) -> None:
    blocks, _ = render_message(Card((replace(chart, title="T" * 80),)), as_native)
    (native, caption) = blocks

    assert block_kit.problems(blocks) == []
    assert native["type"] == NATIVE
    assert len(native["title"]) <= 50
    lines = native["chart"]["series"]
    categories = native["chart"]["axis_config"]["categories"]
    assert len({line["name"] for line in lines}) == len(lines) <= 6
    assert all([point["label"] for point in line["data"]] == categories for line in lines)
    assert 2 <= len(categories) <= 20
    assert max(map(len, [*categories, *(line["name"] for line in lines)])) <= 20
    assert caption["elements"][0]["text"] == chart.caption


def test_the_pace_is_told_on_the_days_that_were_read() -> None:
    (native, _) = as_native(CHART)

    pace = native["chart"]["series"][1]
    assert [round(point["value"], 1) for point in pace["data"]] == [20.0, 22.3, 24.6, 26.9]
    assert [line["name"] for line in as_native(RANGE)[0]["chart"]["series"]] == ["Readings", "Range ≥", "Range ≤"]
    assert [line["name"] for line in as_native(OPEN)[0]["chart"]["series"]] == ["Readings", "Range"]


def test_a_message_holds_no_more_of_slacks_own_charts_than_it_may() -> None:
    blocks, _ = render_message(Card((CHART, RANGE, LEVEL)), as_native)

    assert [block["type"] for block in blocks].count(NATIVE) == 2
    assert "99.9" not in str(blocks[:4])
    assert CHART.caption in str(blocks[4:])
