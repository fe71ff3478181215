"""Sample data for every template: typical, and the longest and most hostile one can think of.

`CARDS` and `FORMS`: template name -> list of its data. A room may keep its own in `tests/cards/samples_<room>.py`,
with the same two names; they are collected here.
"""

import importlib
from pathlib import Path
from typing import Any

from tests.cards.hostile import HOSTILE

Samples = dict[str, list[dict[str, Any]]]

CARDS: Samples = {
    "error": [{"text": "KR2 31%, blocked on legal"}, {"text": ""}, *({"text": text} for text in HOSTILE.values())],
    "help": [{"topics": "start | reply | scores"}],
    "notice": [{"text": "Skipped for this week."}, *({"text": text} for text in HOSTILE.values() if text.strip())],
    "welcome": [
        {"workspace": "TeeBee", "lead": "Bea", "kr_count": 1},
        {"workspace": "TeeBee", "lead": "Bea", "kr_count": 4},
        {"workspace": "TeeBee", "lead": None, "kr_count": 1},
        {"workspace": "TeeBee", "lead": None, "kr_count": 2},
        *({"workspace": text, "lead": text, "kr_count": 120} for text in HOSTILE.values()),
    ],
}
FORMS: Samples = {}

for _path in sorted(Path(__file__).parent.glob("samples_*.py")):
    _module = importlib.import_module(f"tests.cards.{_path.stem}")
    CARDS |= getattr(_module, "CARDS", {})
    FORMS |= getattr(_module, "FORMS", {})
