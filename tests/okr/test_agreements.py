"""Agreed is only what both sides said yes to, word for word; and what may be linked (spec/09 §15.3)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr import agreements as ag
from bot.okr.agreements import Agreement, Measured, Refusal, Side, State
from bot.okr.model import KRType
from bot.okr.workdays import WorkCalendar

DAY = date(2026, 11, 20)
ASKED = ag.ask("Phone script for online orders", DAY)


def done(outcome: ag.Outcome) -> Agreement:
    assert isinstance(outcome, Agreement), outcome
    return outcome


def test_asking_is_the_askers_yes_and_the_other_side_is_waited_for() -> None:
    assert (ASKED.state, ASKED.waits_for) == (State.PROPOSED, Side.TO)
    assert ag.agree(ASKED, Side.FROM, 1) is Refusal.ALREADY


def test_it_is_agreed_once_the_other_side_says_yes_to_the_same_words() -> None:
    agreed = done(ag.agree(ASKED, Side.TO, 1))

    assert (agreed.state, agreed.waits_for) == (State.AGREED, None)


def test_another_wording_opens_it_again_and_asks_the_other_side() -> None:
    agreed = done(ag.agree(ASKED, Side.TO, 1))
    changed = done(ag.reword(agreed, Side.TO, 1, "A page about phone orders", DAY))

    assert (changed.state, changed.rev, changed.waits_for) == (State.CHANGED, 2, Side.FROM)
    assert ag.agree(changed, Side.FROM, 1) is Refusal.OVERTAKEN
    assert done(ag.agree(changed, Side.FROM, 2)).state is State.AGREED


def test_another_day_opens_it_again_too() -> None:
    agreed = done(ag.agree(ASKED, Side.TO, 1))

    assert done(ag.reword(agreed, Side.FROM, 1, agreed.text, DAY + timedelta(days=7))).waits_for is Side.TO
    assert ag.reword(agreed, Side.FROM, 1, agreed.text, DAY) is Refusal.ALREADY


def test_a_no_takes_the_yes_with_it_and_only_who_said_no_takes_it_up_again() -> None:
    declined = done(ag.decline(done(ag.agree(ASKED, Side.TO, 1)), Side.TO, 1, "no time"))

    assert (declined.state, declined.note, declined.is_refused) == (State.DECLINED, "no time", True)
    assert ag.agree(declined, Side.FROM, 1) is Refusal.ALREADY
    assert done(ag.agree(declined, Side.TO, 1)).state is State.AGREED


def test_who_asked_and_needs_it_no_more_was_not_refused() -> None:
    assert not done(ag.decline(ASKED, Side.FROM, 1, "")).is_refused


def test_a_day_that_slips_counts_once_the_receiver_takes_it() -> None:
    agreed = done(ag.agree(ASKED, Side.TO, 1))
    slipping = done(ag.slip(agreed, DAY + timedelta(days=7)))

    assert (slipping.needed_by, slipping.state) == (DAY, State.AGREED)
    assert ag.take_new_day(slipping, DAY) is Refusal.OVERTAKEN
    taken = done(ag.take_new_day(slipping, DAY + timedelta(days=7)))
    assert (taken.needed_by, taken.slips_to, taken.state) == (DAY + timedelta(days=7), None, State.AGREED)
    assert done(ag.on_track(slipping)).slips_to is None


@pytest.mark.parametrize("does", [lambda one: ag.slip(one, DAY), ag.on_track, ag.finish])
def test_only_what_is_agreed_can_slip_or_be_done(does: Callable[[Agreement], ag.Outcome]) -> None:
    assert does(ASKED) is Refusal.OPEN


def test_what_is_done_stays_done() -> None:
    over = done(ag.finish(done(ag.agree(ASKED, Side.TO, 1))))

    assert ag.finish(over) is Refusal.ALREADY
    assert ag.agree(over, Side.TO, 1) is Refusal.OVER
    assert ag.reword(over, Side.TO, 1, "x", DAY) is Refusal.OVER
    assert ag.decline(over, Side.TO, 1, "x") is Refusal.OVER
    assert ag.slip(over, DAY) is Refusal.OVER
    assert ag.take_new_day(over, DAY) is Refusal.OVER
    assert ag.on_track(over) is Refusal.OVER


_SIDES = st.sampled_from(Side)
_REVS = st.integers(0, 6)
_DAYS = st.sampled_from([DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)])
_TEXTS = st.sampled_from(["a", "b"])
_TAPS = st.one_of(
    st.tuples(st.just("agree"), _SIDES, _REVS),
    st.tuples(st.just("reword"), _SIDES, _REVS, _TEXTS, _DAYS),
    st.tuples(st.just("decline"), _SIDES, _REVS),
    st.tuples(st.just("slip"), _DAYS),
    st.tuples(st.just("take_new_day"), _DAYS),
    st.tuples(st.just("on_track")),
    st.tuples(st.just("finish")),
)


@settings(max_examples=400, deadline=None)
@given(taps=st.lists(_TAPS, max_size=25))
def test_no_taps_lead_to_agreed_without_both_sides_on_the_same_words(taps: list[tuple[object, ...]]) -> None:
    """Kept beside it by a book of its own: to which words and day each side last said yes or no."""
    one = ag.ask("a", DAY)
    said: dict[Side, tuple[str, date | None] | None] = {Side.FROM: ("a", DAY), Side.TO: None}
    for name, *rest in taps:
        arguments = [*rest, "why"] if name == "decline" else rest
        outcome = getattr(ag, str(name))(one, *arguments)
        if isinstance(outcome, Refusal):
            continue
        match name:
            case "agree":
                assert rest[1] == one.rev
                said[_side(rest[0])] = (one.text, one.needed_by)
            case "reword":
                said = {_side(rest[0]): (outcome.text, outcome.needed_by), _side(rest[0]).other: None}
            case "decline":
                said[_side(rest[0])] = None
            case "take_new_day":
                assert one.slips_to == outcome.needed_by  # the giver named it, and the receiver took it
                said = dict.fromkeys(Side, (outcome.text, outcome.needed_by))
        one = outcome
        if one.state in (State.AGREED, State.DONE):
            assert said[Side.FROM] == said[Side.TO] == (one.text, one.needed_by)
            assert one.from_yes == one.to_yes == one.rev
        else:
            assert one.from_yes is None or one.to_yes is None or one.from_yes != one.to_yes


def _side(value: object) -> Side:
    assert isinstance(value, Side)
    return value


# --- when it is told ------------------------------------------------------------------------------------


def test_an_open_one_is_told_five_working_days_after_asking() -> None:
    calendar = WorkCalendar(off=frozenset({date(2026, 11, 9)}))

    assert ag.unanswered_on(date(2026, 11, 4), date(2026, 10, 1), calendar) == date(2026, 11, 12)


def test_one_that_was_asked_before_the_cycle_is_told_on_its_fifth_working_day() -> None:
    assert ag.unanswered_on(date(2026, 9, 15), date(2026, 10, 1), WorkCalendar()) == date(2026, 10, 7)


def test_the_giver_is_asked_three_working_days_before_the_date() -> None:
    assert ag.near_on(DAY, WorkCalendar()) == date(2026, 11, 17)
    assert ag.near_on(date(2026, 11, 22), WorkCalendar()) == date(2026, 11, 18)  # a Sunday
    assert ag.near_on(DAY, WorkCalendar(working_days=frozenset())) is None
    assert ag.unanswered_on(DAY, None, WorkCalendar(working_days=frozenset())) is None


# --- what may be linked ---------------------------------------------------------------------------------


def test_a_circle_of_support_is_seen_however_long() -> None:
    lines = {("kr", 2): [("objective", 1)], ("objective", 1): [("kr", 9)], ("kr", 9): [("objective", 5)]}

    assert ag.closes_a_circle(lines, ("objective", 5), ("kr", 2))
    assert ag.closes_a_circle(lines, ("kr", 2), ("kr", 2))
    assert not ag.closes_a_circle(lines, ("kr", 2), ("objective", 5))
    assert not ag.closes_a_circle({("kr", 1): [("kr", 3)], ("kr", 3): [("kr", 1)]}, ("kr", 2), ("kr", 1))


def measured(number: int, team: int, type: KRType, metric: str = "Churn", cycle: int = 1) -> Measured:
    return Measured(number, team, cycle, metric, type)


def test_two_teams_that_pull_one_metric_apart_are_found() -> None:
    down, up = measured(1, 1, KRType.DECREASE), measured(2, 2, KRType.INCREASE, " churn. ")

    assert ag.pulling_apart([up, down]) == ((down, up),)


@pytest.mark.parametrize(
    "other",
    [
        measured(2, 1, KRType.INCREASE),
        measured(2, 2, KRType.DECREASE),
        measured(2, 2, KRType.INCREASE, cycle=2),
        measured(2, 2, KRType.INCREASE, "Renewals"),
        measured(2, 2, KRType.MILESTONE),
    ],
)
def test_one_team_one_direction_another_cycle_or_metric_is_no_conflict(other: Measured) -> None:
    assert ag.pulling_apart([measured(1, 1, KRType.DECREASE), other]) == ()


def test_a_metric_without_a_name_is_compared_with_nothing() -> None:
    assert ag.pulling_apart([measured(1, 1, KRType.DECREASE, ""), measured(2, 2, KRType.INCREASE, "")]) == ()
