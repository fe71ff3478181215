"""What is said in a team's channel is about that team, where a label or a line could be another's too."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from bot.cards.plain import plain_text
from bot.handlers.commands import command
from bot.handlers.pressed import pressed
from bot.intake.conversation import Answer, Reply
from bot.intake.inbound import Command, Place, Pressed
from bot.intake.stored import to_json
from storage import models as m
from tests.handlers.talk import Talk

CHANNEL = "growth"


@pytest.fixture
def both(talk: Talk) -> Talk:
    """Mei answers for a KR4 in Growth and a KR4 in Support; Growth has a channel."""
    office = talk.office
    office.kr(4, "Phone support calls", ends=("400", "600"))
    support = office.found_team("SUP", "Support")
    office.kr(4, "Orders without calls", team=support, ends=("100", "200"))
    growth = office.session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
    growth.channel_ref = {"channel": CHANNEL}
    growth.installation_id = office.session.exec(select(m.Installation.id)).first()
    office.session.flush()
    return talk


def says(both: Talk, text: str, *, channel: str = CHANNEL) -> Reply:
    turn = both.turn(both.office.mei)
    inbound = replace(turn.inbound, place=Place.CHANNEL, channel=channel, what=Command(text))
    turn.inbox.body = to_json(inbound)
    turn.inbox.person_id = both.office.mei.id
    return command(replace(turn, inbound=inbound), text)


def test_a_bare_label_means_the_team_of_the_channel(both: Talk) -> None:
    says(both, "KR4 420")

    (row,) = both.office.session.exec(select(m.CheckIn)).all()
    kr = both.office.session.get_one(m.KeyResult, row.kr_id)
    assert (kr.title, int(row.value or 0)) == ("Phone support calls", 420)


def test_elsewhere_it_is_asked_about_as_ever(both: Talk) -> None:
    says(both, "KR4 420", channel="random")

    assert both.office.session.exec(select(m.CheckIn)).all() == []
    assert both.office.session.exec(select(m.Clarification.code)).all() == ["Q_WHICH_KR"]


@pytest.mark.parametrize("text", ['next "Call the guests" KR4 by Tuesday', 'next "Call the guests" by Tuesday'])
def test_a_next_step_is_of_the_team_of_the_channel(both: Talk, text: str) -> None:
    says(both, text)

    (step,) = both.office.session.exec(select(m.NextStep)).all()
    assert both.office.session.get_one(m.Team, step.team_id).key == "GRO"


def test_which_one_a_next_step_is_for_is_asked_with_buttons(both: Talk) -> None:
    asked = says(both, 'next "Call the guests" KR4', channel="random")
    assert isinstance(asked, Answer)
    assert "[GRO-4] [SUP-4]" in plain_text(both.render(asked, both.office.mei))

    pressed(both.turn(both.office.mei), Pressed("step_team", f"{asked.data['asked']}:SUP"))

    (step,) = both.office.session.exec(select(m.NextStep).order_by(col(m.NextStep.id))).all()
    assert (both.office.session.get_one(m.Team, step.team_id).key, step.kr_id is not None) == ("SUP", True)
