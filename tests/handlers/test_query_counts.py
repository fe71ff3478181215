"""However much there is, an answer asks the database as often as when there is little (tests/views/counting.py)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.views.next_meeting import next_meeting
from bot.views.wins import wins_card
from storage import deliveries
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.counting import statements


def grow(talk: Talk, number: int) -> None:
    """One more key result with an owner of its own, a next step, a win and something said."""
    office = talk.office
    owner = office.person(f"Guest {number}")
    row = office.kr(number, f"Title {number}", unit="%", owner=owner)
    office.say(row, talk.now - timedelta(days=2), by=owner, value="30", note="it moved")
    of_team: dict[str, Any] = {
        "workspace_id": office.workspace.id,
        "team_id": office.team.id,
        "kr_id": row.id,
        "at": talk.now,
    }
    office.session.add(m.NextStep(text=f"Call {number}", owner_id=owner.id, **of_team))
    office.session.add(m.Win(text=f"Won {number}", by_id=owner.id, **of_team))
    office.session.flush()


def answers(talk: Talk) -> Mapping[str, Any]:
    """What is shown, by name."""
    office, session = talk.office, talk.office.session
    subject = f"team:{office.team.id}"
    common: dict[str, Any] = {
        "workspace_id": office.workspace.id,
        "subject": subject,
        "period": "now",
        "due_at": talk.now,
        "now": talk.now,
    }
    deliveries.plan_delivery(session, kind="wins", team_id=office.team.id, **common)
    friday = deliveries.delivery_of(session, "wins", subject, "now")
    assert friday is not None
    return {
        "next": lambda: talk.card("next GRO", by=office.bea),
        "report": lambda: talk.card("report team GRO", by=office.bea),
        "health": lambda: talk.card("health GRO", by=office.bea),
        "wins": lambda: wins_card(session, office.cards, friday, talk.now),
        "meeting": lambda: next_meeting(session, office.team, talk.now),
        "my_krs": lambda: talk.card("", by=office.bea),
    }


@pytest.mark.parametrize("name", ["next", "report", "health", "wins", "meeting", "my_krs"])
def test_an_answer_asks_as_often_however_much_there_is(talk: Talk, name: str) -> None:
    for number in (1, 2):
        grow(talk, number)
    shows = answers(talk)[name]
    few = len(statements(talk.office.session, shows, [talk.office.team, talk.office.bea]))

    for number in range(3, 9):
        grow(talk, number)

    many = statements(talk.office.session, shows, [talk.office.team, talk.office.bea])
    assert len(many) <= few, "\n".join(sorted(many))
