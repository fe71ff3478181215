"""Whom and what a command names is found, or asked about in one sentence."""

from dataclasses import dataclass

import pytest

from bot.handlers.naming import the_person
from bot.intake.conversation import Answer
from bot.okr.model import KRState
from storage import models as m
from tests.handlers.talk import Talk


@dataclass(frozen=True)
class Company:
    talk: Talk
    support: m.Team
    renewals: m.KeyResult
    hiring: m.KeyResult


@pytest.fixture
def company(talk: Talk) -> Company:
    """Mei owns GRO-2; Li owns SUP-2 in a team of his own."""
    office = talk.office
    renewals = office.renewals()
    renewals.alias = ["churn"]
    support = office.found_team("SUP", "Support")
    hiring = office.kr(2, "Hire agents", team=support, owner=office.li)
    return Company(talk, support, renewals, hiring)


@pytest.mark.parametrize(
    "name",
    ["KR2", "kr2", "kr 2", "ＫＲ２", "#2", "2", "关键结果2", "GRO-2", "gro-2", "churn", "Renewals", "self-serve"],
)
def test_a_key_result_is_found_however_it_is_called(company: Company, name: str) -> None:
    reply = company.talk.reply(f"show {name}")

    assert isinstance(reply, Answer)
    assert (reply.name, reply.data) == ("show", {"kr": company.renewals.id})


def test_mine_goes_before_that_of_a_team_mate(company: Company) -> None:
    office = company.talk.office
    theirs = office.kr(3, "Renewals of partners", owner=office.li)

    assert company.talk.reply("show renewals") == Answer("show", {"kr": company.renewals.id})
    assert company.talk.reply("show partners") == Answer("show", {"kr": theirs.id})


def test_a_label_that_means_two_of_mine_is_asked_about(company: Company) -> None:
    company.hiring.lead_owner_id = company.talk.office.mei.id

    assert company.talk.says("show KR2").splitlines() == [
        "Which one do you mean?", "GRO-2 Self-serve renewals", "SUP-2 Hire agents", "[GRO-2] [SUP-2]",
    ]  # fmt: skip
    assert "Hire agents" in company.talk.says("show SUP-2")


def test_a_wrong_label_is_answered_with_mine(company: Company) -> None:
    assert company.talk.says("show KR9") == "I don't have KR9 for you. Yours: KR2"
    assert company.talk.says("why GRO-9") == "I don't have GRO-9 for you. Yours: KR2"
    assert company.talk.says("show " + "x" * 50) == f"I don't have {'x' * 19}… for you. Yours: KR2"
    assert company.talk.says("why") == "Which one? Yours: KR2"
    assert company.talk.says("why KR9", by=company.talk.office.bea) == "I don't have KR9 for you. Yours: –"


def test_everybody_sees_what_is_open_to_the_workspace(company: Company) -> None:
    assert company.talk.reply("show SUP-2") == Answer("show", {"kr": company.hiring.id})


@pytest.mark.parametrize("visibility", [m.Visibility.TEAM, m.Visibility.TITLE_ONLY])
def test_a_private_key_result_is_unknown_outside_its_team(company: Company, visibility: m.Visibility) -> None:
    talk, office = company.talk, company.talk.office
    office.session.get_one(m.Objective, company.hiring.objective_id).visibility = visibility

    for verb in ("show", "why"):
        assert talk.says(f"{verb} SUP-2") == "I don't have SUP-2 for you. Yours: KR2"
        assert talk.says(f"{verb} Hire agents") == "I don't have Hire agents for you. Yours: KR2"
        token = talk.presses(verb, company.hiring.token)
        assert token.startswith("I don't have ")
        assert "Hire" not in token
        assert "Hire agents" in talk.says(f"{verb} SUP-2", by=office.li)
        assert "Hire agents" in talk.says(f"{verb} SUP-2", by=office.bea)


def test_a_draft_and_an_objective_that_is_being_drafted_are_not_shown(company: Company) -> None:
    office = company.talk.office
    company.hiring.state = KRState.DRAFT
    assert company.talk.says("show SUP-2") == "I don't have SUP-2 for you. Yours: KR2"

    company.hiring.state = KRState.ACTIVE
    office.session.get_one(m.Objective, company.hiring.objective_id).state = m.ObjectiveState.DRAFT
    assert company.talk.says("show SUP-2") == "I don't have SUP-2 for you. Yours: KR2"


def test_a_key_result_of_an_earlier_cycle_is_not_shown_by_an_old_button(company: Company) -> None:
    office = company.talk.office
    past = m.Cycle(
        workspace_id=office.workspace.id,
        name="2026 Q3",
        first_day=office.cycle.first_day.replace(month=7),
        last_day=office.cycle.first_day.replace(month=9),
        state=m.CycleState.CLOSED,
    )
    office.session.add(past)
    office.session.flush()
    company.hiring.cycle_id = past.id

    assert company.talk.presses("show", company.hiring.token).startswith("I don't have ")


