"""A win or a next step whose key result a button names is told, and can be taken back where it is told."""

from sqlmodel import Session, select

from storage import models as m
from tests.scenarios.week import Pretend, Week


async def test_a_win_is_told_once_its_key_result_is_known(week: Week, mei: Pretend) -> None:
    week.change(_two_key_results)
    await week.at("2026-11-12 09:00")
    await mei.types("win: Biscuits")
    mei.sees("Which one is 'win: Biscuits' for?")

    await mei.taps("KR2 Self-serve renewals")
    mei.sees("Win noted: Biscuits [Undo]")
    assert "settled" not in "".join(mei.texts())
    assert [one.kr_id is not None for one in _wins(week)] == [True]

    await mei.taps("Undo")
    mei.sees("Taken back: Biscuits")
    assert _wins(week) == []


async def test_a_next_step_is_told_once_its_key_result_is_typed_or_tapped(week: Week, mei: Pretend) -> None:
    week.change(_two_key_results)
    await week.at("2026-11-12 09:00")
    await mei.types("next: call GC")
    await mei.taps("KR2 Self-serve renewals")
    mei.sees("Next step noted: call GC [Undo]")
    await mei.taps("Undo")
    mei.sees("Taken back: call GC")

    await mei.types("next: call Acme")
    await mei.types("KR1")
    mei.sees("Next step noted: call Acme [Undo]")


def _two_key_results(session: Session) -> None:
    mei = session.exec(select(m.Person).where(m.Person.handle == "mei")).one()
    team = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
    for row in session.exec(select(m.KeyResult).where(m.KeyResult.team_id == team.id)).all()[:2]:
        row.lead_owner_id = mei.id
        session.add(row)


def _wins(week: Week) -> list[m.Win]:
    return week.look(lambda session: list(session.exec(select(m.Win).where(m.Win.text == "Biscuits"))))
