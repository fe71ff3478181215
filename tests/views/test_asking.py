"""How a key result is asked about: in which order, and whether one tap for all may answer it (spec/07 §12.1)."""

from datetime import datetime
from decimal import Decimal

import pytest

from bot.okr.model import Cadence, CheckInKind, KRType, ScoreMode
from bot.views.asking import Question, fit_for_one_tap, order_of, proposal_of, question_of, unchanged_weeks
from storage import models as m
from tests.views.asked import ASKED_AT, Office, at


def weeks(office: Office, row: m.KeyResult, now: datetime = ASKED_AT) -> int:
    return unchanged_weeks(office.view(row, now), now)


def known(office: Office) -> m.KeyResult:
    """28% and 0.7, told three weeks ago."""
    row = office.renewals()
    office.say(row, at(22, 11, month=10), value="28", self_score="0.7")
    return row


def thumb(office: Office, row: m.KeyResult, moment: datetime, prompt: m.Prompt | None = None) -> None:
    office.confirm(row, moment, prompt=prompt, value="28", self_score="0.7")


# --- weeks without a change ------------------------------------------------------------------------------


def test_a_number_that_was_told_anew_is_no_unchanged_week(office: Office) -> None:
    assert weeks(office, known(office)) == 0


def test_each_week_with_nothing_but_a_thumb_counts(office: Office) -> None:
    row = known(office)
    thumb(office, row, at(29, 11, month=10))
    assert weeks(office, row, at(5)) == 1

    thumb(office, row, at(5, 11))
    assert weeks(office, row) == 2


def test_only_the_newest_word_of_a_week_counts(office: Office) -> None:
    row = known(office)
    for day in (29, 30):
        thumb(office, row, at(day, 11, month=10))
    assert weeks(office, row, at(5)) == 1

    thumb(office, row, at(5, 11))
    office.say(row, at(5, 12), value="29")
    assert weeks(office, row) == 0


def test_what_is_said_now_is_this_week_and_does_not_count(office: Office) -> None:
    row = known(office)
    thumb(office, row, at(29, 11, month=10))
    thumb(office, row, at(5, 11))
    prompt = office.ask([row])
    thumb(office, row, at(12, 11), prompt)

    assert weeks(office, row, at(12, 11)) == 2


def test_a_second_thumb_on_the_same_question_is_the_same_week(office: Office) -> None:
    row = known(office)
    thumb(office, row, at(5, 11))
    prompt = office.ask([row])
    thumb(office, row, at(12, 11), prompt)
    thumb(office, row, at(17, 11), prompt)

    assert weeks(office, row, at(17, 11)) == 1


@pytest.mark.parametrize("now", [at(12), at(16), at(18, 23)])
def test_a_question_that_is_answered_days_later_counts_the_same(office: Office, now: datetime) -> None:
    row = known(office)
    thumb(office, row, at(29, 11, month=10))
    thumb(office, row, at(5, 11))

    assert weeks(office, row, now) == 2


def test_a_week_of_silence_ends_the_count(office: Office) -> None:
    row = known(office)
    thumb(office, row, at(29, 11, month=10))
    thumb(office, row, at(5, 11))

    assert weeks(office, row, at(20)) == 0


def test_a_skip_says_nothing_about_change(office: Office) -> None:
    row = known(office)
    thumb(office, row, at(29, 11, month=10))
    thumb(office, row, at(5, 11))
    office.say(row, at(5, 12), kind=CheckInKind.SKIP)

    assert weeks(office, row) == 2


def test_every_second_week_the_weeks_are_twice_as_long(office: Office) -> None:
    row = known(office)
    row.cadence = m.CadenceOfKR(Cadence.BIWEEKLY)
    for moment in (at(15, 11, month=10), at(29, 11, month=10)):
        thumb(office, row, moment)

    assert weeks(office, row) == 1  # 22 October lies between, and moved it


# --- one tap for all -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "fit"), [(5, True), (4, False)])
def test_a_number_may_be_a_cadence_old(office: Office, day: int, fit: bool) -> None:
    row = office.renewals()
    office.say(row, at(day, 11), value="31")

    assert fit_for_one_tap(office.view(row), ASKED_AT) is fit


@pytest.mark.parametrize(("day", "month", "fit"), [(29, 10, True), (28, 10, False)])
def test_every_second_week_it_may_be_ten_days_old(office: Office, day: int, month: int, fit: bool) -> None:
    row = office.renewals()
    row.cadence = m.CadenceOfKR(Cadence.BIWEEKLY)
    office.say(row, at(day, 11, month=month), value="31")

    assert fit_for_one_tap(office.view(row), ASKED_AT) is fit


def test_a_fresh_score_does_not_make_an_old_number_fresh(office: Office) -> None:
    row = known(office)
    office.say(row, at(11, 11), self_score="0.7")

    assert not fit_for_one_tap(office.view(row), ASKED_AT)


def test_a_score_without_a_number_is_nothing_to_confirm(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(11, 11), self_score="0.7")

    assert not fit_for_one_tap(office.view(row), ASKED_AT)


@pytest.mark.parametrize(("day", "fit"), [(5, True), (4, False)])
def test_a_likelihood_may_be_a_cadence_old(office: Office, day: int, fit: bool) -> None:
    row = office.sso()
    office.say(row, at(day, 11), confidence="6")
    office.say(row, at(11, 11), blocked=True)  # a newer word, but no likelihood

    assert fit_for_one_tap(office.view(row), ASKED_AT) is fit


