"""How figures, days and names are written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import format as written
from bot.cards.i18n import Lang
from bot.okr.model import Band, Status, Tag

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 12, 14, 0, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "lang", "shown"),
    [
        ("45000", "$", 0, "en", "$45,000"),
        ("-5000", "$", 0, "en", "-$5,000"),
        ("45.5", "€", 2, "en", "€45.50"),
        ("45", "€", 2, "en", "€45"),
        ("31", "%", 0, "en", "31%"),
        ("31.25", "%", 1, "en", "31.3%"),
        ("3.5", "weeks", 1, "en", "3.5 weeks"),
        ("350", "ms", 0, "en", "350 ms"),
        ("20", "°C", 0, "en", "20 °C"),
        ("12000", "人", 0, "zh", "12,000人"),
        ("64", "通", 0, "zh", "64通"),
        ("1E+3", "", 0, "en", "1,000"),
        ("-0.4", "", 0, "en", "0"),
        ("0.5", "", 0, "en", "1"),
        ("8.00", "", 2, "en", "8"),
    ],
)
def test_an_amount_in_full(value: str, unit: str, decimals: int, lang: Lang, shown: str) -> None:
    assert written.amount(Decimal(value), unit, decimals, lang) == shown


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "lang", "shown"),
    [
        ("46000", "$", 0, "en", "$46k"),
        ("46500", "$", 0, "en", "$46.5k"),
        ("46540", "$", 0, "en", "$46.5k"),
        ("1200000", "$", 0, "en", "$1.2M"),
        ("3400000000", "$", 0, "en", "$3.4B"),
        ("-5000", "$", 0, "en", "-$5k"),
        ("1250", "", 0, "en", "1,250"),
        ("999960", "$", 0, "en", "$1M"),
        ("28", "%", 0, "en", "28%"),
        ("6.9", "", 1, "en", "6.9"),
        ("372", "calls", 0, "en", "372"),
        ("3.5", "weeks", 1, "en", "3.5"),
        ("46000", "元", 0, "zh", "4.6万"),
        ("46000", "¥", 0, "zh", "¥4.6万"),
        ("125000", "", 0, "zh", "12.5万"),
        ("12345678", "", 0, "zh", "1235万"),
        ("340000000", "", 0, "zh", "3.4亿"),
        ("99999999", "", 0, "zh", "1亿"),
        ("5000", "人", 0, "zh", "5,000"),
        ("0", "$", 0, "en", "$0"),
    ],
)
def test_an_amount_on_a_board(value: str, unit: str, decimals: int, lang: Lang, shown: str) -> None:
    assert written.amount_short(Decimal(value), unit, decimals, lang) == shown


@pytest.mark.parametrize(
    ("value", "target", "unit", "decimals", "lang", "shown"),
    [
        ("46000", "60000", "$", 0, "en", "$46k / $60k"),
        ("28", "50", "%", 0, "en", "28% / 50%"),
        ("6.9", "8", "", 1, "en", "6.9 / 8"),
        ("372", "200", "calls", 0, "en", "372 / 200"),
        ("46000", "60000", "元", 0, "zh", "4.6万 / 6万"),
        ("59990", "60000", "$", 0, "en", "$59,990 / $60,000"),
        ("7.96", "8", "", 1, "en", "7.96 / 8"),
        ("60000", "60000", "$", 0, "en", "$60k / $60k"),
    ],
)
def test_value_and_target_never_look_the_same_when_they_are_not(
    value: str, target: str, unit: str, decimals: int, lang: Lang, shown: str
) -> None:
    assert written.amount_pair(Decimal(value), Decimal(target), unit, decimals, lang) == shown


@pytest.mark.parametrize(
    ("value", "unit", "lang", "shown"),
    [
        ("46000", "$", "en", "$46k"),
        ("46540", "$", "en", "$46,540"),
        ("51000", "$", "en", "$51k"),
        ("31.25", "%", "en", "31.25%"),
        ("12000", "人", "zh", "1.2万人"),
        ("12345", "人", "zh", "12,345人"),
        ("1000", "calls", "en", "1k calls"),
    ],
)
def test_an_echo_loses_nothing(value: str, unit: str, lang: Lang, shown: str) -> None:
    assert written.amount_exact(Decimal(value), unit, lang) == shown


def test_a_change_is_told_from_old_to_new() -> None:
    assert written.amount_change(Decimal(31), Decimal(33), "%", "en") == "31% → 33%"
    assert written.amount_change(Decimal(46000), Decimal(46540), "$", "en") == "$46k → $46,540"


_SIGNS = {"k": 10**3, "M": 10**6, "B": 10**9, "万": 10**4, "亿": 10**8}


def _read(shown: str) -> Decimal:
    factor = 1
    if shown[-1] in _SIGNS:
        factor, shown = _SIGNS[shown[-1]], shown[:-1]
    return Decimal(shown.replace(",", "")) * factor


@settings(max_examples=200)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**13), max_value=10**13))
def test_what_is_shown_reads_back_as_what_was_meant(value: Decimal) -> None:
    for lang in ("en", "zh"):
        assert _read(written.amount_exact(value, "", lang)) == value
        assert _read(written.amount(value, "", 4, lang)) == value
        near = _read(written.amount_short(value, "", 4, lang))
        assert abs(near - value) <= abs(value) * Decimal("0.005")


def test_scores_and_headings() -> None:
    assert [written.score(Decimal(text)) for text in ("0.525", "0", "1")] == ["0.53", "0.00", "1.00"]
    assert [written.heading(Decimal(text)) for text in ("0.84", "1.01", "1", "-0.2")] == [
        "0.84",
        "1.00+",
        "1.00",
        "0.00",
    ]
    assert [written.self_score(Decimal(text)) for text in ("0.70", "1", "0.65", "0")] == ["0.7", "1.0", "0.65", "0.0"]
    assert [written.likelihood(Decimal(text)) for text in ("6", "6.5", "1E+1")] == ["6/10", "6.5/10", "10/10"]


def test_days() -> None:
    assert written.day(date(2026, 12, 31), "en") == "31 Dec"
    assert written.day(date(2026, 9, 1), "en") == "1 Sep"
    assert written.day(date(2026, 12, 31), "zh") == "12月31日"
    assert written.day(date(2027, 1, 2), "en", date(2026, 12, 31)) == "2 Jan 2027"
    assert written.day(date(2027, 1, 2), "zh", date(2026, 12, 31)) == "2027年1月2日"
    assert written.day(date(2026, 1, 2), "en", date(2026, 12, 31)) == "2 Jan"


def test_weekdays_and_times() -> None:
    friday = datetime(2026, 11, 13, 9, 50, tzinfo=BERLIN)

    assert (written.weekday(friday.date(), "en"), written.weekday(friday.date(), "zh")) == ("Fri", "周五")
    assert written.weekday(friday.date(), "en", long=True) == "Friday"
    assert written.weekday(friday.date(), "zh", long=True) == "星期五"
    assert written.weekday_time(friday, "en") == "Fri 09:50"
    assert written.weekday_time(friday.astimezone(SHANGHAI), "zh") == "周五 16:50"


@pytest.mark.parametrize(
    ("at", "en", "zh"),
    [
        (datetime(2026, 11, 12, 7, 10, tzinfo=BERLIN), "this morning", "今早"),
        (datetime(2026, 11, 12, 12, 0, tzinfo=BERLIN), "today", "今天"),
        (datetime(2026, 11, 11, 23, 59, tzinfo=BERLIN), "yesterday", "昨天"),
        (datetime(2026, 11, 11, 23, 30, tzinfo=UTC), "this morning", "今早"),
        (datetime(2026, 11, 5, 9, 0, tzinfo=BERLIN), "on 5 Nov", "11月5日"),
        (datetime(2025, 11, 5, 9, 0, tzinfo=BERLIN), "on 5 Nov 2025", "2025年11月5日"),
    ],
)
def test_how_long_ago_is_told_as_people_say_it_in_their_zone(at: datetime, en: str, zh: str) -> None:
    assert written.when(at, NOW, BERLIN, "en", on=True) == en
    assert written.when(at, NOW, BERLIN, "zh", on=True) == zh
    assert written.when(at, NOW, BERLIN, "en") == en.removeprefix("on ")


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        written.clock_time(datetime(2026, 11, 12, 9, 50))  # noqa: DTZ001


def test_every_status_has_an_icon_and_a_word() -> None:
    assert [written.status_icon(status) for status in Status] == ["✅", "🔵", "🟢", "🟡", "🔴", "🔴", "⚪", "⚪"]
    assert written.status(Status.AT_RISK, "en") == "🟡 at risk"
    assert written.status(Band.AHEAD, "zh") == "🔵 领先"
    for lang in ("en", "zh"):
        assert all(written.status_word(status, lang) for status in Status)
        assert all(written.tag_word(tag, lang) and written.tag_icon(tag) for tag in Tag)


def test_names_are_joined_as_one_says_them() -> None:
    assert written.join_names(["KR2", "KR5"], "en") == "KR2 and KR5"
    assert written.join_names(["KR2", "KR5"], "zh") == "KR2 和 KR5"
    assert written.join_names(["a", "b", "c"], "en") == "a, b and c"
    assert written.join_names(["a", "b", "c"], "zh") == "a、b 和 c"
    assert written.join_names(["a"], "en") == "a"
    assert written.join_names([], "en") == ""


def test_one_is_one_and_all_else_is_many() -> None:
    assert [written.plural(n, "week", "weeks") for n in (0, 1, 2)] == ["weeks", "week", "weeks"]
