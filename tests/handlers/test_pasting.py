"""A set of OKRs pasted into the direct message: what is understood, left out, saved with one tap, and taken back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col, select

from bot.cards.plain import plain_text
from bot.handlers.commands import command
from bot.handlers.pressed import pressed
from bot.handlers.words import read_words
from bot.intake.conversation import Answer, Reply
from bot.intake.inbound import Pressed
from bot.okr.model import KRState, KRType
from storage import models as m
from tests.handlers.talk import Talk
from tests.handlers.test_adding import be_member, krs

SET = """Objective: Become the shop that regulars bring friends to
KR1: Regulars who bring a friend from 5% to 15% @Li
KR2: Minutes from order to cup from 9 to 4
KR3: Revenue per guest up by 10%
- call the baker"""


@pytest.fixture
def writing(talk: Talk) -> Talk:
    """Mei is a member of Growth."""
    be_member(talk, talk.office.mei)
    return talk


def types(talk: Talk, text: str, by: m.Person | None = None) -> str:
    person = by or talk.office.mei
    return told(talk, read_words(talk.turn(person), text, None, None), person)


def told(talk: Talk, reply: Reply, person: m.Person) -> str:
    talk.office.session.flush()
    assert isinstance(reply, Answer), reply
    return plain_text(talk.render(reply, person))


def taps(talk: Talk, action: str, argument: str = "", by: m.Person | None = None) -> str:
    person = by or talk.office.mei
    rows = talk.office.session.exec(select(m.Delivery).where(m.Delivery.kind == "being_written")).all()
    token = max(rows, key=lambda one: one.id).token
    return told(talk, pressed(talk.turn(person), Pressed(action, f"{token}:{argument}".rstrip(":"))), person)


def drafted(talk: Talk) -> list[m.Objective]:
    query = select(m.Objective).where(m.Objective.state == m.ObjectiveState.DRAFT).order_by(col(m.Objective.number))
    return list(talk.office.session.exec(query))


def test_a_set_is_shown_with_what_is_left_out_and_one_tap_saves_it(writing: Talk) -> None:
    shown = types(writing, SET)

    assert shown.splitlines()[:4] == [
        "This looks like a set of OKRs. I understood:",
        "Become the shop that regulars bring friends to",
        "• Regulars who bring a friend from 5% to 15%: increase, 5% → 15%, stretch, due 31 Dec, owner Li",
        "• Minutes from order to cup from 9 to 4: decrease, 9 → 4, stretch, due 31 Dec, owner you",
    ]
    assert "❗ Revenue per guest up by 10%: left out. What number would be full success by 31 Dec?" in shown
    assert "Line 5 is left out: call the baker" in shown
    assert shown.splitlines()[-1] == "[Save as draft] [It's an update] [Forget it]"
    assert drafted(writing) == []

    for _ in range(2):
        assert taps(writing, "paste_save", "GRO").startswith("Saved as drafts of Growth; nobody is asked")
    (objective,) = drafted(writing)
    assert (objective.number, objective.title) == (2, "Become the shop that regulars bring friends to")
    assert [(one.number, one.type, one.target, one.state) for one in krs(writing)] == [
        (1, KRType.INCREASE, Decimal(15), KRState.DRAFT),
        (2, KRType.DECREASE, Decimal(4), KRState.DRAFT),
    ]
    assert krs(writing)[0].lead_owner_id == writing.office.li.id


def test_all_of_it_is_taken_back_with_one_tap(writing: Talk) -> None:
    types(writing, SET)
    taps(writing, "paste_save", "GRO")

    assert taps(writing, "paste_undo").startswith("Taken back; nothing is saved.")
    assert (drafted(writing), krs(writing)) == ([], [])
    taps(writing, "paste_save", "GRO")
    writing.now += timedelta(hours=25)
    assert taps(writing, "paste_undo") == "That was more than 24 hours ago, so it stays."
    assert len(krs(writing)) == 2


def test_it_can_be_set_aside_and_then_saves_nothing(writing: Talk) -> None:
    types(writing, SET)

    assert taps(writing, "paste_forget") == "Set aside; nothing of it is saved as OKRs."
    assert taps(writing, "paste_save", "GRO") == "Set aside; nothing of it is saved as OKRs."
    assert krs(writing) == []


def test_a_table_with_its_columns(writing: Talk) -> None:
    shown = types(
        writing,
        "Objective,Key result,Owner,From,To,Due\nWin,NPS,Li,30,45,2026-12-15\nWin,Refunds,Nobody Here,0.5%,0.2%,",
    )

    assert "• NPS: increase, 30 → 45, stretch, due 15 Dec, owner Li" in shown
    refunds = "• Refunds: decrease, 0.5% → 0.2%, stretch, due 31 Dec, owner you"
    assert f"{refunds} I don't know Nobody Here here, so you own it for now." in shown


def test_ten_thousand_rows_get_one_sentence(writing: Talk) -> None:
    shown = types(writing, "Objective,Key result\n" + "Win,NPS from 30 to 45\n" * 10_000)

    assert shown.startswith("That has 10002 lines, and I take up to 150 in a message, so nothing was saved.")
    many = "Objective: Win\n" + "KR: NPS from 30 to 45\n" * 51
    assert types(writing, many).startswith("That is more than 50 key results at once")


def test_what_may_be_an_answer_is_asked_about_and_saves_nothing_by_itself(writing: Talk) -> None:
    shown = types(writing, "Objective: Win\n- Publish the guide\n- Hire two people")

    assert shown.startswith("Is this a new set of OKRs, or an update? As OKRs I understand:\nWin\n• Publish the guide:")
    assert shown.splitlines()[-1] == "[It's an update] [Save as draft] [Forget it]"
    assert krs(writing) == []
    # Behind the command it is no question.
    shown = writing.says("import Objective: Win\n- Publish the guide\n- Hire two people")
    assert shown.startswith("This looks like a set of OKRs. I understood:\nWin\n• Publish the guide: milestone")
    shown = writing.says("import Objective: Win\nPublish the guide\nHire two people")
    assert "• Hire two people: " in shown


def test_behind_the_command_what_holds_no_set_gets_one_sentence(writing: Talk) -> None:
    for text in ("Objective: Win\n- \n-", "hello\nworld", "KR2: 31%\nKR3: 40%", "Objective,Key result\n,"):
        assert writing.says(f"import {text}").startswith("I see no objective with key results in that"), text
    assert krs(writing) == []


def test_fifty_key_results_are_shown_and_saved(writing: Talk) -> None:
    shown = types(writing, "Objective: Win\n" + "".join(f"KR{n}: Shop {n} from 30 to 45\n" for n in range(1, 51)))

    assert "• Shop 50 from 30 to 45: increase, 30 → 45" in shown
    taps(writing, "paste_save", "GRO")
    assert len(krs(writing)) == 50


def test_two_objectives_one_of_them_without_key_results(writing: Talk) -> None:
    shown = types(writing, "Objective: Win\nKR1: NPS from 30 to 45\nObjective: Save money")

    assert "\nSave money\n" in shown
    taps(writing, "paste_save", "GRO")
    assert [one.title for one in drafted(writing)] == ["Win", "Save money"]


def test_a_table_from_a_spreadsheet(writing: Talk) -> None:
    writing.office.bea.e_mail = "bea@plants.example"
    writing.office.session.add(writing.office.bea)
    shown = types(
        writing,
        "Objective\tKey result\tOwner\tFrom\tTo\tDue\tWeight\tMood\r\n"
        "Win\tNPS by survey\tLi <li@example.org>\t30\t45\t15 Dec\t2\tgood\r\n"
        "\tRefunds\tBEA@plants.example\t5%\t2%\tsome day\t\t\r\n",
    )

    assert "• NPS by survey: increase, 30 → 45, stretch, weight 2, due 15 Dec, owner Li" in shown
    assert "• Refunds: decrease, 5% → 2%, stretch, due 31 Dec, owner Bea" in shown
    assert "'Mood' is no heading that is known here" in shown
    assert "some day" in shown


def test_a_table_of_markdown(writing: Talk) -> None:
    shown = types(
        writing,
        "| Objective | Key result | Owner |\n|---|---|---|\n| Win | NPS from 30 to 45 | Li |\n"
        "| | Refunds from 5% to 2% by 15 Dec | |",
    )

    assert [line for line in shown.splitlines() if line.startswith("•")] == [
        "• NPS from 30 to 45: increase, 30 → 45, stretch, due 31 Dec, owner Li",
        "• Refunds from 5% to 2% by 15 Dec: decrease, 5% → 2%, stretch, due 15 Dec, owner you",
    ]


def test_what_is_longer_than_fits_is_told(writing: Talk) -> None:
    shown = types(writing, f"Objective: {'Win the town ' * 20}\nKR1: NPS {'of guests ' * 20}from 30 to 45")

    assert "Line 1 is left out: " in shown
    assert "(It goes beyond what fits)" in shown
    assert ": left out. That is too long." in shown


def test_somebody_unknown_beside_somebody_known(writing: Talk) -> None:
    shown = types(writing, "Objective: Win\nKR1: NPS from 30 to 45 @Li @nobody\nKR2: Refunds from 5% to 2%, Owner: Zed")

    assert "owner Li I don't know nobody here." in shown
    assert "owner you I don't know Zed here, so you own it for now." in shown


def test_who_is_in_no_team_saves_nothing(writing: Talk) -> None:
    from bot.handlers.naming import NotOneError

    with pytest.raises(NotOneError):
        types(writing, SET, by=writing.office.li)
    types(writing, SET)
    assert taps(writing, "paste_save", "GRO", by=writing.office.bea).startswith("Somebody else is writing that one")
    assert krs(writing) == []


def test_import_says_how(writing: Talk) -> None:
    assert writing.says("import").startswith("Paste your OKRs into the direct message with me")
    assert writing.says(f"import {SET}").startswith("This looks like a set of OKRs.")


def test_the_same_in_chinese(talk_zh: Talk) -> None:
    be_member(talk_zh, talk_zh.office.mei)

    shown = types(
        talk_zh, "目标：成为熟客愿意带朋友来的店\nKR1：带朋友的熟客从 5% 提高到 15%\nKR2：出杯从 9 分钟降到 4 分钟"
    )

    assert "5% → 15%" in shown
    assert "GRO-1 带朋友的熟客从 5% 提高到 15%" in taps(talk_zh, "paste_save", "GRO")
    assert len(krs(talk_zh)) == 2


def kept(talk: Talk) -> dict[str, Any]:
    """What the newest card holds."""
    talk.office.session.flush()
    rows = talk.office.session.exec(select(m.Delivery).where(m.Delivery.kind == "being_written")).all()
    return dict(max(rows, key=lambda one: one.id).data)


@pytest.mark.parametrize(
    "line",
    [
        "Refunds from 5% to 2% by 15 Dec",
        "Refunds @Li from 5% to 2%, due: 15 Dec",
        "Refunds (Li) from 5% to 2%, weight 2",
        "Refunds from 5% to 2%, Owner: Li, committed, by 15 Dec",
        "Hold the renewal rate above 95%, Owner: Li and Bea",
        "复购率从 5% 提高到 15%，负责人：Li，截止 12月15日",
        "Launch the shop in Turin, 权重：3",
        "Launch the shop in Turin, due 15 Dec, owner Li",
        "NPS from 30 to 45 | Li | committed",
    ],
)
def test_a_pasted_line_means_what_it_means_when_it_is_typed_alone(writing: Talk, line: str) -> None:
    writing.says(f"add kr {line}")
    alone = kept(writing)["kr"]

    types(writing, f"Objective: Win\nKR1: {line}")

    pasted = kept(writing)["paste"][0]["krs"][0]
    # What is added to the published objective of Growth begins today; a new one begins with its cycle.
    assert pasted["draft"] == {**alone, "start": "2026-10-01"}
    assert pasted["wrong"] is None


def test_lines_below_are_its_steps_or_are_told(writing: Talk) -> None:
    shown = types(
        writing,
        "Objective: Win\nKR1: Launch the shop in Turin\nOwner: Li\nDue: 15 Dec\n- find a room\n- get the permit\n"
        "KR2: Refunds from 5% to 2%\n- call the baker\n- Due: some day\nNotes: see the wiki\n- what Li said\n"
        "KR3: Improve the menu because guests ask\n  Score: 0.7",
    )

    assert "• Launch the shop in Turin: milestone, steps to take: 2, stretch, due 15 Dec, owner Li" in shown
    assert [one for one in shown.splitlines() if "is left out" in one] == [
        "Line 8 is left out: call the baker "
        "(The key result above it is a number, and only what is done or not has steps)",
        "Line 9 is left out: some day (I can't read that; give it after saving)",
        "Line 10 is left out: Notes: see the wiki (It is neither an objective nor a key result)",
        "Line 11 is left out: what Li said (It stands below a heading about something else)",
        "Line 12 is left out: guests ask (A draft needs no reason; changes do, once it is published)",
        "Line 13 is left out: Score: 0.7 (A key result that is being written has none)",
    ]
    taps(writing, "paste_save", "GRO")
    launch = krs(writing)[0]
    assert (launch.type, launch.lead_owner_id, launch.due) == (
        KRType.MILESTONE,
        writing.office.li.id,
        date(2026, 12, 15),
    )
    steps = writing.office.session.exec(select(m.KRStep).where(m.KRStep.kr_id == launch.id)).all()
    assert [one.title for one in steps] == ["find a room", "get the permit"]


def test_a_set_longer_than_a_reply_may_be_is_read_whole_or_refused_in_one_sentence(writing: Talk) -> None:
    lines = [f"\n- Open the shop in the street that has the number {one}" for one in range(60)]
    whole = "Objective: Become the shop" + "".join(lines[:50])
    assert len(whole) > 2000

    assert "the number 49: milestone" in writing.says(f"import {whole}")
    assert types(writing, whole + "".join(lines[50:])).startswith("That is more than 50 key results at once")


_BODY = "Regulars who come back from 5% to 15%", "Minutes from order to cup from 9 to 4"


@pytest.mark.parametrize(
    "head",
    [
        "Objectives & Key Results Q4 2026 – Growth\n\nObjective 1: {}",
        "Team: Growth\nQuarter: Q4 2026\nObjective: {}",
        "Hi Okra! Objective 1: {}",
        "Hello all,\nObjective: {}",
        "我们Q4的OKR：\n目标：{}",
        "目标一：{}",
    ],
)
def test_what_people_begin_a_set_with_does_not_hide_it(writing: Talk, head: str) -> None:
    shown = types(writing, head.format("Become the shop") + "".join(f"\n- {one}" for one in _BODY))

    assert shown.startswith("This looks like a set of OKRs.")
    assert "\nBecome the shop\n" in shown
    assert all(f"• {one}: " in shown for one in _BODY)


@pytest.mark.parametrize(
    "text",
    [
        "OKR1 Become the shop\n1.1 {}\n1.2 {}",
        "Become the shop\n• {}\n• {}",
        "一、Become the shop\n1. {}\n2. {}",
    ],
)
def test_a_set_without_our_labels_is_read_with_or_without_the_command(writing: Talk, text: str) -> None:
    text = text.format(*_BODY)
    behind = told(writing, command(writing.turn(writing.office.mei), f"import {text}"), writing.office.mei)
    for shown in (types(writing, text), behind):
        assert "\nBecome the shop\n" in shown
        assert all(f"• {one}: " in shown for one in _BODY)


def test_reasons_are_in_the_language_of_the_reader(talk_zh: Talk) -> None:
    be_member(talk_zh, talk_zh.office.mei)

    shown = types(talk_zh, "目标：赢\nKR1：复购率从 5% 提高到 15%\n- 打电话\n备注：周五再看\n一句话")

    assert "第 3 行未采用：打电话（上面的关键结果是一个数字，只有“完成与否”的才有步骤）" in shown
    assert "第 4 行未采用：备注：周五再看（它既不是目标，也不是关键结果）" in shown
    table = types(talk_zh, "目标,关键结果,心情\n赢,复购率从 5% 提高到 15%,好")
    assert "“心情”不是这里认识的表头" in table


def test_a_label_of_none_is_answered_with_a_dash_where_there_is_no_list(writing: Talk) -> None:
    assert "I don't have KR7 for you. Yours: –" in types(writing, "KR7 from 5% to 15%")
