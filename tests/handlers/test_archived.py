"""A team that is archived is asked about no more: not on the company's board, offered nowhere, still found by name."""

from storage import models as m
from storage import settings
from tests.handlers.talk import Talk


def test_an_archived_team_is_left_out_but_found_by_its_name(talk: Talk) -> None:
    office = talk.office
    office.renewals()
    support = office.found_team("SUP", "Support")
    office.kr(3, "Calls answered", team=support)
    office.found_team("CO", "TeeBee", kind=m.TeamKind.COMPANY)
    assert "Which team?" in talk.says("board")
    assert "Support" in talk.says("board company")

    settings.switch(office.session, support, settings.ARCHIVED, on=True)

    assert talk.says("board").startswith("Growth · OKR board")
    assert "Support" not in talk.says("board company")
    assert talk.says("board SUP").startswith("Support · OKR board")
