"""What is read out of a text that was pasted into a chat: each line has its place."""

import pytest

from storage.okr_files.pasted_text import Left, read_pasted


def titles(text: str) -> list[tuple[str, list[str]]]:
    return [(one.title, [each.text for each in one.key_results]) for one in read_pasted(text).objectives]


def left(text: str) -> list[tuple[int, str, Left]]:
    return [(one.line, one.text, one.why) for one in read_pasted(text).left]


@pytest.mark.parametrize(
    "text",
    [
        "Objective: Win\nKR1: NPS from 30 to 45\nKR2: Open two shops",
        "Objective: Win\r\nKR1: NPS from 30 to 45\r\nKR2: Open two shops\r\n",
        "Our OKRs for Q4\n\n# Objective 1: Win\n\n## Key results\n\n- NPS from 30 to 45\n- Open two shops",
        "**O1:** Win\n• NPS from 30 to 45\n• Open two shops",
        "*Objective:* Win\n*KR1:* NPS from 30 to 45\n*KR2:* Open two shops",
        "Objective: Win\n▪\tNPS from 30 to 45\n▪\tOpen two shops",
        "Objective: Win\n\uf0b7\tNPS from 30 to 45\n\uf0b7\tOpen two shops",
        "Objective: Win\n☐ NPS from 30 to 45\n☐ Open two shops",
        "- [ ] Objective: Win\n  - [ ] KR1: NPS from 30 to 45\n  - [x] KR2: Open two shops",
        "Objective: Win\n1️⃣ NPS from 30 to 45\n2️⃣ Open two shops",
        "Objective: Win\n① NPS from 30 to 45\n② Open two shops",
        "> Objective 1\n> Win\n> 1. NPS from 30 to 45\n> 2. Open two shops",
        "Objective:\nWin\nKey Results:\na) NPS from 30 to 45\nb) Open two shops",
        "OKRs:\n🎯 Objective: Win\n📈 KR1: NPS from 30 to 45\n🏬 KR2: Open two shops",
        "O1 Win\nO1.KR1 NPS from 30 to 45\nO1.KR2 Open two shops",
    ],
)
def test_one_set_in_many_hands(text: str) -> None:
    assert titles(text) == [("Win", ["NPS from 30 to 45", "Open two shops"])]
    assert left(text) == []


def test_two_objectives_and_one_without_key_results() -> None:
    text = "目标一：赢\n关键结果1：复购率从 5% 提高到 15%\n目标二：省\n目标三：快\n- 出杯从 9 分钟降到 4 分钟"

    assert titles(text) == [("赢", ["复购率从 5% 提高到 15%"]), ("省", []), ("快", ["出杯从 9 分钟降到 4 分钟"])]


def test_what_stands_below_a_key_result_stays_with_it() -> None:
    found = read_pasted(
        "Objective: Win\n1. Open a shop\n- room\n- permit\n2. NPS\n   Owner: Bob\n   ◦ ask\n   Steps:\n   - a"
    )

    first, second = found.objectives[0].key_results
    assert first.below == [(3, "room"), (4, "permit")]
    assert (second.fields, second.below, second.says_steps) == ([(6, "owner", "Bob")], [(7, "ask"), (9, "a")], True)


def test_each_line_that_is_not_kept_is_told() -> None:
    text = (
        "Hello all\nObjective: Win\nOwner: Bob\n- context\nKR1: NPS from 30 to 45\nA sentence between.\n"
        "Todo:\n- call Bob\nKR2:\n# Retro\nIt went well."
    )

    assert left(text) == [
        (1, "Hello all", Left.EARLY),
        (3, "Owner: Bob", Left.OF_OBJECTIVE),
        (4, "context", Left.NO_LABEL),
        (6, "A sentence between.", Left.PROSE),
        (7, "Todo:", Left.PROSE),
        (8, "call Bob", Left.ASIDE),
        (9, "KR2:", Left.EMPTY),
        (10, "Retro", Left.PROSE),
        (11, "It went well.", Left.ASIDE),
    ]


@pytest.mark.parametrize("line", ["*a" * 1000, "_" * 2000 + "x", "from 1 " * 300, "*`_" * 600, "(" * 2000, "\t" * 2000])
def test_strange_lines_cost_no_time(line: str) -> None:
    """Each would take minutes where a pattern looked back."""
    found = read_pasted("Objective: Win\n" + f"- x{line}\n" * 150)

    assert len(found.left) + sum(len(one.key_results) for one in found.objectives) >= 150
