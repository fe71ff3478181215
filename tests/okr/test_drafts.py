"""A key result while it is written: what a line becomes, and what is impossible."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.okr.drafts import KRDraft, Problem, StepDraft, kr_draft_of, problems
from bot.okr.kr_lines import read_kr_line
from bot.okr.model import KRType, PaceProfile

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)


def draft(text: str, **more: object) -> KRDraft:
    return replace(kr_draft_of(read_kr_line(text), start=FIRST, due=LAST, lead_owner=7), **more)  # type: ignore[arg-type]


def test_a_line_becomes_a_key_result_with_its_defaults() -> None:
    found = draft("KR1: Lower refund rate from 0.5% to 0.2%")

    assert (found.title, found.short_title) == ("Lower refund rate from 0.5% to 0.2%", "Lower refund rate")
    assert (found.type, found.baseline, found.target) == (KRType.DECREASE, Decimal("0.5"), Decimal("0.2"))
    assert (found.unit, found.decimals, found.pace) == ("%", 1, PaceProfile.LINEAR)
    assert (found.start, found.due, found.lead_owner) == (FIRST, LAST, 7)
    assert problems(found) == {}


def test_a_level_that_is_held_has_a_flat_pace_and_a_baseline_is_due_half_way() -> None:
    held, unknown = draft("Keep churn below 3%"), draft("Obtain baseline data of coupon redemption")

    assert (held.type, held.range_hi, held.pace) == (KRType.RANGE, Decimal(3), PaceProfile.FLAT)
    assert (unknown.type, unknown.due) == (KRType.BASELINE, date(2026, 11, 15))


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("Lower refund rate from 0.5% to 0.2%", {"title": " "}, {"title": Problem.NO_TITLE}),
        ("Lower refund rate from 0.5% to 0.2%", {"title": "x" * 141}, {"title": Problem.LONG}),
        ("Lower refund rate from 0.5% to 0.2%", {"unit": "x" * 13}, {"unit": Problem.LONG}),
        ("Lower refund rate from 0.5% to 0.2%", {"weight": Decimal(0)}, {"weight": Problem.NOT_ABOVE_ZERO}),
        ("Lower refund rate from 0.5% to 0.2%", {"due": date(2026, 9, 30)}, {"due": Problem.DUE_BEFORE_START}),
        ("Lower refund rate from 0.5% to 0.2%", {"target": Decimal("0.9")}, {"target": Problem.WRONG_WAY}),
        ("Lower refund rate from 0.5% to 0.2%", {"steps": (StepDraft("a"),)}, {"steps": Problem.STEPS_ELSEWHERE}),
        ("Lower refund rate from 0.5% to 0.2%", {"initial_confidence": Decimal(11)},
         {"initial_confidence": Problem.NO_CONFIDENCE}),
        ("Revenue per email increased by 10%", {}, {"target": Problem.NO_TARGET}),
        ("NPS from 40 to 40", {}, {"target": Problem.SAME}),
        ("NPS from 30 to 50", {"anchors": (Decimal(35), Decimal(33), Decimal(50))}, {"anchors": Problem.NOT_IN_ORDER}),
        ("NPS from 30 to 50", {"anchors": (Decimal(35), Decimal(35), Decimal(50))}, {"anchors": Problem.NOT_IN_ORDER}),
        ("Keep churn below 3%", {"range_hi": None}, {"range_lo": Problem.NO_BOUNDS}),
        ("Keep churn below 3%", {"range_lo": Decimal(4)}, {"range_lo": Problem.UPSIDE_DOWN}),
        ("Publish the guide", {"steps": (StepDraft("a"),) * 31}, {"steps": Problem.MANY_STEPS}),
        ("Publish the guide", {"steps": (StepDraft("a" * 141),)}, {"steps": Problem.LONG}),
    ],
)  # fmt: skip
def test_what_is_impossible_is_said_beside_its_field(
    text: str, more: dict[str, object], expected: dict[str, Problem]
) -> None:
    assert problems(draft(text, **more)) == expected


@pytest.mark.parametrize(
    "text",
    ["make gmail a success", "The renewal rate of customers reaches 70%", "email the client", "Interview 20 customers"],
)
def test_what_is_only_unwise_is_no_problem(text: str) -> None:
    assert problems(draft(text)) == {}


def test_a_due_date_that_is_over_counts_where_today_is_told() -> None:
    over = draft("Interview 20 customers", due=date(2026, 11, 11))

    assert problems(over) == {}
    assert problems(over, date(2026, 11, 11)) == {}
    assert problems(over, date(2026, 11, 12)) == {"due": Problem.DUE_OVER}
