"""A message that is picked by its menu: the form opens with its words, for whoever may add something."""

import pytest
from sqlmodel import select

from bot.cards.plain import plain_form, plain_text
from bot.handlers import next_steps, picking, wins
from bot.handlers.router import handle
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Inbound, Nothing, Place, Pressed, Shortcut, Submitted, What
from bot.intake.stored import to_json
from bot.views.forms import render_form
from storage import models as m
from tests.handlers.talk import Talk


@pytest.fixture
def team(talk: Talk) -> Talk:
    """Mei answers for KR2 of Growth; Bea leads."""
    talk.office.renewals()
    return talk


def does(talk: Talk, what: What, by: m.Person | None = None) -> tuple[Reply, m.Inbox]:
    person = by or talk.office.mei
    turn = talk.turn(person)
    inbound = Inbound(
        "console", "console", turn.inbox.key, str(person.id), Place.CHANNEL, "#growth", talk.now, what, trigger="t"
    )
    turn.inbox.body, turn.inbox.person_id = to_json(inbound), person.id
    reply = handle(Turn(turn.session, turn.inbox, inbound, person, turn.now, can_open_forms=True, say=turn.say))
    turn.session.flush()
    return reply, turn.inbox


def form_of(talk: Talk, reply: Reply) -> str:
    assert isinstance(reply, FormRequest), reply
    form = render_form(talk.office.session, talk.office.cards, talk.office.mei, reply.name, reply.data, talk.now)
    return plain_form(form)


def said(talk: Talk, reply: Reply, by: m.Person | None = None) -> str:
    assert isinstance(reply, Answer), reply
    return plain_text(talk.render(reply, by or talk.office.mei))


@pytest.mark.parametrize("name", ["next_step", "win"])
def test_the_form_opens_with_the_words_and_the_key_result_is_chosen_in_it(team: Talk, name: str) -> None:
    li = team.office.li
    reply, _ = does(team, Shortcut(name, f"@{li.handle}, can we call\nAcme before Friday?"))

    shown = form_of(team, reply)
    assert "Li, can we call Acme before Friday?" in shown
    assert "KR2 Self-serve renewals" in shown


def test_what_the_form_says_is_noted_once(team: Talk) -> None:
    reply, _ = does(team, Shortcut("next_step", "call Acme"))
    assert isinstance(reply, FormRequest)
    saved, _ = does(team, Submitted("next_step", reply.data["token"], {"text": "call Acme"}))

    assert isinstance(saved, Answer)
    (step,) = team.office.session.exec(select(m.NextStep)).all()
    assert (step.text, step.owner_id) == ("call Acme", team.office.mei.id)


@pytest.mark.parametrize("name", ["next_step", "win"])
def test_a_message_without_words_opens_an_empty_form(team: Talk, name: str) -> None:
    reply, _ = does(team, Shortcut(name, ""))
    assert isinstance(reply, FormRequest)
    assert reply.data["text"] == ""


def test_a_long_message_ends_with_a_whole_word(team: Talk) -> None:
    reply, _ = does(team, Shortcut("next_step", "word " * 4_000))
    assert isinstance(reply, FormRequest)
    text = reply.data["text"]
    assert len(text) <= next_steps.MOST_TEXT
    assert text.endswith(" word…")

    reply, _ = does(team, Shortcut("win", "赢" * 500))
    assert isinstance(reply, FormRequest)
    assert reply.data["text"] == "赢" * (wins.MOST_TEXT - 1) + "…"


def test_who_is_not_known_here_is_left_out(team: Talk) -> None:
    reply, _ = does(team, Shortcut("win", "thanks <@U404NOBODY> , we won"))
    assert isinstance(reply, FormRequest)
    assert reply.data["text"] == "thanks, we won"


@pytest.mark.parametrize("name", ["next_step", "win"])
def test_in_several_teams_the_team_is_asked_and_the_words_are_kept(team: Talk, name: str) -> None:
    office = team.office
    sales = office.found_team("SAL", "Sales")
    office.kr(1, "Leads", team=sales)
    asked, inbox = does(team, Shortcut(name, "call Acme"))
    assert said(team, asked).startswith("Which team?")

    reply, _ = does(team, Pressed(picking._ACTIONS[name], f"{inbox.id}:SAL"))
    assert isinstance(reply, FormRequest)
    assert reply.data["text"] == "call Acme"
    assert reply.data["token"].endswith("SAL")


def test_a_button_of_somebody_else_or_of_nothing_opens_nothing(team: Talk) -> None:
    office = team.office
    sales = office.found_team("SAL", "Sales")
    office.kr(1, "Leads", team=sales)
    _, inbox = does(team, Shortcut("win", "call Acme"))

    for value, by in ((f"{inbox.id}:SAL", office.bea), ("x:SAL", None), (f"{inbox.id}:NO", None), ("9" * 30, None)):
        reply, _ = does(team, Pressed("picked_win", value), by)
        assert said(team, reply).startswith("That button has nothing to do any more"), value
    reply, _ = does(team, Pressed("picked_step", f"{inbox.id}:SAL"))
    assert said(team, reply).startswith("That button has nothing to do any more")


def test_who_is_in_no_team_is_told_so(team: Talk) -> None:
    reply, _ = does(team, Shortcut("win", "call Acme"), team.office.li)
    assert said(team, reply, team.office.li) == "You are in no team yet, so nothing was recorded."


def test_an_unknown_entry_of_the_menu_does_nothing(team: Talk) -> None:
    reply, _ = does(team, Shortcut("something else", "call Acme"))
    assert reply == Nothing()


def test_what_cannot_be_saved_stays_in_the_form(team: Talk) -> None:
    reply, _ = does(team, Submitted("next_step", "team:GRO", {"text": "call Acme", "due": "some day"}))
    assert isinstance(reply, FormErrors)
    assert list(reply.errors) == ["due"]
