"""The digest: ten minutes before the meeting, brought up to date in place until it begins, then frozen."""

from tests.scenarios.week import Place, Pretend, Week


async def test_the_digest_is_posted_ten_minutes_before_the_meeting(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 09:49")
    assert growth.count() == 0

    await week.at("2026-11-13 09:50")
    assert growth.count() == 1
    growth.sees("Growth · OKR board · week 7 of 13", "KR1 Enterprise MRR", "Updated 0 of 5")


async def test_an_answer_before_the_meeting_updates_the_digest_in_place(
    week: Week, growth: Place, jack: Pretend
) -> None:
    await week.at("2026-11-13 09:50")
    await week.at("2026-11-13 09:53")

    await jack.types("KR3 66")

    assert growth.count() == 1
    growth.sees("66 / 80")


async def test_several_answers_within_a_minute_are_one_update(
    week: Week, growth: Place, jack: Pretend, mei: Pretend
) -> None:
    await week.at("2026-11-13 09:52")
    message = growth.messages()[0]
    await jack.types("KR3 61")
    before = message.edits

    await mei.types("46k")
    await jack.types("KR3 62")
    assert message.edits == before

    await week.minutes(1)
    assert message.edits == before + 1
    growth.sees("62 / 80", "$46k / $60k")


async def test_the_digest_is_frozen_when_the_meeting_begins(week: Week, growth: Place, jack: Pretend) -> None:
    await week.at("2026-11-13 10:01")
    frozen = growth.newest()

    await jack.types("KR3 66")
    await week.at("2026-11-13 12:30")

    assert growth.texts()[0] == frozen


async def test_a_digest_mentions_nobody(week: Week, growth: Place) -> None:
    await week.at("2026-11-13 09:50")

    assert "Mention" not in str(growth.messages()[0].card)


async def test_the_next_digest_shows_what_changed_since(week: Week, growth: Place, jack: Pretend) -> None:
    await week.at("2026-11-13 10:05")
    await jack.types("KR3 66")

    await week.at("2026-11-20 09:50")

    row = next(line for line in growth.newest().split("\n") if "KR3" in line)
    assert "66 / 80" in row
    assert "▲" in row
