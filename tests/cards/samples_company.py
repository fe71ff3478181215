"""Sample data of the company's board and digest, and of the standing board."""

from datetime import date
from decimal import Decimal
from typing import Any

from bot.okr.model import Status
from bot.okr.rollup import StatusCount
from bot.views.board_rows import Gap
from bot.views.company import ChangeLine, CompanyLine, OpenLine, ShortOfTeam
from tests.cards.hostile import HOSTILE
from tests.cards.samples_digest import CARDS as DIGESTS

SHOWN = ("team", "team_key", "week", "objectives", "folded", "updated")
COLOURS = (StatusCount(Status.AHEAD, 1), StatusCount(Status.AT_RISK, 2))


def line(**changes: Any) -> CompanyLine:
    usual: dict[str, Any] = {
        "name": "Growth",
        "depth": 1,
        "title": "Be the trusted supplier of tea for fine restaurants",
        "locked": False,
        "has_objective": True,
        "more": 0,
        "score": Decimal("0.3"),
        "counts": COLOURS,
        "short": ShortOfTeam("GRO-4", "Phone calls", Gap("64", "calls", True, False, False, False), False, "Jack"),
        "below": 0,
        "counts_below": (),
    }
    return CompanyLine(**{**usual, **changes})


def hostile(text: str) -> dict[str, Any]:
    return {
        "name": text,
        "week": (6, 13),
        "digest": True,
        "lines": (line(name=text, title=text, short=ShortOfTeam("GRO-4", text, None, True, text)),),
        "open": (OpenLine(True, text, text, "", text, date(2026, 11, 4)),),
        "changes": (ChangeLine("GRO-5", text, True, text),),
    }


CARDS: dict[str, list[dict[str, Any]]] = {
    "company": [
        {"name": "TeeBee", "week": None, "digest": False, "lines": ()},
        {
            "name": "TeeBee",
            "week": (6, 13),
            "digest": True,
            "lines": (
                line(depth=0, name="TeeBee", short=None, below=12, counts_below=COLOURS),
                line(),
                line(supports=("CO O1", "CO-1")),
                line(more=2, score=None, short=ShortOfTeam("GRO-4", "Phone calls", None, False, None)),
                line(title=None, locked=True, score=None, counts=(), short=None, depth=3),
                line(title="Only the title", locked=True, score=None, counts=(), short=None, below=1),
                line(has_objective=False, title=None, score=None, counts=(), short=None),
            ),
            "open": (
                OpenLine(True, "GRO-2", "SAL-3", "", "shared churn figure", date(2026, 10, 30)),
                OpenLine(False, "Growth", "Support", "GRO-4", "a script for phone orders", date(2026, 11, 4)),
                OpenLine(False, "Growth", "Support", "", "", date(2026, 11, 4)),
            ),
            "changes": (
                ChangeLine("GRO-5", "Partner leads", True, "the market moved"),
                ChangeLine("GRO-6", "Trial packs", True, ""),
                ChangeLine("SUP-7", "First answers within an hour", False, ""),
            ),
        },
        *(hostile(text) for text in HOSTILE.values()),
    ],
    "standing_board": [{name: sample[name] for name in SHOWN} for sample in DIGESTS["digest"]],
}
FORMS: dict[str, list[dict[str, Any]]] = {}
