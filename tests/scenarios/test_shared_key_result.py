"""A key result of two: whoever answers first answers for both, and the other may add a view."""

from tests.scenarios.week import Pretend, Week


async def test_one_answer_is_enough_and_the_other_one_sees_it(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await jack.types("61, 0.7")

    ana.sees("KR3 · Yearly contracts", "Answered by Jack: 58 → 61 · self-score 0.7. See it differently?")
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
