"""Sample data for the templates of commands: `/okr`, help, and the small questions around them."""

from datetime import date
from decimal import Decimal
from typing import Any

from bot.okr.model import Status
from bot.views.my_krs import MyLine
from tests.cards.hostile import HOSTILE


def line(**changes: Any) -> MyLine:
    values: dict[str, Any] = {
        "status": Status.AHEAD,
        "label": "KR1",
        "title": "Enterprise MRR",
        "value": "$46k → $60k",
        "binary": False,
        "score": Decimal("0.53"),
        "heading": Decimal("1.15"),
        "confidence": None,
        "confidence_before": None,
        "stale_days": None,
        "updated": date(2026, 11, 10),
        "due": date(2026, 12, 31),
        "paused": False,
    }
    return MyLine(**(values | changes))


BINARY = line(
    value="0/1", binary=True, score=None, heading=None, confidence=Decimal(6), confidence_before=Decimal(5), label="KR5"
)

CARDS: dict[str, list[dict[str, Any]]] = {
    "my_krs": [
        {"cycle": "2026 Q4", "week": (6, 13), "team": "GRO", "lines": [line(), line(stale_days=9), BINARY]},
        {"cycle": "", "week": None, "team": "", "lines": [line(updated=None, score=None, heading=None, value="")]},
        {"cycle": "", "week": None, "team": "GRO", "lines": []},
        {"cycle": "", "week": None, "team": "", "lines": []},
        *(
            {"cycle": text[:20], "week": (1, 1), "team": "GRO", "lines": [line(title=text, paused=True)] * 20}
            for text in HOSTILE.values()
        ),
    ],
    "help_topic": [{"lines": ["One line."]}, {"lines": ["A line. " * 30] * 8}],
    "which_team": [
        {"teams": [{"name": "Growth", "key": "GRO"}, {"name": "Support", "key": "SUP"}], "action": "board"},
        *({"teams": [{"name": text, "key": "GRO"}] * 10, "action": "board"} for text in HOSTILE.values()),
    ],
    "open_form": [{"action": "form_all", "value": "mine"}],
}
