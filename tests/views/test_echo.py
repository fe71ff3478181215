"""What Okra says back to a reply: lines, questions, undo and thanks, as spec/07 §12.2 has them."""

from datetime import datetime
from typing import Any

import pytest

from bot.cards.plain import plain_text
from bot.okr.replies import AskFacts, Code
from bot.views.echo import echo_card
from storage import check_ins
from storage import models as m
from tests.views.asked import Office, at, controls, sample
from tests.views.counting import statements

AFTER = at(12, 12)


def echoed(office: Office, now: datetime = AFTER, **data: Any) -> list[str]:
    return plain_text(echo_card(office.session, office.cards, office.mei, data, now)).splitlines()


def renewed(office: Office) -> m.KeyResult:
    row = office.renewals()
    office.say(row, at(5, 11), value="31", self_score="0.7")
    return row


def test_a_number_is_said_back_and_then_where_it_lands_is_asked(office: Office) -> None:
    row = renewed(office)
    answer = office.say(row, at(12, 11), value="33")
    office.ask_back(row, Code.Q_LANDS, AskFacts())

    assert echoed(office, inbox_id=answer.inbox_id) == [
        "✓ KR2 31% → 33% · score 0.43 · heading for 0.94 🟢 [Undo]",
        "And where will it land by 31 Dec?",
        "[0.3] [0.5] [0.7] [1.0]",
    ]


def test_a_number_is_said_back_in_chinese(office_zh: Office) -> None:
    row = renewed(office_zh)
    answer = office_zh.say(row, at(12, 11), value="33")
    office_zh.ask_back(row, Code.Q_LANDS, AskFacts())

    assert echoed(office_zh, inbox_id=answer.inbox_id) == [
        "✓ 已更新 KR2 31% → 33% · 得分 0.43 · 预计 0.94 🟢 [撤销]",
        "到 12月31日 会落在哪？",
        "[0.3] [0.5] [0.7] [1.0]",
    ]


def test_a_score_is_said_back_with_the_number_that_stands(office: Office) -> None:
    answer = office.say(renewed(office), at(12, 11), self_score="0.7")

    assert echoed(office, inbox_id=answer.inbox_id) == [
        "✓ KR2 self-score 0.7 · number still 31% of 5 Nov",
        "[Still 31%] [Enter number] [Undo]",
    ]


def test_several_key_results_have_a_line_each_and_one_undo(office: Office) -> None:
    money, sso = office.kr(1, "Enterprise MRR", ends=("30000", "60000"), unit="$"), office.sso()
    office.say(money, at(5, 11), value="46000")
    office.say(sso, at(5, 11), confidence="6")
    inbox = office.reply()
    office.confirm(money, at(12, 11), inbox=inbox, value="46000")
    office.say(sso, at(12, 11), inbox=inbox, confidence="7", blocked=True, blocker="Apple review")
    office.session.add(
        m.NextStep(workspace_id=office.workspace.id, team_id=office.team.id, kr_id=sso.id, text="Call", at=AFTER)
    )
    office.session.flush()

    assert echoed(office, inbox_id=inbox) == [
        "✓ KR1 no change, $46k",
        "✓ KR5 7/10 ▲ · blocked on Apple review [Undo]",
    ]


def test_buttons_stand_below_the_line_they_belong_to(office: Office) -> None:
    row, sso = renewed(office), office.sso()
    inbox = office.reply()
    office.say(row, at(12, 11), inbox=inbox, self_score="0.7")
    office.say(sso, at(12, 11), inbox=inbox, confidence="7")

    assert echoed(office, inbox_id=inbox) == [
        "✓ KR2 self-score 0.7 · number still 31% of 5 Nov",
        "[Still 31%] [Enter number]",
        "✓ KR5 7/10",
        "[Undo]",
    ]


