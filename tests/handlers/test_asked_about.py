"""A question about a key result is answered, and nothing is recorded; what only looks like one stays an answer."""

import pytest
from sqlmodel import select

from bot.cards.plain import plain_text
from bot.handlers.typed import reply_in_words
from bot.intake.conversation import Answer
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import at


@pytest.fixture
def renewals(talk: Talk) -> m.KeyResult:
    """KR2 of Mei, last read on 10 November."""
    row = talk.office.renewals()
    talk.office.say(row, at(10, 11), value="28", self_score="0.7")
    return row


def told(talk: Talk, text: str) -> str:
    reply = reply_in_words(talk.turn(talk.office.mei), text)
    assert isinstance(reply, Answer), reply
    talk.office.session.flush()
    return plain_text(talk.render(reply, talk.office.mei))


def said(talk: Talk) -> int:
    return len(talk.office.session.exec(select(m.CheckIn)).all())


@pytest.mark.parametrize(
    "words",
    ["KR2 谁负责", "KR2 谁负责？", "who owns KR2?", "who owns KR2", "what is KR2", "KR2怎么算", "KR2 how is it counted",
     "KR2 is it on track?", "is KR2 on track?", "谁负责KR2", "KR2 还好吗", "KR2 why"],
)  # fmt: skip
def test_a_question_is_answered_and_never_recorded(talk: Talk, renewals: m.KeyResult, words: str) -> None:
    answer = told(talk, words)

    assert answer.startswith("GRO-2 Self-serve renewals is with Mei. Last update: 10 Nov, 28% / 50%.")
    assert "I took that for a question, so nothing was recorded." in answer
    assert "[Details] [Why]" in answer
    assert said(talk) == 1
    if words.startswith("KR2"):
        assert talk.says(words) == answer


@pytest.mark.parametrize(
    "words",
    ["KR2 why: legal blocked us", "KR2 31%?", "KR2 blocked on legal", "KR2 30%, who knows", "KR2 no change",
     "KR2: what we learned: they want it"],
)  # fmt: skip
def test_an_answer_stays_an_answer(talk: Talk, renewals: m.KeyResult, words: str) -> None:
    assert "I took that for a question" not in told(talk, words)


def test_a_label_that_nobody_has_is_told(talk: Talk, renewals: m.KeyResult) -> None:
    assert told(talk, "who owns KR9?") == "I don't have KR9 for you. Yours: KR2"
    assert said(talk) == 1
