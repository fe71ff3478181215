"""What was said last counts, whoever said what in between, whatever the clock does, and Undo gives back what was."""

from decimal import Decimal

import pytest
from sqlmodel import Session, select

from storage import models as m
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about averages; tests/views ask the same of both


def current(week: Week, number: int) -> m.KeyResult:
    def look(session: Session) -> m.KeyResult:
        return session.exec(select(m.KeyResult).where(m.KeyResult.number == number)).one()

    return week.look(look)


async def test_answering_a_follow_up_leaves_a_co_owners_newer_number(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.types("KR3 60")
    await week.at("2026-11-12 10:10")
    await ana.types("KR3 64")
    await week.at("2026-11-12 10:20")

    await jack.types("0.7")

    row = current(week, 3)
    assert row.current.value == Decimal(64)
    assert row.current.self_score == Decimal("0.7")


async def test_answering_a_follow_up_days_after_does_not_make_the_number_younger(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("45k")
    measured = current(week, 1).current.measured_at
    await week.at("2026-11-16 09:30")

    await mei.types("0.8")

    row = current(week, 1)
    assert row.current.measured_at == measured
    assert row.current.self_score == Decimal("0.8")


async def test_a_question_waits_while_another_key_result_is_answered(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await ana.types("KR3 600")
    ana.sees("600 is far from 58. Sure?")

    await ana.types("KR4 7/10")
    await ana.types("yes")

    assert current(week, 3).current.value == Decimal(600)
    assert current(week, 4).current.confidence == Decimal(7)


async def test_a_question_expires_with_its_prompt(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await ana.types("KR3 600")
    await week.at("2026-11-19 10:30")

    await ana.types("yes")

    assert current(week, 3).current.value == Decimal(58)


async def test_a_clock_that_was_set_back_loses_nothing(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:10")
    await mei.types("KR1 46k, 0.7")
    week.clock_goes_back(minutes=4)

    await mei.types("KR1 47k")

    assert current(week, 1).current.value == Decimal(47000)
    await mei.types("undo")
    assert current(week, 1).current.value == Decimal(46000)


async def test_an_undone_skip_gives_the_answer_back(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("46k, 0.7")
    await week.minutes(1)
    await mei.types("KR1 skip")
    await week.minutes(1)

    await mei.types("undo")

    def state(session: Session) -> m.ItemState:
        kr = session.exec(select(m.KeyResult).where(m.KeyResult.number == 1)).one()
        return session.exec(select(m.PromptItem).where(m.PromptItem.kr_id == kr.id)).one().state

    assert week.look(state) is m.ItemState.ANSWERED


async def test_the_lead_records_for_an_owner(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 11:00")

    await mei.types("/okr KR2 31%")

    said = week.said_of("GRO-2")[-1]
    assert said.value == Decimal(31)
    assert said.on_behalf_of_id is not None


async def test_whoever_may_not_change_it_hears_who_may(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 11:00")

    await jack.types("KR2 31%")

    jack.sees("Only Li or Mei can change GRO-2. Nothing was recorded.")
    assert current(week, 2).current.value == Decimal(28)


async def test_a_next_step_alone_is_said_back_and_can_be_taken_back(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("next: call the printer")
    mei.sees("Next step noted: call the printer")

    await mei.types("undo")

    mei.sees("Taken back: call the printer")

    def open_steps(session: Session) -> list[m.NextStep]:
        return list(session.exec(select(m.NextStep).where(m.NextStep.state == m.NextStepState.OPEN)))

    assert [step.text for step in week.look(open_steps)] == []
