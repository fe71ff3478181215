"""Typed in a DM without a slash: a command with what belongs to it, or an answer; never the one for the other."""

import pytest
from sqlmodel import select

from bot.handlers.meant import is_command
from bot.handlers.recording import fresh_view
from bot.okr.model import KRType
from bot.okr.replies import Ask, Code
from storage import models as m
from tests.handlers.talk import Talk
from tests.views.asked import at


@pytest.fixture
def busy(talk: Talk) -> Talk:
    """Mei answers for a rate and for calls in Growth, and for hiring in Support: a bare line could be about any."""
    office = talk.office
    office.renewals()
    office.kr(3, "Win rate", ends=("20", "60"), unit="%")
    calls = office.kr(4, "Phone support calls", KRType.DECREASE, ends=("400", "200"))
    office.say(calls, at(5, 11), value="380")
    support = office.found_team("SUP", "支持组")
    office.kr(2, "Hire agents", team=support)
    return talk


COMMANDS = [
    "board GRO", "board Growth", "board gro please", "board 支持组", "看板 GRO", "看板 支持组", "board Sales",
    "board team Sales", "report team GRO", "report GRO", "report team GRO quarter", "周报 团队 SUP", "周报 SUP",
    "report team Sales", "export team", "export json", "export team GRO", "export csv SUP", "export company",
    "导出 团队", "导出 支持组", "export xlsx", "export GRO", "lang fr", "language French", "语言 法语",
    "timezone Mars", "timezone Europe/Atlantis", "tz Mars", "时区 火星", "win We got biscuits", "win Biscuits",
    "win Big contract KR4", "亮点 客人送了饼干", "next call GC", "next call GC by Fri", "next GRO", "下一步 找法务",
    "next list", "okr win Biscuits", "okr 亮点 饼干", "okr gibberish foo", "okr next call GC by Fri", "okr lang fr",
    'okr add kr "Refunds from 5% to 2%"', "okr discuss KR4", "/okr lang fr", "discuss KR4", "discuss GRO-4",
    "讨论 KR4", "add kr: Refunds from 5% to 2%", "edit GRO-4 target 150", "check KR4", "digest GRO", "digest Growth",
    "show Win rate", "show calls", "why hire", "查看 hire", "show Mars", "own KR4", "settings GRO",
    "settings team 支持组", "设置 团队 GRO",
]  # fmt: skip
ANSWERS = [
    "OKR is blocked", "okr is fine", "okr back on track", "OKR 0.7", "okr thanks", "next week", "next week maybe",
    "Next month we will see", "next steps unclear", "next: call GC", "win: Biscuits", "win rate 45%", "win rate fine",
    "win or lose", "win against all odds", "亮点是客人", "show is cancelled", "show must go on", "show 31",
    "why not 0.7", "why not", "why 31", "board approved it", "board said no", "board OK", "board 31", "看板 上线了",
    "report sent", "report is late", "report done", "周报 没写", "export failed", "export is broken", "lang is hard",
    "lang done", "语言没变", "timezone is a problem", "时区没变", "settings broken", "digest was late",
    "下一步是找法务",
    "no change", "skip", "done", "blocked KR4", "blocked by legal", "help wanted", "undo", "later", "没有变化", "跳过",
    "discuss KR4 370", "discuss it tomorrow", "检查了", "add two people", "review", "win 3 contracts", "45%",
    "update KR2 31%",
]  # fmt: skip


def _is_command(busy: Talk, text: str, question: m.Clarification | None = None) -> bool:
    turn = busy.turn(busy.office.mei)
    return is_command(turn, fresh_view(turn), text, question)


CLOSEST = "Did you mean update · show · board? /okr help lists everything."


@pytest.mark.parametrize("text", COMMANDS)
def test_a_verb_with_what_belongs_to_it_is_a_command(busy: Talk, text: str) -> None:
    assert _is_command(busy, text)


@pytest.mark.parametrize("text", ANSWERS)
def test_what_could_be_an_answer_is_one(busy: Talk, text: str) -> None:
    assert not _is_command(busy, text)


@pytest.mark.parametrize(
    ("text", "code", "is_meant"),
    [
        ("win against the best", Code.Q_HOPEFUL, False), ("win Aurora as a partner", Code.Q_HOPEFUL, False),
        ("next call GC", Code.Q_MOVE, False), ("board GRO", Code.Q_HOPEFUL, True), ("lang fr", Code.Q_HELP, True),
        ("win Biscuits", Code.Q_NUMBER, True), ("board GRO", Code.Q_NUMBER, True),
    ],
)  # fmt: skip
def test_an_open_question_gets_the_words_that_it_asked_for(busy: Talk, text: str, code: Code, is_meant: bool) -> None:
    mei, now = busy.office.mei, busy.now
    question = m.Clarification(
        workspace_id=mei.workspace_id,
        person_id=mei.id,
        code=code.value,
        ask=Ask(code, "GRO-4").to_json(),
        asked_at=now,
        expires_at=now,
    )

    assert _is_command(busy, text, question) is is_meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("board Sales", "I don't know a team called Sales. Try its key, such as GRO."),
        ("report team Sales", "I don't know a team called Sales. Try its key, such as GRO."),
        ("export xlsx", "I don't know a team called xlsx. Try its key, such as GRO."),
        ("lang fr", "I speak English and 简体中文: /okr lang en or /okr lang zh."),
        ("timezone Qxqxqx", "I don't know that time zone; name one like Europe/Madrid or Asia/Shanghai."),
        ("show Mars", "I don't have Mars for you. Yours: GRO-2, GRO-3, GRO-4, SUP-2"),
        ("discuss GRO-4", f"I don't know 'discuss'. {CLOSEST}"),
        ("okr xyzzy foo", f"I don't know 'xyzzy'. {CLOSEST}"),
    ],
)  # fmt: skip
def test_what_is_not_understood_behind_a_verb_is_told_as_after_the_slash(busy: Talk, text: str, told: str) -> None:
    assert busy.says(text) == told
    assert _is_command(busy, text)
    assert busy.office.session.exec(select(m.Clarification)).first() is None
