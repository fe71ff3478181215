"""The blocks that stand for a chart in Slack."""

from dataclasses import replace

from bot.cards.model import Card, Chart
from bot.platforms.slack.blocks import render_message
from bot.platforms.slack.chart_blocks import NATIVE, as_native, as_pictures
from tests.cards.charts import CHART, LEVEL, OPEN, RANGE, each_chart
from tests.fakes import block_kit


def test_a_picture_has_its_alt_text_its_caption_and_a_legend() -> None:
    blocks, text = render_message(Card((CHART,)), as_pictures({CHART: "F1"}))

    image, legend = blocks
    assert (image["slack_file"], image["alt_text"]) == ({"id": "F1"}, CHART.alt)
    assert image["title"]["text"] == CHART.caption
    assert legend["elements"][0]["text"] == "● Readings · ╌ Pace · ┈ Target"
    assert text == f"▁▃▇█ {CHART.caption}"


def test_slack_gets_its_pictures_as_files_and_no_address_of_one() -> None:
    addressed = replace(CHART, picture="https://okra.example/charts/a-word.png")

    assert render_message(Card((addressed,))) == render_message(Card((CHART,)))
    assert as_native(addressed) == as_native(CHART)
    assert as_pictures({addressed: "F1"})(addressed) == as_pictures({CHART: "F1"})(CHART)


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
