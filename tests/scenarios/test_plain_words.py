"""Answers in plain words: read, stored, echoed; asked about where there are two readings."""

from decimal import Decimal

from tests.scenarios.week import Pretend, Week


async def test_a_number_a_blocker_and_a_next_step_in_one_line(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await jack.types("KR3 61, blocked on the new contract, next: call the lawyer")

    jack.sees("✓ KR3 58 → 61", "blocked on the new contract", "Next step noted: call the lawyer", "[Undo]")
    (row,) = week.said_of("GRO-3")
    assert (row.value, row.blocked, row.blocker) == (Decimal(61), True, "the new contract")


async def test_what_has_two_readings_is_asked_about_and_stored_when_answered(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await mei.types("46")

    assert week.said_of("GRO-1") == []
    assert "[Undo]" not in mei.newest()

    await mei.types("46k")

    mei.sees("✓ KR1 $44k → $46k")
    assert [row.value for row in week.said_of("GRO-1")] == [Decimal(46000)]


async def test_an_outlier_is_stored_only_after_a_yes(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("KR1 $46")
    assert week.said_of("GRO-1") == []

    await mei.taps("Yes, $46")

    assert [row.value for row in week.said_of("GRO-1")] == [Decimal(46)]


async def test_the_question_in_the_dm_shows_what_was_typed(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    prompt = jack.messages()[-1]

    await jack.types("61, 0.7")

    assert prompt.edits == 1
    assert "[Undo]" in "".join(jack.texts())
    jack.sees("Weekly check-in", "61", "self-score 0.7", "That's all, thank you.")


async def test_a_typed_answer_can_be_taken_back_by_a_word(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.types("61")

    await jack.types("undo")

    assert week.said_of("GRO-3") == []
    jack.sees("Back to 58 (5 Nov).")
    jack.sees_nothing_of("58 → 61")


async def test_a_second_delivery_of_the_same_text_changes_nothing(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.types("61", key="Ev1")
    count = jack.count()

    await jack.types("61", key="Ev1")

    assert len(week.said_of("GRO-3")) == 1
    assert jack.count() == count


async def test_what_was_stored_after_a_question_can_be_taken_back_where_it_stands(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("KR1 $46")
    await mei.taps("Yes, $46")

    await mei.taps("Undo")

    assert week.said_of("GRO-1") == []
    mei.sees("Back to $44k (5 Nov).")