def test_bad_news_is_thanked_for_and_help_offered(office: Office) -> None:
    row = renewed(office)
    answer = office.say(row, at(12, 11), self_score="0.3")
    office.ask_back(row, Code.Q_HELP, AskFacts())

    assert echoed(office, inbox_id=answer.inbox_id) == [
        "✓ KR2 0.3",
        "[＋ Next step] [Undo]",
        "Thanks for saying so early. What would help?",
        "[Ask the team] [Nothing now]",
    ]


def test_bad_news_is_thanked_for_in_chinese(office_zh: Office) -> None:
    row = renewed(office_zh)
    answer = office_zh.say(row, at(12, 11), self_score="0.3")

    assert echoed(office_zh, inbox_id=answer.inbox_id) == ["✓ KR2 0.3，谢谢及早告知。", "[＋下一步] [撤销]"]


def test_whole_numbers_that_move_slowly_can_be_tapped(office: Office) -> None:
    row = office.kr(1, "Interviews", ends=("0", "12"))
    office.say(row, at(5, 11), value="7", self_score="0.7")
    prompt = office.ask([row])
    answer = office.say(row, at(12, 11), prompt=prompt, self_score="0.7")

    assert echoed(office, inbox_id=answer.inbox_id)[1] == "[Still 7] [8] [9] [Other] [Undo]"


def test_outside_a_question_the_buttons_name_the_key_result_itself(office: Office) -> None:
    row = renewed(office)
    answer = office.say(row, at(12, 11), self_score="0.7")
    card = echo_card(office.session, office.cards, office.mei, {"inbox_id": answer.inbox_id}, AFTER)

    pressed = {getattr(one, "action", ""): getattr(one, "value", "") for one in controls(card)}
    assert pressed == {"still_kr": f"{row.token}:31", "form_kr": row.token, "undo": answer.token}


def test_in_a_question_the_buttons_answer_it(office: Office) -> None:
    row = renewed(office)
    prompt = office.ask([row])
    answer = office.say(row, at(12, 11), self_score="0.7")
    card = echo_card(office.session, office.cards, office.mei, {"inbox_id": answer.inbox_id}, AFTER)

    actions = [getattr(one, "action", "") for one in controls(card)]
    assert actions == ["still", "form", "undo"]
    assert getattr(controls(card)[0], "value", "") == f"{office.items(prompt)[0].token}:31"


def test_a_number_that_nobody_has_told_yet_can_be_told_right_away(office: Office) -> None:
    row = office.kr(2)
    office.ask([row])
    answer = office.say(row, at(12, 11), self_score="0.7")

    assert echoed(office, inbox_id=answer.inbox_id)[1] == "[Enter number] [Undo]"


def test_a_follow_up_is_told_in_the_same_line(office: Office) -> None:
    row = renewed(office)
    first = office.say(row, at(12, 11), value="33")
    office.say(row, at(12, 11, 1), inbox=first.inbox_id, supersedes=first, value="33", self_score="0.8")

    assert echoed(office, inbox_id=first.inbox_id) == [
        "✓ KR2 31% → 33% · self-score 0.8 · score 0.43 · heading for 0.94 🟢 [Undo]"
    ]


# --- questions -------------------------------------------------------------------------------------------


def test_optimism_is_asked_about_with_rounded_figures(office: Office) -> None:
    row = office.renewals()
    answer = office.say(row, at(12, 11), value="26", self_score="0.7")
    facts = AskFacts(a=office.view(row, AFTER).state.heading, score=answer.self_score)
    office.ask_back(row, Code.Q_HOPEFUL, facts)

    assert echoed(office, inbox_id=answer.inbox_id)[-1] == (
        "The pace says 0.43, you say 0.7. What makes you more hopeful? (a line is enough)"
    )


def test_optimism_in_words_is_asked_about_without_a_score(office: Office) -> None:
    row = office.renewals()
    answer = office.say(row, at(12, 11), value="26", confidence="7")
    office.ask_back(row, Code.Q_HOPEFUL, AskFacts(a=office.view(row, AFTER).state.heading))

    assert echoed(office, inbox_id=answer.inbox_id)[-1] == (
        "The pace says 0.43. What makes you more hopeful? (a line is enough)"
    )


