"""What reading a typed reply asks of the database: few statements, however many key results there are."""

from datetime import timedelta

from bot.handlers.words import typed
from bot.intake.conversation import Answer
from bot.intake.inbound import Typed
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.counting import statements

OF_A_REPLY = 35
"""Reading, storing, asking back and bringing up to date what shows it."""
MORE_FOR_EACH = 5
"""One more key result in the same reply: its three rows, its questions back, and what follows from it."""


def grow(talk: Talk, numbers: range) -> list[m.KeyResult]:
    """Key results of Mei's, with something said about each."""
    office = talk.office
    rows = [office.kr(number, f"Title {number}", unit="%") for number in numbers]
    for row in rows:
        office.say(row, talk.now - timedelta(days=7), by=office.mei, value="30", self_score="0.7")
    return rows


def sent(talk: Talk, text: str) -> list[str]:
    """The statements of one reply of Mei's in the DM."""
    office = talk.office
    turn = talk.turn(office.mei)

    def replies() -> None:
        reply = typed(turn, Typed(text))
        assert isinstance(reply, Answer), reply
        assert reply.name == "echo"
        office.session.flush()

    return statements(office.session, replies, [office.mei, turn.inbox])


def test_a_reply_takes_few_statements(talk: Talk) -> None:
    talk.office.ask(grow(talk, range(1, 4)))

    clear = sent(talk, "KR1 34%")
    asked = sent(talk, "KR2 +2%")

    assert len(clear) <= OF_A_REPLY, "\n".join(clear)
    assert len(asked) <= OF_A_REPLY, "\n".join(asked)


def test_a_reply_takes_as_many_statements_however_many_key_results_there_are(talk: Talk) -> None:
    rows = grow(talk, range(1, 4))
    talk.office.ask(rows)
    sent(talk, "KR1 34%")
    few = sent(talk, "KR2 34%")  # which closes the question about where KR1 lands

    talk.office.ask([*rows, *grow(talk, range(4, 24))], talk.now + timedelta(days=1))

    many = sent(talk, "KR3 34%")
    assert len(many) <= len(few), "\n".join(sorted(many))


def test_each_further_key_result_of_a_reply_adds_its_own_rows_alone(talk: Talk) -> None:
    talk.office.ask(grow(talk, range(1, 9)))

    one = sent(talk, "KR1 34%, 0.7")
    seven = sent(talk, "; ".join(f"KR{number} 34%, 0.7" for number in range(2, 9)))

    assert len(seven) - len(one) <= 6 * MORE_FOR_EACH, f"{len(one)}, then {len(seven)}"
