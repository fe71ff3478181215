"""`undo` takes back the newest of all that somebody did: an entry, a pause, a drop, a handover."""

from datetime import timedelta

import pytest

from bot.cards.model import Button
from bot.cards.plain import plain_text
from bot.handlers.topics import BUTTONS
from bot.intake.conversation import Answer
from bot.okr.model import KRState
from storage import models as m
from storage.owning import owners_now
from tests.handlers.talk import Talk
from tests.views.asked import at

NOTHING = "There is nothing to take back: no entry of yours in the last 24 hours."


@pytest.fixture
def row(talk: Talk) -> m.KeyResult:
    """KR2 of Mei, last read on 10 November; Bea leads."""
    row = talk.office.renewals()
    talk.office.say(row, at(10, 11), value="28", self_score="0.7")
    return row


def press(talk: Talk, button: Button, by: m.Person) -> str:
    reply = BUTTONS[button.action](talk.turn(by), button.value)
    assert isinstance(reply, Answer)
    return plain_text(talk.render(reply, by))


@pytest.mark.parametrize("words", ["drop KR2 because of the market", "pause KR2 because legal looks at it"])
def test_undo_right_after_a_decision_takes_it_back(talk: Talk, row: m.KeyResult, words: str) -> None:
    talk.says(words)

    assert "KR2 Self-serve renewals is active." in talk.says("undo")
    assert row.state is KRState.ACTIVE
    assert talk.says("undo") == NOTHING


def test_undo_takes_back_that_it_was_resumed(talk: Talk, row: m.KeyResult) -> None:
    talk.says("pause KR2 because legal looks at it")
    talk.says("resume KR2")
    talk.says("undo")

    assert row.state is KRState.PAUSED


def test_the_newest_goes_first(talk: Talk, row: m.KeyResult) -> None:
    talk.says("drop KR2 because of the market")
    talk.says("resume KR2")
    talk.says("pause KR2 because legal looks at it")
    talk.says("KR2 31%")

    assert talk.says("undo").startswith("Back to 28% (10 Nov).")
    assert row.state.value == "paused"
    talk.says("undo")
    assert row.state.value == "active"


def test_what_is_a_day_old_stays(talk: Talk, row: m.KeyResult) -> None:
    talk.says("drop KR2 because of the market")
    talk.now += timedelta(hours=24)

    assert talk.says("undo") == NOTHING
    assert row.state is KRState.DROPPED


def test_what_somebody_else_did_stays(talk: Talk, row: m.KeyResult) -> None:
    talk.says("drop KR2 because of the market", by=talk.office.bea)

    assert talk.says("undo") == NOTHING
    assert row.state is KRState.DROPPED


def test_undo_takes_a_handover_back_though_it_is_not_theirs_any_more(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    talk.says(f"own KR2 @{office.li.handle} @{office.bea.handle}")

    assert talk.says("undo") == "GRO-2 Self-serve renewals is with Mei now. I'll let Li and Bea know."
    assert owners_now(office.session, row) == (office.mei.id,)
    assert talk.says("undo") == NOTHING


def test_a_handover_has_an_undo_of_its_own_which_works_once(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    (button,) = talk.buttons(f"own KR2 @{office.li.handle}")

    assert button.label == "Undo"
    assert press(talk, button, office.li).startswith("That key result is gone")
    assert press(talk, button, office.mei) == "GRO-2 Self-serve renewals is with Mei now. I'll let Li know."
    assert press(talk, button, office.mei) == "That is taken back already."
    assert owners_now(office.session, row) == (office.mei.id,)


def test_a_handover_that_was_changed_again_stays(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    (button,) = talk.buttons(f"own KR2 @{office.li.handle}")
    talk.says(f"own KR2 @{office.bea.handle}", by=office.bea)

    assert press(talk, button, office.mei) == "GRO-2 was changed again since, so that stays as it is."
    assert talk.says("undo") == NOTHING
    assert owners_now(office.session, row) == (office.bea.id,)


def test_a_first_owner_is_taken_back_to_none(talk: Talk, row: m.KeyResult) -> None:
    office = talk.office
    row.lead_owner_id = None
    office.session.flush()
    talk.says("own GRO-2 me", by=office.bea)

    assert talk.says("undo", by=office.bea) == "GRO-2 Self-serve renewals has no owner now."
