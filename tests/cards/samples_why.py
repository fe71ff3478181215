"""Sample data for the sums behind a key result."""

from typing import Any

from tests.cards.hostile import HOSTILE

_LINES = (
    "KR2 Self-serve renewals, 20% → 50%, 1 Oct - 31 Dec, stretch",
    "Score (28 − 20) ÷ (50 − 20) = 0.27",
    "Pace on 30 Oct, when it was read: 29 of 91 days = 0.32, expected 29.6%",
    "Heading 0.27 ÷ 0.32 = 0.84 → on track (0.60 or more)",
    "You said 0.7 on 30 Oct; not counted while stale. Last update 9 working days ago → stale at 8.",
)

CARDS: dict[str, list[dict[str, Any]]] = {
    "why": [
        {"lines": _LINES},
        *({"lines": (f"KR2 {text}", *_LINES[1:4], f"{text}: {text}")} for text in HOSTILE.values()),
    ],
}
