"""Sample data for the templates of commands: `/okr`, help, and the small questions around them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.okr.model import Status, StatusReason
from bot.views.board_rows import Row
from bot.views.four_square import Dot, DueDay, FourSquare
from bot.views.my_krs import MyLine
from bot.views.next_steps import StepLine
from tests.cards.hostile import HOSTILE

ROW = Row(
    id=1,
    label="KR1",
    title="Enterprise MRR",
    status=Status.AHEAD,
    reason=StatusReason.DATA_ONLY,
    value="$46k / $60k",
    steps=None,
    sure=None,
    done=False,
    score="0.53",
    trend="",
    heading="1.00+",
    heading_from_owner=False,
    tags=(),
)
LINE = MyLine(
    row=ROW,
    value="$46k → $60k",
    confidence_before=None,
    stale_days=None,
    updated=date(2026, 11, 10),
    updated_this_week=True,
    due=date(2026, 12, 31),
    over=False,
    binary=False,
    blocked=False,
    paused=False,
    paused_until=None,
)
BINARY = replace(
    LINE,
    row=replace(ROW, value="0/1", score="", heading="", sure=Decimal(6)),
    confidence_before=Decimal(5),
    binary=True,
)
LINES = (
    LINE,
    BINARY,
    replace(LINE, stale_days=9, blocked=True),
    replace(LINE, stale_days=1, row=replace(ROW, steps=(2, 4), heading_from_owner=True)),
    replace(LINE, updated_this_week=False),
    replace(LINE, updated=None, value="", row=replace(ROW, score="", heading="")),
    replace(LINE, paused=True),
    replace(LINE, paused=True, paused_until=date(2026, 12, 1)),
)


SQUARE = FourSquare(
    priorities=(StepLine("token", "Pair on the order form", "", date(2026, 11, 19), True, "KR4", True),) * 3,
    more_priorities=2,
    health=(Dot("Team health", "yellow"), Dot("Customer satisfaction", "green")),
    asked_at=datetime(2026, 11, 19, 10, tzinfo=UTC),
    board_at=datetime(2026, 11, 20, 9, 50, tzinfo=UTC),
    due=(DueDay(date(2026, 12, 1), ("KR1", "KR5")),),
)


def my_krs(**changes: Any) -> dict[str, Any]:
    return {
        "cycle": "2026 Q4",
        "week": (6, 13),
        "lines": LINES,
        "question": "",
        "team": "GRO",
        "teams": 1,
        "square": SQUARE,
    } | changes


def hostile(text: str) -> dict[str, Any]:
    line = replace(LINE, row=replace(ROW, title=text, label=text[:10]), value=text)
    square = replace(
        SQUARE,
        priorities=(StepLine("token", text[:140], "", date(2026, 12, 31), False, text[:10], True),) * 3,
        health=(Dot(text[:40], "red"),) * 6,
        due=(DueDay(date(2026, 12, 1), (text[:10],) * 20),) * 2,
    )
    return my_krs(cycle=text[:20], lines=(line,) * 20, question=text, square=square)


CARDS: dict[str, list[dict[str, Any]]] = {
    "my_krs": [
        my_krs(),
        my_krs(cycle="", week=None, team="", teams=2, question="And where will it land by 31 Dec?"),
        my_krs(lines=(), square=FourSquare(board_at=SQUARE.board_at)),
        my_krs(lines=(), team="", teams=0, square=FourSquare()),
        *(hostile(text) for text in HOSTILE.values()),
    ],
    "help_topic": [{"lines": ["One line."]}, {"lines": ["A line. " * 30] * 8}],
    "which_team": [
        {"teams": [{"name": "Growth", "key": "GRO"}, {"name": "Support", "key": "SUP"}], "action": "board"},
        *(
            {"teams": [{"name": text, "key": f"G{number}"} for number in range(many)], "action": "board"}
            for text in HOSTILE.values()
            for many in (5, 40)
        ),
    ],
    "which_kr": [
        {"krs": [{"label": "GRO-2", "title": "Renewals", "value": "token"}], "action": "show"},
        *(
            {"krs": [{"label": "GRO-2", "title": text, "value": "t"}] * 10, "action": "show"}
            for text in HOSTILE.values()
        ),
    ],
    "health_new": [
        {"name": "Uptime", "team": "Growth", "value": "1:GRO"},
        *({"name": text[:40], "team": text, "value": "1:GRO"} for text in HOSTILE.values()),
    ],
    "open_form": [{"action": "form_all", "value": "mine"}],
}
