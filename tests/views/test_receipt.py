"""What was recorded, said back: every kind of word, its figures, its colour and its buttons (spec/07 §12.2)."""

from decimal import Decimal
from typing import Any

import pytest

from bot.cards.plain import plain_text
from bot.okr.model import Band, CheckInKind, KRType, ScoreMode, Status
from bot.views.echo import echo_card
from bot.views.receipt import Receipt, Spoken, receipt, tell
from storage import check_ins
from storage import models as m
from tests.views.asked import Office, at

AFTER = at(12, 12)


def line(office: Office, answer: m.CheckIn) -> str:
    card = echo_card(office.session, office.cards, office.mei, {"inbox_id": answer.inbox_id}, AFTER)
    return plain_text(card).splitlines()[0].removesuffix(" [Undo]").removesuffix(" [撤销]")


def told(office: Office, answer: m.CheckIn, token: str = "") -> Receipt:
    row = office.session.get_one(m.KeyResult, answer.kr_id)
    return receipt(office.session, office.view(row, AFTER), answer, token)


def known(office: Office) -> m.KeyResult:
    row = office.renewals()
    office.say(row, at(5, 11), value="31", self_score="0.7")
    return row


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"value": "33"}, "✓ KR2 31% → 33% · score 0.43 · heading for 0.94 🟢"),
        ({"value": "33", "approx": True}, "✓ KR2 31% → about 33% · score 0.43 · heading for 0.94 🟢"),
        ({"value": "33", "self_score": "0.7"}, "✓ KR2 31% → 33% · self-score 0.7 · score 0.43 · heading for 0.94 🟢"),
        ({"value": "31"}, "✓ KR2 31% · score 0.37 · heading for 0.79 🟢"),
        ({"value": "56"}, "✓ KR2 31% → 56% · score 1.00 (120%) · heading for 1.00+ ✅"),
        ({"value": "18"}, "✓ KR2 31% → 18% · score 0.00 · below where we started · heading for 0.00"),
        ({"self_score": "0.7"}, "✓ KR2 self-score 0.7 · number still 31% of 5 Nov"),
        ({"self_score": "0.3"}, "✓ KR2 0.3. Thanks for saying so early."),
        (
            {"self_score": "0.39", "value": "30"},
            "✓ KR2 31% → 30% · self-score 0.39 · score 0.33 · heading for 0.72. Thanks for saying so early.",
        ),
        ({"confidence": "7"}, "✓ KR2 7/10 · number still 31% of 5 Nov"),
        ({"status_said": Band.ON_TRACK}, "✓ KR2 on track · number still 31% of 5 Nov"),
        ({"status_said": Band.OFF_TRACK}, "✓ KR2 off track. Thanks for saying so early."),
        ({"blocked": True, "blocker": "legal"}, "✓ KR2 blocked on legal"),
        ({"blocked": True}, "✓ KR2 blocked"),
        ({"blocked": False}, "✓ KR2 no longer blocked"),
        ({"help_wanted": "a front-end day"}, "✓ KR2 help: a front-end day"),
        (
            {"value": "33", "note": "Acme renewed"},
            "✓ KR2 31% → 33% · “Acme renewed” · score 0.43 · heading for 0.94 🟢",
        ),
        ({"kind": CheckInKind.CONFIRM, "value": "31"}, "✓ KR2 no change, 31%"),
        (
            {"kind": CheckInKind.CONFIRM, "value": "31", "self_score": "0.7"},
            "✓ KR2 no change, 31% · self-score 0.7",
        ),
        ({"kind": CheckInKind.SKIP}, "KR2: Skipped for this week. It shows as not updated."),
        ({"kind": CheckInKind.SKIP, "note": "no data yet"}, "KR2: No data yet. It shows as not updated."),
    ],
)
def test_what_is_said_of_a_number(office: Office, said: dict[str, Any], words: str) -> None:
    assert line(office, office.say(known(office), at(12, 11), **said)) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"value": "33"}, "✓ 已更新 KR2 31% → 33% · 得分 0.43 · 预计 0.94 🟢"),
        ({"self_score": "0.7"}, "✓ KR2 自评 0.7 · 数值还是 11月5日的 31%"),
        ({"self_score": "0.3"}, "✓ KR2 0.3，谢谢及早告知。"),
        ({"kind": CheckInKind.CONFIRM, "value": "31"}, "✓ KR2 没有变化，31%"),
        ({"blocked": True, "blocker": "法务"}, "✓ KR2 卡在法务"),
        ({"kind": CheckInKind.SKIP}, "KR2：本周跳过，看板上显示为未更新。"),
    ],
)
def test_what_is_said_of_a_number_in_chinese(office_zh: Office, said: dict[str, Any], words: str) -> None:
    assert line(office_zh, office_zh.say(known(office_zh), at(12, 11), **said)) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"confidence": "7"}, "✓ KR5 7/10 ▲"),
        ({"confidence": "5"}, "✓ KR5 5/10 ▼"),
        ({"confidence": "6"}, "✓ KR5 6/10"),
        ({"confidence": "2"}, "✓ KR5 2/10 ▼. Thanks for saying so early."),
        ({"confidence": "7", "blocked": True, "blocker": "Apple review"}, "✓ KR5 7/10 ▲ · blocked on Apple review"),
        ({"kind": CheckInKind.CONFIRM, "confidence": "6"}, "✓ KR5 no change, 6/10"),
        ({"done": True}, "✓ KR5 done ✅"),
        ({"done": False}, "✓ KR5 still open"),
    ],
)
def test_what_is_said_of_a_yes_or_no(office: Office, said: dict[str, Any], words: str) -> None:
    row = office.sso()
    office.say(row, at(5, 11), confidence="6")

    assert line(office, office.say(row, at(12, 11), **said)) == words


