"""Each question, each of its options, and all ways to say it: what comes of it (spec/05 §10.8, point 2, and §10.10)."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from bot.okr.model import Band, ScoreMode
from bot.okr.replies import (
    QUESTIONS,
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
    read_afresh,
    read_reply,
)
from tests.okr.replies.contexts import context

AWAY = Ask(Code.Q_AWAY, None, AskFacts(until="2026-11-20", name="Bea", person=5))
DROP = Ask(Code.Q_DROP, "KR1", AskFacts(raw="the customer left"))


@dataclass(frozen=True)
class Row:
    """`reply` brings up `code`; its option `option`, or any of `said` (separated by `|`), gives `told`."""

    name: str
    reply: str | Ask
    code: Code
    option: str
    said: str
    told: object

    def __str__(self) -> str:
        return f"{self.code.value}-{self.option}-{self.name}"


def _of(label: str, **told: Any) -> Answer:
    numbers: dict[str, Any] = {
        name: Decimal(str(one)) if isinstance(one, int | float) and not isinstance(one, bool) else one
        for name, one in told.items()
    }
    return Answer((Segment(label, **numbers),))


def _m(**told: Any) -> Answer:
    return _of("KR1", **told)


ROWS = [
    Row("three", "45k, 31%, 7", Code.Q_LIST_ORDER, "yes", "yes|Yes|是|对|1|👍", (45000, 31, 7)),
    Row(
        "three",
        "45k, 31%, 7",
        Code.Q_LIST_ORDER,
        "no",
        "no|否|不是|2",
        Answer(intent=Intent.THANKS, unrecorded="45k, 31%, 7"),
    ),
    Row("M", "0.7?", Code.Q_CONFIRM, "yes", "yes|是|👍", _m(self_score=0.7)),
    Row("M", "45k?", Code.Q_CONFIRM, "yes", "yes|对", _m(value=45000)),
    Row("M", "450000?", Code.Q_CONFIRM, "yes", "yes", _m(value=450000)),
    Row("M", "0.7?", Code.Q_CONFIRM, "no", "no|否|不对", Code.Q_NUMBER),
    Row("M", "not sure, 45k", Code.Q_CONFIRM, "yes", "yes|是", _m(value=45000, note="not sure")),
    Row("M", "not sure, 45k", Code.Q_CONFIRM, "no", "no", Code.Q_NUMBER),
    Row("three", "0.7?", Code.Q_CONFIRM, "yes", "yes", Code.Q_WHICH_KR),
    Row("three", "0.7?", Code.Q_CONFIRM, "no", "no", Answer(intent=Intent.THANKS, unrecorded="0.7")),
    Row("three", "KR1 45k?", Code.Q_CONFIRM, "yes", "yes|是", _m(value=45000)),
    Row("M", "+4k", Code.Q_DELTA, "yes", "yes|Yes, $45k|yes 45000|是|是，45k|👍", _m(value=45000)),
    Row("M", "+4k", Code.Q_DELTA, "total", "No, $4k is the total|total|总数|不，4k 就是总数", _m(value=4000)),
    Row("I", "+3", Code.Q_DELTA, "total", "no|否", _m(value=3)),
    Row("M", "-5k", Code.Q_DELTA, "yes", "yes", _m(value=36000)),
    Row("Z", "新增800", Code.Q_DELTA, "yes", "是|对|是，11300", _m(value=11300)),
    Row("three", "KR1 45k, KR1 46k", Code.Q_TWO_NUMBERS, "46000", "46k|$46k|46000|it is 46k", _m(value=46000)),
    Row("M", "0.6, 0.8", Code.Q_TWO_NUMBERS, "0.8", "0.8", _m(self_score=0.8)),
    Row("M", "6/10 8/10", Code.Q_TWO_NUMBERS, "8", "8/10", _m(confidence=8)),
    Row("A", "down from 31 to 29", Code.Q_TWO_NUMBERS, "29", "29|29%", _of("KR2", value=29)),
    Row("M", "3 deals and 4k", Code.Q_TWO_NUMBERS, "4000", "", Code.Q_OUTLIER),
    Row(
        "M",
        "will hit 55k by May",
        Code.Q_FUTURE,
        "today",
        "today|Today|now|现在",
        _m(value=55000, note="will hit 55k by May"),
    ),
    Row(
        "M",
        "will hit 55k by May",
        Code.Q_FUTURE,
        "expected",
        "expected|预计|landing",
        _m(self_score=0.83, note="will hit 55k by May"),
    ),
    Row("Z", "预计13500", Code.Q_FUTURE, "expected", "预计", _m(self_score=0.79, note="预计13500")),
    Row("M", "45-48k", Code.Q_RANGE, "a", "45k|$45k", _m(value=45000)),
    Row("M", "45-48k", Code.Q_RANGE, "mid", "46.5k|middle|中间", _m(value=46500)),
    Row("M", "45-48k", Code.Q_RANGE, "b", "48k|48000", _m(value=48000)),
    Row("M", "0.7-0.8", Code.Q_RANGE, "mid", "0.75|middle", _m(self_score=0.75)),
    Row("R", "0.7-0.8", Code.Q_RANGE, "a", "", Code.Q_SCORE_OR_VALUE),
    Row("U", "70-80%", Code.Q_RANGE, "b", "80|80%", _m(value=80)),
    Row("M", "70-80%", Code.Q_RANGE, "a", "", Code.Q_PERCENT_MEANS),
    Row("B", "60-70%", Code.Q_RANGE, "b", "70%", _of("KR3", confidence=7)),
    Row("B", "6-7", Code.Q_RANGE, "a", "6", _of("KR3", confidence=6)),
    Row("A", "310/1000", Code.Q_RATIO, "yes", "yes|是", _of("KR2", value=31)),
    Row("A", "310/1000", Code.Q_RATIO, "no", "no|不是", Code.Q_NUMBER),
    Row("M", "5w", Code.Q_UNIT, "yes", "yes|是|对", _m(value=50000)),
    Row("M", "5w, blocked on legal", Code.Q_UNIT, "yes", "yes", _m(value=50000, blocked=True, blocker="legal")),
    Row("M", "1.2w", Code.Q_UNIT, "yes", "yes", Code.Q_OUTLIER),
    Row("M", "5w", Code.Q_UNIT, "no", "no|不是", Code.Q_NUMBER),
    Row("M", "45k / 55k", Code.Q_TARGET_MISMATCH, "record", "yes|record|Record 45k|记录|记录 45k", _m(value=45000)),
    Row("M", "45k / 55k", Code.Q_TARGET_MISMATCH, "no", "no|否", Code.Q_NUMBER),
    Row("T", "7/10", Code.Q_CONF_OR_VALUE, "so_far", "so far|value|已有|数值", _m(value=7)),
    Row("T", "7/10", Code.Q_CONF_OR_VALUE, "sure", "sure|confidence|把握|信心", _m(confidence=7)),
    Row("B", "done, 8/10", Code.Q_DONE_OR_LIKELY, "done", "done|完成|已完成", _of("KR3", done=True)),
    Row("B", "done, 8/10", Code.Q_DONE_OR_LIKELY, "likely", "8/10|likely|可能", _of("KR3", confidence=8)),
    Row("M", "no update", Code.Q_NO_UPDATE, "still", "still|Still $41k|yes|same|还是|不变|还是 41k", _m(value=41000)),
    Row(
        "M",
        "no update",
        Code.Q_NO_UPDATE,
        "not_checked",
        "not checked|not checked yet|还没看|没来得及看",
        _m(skip=True),
    ),
    Row(
        "M",
        "next week",
        Code.Q_WHEN,
        "remind",
        "remind me|remind|提醒我|1",
        Answer(intent=Intent.SNOOZE, snooze_until_text="next week"),
    ),
    Row("M", "next week", Code.Q_WHEN, "lands", "it lands then|lands then|那时完成|2", Code.Q_NOTE_ONLY),
    Row("M", "next week", Code.Q_WHEN, "skip", "skip|跳过|3", _m(skip=True)),
    Row("Z", "下周", Code.Q_WHEN, "lands", "预计那时完成", Code.Q_NOTE_ONLY),
    Row("M", "45k 0.3 on track", Code.Q_CONTRADICT, "score", "score|Score|自评|得分", _m(value=45000, self_score=0.3)),
    Row("M", "45k 0.3 on track", Code.Q_CONTRADICT, "status", "status|状态", _m(value=45000, status=Band.ON_TRACK)),
    Row("M", "on track, at risk", Code.Q_CONTRADICT, "at_risk", "at risk", _m(status=Band.AT_RISK)),
    Row("M", "45k skip", Code.Q_CONTRADICT, "record", "45k", _m(value=45000)),
    Row("M", "45k skip", Code.Q_CONTRADICT, "skip", "skip", _m(skip=True)),
    Row("B", "done, not done", Code.Q_CONTRADICT, "not_done", "not done", _of("KR3", done=False)),
    Row("B", "done, at risk", Code.Q_CONTRADICT, "done", "done", _of("KR3", done=True)),
    Row("B", "done, at risk", Code.Q_CONTRADICT, "at_risk", "at risk", _of("KR3", status=Band.AT_RISK)),
    Row(
        "B",
        "done, blocked on legal",
        Code.Q_CONTRADICT,
        "blocked",
        "blocked: legal",
        _of("KR3", blocked=True, blocker="legal"),
    ),
    Row("B", "done, blocked on legal", Code.Q_CONTRADICT, "done", "done", _of("KR3", done=True)),
    Row("B", "no change, done", Code.Q_CONTRADICT, "same", "no change", _of("KR3", no_change=True)),
    Row("M", "high confidence", Code.Q_CONF_WORD, "7", "7|70%|七成", _m(confidence=7)),
    Row("M", "high confidence", Code.Q_CONF_WORD, "9", "9|九成", _m(confidence=9)),
    Row("M", "drop it", Code.Q_DROP, "drop", "drop|Drop…|yes|放弃|1", Answer(opens=Opens.DROP_FORM)),
    Row("M", "drop it", Code.Q_DROP, "pause", "pause|Pause…|暂停|2", Answer(opens=Opens.PAUSE_FORM)),
    Row("M", "drop it", Code.Q_DROP, "no", "no|否|3", Answer(intent=Intent.THANKS)),
    Row("M", DROP, Code.Q_DROP, "drop", "drop|yes|放弃", Answer(opens=Opens.DROP_FORM, reason="the customer left")),
    Row("M", "not mine", Code.Q_OWNER, "pick", "choose a person|选人|1", Answer(opens=Opens.OWNER_PICKER)),
    Row("M", "not mine", Code.Q_OWNER, "ask_lead", "ask the lead|问负责人|2", Answer(opens=Opens.ASK_LEAD)),
    Row("M", AWAY, Code.Q_AWAY, "yes", "yes|是|1", Answer(intent=Intent.AWAY)),
    Row(
        "M",
        AWAY,
        Code.Q_AWAY,
        "with_stand_in",
        "Yes, and Bea answers|bea answers|是，由Bea回答|2",
        Answer(intent=Intent.AWAY, stand_in=True),
    ),
    Row("M", AWAY, Code.Q_AWAY, "no", "no|否|3", Answer(intent=Intent.THANKS)),
]


def _ask(row: Row) -> Ask:
    if isinstance(row.reply, Ask):
        return row.reply
    reply = read_reply(row.reply, context(row.name))
    found = next(ask for ask in (reply.ask, *(one.ask for one in reply.segments)) if ask is not None)
    # As it is when it is answered: it was stored meanwhile.
    return Ask.from_json(found.to_json())


def _gives(row: Row, given: object) -> None:
    if isinstance(row.told, Code):
        assert isinstance(given, Ask)
        assert given.code is row.told
    elif isinstance(row.told, tuple):
        assert isinstance(given, Answer)
        assert tuple(one.value if one.value is not None else one.confidence for one in given.segments) == row.told
    elif row.told is not None:
        assert isinstance(given, Answer)
        assert replace(given, segments=tuple(_plain(one) for one in given.segments)) == row.told


def _plain(one: Segment) -> Segment:
    return replace(one, computed_from_percent=None, percent_basis=None)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_button_does_what_it_says(row: Row) -> None:
    ask = _ask(row)
    assert ask.code is row.code
    assert row.option in [one.id for one in options(ask, context(row.name))]
    _gives(row, apply_option(ask, row.option, context(row.name)))


def _typed(row: Row, text: str, against: ReplyContext) -> Answer | Ask | None:
    """What a typed answer comes to: as an answer, or read afresh with what was kept."""
    ask = _ask(row)
    given = answer(ask, text, against)
    if given is not None:
        return given
    reply = read_afresh(ask, text, against)
    if reply.ask is not None or not reply.segments:
        return reply.ask
    return reply.segments[0].ask or Answer(reply.segments)


@pytest.mark.parametrize(
    ("row", "text"),
    [(row, text) for row in ROWS for text in row.said.split("|") if text],
    ids=str,
)
def test_saying_it_does_the_same(row: Row, text: str) -> None:
    _gives(row, _typed(row, text, context(row.name)))


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in ("M", "B", "A")], ids=str)
def test_whoever_reads_the_other_language_answers_as_well(row: Row) -> None:
    against = replace(context(row.name), lang="zh")
    for text in row.said.split("|"):
        if text and not any("㐀" < sign < "鿿" for sign in text) and row.code is not Code.Q_UNIT:
            _gives(row, _typed(row, text, against))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_sentence_and_its_buttons_lack_no_fact(row: Row) -> None:
    ask = _ask(row)
    told = [question(ask, context(row.name)), *(one.label for one in options(ask, context(row.name)))]
    for words in told:
        assert all(param.value != "" for param in words.params if param.name != "due"), words


def test_every_question_with_buttons_has_its_row() -> None:
    elsewhere = {
        Code.Q_WHICH_KR, Code.Q_SAME_ALL, Code.Q_DONE_ALL, Code.Q_NO_SUCH_KR, Code.Q_SCORE_OR_VALUE, Code.Q_STEPS,
        Code.Q_PERCENT_MEANS, Code.Q_PCT_VALUE, Code.Q_SEPARATOR, Code.Q_OUTLIER, Code.Q_DONE_METRIC, Code.Q_UNKNOWN,
        Code.Q_BINARY_ONE, Code.Q_NUMBER, Code.Q_NOTE_ONLY, Code.Q_LANDS, Code.Q_HELP, Code.Q_MOVE, Code.Q_SLOW_START,
    }  # fmt: skip
    with_buttons = {code for code, one in QUESTIONS.items() if one.options or one.per_kr or one.per_number}
    assert with_buttons - elsewhere == {row.code for row in ROWS}


# --- what is typed instead ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reply", "typed", "told"),
    [
        ("V", "14 days", "2", _m(value=2)),
        ("V", "5 months", "4 weeks", _m(value=4)),
        ("M", "€45k, blocked on legal", "49k", _m(value=49000, blocked=True, blocker="legal")),
        ("M", "almost there", "58k", _m(value=58000)),
        ("B", "almost done", "8", _of("KR3", confidence=8)),
        ("B", "almost done", "8/10", _of("KR3", confidence=8)),
        ("N", "no", "0.6", _m(self_score=0.6)),
        ("M", "+4k, blocked on legal", "46k", _m(value=46000, blocked=True, blocker="legal")),
        ("M", "45-48k", "47k", _m(value=47000)),
        ("M", "45k / 55k", "46k", _m(value=46000)),
        ("M", "will hit 55k by May", "45k", _m(value=45000, note="will hit 55k by May")),
        ("M", "next week", "45k", _m(value=45000)),
        ("M", "no update", "44k", _m(value=44000)),
        ("M", "0.7?", "0.8", _m(self_score=0.8)),
        ("M", "we had a great week!", "skip", _m(skip=True, note="we had a great week")),
    ],
)
def test_another_number_answers_too_and_keeps_what_was_said(name: str, reply: str, typed: str, told: Answer) -> None:
    row = Row(name, reply, Code.Q_UNKNOWN, "", "", told)
    given = _typed(row, typed, context(name))
    assert given is not None
    _gives(row, replace(given, intent=None) if isinstance(given, Answer) else given)


@pytest.mark.parametrize(
    "text", ["because the customer left", "drop it because the customer left", "yes, because of the customer left",
             "因为the customer left", "是，因为 the customer left"],
)  # fmt: skip
def test_a_reason_drops_it_with_that_reason(text: str) -> None:
    given = answer(Ask(Code.Q_DROP, "KR1"), text, context("M"))
    assert given == Answer(opens=Opens.DROP_FORM, reason="the customer left")


def test_words_without_because_drop_nothing() -> None:
    assert answer(Ask(Code.Q_DROP, "KR1"), "two deals slipped to May", context("M")) is None


def test_a_mere_no_to_a_sum_is_not_taken_for_a_total_that_could_hardly_be() -> None:
    row = Row("M", "+4k", Code.Q_DELTA, "total", "", None)
    given = answer(_ask(row), "no", context("M"))
    assert isinstance(given, Ask)
    assert given.code is Code.Q_NEW_VALUE


def test_to_change_the_target_keeps_the_words_and_asks_for_the_number() -> None:
    row = Row("M", "45k / 55k", Code.Q_TARGET_MISMATCH, "change_target", "", None)
    for given in (apply_option(_ask(row), "change_target", context("M")), answer(_ask(row), "改目标", context("M"))):
        assert isinstance(given, Answer)
        assert given.opens is Opens.CHANGE_FORM
        assert given.asks is not None
        assert (given.asks.code, given.asks.kept) == (Code.Q_NOTE_ONLY, Segment("KR1", note="45k / 55k"))


def test_what_is_expected_is_a_note_where_scores_say_what_is_done() -> None:
    progress = replace(context("M"), score_mode=ScoreMode.PROGRESS)
    row = Row("M", "will hit 55k by May", Code.Q_FUTURE, "expected", "", None)
    given = apply_option(_ask(row), "expected", progress)
    assert isinstance(given, Ask)
    assert given.code is Code.Q_NOTE_ONLY
    assert given.kept == Segment("KR1", note="will hit 55k by May")


def test_when_it_lands_is_the_note_of_the_answer() -> None:
    row = Row("Z", "下周", Code.Q_WHEN, "lands", "", None)
    given = apply_option(_ask(row), "lands", context("Z"))
    assert isinstance(given, Ask)
    assert given.kept == Segment("KR1", note="预计下周完成")


def test_without_anything_shown_nobody_is_asked_whether_it_is_still_that() -> None:
    (kr,) = context("M").key_results
    bare = replace(kr, last_value=None)
    against = replace(context("M"), key_results=(bare,), known=(bare,))
    ask = Ask(Code.Q_NO_UPDATE, "KR1")
    assert "%(last)s" not in question(ask, against).msgid
    assert [one.id for one in options(ask, against)] == ["not_checked"]
