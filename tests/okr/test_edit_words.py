"""A line that changes something, taken apart into fields, words and a reason; and what the words mean."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.okr.drafts import KRDraft
from bot.okr.edit_values import Cannot, Known, Unreadable, alone, changed, digits, read_number, read_part, shown_part
from bot.okr.edit_words import Edit, Part, name_before_fields, read_edit
from bot.okr.model import Cadence, Commitment, KRType, PaceProfile, Step
from bot.okr.replies.context import NumberStyle

TODAY = date(2026, 11, 12)
RENEWALS = KRDraft(
    "Self-serve renewals", "Self-serve renewals", KRType.INCREASE, date(2026, 10, 1), date(2026, 12, 31),
    unit="%", baseline=Decimal(20), target=Decimal(50),
)  # fmt: skip
STEPS = (Step(1, "Draft"), Step(3, "Send", due=date(2026, 12, 1)))


def known(draft: KRDraft = RENEWALS, style: NumberStyle = "dot") -> Known:
    return Known(draft, STEPS, style, TODAY)


@pytest.mark.parametrize(
    ("text", "parts", "reason"),
    [
        ("target 55k because the deal moved", [(Part.TARGET, "55k")], "the deal moved"),
        ("target to $55k, due 15 Dec because x", [(Part.TARGET, "$55k"), (Part.DUE, "15 Dec")], "x"),
        ("target 55k due 15 Dec weight 2", [(Part.TARGET, "55k"), (Part.DUE, "15 Dec"), (Part.WEIGHT, "2")], ""),
        ("目标值 5.5万，截止 12月15日 因为 客户推迟", [(Part.TARGET, "5.5万"), (Part.DUE, "12月15日")], "客户推迟"),
        ("目标值改为55k因为x", [(Part.TARGET, "55k")], "x"),
        ('title "Lower target because of it" because y', [(Part.TITLE, "Lower target because of it")], "y"),
        ("title Raise the target and weight", [(Part.TITLE, "Raise the target and weight")], ""),
        ("title To be loved", [(Part.TITLE, "To be loved")], ""),
        ("标题：成为首选", [(Part.TITLE, "成为首选")], ""),
        ("pace slow start because x", [(Part.PACE, "slow start")], "x"),
        ("co-owners @li @jack", [(Part.CO_OWNERS, "@li @jack")], ""),
        ("55k because z", [], "z"),
    ],
)
def test_fields_words_and_reason(text: str, parts: list[tuple[Part, str]], reason: str) -> None:
    read = read_edit(text)

    assert (list(read.parts), read.reason) == (parts, reason)


def test_words_without_a_field_are_kept() -> None:
    assert read_edit("55k") == Edit((), "55k", "")
    assert name_before_fields("renewals target 50%") == ("renewals", "target 50%")
    assert name_before_fields("renewals") == ("renewals", "")


@pytest.mark.parametrize(
    ("part", "words", "values"),
    [
        (Part.TARGET, "55%", {"target": Decimal(55)}),
        (Part.TARGET, "from 50% to 55%", {"target": Decimal(55)}),
        (Part.BASELINE, "", {"baseline": None}),
        (Part.START, "25%", {"baseline": Decimal(25)}),
        (Part.START, "1 Nov", {"start": date(2026, 11, 1)}),
        (Part.DUE, "15 Dec", {"due": date(2026, 12, 15)}),
        (Part.RANGE, "70-80%", {"range_lo": Decimal(70), "range_hi": Decimal(80)}),
        (Part.RANGE, "不低于 70%", {"range_lo": Decimal(70), "range_hi": None}),
        (Part.ANCHORS, "30% / 40% / 50%", {"anchors": (Decimal(30), Decimal(40), Decimal(50))}),
        (Part.STRETCH, "承诺", {"stretch": Commitment.COMMITTED}),
        (Part.PACE, "slow start", {"pace": PaceProfile.SLOW_START}),
        (Part.CADENCE, "every second week", {"cadence": Cadence.BIWEEKLY}),
        (Part.CADENCE, "as the team", {"cadence": None}),
        (Part.TYPE, "range", {"type": KRType.RANGE, "pace": PaceProfile.FLAT}),
        (Part.TAG, "", {"tag": None}),
        (Part.ALIASES, "mrr, 续费", {"aliases": ("mrr", "续费")}),
        (Part.SHORT_TITLE, "", {"short_title": "Self-serve renewals"}),
        (Part.TITLE, "Renewals", {"title": "Renewals", "short_title": "Renewals"}),
    ],
)
def test_what_words_mean(part: Part, words: str, values: dict[str, Any]) -> None:
    assert read_part(part, words, known()) == values


@pytest.mark.parametrize(
    ("part", "words", "why"),
    [
        (Part.TARGET, "much", Cannot.NO_NUMBER),
        (Part.TARGET, "40% and 50%", Cannot.SEVERAL_NUMBERS),
        (Part.TARGET, "from 40% to 50%", Cannot.SEVERAL_NUMBERS),
        (Part.TARGET, "+5", Cannot.A_CHANGE),
        (Part.TARGET, "$55k", Cannot.OTHER_UNIT),
        (Part.TARGET, "2 weeks", Cannot.OTHER_UNIT),
        (Part.TARGET, "", Cannot.EMPTY),
        (Part.DUE, "1 Nov", Cannot.DAY_OVER),
        (Part.DUE, "soonish", Cannot.NO_DAY),
        (Part.DUE, "12/11", Cannot.NO_DAY),
        (Part.DUE, "2030-01-01", Cannot.TOO_FAR),
        (Part.RANGE, "soon", Cannot.NO_RANGE),
        (Part.RANGE, "$5 - $7", Cannot.OTHER_UNIT),
        (Part.ANCHORS, "1 / 2", Cannot.NO_ANCHORS),
        (Part.PACE, "quick", Cannot.NO_CHOICE),
        (Part.TITLE, "x" * 141, Cannot.LONG),
        (Part.TITLE, "", Cannot.EMPTY),
        (Part.UNIT, "thirteen long", Cannot.LONG),
        (Part.ALIASES, "a, b, c, d, e, f", Cannot.MANY_ALIASES),
    ],
)
def test_what_cannot_be_taken(part: Part, words: str, why: Cannot) -> None:
    with pytest.raises(Unreadable) as caught:
        read_part(part, words, known())
    assert caught.value.why is why


def test_numbers_are_read_in_the_person_s_own_style() -> None:
    assert read_number("1.250", "", "comma") == Decimal(1250)
    assert read_number("1,250", "", "dot") == Decimal(1250)
    assert read_number("1,25", "", "comma") == Decimal("1.25")
    with pytest.raises(Unreadable) as caught:
        read_number("1,250", "", "unknown")
    assert caught.value.params == {"text": "1,250", "one": "1250", "other": "1.25"}
    assert read_number("55万元", "万元", "dot") == Decimal(55)
    assert read_number("90 min", "h", "dot") == Decimal("1.5")


def test_steps_keep_their_number_by_number_or_title() -> None:
    read = read_part(Part.STEPS, "1. Draft the text\nsend (15 Dec) ×2\nCall", known())

    assert read["steps"] == (
        Step(1, "Draft the text"),
        Step(3, "send", Decimal(2), date(2026, 12, 15)),
        Step(0, "Call"),
    )


@pytest.mark.parametrize("style", ["dot", "comma", "unknown"])
@pytest.mark.parametrize(
    "part", [Part.TARGET, Part.BASELINE, Part.ANCHORS, Part.DUE, Part.START, Part.WEIGHT, Part.RANGE, Part.STEPS]
)
@pytest.mark.parametrize("unit", ["%", "$", "", "weeks", "人"])
def test_what_a_form_shows_reads_back(part: Part, style: NumberStyle, unit: str) -> None:
    draft = changed(
        RENEWALS,
        {
            "unit": unit,
            "target": Decimal("1250.5"),
            "anchors": (Decimal(21), Decimal("40.5"), Decimal("1250.5")) if part is Part.ANCHORS else None,
            "range_lo": Decimal("70.5"),
            "range_hi": Decimal(80),
        },
    )
    words = shown_part(part, draft, STEPS, style)

    again = changed(draft, read_part(part, words, known(draft, style)))

    assert shown_part(part, again, STEPS, style) == words


def test_words_of_one_field_only() -> None:
    assert alone("committed") == (Part.STRETCH, Commitment.COMMITTED)
    assert alone("里程碑") == (Part.TYPE, KRType.MILESTONE)
    assert alone("the deal moved") is None
    assert digits(Decimal("50.0")) == "50"
