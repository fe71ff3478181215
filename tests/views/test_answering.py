"""What is loaded to answer for one key result is what its person's whole view shows of it."""

from datetime import date

import pytest

from bot.views.person import answering_view
from storage import models as m
from tests.views.asked import ASKED_AT, Office, at
from tests.views.counting import statements


@pytest.mark.parametrize("case", ["one team", "another team, too", "standing in"])
def test_each_key_result_is_the_same_and_is_called_the_same(office: Office, case: str) -> None:
    office.renewals()
    office.steps(office.sso(), "Order", "Deliver")
    office.kr(6, "Bea's", owner=office.bea)
    shared = office.kr(7, "Shared", owner=office.bea)
    office.session.add(m.CoOwner(workspace_id=office.workspace.id, kr_id=shared.id, person_id=office.mei.id))
    office.say(shared, at(10), by=office.bea, value="30")
    if case != "one team":
        other = office.found_team("SUP", "Support")
        office.kr(1, "Elsewhere", owner=office.li if case == "standing in" else office.mei, team=other)
    if case == "standing in":
        today = date(2026, 11, 12)
        away = m.Away(
            workspace_id=office.workspace.id,
            person_id=office.li.id,
            first_day=today,
            last_day=today,
            delegate_id=office.mei.id,
        )
        office.session.add(away)
    office.session.flush()
    whole = office.seen_by_mei()

    for kr_id, one in whole.by_id.items():
        seen = answering_view(office.session, office.mei, kr_id, ASKED_AT)

        assert seen.by_id[kr_id] == one
        assert seen.label(seen.by_id[kr_id]) == whole.label(one)
        assert seen.own == whole.own
        assert seen.standing_in_for == whole.standing_in_for
    assert (whole.standing_in_for != ()) is (case == "standing in")


def test_what_is_not_theirs_to_answer_for_is_not_found(office: Office) -> None:
    office.renewals()
    elsewhere = office.kr(1, "Elsewhere", owner=office.li, team=office.found_team("SUP", "Support"))

    assert elsewhere.id not in answering_view(office.session, office.mei, elsewhere.id, ASKED_AT).by_id


def test_a_large_team_is_not_loaded_for_it(office: Office) -> None:
    mine = office.renewals()
    for number in range(10, 40):
        office.kr(number, f"Title {number}", owner=office.li)

    seen = answering_view(office.session, office.mei, mine.id, ASKED_AT)

    assert [one.row.id for one in seen.by_id.values()] == [mine.id]
    known = [office.mei, office.workspace, mine]
    sent = statements(office.session, lambda: answering_view(office.session, office.mei, mine.id, ASKED_AT), known)
    assert len(sent) <= 7, "\n".join(sent)
