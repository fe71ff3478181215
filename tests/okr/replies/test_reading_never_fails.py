"""Whatever is typed: no exception, nothing stored by guess, the same every time (spec/05 §10.1, spec/11)."""

import json
import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.model import Band
from bot.okr.replies import Ask, AskFacts, Code, ReplyContext, Segment, answer, read_reply
from bot.okr.replies.clarify import _answered
from bot.okr.replies.guard import attempt
from bot.okr.replies.normalise import MAX_CHARACTERS, normalise
from bot.okr.replies.words import keywords
from tests.okr.replies.contexts import DATA, NAMES, context

_NUMBERS = [
    "KR1",
    "KR2",
    "KR9",
    "#2",
    "GRO-1",
    "MRR",
    "45k",
    "45",
    "1,250",
    "1.250",
    "0.7",
    ".65",
    "70%",
    "7/10",
    "-5k",
    "+4k",
    "$",
    "€",
    "¥",
    "万",
    "亿",
    "七成半",
    "百分之七十",
    "一万二",
    "12",
    "May",
]
_CONTEXTS = st.sampled_from(NAMES).map(context)
_PIECES = st.sampled_from(
    [
        *sorted(keywords()),
        *_NUMBERS,
        *[
            "next:",
            "blocked:",
            "note:",
            "下一步：",
            "->",
            "to",
            "of",
            "and",
            "but",
            "because",
            "，",
            "。",
            "；",
            "\n",
            "?",
            "~",
        ],
        *[
            "was",
            "will",
            "target",
            "about",
            "now at",
            "目前",
            "新增",
            "others",
            "其他",
            "all",
            "都",
            "actually",
            "改成",
        ],
        *[
            "<@U1>",
            "<tel:1|1>",
            "&amp;",
            ":+1:",
            "*",
            "_",
            "`",
            "(",
            ")",
            '"',
            "https://x.y/45",
            "JIRA-1",
            "v2.1",
            "5月12日",
        ],
    ]
)
_TYPED = st.lists(_PIECES, max_size=12).map(" ".join) | st.lists(_PIECES, max_size=8).map("".join)
_ANY_TEXT = st.text(st.characters(), max_size=200) | _TYPED
_NUMERAL = re.compile("[0-9０-９零〇一二两三四五六七八九十百千万亿]")
_NUMBER_WORDS = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", re.IGNORECASE
)
_FIELD_WORDS = re.compile(
    r"(?:next(?: steps?)?|win|wins|help|block\w*|waiting|stuck|held up|on hold|remind|ask me|snooze|busy)|"
    r"下一步|计划|亮点|求助|需要帮助|阻塞|卡点|卡|在等|等待|受阻|提醒|休假|请假",
    re.IGNORECASE,
)
_EMOJI_CODES = re.compile(r":(?:\+1|thumbsup|white_check_mark|heavy_check_mark|\w*circle|ballot_box_with_check):")


def _letters(text: str) -> str:
    return re.sub(r"[^\w👍✅🟢🟡🔴🔵🙏👌]", "", text).lower()


@settings(max_examples=200, deadline=None)
@given(_ANY_TEXT, _CONTEXTS)
def test_any_text_is_read_without_a_defect_and_the_same_twice(text: str, against: ReplyContext) -> None:
    first = read_reply(text, against)
    assert first.defect is None
    assert first == read_reply(text, against)


@settings(max_examples=200, deadline=None)
@given(_ANY_TEXT, _CONTEXTS)
def test_a_segment_that_asks_stores_nothing(text: str, against: ReplyContext) -> None:
    for segment in read_reply(text, against).segments:
        if segment.ask is not None:
            assert segment == Segment(segment.label, note=segment.note, ask=segment.ask)
            assert segment.note is None or segment.ask.code is Code.Q_NOTE_ONLY


@settings(max_examples=200, deadline=None)
@given(_ANY_TEXT, _CONTEXTS)
def test_nothing_is_stored_without_a_digit_a_numeral_or_a_listed_keyword(text: str, against: ReplyContext) -> None:
    letters = _letters(text)
    listed = any(_letters(phrase) in letters for phrase in keywords() if _letters(phrase))
    if _NUMERAL.search(text) or _NUMBER_WORDS.search(text) or _FIELD_WORDS.search(text) or listed:
        return
    if _EMOJI_CODES.search(text) or "&" in text:
        return
    assert not any(segment.stores_something for segment in read_reply(text, against).segments)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abcdefghij xyz,.!-", max_size=60), _CONTEXTS)
def test_letters_alone_never_give_a_number(text: str, against: ReplyContext) -> None:
    for segment in read_reply(text, against).segments:
        assert segment.value is None
        assert segment.baseline_set is None
        assert segment.self_score is None


_OPEN = st.builds(
    Ask,
    code=st.sampled_from(Code),
    label=st.sampled_from(["KR1", "KR2", "KR3"]),
    facts=st.just(AskFacts(text="45k", v=Decimal("0.7"), raw="45k", labels=("KR1", "KR2", "KR3"))),
    kept=st.none() | st.just(Segment("KR1", note="slow week")),
)


