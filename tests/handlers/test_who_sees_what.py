"""What is kept within a team never reaches an outsider, whatever is asked (spec/11, check 19)."""

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Say
from storage import models as m
from tests.scenarios.week import Week


async def answer(week: Week, who: str, text: str) -> str:
    result = await week.person(who).types(f"/okr {text}")
    assert isinstance(result, Say), result
    return plain_text(result.card)


def bea_is_an_outsider(week: Week, visibility: str) -> None:
    """She leaves the team, Mei takes over what was hers, and the objective is kept within the team."""

    def changed(session: Session) -> None:
        people = {one.handle: one for one in session.exec(select(m.Person))}
        bea = people["bea"].id
        session.delete(session.exec(select(m.Membership).where(m.Membership.person_id == bea)).one())
        row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 5)).one()
        row.lead_owner_id = people["mei"].id
        objective = session.exec(select(m.Objective)).one()
        objective.visibility = m.Visibility(visibility)
        session.add_all([row, objective])

    week.change(changed)


ASKED = (
    "board GRO", "board @li", "board attention", "show GRO-2", "why GRO-2", "why renewals", "digest preview GRO", ""
)  # fmt: skip


@pytest.mark.parametrize("visibility", ["team", "title_only"])
async def test_no_answer_tells_an_outsider(week: Week, visibility: str) -> None:
    bea_is_an_outsider(week, visibility)

    for text in ASKED:
        seen = await answer(week, "bea", text)
        assert "Self-serve" not in seen, (text, seen)
        assert "28%" not in seen, (text, seen)
        assert "trusted supplier" not in seen or visibility == "title_only", (text, seen)


@pytest.mark.parametrize("visibility", ["team", "title_only"])
async def test_the_team_sees_its_own(week: Week, visibility: str) -> None:
    bea_is_an_outsider(week, visibility)

    for text in ("board", "board attention", "show KR2", "why KR2", "digest preview", ""):
        assert "Self-serve" in await answer(week, "li", text), text