def test_a_button_shows_a_key_result_of_another_team(company: Company) -> None:
    assert "Hire agents" in company.talk.presses("why", company.hiring.token)


# --- people -----------------------------------------------------------------------------------------


def board_of(talk: Talk, text: str) -> str:
    """The first line of somebody's board."""
    return talk.says(f"board {text}").splitlines()[0]


@pytest.mark.parametrize("mention", ["@Li", "@li-en", "@LI", "<@U7>", "<@U7|li>", "<at>Li Chen</at>", "@li,"])
def test_a_person_is_found_by_mention_handle_or_name(company: Company, mention: str) -> None:
    office = company.talk.office
    office.li.display_name = "Li Chen"
    office.session.add(
        m.Address(
            workspace_id=office.workspace.id,
            person_id=office.li.id,
            installation_id=office.installation.id,
            external_id="U7",
        )
    )

    assert board_of(company.talk, mention) == "KRs of Li"


def test_a_name_that_two_people_have_is_asked_about_and_a_handle_is_not(company: Company) -> None:
    other = company.talk.office.person("Lin")
    other.short_name, other.handle = "Li", "lin"

    assert board_of(company.talk, "@li") == "Whom do you mean: @Li-en, @lin?"
    assert board_of(company.talk, "@lin") == "KRs of Li"


def test_who_left_does_not_stand_in_the_way_of_who_is_here(company: Company) -> None:
    other = company.talk.office.person("Lin")
    other.short_name, other.active = "Li", False

    assert board_of(company.talk, "@li") == "KRs of Li"


def test_nobody_is_guessed_from_a_part_of_a_name_or_a_wildcard(company: Company) -> None:
    assert board_of(company.talk, "@L") == "I don't know @L here."
    assert board_of(company.talk, "@L_") == "I don't know @L_ here."
    assert board_of(company.talk, "@%") == "I don't know @% here."
    assert board_of(company.talk, "<@U99>") == "I don't know @U99 here."


@pytest.mark.parametrize(
    "said", ["show SUP", "why SUP", "own SUP @li", "pause SUP because x", "drop support because x"]
)
def test_a_team_is_a_team_and_no_part_of_a_name(company: Company, said: str) -> None:
    company.talk.office.kr(4, "Phone support calls")
    named = said.split()[1]

    told = f"{named} is a team, not a key result. Its board: /okr board SUP"
    assert company.talk.says(said) == told


@pytest.mark.parametrize(("said", "found"), [("show phone", True), ("show pho", False), ("show of", False)])
def test_what_only_reads_takes_a_whole_word(company: Company, said: str, found: bool) -> None:
    calls = company.talk.office.kr(4, "Time of phone calls")

    reply = company.talk.reply(said)
    assert isinstance(reply, Answer)
    assert (reply == Answer("show", {"kr": calls.id})) == found


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("own renewals @li", "change_owner"),
        ("pause renewals because x", "pause_form"),
        ("drop renewals because x", "drop_form"),
        ("resume renewals", "resume_kr"),
    ],
)
def test_what_changes_something_asks_where_only_a_part_was_said(company: Company, said: str, action: str) -> None:
    talk = company.talk

    assert talk.says(said).splitlines() == ["Which one do you mean?", "GRO-2 Self-serve renewals", "[GRO-2]"]
    (button,) = talk.buttons(said)
    assert (button.action, button.value) == (action, company.renewals.token)
    assert (company.renewals.lead_owner_id, company.renewals.state) == (talk.office.mei.id, KRState.ACTIVE)


@pytest.mark.parametrize("words", ["KR2 detail", "KR2 details please", "GRO-2 详情", "churn please."])
def test_a_word_behind_the_name_that_says_nothing_is_left_out(company: Company, words: str) -> None:
    assert company.talk.reply(f"show {words}") == Answer("show", {"kr": company.renewals.id})


def test_a_list_in_chinese_has_its_own_comma(talk_zh: Talk) -> None:
    talk_zh.office.renewals()
    talk_zh.office.kr(3, "客服", owner=talk_zh.office.mei)

    assert talk_zh.says("查看 KR9") == "你没有 KR9。你的是：KR2、KR3"


LI_IN_TEAMS = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def test_whoever_is_picked_in_teams_is_found_however_their_id_is_spelled(talk: Talk) -> None:
    session, li = talk.office.session, talk.office.li
    turn = talk.turn(talk.office.mei)
    place = session.get_one(m.Installation, turn.inbox.installation_id)
    session.add(
        m.Address(workspace_id=place.workspace_id, person_id=li.id, installation_id=place.id, external_id=LI_IN_TEAMS)
    )
    session.flush()

    assert the_person(turn, LI_IN_TEAMS.upper()) is li
