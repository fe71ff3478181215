"""What a line leaves open, and what each answer makes of it."""

from datetime import date
from decimal import Decimal

import pytest

from bot.okr import writing
from bot.okr.draft_data import as_data, from_data
from bot.okr.drafts import KRDraft, StepDraft, kr_draft_of
from bot.okr.kr_lines import read_amount, read_kr_line
from bot.okr.model import KRType
from bot.okr.writing import Asks, Left

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)


def read(text: str) -> tuple[KRDraft, Left]:
    line = read_kr_line(text)
    return kr_draft_of(line, start=FIRST, due=LAST), writing.left_of(line)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Lower refund rates from 0.5% to 0.2%", None),
        ("Interview 20 customers", None),
        ("Maintain consultant utilization between 70% and 80%", None),
        ("publish push notification function", None),
        ("Obtain baseline data of e-coupon redemption rate", None),
        ("The renewal rate of customers reaches 70%", Asks.START),
        ("Revenue per email increased by 10%", Asks.CHANGE),
        ("Grow renewals by 10 percentage points", Asks.START),
        ("Double revenue per customer", Asks.START),
        ("Reduce cycle time by 2 days", Asks.START),
        ("Cut response time from 2 days to 4 hours", Asks.UNITS),
        ("NPS from 40 to 40", Asks.TARGET),
        ("email the client", Asks.MEASURE),
    ],
)
def test_one_question_at_a_time(text: str, asked: Asks | None) -> None:
    assert writing.asks(*read(text)) is asked


@pytest.mark.parametrize(
    ("text", "points", "start", "target", "kind", "unit"),
    [
        ("Revenue per email increased by 10%", False, "2", "2.2", KRType.INCREASE, ""),
        ("Revenue per email increased by 10%", False, "$2", "2.2", KRType.INCREASE, "$"),
        ("Renewal rate increased by 10%", True, "20%", "30", KRType.INCREASE, "%"),
        ("Grow renewals by 10 percentage points", None, "20%", "30", KRType.INCREASE, "%"),
        ("Double revenue per customer", None, "$40k", "80000", KRType.INCREASE, "$"),
        ("Reduce cycle time by 2 days", None, "5", "3", KRType.DECREASE, "days"),
        ("The renewal rate of customers reaches 70%", None, "31%", "70", KRType.INCREASE, "%"),
        ("The renewal rate of customers reaches 70%", None, "85%", "70", KRType.DECREASE, "%"),
    ],
)
def test_the_start_makes_a_change_a_target(
    text: str, points: bool | None, start: str, target: str, kind: KRType, unit: str
) -> None:
    draft, left = read(text)
    if left.points is None:
        left = Left(left.relative, points)
    amount = read_amount(start)
    assert amount is not None

    found, after = writing.starts_at(draft, left, *amount)

    assert (found.target, found.type, found.unit) == (Decimal(target), kind, unit)
    assert writing.asks(found, after) is None


def test_a_baseline_first_is_due_half_way_and_has_no_target() -> None:
    draft, _left = read("The renewal rate of customers reaches 70%")

    found = writing.baseline_first(draft, "Find out where it stands: The renewal rate of customers")

    assert (found.type, found.target, found.due) == (KRType.BASELINE, None, date(2026, 11, 15))
    assert writing.asks(found, Left()) is None


@pytest.mark.parametrize(
    ("today", "last", "due"),
    [
        (date(2026, 11, 12), LAST, date(2026, 11, 25)),
        (date(2026, 11, 9), LAST, date(2026, 11, 20)),  # the two weeks end on a Sunday
        (date(2026, 12, 28), LAST, LAST),
        (date(2027, 1, 4), LAST, date(2027, 1, 4)),
    ],
)
def test_a_sprint_result_is_due_within_two_weeks(today: date, last: date, due: date) -> None:
    assert writing.sprint_due(today, last) == due


@pytest.mark.parametrize(
    ("text", "style", "amount"),
    [
        ("45k", "dot", (Decimal(45000), "")),
        ("$46k", "dot", (Decimal(46000), "$")),
        ("1,250", "comma", (Decimal("1.25"), "")),
        ("1.2万", "dot", (Decimal(12000), "")),
        ("about 40", "dot", (Decimal(40), "")),
        ("none", "dot", None),
        ("12 or 15", "dot", None),
        ("", "dot", None),
    ],
)
def test_one_amount(text: str, style: str, amount: tuple[Decimal, str] | None) -> None:
    assert read_amount(text, style) == amount  # type: ignore[arg-type]


def test_a_draft_waits_as_plain_data() -> None:
    draft, left = read("Revenue per email increased by 10%")
    full = from_data(
        {
            **as_data(draft),
            "anchors": ["1", "2", "3.5"],
            "steps": [{"title": "One", "weight": "2", "due": "2026-12-01"}],
            "co_owners": [3, 4],
        }
    )

    assert from_data(as_data(full)) == full
    assert full.steps == (StepDraft("One", Decimal(2), date(2026, 12, 1)),)
    assert writing.left_from(writing.as_data(left)) == left
