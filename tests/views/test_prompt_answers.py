"""The weekly question once it is answered, closed, too long, or ready to be confirmed as a whole (spec/07 §12.1)."""

import pytest

from bot.okr.model import CheckInKind, CheckInSource, KRState
from bot.okr.replies import AskFacts, Code
from bot.views.prompt import check_in_card, one_tap_items, reminder_card
from storage import models as m
from tests.views.asked import Office, at, sample, shown
from tests.views.counting import statements


def test_what_is_answered_becomes_a_receipt_in_its_place(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, value="33")

    assert shown(office, one.prompt, at(12, 11, 1)).splitlines()[3:10] == [
        "KR2 · Self-serve renewals",
        "✓ 31% → 33% · score 0.43 · heading for 0.94 🟢",
        "[Undo] [⋯]",
        "",
        "KR5 · SSO live for all customers by 15 Dec · 0/1",
        "Last: 6/10",
        "How likely by 15 Dec?",
    ]


def test_a_score_leaves_the_number_to_be_told(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, self_score="0.5")

    lines = shown(office, one.prompt, at(12, 11, 1)).splitlines()

    assert "✓ self-score 0.5 · number still 31% of 5 Nov" in lines
    assert "[Still 31%] [Enter number] [＋ Next step] [Undo] [⋯]" in lines


def test_what_was_typed_has_an_echo_of_its_own_that_offers_a_next_step(office: Office) -> None:
    one = sample(office)
    row = office.say(one.renewals, at(12, 11), prompt=one.prompt, self_score="0.5")
    row.source = CheckInSource.DM
    office.session.flush()

    assert "＋ Next step" not in shown(office, one.prompt, at(12, 11, 1))


def test_two_answers_to_one_question_are_told_together(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, self_score="0.5")
    office.say(one.renewals, at(12, 12), prompt=one.prompt, value="33")

    assert "✓ 31% → 33% · self-score 0.5 · score 0.43 · heading for 0.94 🟡" in shown(office, one.prompt, at(12, 13))


def test_the_last_tap_counts(office: Office) -> None:
    one = sample(office)
    for minute, score in enumerate(("0.3", "1.0", "0.7")):
        office.say(one.renewals, at(12, 11, minute), prompt=one.prompt, self_score=score)

    assert "✓ self-score 0.7 · number still 31% of 5 Nov" in shown(office, one.prompt, at(12, 12))


def test_attesting_a_number_keeps_the_score_that_was_tapped_before(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, self_score="1.0")
    office.confirm(one.renewals, at(12, 11, 1), prompt=one.prompt, value="31")

    assert "✓ still 31% · self-score 1.0 · score 0.37 · heading for 0.79 🟢" in shown(office, one.prompt, at(12, 12))


def test_the_score_buttons_stay_where_only_the_number_was_attested(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="31")
    prompt = office.ask([row])
    office.confirm(row, at(12, 11), prompt=prompt, value="31")

    assert shown(office, prompt, at(12, 12)).splitlines()[3:] == [
        "KR2 · Self-serve renewals",
        "✓ no change, 31%",
        "Where will it land by 31 Dec?",
        "[0.3] [0.5] [0.7] [1.0] [Undo] [⋯]",
    ]


def test_blocks_stay_where_they_are_when_they_are_answered(office: Office) -> None:
    low, high = office.kr(1, "Low"), office.kr(2, "High")
    office.say(low, at(5, 11), value="22")
    office.say(high, at(5, 11), value="31")
    prompt = office.ask([high, low])
    office.say(low, at(12, 11), prompt=prompt, value="50")  # now the better one, and reached

    titles = [line.split(" · ")[1] for line in shown(office, prompt, at(12, 12)).splitlines() if line.startswith("KR")]

    assert [title.split(" ")[0] for title in titles] == ["Low", "High"]


def test_all_answered_ends_with_thanks(office: Office) -> None:
    one = sample(office)
    for row in (one.renewals, one.nps):
        office.say(row, at(12, 11), prompt=one.prompt, self_score="1.0")
    office.say(one.sso, at(12, 11), prompt=one.prompt, confidence="7")
    lines = shown(office, one.prompt, at(12, 12)).splitlines()

    assert lines[1] == "That's all, thank you. Board on Friday at 09:50."
    assert "✓ 7/10 ▲" in lines
    assert "[👍 All as shown]" not in lines


