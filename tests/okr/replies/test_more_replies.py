"""Replies of the table's kinds that are not in it, each reasoned from the grammar (spec/05 §10.3-10.7)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.okr.model import Band, ScoreMode
from bot.okr.replies import Code, Intent, Segment, read_reply
from tests.okr.replies.contexts import context

Expected = dict[str, Any] | Code | Intent

ROWS: list[tuple[str, str, Expected]] = [
    ("M", "MRR is now $46k, up from 41k", {"KR1": {"value": 46000, "note": "up from 41k"}}),
    ("M", "46k vs 41k last week", {"KR1": {"value": 46000, "note": "vs 41k last week"}}),
    ("M", "45.5k", {"KR1": {"value": 45500}}),
    ("M", "45000,0.7", {"KR1": {"value": 45000, "self_score": Decimal("0.7")}}),
    ("M", "52k - 0.8", {"KR1": {"value": 52000, "self_score": Decimal("0.8")}}),
    ("M", "from 41k to 45k", {"KR1": {"value": 45000}}),
    ("M", "confidence: 8/10", {"KR1": {"confidence": 8}}),
    (
        "M",
        "7/10, blocked on legal, next: call GC",
        {"KR1": {"confidence": 7, "blocked": True, "blocker": "legal", "next_step": "call GC"}},
    ),
    ("M", "80% of target", {"KR1": {"value": 48000, "computed_from_percent": 80, "percent_basis": "target"}}),
    ("M", "50% of the way", {"KR1": {"value": 45000, "computed_from_percent": 50, "percent_basis": "way"}}),
    ("M", "churn is 5%, 45k", {"KR1": {"value": 45000, "note": "churn is 5%"}}),
    ("M", "at risk because legal is slow", {"KR1": {"status": Band.AT_RISK, "note": "legal is slow"}}),
    ("M", "blocked: legal; next: call GC", {"KR1": {"blocked": True, "blocker": "legal", "next_step": "call GC"}}),
    ("M", "blocked: none, 45k", {"KR1": {"value": 45000, "blocked": False}}),
    ("M", "no longer blocked, 45k", {"KR1": {"value": 45000, "blocked": False}}),
    ("M", "waiting on 3 signatures", {"KR1": {"blocked": True, "blocker": "3 signatures"}}),
    ("M", "waiting on legal 0.5", {"KR1": {"self_score": Decimal("0.5"), "blocked": True, "blocker": "legal"}}),
    ("M", "45k waiting on legal", {"KR1": {"value": 45000, "blocked": True, "blocker": "legal"}}),
    ("M", "don't know", {"KR1": {"skip": True, "skip_reason": "no data yet"}}),
    ("M", "win: Acme signed", {"KR1": {"win": "Acme signed"}}),
    ("M", "help: an intro to legal", {"KR1": {"help_wanted": "an intro to legal"}}),
    ("M", "note: two deals slipped", {"KR1": Code.Q_NOTE_ONLY}),
    ("M", "ok thanks", Intent.THANKS),
    ("M", "in 2 hours", Intent.SNOOZE),
    ("M", "OOO until 3 Dec", Code.Q_AWAY),
    ("M", "stop", Intent.STOP),
    ("M", "what does self-score mean", Intent.QUESTION),
    ("M", "oops, 46k", {"KR1": {"value": 46000, "amend": True}}),
    ("M", "EUR 45k", {"KR1": Code.Q_CURRENCY}),
    ("M", "-5", {"KR1": Code.Q_DELTA}),
    ("M", "dropped to 39k", {"KR1": {"value": 39000}}),
    ("M", "closed 3 deals", {"KR1": Code.Q_NOTE_ONLY}),
    ("M", "<@U123> 45k &amp; 0.7", {"KR1": {"value": 45000, "self_score": Decimal("0.7")}}),
    ("M", "~45k~", {"KR1": {"value": 45000}}),
    ("M", "👍🏽", {"KR1": {"agree": True}}),
    ("M", ":large_green_circle:", {"KR1": {"status": Band.ON_TRACK}}),
    ("M", "done, 0.7", {"KR1": Code.Q_DONE_METRIC}),
    ("M", "KR1", {"KR1": Code.Q_NUMBER}),
    ("M", "KR2 45k", {"KR2": Code.Q_NO_SUCH_KR}),
    ("M", "1,250,5", {"KR1": Code.Q_SEPARATOR}),
    ("M", "skip, on holiday", {"KR1": {"skip": True, "note": "on holiday"}}),
    ("M", "not sure, 45k", {"KR1": Code.Q_CONFIRM}),
    ("M", "45k, 80%", {"KR1": Code.Q_TWO_NUMBERS}),
    ("M", "🔴 lost the Acme deal", {"KR1": {"status": Band.OFF_TRACK, "note": "lost the Acme deal"}}),
    ("M", "should reach 50k, now 44k", {"KR1": {"value": 44000, "note": "should reach 50k"}}),
    (
        "M",
        "0.7\ntwo deals slipped\nnext: call GC",
        {"KR1": {"self_score": Decimal("0.7"), "next_step": "call GC", "note": "two deals slipped"}},
    ),
    ("M", "the 2 big deals slipped, 0.5", {"KR1": {"self_score": Decimal("0.5"), "note": "the 2 big deals slipped"}}),
    ("M", "12 May 45k", {"KR1": {"value": 45000, "note": "12 May"}}),
    ("M", "v2.1 shipped, 44k", {"KR1": {"value": 44000, "note": "v2.1 shipped"}}),
    ("M", "0.3 on track", {"KR1": Code.Q_CONTRADICT}),
    ("MP", "50%", {"KR1": {"value": 45000, "computed_from_percent": 50, "percent_basis": "way"}}),
    ("A", "0.7", {"KR2": {"self_score": Decimal("0.7")}}),
    ("A", "75%", {"KR2": Code.Q_PCT_VALUE}),
    ("A", "150%", {"KR2": Code.Q_PCT_VALUE}),
    ("A", "900%", {"KR2": Code.Q_OUTLIER}),
    ("A", "31,5", {"KR2": {"value": Decimal("31.5")}}),
    ("A", "up 3%", {"KR2": Code.Q_DELTA}),
    ("A", "80% done", {"KR2": Code.Q_PCT_VALUE}),
    ("A", "$31", {"KR2": Code.Q_CURRENCY}),
    ("B", "0", {"KR3": {"done": False}}),
    ("B", "15", {"KR3": Code.Q_OUT_OF_RANGE}),
    ("B", "85% likely", {"KR3": {"confidence": Decimal("8.5")}}),
    ("B", "3 of 5 done", {"KR3": Code.Q_CONF_WORD}),
    ("B", "SSO is live now", {"KR3": {"done": True}}),
    ("B", "👍", {"KR3": Code.Q_CONF_WORD}),
    ("B", "1.0", {"KR3": Code.Q_BINARY_ONE}),
    ("B", "done, blocked on docs", {"KR3": Code.Q_CONTRADICT}),
    ("B", "70% of tenants migrated", {"KR3": Code.Q_CONF_WORD}),
    ("I", "did 3 interviews", {"KR1": Code.Q_DELTA}),
    ("I", "7 interviews", {"KR1": {"value": 7}}),
    ("I", "3 this week", {"KR1": Code.Q_DELTA}),
    ("I", "8 this week", {"KR1": {"value": 8}}),
    ("I", "1.0", {"KR1": Code.Q_SCORE_OR_VALUE}),
    ("I", "50", {"KR1": Code.Q_OUTLIER}),
    ("T", "7/10", {"KR1": Code.Q_CONF_OR_VALUE}),
    ("T", "11/10", {"KR1": {"value": 11}}),
    ("V", "20 days", {"KR1": Code.Q_UNIT_TIME}),
    ("V", "3.5w", {"KR1": {"value": Decimal("3.5")}}),
    ("V", "0.7", {"KR1": Code.Q_SCORE_OR_VALUE}),
    ("V", "down from 4.2 to 3.5 weeks", {"KR1": {"value": Decimal("3.5")}}),
    ("L", "0.6s", {"KR1": {"value": 600}}),
    ("L", "p95 latency 600", {"KR1": {"value": 600}}),
    ("L", "2 weeks left, 600ms", {"KR1": {"value": 600, "note": "2 weeks left"}}),
    ("U", "50", {"KR1": Code.Q_OUTLIER}),
    ("U", "done", {"KR1": Code.Q_NUMBER}),
    ("BL", "now 12%, was 10% in Q2", {"KR1": {"baseline_set": 12, "note": "was 10% in Q2"}}),
    ("BL", "no data yet", {"KR1": {"skip": True, "skip_reason": "no data yet"}}),
    ("N", "actually 41", {"KR1": {"value": 41, "amend": True}}),
    ("N", "agree", {"KR1": {"agree": True}}),
    ("R", "value 0.7", {"KR1": {"value": Decimal("0.7")}}),
    ("S", "0.5", {"KR1": {"self_score": Decimal("0.5")}}),
    ("S", "6/10", {"KR1": {"confidence": 6}}),
    ("S", "3 steps done", {"KR1": Code.Q_STEPS}),
    ("P", "-50k", {"KR1": Code.Q_DELTA}),
    ("EU", "1.250,50", {"KR1": {"value": Decimal("1250.5")}}),
    ("EU", "€1.300", {"KR1": {"value": 1300}}),
    ("EUU", "1.250", {"KR1": {"value": 1250}}),
    ("three", "1) 45k 2) 31% 3) 7/10", {"KR1": {"value": 45000}, "KR2": {"value": 31}, "KR3": {"confidence": 7}}),
    ("three", "45k, 31%, 7", Code.Q_LIST_ORDER),
    ("three", "👍", Code.Q_SAME_ALL),
    ("three", "all done", Code.Q_DONE_ALL),
    ("three", "skip all", {"KR1": {"skip": True}, "KR2": {"skip": True}, "KR3": {"skip": True}}),
    (
        "three",
        "all on track except KR2 at risk",
        {"KR2": {"status": Band.AT_RISK}, "KR1": {"status": Band.ON_TRACK}, "KR3": {"status": Band.ON_TRACK}},
    ),
    (
        "three",
        "KR2 at risk, the rest same",
        {"KR2": {"status": Band.AT_RISK}, "KR1": {"no_change": True}, "KR3": {"no_change": True}},
    ),
    ("three", "KR1, KR2 no change", {"KR1": {"no_change": True}, "KR2": {"no_change": True}}),
    ("three", "KR1 45k KR1 46k", {"KR1": Code.Q_TWO_NUMBERS}),
    ("three", "great week: KR1 45k, KR2 31%", {"KR1": {"value": 45000, "note": "great week"}, "KR2": {"value": 31}}),
    ("three", "closed 3 deals, MRR at 46k", {"KR1": {"value": 46000, "note": "closed 3 deals"}}),
    ("three", "MRR 45k activation 31%", {"KR1": {"value": 45000}, "KR2": {"value": 31}}),
    ("three", "KR1 blocked by KR2, 0.4", {"KR1": {"self_score": Decimal("0.4"), "blocked": True, "blocker": "KR2"}}),
    ("three", "KR1 45k, next: finish KR2 design", {"KR1": {"value": 45000, "next_step": "finish KR2 design"}}),
    ("three", "actually KR2 32%", {"KR2": {"value": 32, "amend": True}}),
    ("three", "not mine", Code.Q_WHICH_KR),
    ("three", "GRO-2 31%", {"KR2": {"value": 31}}),
    ("three", "KR1 no change but KR2 moved to 31%", {"KR1": {"no_change": True}, "KR2": {"value": 31}}),
    ("Z", "一万二", {"KR1": {"value": 12000}}),
    ("Z", "1万2", {"KR1": {"value": 12000}}),
    ("Z", "约一万一", {"KR1": {"value": 11000, "approx": True}}),
    ("Z", "把握八成", {"KR1": {"confidence": 8}}),
    ("Z", "十分之七", {"KR1": {"confidence": 7}}),
    ("Z", "没变，在等法务", {"KR1": {"no_change": True, "blocked": True, "blocker": "法务"}}),
    ("Z", "因为渠道掉了，有风险", {"KR1": {"status": Band.AT_RISK, "note": "渠道掉了"}}),
    ("Z", "完成目标了吗", Intent.QUESTION),
    ("Z", "改成1.2万", {"KR1": {"value": 12000, "amend": True}}),
    ("Z", "12000，下一步：找法务；求助：预算", {"KR1": {"value": 12000, "help_wanted": "预算", "next_step": "找法务"}}),
    ("Z", "被法务卡住了", {"KR1": {"blocked": True, "blocker": "法务"}}),
    ("Z", "解决了", {"KR1": {"blocked": False}}),
    ("Z", "明天再提醒我一下", Intent.SNOOZE),
    ("Z", "两小时后提醒我", Intent.SNOOZE),
    ("Z", "撤销", Intent.UNDO),
    ("Z", "从10500涨到12000", {"KR1": {"value": 12000}}),
    ("Z", "上周10500，这周11800", {"KR1": {"value": 11800, "note": "上周10500"}}),
    ("Z", "预计12000", {"KR1": Code.Q_FUTURE}),
    ("Z", "5月12日签约，12000", {"KR1": {"value": 12000, "note": "5月12日签约"}}),
    ("Z", "十分顺利", {"KR1": {"status": Band.ON_TRACK}}),
    ("Z", "收到300条反馈", {"KR1": Code.Q_NOTE_ONLY}),
    ("Z", "一万多", {"KR1": {"value": 10000, "approx": True}}),
    ("Z", "11800，自评0.6，把握七成", {"KR1": {"value": 11800, "self_score": Decimal("0.6"), "confidence": 7}}),
    ("Z", "¥12000", {"KR1": Code.Q_CURRENCY}),
    ("ZA", "六成二", {"KR2": {"value": 62}}),
    ("ZA", "涨了2个点", {"KR2": Code.Q_DELTA}),
    ("ZB", "还没上线", {"KR3": {"done": False}}),
    ("ZB", "卡在安全评审，4/10", {"KR3": {"confidence": 4, "blocked": True, "blocker": "安全评审"}}),
    ("ZB", "快上线了", {"KR3": Code.Q_ALMOST}),
    ("G", "十二万", {"KR1": {"value": 120000}}),
    ("G", "累计成交12.5万元，自评七成", {"KR1": {"value": 125000, "self_score": Decimal("0.7"), "note": "累计成交"}}),
    (
        "Z3",
        "都正常",
        {"KR1": {"status": Band.ON_TRACK}, "KR2": {"status": Band.ON_TRACK}, "KR3": {"status": Band.ON_TRACK}},
    ),
    ("Z3", "KR1和KR2没变，KR3完成", {"KR1": {"no_change": True}, "KR2": {"no_change": True}, "KR3": {"done": True}}),
    (
        "Z3",
        "第一个1.2万，第二个62%，第三个完成",
        {"KR1": {"value": 12000}, "KR2": {"value": 62}, "KR3": {"done": True}},
    ),
    ("Z3", "月付费用户1.2万，续费率62%", {"KR1": {"value": 12000}, "KR2": {"value": 62}}),
    ("Z3", "👍", Code.Q_SAME_ALL),
    ("Z3", "上线单点登录：没完成", {"KR3": {"done": False}}),
    ("M", "I won't hit 0.7", {"KR1": Code.Q_NOTE_ONLY}),
    ("M", "20k to go", {"KR1": Code.Q_NOTE_ONLY}),
    ("M", "still need 15k", {"KR1": Code.Q_NOTE_ONLY}),
    ("M", "over 45k", {"KR1": Code.Q_CONFIRM}),
    ("M", ">45k", {"KR1": Code.Q_CONFIRM}),
    ("M", "0.7 isn't realistic", {"KR1": Code.Q_CONFIRM}),
    ("M", "if Acme signs 50k", {"KR1": Code.Q_FUTURE}),
    ("M", "nearly 45k", {"KR1": {"value": 45000, "approx": True}}),
    ("M", "0.75 of target", {"KR1": Code.Q_PERCENT_MEANS}),
    ("M", "same 👍", {"KR1": {"no_change": True}}),
    ("M", "blocked since 3 May, 44k", {"KR1": {"value": 44000, "blocked": True, "note": "since 3 May"}}),
    ("M", "up 10% to 45k", {"KR1": {"value": 45000, "note": "up 10%"}}),
    ("M", "45k (+4k)", {"KR1": {"value": 45000, "note": "+4k"}}),
    ("M", "75% of target, 45k", {"KR1": {"value": 45000}}),
    ("M", "🔴 lost 2 deals", {"KR1": {"status": Band.OFF_TRACK, "note": "lost 2 deals"}}),
    ("I", "6 done, 6 to go", {"KR1": {"value": 6, "note": "6 to go"}}),
    ("Z", "不到12000", {"KR1": Code.Q_CONFIRM}),
    ("Z", "没完成12000", {"KR1": Code.Q_NOTE_ONLY}),
    ("Z", "还差3000", {"KR1": Code.Q_NOTE_ONLY}),
    ("Z", "快12000了", {"KR1": {"value": 12000, "approx": True}}),
    ("ZB", "完成80%", {"KR3": Code.Q_ALMOST}),
    ("ZB", "有八成把握完成", {"KR3": {"confidence": 8}}),
]


@pytest.mark.parametrize(("name", "text", "expected"), ROWS, ids=[f"{name}: {text}" for name, text, _ in ROWS])
def test_the_reply_is_read_as_the_grammar_says(name: str, text: str, expected: Expected) -> None:
    reply = read_reply(text, context(name))
    assert reply.defect is None
    if isinstance(expected, Code):
        assert reply.ask is not None
        assert reply.ask.code is expected
        assert reply.segments == ()
    elif isinstance(expected, Intent):
        assert reply.intent is expected
        assert reply.segments == ()
    else:
        assert reply.ask is None
        assert [segment.label for segment in reply.segments] == list(expected)
        for segment in reply.segments:
            wanted = expected[segment.label]
            if isinstance(wanted, Code):
                assert segment.ask is not None
                assert segment.ask.code is wanted
            else:
                assert segment == Segment(segment.label, **wanted)


def test_an_unlabelled_reply_is_about_the_card_it_is_in() -> None:
    in_thread = replace(context("three"), focus="KR2")
    assert read_reply("31%", in_thread).segments == (Segment("KR2", value=Decimal(31)),)
    assert read_reply("skip", in_thread).segments == (Segment("KR2", skip=True),)
    assert read_reply("KR1 45k", in_thread).segments == (Segment("KR1", value=Decimal(45000)),)


def test_a_label_may_name_a_kr_that_was_not_asked_about() -> None:
    three = context("three")
    only_first = replace(three, key_results=three.key_results[:1])
    assert read_reply("KR2 31%", only_first).segments == (Segment("KR2", value=Decimal(31)),)


def test_a_number_that_two_teams_share_asks_which() -> None:
    first, second, _ = context("three").key_results
    krs = (replace(first, label="GRO-2", key="GRO-2"), replace(second, label="SAL-2", key="SAL-2"))
    against = replace(context("three"), key_results=krs, known=krs)
    (segment,) = read_reply("KR2 45k", against).segments
    assert segment.ask is not None
    assert segment.ask.code is Code.Q_WHICH_KR
    assert segment.ask.facts.labels == ("GRO-2", "SAL-2")
    assert [one.value for one in read_reply("GRO-2 45k, SAL-2 31%", against).segments] == [45000, 31]


def test_a_list_in_another_order_than_the_labels_is_asked_about() -> None:
    three = context("three")
    turned = replace(three, key_results=three.key_results[::-1])
    reply = read_reply("1) 45k 2) 31% 3) done", turned)
    assert reply.ask is not None
    assert reply.ask.code is Code.Q_LIST_ORDER


def test_a_reading_beside_a_question_is_stored() -> None:
    reply = read_reply("45k, KR2 31%", context("three"))
    assert reply.segments == (Segment("KR2", value=Decimal(31)),)
    assert reply.ask is not None
    assert reply.ask.code is Code.Q_WHICH_KR


def test_a_low_score_early_on_is_no_contradiction_where_scores_say_progress() -> None:
    early = replace(context("M"), score_mode=ScoreMode.PROGRESS)
    (segment,) = read_reply("0.3 on track", early).segments
    assert segment == Segment("KR1", self_score=Decimal("0.3"), status=Band.ON_TRACK)


def test_long_words_are_cut_to_what_their_place_holds() -> None:
    (segment,) = read_reply("0.7, blocked: " + "x" * 300, context("M")).segments
    assert segment.blocker is not None
    assert len(segment.blocker) == 140