@settings(max_examples=200, deadline=None)
@given(_OPEN, _TYPED, _CONTEXTS)
def test_any_text_may_follow_any_question(ask: Ask, text: str, against: ReplyContext) -> None:
    given, defect = attempt(lambda: _answered(ask, normalise(text).text, against))
    # A made-up question may lack the number of its own button; nothing else may go wrong.
    assert defect is None or (isinstance(defect, LookupError) and "button" in str(defect))
    assert answer(ask, text, against) == given


def test_huge_binary_broken_and_empty_input_is_answered() -> None:
    inputs = [
        "",
        " \n\t ",
        "\u3000\u00a0",
        "\x00\x01\x02\xff" * 50,
        "\ud800\udfff lone 45k",
        "45k " * 25_000,
        "1" * 100_000,
        "1," * 50_000,
        "(" * 50_000,
        "<@" * 50_000,
        "KR1 " * 25_000,
        "* " * 50_000,
        "一" * 100_000,
        "blocked on " * 9_000,
        ":a" * 50_000,
    ]
    for text in inputs:
        for name in ("M", "three", "Z3"):
            reply = read_reply(text, context(name))
            assert reply.defect is None
            assert reply.ask is not None or reply.segments or reply.intent is not None


def test_an_empty_reply_stores_nothing_and_asks() -> None:
    reply = read_reply("  \n ", context("M"))
    assert reply.ask == Ask(Code.Q_UNKNOWN)
    assert reply.segments == ()


def test_a_reply_is_cut_at_two_thousand_characters_and_says_so() -> None:
    exact = "0.7 " + "x" * (MAX_CHARACTERS - 4)
    assert not read_reply(exact, context("M")).truncated
    cut = read_reply(exact + "y", context("M"))
    assert cut.truncated
    assert cut.segments[0].self_score == Decimal("0.7")


def test_what_stands_after_the_cut_is_not_read() -> None:
    reply = read_reply("0.7 " + "x " * MAX_CHARACTERS + "; KR1 45k", context("M"))
    assert reply.truncated
    assert reply.segments[0].value is None


def test_a_defect_inside_asks_stores_nothing_and_is_handed_out() -> None:
    broken = ReplyContext(key_results=(None,), known=(None,))  # type: ignore[arg-type] # a defect on purpose
    reply = read_reply("45k", broken)
    assert reply.ask == Ask(Code.Q_UNKNOWN)
    assert reply.segments == ()
    assert isinstance(reply.defect, AttributeError)


# --- stored questions ---------------------------------------------------------------------------

_DECIMALS = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=4) | st.just(Decimal("1.50"))
_TEXTS = st.none() | st.text(st.characters(codec="utf-8"), max_size=30)
_FACTS = st.builds(
    AskFacts,
    v=_DECIMALS,
    last=_DECIMALS,
    p=_DECIMALS,
    a=_DECIMALS,
    b=_DECIMALS,
    c=_DECIMALS,
    d=_DECIMALS,
    sum=_DECIMALS,
    target=_DECIMALS,
    baseline=_DECIMALS,
    pct=_DECIMALS,
    score=_DECIMALS,
    raw=_TEXTS,
    text=_TEXTS,
    status=st.none() | st.sampled_from(Band),
    labels=st.lists(st.text(max_size=8), max_size=4).map(tuple),
    numbers=st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=2), max_size=3).map(tuple),
    items=st.lists(st.text(max_size=8), max_size=3).map(tuple),
    agree=st.booleans(),
)
_KEPT = st.none() | st.builds(
    Segment,
    label=st.text(max_size=6),
    value=_DECIMALS,
    self_score=_DECIMALS,
    confidence=_DECIMALS,
    status=st.none() | st.sampled_from(Band),
    done=st.none() | st.booleans(),
    blocked=st.none() | st.booleans(),
    blocker=_TEXTS,
    note=_TEXTS,
    no_change=st.booleans(),
    approx=st.booleans(),
    percent_basis=st.sampled_from([None, "way", "target"]),
)


@settings(max_examples=200, deadline=None)
@given(st.builds(Ask, code=st.sampled_from(Code), label=_TEXTS, facts=_FACTS, kept=_KEPT))
def test_a_stored_question_comes_back_exactly(ask: Ask) -> None:
    back = Ask.from_json(json.loads(json.dumps(ask.to_json())))
    assert back == ask
    assert repr(back) == repr(ask)


def test_every_question_of_the_table_can_be_stored() -> None:
    for line in (DATA / "replies.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        reply = read_reply(row["reply"], context(row["context"]))
        for ask in (reply.ask, *(segment.ask for segment in reply.segments)):
            if ask is not None:
                assert Ask.from_json(json.loads(json.dumps(ask.to_json()))) == ask
