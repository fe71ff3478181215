"""A key result of two: whoever answers first answers for both, and the other may add a view."""

from sqlmodel import Session, select

from bot.okr.localtime import instant
from bot.rituals.planner import plan_due
from storage import models as m
from tests.scenarios.week import ASKED, ZONE, Place, Pretend, Week


def only_the_lead_answers(session: Session) -> None:
    """KR3 is closed by Jack's word alone; Ana's is kept beside it."""
    row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 3)).one()
    row.answer_policy = m.AnswerPolicy.LEAD
    session.add(row)


async def planned_only(week: Week) -> None:
    """The questions are due and planned, and nothing has gone out yet."""
    week.clock.move_to(instant(ASKED.date(), ASKED.time(), ZONE))
    await plan_due(week.stage.db, week.clock.now())


async def test_one_answer_is_enough_and_the_other_one_sees_it(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    messages = ana.count()

    await jack.types("61, 0.7")

    ana.sees("KR3 · Yearly contracts", "Answered by Jack: 58 → 61 · self-score 0.7. See it differently?")
    assert ana.count() == messages
    await week.at("2026-11-12 16:00")
    assert ana.newest().startswith("One to go for Friday's board: KR4.")


async def test_the_other_one_may_see_it_differently(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.taps("0.7", "KR3")

    await ana.taps("Add my view", "KR3")
    await ana.fills_in(self_score="0.4")

    first, second = week.said_of("GRO-3")
    assert first.by_id != second.by_id
    assert [str(row.self_score) for row in week.said_of("GRO-3")] == ["0.7", "0.4"]


async def test_differing_owners_are_told_that_both_are_kept(
    week: Week, jack: Pretend, ana: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 10:00")
    await jack.taps("0.7", "KR3")
    jack.sees_nothing_of("I kept both")

    await ana.taps("Add my view", "KR3")
    await ana.fills_in(self_score="0.4")

    ana.sees("✓ self-score 0.4", "Jack said 0.7 on Thursday, you say 0.4. I kept both; the board shows 0.4.")
    jack.sees("✓ self-score 0.7")
    await week.at("2026-11-13 09:50")
    assert "KR3: owners differ: 0.4 / 0.7" in growth.newest()


async def test_owners_a_tenth_apart_are_not_called_differing(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.taps("0.7", "KR3")

    await ana.taps("Add my view", "KR3")
    await ana.fills_in(self_score="0.6")

    ana.sees("✓ self-score 0.6")
    ana.sees_nothing_of("I kept both")


async def test_taking_back_ones_view_leaves_that_of_the_other(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.taps("0.7", "KR3")
    await ana.taps("Add my view", "KR3")
    await ana.fills_in(self_score="0.4")

    await ana.taps("Undo", "KR3")

    (left,) = week.said_of("GRO-3")
    assert str(left.self_score) == "0.7"
    ana.sees("Answered by Jack: self-score 0.7. See it differently?")
    jack.sees("✓ self-score 0.7")


async def test_taking_back_the_first_answer_leaves_the_view_added_to_it(
    week: Week, jack: Pretend, ana: Pretend
) -> None:
    await week.at("2026-11-12 10:00")
    await jack.taps("0.7", "KR3")
    await ana.taps("Add my view", "KR3")
    await ana.fills_in(self_score="0.4")

    await jack.taps("Undo", "KR3")

    (left,) = week.said_of("GRO-3")
    assert str(left.self_score) == "0.4"
    jack.sees("Answered by Ana: self-score 0.4. See it differently?")
    ana.sees_nothing_of("I kept both")


async def test_where_only_the_lead_owner_answers_a_co_owner_closes_nothing(
    week: Week, jack: Pretend, ana: Pretend
) -> None:
    week.change(only_the_lead_answers)
    await week.at("2026-11-12 10:00")

    await ana.taps("0.5", "KR3")

    ana.sees("✓ self-score 0.5")
    jack.sees("KR3 · Yearly contracts", "Where will it land by 31 Dec?")
    jack.sees_nothing_of("Answered by Ana")

    await jack.taps("0.7", "KR3")
    await jack.taps("Undo", "KR3")

    jack.sees("KR3 · Yearly contracts", "Where will it land by 31 Dec?")
    jack.sees_nothing_of("Answered by Ana")
    assert [str(row.self_score) for row in week.said_of("GRO-3")] == ["0.5"]


async def test_where_only_the_lead_owner_answers_the_answer_closes_it_for_all(
    week: Week, jack: Pretend, ana: Pretend
) -> None:
    week.change(only_the_lead_answers)
    await week.at("2026-11-12 10:00")

    await jack.taps("0.7", "KR3")

    ana.sees("Answered by Jack: self-score 0.7. See it differently?")


async def test_the_lead_owner_is_asked_though_a_co_owner_answered_before_the_question_went_out(
    week: Week, jack: Pretend, ana: Pretend
) -> None:
    week.change(only_the_lead_answers)
    await planned_only(week)

    await ana.types("KR3 0.5")
    await week.minutes(1)

    jack.sees("Weekly check-in", "KR3 · Yearly contracts", "Where will it land by 31 Dec?")
    jack.sees_nothing_of("Answered by Ana")
    assert not week.not_sent()


async def test_the_lead_owners_answer_before_the_question_went_out_closes_it_for_all(
    week: Week, jack: Pretend, ana: Pretend
) -> None:
    week.change(only_the_lead_answers)
    await planned_only(week)

    await jack.types("KR3 0.7")
    await week.minutes(1)

    ana.sees("Weekly check-in", "Answered by Jack: self-score 0.7. See it differently?")
    assert week.not_sent() == {("check_in", "answered already")}


async def test_where_anybody_answers_it_is_enough_before_the_question_went_out(
    week: Week, jack: Pretend, ana: Pretend
) -> None:
    await planned_only(week)

    await ana.types("KR3 0.5")
    await week.minutes(1)

    assert not [one for one in jack.headers() if "check-in" in one.lower()]
    assert week.not_sent() == {("check_in", "answered already")}
