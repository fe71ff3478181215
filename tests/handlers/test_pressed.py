"""Buttons whose key result is out of sight, and an Undo that has no message of its own to change."""

from typing import Any

import pytest

from bot.handlers.buttons import GONE
from bot.handlers.forms import submitted
from bot.handlers.pressed import pressed
from bot.intake.conversation import Answer
from bot.intake.inbound import Pressed, Submitted
from bot.okr.model import KRState
from bot.okr.replies import AskFacts, Code
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import at


def out_of_sight(talk: Talk, code: Code = Code.Q_HELP) -> m.Clarification:
    """Mei was asked something about a key result; then it was dropped."""
    row = talk.office.renewals()
    question = talk.office.ask_back(row, code, AskFacts())
    row.state = KRState.DROPPED
    row.lead_owner_id = None
    talk.office.session.flush()
    return question


def told(reply: Any) -> str:
    """The sentence of a notice."""
    assert isinstance(reply, Answer), reply
    return str(reply.data["msgid"])


@pytest.mark.parametrize(
    ("code", "option"), [(Code.Q_HELP, "ask_team"), (Code.Q_HELP, "nothing"), (Code.Q_OWNER, "ask_lead")]
)
def test_a_question_about_what_is_gone_records_nothing(talk: Talk, code: Code, option: str) -> None:
    question = out_of_sight(talk, code)
    reply = pressed(talk.turn(talk.office.mei), Pressed("answer", f"{question.token}:{option}"))
    assert told(reply) == GONE


def test_a_form_about_what_is_gone_records_nothing(talk: Talk) -> None:
    question = out_of_sight(talk)
    sent = Submitted("help_wanted", question.token, {"help": "A designer"})
    assert "gone; nothing was recorded" in told(submitted(talk.turn(talk.office.mei), sent))


def test_an_undo_on_a_private_answer_says_what_counts_again(talk: Talk) -> None:
    row = talk.office.renewals()
    talk.office.say(row, at(5, 11), value="31")
    answer = talk.office.say(row, at(12, 9), value="33", prompt=talk.office.ask([row]))

    reply = pressed(talk.turn(talk.office.mei), Pressed("undo", answer.token))

    assert isinstance(reply, Answer)
    assert (reply.name, reply.data["restored"]) == ("echo", [row.id])