def test_all_answered_ends_with_thanks_in_chinese(office_zh: Office) -> None:
    row = office_zh.sso()
    prompt = office_zh.ask([row])
    office_zh.say(row, at(12, 11), prompt=prompt, done=True)

    assert shown(office_zh, prompt, at(12, 12)).splitlines() == [
        "每周更新 · 增长组 · 第 7/13 周",
        "都好了，谢谢。周五 09:50 发看板。",
        "",
        "KR5 · 单点登录全量上线",
        "✓ 已达成 ✅",
        "[撤销] [⋯]",
    ]


def test_a_question_back_stands_in_the_block_that_was_tapped(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, self_score="0.3")
    office.ask_back(one.renewals, Code.Q_HELP, AskFacts(), prompt=one.prompt)

    lines = shown(office, one.prompt, at(12, 12)).splitlines()

    where = lines.index("KR2 · Self-serve renewals")
    assert lines[where + 1 : where + 5] == [
        "✓ 0.3",
        "[＋ Next step] [Undo] [⋯]",
        "Thanks for saying so early. What would help?",
        "[Ask the team] [Nothing now]",
    ]


def test_a_low_number_is_thanked_for_where_nothing_is_asked_back(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, self_score="0.3")

    assert "✓ 0.3. Thanks for saying so early." in shown(office, one.prompt, at(12, 12)).splitlines()


def test_a_question_back_delays_the_thanks_for_all(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="31")
    prompt = office.ask([row])
    office.say(row, at(12, 11), prompt=prompt, self_score="0.3")
    office.ask_back(row, Code.Q_HELP, AskFacts(), prompt=prompt)

    assert "That's all" not in shown(office, prompt, at(12, 12))


def test_a_skipped_one_says_how_it_shows(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, kind=CheckInKind.SKIP)
    office.say(one.sso, at(12, 11), prompt=one.prompt, kind=CheckInKind.SKIP, note="no data yet")
    lines = shown(office, one.prompt, at(12, 12)).splitlines()

    assert "Skipped for this week. It shows as not updated." in lines
    assert "No data yet. It shows as not updated." in lines
    assert lines.count("[Undo] [⋯]") == 2


def test_a_skip_takes_back_what_was_said_before_it(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, self_score="0.5")
    office.say(one.renewals, at(12, 12), prompt=one.prompt, kind=CheckInKind.SKIP)

    lines = shown(office, one.prompt, at(12, 13)).splitlines()

    assert lines[3:6] == [
        "KR2 · Self-serve renewals",
        "Skipped for this week. It shows as not updated.",
        "[Undo] [⋯]",  # no [Still 31%]: nothing is asked of who passed
    ]


def test_what_is_said_after_a_skip_counts(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, kind=CheckInKind.SKIP, note="no data yet")
    office.say(one.renewals, at(12, 12), prompt=one.prompt, value="33")

    assert "✓ 31% → 33% · score 0.43 · heading for 0.94 🟢" in shown(office, one.prompt, at(12, 13)).splitlines()


def test_a_co_owners_answer_is_told_and_can_be_differed_from(office: Office) -> None:
    one = sample(office)
    office.answered_by(one.prompt, office.say(one.renewals, at(12, 11), by=office.li, value="33", note="From finance"))

    assert "Answered by Li: 31% → 33% · “From finance”. See it differently? [Add my view]" in shown(
        office, one.prompt, at(12, 12)
    )


def test_a_co_owners_answer_is_told_in_chinese(office_zh: Office) -> None:
    row = office_zh.renewals()
    prompt = office_zh.ask([row])
    office_zh.answered_by(prompt, office_zh.say(row, at(12, 11), by=office_zh.li, value="33"))

    assert shown(office_zh, prompt, at(12, 12)).splitlines()[-1] == "李已回答：33%。看法不同？ [补充]"


def test_an_older_question_is_closed_once_a_newer_one_is_there(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, value="33")
    office.ask([one.renewals, one.sso], at(19), digest_at=at(20, 9, 50))
    office.say(one.renewals, at(19, 11), value="40")

    assert shown(office, one.prompt, at(19, 12)).splitlines() == [
        "Weekly check-in · Growth · week 7 of 13",
        "This check-in is closed; a newer one is below.",
        "",
        "KR2 · Self-serve renewals",
        "✓ 31% → 33%",  # the figures of that day are gone, and those of today are not its
        "",
        "KR5 · SSO live for all customers",
        "not updated",
        "",
        "KR6 · NPS",
        "not updated",
    ]


