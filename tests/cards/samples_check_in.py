"""Sample data for the check-in: every kind of block, receipt and notice, typical, and as long and hostile as can be."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.okr.model import Band, KeyResult, KRType, Source, Status, Step
from bot.views.asking import LIKELIHOODS, SCORES, Block, Question
from bot.views.echo import Noted
from bot.views.health import HealthLine
from bot.views.prompt import LeftWords
from bot.views.questions import ShownOption, ShownQuestion
from bot.views.receipt import OtherView, Receipt
from storage import models as m
from tests.cards.hostile import HOSTILE as ANYTHING

NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Madrid")
DIGEST_AT = datetime(2026, 11, 13, 9, 50, tzinfo=ZONE)
DAY = date(2026, 11, 5)
TOKEN = "T" * 32
"""As long as a token can be."""
HOSTILE = {name: text[:500] for name, text in ANYTHING.items()}
"""As long as the longest thing that is kept: a note."""
HUGE = Decimal("123456789012345678.987654321")

MANNER: dict[str, Any] = {"progress": False, "now": NOW, "tz": ZONE}
MANNERS: list[dict[str, Any]] = [MANNER, MANNER | {"progress": True}]

NUMBER = KeyResult(
    id=2,
    team_key="GRO",
    number=2,
    title="Self-serve renewals",
    short_title="Self-serve renewals",
    type=KRType.INCREASE,
    start=date(2026, 10, 1),
    due=date(2026, 12, 31),
    unit="%",
    baseline=Decimal(20),
    target=Decimal(50),
)
BINARY = replace(NUMBER, id=5, number=5, type=KRType.MILESTONE, unit="", baseline=None, target=None)
STEPS = replace(BINARY, steps=(Step(1, "Scope"), Step(2, "Audit")))
FEED = replace(NUMBER, id=6, number=6, unit="", source=Source.AUTO)
RANGE = replace(NUMBER, type=KRType.RANGE, target=None, range_lo=Decimal(70), range_hi=Decimal(80))
BASELINE = replace(NUMBER, type=KRType.BASELINE, baseline=None, target=None)

LANDS = Block(
    token=TOKEN,
    label="KR2",
    title="Self-serve renewals",
    question=Question.LANDS,
    kr=NUMBER,
    state=m.ItemState.OPEN,
    status=Status.ON_TRACK,
    reached=False,
    value=Decimal(31),
    measured_at=datetime(2026, 11, 5, 10, tzinfo=UTC),
    measured_on=DAY,
    raw=Decimal("0.3666666666666666666666666667"),
    score=Decimal("0.3666666666666666666666666667"),
    heading=Decimal("0.9533333333333333333333333333"),
    self_score=Decimal("0.7"),
    confidence=None,
    proposal=None,
    in_range=None,
    steps=None,
    stale_days=None,
    ever_updated=True,
    scores=SCORES,
    likelihoods=(),
    can_repeat=True,
    repeats_number=True,
)
NOTHING_YET = replace(
    LANDS,
    value=None,
    measured_at=None,
    measured_on=None,
    raw=None,
    score=None,
    heading=None,
    self_score=None,
    ever_updated=False,
    can_repeat=False,
    repeats_number=False,
    status=Status.NO_SIGNAL,
)
HOW_LIKELY = replace(
    NOTHING_YET,
    label="KR5",
    kr=BINARY,
    question=Question.HOW_LIKELY,
    confidence=Decimal(6),
    likelihoods=(Decimal(7), Decimal(5)),
    can_repeat=True,
)
LOOKS_RIGHT = replace(
    LANDS, label="KR6", kr=FEED, question=Question.LOOKS_RIGHT, proposal=Decimal("1.0"), repeats_number=False
)
OF_STEPS = replace(NOTHING_YET, kr=STEPS, steps=(1, 2), score=Decimal("0.5"), raw=Decimal("0.5"))
OPEN_BLOCKS = (
    LANDS,
    replace(LANDS, self_score=None),
    replace(LANDS, raw=Decimal("1.2"), score=Decimal(1), heading=Decimal("1.2"), status=Status.DONE, reached=True),
    replace(LANDS, raw=Decimal("-0.1"), score=Decimal(0), heading=Decimal("-0.2"), status=Status.OFF_TRACK),
    replace(LANDS, stale_days=1),
    replace(LANDS, stale_days=9, status=Status.NO_SIGNAL),
    NOTHING_YET,
    HOW_LIKELY,
    replace(HOW_LIKELY, confidence=None, likelihoods=LIKELIHOODS, can_repeat=False),
    LOOKS_RIGHT,
    OF_STEPS,
    replace(OF_STEPS, self_score=Decimal("0.7"), can_repeat=True),
    replace(LANDS, kr=RANGE, in_range=True),
    replace(LANDS, kr=replace(RANGE, range_hi=None), in_range=False, reached=True),
    replace(LANDS, kr=replace(RANGE, range_lo=None), in_range=False),
    replace(LANDS, kr=replace(RANGE, range_lo=None), reached=True),
    replace(LANDS, kr=replace(NUMBER, type=KRType.DECREASE), reached=True),
    replace(NOTHING_YET, kr=BASELINE, question=Question.FIRST_NUMBER),
    replace(LANDS, label="GRO-2", asked_for="Li"),
    replace(LANDS, state=m.ItemState.HANDED_OVER),
)

VALUE = Receipt(
    label="KR2",
    token=TOKEN,
    item_token=TOKEN,
    kr_token=TOKEN,
    unit="%",
    decimals=0,
    old=Decimal(31),
    value=Decimal(33),
    score=Decimal("0.43"),
    raw=Decimal("0.43"),
    heading=Decimal("0.94"),
    status=Status.ON_TRACK,
)
BARE = Receipt(label="KR2", token=TOKEN, item_token="", kr_token=TOKEN, unit="%", decimals=0)
SCORE = replace(BARE, item_token=TOKEN, self_score=Decimal("0.7"), number=Decimal(31), number_on=DAY)
EVERYTHING = replace(
    VALUE,
    approx=True,
    self_score=Decimal("0.3"),
    confidence=Decimal(3),
    trend="▼",
    said=Band.OFF_TRACK,
    done=True,
    still_open=True,
    steps=(3, 4),
    in_range=False,
    blocked=True,
    blocker="legal",
    help_wanted="a front-end day",
    note="slipped",
    low=True,
    raw=Decimal("-0.2"),
    status=None,
    offers_next_step=True,
)
RECEIPTS = (
    VALUE,
    replace(VALUE, old=None, approx=True, raw=Decimal("1.25"), score=Decimal(1)),
    replace(VALUE, in_range=True, attested=True, old=None),
    replace(BARE, no_change=True),
    replace(BARE, no_change=True, value=Decimal(31)),
    replace(BARE, no_change=True, confidence=Decimal(6)),
    replace(BARE, no_change=True, value=Decimal(31), asks_score=True),
    SCORE,
    replace(SCORE, nearby=(Decimal(8), Decimal(2000)), offers_next_step=True),
    replace(SCORE, item_token=""),
    replace(SCORE, other=OtherView("Li", Decimal("0.4"), DAY, Decimal("0.7"))),
    replace(BARE, confidence=Decimal(7), other=OtherView("Li", Decimal(3), DAY, Decimal(7), likelihood=True)),
    replace(SCORE, self_score=Decimal("0.3"), low=True),
    replace(BARE, confidence=Decimal(7), trend="▲", blocked=True),
    replace(BARE, unblocked=True, mine=False),
    replace(BARE, skipped=True),
    replace(BARE, skipped=True, no_data=True),
    EVERYTHING,
)
QUESTION = ShownQuestion("What would help?", (ShownOption("Ask the team", f"{TOKEN}:ask_team"),), "KR2")


def answered(receipt: Receipt, **more: Any) -> Block:
    return replace(LANDS, state=m.ItemState.ANSWERED, receipt=receipt, **more)


def hostile_block(text: str) -> Block:
    kr = replace(NUMBER, unit=text[:12])
    return replace(LANDS, title=text[:140], label=text[:9] or "KR", kr=kr, value=HUGE, asked_for=text[:20] or None)


def hostile_receipt(text: str) -> Receipt:
    return replace(
        EVERYTHING,
        label=text[:9] or "KR",
        unit=text[:12],
        old=HUGE,
        value=-HUGE,
        blocker=text[:140],
        help_wanted=text[:140],
        note=text[:500],
    )


HEALTH_CHECK = [
    HealthLine("1", "Customer satisfaction", "green", "", answered=True),
    HealthLine("2", "Team health", "yellow", ""),
    HealthLine("3", "Uptime", "red", "", answered=True),
]
CHECK_IN: dict[str, Any] = MANNER | {
    "teams": "Growth",
    "week": (6, 13),
    "biweekly": False,
    "digest_at": DIGEST_AT,
    "first_ever": False,
    "left": [],
    "health": [],
    "closed": False,
    "all_answered": False,
    "blocks": [LANDS, HOW_LIKELY, LOOKS_RIGHT],
    "more_count": 0,
    "all_same": True,
    "prompt_token": TOKEN,
    "shown": "0123456789abcdef",
}
HANDED = replace(LANDS, state=m.ItemState.HANDED_OVER, answered_by="Jack")
OTHERS = replace(LANDS, state=m.ItemState.ANSWERED_BY_OTHER, receipt=VALUE, answered_by="Li")
ALL_ANSWERED = [answered(one) for one in RECEIPTS]
LEFT_WORDS = [
    LeftWords("+4k", date(2026, 11, 12), "KR2"),
    LeftWords("0.7, it went well at the fair", date(2026, 11, 12), None),
]
CHECK_INS = [
    CHECK_IN,
    CHECK_IN | {"health": HEALTH_CHECK},
    CHECK_IN | {"left": LEFT_WORDS},
    *(CHECK_IN | {"left": [LeftWords(text, NUMBER.due, text[:9] or None)]} for text in HOSTILE.values()),
    CHECK_IN | {"health": HEALTH_CHECK, "closed": True},
    CHECK_IN | {"first_ever": True, "more_count": 1, "week": None, "digest_at": None},
    CHECK_IN | {"biweekly": True, "more_count": 5, "all_same": False},
    *(CHECK_IN | manner | {"blocks": [one]} for one in OPEN_BLOCKS for manner in MANNERS),
    *(CHECK_IN | {"blocks": [one]} for one in ALL_ANSWERED),
    CHECK_IN | {"blocks": [answered(one, asks=QUESTION) for one in RECEIPTS[:7]]},
    CHECK_IN | {"blocks": [replace(LANDS, asks=QUESTION)]},
    CHECK_IN | {"blocks": [OTHERS, replace(OTHERS, receipt=BARE), replace(LANDS, state=m.ItemState.NOT_MINE)]},
    CHECK_IN | {"blocks": [HANDED, replace(HANDED, answered_by=None)]},
    CHECK_IN | {"all_answered": True, "blocks": ALL_ANSWERED[:7], "all_same": False},
    CHECK_IN | {"all_answered": True, "blocks": [OTHERS], "all_same": False, "digest_at": None},
    CHECK_IN | {"closed": True, "blocks": [LANDS, OTHERS, *ALL_ANSWERED[:5]], "more_count": 2},
    *(
        CHECK_IN
        | {
            "teams": text[:123],
            "blocks": [hostile_block(text), answered(hostile_receipt(text), title=text[:140])] * 3
            + [replace(OTHERS, title=text[:140], answered_by=text[:20], receipt=hostile_receipt(text), asks=QUESTION)],
            "more_count": 12,
        }
        for text in HOSTILE.values()
    ),
]

REMINDER: dict[str, Any] = MANNER | {
    "second": False,
    "closed": False,
    "blocks": [LANDS, HOW_LIKELY],
    "one_tap": [LANDS, HOW_LIKELY],
    "labels": ["KR2", "KR5"],
    "count_word": "Two",
    "digest_at": DIGEST_AT,
    "day": DIGEST_AT,
    "taps": True,
    "all_same": True,
    "prompt_token": TOKEN,
    "shown": "0123456789abcdef",
}
ALL_KINDS = [LANDS, replace(LANDS, self_score=None), HOW_LIKELY, LOOKS_RIGHT, OPEN_BLOCKS[11]]
REMINDERS = [
    REMINDER,
    REMINDER | {"digest_at": None, "day": None},
    REMINDER | {"day": None, "labels": ["GRO-4 (Fri)", "SUP-4 (Tue)"]},
    REMINDER | {"blocks": [LANDS], "one_tap": [], "labels": ["KR2"], "count_word": "One"},
    REMINDER | {"blocks": [LANDS], "one_tap": [LANDS], "labels": ["KR2"], "count_word": "One", "day": None},
    REMINDER | {"blocks": [], "one_tap": []},
    REMINDER | {"blocks": [], "one_tap": [], "digest_at": None, "second": True},
    REMINDER | {"closed": True},
    *(REMINDER | manner | {"blocks": ALL_KINDS, "one_tap": ALL_KINDS} for manner in MANNERS),
    REMINDER | {"second": True},
    REMINDER | {"second": True, "blocks": ALL_KINDS},
    REMINDER | {"second": True, "digest_at": None, "all_same": False, "taps": False},
    REMINDER | {"second": True, "all_same": False, "taps": False},
    *(
        REMINDER
        | {
            "second": second,
            "blocks": [hostile_block(text)] * 12,
            "one_tap": [hostile_block(text)] * 7,
            "labels": [text[:9] or "KR"] * 12,
            "count_word": "12",
        }
        for text in HOSTILE.values()
        for second in (False, True)
    ),
]

ECHO: dict[str, Any] = {
    "lines": [VALUE],
    "restored": None,
    "extra": [],
    "noted": [],
    "truncated": False,
    "asks": None,
    "finished": False,
    "digest_at": None,
}
ECHOES = [
    *(ECHO | {"lines": [one]} for one in RECEIPTS),
    ECHO | {"lines": [VALUE, replace(BARE, no_change=True)]},
    ECHO | {"lines": list(RECEIPTS), "asks": QUESTION, "truncated": True},
    ECHO | {"finished": True, "digest_at": DIGEST_AT},
    ECHO | {"finished": True, "extra": ["Next step noted: call Acme", "Another"]},
    ECHO | {"lines": [], "extra": ["Win noted: Acme"], "noted": [Noted("Acme", "win_undo", "7")]},
    ECHO
    | {
        "lines": [],
        "extra": ["Next step noted: call Acme", "Win noted: Acme"],
        "noted": [Noted("call Acme", "step_drop", TOKEN), Noted("Acme", "win_undo", "7")],
        "asks": QUESTION,
    },
    ECHO | {"lines": [], "restored": ["KR2: Back to 31% (5 Nov).", "KR5: Back to 6/10."]},
    ECHO | {"lines": [], "asks": QUESTION},
    *(
        ECHO
        | {
            "lines": [hostile_receipt(text)] * 12,
            "restored": [text or "-"] * 12,
            "extra": [text] * 12,
            "noted": [Noted(text, "win_undo", "7")],
            "asks": ShownQuestion(text or "-", (ShownOption(f"KR2 {text}", f"{TOKEN}:{'x' * 100}"),) * 10),
        }
        for text in HOSTILE.values()
    ),
]

STALE: dict[str, Any] = MANNER | {
    "label": "KR2",
    "title": "Self-serve renewals",
    "age": 8,
    "silent": True,
    "resting": "",
    "paused_until": None,
    "value": Decimal(28),
    "confidence": None,
    "updated": True,
    "unit": "%",
    "due": NUMBER.due,
    "kr_token": TOKEN,
    "told": None,
    "answered_by": None,
}
STALES = [
    STALE,
    STALE | {"resting": "paused"},
    STALE | {"resting": "paused", "paused_until": NUMBER.due},
    STALE | {"resting": "dropped"},
    STALE | {"value": None},
    STALE | {"value": None, "confidence": Decimal(6)},
    STALE | {"value": None, "updated": False},
    STALE | {"silent": False},
    *(STALE | {"told": one, "answered_by": name} for one in RECEIPTS for name in (None, "Li")),
    *(
        STALE | {"label": text[:9] or "KR", "title": text[:140], "value": HUGE, "unit": text[:12]}
        for text in HOSTILE.values()
    ),
    *(
        STALE | {"title": text[:140], "told": hostile_receipt(text), "answered_by": text[:20]}
        for text in HOSTILE.values()
    ),
]

DARK: dict[str, Any] = {
    "label": "KR2",
    "title": "Self-serve renewals",
    "owner": "Mei",
    "age": 11,
    "dark": True,
    "resting": "",
    "paused_until": None,
    "kr_token": TOKEN,
    "asked": False,
    "mine": False,
    "value": Decimal(28),
    "unit": "%",
}
DARKS = [
    DARK,
    DARK | {"mine": True},
    DARK | {"mine": True, "value": None},
    DARK | {"mine": True, "value": HUGE, "unit": "W" * 12},
    DARK | {"resting": "paused"},
    DARK | {"resting": "paused", "paused_until": NUMBER.due},
    DARK | {"resting": "dropped"},
    DARK | {"owner": None},
    DARK | {"asked": True},
    DARK | {"dark": False},
    *(DARK | {"label": text[:9] or "KR", "title": text[:140], "owner": text[:20]} for text in HOSTILE.values()),
]

NUDGE: dict[str, Any] = MANNER | {
    "lead": "Bea",
    "label": "KR2",
    "title": "Self-serve renewals",
    "value": Decimal(28),
    "unit": "%",
    "kr_token": TOKEN,
    "told": None,
    "answered_by": None,
}
NUDGES = [
    NUDGE,
    NUDGE | {"value": None},
    *(NUDGE | {"told": one, "answered_by": name} for one in (VALUE, BARE, EVERYTHING) for name in (None, "Li")),
    *(
        NUDGE | {"lead": text[:20], "label": text[:9] or "KR", "title": text[:140], "value": HUGE, "unit": text[:12]}
        for text in HOSTILE.values()
    ),
]

CARDS = {
    "check_in": CHECK_INS,
    "reminder": REMINDERS,
    "echo": ECHOES,
    "stale": STALES,
    "dark": DARKS,
    "nudge": NUDGES,
}

UPDATE: dict[str, Any] = {
    "token": TOKEN,
    "label": "KR2",
    "title": "Self-serve renewals",
    "known": "Renewal rate",
    "steps": [],
    "binary": False,
    "due": NUMBER.due,
    "metric": "Renewal rate",
    "said": "",
    "placeholder": "31%",
    "unit": "%",
    "asks_score": True,
    "blocked": False,
    "blocker": "",
    "progress": False,
}
STEPS_TO_TICK = [{"number": number, "title": f"Step {number}", "done": number % 2 == 0} for number in range(1, 13)]

FORMS = {
    "update_form": [
        UPDATE,
        UPDATE | {"progress": True, "known": "", "placeholder": ""},
        UPDATE | {"binary": True, "asks_score": False, "blocked": True, "blocker": "legal"},
        UPDATE | {"steps": STEPS_TO_TICK[:3]},
        UPDATE | {"steps": STEPS_TO_TICK},
        *(
            UPDATE
            | {
                "label": text[:9] or "KR",
                "title": text[:140],
                "known": text,
                "metric": text or "-",
                "placeholder": text[:40],
                "blocker": text[:140],
                "blocked": True,
            }
            for text in HOSTILE.values()
        ),
        *(
            UPDATE | {"steps": [{"number": 1, "title": text[:140], "done": True}, *STEPS_TO_TICK[1:]]}
            for text in HOSTILE.values()
        ),
    ],
    "update_all_form": [
        {
            "token": "all",
            "rows": [{"name": "-A9_z", "label": "KR2", "title": "Self-serve renewals", "known": "31% · 5 Nov"}],
        },
        *(
            {
                "token": "all",
                "rows": [
                    {"name": f"{number}{TOKEN}", "label": text[:9] or "KR", "title": text[:140], "known": text}
                    for number in range(20)
                ],
            }
            for text in HOSTILE.values()
        ),
    ],
    "next_step_form": [
        {"token": TOKEN, "choices": [], "chosen": "", "example": "Fri, 20 Nov", "text": ""},
        {
            "token": TOKEN,
            "choices": [{"value": TOKEN, "label": "KR2 Self-serve renewals"}],
            "chosen": TOKEN,
            "example": "Fri, 20 Nov",
            "text": "Acme wants a demo before Friday",
        },
        *(
            {
                "token": TOKEN,
                "choices": [{"value": f"{TOKEN}{number}", "label": text} for number in range(40)],
                "chosen": "",
                "example": "Fri, 20 Nov",
                "text": text[:140],
            }
            for text in HOSTILE.values()
        ),
    ],
    "help_form": [
        {"token": TOKEN, "label": "KR2"},
        *({"token": TOKEN, "label": text[:9] or "KR"} for text in HOSTILE.values()),
    ],
}
