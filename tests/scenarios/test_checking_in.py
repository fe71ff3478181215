"""The weekly question: asked once, answered by a tap, shown in place, taken back."""

from decimal import Decimal

from tests.scenarios.week import Pretend, Week


async def test_an_owner_is_asked_the_day_before_the_meeting_at_ten(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 09:59")
    assert mei.count() == 0

    await week.at("2026-11-12 10:00")
    mei.sees(
        "Weekly check-in · Growth · week 7 of 13", "Fri 09:50", "KR1 · Enterprise MRR", "Where will it land by 31 Dec?"
    )


async def test_the_first_question_ever_comes_after_a_welcome(week: Week, mei: Pretend, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    assert [header[:3] for header in li.headers()] == ["Hi,", "Wee"]
    li.sees("Mei added you as owner of one key result")


async def test_one_tap_is_an_answer_and_its_receipt_stands_in_the_same_message(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    before = mei.count()

    await mei.taps("0.7")

    assert mei.count() == before
    mei.sees("self-score 0.7", "number still $44k of 5 Nov", "That's all, thank you. Board on Friday at 09:50.")
    assert [(row.self_score, row.value) for row in week.said_of("GRO-1")] == [(Decimal("0.7"), None)]


async def test_a_tap_can_be_taken_back(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.taps("1.0")

    await mei.taps("Undo")

    assert week.said_of("GRO-1") == []
    mei.sees("Where will it land by 31 Dec?")
    mei.sees_nothing_of("✓")


async def test_the_last_of_several_taps_counts(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = mei.finds("0.5")
    await mei.taps("0.7")

    await mei.taps_on(message, button)

    mei.sees("✓", "self-score 0.5")
    assert [row.self_score for row in week.said_of("GRO-1")][-1] == Decimal("0.5")


async def test_same_repeats_the_score_and_confirms_the_number(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await mei.taps("👍 Same, still $44k")

    (row,) = week.said_of("GRO-1")
    assert (row.kind.value, row.value, row.self_score) == ("confirm", Decimal(44000), Decimal("0.7"))


async def test_a_yes_or_no_key_result_is_asked_how_likely_it_is(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    ana.sees("KR4 · Single sign-on", "Last: 6/10", "How likely by 31 Dec?")

    await ana.taps("7 ▲", "KR4")

    ana.sees("✓", "7/10 ▲")


async def test_a_form_keeps_what_was_typed_until_it_can_be_read(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.taps("Update…", "KR1")

    await mei.fills_in(value="a lot", note="Two hotels")

    assert week.said_of("GRO-1") == []
    assert "I cannot read a lot as a number" in mei.form()
    assert "> Two hotels" in mei.form()

    await mei.fills_in(value="46k")

    assert not mei.has_form()
    mei.sees("✓ KR1 $44k → $46k", "“Two hotels”")