def test_what_is_said_of_steps(office: Office) -> None:
    row = office.kr(4, "SOC 2 report", KRType.MILESTONE, ends=None)
    office.steps(row, "Scope", "Evidence", "Audit", "Report")

    assert line(office, office.say(row, at(12, 11), steps_done=(1, 2))) == "✓ KR4 2 of 4 steps · score 0.50"


def test_what_is_said_of_a_range(office: Office) -> None:
    lo, hi = Decimal(70), Decimal(80)
    row = office.kr(3, "Utilisation", KRType.RANGE, ends=None, unit="%", range_lo=lo, range_hi=hi, baseline=lo)
    words = line(office, office.say(row, at(12, 11), value="84"))

    assert words == "✓ KR3 84% · out of range · score 1.00 · heading for 0.46 🟡"


def test_a_first_number_has_no_score_yet(office: Office) -> None:
    row = office.kr(4, "Redemption", KRType.BASELINE, ends=None, unit="%")

    assert line(office, office.say(row, at(12, 11), value="12")) == "✓ KR4 12%"


def test_agreeing_to_a_proposal_is_a_score(office: Office) -> None:
    row = office.nps()
    office.measure(row, at(12, 7), "41")

    assert line(office, office.confirm(row, at(12, 11), self_score="1.0")) == "✓ KR6 self-score 1.0"


def test_amounts_are_said_back_exactly(office: Office) -> None:
    row = office.kr(1, "Enterprise MRR", ends=("30000", "60000"), unit="$")
    office.say(row, at(5, 11), value="46000")

    assert line(office, office.say(row, at(12, 11), value="46540")).startswith("✓ KR1 $46k → $46,540 · score 0.55")


# --- what it is measured against -------------------------------------------------------------------------


def test_a_correction_is_told_from_what_was_before_the_mistake(office: Office) -> None:
    row = known(office)
    mistake = office.say(row, at(12, 11), value="45")

    assert line(office, office.say(row, at(12, 11, 5), value="46", supersedes=mistake)).startswith("✓ KR2 31% → 46%")


