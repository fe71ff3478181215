"""What a reply that answers no open question is about, and what of the question it leaves behind (spec/05 §10.8)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.okr.model import Band
from bot.okr.replies import (
    Ask,
    AskFacts,
    Code,
    Intent,
    ReplyContext,
    Segment,
    answer,
    question,
    read_afresh,
    read_reply,
    unrecorded,
)
from tests.okr.replies.contexts import context

THREE = context("three")


def _doubt(kept: Segment | None = None) -> Ask:
    return Ask(Code.Q_OUTLIER, "KR1", AskFacts(v=Decimal(46), last=Decimal(41000), raw="46"), kept)


def _led() -> ReplyContext:
    """Nothing is asked of the lead, who owns the first of three."""
    own, *others = THREE.known
    return replace(THREE, key_results=(), known=(replace(own, own=True), *others))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("46k", Segment("KR1", value=Decimal(46000))),
        ("no change", Segment("KR1", no_change=True)),
        ("blocked on legal", Segment("KR1", blocked=True, blocker="legal")),
        ("KR2 31%", Segment("KR2", value=Decimal(31))),
    ],
)
def test_a_reply_that_names_no_key_result_is_about_the_one_in_question(text: str, wanted: Segment) -> None:
    assert answer(_doubt(), text, THREE) is None
    assert read_afresh(_doubt(), text, THREE).segments == (wanted,)


def test_words_for_everything_stay_for_everything() -> None:
    told = read_afresh(_doubt(), "all on track", THREE).segments
    assert [(one.label, one.status) for one in told] == [(label, Band.ON_TRACK) for label in ("KR1", "KR2", "KR3")]


def test_a_thumb_to_a_number_that_is_asked_about_is_a_yes() -> None:
    given = answer(_doubt(), "👍", THREE)
    assert given is not None
    assert given == answer(_doubt(), "yes", THREE)


def test_what_the_question_kept_goes_with_the_right_number() -> None:
    kept = Segment("KR1", blocked=True, blocker="legal", note="two deals slipped")
    (told,) = read_afresh(_doubt(kept), "46k", THREE).segments
    assert (told.value, told.blocker, told.note) == (Decimal(46000), "legal", "two deals slipped")
    (again,) = read_afresh(_doubt(kept), "460k", THREE).segments
    assert again.ask is not None
    assert again.ask.kept == kept


@pytest.mark.parametrize(
    ("text", "left"),
    [("46k", None), ("no change", None), ("460k", None), ("blocked on legal", "46"), ("0.7", "46"), ("KR2 31%", None)],
)
def test_only_a_number_that_nothing_took_the_place_of_is_told_as_left_out(text: str, left: str | None) -> None:
    assert unrecorded(_doubt(), read_afresh(_doubt(), text, THREE).segments) == left


# --- words for all that is asked ----------------------------------------------------------------


@pytest.mark.parametrize("text", ["skip", "all same", "都没变", "all on track", "same", "👍"])
def test_words_for_all_are_about_nothing_where_nothing_is_open(text: str) -> None:
    assert read_reply(text, _led()).intent is Intent.NOTHING_OPEN
    assert read_reply(text, _led()).segments == ()


@pytest.mark.parametrize("text", ["skip", "all same", "all on track"])
def test_words_for_all_never_reach_what_is_not_asked_of_the_person(text: str) -> None:
    asked = replace(_led(), key_results=THREE.key_results[1:])
    assert [one.label for one in read_reply(text, asked).segments] == ["KR2", "KR3"]


# --- what cannot be read ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["99999999999999999999", "1e400", "$9,999,999,999,999,999", "9" * 1_500])
def test_a_number_too_large_is_called_so(text: str) -> None:
    (told,) = read_reply(f"KR1 {text}", THREE).segments
    assert told.ask is not None
    assert (told.ask.code, told.ask.kept) == (Code.Q_OUT_OF_RANGE, None)
    assert question(told.ask, THREE).msgid == "%(raw)s is too large a number for me."
    assert len(told.ask.facts.raw or "") <= 25


@pytest.mark.parametrize("text", ["NaN", "abc", "1e3", "asdf!"])
def test_one_word_of_rubbish_is_no_note(text: str) -> None:
    (told,) = read_reply(f"KR1 {text}", THREE).segments
    assert told == Segment("KR1", ask=Ask(Code.Q_UNKNOWN, "KR1", AskFacts(last=Decimal(41000))))


@pytest.mark.parametrize("text", ["note: holidays", "two deals slipped", "还差一点", "paid from 12345678901234567890"])
def test_words_and_what_is_said_to_be_a_note_are_noted(text: str) -> None:
    (told,) = read_reply(f"KR1 {text}", THREE).segments
    assert told.ask is not None
    assert told.ask.code is Code.Q_NOTE_ONLY


@pytest.mark.parametrize(
    ("text", "code"),
    [("45k, blocked on pricing, I am not sure", Code.Q_CONFIRM), ("blocked on pricing, +4k", Code.Q_DELTA)],
)
def test_one_number_in_doubt_is_asked_about_and_the_rest_is_kept_for_its_answer(text: str, code: Code) -> None:
    (told,) = read_reply(text, context("M")).segments
    assert told.ask is not None
    assert told.ask.code is code
    assert told.ask.kept is not None
    assert told.ask.kept.blocker == "pricing"


@pytest.mark.parametrize("text", ["KR1 45k, hello", "KR1 45k, KR1 hello"])
def test_one_word_beside_a_reading_joins_its_note(text: str) -> None:
    (told,) = read_reply(text, THREE).segments
    assert (told.value, (told.note or "").lower(), told.ask) == (Decimal(45000), "hello", None)


def test_two_numbers_for_one_are_still_asked_about() -> None:
    (told,) = read_reply("45k, 80%", context("M")).segments
    assert told.ask is not None
    assert (told.ask.code, told.ask.facts.numbers) == (Code.Q_TWO_NUMBERS, (Decimal(45000),))


# --- wordings -----------------------------------------------------------------------------------


def test_a_percentage_over_a_hundred_is_asked_about_as_a_value() -> None:
    (told,) = read_reply("120%", context("A")).segments
    assert told.ask is not None
    assert told.ask.code is Code.Q_PCT_VALUE


def test_two_key_results_are_both() -> None:
    ask = Ask(Code.Q_SAME_ALL, None, AskFacts(labels=("KR1", "KR2")))
    assert question(ask, THREE).msgid == "No change for both?"


@pytest.mark.parametrize(("code", "msgid"), [(Code.Q_NUMBER, "How far"), (Code.Q_NOTE_ONLY, "Noted. How far")])
def test_a_milestone_with_steps_is_asked_how_far_it_is(code: Code, msgid: str) -> None:
    steps = replace(context("B").key_results[0], has_steps=True)
    against = replace(context("B"), key_results=(steps,), known=(steps,))
    asked = question(Ask(code, steps.label), against)
    assert asked.msgid == f"{msgid} is %(title)s?"
    assert [one.value for one in asked.params] == [steps.title]
