"""A line in a DM is a command, or an answer to a check-in: never the one for the other (spec/06 §11.5)."""

import json
from pathlib import Path

import pytest

from bot.handlers.verbs import VERBS, is_plain, split, without_prefix

REPLIES = Path(__file__).parents[1] / "data" / "replies.jsonl"


def test_no_answer_to_a_check_in_is_taken_for_a_command() -> None:
    replies = [json.loads(line)["reply"] for line in REPLIES.read_text(encoding="utf-8").splitlines()]

    assert len(replies) > 150
    assert {one for one in replies if is_plain(one)} <= {"help", "帮助", "why", "为什么"}


@pytest.mark.parametrize(
    "text",
    [
        "board", "Board", "看板", "board me", "board team GRO", "board @li", "board <@U1>", "board attention",
        "away", "away 3-14 Dec", "away until Friday", "away 3-14 Dec @li", "请假 12月3日-14日", "back", "回来", "Help!",
        "help scores", "帮助 得分", "lang zh", "语言 中文", "digest", "digest preview", "简报 现在", "digest now GRO",
        "show KR2", "why GRO-2", "查看 KR2", "why", "show", "update", "更新", "okr", "OKR KR2 31%",
        "okr show renewals", "/okr anything at all", "next: call GC by Fri @jack KR1", "next: call GC @jack",
        "下一步：找法务 周五前", "next: call GC → GRO-2", "next: feb by 31 Feb", "回来了", "back Monday",
        "show KR2 detail", 'add objective "Win the town"', "add objective: Win the town", "add an objective", "add kr",
        'add new kr "NPS from 30 to 45"', "add KR: NPS from 30 to 45", 'add sprint KR2 "20 customers"', "新增目标",
        "新增 目标：成为首选", "新增目标“成为首选”", "新增 KR：复购率从 5% 到 15%", "add", "edit KR2", "edit objective",
        "edit KR2 target 55k because the deal moved", "edit GRO-2 due 15 Dec", "edit objective title Grow well",
        "修改 KR2 目标值 55", "修改 目标 标题 成为首选", 'depends KR2 on @Support "Phone script" by 20 Nov',
        '依赖 KR2 对 @支持组 "电话话术"', "align KR2 supports CO-1", "对齐 KR2 支持 CO-1", "align KR2 supports CO O1",
        'conflict KR2 with SAL-3 "both need the same callers"', "冲突 KR2 与 SAL-3 因为 人不够",
        "okr add objective Win the town", "okr 新增目标客户", "okr edit KR2 committed", "/okr edit KR2 45%",
        "okr depends KR2 on Support", "okr conflict KR2 pricing with sales",
        "add kr Refunds from 5% to 2%", "Add KR Raise NPS, 30 → 45", "add kr O2 Interview 20 customers",
        'add kr O2 "Interview 20 customers"', "add a new key result Launch the shop", "add objective Win the town",
        "新增 目标 成为首选的服务商", "新增 KR 将退款率从 5% 降到 2%", "新增KR 上线小程序",
        "新增关键结果 复购率从 5% 到 15%", "add kr 90% of customers rate us 4+ out of 5", "新增 KR 90%的客户给出好评",
    ],
)  # fmt: skip
def test_a_command_needs_no_slash_in_a_dm(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "back on track", "back to 31", "away from the target, 31%", "away 31", "board approved it, 31%",
        "board team said no", "show must go on", "why not", "why is it 31%?", "help wanted from design",
        "digest now shows 31%", "lang is hard", "update: 31%", "undo", "撤销", "okr is on track, 0.7", "OKR-2 31%",
        "okr back on track", "回来了一些客户", "更新了表单", "看板上线了", "请假的人多，0.5", "KR2 31%", "31%", "",
        "next: call GC", "next: call GC, KR2 31%", "next: call GC; blocked on legal", "win: Acme signed on Friday",
        "新增目标客户 12 家，KR2 到 31%", "add objective reached, KR2 31%", "add KR 2: 31%", "add KR2 31%",
        "Add sprint review notes, KR2 40%", "修改KR2文案完成，到 80%", "依赖KR2接口 40%",
        "edit objective page done, KR2 31%",
        "conflict KR2 pricing with sales, 31%", "add key results to the deck, KR2 31%", "add objective: KR2 31%",
        "新增冲刺两次，KR2 40%", "新增关键结果 2：31%", "新增目标 12 家", "edit KR2 copy done, 80%", "edit KR2 31%",
        "修改目标页完成，KR2 31%", "align KR2 copy with legal", "align KR2 supports sales, 31%", "对齐KR2口径 40%",
        "added 3 krs", "added kr owners to the sheet", "add kr 31%", "add kr owners done", "Add objective page, 80%",
        "add objective Win\nKR2 31%", "add objective workshop was fine", "新增目标 客户 12 家，已完成", "新增KR 完成了",
        "add kr text finished, 40%", "新增 目标 完成了 80%", "add kr GRO-2 31%", "新增 目标客户 12 家",
        "depends KR2 on legal, 40%", "depends KR2 on @li, 40%", "冲突KR2已解决，31%", "edit KR2 text done, 31%",
        "add kr 31% of the way", "add kr 31% of customers signed last week",
    ],
)  # fmt: skip
def test_what_could_be_an_answer_is_one(text: str) -> None:
    assert not is_plain(text)


@pytest.mark.parametrize("word", VERBS)
def test_a_verb_is_known_in_any_case_and_width(word: str) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in word)

    assert [split(one).verb for one in (word, word.upper(), wide, f"{word}　x")] == [VERBS[word]] * 4


@pytest.mark.parametrize("text", ["/okr board me", "okr board me", "OKR　board me", "／okr board me", " board me "])
def test_the_prefix_does_not_matter(text: str) -> None:
    assert without_prefix(text) == "board me"


def test_a_label_of_a_team_called_okr_is_no_prefix() -> None:
    assert without_prefix("OKR-2 31%") == "OKR-2 31%"
