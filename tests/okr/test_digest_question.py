"""The question of the week: the first of six that applies, never the same twice running (spec/08 §13.4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.okr.assess import Assessment, assess
from bot.okr.digest_question import (
    Asked,
    Question,
    QuestionFacts,
    Standing,
    Topic,
    fraction_of,
    question_of,
    remembered,
    standing_of,
)
from bot.okr.digesting import Before
from bot.okr.model import Current, KRState, Status, Tag
from bot.okr.workdays import WorkCalendar
from tests.okr.krs import DUE, START, binary, day, dec, moving, read_at
from tests.okr.test_digesting import standing

RED_BEFORE = Before(Status.OFF_TRACK)
LATELY = day(40)


def facts(states: Sequence[Assessment] = (), on: date = LATELY, **changes: Any) -> QuestionFacts:
    """Nothing applies: the objective was asked about two weeks ago and stands on its pace."""
    defaults: dict[str, Any] = {
        "states": states,
        "before": {},
        "objectives": [Standing(dec("0.5"), dec("0.5"))],
        "first_day": START,
        "last_day": DUE,
        "today": on,
        "asked": (Asked(Topic.OBJECTIVE_COVERED, None, on - timedelta(days=14)),),
        "last_digest": on - timedelta(days=7),
    }
    return QuestionFacts(**(defaults | changes))


def asked(question: Question | None) -> tuple[Topic, int | None, int | None] | None:
    if question is None:
        return None
    other = None if question.other is None else question.other.kr.number
    return question.topic, None if question.kr is None else question.kr.kr.number, other


def test_nothing_is_asked_without_a_reason() -> None:
    assert question_of(facts([standing(1)])) is None


def test_red_in_two_digests_running_asks_for_the_target() -> None:
    states = [standing(1, Status.OFF_TRACK), standing(2, Status.OFF_TRACK)]

    assert question_of(facts(states)) is None
    assert asked(question_of(facts(states, before={2: RED_BEFORE}))) == (Topic.TARGET_REALISTIC, 2, None)
    assert question_of(facts([standing(1)], before={1: RED_BEFORE})) is None


def test_the_worst_of_several_reds_is_asked_about() -> None:
    states = [standing(1, Status.OFF_TRACK, value="20"), standing(2, Status.OFF_TRACK, value="10")]

    assert asked(question_of(facts(states, before={1: RED_BEFORE, 2: RED_BEFORE}))) == (Topic.TARGET_REALISTIC, 2, None)


def test_the_same_question_is_not_asked_two_weeks_running() -> None:
    states = [standing(1, Status.OFF_TRACK, value="20"), standing(2, Status.OFF_TRACK, value="10")]
    last_week = [Asked(Topic.TARGET_REALISTIC, 2, LATELY - timedelta(days=7))]
    before = {1: RED_BEFORE, 2: RED_BEFORE}

    assert asked(question_of(facts(states, before=before, asked=last_week))) == (Topic.TARGET_REALISTIC, 1, None)
    two_weeks_ago = [replace(last_week[0], on=LATELY - timedelta(days=14))]
    assert asked(question_of(facts(states, before=before, asked=two_weeks_ago))) == (Topic.TARGET_REALISTIC, 2, None)


def test_what_the_last_digest_asked_is_not_repeated_however_long_ago_it_was() -> None:
    then = LATELY - timedelta(days=14)
    state = standing(2, Status.OFF_TRACK)
    with_meetings_every_two_weeks = facts(
        [state], before={2: RED_BEFORE}, asked=[Asked(Topic.TARGET_REALISTIC, 2, then)], last_digest=then
    )

    assert question_of(replace(with_meetings_every_two_weeks, objectives=())) is None


def test_a_question_of_this_week_is_not_repeated_by_a_second_meeting() -> None:
    rows = [Asked(Topic.TARGET_REALISTIC, 2, LATELY - timedelta(days=3))]
    state = standing(2, Status.OFF_TRACK)

    second = facts([state], before={2: RED_BEFORE}, asked=rows, last_digest=LATELY - timedelta(days=1), objectives=())

    assert question_of(second) is None


@pytest.mark.parametrize(
    ("score", "on", "asks"),
    [("0.50", 60, True), ("0.51", 60, False), ("0.50", 54, False), ("0.50", 55, True)],
)
def test_far_below_pace_in_the_second_half_doubts_the_objective(score: str, on: int, asks: bool) -> None:
    question = question_of(facts([standing(1)], on=day(on), objectives=[Standing(dec(score), dec("0.70"))]))

    assert (question is not None and question.topic is Topic.OBJECTIVE_REALISTIC) is asks


def test_done_early_offers_the_people_to_the_worst() -> None:
    states = [standing(1, Status.DONE), standing(2), standing(3, Status.AT_RISK)]

    assert asked(question_of(facts(states))) == (Topic.DONE_EARLY, 1, 3)
    assert asked(question_of(facts(states[:2]))) == (Topic.DONE_EARLY, 1, 2)
    assert question_of(facts(states[:1])) is None, "there is nothing to move to"
    assert question_of(facts(states, on=day(55))) is None, "it is not early any more"


def test_a_stalled_key_result_is_asked_about() -> None:
    stalled = standing(2, tags=(Tag.STALLED,))
    paused = replace(stalled, kr=replace(stalled.kr, state=KRState.PAUSED))

    assert asked(question_of(facts([standing(1), stalled]))) == (Topic.NOT_MOVED, 2, None)
    assert question_of(facts([paused])) is None


def test_three_loose_next_steps_ask_for_a_key_result() -> None:
    assert question_of(facts([standing(1)], loose_steps=2)) is None
    assert asked(question_of(facts([standing(1)], loose_steps=3))) == (Topic.WORK_WITHOUT_KR, None, None)


def test_every_four_weeks_the_objective_itself_is_asked_about() -> None:
    def topic(days: int, topic: Topic = Topic.OBJECTIVE_COVERED) -> Any:
        return asked(question_of(facts(asked=[Asked(topic, None, LATELY - timedelta(days=days))])))

    assert topic(27) is None
    assert topic(28) == (Topic.OBJECTIVE_COVERED, None, None)
    assert topic(27, Topic.OBJECTIVE_REALISTIC) is None, "that was about the objective, too"
    assert topic(3, Topic.NOT_MOVED) == (Topic.OBJECTIVE_COVERED, None, None)


def test_four_weeks_are_counted_from_the_start_of_the_cycle() -> None:
    assert question_of(facts(asked=(), on=day(27))) is None
    assert asked(question_of(facts(asked=(), on=day(28)))) == (Topic.OBJECTIVE_COVERED, None, None)
    assert question_of(facts(asked=(), on=day(28), objectives=())) is None, "there is none to ask about"


def test_the_first_that_applies_is_asked() -> None:
    states = [standing(1, Status.OFF_TRACK), standing(2, Status.DONE), standing(3, tags=(Tag.STALLED,))]
    everything = facts(states, before={1: RED_BEFORE}, loose_steps=5, asked=())
    topics = []
    for _ in range(6):
        question = question_of(everything)
        if question is None:
            break
        topics.append(question.topic)
        everything = replace(everything, asked=remembered(everything.asked, question, LATELY))

    assert topics == [
        Topic.TARGET_REALISTIC,
        Topic.DONE_EARLY,
        Topic.NOT_MOVED,
        Topic.WORK_WITHOUT_KR,
        Topic.OBJECTIVE_COVERED,
    ]


def test_old_questions_are_forgotten() -> None:
    old, newer = (Asked(Topic.NOT_MOVED, 1, LATELY - timedelta(weeks=weeks)) for weeks in (10, 9))

    assert remembered([old, newer], None, LATELY) == (newer,)
    assert remembered([], Question(Topic.NOT_MOVED, standing(3)), LATELY) == (Asked(Topic.NOT_MOVED, 3, LATELY),)


def test_an_objective_stands_beside_the_pace_of_its_key_results() -> None:
    today = day(42)
    number = assess(moving("0", "100", weight="3"), read_at("30", today), WorkCalendar(), today)
    yes_no = assess(binary(), Current(), WorkCalendar(), today)

    assert standing_of([number, yes_no], dec("0.2"), dec("0.9")) == Standing(
        dec("0.2"), (Decimal(42) / Decimal(91) * 3 + dec("0.9")) / 4
    )
    assert standing_of([], None, dec("0.9")) == Standing(None, None)


def test_the_fraction_of_a_cycle_runs_from_0_to_1() -> None:
    assert fraction_of(START, DUE, START) == 0
    assert fraction_of(START, DUE, day(42)) == Decimal(42) / Decimal(91)
    assert fraction_of(START, DUE, day(99)) == 1
    assert fraction_of(START, START, START) == 1
