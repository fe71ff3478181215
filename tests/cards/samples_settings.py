"""Sample data for what pauses, settings, reports and the start of a cycle say."""

from datetime import date
from typing import Any

from tests.cards.hostile import HOSTILE

TOKEN = "0123456789abcdef012345"
KINDS = [("learned", "We learned something"), ("market", "The market moved")]

CHANGED: dict[str, Any] = {
    "label": "KR3",
    "title": "Yearly contracts",
    "state": "paused",
    "until": date(2026, 12, 1),
    "today": date(2026, 11, 12),
    "posted": True,
    "categories": KINDS,
    "token": TOKEN,
}
CARDS: dict[str, list[dict[str, Any]]] = {
    "kr_changed": [
        CHANGED,
        CHANGED | {"until": None, "categories": []},
        CHANGED | {"state": "dropped", "until": None},
        CHANGED | {"state": "active", "until": None, "categories": [], "token": ""},
        *(CHANGED | {"label": text[:9] or "KR", "title": text[:140]} for text in HOSTILE.values()),
    ],
    "drop_or_change": [
        {"label": "KR3", "title": "Yearly contracts", "token": TOKEN, "paused": False},
        {"label": "KR3", "title": "Yearly contracts", "token": TOKEN, "paused": True},
        *({"label": "KR3", "title": text[:140], "token": TOKEN, "paused": False} for text in HOSTILE.values()),
    ],
    "not_allowed": [
        {"text": "Only Li or Mei can change GRO-2.", "value": f"{TOKEN}:12"},
        {"text": "Only Li can change GRO-2.", "value": ""},
    ],
    "kr_asked": [
        {"name": "Jack", "label": "GRO-2", "text": "GRO-2 46%", "token": TOKEN},
        {"name": "Jack", "label": "GRO-2", "text": "", "token": TOKEN},
        *({"name": text[:20], "label": "GRO-2", "text": text[:200], "token": TOKEN} for text in HOSTILE.values()),
    ],
}
REST_FORM: dict[str, Any] = {
    "token": TOKEN,
    "label": "KR3",
    "title": "Yearly contracts",
    "until": "1 Dec",
    "because": "",
    "categories": KINDS,
}
FORMS: dict[str, list[dict[str, Any]]] = {
    name: [
        REST_FORM,
        *(REST_FORM | {"label": text[:9] or "KR", "title": text[:140], "because": text} for text in HOSTILE.values()),
    ]
    for name in ("pause_form", "drop_form")
}
