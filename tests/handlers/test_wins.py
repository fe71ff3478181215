"""Wins: how a line is read, whom it thanks, and taking one back (spec/06 §11.1, spec/07 §12.8)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.cards.model import Button
from bot.cards.plain import plain_text
from bot.handlers.naming import NotOneError
from bot.handlers.pressed import pressed
from bot.handlers.wins import submitted
from bot.intake.conversation import Answer, FormRequest, Reply
from bot.intake.inbound import FormErrors, Pressed, Submitted
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import controls


@pytest.fixture
def team(talk: Talk) -> Talk:
    """Growth, where Mei owns KR2, and Support, which is none of hers."""
    talk.office.renewals()
    talk.office.found_team("SUP", "Customer Support")
    return talk


def wins(talk: Talk) -> Sequence[m.Win]:
    return talk.office.session.exec(select(m.Win).order_by(col(m.Win.id))).all()


def press(talk: Talk, action: str, value: str, by: m.Person | None = None) -> str:
    person = by or talk.office.mei
    try:
        reply = pressed(talk.turn(person), Pressed(action, value))
    except NotOneError as error:
        reply = error.reply
    assert isinstance(reply, Answer), reply
    return plain_text(talk.render(reply, person))


def support(talk: Talk) -> m.Team:
    return talk.office.session.exec(select(m.Team).where(m.Team.key == "SUP")).one()


@pytest.mark.parametrize(
    "words",
    [
        '"Acme renewed early" KR2 thanks @sup', "Acme renewed early KR2 thanks SUP",
        "KR2: Acme renewed early, thanks to SUP",
        "Acme renewed early (thanks Customer Support) KR2", "Acme renewed early thanks @CustomerSupport KR2",
        "Acme renewed early KR2，感谢Customer Support", '"Acme renewed early" thanks <!subteam^S01|@sup> KR2',
    ],
)  # fmt: skip
def test_a_win_may_be_told_in_any_order(team: Talk, words: str) -> None:
    answer = team.says(f"win {words}")

    (win,) = wins(team)
    assert (win.text, win.kr_id is not None, win.thanks_team_id) == ("Acme renewed early", True, support(team).id)
    assert (win.by_id, win.source) == (team.office.mei.id, m.WinSource.SAID)
    assert answer == "Win noted: Acme renewed early → KR2 · thanks Customer Support [Undo]"


def test_a_win_is_said_back_in_chinese(talk_zh: Talk) -> None:
    talk_zh.office.renewals()
    talk_zh.office.found_team("SUP", "支持组")

    assert talk_zh.says("亮点 Acme 提前续约，感谢支持组 KR2") == "亮点已记下：Acme 提前续约 → KR2 · 感谢支持组 [撤销]"


def test_a_team_that_is_thanked_reads_it(team: Talk) -> None:
    team.says('win "Acme renewed early" thanks @sup')

    planned = team.office.session.exec(select(m.Delivery).where(m.Delivery.kind == "win_thanks")).one()
    assert planned.team_id == support(team).id


def test_thanks_to_a_person_are_part_of_the_words(team: Talk) -> None:
    team.says(f'win "Acme renewed early" thanks @{team.office.li.handle}')

    assert [(one.text, one.thanks_team_id) for one in wins(team)] == [('"Acme renewed early" thanks Li', None)]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ('""', 'What went well? Say for example: win "Acme renewed early" KR1 thanks @support'),
        ("KR2", 'What went well? Say for example: win "Acme renewed early" KR1 thanks @support'),
        ("x" * 201, "A win has at most 200 characters; nothing was recorded."),
        ('"Acme" thanks @nobody', "I don't know a team called nobody. Try its key, such as GRO."),
        ('"Acme" KR9', "I don't have KR9 for you. Yours: KR2"),
        ('"Acme" SUP-1', "I don't have SUP-1 for you. Yours: KR2"),
    ],
)
def test_what_is_no_win_gets_one_sentence(team: Talk, words: str, answer: str) -> None:
    assert team.says(f"win {words}") == answer
    assert wins(team) == []


def test_an_emoji_is_a_win(team: Talk) -> None:
    team.says("win 🎉")

    assert [one.text for one in wins(team)] == ["🎉"]


def test_undo_takes_a_win_back_once(team: Talk) -> None:
    reply = team.reply('win "Acme renewed early"')
    assert isinstance(reply, Answer)
    (undo,) = (one for one in controls(team.render(reply, team.office.mei)) if isinstance(one, Button))

    assert (
        press(team, undo.action, undo.value, team.office.li) == "Somebody else told that one, so nothing has changed."
    )
    assert press(team, undo.action, undo.value) == "Taken back: Acme renewed early"
    assert press(team, undo.action, undo.value) == "That is taken back already."
    assert wins(team) == []
    assert plain_text(team.render(reply, team.office.mei)) == "Taken back: Acme renewed early"


def test_the_undo_of_a_day_ago_takes_nothing_back(team: Talk) -> None:
    team.says('win "Acme renewed early"')
    (win,) = wins(team)
    win.at -= timedelta(hours=25)

    assert press(team, "win_undo", str(win.id)) == "That was more than 24 hours ago, so it stays."
    assert press(team, "win_undo", "nonsense") == "That is taken back already."


def test_undo_in_words_takes_a_win_back_too(team: Talk) -> None:
    team.says('win "Acme renewed early"')

    assert "Taken back: Acme renewed early" in team.says("undo")
    assert wins(team) == []


def test_an_outsider_tells_no_win(team: Talk) -> None:
    assert team.says('win "Acme"', by=team.office.person("Eve")) == "You are in no team yet, so nothing was recorded."


# --- the form ---------------------------------------------------------------------------------------------


def send(talk: Talk, by: m.Person | None = None, **values: Any) -> Reply:
    try:
        return submitted(talk.turn(by or talk.office.mei), Submitted("win", "GRO", values))
    except NotOneError as error:
        return error.reply


def test_the_form_offers_key_results_and_teams(team: Talk) -> None:
    for reply in (team.reply("win"), pressed(team.turn(team.office.mei), Pressed("win_form", "team:GRO"))):
        assert isinstance(reply, FormRequest)
        assert [one["label"] for one in reply.data["krs"]] == ["KR2 Self-serve renewals"]
        assert [one["value"] for one in reply.data["teams"]] == ["SUP"]


def test_the_form_stores_what_it_says(team: Talk) -> None:
    token = team.office.session.exec(select(m.KeyResult.token)).one()

    reply = send(team, text=" Acme  renewed ", kr=token, thanks="SUP")

    assert isinstance(reply, Answer)
    assert plain_text(team.render(reply, team.office.mei)).startswith("Win noted: Acme renewed → KR2 · thanks Customer")


@pytest.mark.parametrize("text", ["", "  ", "x" * 201])
def test_a_form_that_cannot_be_read_comes_back(team: Talk, text: str) -> None:
    back = send(team, text=text)

    assert isinstance(back, FormErrors)
    assert list(back.errors) == ["text"]
    assert wins(team) == []


def test_a_form_of_another_team_stores_nothing(team: Talk) -> None:
    reply = send(team, team.office.person("Eve"), text="Acme")

    assert isinstance(reply, Answer)
    assert "are added by its members" in plain_text(team.render(reply, team.office.mei))
    assert wins(team) == []
