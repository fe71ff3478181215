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
    "advice_choose": [
        {
            "text": "Which team takes Grow?",
            "choices": [
                {"label": "Support", "action": "advice_move", "value": f"{TOKEN}:3:SUP"},
                {"label": "Make a new team", "action": "setup_team", "value": "new"},
            ],
        },
        *(
            {"text": text[:200], "choices": [{"label": text[:140], "action": "advice_helps", "value": TOKEN}]}
            for text in HOSTILE.values()
            if text.strip()
        ),
    ],
}
_RELATIVE: dict[str, Any] = {"token": f"{TOKEN}:relative", "label": "GRO-2", "title": "Renewals grow by 10%"}
FORMS: dict[str, list[dict[str, Any]]] = {
    "relative_form": [
        _RELATIVE | {"draft": True, "categories": []},
        _RELATIVE | {"draft": False, "categories": [["learned", "We learned something"]]},
        *(_RELATIVE | {"draft": True, "categories": [], "title": text[:32]} for text in HOSTILE.values()),
    ],
}
