"""What an answer teaches about how somebody writes: used from the next reply on, shown and changed in the settings."""

import pytest
from sqlmodel import Session, col, select

from bot.cards.model import FieldValue
from storage import models as m
from tests.scenarios.week import Pretend, Week

MINE: dict[str, FieldValue] = {"days": ("0", "1", "2", "3", "4"), "ask_day": "meeting"}


def habits(week: Week, handle: str) -> tuple[str, str]:
    """What a percentage means, and how numbers are written."""

    def read(session: Session) -> tuple[str, str]:
        person = session.exec(select(m.Person).where(col(m.Person.handle) == handle)).one()
        return person.percent_means.value, person.number_style.value

    return week.look(read)


def value(week: Week, key: str) -> str:
    """The newest number that counts."""
    rows = [row for row in week.said_of(key) if row.undone_at is None and row.value is not None]
    return f"{rows[-1].value:f}"


async def test_a_percentage_is_asked_about_once(week: Week, mei: Pretend) -> None:
    await mei.types("70%")
    mei.sees("I'll remember.")
    await mei.taps("Of the way")
    assert value(week, "GRO-1") == "51000"
    assert habits(week, "mei") == ("way", "dot")

    await mei.types("80%")

    assert value(week, "GRO-1") == "54000"
    assert "I'll remember" not in mei.newest()
    mei.sees("80% of the way = $54k")


async def test_an_answer_in_words_teaches_as_well(week: Week, mei: Pretend) -> None:
    await mei.types("70%")
    await mei.types("landing")

    assert habits(week, "mei") == ("landing", "dot")


async def test_how_numbers_are_written_is_asked_about_once(week: Week, jack: Pretend) -> None:
    await jack.types("KR3 1.250")
    jack.sees("I'll remember how you write numbers.")
    await jack.taps("1,250")
    assert habits(week, "jack") == ("ask", "comma")

    await jack.types("KR3 9.300")

    jack.sees("9.3k is far from 1,250. Sure?")


async def test_it_is_shown_and_changed_in_the_settings(week: Week, mei: Pretend) -> None:
    await mei.types("70%")
    await mei.taps("Of the way")

    await mei.types("/okr settings")
    assert "how much of the way is done" in mei.form()
    await mei.fills_in(**MINE, lang="en", numbers="dot", percents="ask")

    mei.sees("a percentage means: how much of the way is done → ask me")
    await mei.types("80%")
    mei.sees("I'll remember.")


async def test_undo_takes_the_habit_back(week: Week, mei: Pretend) -> None:
    await mei.types("70%")
    await mei.taps("Of the way")

    await mei.types("undo")

    assert habits(week, "mei") == ("ask", "dot")
    mei.sees("I'll ask again what a percentage means.")


async def test_the_undo_button_takes_it_back_too(week: Week, jack: Pretend) -> None:
    await jack.types("KR3 1.250")
    await jack.taps("1,250")

    await jack.taps("Undo")

    assert habits(week, "jack") == ("ask", "dot")


async def test_what_was_set_since_stays(week: Week, mei: Pretend) -> None:
    await mei.types("70%")
    await mei.taps("Of the way")
    await mei.types("/okr settings")
    await mei.fills_in(**MINE, lang="en", numbers="dot", percents="target")

    await mei.types("undo")

    assert habits(week, "mei") == ("target", "dot")


async def test_a_colleague_teaches_nothing(week: Week, mei: Pretend, li: Pretend) -> None:
    await mei.types("70%")
    message, button = mei.finds("Of the way")

    await li.taps_on(message, button)

    assert habits(week, "mei") == habits(week, "li") == ("ask", "dot")


async def test_a_button_of_an_old_question_teaches_nothing(week: Week, mei: Pretend) -> None:
    await mei.types("70%")
    message, button = mei.finds("Of the way")
    await mei.types("46k")

    await mei.taps_on(message, button)

    assert habits(week, "mei") == ("ask", "dot")
    assert value(week, "GRO-1") == "46000"


@pytest.mark.parametrize(("label", "means"), [("预计最后达到", "landing"), ("目标的百分比", "target")])
async def test_in_chinese(elsewhere: Week, lin: Pretend, label: str, means: str) -> None:
    await lin.types("70%")
    lin.sees("我会记住")

    await lin.taps(label)

    assert habits(elsewhere, "lin") == (means, "dot")
    await lin.types("80%")
    assert "我会记住" not in lin.newest()
    await lin.types("撤销")
    await lin.types("撤销")
    assert habits(elsewhere, "lin") == ("ask", "dot")
    lin.sees("百分数的意思，我会再问你。")


async def test_numbers_in_chinese(elsewhere: Week, lin: Pretend) -> None:
    await lin.types("1.250")
    lin.sees("我会记住你的写法")

    await lin.taps("1,250家")

    assert habits(elsewhere, "lin") == ("ask", "comma")