def test_optimism_is_asked_about_in_chinese(office_zh: Office) -> None:
    row = office_zh.renewals()
    answer = office_zh.say(row, at(12, 11), value="26", self_score="0.7")
    office_zh.ask_back(row, Code.Q_HOPEFUL, AskFacts(a=office_zh.view(row).state.heading, score=answer.self_score))

    assert echoed(office_zh, inbox_id=answer.inbox_id)[-1] == (
        "按节奏约 0.43，你自评 0.7。是什么让你更乐观？（一句话就行）"
    )


def test_a_third_week_is_asked_about_with_what_can_be_done(office: Office) -> None:
    row = renewed(office)
    answer = office.confirm(row, at(12, 11), value="31")
    office.ask_back(row, Code.Q_MOVE, AskFacts(v=answer.value))

    assert echoed(office, inbox_id=answer.inbox_id)[-2:] == [
        "Third week at 31%. What would move it?",
        "[Next step] [Wrong measure] [Just slow]",
    ]


def test_a_next_step_is_offered_once_for_a_key_result(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="24", self_score="0.3")
    answer = office.confirm(row, at(12, 11), value="24")
    assert "[＋ Next step] [Undo]" in echoed(office, inbox_id=answer.inbox_id)
    office.ask_back(row, Code.Q_MOVE, AskFacts(v=answer.value))

    lines = echoed(office, inbox_id=answer.inbox_id)

    assert "[Next step] [Wrong measure] [Just slow]" in lines
    assert "＋ Next step" not in "".join(lines)


def test_next_steps_of_two_key_results_are_told_apart(office: Office) -> None:
    inbox = office.reply()
    for number in (2, 3):
        office.say(office.renewals(number), at(12, 11), inbox=inbox, value="24")

    buttons = "".join(echoed(office, inbox_id=inbox))

    assert "[＋ Next step for KR2]" in buttons
    assert "[＋ Next step for KR3]" in buttons


def test_a_question_that_stands_in_the_block_is_not_asked_twice(office: Office) -> None:
    row = renewed(office)
    prompt = office.ask([row])
    answer = office.say(row, at(12, 11), prompt=prompt, value="33")
    office.ask_back(row, Code.Q_LANDS, AskFacts(), prompt=prompt)

    assert echoed(office, inbox_id=answer.inbox_id) == ["✓ KR2 31% → 33% · score 0.43 · heading for 0.94 🟢 [Undo]"]


def test_an_older_answer_leaves_the_question_to_the_newest(office: Office) -> None:
    row = renewed(office)
    answer = office.say(row, at(12, 11), value="33")
    office.ask_back(row, Code.Q_LANDS, AskFacts())

    assert len(echoed(office, inbox_id=answer.inbox_id, newest=False)) == 1


# --- undo --------------------------------------------------------------------------------------------------


def taken_back(office: Office, *rows: m.CheckIn) -> list[int]:
    krs = {row.kr_id: office.session.get_one(m.KeyResult, row.kr_id) for row in rows}
    check_ins.take_back(office.session, rows, {key: office.view(row).kr for key, row in krs.items()}, AFTER)
    return sorted(krs)


def test_an_undo_says_what_holds_again(office: Office) -> None:
    restored = taken_back(office, office.say(renewed(office), at(12, 11), value="33"))

    assert echoed(office, inbox_id=None, restored=restored) == ["Back to 31% (5 Nov)."]


def test_an_undo_says_what_holds_again_in_chinese(office_zh: Office) -> None:
    restored = taken_back(office_zh, office_zh.say(renewed(office_zh), at(12, 11), value="33"))

    assert echoed(office_zh, inbox_id=None, restored=restored) == ["已恢复为 31%(11月5日)。"]


