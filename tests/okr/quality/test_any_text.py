"""No text of any size makes a check raise, and no check takes long (spec/04 §9.5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.okr.model import KRType
from bot.okr.quality import (
    CHECKS,
    Moment,
    ObjectiveFacts,
    OtherKR,
    OtherTeam,
    TeamFacts,
    check_key_result,
    check_objective,
    check_team,
)
from tests.okr.quality.cases import LAST, draft, facts

ODD = "from to 从到%$-–,.#0123456789kKmM万亿 by and 和 email total 浏览量 @SUP team improve \n\x00()/→<>\ud7ff"
TEXTS = st.one_of(st.text(max_size=300), st.text(alphabet=ODD, max_size=300))
NUMBERS = st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False))


@given(title=TEXTS, why=st.one_of(st.none(), TEXTS), was=st.one_of(st.none(), TEXTS), moment=st.sampled_from(Moment))
def test_no_objective_makes_a_check_raise(title: str, why: str | None, was: str | None, moment: Moment) -> None:
    made = ObjectiveFacts(title, LAST, why=why, was=was, key_results=(facts("NPS from 2 to 5"),))

    assert {one.check for one in check_objective(made, moment)} <= set(CHECKS)


@given(
    title=TEXTS,
    other=TEXTS,
    kind=st.sampled_from((None, *KRType)),
    start=NUMBERS,
    target=NUMBERS,
    sure=st.one_of(st.none(), st.integers(0, 10).map(Decimal)),
    due=st.dates(),
    moment=st.sampled_from(Moment),
)
def test_no_key_result_makes_a_check_raise(
    title: str,
    other: str,
    kind: KRType | None,
    start: Decimal | None,
    target: Decimal | None,
    sure: Decimal | None,
    due: date,
    moment: Moment,
) -> None:
    made = facts(title, 2, type=kind, baseline=start, target=target, initial_confidence=sure, due=due)
    beside = (facts(other, 1),)
    team = TeamFacts(
        key_results=(made, *beside),
        others=(OtherTeam(other), OtherTeam(title[:9], "SUP")),
        elsewhere=(OtherKR("SAL-1", "Sales", replace(draft(title), type=KRType.DECREASE)),),
    )

    found = [*check_key_result(made, beside, moment), *check_team(team, moment)]
    assert {one.check for one in found} <= set(CHECKS)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "from 5 to 9 ",
        "and ",
        "和",
        "#1 ",
        "浏览量",
        "build ",
        "给",
        "promotion staff ",
        "5,",
        "最终",
        "%",
        "\n",
        "-'a",
    ],
)
def test_pages_of_text_are_read_in_no_time(piece: str) -> None:
    text = piece * 50_000
    begun = perf_counter()

    check_objective(ObjectiveFacts(text, LAST, why=text), Moment.PUBLISH)
    check_key_result(facts("NPS from 2 to 5", title=text), (facts("x", 1, title=text),), Moment.PUBLISH)

    assert perf_counter() - begun < 2
