"""Sample data for what is said from a draft to its publication, and for questions about key results."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.views.advice import AdviceLine, ShownButton
from bot.views.publishing import MOST_ADVICE, MOST_COMMENTS, CommentLine, DraftLine, SetView
from tests.cards.hostile import HOSTILE

TOKEN = "0123456789abcdef012345"
LINE = DraftLine("KR6", "Repeat orders", "20% → 35%", "Li", date(2026, 12, 31), committed=False, sure=None, token=TOKEN)
LINES = (
    LINE,
    replace(LINE, label="KR7", title="Delivery complaints", aim="20 → 5", owner="Bea / Ana", sure=Decimal(7)),
    replace(LINE, label="KR8", title="New site is live", aim="done or not", owner="", committed=True),
)
COMMENTS = (
    CommentLine("Jack", "KR6", "Is 35% enough?", TOKEN),
    CommentLine("Ana", "", "What about our old customers?", TOKEN),
)
SET = SetView(
    token=TOKEN,
    label="O2",
    title="Make every first order a pleasure",
    why="Who is happy with the first one comes back",
    team="Growth",
    team_key="GRO",
    cycle="2026 Q4",
    state="draft",
    drafted_by=("Ana", "Mei"),
    lines=LINES,
    missing=("KR8: who answers for this one? One name; others can be co-owners.",),
    without_owner=(("KR8", TOKEN),),
    comments=COMMENTS,
    more_comments=0,
    settled=0,
    agreed=0,
    agreements=0,
    today=date(2026, 11, 12),
)
BARE = replace(
    SET,
    why="",
    lines=(),
    missing=("It has no key results yet. How will you know you got there?",),
    without_owner=(),
    comments=(),
)
READY = replace(SET, lines=LINES[:2], missing=(), without_owner=(), more_comments=2, settled=1, agreed=1, agreements=2)
ADVICE = AdviceLine(
    "K05", "W", "KR6", "Repeat orders", "Who would notice?", (ShownButton("Dismiss", "dismiss", TOKEN),)
)


def hostile(text: str) -> SetView:
    line = DraftLine(
        "KR1", text[:140], text[:80], text[:41], date(2026, 12, 31), committed=True, sure=Decimal(7), token=TOKEN
    )
    said = CommentLine(text[:20], "KR1", text[:300], TOKEN)
    return replace(
        SET,
        title=text[:140],
        why=text[:300],
        team=text[:60],
        cycle=text[:20],
        drafted_by=(text[:20],) * 4,
        lines=(line,) * 8,
        missing=(text[:140],) * 8,
        without_owner=tuple((f"KR{n}", f"{TOKEN}{n}") for n in range(8)),
        comments=(said,) * MOST_COMMENTS,
        more_comments=9,
        settled=9,
        agreed=1,
        agreements=9,
    )


DRAFT: dict[str, Any] = {
    "it": SET,
    "how": "A draft: only the team sees it, and nobody is asked about it.",
    "written": True,
    "advice": [ADVICE],
    "more_advice": 0,
    "who": "",
    "may_comment": True,
    "may_ask": True,
    "may_publish": False,
}
REVIEW: dict[str, Any] = {"it": SET, "by": "Mei", "is_open": True}
POST: dict[str, Any] = {"it": replace(READY, state="active"), "by": "Mei", "word": "", "undone": False}
DONE: dict[str, Any] = {
    "label": "O2",
    "title": SET.title,
    "count": 2,
    "asked": "The next question about it goes out on Thu, 19 Nov.",
    "posted": True,
    "told": "Jack",
    "unsure": [],
    "undone": False,
    "active": True,
    "token": TOKEN,
}
APPROVAL: dict[str, Any] = {
    "it": READY,
    "advice": [ADVICE],
    "by": "Mei",
    "again": False,
    "state": "asked",
    "note": "",
    "token": TOKEN,
    "may_send_back": True,
    "taken_back": False,
    "anew": False,
    "since": None,
    "seal": "0123456789ab",
    "handed_on": False,
}
CLOSED = APPROVAL | {"token": "", "may_send_back": False, "advice": []}
QUESTION: dict[str, Any] = {
    "name": "Jack",
    "label": "GRO-2",
    "title": "Self-serve renewals",
    "text": "What happened in October?",
    "token": TOKEN,
    "kr_token": TOKEN,
}
ANSWER: dict[str, Any] = {
    "name": "Li",
    "label": "GRO-2",
    "title": "Self-serve renewals",
    "question": "What happened in October?",
    "text": "Legal took three weeks.",
    "kr_token": TOKEN,
}
SENT_BACK: dict[str, Any] = {
    "text": "Jack sent 'Make every first order a pleasure' back: 'Fewer, please'",
    "missing": (),
    "without_owner": (),
    "token": TOKEN,
}
MISSING: dict[str, Any] = {
    "title": SET.title,
    "missing": SET.missing,
    "without_owner": SET.without_owner,
    "token": TOKEN,
}
ROW = {"name": TOKEN, "label": "KR6", "title": "Repeat orders", "sure": "7"}
KRS = [{"value": f"{TOKEN}{n}", "label": f"KR{n} Repeat orders"} for n in range(3)]

CARDS: dict[str, list[dict[str, Any]]] = {
    "draft": [
        DRAFT,
        DRAFT | {"it": BARE, "advice": [], "may_ask": False},
        DRAFT | {"it": READY, "more_advice": 2, "may_publish": True},
        DRAFT | {"who": "Only Mei or an admin can publish what Growth has written.", "may_ask": False},
        DRAFT
        | {"it": replace(READY, settled=2, more_comments=1), "more_advice": 1, "may_comment": False, "advice": []},
        DRAFT | {"it": replace(READY, state="active"), "how": "It is published.", "written": False, "advice": []},
        *(
            DRAFT
            | {"it": hostile(text), "how": text, "advice": [replace(ADVICE, text=text)] * MOST_ADVICE, "who": text}
            for text in HOSTILE.values()
        ),
    ],
    "which_approval": [
        {"rows": [{"team": "Growth", "label": "O2", "title": SET.title, "token": TOKEN, "value": ""}] * 2},
        {"rows": [{"team": "Growth", "label": "O2", "title": SET.title, "token": TOKEN, "value": ""}]},
        {"rows": [{"team": "Growth", "label": "GRO-2", "title": "A script", "value": f"{TOKEN}:1:to"}]},
        *(
            {"rows": [{"team": text[:20], "label": "O2", "title": text[:140], "token": TOKEN, "value": ""}]}
            for text in HOSTILE.values()
        ),
    ],
    "which_draft": [
        {"team": "Growth", "rows": [{"label": "O2", "title": SET.title, "token": TOKEN}]},
        *(
            {"team": text[:60], "rows": [{"label": "O2", "title": text[:140], "token": TOKEN}] * 5}
            for text in HOSTILE.values()
        ),
    ],
    "draft_review": [
        REVIEW,
        REVIEW | {"it": replace(BARE, state="dropped"), "is_open": False},
        REVIEW | {"it": replace(READY, state="active"), "is_open": False},
        *(REVIEW | {"it": hostile(text), "by": text[:20]} for text in HOSTILE.values()),
    ],
    "published": [
        POST,
        POST | {"word": "Approved by Jack."},
        POST | {"undone": True},
        *(POST | {"it": hostile(text), "by": text[:20], "word": text} for text in HOSTILE.values()),
    ],
    "published_done": [
        DONE,
        DONE | {"count": 1, "posted": False, "told": "", "unsure": ["KR6", "KR7"]},
        DONE | {"undone": True, "active": False, "token": ""},
        *(DONE | {"title": text[:140], "told": text[:20]} for text in HOSTILE.values()),
    ],
    "draft_approval": [
        APPROVAL,
        APPROVAL | {"again": True},
        APPROVAL | {"since": {"changed": ["KR6"], "added": ["KR8"], "left_out": ["KR7"]}},
        APPROVAL | {"state": "lapsed", "may_send_back": False},
        CLOSED,
        CLOSED | {"state": "approved"},
        CLOSED | {"state": "approved", "taken_back": True},
        CLOSED | {"state": "sent_back", "note": "Fewer, please"},
        CLOSED | {"state": "sent_back"},
        CLOSED | {"state": "lapsed"},
        CLOSED | {"state": "lapsed", "anew": True},
        CLOSED | {"handed_on": True},
        *(
            APPROVAL | {"it": hostile(text), "by": text[:20], "advice": [replace(ADVICE, text=text)] * MOST_ADVICE}
            for text in HOSTILE.values()
        ),
    ],
    "published_told": [
        {"text": "Mei published 'Make every first order a pleasure' for Growth; key results: 2.", "key": "GRO"},
        {"text": "Mei of Growth took back what was published; it is a draft again.", "key": ""},
    ],
    "draft_sent_back": [
        SENT_BACK,
        SENT_BACK
        | {
            "text": "It could not be published, and is a draft again.",
            "missing": SET.missing,
            "without_owner": SET.without_owner,
        },
        *(SENT_BACK | {"text": text, "missing": (text,) * 8} for text in HOSTILE.values() if text.strip()),
    ],
    "cannot_publish": [
        MISSING,
        *(
            MISSING
            | {
                "title": text[:140],
                "missing": (text,) * 8,
                "without_owner": [(f"KR{n}", f"{TOKEN}{n}") for n in range(8)],
            }
            for text in HOSTILE.values()
        ),
    ],
    "kr_question": [
        QUESTION,
        QUESTION | {"token": ""},
        *(QUESTION | {"name": text[:20], "title": text[:32], "text": text[:300]} for text in HOSTILE.values()),
    ],
    "kr_answered": [
        ANSWER,
        *(
            ANSWER | {"name": text[:20], "title": text[:32], "text": text[:300], "question": text[:300]}
            for text in HOSTILE.values()
        ),
    ],
}
FORMS: dict[str, list[dict[str, Any]]] = {
    "publish_form": [
        {
            "token": TOKEN,
            "title": SET.title,
            "sufficiency": "More stock",
            "doubts": False,
            "rows": [ROW | {"name": f"{TOKEN}{n}"} for n in range(20)],
        },
        {
            "token": TOKEN,
            "title": SET.title,
            "sufficiency": "",
            "doubts": True,
            "rows": [ROW, ROW | {"name": f"{TOKEN}b", "sure": ""}],
        },
        *(
            {
                "token": TOKEN,
                "title": text[:140],
                "sufficiency": text[:300],
                "doubts": True,
                "rows": [ROW | {"name": f"{TOKEN}{n}", "title": text[:32]} for n in range(8)],
            }
            for text in HOSTILE.values()
        ),
    ],
    "comment_form": [
        {"token": TOKEN, "title": SET.title, "krs": KRS},
        {"token": TOKEN, "title": SET.title, "krs": []},
    ],
    "send_back_form": [
        {"token": TOKEN, "title": SET.title},
        *({"token": TOKEN, "title": text[:140]} for text in HOSTILE.values()),
    ],
    "question_form": [
        {"token": TOKEN, "label": "GRO-2", "title": "Self-serve renewals"},
        *({"token": TOKEN, "label": "GRO-2", "title": text[:32]} for text in HOSTILE.values()),
    ],
    "board_question_form": [
        {"token": "GRO", "team": "Growth", "krs": KRS},
        *({"token": "GRO", "team": text[:60], "krs": KRS} for text in HOSTILE.values()),
    ],
    "answer_form": [
        {"token": TOKEN, "label": "GRO-2", "name": "Jack", "text": "What happened in October?"},
        *({"token": TOKEN, "label": "GRO-2", "name": text[:20], "text": text[:300]} for text in HOSTILE.values()),
    ],
}