def test_what_is_paused_meanwhile_is_not_asked_any_more(office: Office) -> None:
    one = sample(office)
    one.renewals.state = KRState.PAUSED

    assert "KR2" not in shown(office, one.prompt)


def test_not_mine_is_noted(office: Office) -> None:
    one = sample(office)
    office.items(one.prompt)[2].state = m.ItemState.NOT_MINE

    assert "KR2 · Self-serve renewals\nNoted: not yours." in shown(office, one.prompt)


def test_after_a_day_there_is_no_undo(office: Office) -> None:
    one = sample(office)
    office.say(one.renewals, at(12, 11), prompt=one.prompt, value="33")

    assert "[Undo]" in shown(office, one.prompt, at(13, 10, 59))
    assert "[Undo]" not in shown(office, one.prompt, at(13, 11))


def many(office: Office, count: int) -> list[m.KeyResult]:
    rows = [office.kr(number, f"Number {number}") for number in range(1, count + 1)]
    for row in rows:
        office.say(row, at(10, 11), value="31", self_score="0.7")
    return rows


def test_at_most_seven_blocks_are_shown(office: Office) -> None:
    lines = shown(office, office.ask(many(office, 9))).splitlines()

    assert sum(line.startswith("KR") for line in lines) == 7
    assert lines[-1] == "and 2 more [Open form]"


def test_one_more_than_seven_is_one_more(office: Office) -> None:
    assert shown(office, office.ask(many(office, 8))).splitlines()[-1] == "and one more [Open form]"


# --- [👍 All as shown] -----------------------------------------------------------------------------------


def test_one_tap_answers_what_is_shown(office: Office) -> None:
    one = sample(office)

    found = one_tap_items(office.session, office.seen_by_mei(), one.prompt)

    assert [view.kr.label for _item, view in found] == ["KR2", "KR5", "KR6"]


def test_nobody_confirms_what_is_not_shown(office: Office) -> None:
    prompt = office.ask(many(office, 8))

    assert "[👍 All as shown]" not in shown(office, prompt)
    assert one_tap_items(office.session, office.seen_by_mei(), prompt) == []


def test_one_that_needs_a_look_keeps_the_one_tap_away(office: Office) -> None:
    one = sample(office)
    fresh = office.ask([one.renewals, one.sso, office.kr(7, "Nothing known")], at(13))

    assert "[👍 All as shown]" not in shown(office, fresh, at(13))


def test_the_one_tap_that_stands_there_is_not_refused_the_next_morning(office: Office) -> None:
    one = sample(office)
    view = office.seen_by_mei(at(13, 8, 50))

    assert len(one_tap_items(office.session, view, one.prompt)) == 3  # 31% is now six working days old


def test_one_open_block_needs_no_second_button(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="31", self_score="0.7")

    assert "[👍 All as shown]" not in shown(office, office.ask([row]))


# --- how much is asked of the database -----------------------------------------------------------------


def answered_all_ways(office: Office, count: int) -> m.Prompt:
    """Everything that can stand in a block: a low answer, another's answer, an open question, a question back."""
    rows = many(office, count)
    prompt = office.ask(rows)
    for number, row in enumerate(rows):
        if number % 3 == 0:
            office.say(row, at(12, 11), prompt=prompt, value="22", self_score="0.3", confidence="3")
        elif number % 3 == 1:
            office.answered_by(prompt, office.say(row, at(12, 11), by=office.li, value="33"))
    office.ask_back(rows[0], Code.Q_HELP, AskFacts(), prompt=prompt)
    return prompt


@pytest.mark.parametrize("count", [3, 7, 12])
def test_a_question_takes_at_most_25_statements_however_much_it_asks_about(office: Office, count: int) -> None:
    prompt = answered_all_ways(office, count)
    session, cards = office.session, office.cards
    sent = statements(session, lambda: check_in_card(session, cards, prompt, at(12, 12)), [prompt])

    assert len(sent) <= 25, "\n".join(sent)


@pytest.mark.parametrize("count", [3, 7, 12])
def test_a_reminder_takes_at_most_21_statements_however_much_is_open(office: Office, count: int) -> None:
    prompt = answered_all_ways(office, count)
    session, cards = office.session, office.cards
    sent = statements(session, lambda: reminder_card(session, cards, prompt, at(12, 16), second=True), [prompt])

    assert len(sent) <= 21, "\n".join(sent)
