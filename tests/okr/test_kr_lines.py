"""How a line of text becomes a key result (spec/04 §9.1)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.okr.kr_lines import KRLine, Need, read_kr_line
from bot.okr.model import KRType

UP, DOWN, RANGE = KRType.INCREASE, KRType.DECREASE, KRType.RANGE
ODD = "from to 从到%$-–,.0123456789kKmM万亿天 by keep between 提高 \n\x00()/→<>"


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def way(line: KRLine) -> tuple[KRType | None, Decimal | None, Decimal | None, str]:
    return line.kind, line.from_, line.to, line.unit


@pytest.mark.parametrize(
    ("text", "kind", "start", "end", "unit"),
    [
        ("Lower refund rates from 0.5% to 0.2%", DOWN, "0.5", "0.2", "%"),
        ("将重复购买率从 5% 提高到 15%", UP, "5", "15", "%"),
        ("发票处理时间从 5 周缩短到 2 周", DOWN, "5", "2", "周"),
        ("Logins per week from 100 to 200", UP, "100", "200", ""),
        ("percentage of active user accounts from 40% to 55%", UP, "40", "55", "%"),
        ("NPS 20% -> 50%", UP, "20", "50", "%"),
        ("NPS 20 → 50", UP, "20", "50", ""),
        ("NPS 20 => 50", UP, "20", "50", ""),
        ("Increase NPS to 50 from 30", UP, "30", "50", ""),
        ("Increase NPS 30 to 50", UP, "30", "50", ""),
        ("NPS: baseline 30, target 50", UP, "30", "50", ""),
        ("NPS 50 (currently 30)", UP, "30", "50", ""),
        ("NPS from -10 to 20", UP, "-10", "20", ""),
        ("NPS 30 提升到 50", UP, "30", "50", ""),
        ("Raise ARR from $30k to $60k in Q4", UP, "30000", "60000", "$"),
        ("ARR from 1 to 2 million", UP, "1000000", "2000000", ""),
        ("ARR from €1.5m to €2m", UP, "1500000", "2000000", "€"),
        ("Sign-ups from 900 to 1.2k", UP, "900", "1200", ""),
        ("销售额从 100 万元提高到 200 万元", UP, "1000000", "2000000", "¥"),
        ("销售额从 1亿 到 1.2亿", UP, "100000000", "120000000", ""),
        ("一万二用户提高到三万", UP, "12000", "30000", ""),
        ("交付周期由 30 天缩短至 20 天", DOWN, "30", "20", "天"),
        ("NPS from 30 to 50 by 31 March 2026", UP, "30", "50", ""),
        ("Reduce 2-hour incidents from 4 to zero", DOWN, "4", "0", ""),
        ("Invoices overdue 60-120 days from $4m to $2m", DOWN, "4000000", "2000000", "$"),
        ("Tier 1 response time from 40 min to 10 min", DOWN, "40", "10", "min"),
        ("Week 4 retention from 20% to 30%", UP, "20", "30", "%"),
        ("p95 latency from 1.2s to 300ms", DOWN, "1.2", "0.3", "s"),
        ("Average rating from 3.8/5 to 4.5/5", UP, "3.8", "4.5", ""),
        ("Reduce cost from 12,5% to 8,3%", DOWN, "12.5", "8.3", "%"),
        ("Reduce churn from 5% to 3% and keep NPS above 50", DOWN, "5", "3", "%"),
        ("B2B revenue from 10 to 20", UP, "10", "20", ""),
        ("200k views per 30 days of our articles (current is 125k)", UP, "125000", "200000", ""),
        ("Triple weekly sign-ups, currently 200", UP, "200", "600", ""),
        ("Double MRR from $30k", UP, "30000", "60000", "$"),
        ("销量翻一番（现在100）", UP, "100", "200", ""),
        ("Cut waste by half (today 8%)", DOWN, "8", "4", "%"),
        ("Raise NPS 40-50", UP, "40", "50", ""),
        ("Raise share 12-15%", UP, "12", "15", "%"),
        ("Reach 1M ARR from 400k ARR", UP, "400000", "1000000", ""),
    ],
)
def test_from_and_to_say_the_direction(text: str, kind: KRType, start: str, end: str, unit: str) -> None:
    line = read_kr_line(text)

    assert way(line) == (kind, number(start), number(end), unit)
    assert line.needs == ()


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("Maintain consultant utilization between 70% and 80%", "70", "80", "%"),
        ("Hold NPS between 40 and 50", "40", "50", ""),
        ("Maintain utilization at 70-80%", "70", "80", "%"),
        ("利用率保持在 70% 到 80% 之间", "70", "80", "%"),
        ("利用率保持在 70%-80%", "70", "80", "%"),
        ("Keep churn at most 1%", "", "1", "%"),
        ("Keep churn below 2%", "", "2", "%"),
        ("Churn is no more than 2%", "", "2", "%"),
        ("不良率不超过 1%", "", "1", "%"),
        ("Keep uptime above 99.9%", "99.9", "", "%"),
        ("续约率保持在 90% 以上", "90", "", "%"),
        ("可用性不低于 99.9%", "99.9", "", "%"),
        ("Maintain NPS of 50", "50", "", ""),
        ("Maintain churn at 2%", "", "2", "%"),
        ("Maintain 100% of tickets answered", "100", "", "%"),
    ],
)
def test_words_of_keeping_make_a_range(text: str, low: str, high: str, unit: str) -> None:
    line = read_kr_line(text)

    assert (line.kind, line.lo, line.hi, line.unit) == (RANGE, number(low), number(high), unit)
    assert (line.from_, line.to, line.needs) == (None, None, ())


@pytest.mark.parametrize(
    "text",
    [
        "Obtain baseline data of e-coupon redemption rate",
        "摸底优惠券核销率基线",
        "Establish the baseline of our NPS in 2 regions",
        "Baseline for onboarding time",
    ],
)
def test_a_number_to_be_found_out_is_a_baseline(text: str) -> None:
    assert read_kr_line(text) == KRLine(text, KRType.BASELINE)


@pytest.mark.parametrize(
    ("text", "kind", "by", "unit", "need"),
    [
        ("Revenue per email increased by 10%", UP, "10", "%", Need.CHANGE),
        ("Cut support costs by 15%", DOWN, "-15", "%", Need.CHANGE),
        ("Grow revenue 20%", UP, "20", "%", Need.CHANGE),
        ("20% more sign-ups", UP, "20", "%", Need.CHANGE),
        ("转化率提高 10%", UP, "10", "%", Need.CHANGE),
        ("转化率提升 5 个百分点", UP, "5", "%", Need.BASELINE),
        ("Raise conversion by 5 percentage points", UP, "5", "%", Need.BASELINE),
        ("Increase revenue by $200k", UP, "200000", "$", Need.BASELINE),
        ("Double revenue", UP, "100", "%", Need.BASELINE),
    ],
)
def test_a_change_is_no_level(text: str, kind: KRType, by: str, unit: str, need: Need) -> None:
    line = read_kr_line(text)

    assert (line.kind, line.relative, line.unit, line.needs) == (kind, number(by), unit, (need,))
    assert (line.from_, line.to) == (None, None)


@pytest.mark.parametrize(
    ("text", "kind", "end", "unit"),
    [
        ("The renewal rate of customers reaches 70%", UP, "70", "%"),
        ("转化率达到 30%", UP, "30", "%"),
        ("Get to 1,250 customers", UP, "1250", ""),
        ("NPS ≥ 50", UP, "50", ""),
        ("$1M ARR", UP, "1000000", "$"),
        ("Contribute to 10 pre-sales technical discussions", UP, "10", ""),
        ("Publish 2 posts per week", UP, "2", ""),
        ("Reduce onboarding time to under 10 minutes", DOWN, "10", "minutes"),
        ("Resolve 90% of tickets within 24 hours", UP, "90", "%"),
        ("Have 0 critical incidents", DOWN, "0", ""),
        ("A total of 2000 active accounts", UP, "2000", ""),
    ],
)
def test_a_target_alone_asks_where_it_is_today(text: str, kind: KRType, end: str, unit: str) -> None:
    line = read_kr_line(text)

    assert way(line) == (kind, None, number(end), unit)
    assert line.needs == (Need.BASELINE,)


@pytest.mark.parametrize(
    ("text", "kind", "start", "end", "unit"),
    [
        ("answer within 4 hours, today 9 hours", DOWN, "9", "4", "hours"),
        ("Page load under 2 s, now 5 s", DOWN, "5", "2", "s"),
        ("Page load under 2s (now 5s)", DOWN, "5", "2", "s"),
        ("客服响应不超过4小时，现在9小时", DOWN, "9", "4", "小时"),
        ("4小时内响应，现在9小时", DOWN, "9", "4", "小时"),
        ("At most 3 bugs, now 10", DOWN, "10", "3", ""),
        ("Response time less than 2 days, currently 5 days", DOWN, "5", "2", "days"),
        ("Retention at least 90%, now 70%", UP, "70", "90", "%"),
        ("满意度至少90%，现在70%", UP, "70", "90", "%"),
        ("Answer support tickets within 4 hours", DOWN, None, "4", "hours"),
    ],
)
def test_a_bound_beside_where_it_is_now_is_a_way_to_go(
    text: str, kind: KRType, start: str | None, end: str, unit: str
) -> None:
    assert way(read_kr_line(text)) == (kind, None if start is None else number(start), number(end), unit)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Interview 20 customers", "20"),
        ("访谈 20 位客户", "20"),
        ("Sell 3 B2B contracts", "3"),
        ("Launch in 3 countries", "3"),
        ("Onboarded 12 design partners by Dec 15", "12"),
        ("新增 100 家客户", "100"),
        ("签约 5 家三线城市经销商", "5"),
        ("10k sign-ups", "10000"),
        ("Hire 5 engineers from 2 universities", "5"),
        ("Ship 5 improvements", "5"),
        ("Hire +1 designer", "1"),
        ("Create and publish 5 documents aimed at lowering the barrier", "5"),
        ("3 citations of our talks / papers", "3"),
        ("Amplify 20 announcements", "20"),
    ],
)
def test_what_is_counted_starts_at_nothing(text: str, end: str) -> None:
    assert read_kr_line(text) == KRLine(text, UP, from_=Decimal(0), to=number(end))


@pytest.mark.parametrize(
    "text",
    [
        "publish push notification function",
        "上线单点登录",
        "12月中旬前上线小程序",
        "年底前，上线小程序",
        "By 15 Dec, launch the app",
        "Launch within 4 weeks",
        "Launch v2 by Q3 2026",
        "Publish 2026 annual report",
        "Launched the tier 2 plan for B2B before 31/12/2026",
        "Ship 2-hour delivery",
        "Roll out ISO 27001",
        "完成 A 轮融资",
        "成功上线三线城市门店",
        "Publish the review for SOC 2 and RFC 97",
    ],
)
def test_a_delivery_verb_without_a_number_is_a_milestone(text: str) -> None:
    assert read_kr_line(text) == KRLine(text, KRType.MILESTONE)


@pytest.mark.parametrize(
    "text",
    [
        "email the client",
        "meet with the VP",
        "make gmail a success",
        "total number of views",
        "",
        "   ",
        "📈",
        "跟进客户",
    ],
)
def test_a_line_that_says_nothing_measurable_asks_for_a_measure(text: str) -> None:
    line = read_kr_line(text)

    assert (line.kind, line.needs) == (None, (Need.MEASURE,))
    assert not line.is_complete


def test_the_same_number_twice_is_no_way_to_go() -> None:
    line = read_kr_line("Increase NPS from 50 to 50")

    assert (line.kind, line.needs) == (None, (Need.TARGET,))


def test_days_and_hours_are_never_made_one() -> None:
    line = read_kr_line("Cycle time from 2 days to 4 hours")

    assert (line.kind, line.from_, line.to, line.needs) == (DOWN, Decimal(2), None, (Need.UNIT,))


def test_two_currencies_are_asked_about() -> None:
    assert read_kr_line("ARR from $1m to €2m").needs == (Need.UNIT,)


@pytest.mark.parametrize("label", ["KR1: ", "KR 1.2: ", "关键结果2：", "KR3 - ", "KR: "])
def test_the_label_is_no_part_of_the_title(label: str) -> None:
    assert read_kr_line(f"{label}NPS from 30 to 50").title == "NPS from 30 to 50"


def test_a_decimal_comma_is_read_as_the_writer_means_it() -> None:
    assert read_kr_line("NPS from 1,250 to 2,500", "comma").to == Decimal("2.5")
    assert read_kr_line("NPS from 1,250 to 2,500").to == Decimal(2500)


@pytest.mark.parametrize("text", ["from 1 to " * 100_000, "9" * 100_000, "1%-" * 50_000, "从" * 90_000, "(" * 80_000])
def test_a_huge_line_is_read_at_once(text: str) -> None:
    assert len(read_kr_line(text).title) <= 2_000


@given(st.one_of(st.text(max_size=200), st.text(alphabet=ODD, max_size=120)))
def test_no_line_is_too_odd(text: str) -> None:
    line = read_kr_line(text)

    assert "\n" not in line.title
    assert line.kind is not None or line.needs
    if line.kind in (UP, DOWN) and line.from_ is not None and line.to is not None:
        assert (line.to > line.from_) is (line.kind is UP)
    if line.kind is RANGE:
        assert line.lo is not None or line.hi is not None


@pytest.mark.parametrize(
    ("text", "relative", "needs"),
    [
        ("Double the 2 main metrics", "100", (Need.BASELINE,)),
        ("Double customers from 3 countries", "100", (Need.BASELINE,)),
        ("Grow revenue 10-15%", "", (Need.BASELINE, Need.TARGET)),
        ("Cut costs 10-15%", "", (Need.BASELINE, Need.TARGET)),
        ("Reach 50 customers from 3 countries", "", None),
    ],
)
def test_a_number_that_is_no_start_is_not_taken_for_one(
    text: str, relative: str, needs: tuple[Need, ...] | None
) -> None:
    line = read_kr_line(text)

    assert (line.from_ or None, line.relative) == (None, number(relative))
    if needs is not None:
        assert (line.to, line.needs) == (None, needs)


@pytest.mark.parametrize(
    "text", ["Launch the club - 20/12", "Launch the club - 1/10", "Launch it 📅 20/12", "上线小程序（12/15前）"]
)
def test_a_day_with_a_stroke_is_no_number(text: str) -> None:
    assert read_kr_line(text).kind is KRType.MILESTONE


def test_a_share_that_stands_first_is_the_target() -> None:
    line = read_kr_line("90% of customers rate us 4+ out of 5")

    assert (line.to, line.unit) == (Decimal(90), "%")
