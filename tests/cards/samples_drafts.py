"""Sample data for what a team still writes and for objectives: shown, dropped, deleted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.okr.model import Status, Step
from bot.views.advice import AdviceLine, ShownButton
from bot.views.board import BoardLine
from bot.views.publishing import CommentLine, DraftLine
from tests.cards.hostile import HOSTILE
from tests.cards.samples_check_in import TOKEN
from tests.cards.samples_show import _LINKS, _ROW

_DAY = date(2026, 11, 12)
_LINE = DraftLine("KR3", "Onboard 20 restaurants", "0 → 20", "Mei", date(2026, 12, 31), True, None, TOKEN)
_ADVICE = AdviceLine(
    "K09", "W", "", "", "Who answers for this one?", (ShownButton("Dismiss", "advice_dismiss", TOKEN),)
)
_COMMENT = CommentLine("Li", "KR3", "Why twenty?", TOKEN)
_DRAFT: dict[str, Any] = {
    "label": "GRO-3",
    "line": _LINE,
    "first": date(2026, 10, 1),
    "today": _DAY,
    "objective": "O2 Make first orders a pleasure",
    "team": "Growth",
    "steps": (Step(1, "Find ten", Decimal(1), _DAY), Step(2, "Find ten more", Decimal(1), None)),
    "comments": [_COMMENT],
    "advice": [_ADVICE],
    "token": TOKEN,
    "may_write": True,
    "commentable": True,
    "publishes": True,
    "alone": [],
}
_BOARD = BoardLine(_ROW, ("Mei",), _DAY, False, _DAY, "the market moved", Decimal("0.27"))
_OBJECTIVE: dict[str, Any] = {
    "label": "GRO O1",
    "title": "Be the trusted supplier of tea",
    "why": "They come back",
    "serves": "restaurants",
    "owner": "Bea",
    "team": "Growth",
    "team_key": "GRO",
    "seen_by": "the team alone",
    "dropped": False,
    "because": "",
    "status": Status.ON_TRACK,
    "score": Decimal("0.3"),
    "lines": [_BOARD],
    "paused": [_BOARD, replace(_BOARD, paused_until=None)],
    "gone": [_BOARD],
    "drafts": ["KR7 Partner leads", "KR8 Refunds"],
    "links": _LINKS[:6],
    "changes": [],
    "today": _DAY,
    "token": TOKEN,
    "may_change": True,
}
_BARE = _OBJECTIVE | {
    "why": "", "serves": "", "owner": "", "seen_by": "", "status": None, "score": None, "lines": [], "paused": [],
    "gone": [], "drafts": [], "links": [], "may_change": False,
}  # fmt: skip
_DROPPED: dict[str, Any] = {
    "label": "O1",
    "title": "Be the trusted supplier of tea",
    "krs": ["KR1", "KR2"],
    "undone": False,
    "categories": [("learned", "We learned something"), ("market", "The market moved")],
    "token": TOKEN,
}
_DELETE = {"label": "O2", "title": "Make first orders a pleasure", "krs": ["KR3", "KR4"], "token": TOKEN}
_DELETED = _DELETE | {"undone": False}

CARDS: dict[str, list[dict[str, Any]]] = {
    "show_draft": [
        _DRAFT,
        _DRAFT | {"line": replace(_LINE, owner="", committed=False), "steps": (), "comments": [], "advice": []},
        _DRAFT | {"may_write": False, "publishes": False},
        _DRAFT | {"commentable": False},
        _DRAFT | {"commentable": False, "alone": [("learned", "We learned something"), ("market", "The market moved")]},
        *(
            _DRAFT
            | {
                "line": replace(_LINE, title=text[:140], owner=text[:40]),
                "objective": text[:140],
                "team": text[:60],
                "comments": [replace(_COMMENT, text=text[:300])],
                "steps": (Step(1, text[:140], Decimal(1), None),),
            }
            for text in HOSTILE.values()
        ),
    ],
    "asked_about": [
        {"text": text or "-", "label": "GRO-2", "token": TOKEN, "may_ask": ask}
        for ask in (True, False)
        for text in ("GRO-2 Self-serve renewals is with Mei. Last update: 10 Nov, 28% / 50%.", *HOSTILE.values())
    ],
    "show_objective": [
        _OBJECTIVE,
        _BARE,
        _OBJECTIVE | {"dropped": True, "because": "the market is gone", "may_change": False},
        *(
            _OBJECTIVE | {"title": text[:140], "why": text[:300], "serves": text[:140], "owner": text[:40]}
            for text in HOSTILE.values()
        ),
    ],
    "objective_dropped": [
        _DROPPED,
        _DROPPED | {"krs": [], "categories": [], "token": ""},
        _DROPPED | {"undone": True, "categories": [], "token": ""},
        *(_DROPPED | {"title": text[:140]} for text in HOSTILE.values()),
    ],
    "delete_objective": [
        _DELETE,
        _DELETE | {"krs": []},
        _DELETE | {"token": ""},
        *(_DELETE | {"title": text[:140]} for text in HOSTILE.values()),
    ],
    "objective_deleted": [
        _DELETED,
        _DELETED | {"krs": []},
        _DELETED | {"undone": True, "token": ""},
        *(_DELETED | {"title": text[:140]} for text in HOSTILE.values()),
    ],
}
FORMS: dict[str, list[dict[str, Any]]] = {
    "drop_objective_form": [
        {
            "token": TOKEN,
            "label": "O1",
            "title": text[:140],
            "because": text[:200],
            "categories": [["learned", "We learned something"], ["market", "The market moved"]],
        }
        for text in HOSTILE.values()
    ],
}
