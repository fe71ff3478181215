"""Buttons of notices: what they say of another time, and of what is with somebody else now (spec/07 §12.5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.handlers.buttons import CLOSED, NOT_YOURS
from bot.handlers.pressed import pressed
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import Pressed
from storage import deliveries
from storage import models as m
from tests.handlers.talk import Talk


def notice_about(talk: Talk, row: m.KeyResult, kind: str) -> m.Delivery:
    """A message of this kind to Mei, sent this minute."""
    subject = f"kr:{row.id}:person:{talk.office.mei.id}"
    deliveries.plan_delivery(
        talk.office.session,
        workspace_id=row.workspace_id,
        kind=kind,
        subject=subject,
        period="once",
        due_at=talk.now,
        now=talk.now,
        person_id=talk.office.mei.id,
        data={"krs": [row.id]},
    )
    sent = deliveries.delivery_of(talk.office.session, kind, subject, "once")
    assert sent is not None
    sent.state, sent.sending_at = m.DeliveryState.SENT, talk.now
    sent.message = {"installation_id": talk.office.installation.id, "channel": "mei", "message_id": "m1", "ref": {}}
    sent.message_id = "m1"
    talk.office.session.add(sent)
    talk.office.session.flush()
    return sent


def press(talk: Talk, action: str, row: m.KeyResult, by: m.Person) -> Reply:
    what = Pressed(action, row.token, "m1")
    turn = talk.turn(by)
    return pressed(replace(turn, inbound=replace(turn.inbound, what=what)), what)


def told(reply: Reply) -> str:
    assert isinstance(reply, Answer), reply
    return str(reply.data["msgid"])


@pytest.mark.parametrize("kind", ["stale", "feed_quiet"])
def test_a_notice_of_last_month_says_that_it_is_closed(talk: Talk, kind: str) -> None:
    row = talk.office.renewals()
    sent = notice_about(talk, row, kind)
    assert isinstance(press(talk, "form_kr", row, talk.office.mei), FormRequest)

    sent.sending_at = talk.now - timedelta(days=30)
    talk.office.session.flush()

    assert told(press(talk, "form_kr", row, talk.office.mei)) == CLOSED


def test_a_notice_is_answered_by_whom_it_went_to(talk: Talk) -> None:
    row = talk.office.renewals()
    notice_about(talk, row, "feed_quiet")

    assert told(press(talk, "form_kr", row, talk.office.bea)) == NOT_YOURS


def test_who_answers_for_it_no_more_tells_the_lead_nothing(talk: Talk) -> None:
    row = talk.office.renewals()
    talk.office.kr(3)
    row.lead_owner_id = talk.office.li.id
    talk.office.session.flush()

    assert told(press(talk, "not_mine_kr", row, talk.office.mei)).endswith("so nothing was changed.")
    assert talk.office.session.exec(select(m.Delivery).where(m.Delivery.kind == "not_mine")).all() == []
