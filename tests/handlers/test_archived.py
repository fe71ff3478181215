"""A team that is archived is asked about no more: not on the company's board, offered nowhere, still found by name."""

from storage import drafts, settings
from storage import models as m
from tests.handlers.talk import Talk
from tests.handlers.test_adding import be_member, presses


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


def test_buttons_that_ask_or_comment_say_that_the_team_is_archived(talk: Talk) -> None:
    office = talk.office
    row = office.kr(3, "Calls answered")
    be_member(talk, office.mei)
    drafted = office.session.get_one(m.Objective, row.objective_id)
    assert presses(talk, "kr_question", row.token) == "[form question_form]"

    settings.switch(office.session, office.team, settings.ARCHIVED, on=True)
    assert presses(talk, "kr_question", row.token) == "Growth is archived, so nothing was sent."
    drafted.state = m.ObjectiveState.DRAFT
    token = drafts.token_of(office.session, drafted)
    assert presses(talk, "comment", token) == "Growth is archived, so nothing was sent."
