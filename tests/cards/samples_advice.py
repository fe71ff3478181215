"""Sample data for advice on OKRs, and what was set aside."""

from typing import Any

from bot.views.advice import AdviceLine, ShownButton
from bot.views.advice_list import AsideLine
from tests.cards.hostile import HOSTILE

TOKEN = "0123456789abcdef012345"
VALUE = f"K05:key_result:{TOKEN}"
VANITY = AdviceLine(
    "K05",
    "W",
    "KR2",
    "Downloads",
    "'downloads' mostly goes up by itself.",
    (ShownButton("Change the wording", "edit_kr", f"{TOKEN}:title"), ShownButton("Dismiss", "advice_dismiss", VALUE)),
)
IMPOSSIBLE = AdviceLine("K23", "E", "KR3", "Renewals", "Start and target are the same.", ())
ADVICE: dict[str, Any] = {
    "team": "Growth",
    "label": "",
    "title": "",
    "lines": [IMPOSSIBLE, VANITY],
    "more": 0,
    "aside": [],
}

CARDS: dict[str, list[dict[str, Any]]] = {
    "advice": [
        ADVICE,
        ADVICE | {"lines": []},
        ADVICE | {"more": 1},
        ADVICE | {"label": "KR2", "title": "Downloads", "more": 7, "lines": [VANITY] * 8},
        ADVICE | {"aside": [AsideLine("KR2", VANITY.text, VALUE), AsideLine("", VANITY.text, "T01:team:GRO")]},
        ADVICE
        | {
            "team": HOSTILE["markup"] if "markup" in HOSTILE else next(iter(HOSTILE.values())),
            "lines": [
                AdviceLine("K05", "W", "KR2", text[:32], text[:300], VANITY.buttons) for text in HOSTILE.values()
            ][:8],
        },
    ],
    "advice_aside": [{"value": VALUE}],
}