@pytest.mark.parametrize(("day", "fit"), [(5, True), (4, False)])
def test_a_proposal_is_as_old_as_its_reading(office: Office, day: int, fit: bool) -> None:
    row = office.nps()
    office.measure(row, at(day, 7), "41")

    assert fit_for_one_tap(office.view(row), ASKED_AT) is fit


def test_what_was_asked_a_day_ago_is_as_fit_as_it_was_then(office: Office) -> None:
    row = office.renewals()
    office.say(row, at(5, 11), value="31")
    next_day = at(13, 9)

    assert not fit_for_one_tap(office.view(row, next_day), next_day)
    assert fit_for_one_tap(office.view(row, next_day), next_day, ASKED_AT.date())


def test_two_unchanged_weeks_need_a_look(office: Office) -> None:
    row = known(office)
    thumb(office, row, at(5, 11))
    assert fit_for_one_tap(office.view(row), ASKED_AT)

    thumb(office, row, at(29, 11, month=10))
    assert not fit_for_one_tap(office.view(row), ASKED_AT)


def test_a_first_number_is_never_a_matter_of_one_tap(office: Office) -> None:
    row = office.kr(4, "Redemption", KRType.BASELINE, ends=None, unit="%")
    office.say(row, at(11, 11), value="12")

    assert not fit_for_one_tap(office.view(row), ASKED_AT)


def test_nothing_known_is_nothing_to_confirm(office: Office) -> None:
    for row in (office.renewals(), office.sso(), office.nps()):
        assert not fit_for_one_tap(office.view(row), ASKED_AT)


def test_steps_can_be_confirmed_where_a_score_was_told(office: Office) -> None:
    row = office.kr(4, "SOC 2 report", KRType.MILESTONE, ends=None)
    office.steps(row, "Scope", "Audit")
    office.say(row, at(6, 11), steps_done=(1,))
    assert not fit_for_one_tap(office.view(row), ASKED_AT)

    office.say(row, at(6, 12), self_score="0.7")
    assert fit_for_one_tap(office.view(row), ASKED_AT)


# --- the order ---------------------------------------------------------------------------------------------


def test_worst_heading_first_then_none_then_binary_then_automated_then_done(office: Office) -> None:
    done, feed, binary = office.renewals(1), office.nps(2), office.sso(3)
    unknown, good, bad = (office.kr(number, "Any") for number in (4, 5, 6))
    office.say(done, at(5, 11), value="50")
    office.measure(feed, at(12, 7), "33")
    office.say(binary, at(5, 11), confidence="1")
    office.say(good, at(5, 11), value="40")
    office.say(bad, at(5, 11), value="22")

    rows = sorted((done, feed, binary, unknown, good, bad), key=lambda row: order_of(office.view(row)))

    assert [row.number for row in rows] == [6, 5, 4, 3, 2, 1]


def test_an_answer_leaves_its_block_where_it_was(office: Office) -> None:
    row, steps, binary = office.renewals(), office.kr(3, "Steps", KRType.MILESTONE, ends=None), office.sso()
    office.steps(steps, "One", "Two")
    office.say(row, at(5, 11), value="22", self_score="0.3")
    office.say(steps, at(5, 11), self_score="0.5")
    office.say(binary, at(5, 11), confidence="6")
    before = {one.id: order_of(office.view(one)) for one in (row, steps, binary)}
    prompt = office.ask([row, steps, binary])

    first = office.say(row, at(12, 11), prompt=prompt, value="30")
    answers = [
        office.say(row, at(12, 11, 5), prompt=prompt, value="50", self_score="1.0"),
        office.say(steps, at(12, 11), prompt=prompt, self_score="0.9", steps_done=(1, 2)),
        office.say(binary, at(12, 11), prompt=prompt, done=True),
    ]

    after = {one.kr_id: order_of(office.view(office.session.get_one(m.KeyResult, one.kr_id)), one) for one in answers}
    assert after == before
    assert first.kr_id == row.id


def test_an_answer_to_an_imported_number_leaves_its_block_where_it_was(office: Office) -> None:
    row = office.renewals()
    office.measure(row, at(5, 7), "22")
    before = order_of(office.view(row))
    answer = office.say(row, at(12, 11), prompt=office.ask([row]), value="50")

    assert order_of(office.view(row), answer) == before


# --- the question ------------------------------------------------------------------------------------------


def test_an_automated_one_proposes_where_it_is_heading(office: Office) -> None:
    row = office.nps()
    assert question_of(office.view(row)) is Question.LANDS

    office.measure(row, at(12, 7), "36")  # 0.31 of the way at 0.46 of the time
    assert question_of(office.view(row)) is Question.LOOKS_RIGHT
    assert proposal_of(office.view(row)) == Decimal("0.7")


@pytest.mark.parametrize(("value", "proposal"), [("30", "0.0"), ("44", "1.0")])
def test_a_proposal_stays_between_0_and_1(office: Office, value: str, proposal: str) -> None:
    row = office.nps()
    office.measure(row, at(12, 7), value)

    assert str(proposal_of(office.view(row))) == proposal


def test_in_progress_mode_an_automated_one_proposes_its_score(office: Office) -> None:
    office.workspace.score_mode = ScoreMode.PROGRESS
    row = office.nps()
    office.measure(row, at(12, 7), "36")

    assert proposal_of(office.view(row)) == Decimal("0.3")
