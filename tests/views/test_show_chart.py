"""The chart of `/okr show`: the readings that count, against the pace that applies."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from bot.cards.model import Aim, Chart
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.model import KRType, PaceProfile, ReadingSource
from storage.session import Database
from tests.views.tea import CHINESE
from tests.views.test_show import Desk, opened


@pytest.fixture
def desk(db: Database, cards: Cards) -> Iterator[Desk]:
    with opened(db, cards) as desk:
        yield desk


def chart(desk: Desk, number: int) -> Chart | None:
    return next((block for block in desk.card(number).blocks if isinstance(block, Chart)), None)


def drawn(desk: Desk, number: int) -> Chart:
    found = chart(desk, number)
    assert found is not None
    return found


def test_readings_stand_against_the_pace_and_the_target(desk: Desk) -> None:
    desk.feed(2, 6, "22", ReadingSource.MANUAL)
    desk.feed(2, 20, "27", ReadingSource.MANUAL)

    it = drawn(desk, 2)

    assert [(one.on.isoformat(), one.value) for one in it.readings.points] == [
        ("2026-10-06", Decimal(22)),
        ("2026-10-20", Decimal(27)),
        ("2026-10-30", Decimal(28)),
    ]
    assert it.expected is not None
    ends = it.expected.points[0], it.expected.points[-1]
    assert [(one.on, one.value) for one in ends] == [
        (date(2026, 10, 1), Decimal(20)),
        (date(2026, 12, 31), Decimal(50)),
    ]
    assert it.aim == Aim("Target", Decimal(50), Decimal(50))
    assert it.caption == "22% → 28% · 6 Oct - 30 Oct · expected 29.6% by then"
    assert it.alt == (
        "KR2: 28% on 30 Oct; 9 working days ago; expected 29.6% by then; from 20% to 50%; 3 readings since 22% on 6 Oct"
    )


def test_in_chinese_there_is_no_english_word(db: Database, cards: Cards) -> None:
    with opened(db, cards, CHINESE) as desk:
        desk.feed(2, 6, "22", ReadingSource.MANUAL)

        it = drawn(desk, 2)

    assert it.caption == "22% → 28% · 10月6日 - 10月30日 · 届时应到 29.6%"
    assert it.alt == "KR2: 10月30日 28%；距今 9 个工作日；届时应到 29.6%；从 20% 到 50%；自 10月6日 22% 起共 2 次读数"
    assert (it.readings.name, it.expected and it.expected.name, it.aim and it.aim.name) == ("读数", "节奏", "目标值")


def test_one_reading_is_no_chart_and_two_of_one_day_are_one(desk: Desk) -> None:
    assert chart(desk, 2) is None

    desk.feed(2, 30, "27", ReadingSource.MANUAL)

    assert chart(desk, 2) is None
    assert "▁" not in desk.text(2)


def test_the_list_stays_eight_long_while_the_chart_holds_the_quarter(desk: Desk) -> None:
    for day in range(1, 25):
        desk.feed(2, day, str(20 + day % 7), ReadingSource.AUTO)

    lines = plain_text(desk.card(2)).splitlines()

    assert len(drawn(desk, 2).readings.points) == 25
    assert len([line for line in lines if "🤖 read by a feed" in line or line == "30 Oct · 28%"]) == 8
    assert "20% → 28%" not in lines
    assert "▁" in next(line for line in lines if "21% → 28%" in line)


def test_a_range_to_hold_is_a_band_without_a_line(desk: Desk) -> None:
    row = desk.row(2)
    row.type, row.target = KRType.RANGE, None
    row.range_lo, row.range_hi = Decimal(18), Decimal(25)
    desk.feed(2, 6, "22", ReadingSource.MANUAL)

    it = drawn(desk, 2)

    assert it.aim == Aim("Range", Decimal(18), Decimal(25))
    assert it.expected is None
    assert "hold 18% - 25%" in it.alt
    assert "expected" not in it.caption + it.alt


def test_a_falling_key_result_is_expected_to_fall(desk: Desk) -> None:
    row = desk.row(2)
    row.type, row.baseline, row.target = KRType.DECREASE, Decimal(40), Decimal(0)
    desk.feed(2, 6, "36", ReadingSource.MANUAL)

    line = drawn(desk, 2).expected

    assert line is not None
    values = [one.value for one in line.points]
    assert values == sorted(values, reverse=True)
    assert [values[0], values[-1]] == [Decimal(40), Decimal(0)]


def test_a_slow_start_bends_the_line(desk: Desk) -> None:
    desk.row(2).pace = PaceProfile.SLOW_START
    desk.feed(2, 6, "22", ReadingSource.MANUAL)

    line = drawn(desk, 2).expected

    assert line is not None
    steps = [later.value - earlier.value for earlier, later in zip(line.points, line.points[1:], strict=False)]
    assert steps == sorted(steps)
    assert steps[0] < steps[-1]


def test_a_milestone_has_no_chart_whatever_was_read(desk: Desk) -> None:
    desk.feed(2, 6, "22", ReadingSource.MANUAL)
    row = desk.row(2)
    row.type, row.baseline, row.target = KRType.MILESTONE, None, None

    assert chart(desk, 2) is None
