"""Reminders 1 and 2, line by line as spec/07 §12.3 has them."""

from datetime import datetime

import pytest

from bot.cards.plain import plain_text
from bot.views.prompt import reminder_card
from storage import models as m
from tests.views.asked import Office, at, sample


def reminded(office: Office, prompt: m.Prompt, now: datetime, *, second: bool = False) -> str:
    return plain_text(reminder_card(office.session, office.cards, prompt, now, second=second))


def test_the_first_reminder_lists_what_is_open(office: Office) -> None:
    one = sample(office)
    office.say(one.nps, at(12, 11), prompt=one.prompt, self_score="1.0")

    assert reminded(office, one.prompt, at(12, 16)).splitlines() == [
        "Two to go for Friday's board: KR2 and KR5.",
        "[👍 Same, still 31%] [👍 Still 6/10] [Later]",
    ]


def test_the_first_reminder_lists_what_is_open_in_chinese(office_zh: Office) -> None:
    one = sample(office_zh)
    office_zh.say(one.nps, at(12, 11), prompt=one.prompt, self_score="1.0")

    assert reminded(office_zh, one.prompt, at(12, 16)).splitlines() == [
        "周五的看板还差两个：KR2 和 KR5。",
        "[👍 不变，还是 31%] [👍 还是 6/10] [稍后]",
    ]


def test_the_first_reminder_of_one(office: Office) -> None:
    row = office.nps()
    office.measure(row, at(12, 7), "41")

    assert reminded(office, office.ask([row]), at(12, 16)).splitlines() == [
        "One to go for Friday's board: KR6.",
        "[👍 Yes, 1.0] [Later]",
    ]


def test_what_has_no_one_tap_gets_the_form(office: Office) -> None:
    row = office.sso()
    office.say(row, at(5, 11), confidence="6")
    prompt = office.ask([row, office.kr(7, "Nothing known")])

    assert reminded(office, prompt, at(12, 16)).splitlines() == [
        "Two to go for Friday's board: KR7 and KR5.",
        "[👍 Still 6/10] [Open form] [Later]",
    ]


def test_without_a_board_to_come_a_reminder_names_none(office: Office) -> None:
    prompt = office.ask([office.sso()], digest_at=None)

    assert reminded(office, prompt, at(12, 16)).splitlines()[0] == "One to go: KR5."
    assert reminded(office, prompt, at(13, 8), second=True).splitlines()[0] == "One tap is enough."


def in_two_teams(office: Office, other_board: datetime) -> m.Prompt:
    """Mei is asked about KR5 of Growth and the calls of Support, whose board is at another moment."""
    calls = office.kr(1, "Calls answered", team=office.found_team("SUP", "Support"))
    prompt = office.ask([office.sso(), calls])
    item = next(one for one in office.items(prompt) if one.kr_id == calls.id)
    office.session.get_one(m.RitualRun, item.run_id).digest_at = other_board
    return prompt


def test_boards_on_two_days_are_named_each(office: Office) -> None:
    assert reminded(office, in_two_teams(office, at(17, 9)), at(12, 16)).splitlines()[0] == (
        "Two to go: SUP-1 (Tue) and GRO-5 (Fri)."
    )


def test_boards_on_two_days_are_named_each_in_chinese(office_zh: Office) -> None:
    assert reminded(office_zh, in_two_teams(office_zh, at(17, 9)), at(12, 16)).splitlines()[0] == (
        "还差两个：SUP-1（周二）和 GRO-5（周五）。"
    )


def test_two_boards_of_one_day_are_that_day(office: Office) -> None:
    assert reminded(office, in_two_teams(office, at(13, 15)), at(12, 16)).splitlines()[0] == (
        "Two to go for Friday's board: SUP-1 and GRO-5."
    )


def test_the_second_reminder_needs_one_tap(office: Office) -> None:
    assert reminded(office, sample(office).prompt, at(13, 8, 50), second=True).splitlines() == [
        "The board goes out at 09:50. One tap is enough.",
        "KR2 31%, self-score 0.7 · KR5 6/10 · KR6 1.0",
        "[👍 All as shown] [Not this week]",
    ]


def test_the_second_reminder_needs_one_tap_in_chinese(office_zh: Office) -> None:
    assert reminded(office_zh, sample(office_zh).prompt, at(13, 8, 50), second=True).splitlines() == [
        "看板 09:50 发出，点一下就够。",
        "KR2 31%，自评 0.7 · KR5 6/10 · KR6 1.0",
        "[👍 都和上面一样] [这周跳过]",
    ]


def test_the_second_reminder_opens_the_form_where_one_tap_will_not_do(office: Office) -> None:
    prompt = office.ask([office.kr(7, "Nothing known"), office.kr(8, "Nor this")])

    assert reminded(office, prompt, at(13, 8, 50), second=True).splitlines() == [
        "The board goes out at 09:50. A line is enough.",
        "[Open form] [Not this week]",
    ]


def test_where_one_tap_will_not_do_none_is_promised_in_chinese(office_zh: Office) -> None:
    prompt = office_zh.ask([office_zh.kr(7, "Nothing known"), office_zh.kr(8, "Nor this")])

    assert reminded(office_zh, prompt, at(13, 8, 50), second=True).splitlines() == [
        "看板 09:50 发出，回一句就行。",
        "[打开表单] [这周跳过]",
    ]


def test_the_second_reminder_of_one_asks_it_with_its_own_buttons(office: Office) -> None:
    prompt = office.ask([office.kr(7, "Nothing known")])

    assert reminded(office, prompt, at(13, 8, 50), second=True).splitlines() == [
        "The board goes out at 09:50. One tap is enough.",
        "KR7 · Nothing known",
        "Where will it land by 31 Dec?",
        "[0.3] [0.5] [0.7] [1.0] [Not this week]",
    ]


def test_the_second_reminder_of_one_that_is_a_yes_or_no(office: Office) -> None:
    row = office.sso()
    office.say(row, at(5, 11), confidence="6")

    assert reminded(office, office.ask([row]), at(13, 8, 50), second=True).splitlines()[-2:] == [
        "How likely by 15 Dec?",
        "[👍 Still 6] [7 ▲] [5 ▼] [Done] [Not this week]",
    ]


@pytest.mark.parametrize("second", [False, True])
def test_a_reminder_of_what_is_answered_says_thanks(office: Office, second: bool) -> None:
    row = office.sso()
    prompt = office.ask([row])
    office.say(row, at(12, 17), prompt=prompt, confidence="8")

    assert reminded(office, prompt, at(12, 18), second=second) == "That's all, thank you. Board on Friday at 09:50."


def test_a_reminder_of_an_older_question_is_closed(office: Office) -> None:
    one = sample(office)
    office.ask([one.sso], at(19), digest_at=at(20, 9, 50))

    assert reminded(office, one.prompt, at(19, 12)) == "This check-in is closed; a newer one is below."
