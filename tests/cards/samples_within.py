"""Sample data of the short form that stands within a question: every kind of key result, and the most hostile."""

from datetime import date
from typing import Any

from tests.cards.samples_check_in import HOSTILE, STEPS_TO_TICK, TOKEN

NUMBER: dict[str, Any] = {
    "token": f"{TOKEN}:12345",
    "label": "KR2",
    "steps": [],
    "binary": False,
    "due": date(2026, 12, 31),
    "metric": "Renewal rate",
    "number": "31%",
    "likely": "",
    "said": "0.7",
    "asks_score": True,
    "progress": False,
    "blocker": "",
}

FORMS = {
    "update_within": [
        NUMBER,
        NUMBER | {"number": "", "said": "", "progress": True},
        NUMBER | {"asks_score": False},
        NUMBER | {"binary": True, "asks_score": False, "likely": "6/10", "blocker": "legal"},
        NUMBER | {"steps": STEPS_TO_TICK},
        *(
            NUMBER
            | {"label": text[:9] or "KR", "metric": text or "-", "number": text[:40], "blocker": text[:140]}
            | {"steps": [{"number": 1, "title": text[:140], "done": True}, *STEPS_TO_TICK[1:3]] if count % 2 else []}
            for count, text in enumerate(HOSTILE.values())
        ),
    ]
}
