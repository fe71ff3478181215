"""Orders in everyday words become the command that does them; what may be an answer is asked about, or left alone."""

import json
from pathlib import Path

import pytest

from bot.handlers.plain_orders import understood
from bot.handlers.recording import fresh_view
from tests.handlers.talk import Talk

REPLIES = Path(__file__).parents[1] / "data" / "replies.jsonl"


@pytest.fixture
def busy(talk: Talk) -> Talk:
    """Mei answers for one key result of Growth; there is another team."""
    talk.office.renewals()
    talk.office.found_team("SUP", "Support")
    return talk


SURE = [
    ("set the target of KR2 to 210 because calmer", "edit KR2 target 210 because calmer"),
    ("please lower KR2's target from 300 to 210", "edit KR2 target 210"),
    ("raise the target of KR2 by 20", "edit KR2 target"),
    ("把KR1目标改成350，因为更忙", "edit KR1 目标 350 because 更忙"),
    ("KR1目标值调整到350", "edit KR1 目标值 350"),
    ("KR2: change the target to 210", "edit KR2 target 210"),
    ("KR1的目标从300改为350", "edit KR1 目标 350"),
    ("KR1 截止日期改到12月20日", "edit KR1 截止日期 12月20日"),
    ("delete KR2", "drop KR2"),
    ("remove KR2 because KR3 covers it", "drop KR2 because KR3 covers it"),
    ("删除KR1", "drop KR1"),
    ("rename KR2 to Calls per week", "edit KR2 title Calls per week"),
    ("KR1 改名为 回访电话", "edit KR1 title 回访电话"),
    ("pause KR2 for two weeks", "pause KR2 until 2026-11-26"),
    ("暂停KR2两周", "pause KR2 until 2026-11-26"),
    ("extend KR2 to 15 Dec because slow", "edit KR2 due 15 Dec because slow"),
    ("give KR2 to @li", "own KR2 @li"),
    ("KR1 交给 @tom", "own KR1 @tom"),
    ("archive Support", "members SUP"),
    ("merge SUP into GRO", "members SUP"),
    ('depends KR2 on Support "Phone script"', 'depends KR2 on Support "Phone script"'),
]
ASKED = [
    ("KR2 target 210", "edit KR2 target 210"), ("target 210", "edit KR2 target 210"),
    ("new target is 210", "edit KR2 target 210"), ("目标改为350", "edit KR2 目标 350"),
    ("change the target to 210 because calmer", "edit KR2 target 210 because calmer"),
    ("KR1的目标改成了350", "edit KR1 目标 350"), ("目标由300改为350", "edit KR2 目标 350"),
    ("target changed to 210", "edit KR2 target 210"), ("we raised the target of KR2 to 210", "edit KR2 target 210"),
    ("KR2's target is now set to 210", "edit KR2 target 210"), ("KR1 目标 350", "edit KR1 目标 350"),
    ("due date 20 Dec", "edit KR2 due date 20 Dec"),
    ("截止日期改到12月20日", "edit KR2 截止日期 12月20日"), ("KR2 owner @li", "own KR2 @li"),
    ("set the target of KR2 to 210, now 31", "edit KR2 target 210, now 31"),
]  # fmt: skip
LEFT_ALONE = [
    "KR2 31%", "delete KR2 slides from the deck", "remove KR2 from the report, 31%", "give KR2 to legal", "give up",
    "target missed", "目标完成到350", "离目标还差 20", "KR2 target reached", "archive is slow", "merge done, 31%",
    "pause KR2 for legal", "extend KR2 to more shops", "KR2 31%, target 45%", "moved the target", "due to illness",
]  # fmt: skip


@pytest.mark.parametrize(("text", "command"), SURE)
def test_a_plain_order_is_the_command(busy: Talk, text: str, command: str) -> None:
    assert _understood(busy, text) == (command, True)


@pytest.mark.parametrize(("text", "command"), ASKED)
def test_what_may_be_an_update_is_asked_about(busy: Talk, text: str, command: str) -> None:
    assert _understood(busy, text) == (command, False)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_tells_how_it_stands_is_left_alone(busy: Talk, text: str) -> None:
    assert _understood(busy, text) is None


def test_no_answer_to_a_check_in_is_an_order(busy: Talk) -> None:
    replies = [json.loads(line)["reply"] for line in REPLIES.read_text(encoding="utf-8").splitlines()]

    assert [one for one in replies if _understood(busy, one) is not None] == []


def _understood(busy: Talk, text: str) -> tuple[str, bool] | None:
    turn = busy.turn(busy.office.mei)
    found = understood(turn, fresh_view(turn), text)
    return None if found is None else (found.command, found.sure)
