"""What is taken for a pasted set of OKRs, and above all what is not."""

import pytest

from bot.okr.pasted import Paste, is_too_long, paste_of

MINE = (1, 2, 5)
"""The numbers of the key results there are."""


@pytest.mark.parametrize(
    "text",
    [
        "Objective: Become the shop\nKR1: Regulars from 5% to 15%\nKR2: Minutes from 9 to 4",
        "# Objective 1: Become the shop\n\n- Regulars from 5% to 15%",
        "**O1:** Win\n* KR1: NPS from 30 to 45",
        "Objective: Win\nKR: Interview 20 customers",
        "目标：成为首选\n- 复购率从 5% 提高到 15%",
        "Our OKRs for Q4\nO: Win\n- NPS from 30 to 45",
        "目标：成为熟客愿意带朋友来的店\nKR1：带朋友的熟客从 5% 提高到 15%",
        "🎯 Objective: Win\n📈 KR1: NPS from 30 to 45",
        "Our OKRs:\nO1. Win\n1. NPS from 30 to 45",
        "1. Objective 1 - Win\n- [x] KR1: NPS from 30 to 45",
        "Objective,Key result,From,To\nWin,NPS,30,45",
        "Objective\tKey result\nWin\tNPS from 30 to 45",
        "| Objective | Key result |\n|---|---|\n| Win | NPS from 30 to 45 |",
    ],
)
def test_a_set_of_okrs(text: str) -> None:
    assert paste_of(text, MINE, waits=False) is Paste.SET


@pytest.mark.parametrize(
    "text",
    [
        "Objective: Become the shop\nKR1: Regulars from 5% to 15%\nKR3: Minutes from 9 to 4",
        "Objective: Win\nKR7: signed the second customer",
        "目标：成为首选\n关键结果4：复购率从 5% 提高到 15%",
        "Objective,Key result,From,To\nWin,NPS,30,45",
    ],
)
def test_what_names_a_key_result_that_there_is_not_is_a_set_while_a_check_in_waits(text: str) -> None:
    assert paste_of(text, MINE, waits=True) is Paste.SET


@pytest.mark.parametrize(
    "text",
    [
        "Objective: Become the shop\nKR1: Regulars from 5% to 15%\nKR2: Minutes from 9 to 4",
        "Objective: win\nKR1: Closed deals from 3 to 9",
        "Objective: Win\nKR: NPS from 30 to 45",
        "目标：成为首选\n- 复购率从 5% 提高到 15%",
        "O1: on track\nKR2: signed the second customer",
        "Objective: win the town\nKR1: Regulars from 5% to 15%\nKR9: 31%",
        "Objective: going well\nKR2: went from 28% to 31%",
        "Objective: going well\n- went from 28% to 31%",
        "目标：顺利\nKR2：还差法务签字",
        "O1：正常\n- 从 2 家到 3 家",
    ],
)
def test_what_may_be_either_is_asked_about(text: str) -> None:
    assert paste_of(text, MINE, waits=True) is Paste.UNSURE


@pytest.mark.parametrize(
    "text",
    [
        "KR2 31%, blocked on legal",
        "KR2: 31%\nKR5: 7/10",
        "KR1: 46k\nKR2: no change\nnext: call GC",
        "31%\n- legal still has it\n- next: call them",
        "the objective is fine\n- KR2 31%",
        "Objective: Win",
        "My objective this week: KR2\nKR2 31%",
        "O no: it fell back\n- KR2 20%",
        "目标还是 50%\nKR2：31%",
        "next: write the objective, then key results\nKR2 31%",
        "ok: done\n- KR2 31%",
        "KR2 31%\n目标：下周到 40%\n1. 联系客户",
        "O1: on track\nKR2: 31%",
        "Objective: win the town\nKR2: 31%, blocked on legal",
        "Objective: keep going\nGRO-2 no change",
        "Objective 1: going well\n- called three customers\n- waiting for legal",
        "KR2 31%\nObjective: Win\nKR1: NPS from 30 to 45",
        "目标：本周续约 3 家\n- 已签 2 家",
        "目标：下周到 40%\nKR2：31%",
        "目标：签下客户\nKR2：31%，等法务\nKR5：7/10",
        "目标：签下客户\n1. 联系客户\n2. 写方案",
        "目标一：正常\nKR2：31%",
        "Team: all well\nKR2: 31%",
        "",
        "\n\n",
        "Objective: win the town\nKR1: Regulars from 5% to 15%\nKR2: 31%",
        "Objective: Win\n- Publish the guide\n- Hire two people",
    ],
)
def test_an_answer_is_never_taken_for_one(text: str) -> None:
    assert paste_of(text, MINE, waits=True) is Paste.NONE


def test_where_nobody_asked_a_list_below_an_objective_is_asked_about() -> None:
    assert paste_of("Objective: Win\n- Publish the guide\n- Hire two people", MINE, waits=False) is Paste.UNSURE
    assert paste_of("O1: on track\n- called three customers", MINE, waits=False) is Paste.NONE


@pytest.mark.parametrize("line", ["from 1 " * 1000, "KR1: " + "a" * 5000, "-" * 5000, "从" * 5000])
def test_strange_lines_cost_no_time(line: str) -> None:
    paste_of("Objective: Win\n" + f"- {line}\n" * 150, MINE, waits=True)


def test_ten_thousand_rows_are_too_long() -> None:
    assert is_too_long("Objective,Key result\n" + "Win,NPS from 30 to 45\n" * 10_000)
    assert not is_too_long("Objective: Win\n" + "KR: NPS from 30 to 45\n" * 20)