def test_an_echo_whose_words_were_taken_back_says_so_itself(office: Office) -> None:
    answer = office.say(renewed(office), at(12, 11), value="33")
    taken_back(office, answer)

    assert echoed(office, inbox_id=answer.inbox_id, stored=[answer.kr_id]) == ["Back to 31% (5 Nov)."]


def test_an_undo_of_several_names_each(office: Office) -> None:
    row, sso, score, new = renewed(office), office.sso(), office.kr(3), office.kr(4)
    office.say(sso, at(5, 11), confidence="6")
    office.say(score, at(5, 11), self_score="0.5")
    answers = [office.say(one, at(12, 11), self_score="0.9", confidence="9") for one in (row, sso, score, new)]

    assert echoed(office, inbox_id=None, restored=taken_back(office, *answers)) == [
        "KR2: Back to 31% (5 Nov).",
        "KR5: Back to 6/10.",
        "KR3: Back to self-score 0.5.",
        "KR4: Taken back; nothing is recorded now.",
    ]


# --- the end -----------------------------------------------------------------------------------------------


def test_the_last_answer_is_thanked_for(office: Office) -> None:
    one = sample(office)
    office.say(one.nps, at(12, 11), prompt=one.prompt, self_score="1.0")
    office.say(one.sso, at(12, 11), prompt=one.prompt, confidence="6")
    answer = office.say(one.renewals, at(12, 11), prompt=one.prompt, value="33")

    assert echoed(office, inbox_id=answer.inbox_id)[-1] == "That's all, thank you. Board on Friday at 09:50."


def test_the_last_answer_is_thanked_for_in_chinese(office_zh: Office) -> None:
    row = office_zh.sso()
    answer = office_zh.say(row, at(12, 11), prompt=office_zh.ask([row]), confidence="6")

    assert echoed(office_zh, inbox_id=answer.inbox_id)[-1] == "都好了，谢谢。周五 09:50 发看板。"


def test_with_something_left_it_is_not_all(office: Office) -> None:
    one = sample(office)
    answer = office.say(one.renewals, at(12, 11), prompt=one.prompt, value="33")

    assert "That's all" not in " ".join(echoed(office, inbox_id=answer.inbox_id))


def test_with_a_question_open_it_is_not_all(office: Office) -> None:
    row = renewed(office)
    answer = office.say(row, at(12, 11), prompt=office.ask([row]), value="33")
    office.ask_back(row, Code.Q_LANDS, AskFacts())

    assert "That's all" not in " ".join(echoed(office, inbox_id=answer.inbox_id))


def test_sentences_and_a_cut_are_told_below_the_lines(office: Office) -> None:
    answer = office.say(renewed(office), at(12, 11), value="33")
    extra = [{"msgid": "Next step noted: {text}", "params": {"text": "call Acme"}}]

    assert echoed(office, inbox_id=answer.inbox_id, extra=extra, truncated=True)[1:] == [
        "Next step noted: call Acme",
        "I read the first 2,000 characters and kept the rest unread.",
    ]


def test_where_nothing_is_left_to_say_it_is_settled(office: Office) -> None:
    assert echoed(office, inbox_id=office.reply()) == ["Thank you, that one is settled."]


@pytest.mark.parametrize("count", [2, 9])
def test_an_echo_takes_at_most_22_statements_however_many_lines_it_has(office: Office, count: int) -> None:
    rows = [office.kr(number) for number in range(1, count + 1)]
    prompt, inbox = office.ask(rows), office.reply()
    for row in rows:
        office.say(row, at(5, 11), value="31", confidence="5")
        office.say(row, at(12, 11), inbox=inbox, prompt=prompt, value="28", confidence="7")
    data = {"inbox_id": inbox}
    sent = statements(
        office.session, lambda: echo_card(office.session, office.cards, office.mei, data, AFTER), [office.mei]
    )

    assert len(sent) <= 22, "\n".join(sent)
