"""What buttons and typed replies do to an open question (spec/05 §10.8, point 2, and §10.10)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.okr.replies import (
    Answer,
    Ask,
    AskFacts,
    Code,
    Intent,
    Opens,
    ReplyContext,
    Segment,
    answer,
    apply_option,
    options,
    question,
    read_reply,
)
from bot.okr.status import is_reason
from tests.okr.replies.contexts import context


def _ask(name: str, text: str) -> Ask:
    """The question that a reply brings up."""
    reply = read_reply(text, context(name))
    asks = [reply.ask, *(segment.ask for segment in reply.segments)]
    found = next((ask for ask in asks if ask is not None), None)
    assert found is not None
    return found


def _ids(ask: Ask, against: ReplyContext) -> list[str]:
    return [option.id for option in options(ask, against)]


def _with_last_confidence(name: str, confidence: int) -> ReplyContext:
    against = context(name)
    krs = tuple(replace(kr, last_confidence=Decimal(confidence)) for kr in against.key_results)
    return replace(against, key_results=krs, known=krs)


M = context("M")
THREE = context("three")


# --- which one ----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["KR1", "kr 1", "the first is KR1", "MRR", "1", "#1", "for KR1"])
def test_naming_a_kr_says_which_one_the_reply_was_for(typed: str) -> None:
    ask = _ask("three", "45k")
    assert ask.code is Code.Q_WHICH_KR
    given = answer(ask, typed, THREE)
    if typed == "the first is KR1":
        assert given is None
    else:
        assert given == Answer((Segment("KR1", value=Decimal(45000)),), Intent.UPDATE)


def test_every_open_kr_is_a_button_of_the_question_which_one() -> None:
    assert _ids(_ask("three", "45k"), THREE) == ["KR1", "KR2", "KR3"]


def test_the_chosen_kr_may_bring_up_the_next_question() -> None:
    given = apply_option(_ask("three", "450000"), "KR1", THREE)
    assert isinstance(given, Ask)
    assert given.code is Code.Q_OUTLIER
    assert given.facts.v == 450000


def test_a_label_that_says_more_is_read_afresh() -> None:
    assert answer(_ask("three", "45k"), "KR2 31%", THREE) is None


def test_a_typed_two_is_not_taken_where_place_and_label_differ() -> None:
    turned = replace(THREE, key_results=THREE.key_results[::-1])
    ask = Ask(Code.Q_WHICH_KR, None, AskFacts(text="45k", labels=("KR3", "KR2", "KR1")))
    assert answer(ask, "1", turned) is None
    assert answer(ask, "2", turned) is not None


def test_the_right_label_saves_a_reply_for_a_kr_that_is_not_there() -> None:
    ask = _ask("three", "KR9 0.7")
    assert apply_option(ask, "KR1", THREE) == Answer((Segment("KR1", self_score=Decimal("0.7")),), Intent.UPDATE)


def test_no_change_for_all_is_one_segment_each() -> None:
    ask = _ask("three", "same")
    assert _ids(ask, THREE) == ["all", "KR1", "KR2", "KR3"]
    everyone = Answer(tuple(Segment(label, no_change=True) for label in ("KR1", "KR2", "KR3")))
    assert apply_option(ask, "all", THREE) == everyone
    assert answer(ask, "yes", THREE) == everyone
    assert answer(ask, "都是", THREE) == everyone
    assert apply_option(ask, "KR2", THREE) == Answer((Segment("KR2", no_change=True),))


def test_a_thumb_for_all_confirms_where_something_was_shown() -> None:
    given = apply_option(_ask("three", "👍"), "all", THREE)
    assert isinstance(given, Answer)
    assert given.segments[:2] == (Segment("KR1", agree=True), Segment("KR2", agree=True))
    # KR3 has no likelihood yet.
    assert given.segments[2].ask == Ask(Code.Q_CONF_WORD, "KR3")


def test_just_finished_stores_nothing_and_a_kr_is_done() -> None:
    ask = _ask("three", "done")
    assert apply_option(ask, "finished", THREE) == Answer(intent=Intent.THANKS)
    assert apply_option(ask, "KR3", THREE) == Answer((Segment("KR3", done=True),), Intent.UPDATE)
    assert answer(ask, "填完了", THREE) == Answer(intent=Intent.THANKS)
    metric = apply_option(ask, "KR1", THREE)
    assert isinstance(metric, Ask)
    assert metric.code is Code.Q_DONE_METRIC


# --- which number -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("value", Segment("KR1", value=Decimal("0.7"))),
        ("Value 0.7", Segment("KR1", value=Decimal("0.7"))),
        ("数值", Segment("KR1", value=Decimal("0.7"))),
        ("score", Segment("KR1", self_score=Decimal("0.7"))),
        ("Score 0.7", Segment("KR1", self_score=Decimal("0.7"))),
        ("自评", Segment("KR1", self_score=Decimal("0.7"))),
    ],
)
def test_score_or_value_is_answered_by_its_labels_in_either_language(typed: str, stored: Segment) -> None:
    assert answer(_ask("R", "0.7"), typed, context("R")) == Answer((stored,))


@pytest.mark.parametrize("typed", ["1", "2", "0.8", "yes"])
def test_a_number_is_no_answer_where_it_could_be_a_value_or_score(typed: str) -> None:
    assert answer(_ask("R", "0.7"), typed, context("R")) is None


def test_a_share_written_as_a_fraction_of_one_is_stored_as_a_percentage() -> None:
    ask = _ask("A", "0.31")
    assert apply_option(ask, "value", context("A")) == Answer((Segment("KR2", value=Decimal(31)),))
    assert apply_option(ask, "score", context("A")) == Answer((Segment("KR2", self_score=Decimal("0.31")),))


@pytest.mark.parametrize(
    ("option", "value", "self_score"),
    [("target", 42000, None), ("way", 51000, None), ("landing", None, Decimal("0.7"))],
)
def test_what_a_percentage_means_is_stored_and_remembered(
    option: str, value: int | None, self_score: Decimal | None
) -> None:
    given = apply_option(_ask("M", "70%"), option, M)
    assert isinstance(given, Answer)
    assert given.percent_means == option
    assert given.segments[0].value == value
    assert given.segments[0].self_score == self_score
    assert given.segments[0].computed_from_percent == (None if option == "landing" else 70)


def test_of_the_way_and_of_the_target_are_one_button_where_they_are_the_same() -> None:
    ask = _ask("G", "70%")
    assert _ids(ask, context("G")) == ["target", "landing"]
    assert "%(baseline)s" not in question(ask, context("G")).msgid


def test_a_percentage_of_a_share_is_the_value_or_the_way() -> None:
    ask = _ask("A", "75%")
    assert apply_option(ask, "value", context("A")) == Answer((Segment("KR2", value=Decimal(75)),))
    way = apply_option(ask, "way", context("A"))
    assert isinstance(way, Answer)
    assert way.segments[0].value == 35


@pytest.mark.parametrize(("raw", "option", "style"), [("1.250", "a", "dot"), ("1.250", "b", "comma")])
def test_the_decimal_sign_is_remembered(raw: str, option: str, style: str) -> None:
    # A baseline KR takes anything, so both readings stand.
    ask = _ask("BL", raw)
    assert ask.code is Code.Q_SEPARATOR
    given = apply_option(ask, option, context("BL"))
    assert isinstance(given, Answer)
    assert given.number_style == style
    assert given.segments[0].baseline_set == (Decimal("1.25") if option == "a" else 1250)


def test_the_comma_of_a_unreadable_group_is_remembered_as_decimal_sign() -> None:
    ask = _ask("EU", "1,250,5")
    given = apply_option(ask, "a", context("EU"))
    assert isinstance(given, Answer)
    assert given.segments[0].value == Decimal("1250.5")
    assert given.number_style == "comma"


@pytest.mark.parametrize("typed", ["yes", "Yes, 450000", "Yes, $450k", "确定", "是", "I'm sure"])
def test_an_outlier_is_stored_once_confirmed(typed: str) -> None:
    assert answer(_ask("M", "450000"), typed, M) == Answer((Segment("KR1", value=Decimal(450000)),))


@pytest.mark.parametrize("typed", ["no", "fix it", "不是", "改一下"])
def test_an_outlier_that_was_a_slip_asks_for_the_number(typed: str) -> None:
    given = answer(_ask("M", "450000"), typed, M)
    assert isinstance(given, Ask)
    assert given.code is Code.Q_NUMBER


def test_yes_with_another_number_is_read_afresh() -> None:
    assert answer(_ask("M", "450000"), "Yes, 46000", M) is None


# --- what the same reply also said ---------------------------------------------------------------


def test_what_else_the_reply_said_is_stored_with_the_answer() -> None:
    ask = _ask("M", "450000, 0.8, blocked on legal, next: call GC")
    assert ask.code is Code.Q_OUTLIER
    stored = Segment(
        "KR1",
        value=Decimal(450000),
        self_score=Decimal("0.8"),
        blocked=True,
        blocker="legal",
        next_step="call GC",
    )
    assert apply_option(ask, "yes", M) == Answer((stored,))


def test_a_typed_number_keeps_what_else_the_reply_said() -> None:
    ask = _ask("M", "€45k, blocked on legal")
    assert ask.code is Code.Q_CURRENCY
    stored = Segment("KR1", value=Decimal(49000), blocked=True, blocker="legal")
    assert answer(ask, "49k", M) == Answer((stored,))


def test_the_note_of_a_noted_reply_goes_with_the_answer() -> None:
    ask = _ask("M", "we had a great week!")
    assert ask.kept == Segment("KR1", note="we had a great week")
    assert answer(ask, "45k", M) == Answer((Segment("KR1", value=Decimal(45000), note="we had a great week"),))
    assert answer(ask, "0.7", M) == Answer((Segment("KR1", self_score=Decimal("0.7"), note="we had a great week"),))
    assert apply_option(ask, "still", M) == Answer((Segment("KR1", value=Decimal(41000), note="we had a great week"),))
    assert apply_option(ask, "skip", M) == Answer((Segment("KR1", skip=True, note="we had a great week"),))


def test_an_answer_that_is_a_question_itself_keeps_the_note() -> None:
    given = answer(_ask("M", "we had a great week!"), "450000", M)
    assert isinstance(given, Ask)
    assert given.code is Code.Q_OUTLIER
    assert given.kept == Segment("KR1", note="we had a great week")


def test_a_second_note_is_read_afresh() -> None:
    assert answer(_ask("M", "we had a great week!"), "and Acme renewed", M) is None


# --- done, steps, owners ------------------------------------------------------------------------


def test_done_on_a_metric_means_the_target_another_number_or_my_part() -> None:
    ask = _ask("M", "done")
    assert _ids(ask, M) == ["yes", "other", "part"]
    assert answer(ask, "yes", M) == Answer((Segment("KR1", value=Decimal(60000)),))
    other = apply_option(ask, "other", M)
    assert isinstance(other, Ask)
    assert other.code is Code.Q_NUMBER
    part = answer(ask, "my part is done", M)
    assert isinstance(part, Ask)
    assert part.code is Code.Q_NOTE_ONLY
    assert part.kept == Segment("KR1", note="my part is done")
    assert answer(ask, "58k", M) == Answer((Segment("KR1", value=Decimal(58000)),))


@pytest.mark.parametrize(
    ("typed", "done"), [("done", True), ("yes", True), ("完成了", True), ("not yet", False), ("no", False)]
)
def test_a_binary_one_is_done_or_not_yet(typed: str, done: bool) -> None:
    assert answer(_ask("B", "100%"), typed, context("B")) == Answer((Segment("KR3", done=done),))


def test_steps_and_owners_open_a_form() -> None:
    assert apply_option(_ask("S", "2/4"), "steps", context("S")) == Answer(opens=Opens.STEPS_FORM)
    owner = _ask("M", "not mine")
    assert apply_option(owner, "pick", M) == Answer(opens=Opens.OWNER_PICKER)
    assert answer(owner, "ask the lead", M) == Answer(opens=Opens.ASK_LEAD)
    assert answer(owner, "2", M) == Answer(opens=Opens.ASK_LEAD)


def test_the_baseline_is_typed() -> None:
    assert answer(_ask("BL", "done"), "12%", context("BL")) == Answer((Segment("KR1", baseline_set=Decimal(12)),))


def test_still_repeats_a_likelihood_where_there_is_no_number() -> None:
    against = _with_last_confidence("B", 6)
    ask = Ask(Code.Q_NOTE_ONLY, "KR3", AskFacts(), Segment("KR3", note="slow week"))
    assert _ids(ask, against) == ["still", "skip"]
    assert apply_option(ask, "still", against) == Answer((Segment("KR3", confidence=Decimal(6), note="slow week"),))
    assert question(ask, against).msgid == "Noted. How likely by %(due)s?"


def test_there_is_nothing_to_repeat_without_a_last_number() -> None:
    ask = Ask(Code.Q_NUMBER, "KR3")
    assert _ids(ask, context("B")) == ["skip"]
    assert apply_option(ask, "still", context("B")) is None


def test_what_was_not_understood_opens_the_form_or_is_skipped() -> None:
    ask = Ask(Code.Q_UNKNOWN, "KR1")
    assert apply_option(ask, "form", M) == Answer(opens=Opens.UPDATE_FORM)
    assert apply_option(ask, "skip", M) == Answer((Segment("KR1", skip=True),))
    assert apply_option(Ask(Code.Q_UNKNOWN), "skip", THREE) == Answer(intent=Intent.THANKS)


# --- follow-ups ---------------------------------------------------------------------------------


def test_an_unlabelled_score_says_where_it_lands() -> None:
    ask = Ask(Code.Q_LANDS, "KR2")
    assert answer(ask, "0.7", THREE) == Answer((Segment("KR2", self_score=Decimal("0.7")),))
    noted = answer(ask, "0.7 two deals slipped", THREE)
    assert noted == Answer((Segment("KR2", self_score=Decimal("0.7"), note="two deals slipped"),))
    assert apply_option(ask, "0.5", THREE) == Answer((Segment("KR2", self_score=Decimal("0.5")),))


def test_where_it_lands_is_a_score_even_where_it_could_be_a_value() -> None:
    assert answer(Ask(Code.Q_LANDS, "KR1"), "0.8", context("R")) == Answer((Segment("KR1", self_score=Decimal("0.8")),))


@pytest.mark.parametrize("typed", ["45k", "7/10", "KR1 0.7", "skip", "70%", "1"])
def test_anything_but_a_score_leaves_where_it_lands_open(typed: str) -> None:
    assert answer(Ask(Code.Q_LANDS, "KR2"), typed, THREE) is None


@pytest.mark.parametrize("code", [Code.Q_HOPEFUL, Code.Q_MOVE])
def test_words_answer_a_follow_up_and_are_kept_whole_as_the_note(code: Code) -> None:
    given = answer(Ask(code, "KR1"), "Acme renews 2 seats, and legal is done", M)
    assert given == Answer((Segment("KR1", note="Acme renews 2 seats, and legal is done"),), supersedes=True)


def test_words_say_what_would_help() -> None:
    given = answer(Ask(Code.Q_HELP, "KR1"), "an intro to the legal team", M)
    assert given == Answer((Segment("KR1", help_wanted="an intro to the legal team"),), supersedes=True)


@pytest.mark.parametrize(
    "typed", ["45k", "0.7", "7/10", "undo", "thanks", "later", "KR1 45k", "no change", "why?", "?", ""]
)
@pytest.mark.parametrize("code", [Code.Q_HOPEFUL, Code.Q_HELP, Code.Q_MOVE])
def test_numbers_labels_and_whole_message_words_are_no_reason(code: Code, typed: str) -> None:
    assert answer(Ask(code, "KR1"), typed, M) is None


def test_the_buttons_of_the_follow_ups() -> None:
    assert answer(Ask(Code.Q_HELP, "KR1"), "暂时不用", M) == Answer(intent=Intent.THANKS)
    assert apply_option(Ask(Code.Q_HELP, "KR1"), "ask_team", M) == Answer(opens=Opens.ASK_TEAM)
    assert answer(Ask(Code.Q_MOVE, "KR1"), "next step", M) == Answer(opens=Opens.NEXT_STEP_FORM)


# --- everything else ----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["undo", "thanks", "help", "remind me tomorrow", "KR2 31%", "how does it work?"])
def test_other_things_leave_the_question_and_are_read_afresh(typed: str) -> None:
    assert answer(_ask("M", "we had a great week!"), typed, THREE) is None


def test_a_button_that_the_question_does_not_have_does_nothing() -> None:
    assert apply_option(_ask("M", "450000"), "landing", M) is None


def test_no_button_of_any_question_raises() -> None:
    replies = ["45k", "same", "done", "KR9 0.7", "0.7", "70%", "450000", "€45k", "150%", "1,250,5", "not mine", "hm"]
    for name in ("M", "A", "B", "I", "S", "BL", "R", "three", "Z", "Z3", "T", "V"):
        for text in replies:
            reply = read_reply(text, context(name))
            for ask in (reply.ask, *(segment.ask for segment in reply.segments)):
                for option in options(ask, context(name)) if ask is not None else ():
                    assert ask is not None
                    assert apply_option(ask, option.id, context(name)) is not None


@pytest.mark.parametrize(
    ("option", "offers_pace", "given"),
    [
        ("next_step", False, Answer(opens=Opens.NEXT_STEP_FORM)),
        ("wrong_measure", True, Answer((Segment("KR1", help_wanted="a better measure"),), supersedes=True)),
        ("slow", False, Answer((Segment("KR1", note="just slow"),), supersedes=True)),
        ("slow", True, Ask(Code.Q_SLOW_START, "KR1", AskFacts(offers_pace=True))),
    ],
)
def test_what_would_move_it_leads_somewhere(option: str, offers_pace: bool, given: Answer | Ask) -> None:
    ask = Ask(Code.Q_MOVE, "KR1", AskFacts(v=Decimal(44000), offers_pace=offers_pace))

    assert apply_option(Ask.from_json(ask.to_json()), option, M) == given


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_just_slow_is_no_reason_for_a_better_colour(lang: str) -> None:
    context = replace(M, lang=lang)  # type: ignore[arg-type]  # one of the two
    given = apply_option(Ask(Code.Q_MOVE, "KR1"), "slow", context)

    assert isinstance(given, Answer)
    assert not is_reason(given.segments[0].note)


@pytest.mark.parametrize(
    ("text", "starts_slowly"),
    [("yes", True), ("use a slow-start pace", True), ("slow start", True), ("改用先慢后快的节奏", True), ("no", False)],
)
def test_a_slow_start_is_taken_up_or_declined_in_words(text: str, starts_slowly: bool) -> None:
    given = answer(Ask(Code.Q_SLOW_START, "KR1"), text, M)

    assert isinstance(given, Answer)
    assert given.starts_slowly is starts_slowly


# --- a multiplier that was left out, a name that was not one -------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "value"), [("M", "$45", 45000), ("M", "45", 45000), ("G", "12", 120000), ("Z", "1.2", 12000)]
)
def test_a_number_without_its_multiplier_offers_the_one_that_was_meant(name: str, typed: str, value: int) -> None:
    ask = _ask(name, typed)
    assert ask.code is Code.Q_OUTLIER
    assert _ids(ask, context(name)) == ["yes", "meant", "fix"]
    given = apply_option(ask, "meant", context(name))
    assert given == Answer((Segment("KR1", value=Decimal(value)),))


@pytest.mark.parametrize(("name", "typed"), [("M", "450000"), ("I", "50"), ("A", "900%"), ("M", "1.2k")])
def test_no_other_number_is_offered_where_none_was_meant(name: str, typed: str) -> None:
    assert _ids(_ask(name, typed), context(name)) == ["yes", "fix"]


def test_what_was_said_of_an_unnamed_one_is_read_once_it_is_known_whose_it_is() -> None:
    ask = _ask("Z3", "登录完成，续费率62%")
    assert ask.code is Code.Q_WHICH_KR
    assert apply_option(ask, "KR3", context("Z3")) == Answer((Segment("KR3", done=True),), Intent.UPDATE)
    revenue = _ask("three", "revenue 45k, activation 31%")
    assert _ids(revenue, THREE) == ["KR1", "KR3"]
    given = apply_option(revenue, "KR1", THREE)
    assert isinstance(given, Answer)
    assert given.segments[0].value == 45000


# --- a number that leaves out what was said before ----------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "typed", "value"),
    [
        ("M", "48-50k", "49", 49_000),
        ("M", "48k or 50k", "48.5", 48_500),
        ("M", "48-50k", "49k", 49_000),
        ("Z", "1.2-1.3万", "1.25", 12_500),
        ("I", "5-8", "7", 7),
    ],
)
def test_an_answer_takes_the_multiplier_of_what_it_is_about(name: str, text: str, typed: str, value: int) -> None:
    given = answer(_ask(name, text), typed, context(name))
    assert isinstance(given, Answer)
    assert [segment.value for segment in given.segments] == [Decimal(value)]


def test_an_answer_that_fits_with_no_multiplier_is_asked_about() -> None:
    given = answer(_ask("M", "48-50k"), "900", M)
    assert isinstance(given, Ask)
    assert given.code is Code.Q_OUTLIER


def test_a_count_offers_whole_numbers_between_two_only() -> None:
    interviews = context("I")
    assert _ids(_ask("I", "6-7"), interviews) == ["a", "b"]
    given = apply_option(_ask("I", "5-8"), "mid", interviews)
    assert given == Answer((Segment("KR1", value=Decimal(6)),))


# --- done, of what is reached -------------------------------------------------------------------


def _at(name: str, last: int) -> ReplyContext:
    against = context(name)
    krs = tuple(replace(kr, last_value=Decimal(last)) for kr in against.key_results)
    return replace(against, key_results=krs, known=krs)


@pytest.mark.parametrize(("name", "last"), [("I", 12), ("I", 13), ("V", 2), ("V", 1)])
def test_done_of_what_has_reached_its_target_is_no_question(name: str, last: int) -> None:
    reply = read_reply("done", _at(name, last))
    assert reply.ask is None
    assert [(segment.no_change, segment.ask) for segment in reply.segments] == [(True, None)]


@pytest.mark.parametrize(("name", "last"), [("I", 11), ("V", 3)])
def test_done_of_what_has_not_reached_its_target_is_asked_about(name: str, last: int) -> None:
    ask = read_reply("done", _at(name, last)).segments[0].ask
    assert ask is not None
    assert ask.code is Code.Q_DONE_METRIC


# --- what stood before a question ---------------------------------------------------------------


def test_words_before_a_number_in_doubt_are_kept_with_its_question() -> None:
    ask = _ask("three", "legal done, KR1 €45k")
    assert ask.kept == Segment("KR1", note="legal done")
    given = answer(ask, "$48k", THREE)
    assert given == Answer((Segment("KR1", value=Decimal(48000), note="legal done"),))


def test_words_before_a_label_that_nobody_has_go_to_the_one_that_is_chosen() -> None:
    given = apply_option(_ask("three", "legal done, KR9 45k"), "KR1", THREE)
    assert given == Answer((Segment("KR1", value=Decimal(45000), note="legal done"),), Intent.UPDATE)