def test_what_was_taken_back_is_not_what_was_before(office: Office) -> None:
    row = known(office)
    mistake = office.say(row, at(12, 11), value="45", confidence="3")
    check_ins.take_back(office.session, [mistake], {row.id: office.view(row).kr}, at(12, 11, 2))

    assert line(office, office.say(row, at(12, 11, 5), value="33", confidence="5")) == (
        "✓ KR2 31% → 33% · 5/10 · score 0.43 · heading for 0.94 🟢"
    )


def test_an_older_answer_keeps_its_words_and_not_todays_figures(office: Office) -> None:
    row = known(office)
    older = office.say(row, at(11, 11), value="33")
    judged = office.say(row, at(11, 12), self_score="0.5")
    office.say(row, at(12, 11), value="40")

    assert line(office, older) == "✓ KR2 31% → 33%"
    assert line(office, judged) == "✓ KR2 self-score 0.5"


def test_a_number_told_the_same_day_is_not_asked_for_again(office: Office) -> None:
    row = known(office)
    office.say(row, at(12, 10), value="33")

    assert line(office, office.say(row, at(12, 11), self_score="0.8")) == "✓ KR2 self-score 0.8"


# --- colour ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "status"), [("33", Status.ON_TRACK), ("28", Status.AT_RISK), ("22", None), ("21", None)]
)
def test_low_numbers_carry_no_red(office: Office, value: str, status: Status | None) -> None:
    answer = office.say(office.renewals(), at(12, 11), value=value)

    assert told(office, answer).status is status
    assert "🔴" not in line(office, answer)


def test_in_progress_mode_a_small_number_early_is_no_bad_news(office: Office) -> None:
    office.workspace.score_mode = ScoreMode.PROGRESS
    row = known(office)

    assert not told(office, office.say(row, at(12, 11), self_score="0.35")).low  # 0.76 of the pace
    assert told(office, office.say(row, at(12, 11, 1), self_score="0.15")).low


# --- buttons -----------------------------------------------------------------------------------------------


def test_one_that_is_not_well_offers_a_next_step_unless_there_is_one(office: Office) -> None:
    row = office.renewals()
    answer = office.say(row, at(12, 11), value="28")
    assert told(office, answer).offers_next_step

    step = m.NextStep(
        workspace_id=office.workspace.id, team_id=office.team.id, kr_id=row.id, text="Call Acme", at=at(12, 11)
    )
    office.session.add(step)
    office.session.flush()
    assert not told(office, answer).offers_next_step

    step.state = m.NextStepState.DONE
    office.session.flush()
    assert told(office, answer).offers_next_step


def test_one_that_is_well_offers_none(office: Office) -> None:
    assert not told(office, office.say(office.renewals(), at(12, 11), value="33")).offers_next_step


def nearby(office: Office, ends: tuple[str, str], last: str, **more: Any) -> tuple[Decimal, ...]:
    row = office.kr(1, "Interviews", ends=ends, **more)
    office.say(row, at(5, 11), value=last)
    return told(office, office.say(row, at(12, 11), self_score="0.7"), "token").nearby


def test_whole_numbers_that_move_slowly_can_be_tapped(office: Office) -> None:
    assert nearby(office, ("0", "12"), "5") == (Decimal(6), Decimal(7))


def test_they_go_the_way_the_target_lies(office: Office) -> None:
    assert nearby(office, ("12", "0"), "1") == (Decimal(0),)


@pytest.mark.parametrize(("target", "found"), [("39", 2), ("40", 0)])
def test_three_a_week_is_the_most(office: Office, target: str, found: int) -> None:
    assert len(nearby(office, ("0", target), "5")) == found  # 13 weeks


@pytest.mark.parametrize(
    "more", [{"unit": "%"}, {"unit": "$"}, {"decimals": 1}], ids=["percentages", "money", "fractions"]
)
def test_what_is_measured_is_never_offered_as_a_guess(office: Office, more: dict[str, Any]) -> None:
    assert nearby(office, ("0", "12"), "5", **more) == ()


