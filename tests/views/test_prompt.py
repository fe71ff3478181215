"""The weekly question, from real rows, line by line as spec/07 §12.1 has it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.cards.model import Button, Menu
from bot.okr.model import Cadence, KRType, ScoreMode
from bot.views.prompt import check_in_card
from storage import models as m
from tests.views.asked import ASKED_AT, DIGEST_AT, Office, at, controls, sample, shown

SAMPLE_EN = """\
Weekly check-in · Growth · week 7 of 13
Tap or reply in your own words. The board goes out Fri 09:50.

KR2 · Self-serve renewals 20% → 50% by 31 Dec
31% on 5 Nov · score 0.37 · heading for 0.95 🟢 · you said 0.7
Where will it land by 31 Dec?
[0.3] [0.5] [0.7] [1.0] [👍 Same, still 31%] [⋯]

KR5 · SSO live for all customers by 15 Dec · 0/1
Last: 6/10
How likely by 15 Dec?
[👍 Still 6] [7 ▲] [5 ▼] [Done] [⋯]

KR6 · NPS 32 → 45 · 🤖 41 this morning · score 0.69 · heading for 1.00+ 🔵
I'd say it lands at 1.0. Looks right?
[👍 Yes] [0.3] [0.5] [0.7] [⋯]

[👍 All as shown]"""

SAMPLE_ZH = """\
每周更新 · 增长组 · 第 7/13 周
点一下，或用自己的话回复。看板 周五 09:50 发出。

KR2 · 自助续费率 20% → 50%，12月31日前
11月5日 31% · 得分 0.37 · 预计 0.95 🟢 · 你上次自评 0.7
到 12月31日 会落在哪？
[0.3] [0.5] [0.7] [1.0] [👍 不变，还是 31%] [⋯]

KR5 · 单点登录全量上线 12月15日前 · 0/1
上次：6/10
12月15日前完成的把握？
[👍 还是 6] [7 ▲] [5 ▼] [已完成] [⋯]

KR6 · NPS 32 → 45 · 🤖 今早 41 · 得分 0.69 · 预计 1.00+ 🔵
我估计落在 1.0。对吗？
[👍 对] [0.3] [0.5] [0.7] [⋯]

