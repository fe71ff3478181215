"""What can go wrong while OKRs are written in the chat: nothing is lost, and one sentence says what to do."""

import pytest
from sqlmodel import select

from bot.handlers.commands import command
from bot.okr.model import KRState
from storage import models as m
from storage.forgetting import FORGOTTEN
from tests.handlers.talk import Talk
from tests.handlers.test_adding import REFUNDS, be_member, krs, objective, presses, record, submits, taps, undo, value


@pytest.fixture
def writing(talk: Talk) -> Talk:
    """Mei and Li are members, and the team's objective is a draft still."""
    be_member(talk, talk.office.mei)
    be_member(talk, talk.office.li)
    objective(talk).state = m.ObjectiveState.DRAFT
    talk.office.session.flush()
    return talk


def test_two_people_writing_at_once_get_a_number_each(writing: Talk) -> None:
    writing.says(REFUNDS)
    mine = value(writing)
    writing.says('add kr "NPS from 30 to 45"', by=writing.office.li)
    theirs = value(writing)

    presses(writing, "kr_save", theirs, by=writing.office.li)
    presses(writing, "kr_save", mine)

    assert [(one.number, one.title) for one in krs(writing)] == [
        (1, "NPS from 30 to 45"),
        (2, "Lower refund rate from 0.5% to 0.2%"),
    ]


def test_what_is_read_again_after_a_crash_is_the_same_card(writing: Talk) -> None:
    """The same message read twice keeps one record, with all that was answered in between."""
    turn = writing.turn(writing.office.mei)
    command(turn, "add kr The renewal rate of customers reaches 70%")
    taps(writing, "kr_zero")
    rev = record(writing).data["rev"]
    command(turn, "add kr The renewal rate of customers reaches 70%")

    rows = writing.office.session.exec(select(m.Delivery).where(m.Delivery.kind == "being_written")).all()
    assert [one.data["rev"] for one in rows] == [rev]


def test_words_that_were_forgotten_save_nothing(writing: Talk) -> None:
    writing.says(REFUNDS)
    tap = value(writing)
    record(writing).data = {FORGOTTEN: True}

    assert presses(writing, "kr_save", tap).startswith("That card is of no use any more")
    assert krs(writing) == []


def test_a_draft_that_somebody_spoke_about_is_not_taken_away(writing: Talk) -> None:
    office = writing.office
    writing.says(REFUNDS)
    taps(writing, "kr_save")
    (row,) = krs(writing)
    office.session.add(
        m.Remark(
            workspace_id=office.workspace.id,
            objective_id=row.objective_id,
            kr_id=row.id,
            kind=m.RemarkKind.COMMENT,
            text="Good one",
            by_id=office.li.id,
            at=writing.now,
        )
    )
    office.session.flush()

    assert undo(writing) == "Somebody has said something about GRO-1, so it stays as a draft."
    assert krs(writing) == [row]


def test_an_owner_who_leaves_before_it_is_saved_is_named_in_the_advice(writing: Talk) -> None:
    writing.says('add kr "NPS from 30 to 45" @Li')
    writing.office.li.active = False

    told = taps(writing, "kr_more")
    assert told == "[form kr_more_form]"
    assert "Who answers for this one?" in submits(writing, "kr_more", value(writing), weight="2")
    assert submits(writing, "kr_more", value(writing), owner="Li").startswith("owner: Li is no longer here")


def test_a_date_that_is_over_is_shown_and_not_saved(writing: Talk) -> None:
    told = writing.says("add kr Interview 20 customers by 2 Nov")

    assert "The due date 2 Nov is over; please give one to come." in told
    assert "[Save]" not in told
    taps(writing, "kr_save")
    assert krs(writing) == []


def test_words_against_numbers_are_not_saved(writing: Talk) -> None:
    told = writing.says("add kr Lower refund rate from 0.2% to 0.5%")

    assert "❗" in told
    assert "[Save]" not in told
    taps(writing, "kr_save")
    assert krs(writing) == []


def test_a_team_that_is_archived_takes_nothing_new(writing: Talk) -> None:
    """Whoever is in no team that works has nowhere to write."""
    members = writing.office.session.exec(select(m.Membership).where(m.Membership.person_id == writing.office.mei.id))
    for one in members:
        writing.office.session.delete(one)
    writing.office.session.flush()

    assert writing.says(REFUNDS).startswith("You are in no team yet")


def test_a_button_of_another_workspace_is_nothing_here(writing: Talk) -> None:
    assert presses(writing, "add_kr", "nothing") == "That objective is gone; nothing was saved."
    assert presses(writing, "add_objective", "XXX") == "That team is gone; nothing was saved."
    assert presses(writing, "undo_objective", "nothing") == "That draft was taken back; nothing of it is kept."
    assert presses(writing, "edit_draft_objective", "nothing").startswith("It is no draft any more.")
    assert presses(writing, "objective_team", "1:GRO") == "That button has nothing to do any more; nothing was saved."


def test_a_draft_is_seen_on_no_board_and_asked_about_by_nobody(writing: Talk) -> None:
    writing.says(REFUNDS)
    taps(writing, "kr_save")

    (row,) = krs(writing)
    assert row.state is KRState.DRAFT
    assert "Refund" not in writing.says("board")
    assert "Refund" not in writing.says("")
    assert "A draft under O1 Grow: only Growth sees it, and nobody is asked about it." in writing.says("show KR1")
    outsider = writing.office.person("Tom")
    for name in ("KR1", "GRO-1"):
        assert writing.says(f"show {name}", by=outsider).startswith(f"I don't have {name} for you.")
