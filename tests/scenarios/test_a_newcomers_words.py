"""What somebody types who does not know the commands yet: it is asked about with ready buttons, and done once."""

from sqlmodel import Session, col, select

from storage import models as m
from tests.scenarios.week import Pretend, Week


async def test_a_new_health_metric_is_added_by_the_button_once(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 09:00")
    before = week.look(_metrics)
    await mei.types("/okr health asdf yellow tired")
    mei.sees("Add a health metric called 'asdf' for Growth?")
    assert week.look(_metrics) == before

    await mei.taps("Add")
    await mei.taps("Add")

    assert week.look(_metrics) == [*before, ("asdf", "yellow", "tired")]


async def test_a_next_step_with_a_colon_says_who_and_by_when(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 09:00")

    await mei.types("next: call GC by Fri @jack KR2")

    (step,) = week.look(lambda session: list(session.exec(select(m.NextStep).where(m.NextStep.text == "call GC"))))
    assert str(step.due) == "2026-11-13"
    assert week.look(lambda session: session.get_one(m.Person, step.owner_id).handle) == "jack"
    assert step.kr_id is not None


async def test_a_part_of_a_name_hands_nothing_over(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 09:00")

    await mei.types("/okr own renewals @jack")

    mei.sees("Which one do you mean?", "[GRO-2]")
    await mei.taps("GRO-2")
    assert "Now: Li" in mei.form()


def _metrics(session: Session) -> list[tuple[str, str, str | None]]:
    rows = session.exec(select(m.HealthMetric).order_by(col(m.HealthMetric.id))).all()
    return [(one.name, one.status.value, one.note) for one in rows]
