"""What goes quiet is told to its owner first, then to the lead, then stands greyed out on the board."""

import pytest

from tests.scenarios.week import Place, Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about words of silence; test_several_teams asks the same of both


async def test_stale_is_told_to_the_owner_alone_on_the_first_such_day(week: Week, mei: Pretend, bea: Pretend) -> None:
    """KR5 was read on Thu 5 November: Tue 17 is the eighth working day after."""
    await week.at("2026-11-12 10:00")
    await week.at("2026-11-17 09:59")
    told, lead = bea.count(), mei.count()

    await week.at("2026-11-17 10:00")

    assert bea.count() == told + 1
    assert "KR5" in bea.newest()
    assert "8 working days ago (7.2)" in bea.newest()
    assert "[👍 Still 7.2]" in bea.newest()
    bea_was_all = [one.spot.name for one in week.posted if "working days ago (7.2)" in str(one.card)]
    assert bea_was_all == ["bea"]
    assert mei.count() >= lead


async def test_a_stale_key_result_is_answered_in_its_notice(week: Week, bea: Pretend) -> None:
    await week.at("2026-11-17 10:00")

    await bea.taps("👍 Still 7.2")

    assert [row.kind.value for row in week.said_of("GRO-5")] == ["confirm"]
    assert "✓" in bea.newest()


async def test_dark_is_told_to_the_lead_once_and_the_owner_is_asked_through_okra(
    week: Week, mei: Pretend, li: Pretend
) -> None:
    """KR2 was read on Fri 30 October: Mon 16 is the eleventh working day after."""
    await week.at("2026-11-16 09:59")
    mei.sees_nothing_of("greyed out")

    await week.at("2026-11-16 10:00")
    assert mei.newest().startswith("KR2") or "KR2 (Li) has had no update for 11 working days" in mei.newest()
    told = li.count()

    await mei.taps("Ask Li")
    assert li.count() == told + 1
    assert "Mei" in li.newest()

    await li.types("31%")
    assert [str(row.value) for row in week.said_of("GRO-2")] == ["31"]

    await week.at("2026-11-18 18:00")
    assert sum("greyed out" in str(one.card) for one in week.posted) == 1


async def test_a_dark_key_result_is_grey_on_the_board(week: Week, growth: Place) -> None:
    await week.at("2026-11-20 09:50")

    row = next(line for line in growth.newest().split("\n") if "KR2" in line)
    assert row.startswith("⚪")


async def test_stale_is_part_of_the_question_where_one_goes_out_the_same_day(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    li.sees("Weekly check-in", "⏰ last updated 9 working days ago")
    assert li.count() == 2
