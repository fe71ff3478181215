"""Later, not this week, not mine: said once, respected, and told to whom it concerns."""

from tests.scenarios.week import Pretend, Week


async def test_later_asks_again_after_three_hours_and_takes_the_reminder_s_place(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await week.at("2026-11-12 10:30")
    await jack.taps("Remind me later", "KR3")
    jack.sees("OK, I'll ask again at 13:30.")
    told = jack.count()

    await week.at("2026-11-12 13:29")
    assert jack.count() == told
    await week.at("2026-11-12 13:30")
    assert jack.count() == told + 1

    await week.at("2026-11-12 17:00")
    assert jack.count() == told + 1


async def test_skip_shows_as_not_updated_and_is_not_reminded(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await jack.taps("Skip this week", "KR3")

    jack.sees("Skipped for this week. It shows as not updated.")
    told = jack.count()
    await week.at("2026-11-13 09:49")
    assert jack.count() == told
    assert [row.kind.value for row in week.said_of("GRO-3")] == ["skip"]


async def test_not_this_week_in_the_last_reminder_skips_what_is_open(week: Week, li: Pretend) -> None:
    await week.at("2026-11-13 09:00")

    await li.taps("Not this week")

    li.sees("Skipped for this week. It shows as not updated.")
    assert [row.kind.value for row in week.said_of("GRO-2")] == ["skip"]


async def test_not_mine_is_told_to_the_lead_once(week: Week, jack: Pretend, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await jack.taps("Not mine", "KR3")

    jack.sees("Thank you. I tell Mei that", "is not yours.")
    mei.sees("Jack says that GRO-3 Yearly contracts is not theirs. Who owns it?")
    told = mei.headers().count("Jack says that GRO-3 Yearly contracts is not theirs. Who owns it?")
    assert told == 1