[👍 都和上面一样]"""


def block(office: Office, row: m.KeyResult, now: datetime = ASKED_AT) -> list[str]:
    """The lines of a question that asks about this one alone, without what stands around it."""
    return shown(office, office.ask([row]), now).splitlines()[3:]


# --- the samples ----------------------------------------------------------------------------------------


def test_the_sample_comes_out_of_the_figures(office: Office) -> None:
    assert shown(office, sample(office).prompt).splitlines() == SAMPLE_EN.splitlines()


def test_the_chinese_sample_comes_out_of_the_figures(office_zh: Office) -> None:
    assert shown(office_zh, sample(office_zh).prompt).splitlines() == SAMPLE_ZH.splitlines()


def test_the_first_question_ever_says_how_to_answer(office: Office) -> None:
    english = shown(office, office.ask([office.renewals()], first_ever=True))
    assert "Any of these work: 45k · KR2 31%, KR5 7/10 · no change · blocked on legal." in english.splitlines()


def test_the_first_question_ever_says_how_to_answer_in_chinese(office_zh: Office) -> None:
    chinese = shown(office_zh, office_zh.ask([office_zh.renewals()], first_ever=True))
    assert "这样回都行：4.5万 · KR2 31%，KR5 7/10 · 没有变化 · 卡在法务。" in chinese.splitlines()


# --- kinds of key result --------------------------------------------------------------------------------


def test_a_number_without_a_self_score_can_be_attested(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="31")

    assert block(office, row) == [
        "KR2 · Self-serve renewals 20% → 50% by 31 Dec",
        "31% on 5 Nov · score 0.37 · heading for 0.95 🟢",
        "Where will it land by 31 Dec?",
        "[0.3] [0.5] [0.7] [1.0] [👍 Still 31%] [⋯]",
    ]


def test_without_a_last_value_there_is_no_thumb(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), self_score="0.7")

    assert block(office, row) == [
        "KR2 · Self-serve renewals 20% → 50% by 31 Dec",
        "you said 0.7",
        "Where will it land by 31 Dec?",
        "[0.3] [0.5] [0.7] [1.0] [⋯]",
    ]


def test_steps_show_how_many_are_done(office: Office) -> None:
    row = office.kr(4, "SOC 2 report", KRType.MILESTONE, ends=None)
    office.steps(row, "Scope", "Evidence", "Audit", "Report")
    office.say(row, at(5, 11), steps_done=(1, 2), self_score="0.7")

    assert block(office, row) == [
        "KR4 · SOC 2 report by 31 Dec",
        "2 of 4 steps · score 0.50 · you said 0.7",
        "Where will it land by 31 Dec?",
        "[0.3] [0.5] [0.7] [1.0] [👍 Same] [⋯]",
    ]


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("76", "76% on 5 Nov · in range · score 1.00 · heading for 1.00 🔵"),
        ("82", "82% on 5 Nov · out of range · score 1.00 · heading for 0.38 🔴"),
    ],
)
def test_a_range_says_whether_it_is_held(office: Office, value: str, line: str) -> None:
    lo, hi = Decimal(70), Decimal(80)
    row = office.kr(3, "Utilisation", KRType.RANGE, ends=None, unit="%", range_lo=lo, range_hi=hi, baseline=lo)
    office.say(row, at(5, 11), value=value)

    lines = block(office, row)

    assert lines[:2] == ["KR3 · Utilisation 70% – 80% by 31 Dec", line]


def test_a_baseline_asks_for_its_first_number(office: Office) -> None:
    row = office.kr(4, "E-coupon redemption", KRType.BASELINE, ends=None, unit="%", due=date(2026, 11, 15))

    assert block(office, row) == [
        "KR4 · E-coupon redemption by 15 Nov",
        "Is there a first number?",
        "[No data yet] [⋯]",
    ]


def test_a_baseline_asks_for_its_first_number_in_chinese(office_zh: Office) -> None:
    row = office_zh.kr(4, "优惠券核销率", KRType.BASELINE, ends=None, unit="%", due=date(2026, 11, 15))

    assert block(office_zh, row) == ["KR4 · 优惠券核销率 11月15日前", "有第一个数了吗？", "[还没有数据] [⋯]"]


def test_a_likelihood_that_was_never_told_has_four_to_choose_from(office: Office) -> None:
    assert block(office, office.sso())[-1] == "[3/10] [5/10] [7/10] [9/10] [Done] [⋯]"


@pytest.mark.parametrize(("last", "buttons"), [("10", "[👍 Still 10] [9 ▼]"), ("0", "[👍 Still 0] [1 ▲]")])
def test_a_likelihood_stays_within_its_scale(office: Office, last: str, buttons: str) -> None:
    row = office.sso()
    office.say(row, at(5, 11), confidence=last)

    assert block(office, row)[-1] == f"{buttons} [Done] [⋯]"


def test_an_automated_one_without_a_heading_asks_like_a_number(office: Office) -> None:
    row = office.nps()

    assert block(office, row) == [
        "KR6 · NPS 32 → 45 by 31 Dec",
        "Where will it land by 31 Dec?",
        "[0.3] [0.5] [0.7] [1.0] [⋯]",
    ]


def test_a_proposal_is_not_offered_twice(office: Office) -> None:
    row = office.nps()
    office.measure(row, at(12, 7), "36")  # score 0.31, heading 0.67

    assert block(office, row)[-2:] == ["I'd say it lands at 0.7. Looks right?", "[👍 Yes] [0.3] [0.5] [1.0] [⋯]"]


def test_a_reached_target_is_asked_whether_it_still_holds(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="56")

    assert block(office, row) == [
        "KR2 · Self-serve renewals 20% → 50% by 31 Dec",
        "56% on 5 Nov · score 1.00 (120%) · heading for 1.00+ ✅",
        "Still ≥ 50%?",
        "[👍 Still 56%] [Enter number] [⋯]",
    ]


def test_a_fall_below_the_start_is_said(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="18")

    assert block(office, row)[1] == "18% on 5 Nov · score 0.00 · below where we started · heading for 0.00 🔴"


def test_silence_is_a_fact_in_the_block(office: Office) -> None:
    row, never = office.renewals(), office.kr(3, "Partners")
    office.say(row, at(30, 11, month=10), value="28")
    lines = shown(office, office.ask([row, never])).splitlines()

    assert "⏰ last updated 9 working days ago · 28% on 30 Oct · score 0.27 · heading for 0.84 🟢" in lines
    assert sum("⏰" in line for line in lines) == 1  # who was never asked is not told that they were silent


def test_amounts_read_as_their_owner_writes_them(office: Office) -> None:
    row = office.kr(1, "Enterprise MRR", ends=("30000", "60000"), unit="$")
    office.say(row, at(5, 11), value="46000")

    lines = block(office, row)

    assert lines[0] == "KR1 · Enterprise MRR $30k → $60k by 31 Dec"
    assert lines[1].startswith("$46k on 5 Nov · score 0.53")
    assert "[👍 Still $46k]" in lines[3]


# --- the menu -------------------------------------------------------------------------------------------


def menu_of(office: Office, row: m.KeyResult) -> list[str]:
    card = check_in_card(office.session, office.cards, office.ask([row]), ASKED_AT)
    return [option.label for one in controls(card) if isinstance(one, Menu) for option in one.options]


def test_the_menu_stays_small_where_a_number_is_known(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="31")

    assert menu_of(office, row) == [
        "Update…",
        "Blocked…",
        "Skip this week",
        "Remind me later",
        "Not mine",
        "Drop or change",
    ]


def test_without_a_number_the_menu_can_say_so(office: Office) -> None:
    assert menu_of(office, office.renewals())[-1] == "No data yet"


def test_every_button_says_what_it_is_about(office: Office) -> None:
    card = check_in_card(office.session, office.cards, sample(office).prompt, ASKED_AT)
    hints = [one.hint for one in controls(card)]

    assert hints[:5] == [
        "KR2 lands at 0.3",
        "KR2 lands at 0.5",
        "KR2 lands at 0.7",
        "KR2 lands at 1.0",
        "KR2: same self-score, number still 31%",
    ]
    assert [hint for hint in hints if not hint] == []


def test_buttons_carry_tokens_and_never_words(office: Office) -> None:
    one = sample(office)
    card = check_in_card(office.session, office.cards, one.prompt, ASKED_AT)
    tokens = {item.token for item in office.items(one.prompt)} | {one.prompt.token}

    assert {button.value.partition(":")[0] for button in controls(card) if isinstance(button, Button)} == tokens


# --- progress mode, cadence, two teams ------------------------------------------------------------------


def test_progress_mode_asks_how_much_is_done(office: Office) -> None:
    office.workspace.score_mode = ScoreMode.PROGRESS
    texts = shown(office, sample(office).prompt)

    assert "How much of it is done, 0 to 1?" in texts
    assert "I'd say 0.7 done. Looks right?" in texts  # the score, not the heading
    assert "heading for 0.95 🟢" in texts
    assert "Where will it land" not in texts


def test_progress_mode_asks_how_much_is_done_in_chinese(office_zh: Office) -> None:
    office_zh.workspace.score_mode = ScoreMode.PROGRESS
    texts = shown(office_zh, sample(office_zh).prompt)

    assert "完成了多少，0 到 1？" in texts
    assert "我估计完成了 0.7。对吗？" in texts


def test_a_team_that_is_asked_every_second_week_is_told_so(office: Office) -> None:
    office.team.cadence = Cadence.BIWEEKLY

    assert shown(office, sample(office).prompt).splitlines()[0] == "Check-in · last two weeks · Growth"


def test_a_team_that_is_asked_every_second_week_is_told_so_in_chinese(office_zh: Office) -> None:
    office_zh.team.cadence = Cadence.BIWEEKLY

    assert shown(office_zh, sample(office_zh).prompt).splitlines()[0] == "更新 · 最近两周 · 增长组"


def test_in_two_teams_key_results_go_by_their_full_keys(office: Office) -> None:
    support = office.found_team("SUP", "Support")
    rows = [office.renewals(), office.kr(1, "Calls answered", team=support)]

    lines = shown(office, office.ask(rows)).splitlines()

    assert lines[0] == "Weekly check-in · Growth + Support · week 7 of 13"
    assert [line.split(" · ")[0] for line in lines if "by 31 Dec" in line and "·" in line] == ["SUP-1", "GRO-2"]


def test_the_first_of_two_boards_is_named(office: Office) -> None:
    support = office.found_team("SUP", "Support")
    prompt = office.ask([office.renewals()])
    other = office.ask([office.kr(1, team=support)], digest_at=at(12, 14, 50), person=office.li)
    for item in office.items(other):
        item.prompt_id = prompt.id
    office.session.flush()

    assert "The board goes out Thu 14:50." in shown(office, prompt)


@pytest.mark.parametrize("now", [DIGEST_AT, DIGEST_AT + timedelta(days=2)])
def test_a_board_that_went_out_is_not_announced(office: Office, now: datetime) -> None:
    assert shown(office, sample(office).prompt, now).splitlines()[1] == "Tap or reply in your own words."


def test_a_team_without_a_channel_announces_no_board(office: Office) -> None:
    office.team.channel_ref = None

    assert shown(office, sample(office).prompt).splitlines()[1] == "Tap or reply in your own words."


def test_a_key_result_that_fell_back_says_why_its_colour_is_held_back(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(29, 11, month=10), value="36")
    office.say(row, at(5, 11), value="32", self_score="0.7")

    text = shown(office, office.ask([row]))

    assert "heading for 1.00+ 🟡 · 📉 fell back from 36% · you said 0.7" in text


def test_a_blocked_key_result_says_why_its_colour_is_held_back(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="31", self_score="0.7", blocked=True, blocker="legal")

    text = shown(office, office.ask([row]))

    assert "heading for 0.95 🟡 · ⛔ blocked · you said 0.7" in text


def test_anchors_are_told_beside_the_scores_that_they_stand_for(office: Office) -> None:
    anchors: dict[str, Any] = {"anchor_03": Decimal(50), "anchor_07": Decimal(60), "anchor_10": Decimal(80)}
    row = office.kr(3, "Customers", ends=("40", "80"), **anchors)
    office.say(row, at(5, 11), value="45")

    text = shown(office, office.ask([row]))

    assert "0.3 = 50, 0.7 = 60, 1.0 = 80" in text
