"""A chart: what its markup must hold, and what people see of it where no picture stands."""

from datetime import date
from decimal import Decimal

import pytest

from bot.cards.html import card_html
from bot.cards.markup import MarkupError, parse_card
from bot.cards.model import Aim, Card, Chart, Point, Series, Text
from bot.cards.plain import plain_text
from bot.platforms.slack.blocks import render_message
from bot.platforms.teams.cards import render_card
from tests.cards.test_html import Reader

HEAD = 'title="KR2" caption="22% → 28%" alt="28% on 30 Oct" unit="%"'
READINGS = '<readings name="Readings"><point on="2026-10-06" value="22"/><point on="2026-10-30" value="28"/></readings>'
PACE = '<expected name="Pace"><point on="2026-10-01" value="20"/><point on="2026-12-31" value="50"/></expected>'


def parse(inside: str, head: str = HEAD) -> Card:
    return parse_card(f"<card><text>kept</text><chart {head}>{inside}</chart></card>", "sample.xml")


def test_readings_pace_and_target_are_understood() -> None:
    card = parse(f'{READINGS}{PACE}<aim name="Target" low="50" high="50"/>')

    assert card.blocks[1] == Chart(
        title="KR2",
        caption="22% → 28%",
        alt="28% on 30 Oct",
        unit="%",
        readings=Series("Readings", (Point(date(2026, 10, 6), Decimal(22)), Point(date(2026, 10, 30), Decimal(28)))),
        expected=Series("Pace", (Point(date(2026, 10, 1), Decimal(20)), Point(date(2026, 12, 31), Decimal(50)))),
        aim=Aim("Target", Decimal(50), Decimal(50)),
    )


def test_a_range_may_be_open_at_one_end_and_nothing_may_be_expected() -> None:
    chart = parse(f'{READINGS}<expected name="Pace"/><aim name="Range" low="" high="30"/>').blocks[1]

    assert isinstance(chart, Chart)
    assert (chart.expected, chart.aim) == (None, Aim("Range", None, Decimal(30)))


def test_a_chart_may_say_where_its_picture_is() -> None:
    chart = parse(READINGS, f'{HEAD} picture="https://okra.example/a.png"').blocks[1]

    assert isinstance(chart, Chart)
    assert chart.picture == "https://okra.example/a.png"
    with pytest.raises(MarkupError, match="web address"):
        parse(READINGS, f'{HEAD} picture="javascript:alert(1)"')


def test_fewer_than_two_readings_are_no_chart() -> None:
    one = '<readings name="Readings"><point on="2026-10-06" value="22"/></readings>'

    assert [type(block) for block in parse(one + PACE).blocks] == [Text]


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        (PACE, "readings"),
        ('<readings name="R"><point on="6 Oct" value="22"/></readings>', "iso_day"),
        ('<readings name="R"><point on="2026-10-06" value="22%"/></readings>', "digits"),
        ('<readings name="R"><point on="2026-10-06" value="NaN"/></readings>', "drawn"),
        (READINGS.replace("2026-10-30", "2026-10-06"), "day to day"),
        (READINGS + '<aim name="A" low="x" high="1"/>', "digits"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(inside: str, says: str) -> None:
    with pytest.raises(MarkupError, match=says):
        parse(inside)


def test_without_a_picture_there_are_bars_and_the_caption_everywhere() -> None:
    card = parse(READINGS + PACE)
    blocks, text = render_message(card)

    assert plain_text(card) == text == "kept\n▁█ 22% → 28%"
    assert "▁█ 22% → 28%" in str(blocks)
    (_, native, caption) = render_card(card)["body"]
    assert "▁█" in str(native["fallback"])
    assert "22% → 28%" in str(caption)


def test_html_draws_it_and_says_it() -> None:
    read = Reader(card_html(parse(f'{READINGS}{PACE}<aim name="Target" low="50" high="50"/>')))

    assert [svg["aria-label"] for svg in read.all("svg")] == ["28% on 30 Oct"]
    assert len(read.all("circle")) == 2
    assert [line["stroke-dasharray"] for line in read.all("polyline") if "stroke-dasharray" in line] == ["7 5"]
    assert len(read.all("line")) == 1
    assert {"20%", "50%", "2026-10-01", "2026-12-31", "22% → 28%"} <= set(read.words)


def test_a_range_is_a_band_and_equal_readings_are_a_level_line() -> None:
    level = READINGS.replace('value="28"', 'value="22"')

    read = Reader(card_html(parse(f'{level}<aim name="Range" low="" high="22"/>')))

    assert len(read.all("rect")) == 1
    assert len({dot["cy"] for dot in read.all("circle")}) == 1
