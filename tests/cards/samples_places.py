"""Sample data for what is asked about a status on the platform."""

from datetime import date
from typing import Any

ASKED: dict[str, Any] = {"day": date(2026, 11, 27), "today": date(2026, 11, 12), "token": "0123456789abcdef012345"}

CARDS: dict[str, list[dict[str, Any]]] = {"away_asked": [ASKED, ASKED | {"day": date(2027, 11, 30)}]}
