"""Sample data for what the clock says after a meeting, on Fridays, and when it falls silent."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.views.after_meeting import Steps
from bot.views.care import OtherTime
from bot.views.digest_lines import StepLine
from bot.views.wins import WinLine
from tests.cards.hostile import HOSTILE

FEED = datetime(2026, 11, 10, 7, 10, tzinfo=UTC)
ACME = WinLine("said", text="Acme renewed early", by="Mei", thanks="Support")
FIGURES = (
    WinLine("passed", label="KR1", line=Decimal("0.7")),
    WinLine("surer", label="KR5", title="SSO", before=Decimal(6), after=Decimal(8)),
    WinLine("passed", label="KR2", line=Decimal(1)),
    WinLine("unblocked", label="KR3", days=7),
    WinLine("done", label="KR4"),
)


def _steps(text: str, name: str | None, count: int = 1, more: int = 0) -> Steps:
    step = StepLine(text=text, owner=name, due=date(2026, 11, 19), weekday=True, label="KR4")
    later = StepLine(text=text, owner=None, due=date(2026, 12, 31), weekday=False, label=None)
    return Steps((step,) * count, (later, step), more)


def _asked(**data: Any) -> dict[str, Any]:
    base = {"team": "Growth", "team_key": "GRO", "period": "2026-11-13T10:00#12", "steps": Steps((), (), 0)}
    return {**base, "none_by": None, **data}


def _wins(*wins: WinLine, more: int = 0, team: str = "Growth") -> dict[str, Any]:
    return {"team": team, "team_key": "GRO", "wins": wins, "more": more}


def _feed(**data: Any) -> dict[str, Any]:
    base = {"label": "KR6", "title": "NPS", "quiet": True, "since": FEED, "by_weekday": True, "kr_token": "k" * 22}
    return {**base, "may_type": True, **data}


CARDS: dict[str, list[dict[str, Any]]] = {
    "next_steps_asked": [
        _asked(),
        _asked(steps=_steps("Pair on the order form", "Jack")),
        _asked(none_by="Mei"),
        *(_asked(team=text, none_by=text, steps=_steps(text, text, 7, 120)) for text in HOSTILE.values()),
    ],
    "wins": [
        _wins(FIGURES[0], FIGURES[1], ACME),
        _wins(*FIGURES, WinLine("said", text="Tea"), WinLine("said", text="Tea", thanks="Support"), more=3),
        *(
            _wins(*(WinLine("said", text=text, by=text, thanks=text),) * 8, more=42, team=text)
            for text in HOSTILE.values()
        ),
        *(_wins(WinLine("surer", title=text, before=Decimal(0), after=Decimal(10))) for text in HOSTILE.values()),
    ],
    "win_thanks": [
        {"team": "Growth", "text": "Acme renewed early", "by": "Mei"},
        {"team": "Growth", "text": "Acme renewed early", "by": None},
        *({"team": text, "text": text, "by": text} for text in HOSTILE.values()),
    ],
    "bad_time": [
        {"times": [OtherTime("1T10:00", FEED), OtherTime("3T16:00", FEED), OtherTime("4T11:00", FEED)]},
        {"times": []},
    ],
    "team_quiet": [
        {"team": "Growth", "team_key": "GRO", "biweekly": False},
        {"team": "Growth", "team_key": "GRO", "biweekly": True},
        *({"team": text, "team_key": "GRO", "biweekly": False} for text in HOSTILE.values()),
    ],
    "participation": [
        {"team": "Growth", "team_key": "GRO", "n": 5, "m": 8, "biweekly": False},
        *({"team": text, "team_key": "GRO", "n": 0, "m": 120, "biweekly": True} for text in HOSTILE.values()),
    ],
    "feed_quiet": [
        _feed(),
        _feed(since=None, by_weekday=False),
        _feed(by_weekday=False, may_type=False),
        _feed(quiet=False),
        *(_feed(label="GRO-6", title=text) for text in HOSTILE.values()),
    ],
}