@pytest.mark.parametrize(("ends", "last"), [(("0", "12.5"), "5"), (("0", "12"), "5.5")])
def test_fractions_are_never_offered(office: Office, ends: tuple[str, str], last: str) -> None:
    assert nearby(office, ends, last) == ()


def test_a_number_that_was_told_needs_no_guess(office: Office) -> None:
    row = office.kr(1, "Interviews", ends=("0", "12"))
    office.say(row, at(5, 11), value="5")

    assert told(office, office.say(row, at(12, 11), value="6"), "token").nearby == ()


def test_a_large_count_is_carried_whole(office: Office) -> None:
    row = office.kr(1, "Shops", ends=("1990", "2010"))
    office.say(row, at(5, 11), value="1999")
    answer = told(office, office.say(row, at(12, 11), self_score="0.7"), "token")

    assert [answer.tells(value) for value in answer.nearby] == ["token:2000", "token:2001"]


def test_of_an_answer_that_was_passed_over_in_the_end_only_the_skip_is_told(office: Office) -> None:
    row = known(office)
    said = office.say(row, at(12, 11), value="33", self_score="0.5")
    skip = office.say(row, at(12, 11, 5), kind=CheckInKind.SKIP)
    spoken = tell(office.session, [Spoken(office.view(row, AFTER), (said, skip))])[0]

    assert spoken.skipped
    assert (spoken.value, spoken.self_score, spoken.score, spoken.note) == (None, None, None, None)


def test_two_owners_far_apart_in_a_week_are_both_kept(office: Office) -> None:
    row = office.renewals()
    office.session.add(m.CoOwner(workspace_id=office.workspace.id, kr_id=row.id, person_id=office.li.id))
    office.say(row, at(9, 11), by=office.li, self_score="0.4")
    answer = office.say(row, at(12, 11), self_score="0.7")

    shown = echo_card(office.session, office.cards, office.mei, {"inbox_id": answer.inbox_id}, AFTER)

    assert "Li said 0.4 on Monday, you say 0.7. I kept both; the board shows 0.7." in plain_text(shown)


@pytest.mark.parametrize(
    ("theirs", "mine", "differ"),
    [
        ({"self_score": "0.5"}, {"self_score": "0.7"}, True),
        ({"self_score": "0.55"}, {"self_score": "0.7"}, False),
        ({"confidence": "4"}, {"confidence": "7"}, True),
        ({"confidence": "5"}, {"confidence": "7"}, False),
        ({"confidence": "2"}, {"self_score": "0.7"}, False),
    ],
)
def test_from_which_distance_owners_differ(
    office: Office, theirs: dict[str, Any], mine: dict[str, Any], differ: bool
) -> None:
    row = office.renewals()
    office.session.add(m.CoOwner(workspace_id=office.workspace.id, kr_id=row.id, person_id=office.li.id))
    office.say(row, at(9, 11), by=office.li, **theirs)

    assert (told(office, office.say(row, at(12, 11), **mine)).other is not None) is differ


def test_a_word_of_another_week_or_of_no_owner_is_not_a_different_view(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(4, 11), by=office.li, self_score="0.2")
    office.say(row, at(11, 11), by=office.bea, self_score="0.2")
    office.session.add(m.CoOwner(workspace_id=office.workspace.id, kr_id=row.id, person_id=office.li.id))

    assert told(office, office.say(row, at(12, 11), self_score="0.7")).other is None


def test_a_different_view_in_chinese(office_zh: Office) -> None:
    row = office_zh.renewals()
    office_zh.session.add(m.CoOwner(workspace_id=office_zh.workspace.id, kr_id=row.id, person_id=office_zh.li.id))
    office_zh.say(row, at(9, 11), by=office_zh.li, confidence="4")
    answer = office_zh.say(row, at(12, 11), confidence="7")

    shown = plain_text(
        echo_card(office_zh.session, office_zh.cards, office_zh.mei, {"inbox_id": answer.inbox_id}, AFTER)
    )

    assert "李周一说的是 4/10，你说 7/10。两个都留着，看板显示 7/10。" in shown
