"""Teams' own line chart, and what stands for it where a client has none."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.model import Card, Chart, Run, Text
from bot.platforms.teams.budget import size
from bot.platforms.teams.cards import render_card
from bot.platforms.teams.charts import MOST_POINTS, NATIVE
from bot.platforms.teams.texts import inert
from tests.cards.charts import CHART, CHINESE, DAILY, FALLING, LEVEL, OPEN, RANGE, each_chart, series
from tests.fakes import adaptive_cards

PICTURE = "https://okra.example/charts/a-word.png"
HOSTILE = "**KR** <at>Mei</at> [x](https://x.example) {{DATE(2026-10-01)}} 👩‍👩‍👧‍👦 \u202e" * 20


def shown(chart: Chart) -> tuple[dict[str, Any], dict[str, Any]]:
    """The chart and its caption, in a card that Teams takes."""
    rendered = render_card(Card((chart,)))
    assert adaptive_cards.problems(rendered) == []
    (native, caption) = rendered["body"]
    assert native["type"] == NATIVE
    return native, caption


def lines(chart: Chart) -> dict[str, list[tuple[str, float]]]:
    """What is drawn, by name."""
    native, _ = shown(chart)
    return {line["legend"]: [(value["x"], value["y"]) for value in line["values"]] for line in native["data"]}


@each_chart
def test_every_chart_is_one_that_teams_takes(chart: Chart) -> None:
    _, caption = shown(chart)

    assert caption["inlines"][0]["text"] == inert(chart.caption)
    shown(replace(chart, picture=PICTURE))


def test_readings_stand_against_pace_and_target_on_a_time_axis() -> None:
    assert lines(CHART) == {
        "Readings": [("2026-10-01", 20), ("2026-10-08", 22), ("2026-10-15", 27), ("2026-10-22", 28)],
        "Pace": [("2026-10-01", 20), ("2026-12-31", 50)],
        "Target": [("2026-10-01", 50), ("2026-12-31", 50)],
    }


def test_a_range_has_two_lines_and_an_open_one_has_the_one_it_has() -> None:
    days = ("2026-10-01", "2026-10-22")

    assert {name: values for name, values in lines(RANGE).items() if name != "Readings"} == {
        "Range ≥": [(day, 21) for day in days],
        "Range ≤": [(day, 25) for day in days],
    }
    assert {name: values for name, values in lines(OPEN).items() if name != "Readings"} == {
        "Range ≤": [(day, 25) for day in days],
    }


def test_decimals_and_signs_are_kept_and_equal_values_are_a_level_line() -> None:
    assert [value for _, value in lines(FALLING)["Readings"]] == [-20000, -45000, -123456.78]
    assert [value for _, value in lines(LEVEL)["Readings"]] == [99.9, 99.9]


@pytest.mark.parametrize(
    ("values", "begins"),
    [
        (("6.5", "6.8", "8"), 6),
        (("99.91", "99.95"), 99.91),
        (("44000", "60000"), 40000),
        (("20", "50"), None),
        (("-8", "-7"), None),
        (("7", "7"), None),
    ],
)
def test_figures_far_from_zero_do_not_lie_in_one_level_line(values: tuple[str, ...], begins: float | None) -> None:
    native, _ = shown(replace(CHART, readings=series("Readings", *values), expected=None, aim=None))

    assert native.get("yMin") == begins


def test_lines_differ_by_name_and_by_colour() -> None:
    for chart in (CHART, RANGE):
        native, _ = shown(chart)
        assert len({line["legend"] for line in native["data"]}) == 3
        assert len({line["color"] for line in native["data"]}) == 3


def test_three_thousand_readings_keep_their_ends_and_extremes_and_little_room() -> None:
    values = [str(100 + number % 7) for number in range(3000)]
    values[0], values[1234], values[2345], values[-1] = "101.5", "-3", "999", "102.5"
    chart = replace(CHART, readings=series("Readings", *values, every=1), picture=PICTURE)

    drawn = lines(chart)["Readings"]

    assert len(drawn) <= MOST_POINTS
    assert (drawn[0][1], drawn[-1][1]) == (101.5, 102.5)
    assert {-3, 999} <= {value for _, value in drawn}
    assert size(shown(chart)[0]) < 8 * 1024


def test_a_hundred_readings_of_a_feed_keep_their_ends() -> None:
    drawn = lines(DAILY)["Readings"]

    assert len(drawn) <= MOST_POINTS
    assert (drawn[0][0], drawn[-1][0]) == ("2026-10-01", "2027-01-08")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.decimals(-(10**12), 10**12, places=4), min_size=2, max_size=300))
def test_whatever_is_read_is_a_line(values: list[Decimal]) -> None:
    drawn = lines(replace(CHART, readings=series("Readings", *map(str, values), every=1)))["Readings"]

    assert len(drawn) <= MOST_POINTS
    assert drawn[0][1] == float(values[0])
    assert max(value for _, value in drawn) == float(max(values))


# --- where a client has no charts -----------------------------------------------------------------


def test_a_picture_stands_for_it_with_its_words_and_what_its_lines_mean() -> None:
    native, _ = shown(replace(CHART, picture=PICTURE))

    image, legend = native["fallback"]["items"]
    assert (image["type"], image["url"], image["altText"]) == ("Image", PICTURE, inert(CHART.alt))
    assert legend["inlines"][0]["text"] == "● Readings · ╌ Pace · ┈ Target"


@pytest.mark.parametrize("nowhere", ["", "http://127.0.0.1:3978/charts/a-word.png"])
def test_without_a_picture_that_teams_would_fetch_bars_stand_for_it(nowhere: str) -> None:
    native, caption = shown(replace(CHART, picture=nowhere))

    assert native["fallback"]["inlines"][0]["text"] == "▁▃▇█"
    assert "127.0.0.1" not in str(native)
    assert caption["inlines"][0]["text"] == inert(CHART.caption)


def test_a_client_without_cards_gets_all_of_it_as_text() -> None:
    assert render_card(Card((replace(CHART, picture=PICTURE),)))["fallbackText"] == inert(f"▁▃▇█ {CHART.caption}")


def test_names_are_in_the_readers_language() -> None:
    aim = CHART.aim
    assert aim is not None
    chart = replace(CHINESE, aim=replace(aim, name="目标值"), expected=None)

    assert set(lines(chart)) == {"读数", "目标值"}
    assert shown(chart)[0]["title"] == "KR2 自助续费"


def test_what_people_typed_is_never_formatting_a_mention_or_a_function() -> None:
    chart = replace(CHART, title=HOSTILE, caption=HOSTILE, alt=HOSTILE, unit="**", picture=PICTURE)

    native, caption = shown(replace(chart, readings=replace(chart.readings, name=HOSTILE)))

    text = json.dumps([native, caption], ensure_ascii=False)
    for sign in ("**", "<at>", "](", "{{"):
        assert sign not in text.replace(PICTURE, "")
    assert len(native["title"]) <= 200


def test_a_card_with_a_chart_and_far_too_much_beside_it_stays_small_enough() -> None:
    much = Text(tuple((Run("words " * 500),) for _ in range(40)))
    chart = replace(DAILY, picture=PICTURE, caption="c" * 9000, alt="a" * 9000, title="t" * 9000)

    rendered = render_card(Card((much, chart, much)))

    assert adaptive_cards.problems(rendered) == []
