"""What a form or a command stored is said back in the DM, once, and its buttons change that message."""

from sqlmodel import select

from bot.intake.inbound import Nothing
from storage import models as m
from tests.scenarios.week import Pretend, Week


def echoes(week: Week) -> list[m.DeliveryState]:
    """What became of the answers in the outbox."""
    return week.look(lambda session: [row.state for row in session.exec(select(m.Delivery)) if row.kind == "answer"])


async def test_an_update_by_command_is_said_back_in_the_dm_and_taken_back_there(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    before = mei.count()

    assert await mei.types("/okr KR1 50k") == Nothing(goes_out=True)
    assert mei.count() == before + 1
    assert "$44k → $50k" in mei.newest()
    assert echoes(week) == [m.DeliveryState.SENT]

    await mei.taps("0.7")
    assert "self-score 0.7" in mei.newest()
    await mei.taps("Undo")

    assert mei.count() == before + 1
    assert "$44k → $50k" not in mei.newest()
    assert "Undo" not in mei.offered()
    assert week.said_of("GRO-1") == []


async def test_a_form_is_said_back_in_the_dm_and_taken_back_there(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.taps("Update…")

    assert await mei.fills_in(value="50k") == Nothing(goes_out=True)
    assert "$44k → $50k" in mei.newest()
    assert echoes(week) == [m.DeliveryState.SENT]

    await mei.taps("Undo")
    assert "$44k → $50k" not in mei.newest()
    assert week.said_of("GRO-1") == []
