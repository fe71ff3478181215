"""What is said of a key result that is still a draft stands on it as a comment; a value waits until it is published."""

import pytest
from sqlmodel import select

from storage import models as m
from tests.scenarios.drafted import draft_of_two
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough


def comments(week: Week) -> list[str]:
    return week.look(lambda session: list(session.exec(select(m.Remark.text))))


@pytest.mark.parametrize(
    "text", ["I think KR6 is too hard", "comment KR6 30 is realistic for us", "我觉得 KR6 目标太高"]
)
async def test_words_are_a_comment(week: Week, li: Pretend, text: str) -> None:
    draft_of_two(week)
    await li.types(text)
    li.sees("Thank you; your comment stands on the draft.")
    assert comments(week) == [text]


async def test_a_comment_behind_the_command(week: Week, li: Pretend) -> None:
    draft_of_two(week)
    await li.types("/okr comment KR6 30 is realistic for us")
    assert comments(week) == ["comment KR6 30 is realistic for us"]


async def test_a_value_is_none_yet(week: Week, li: Pretend) -> None:
    draft_of_two(week)
    await li.types("KR6 18 because of the launch")
    li.sees("KR6 is a draft, so it takes no numbers yet and nothing was recorded. /okr publish starts it.")
    assert comments(week) == []
