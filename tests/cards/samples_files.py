"""Sample data for what files that are sent in the chat get for an answer."""

from typing import Any

from tests.cards.hostile import HOSTILE

LONG = list(HOSTILE.values())
PREVIEW: dict[str, Any] = {
    "file": "company.yaml",
    "note": "",
    "counts": ["New: team × 1, key result × 4", "As it stands here: person × 12"],
    "rows": ["New: team SAL", "Changed: key result GRO-2 Renewals: target 40% → 45%"],
    "more": 3,
    "notes": ["GRO-9 is another key result here by now, so 'Renewals' keeps the number it has."],
    "done": False,
    "token": "0123456789abcdef012345",
}
CARDS: dict[str, list[dict[str, Any]]] = {
    "import_preview": [
        PREVIEW,
        {**PREVIEW, "note": "Something here has changed since, so please look at it once more.", "more": 0},
        {**PREVIEW, "done": True},
        *({**PREVIEW, "file": text[:60], "rows": [text[:300]], "notes": [text[:300]]} for text in LONG),
    ],
}
