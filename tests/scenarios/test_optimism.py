"""Owners who are more hopeful than the pace: asked for a reason, believed with one, and offered a slower start."""

import pytest
from sqlmodel import Session, select

from storage import models as m
from tests.scenarios.week import Place, Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about words of a lead; test_several_teams asks the same of both

REASON = "two hotels sign in December"
ASKED = "Three weeks above the pace's forecast with a reason each time. This one starts slowly?"


def pace(session: Session) -> tuple[str, list[tuple[str, str, str, str | None, str | None]]]:
    """The pace of KR2 and every change of it."""
    row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 2)).one()
    changes = session.exec(select(m.Change).where(m.Change.entity_id == row.id, m.Change.field == "pace")).all()
    return row.pace.value, [(one.field, one.old, one.new, one.reason, one.category) for one in changes]


async def three_hopeful_weeks(week: Week, li: Pretend) -> None:
    """27% is at risk on 12 and 19 November and off track on the 26th; Li has her reasons."""
    for day, value in (("12", "27%"), ("19", "27.5%"), ("26", "27.9%")):
        await week.at(f"2026-11-{day} 10:00")
        li.sees_nothing_of("starts slowly?")
        await li.types(f"{value}, 0.7, {REASON}")


async def test_hope_without_a_reason_is_asked_about_once(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await li.types("27%, 0.7")

    li.sees("The pace says 0.51, you say 0.7. What makes you more hopeful? (a line is enough)")
    await li.types(REASON)
    li.sees("✓ KR2 28% → 27% · self-score 0.7", f"“{REASON}”", "heading for 0.51 🟢")


async def test_the_third_reason_in_three_weeks_offers_a_slow_start(week: Week, li: Pretend, growth: Place) -> None:
    await three_hopeful_weeks(week, li)
    li.sees("KR2 27.5% → 27.9%", "heading for 0.43 🟢", ASKED, "[Use a slow-start pace] [No]")

    await li.taps("Use a slow-start pace")

    assert week.look(pace) == ("slow_start", [("pace", "linear", "slow_start", "slow start", "learned")])
    li.sees("KR2 is measured against a slow start now: heading for 0.70 🟢.")
    li.sees("KR2 27.5% → 27.9%", "heading for 0.70 🟢")
    li.sees_nothing_of(ASKED)
    growth.sees("KR2 changed by Li: pace straight line → slow start. Because: slow start.")


async def test_a_slow_start_declined_is_not_offered_again(week: Week, li: Pretend) -> None:
    await three_hopeful_weeks(week, li)

    await li.taps("No")

    assert week.look(pace) == ("linear", [])
    li.sees_nothing_of(ASKED)
    await week.at("2026-12-03 10:00")
    await li.types(f"28%, 0.7, {REASON}")
    li.sees_nothing_of(ASKED)


async def test_a_slow_start_may_be_typed(week: Week, li: Pretend) -> None:
    await three_hopeful_weeks(week, li)

    await li.types("yes")

    assert week.look(pace)[0] == "slow_start"
    li.sees("KR2 is measured against a slow start now: heading for 0.70 🟢.")


async def test_a_slow_start_pressed_twice_changes_it_once(week: Week, li: Pretend) -> None:
    await three_hopeful_weeks(week, li)
    message, button = li.finds("Use a slow-start pace")

    await li.taps_on(message, button)
    await li.taps_on(message, button)

    assert len(week.look(pace)[1]) == 1


async def test_two_reasons_and_a_week_without_one_offer_nothing(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await li.types(f"27%, 0.7, {REASON}")
    await week.at("2026-11-19 10:00")
    await li.types("27.5%, 0.7")
    await week.at("2026-11-26 10:00")

    await li.types(f"27.9%, 0.7, {REASON}")

    li.sees_nothing_of("starts slowly?")


async def test_who_owns_it_no_more_cannot_change_its_pace(week: Week, li: Pretend) -> None:
    await three_hopeful_weeks(week, li)
    message, button = li.finds("Use a slow-start pace")

    def hand_over(session: Session) -> None:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 2)).one()
        row.lead_owner_id = session.exec(select(m.Person.id).where(m.Person.short_name == "Jack")).one()
        session.add(row)

    week.change(hand_over)

    await li.taps_on(message, button)

    assert week.look(pace) == ("linear", [])
