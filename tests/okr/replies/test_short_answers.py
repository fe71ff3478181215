"""Short and loose answers to open questions: taken where they are plain, read afresh where they may be the opposite."""

from decimal import Decimal

import pytest

from bot.okr.replies import Answer, Ask, Code, Segment, answer, read_reply
from tests.okr.replies.contexts import context


def _given(name: str, reply: str, typed: str) -> Answer | Ask | None:
    read = read_reply(reply, context(name))
    ask = read.ask or next(one.ask for one in read.segments if one.ask is not None)
    return answer(ask, typed, context(name))


@pytest.mark.parametrize("reply", ["same", "done"])
@pytest.mark.parametrize("typed", ["all but KR3", "all except KR3", "except KR3", "not KR3", "除了KR3"])
def test_an_exception_is_not_taken_for_the_one_it_leaves_out(reply: str, typed: str) -> None:
    assert _given("three", reply, typed) is None
    assert all(
        one.label != "KR3" or one.ask is not None or not one.stores_something
        for one in read_reply(typed, context("three")).segments
    )


@pytest.mark.parametrize("typed", ["really?", "yes?", "really??", "really?!", "sure？", "Yes, $450k?"])
def test_a_question_is_no_yes(typed: str) -> None:
    assert _given("M", "450000", typed) is None


@pytest.mark.parametrize(
    ("name", "reply", "typed", "told"),
    [
        ("M", "450000", "y", {"value": 450000}),
        ("M", "450000", "嗯", {"value": 450000}),
        ("M", "450000", "好", {"value": 450000}),
        ("three", "0.7", "first", {"self_score": 0.7}),
        ("three", "0.7", "the first", {"self_score": 0.7}),
        ("three", "0.7", "第一个", {"self_score": 0.7}),
        ("M", "45-48k", "the middle", {"value": 46500}),
        ("M", "45-48k", "the first", {"value": 45000}),
        ("M", "45-48k", "第三个", {"value": 48000}),
        ("M", "70%", "the way", {"value": 51000, "computed_from_percent": 70, "percent_basis": "way"}),
        ("M", "70%", "of the way please", {"value": 51000, "computed_from_percent": 70, "percent_basis": "way"}),
        ("M", "70%", "是目标的七成", {"value": 42000, "computed_from_percent": 70, "percent_basis": "target"}),
        ("M", "no update", "haven't checked", {"skip": True}),
        ("M", "no update", "didn't check", {"skip": True}),
        ("M", "+4k", "yes and blocked on legal", {"value": 45000, "blocked": True, "blocker": "legal"}),
        ("M", "+4k", "yes, blocked on legal", {"value": 45000, "blocked": True, "blocker": "legal"}),
    ],
)
def test_a_short_answer_is_taken(name: str, reply: str, typed: str, told: dict[str, object]) -> None:
    given = _given(name, reply, typed)
    assert isinstance(given, Answer)
    exact = {key: Decimal(str(one)) if type(one) in (int, float) else one for key, one in told.items()}
    assert given.segments == (Segment("KR1", **exact),)  # type: ignore[arg-type] # each by its name


@pytest.mark.parametrize(
    ("reply", "typed", "code"),
    [("450000", "n", Code.Q_NUMBER), ("done", "还没", Code.Q_NUMBER), ("done", "not yet", Code.Q_NUMBER)],
)
def test_a_short_no_asks_for_the_number(reply: str, typed: str, code: Code) -> None:
    given = _given("M", reply, typed)
    assert isinstance(given, Ask)
    assert given.code is code


@pytest.mark.parametrize("typed", ["yes but 46k", "yes, 0.8", "yes and no change"])
def test_a_yes_with_another_reading_is_read_afresh(typed: str) -> None:
    assert _given("M", "+4k", typed) is None
