"""Sample data for changing and replacing: typical, and as long and hostile as can be."""

from datetime import date
from typing import Any

from tests.cards.hostile import HOSTILE
from tests.cards.samples_advice import VANITY
from tests.cards.samples_check_in import TOKEN

_CATEGORIES = [
    ["learned", "We learned something"],
    ["market", "The market moved"],
    ["priority", "Other priorities"],
    ["mistake", "It was a mistake"],
]
_TARGET = {
    "name": "target",
    "label": "Target",
    "initial": "$60000",
    "hint": "45k, 31%",
    "options": (),
    "most": 60,
    "multiline": False,
}
_STEPS = {
    **_TARGET,
    "name": "steps",
    "label": "Steps",
    "initial": "1. Draft\n2. Send (2026-12-01)",
    "most": 3000,
    "multiline": True,
}
_PACE = {
    **_TARGET,
    "name": "pace",
    "label": "Pace",
    "initial": "flat",
    "options": (("linear", "straight line"), ("flat", "flat")),
}
_FIELDS = [_TARGET, _STEPS, _PACE]
_EDITED = {
    "advice": [],
    "label": "GRO-2",
    "title": "Self-serve renewals",
    "undone": False,
    "lines": ["target 50% → 45%", "due 31 Dec → 15 Dec"],
    "notes": ["The due day is on a weekend."],
    "categories": _CATEGORIES,
    "token": TOKEN,
    "more": f"{TOKEN}:more",
}
_PREVIEW = {
    "label": "GRO-2",
    "title": "Self-serve renewals",
    "new_title": "Lower refunds from 0.5% to 0.2%",
    "kind": "decrease",
    "aim": "0.5% → 0.2%",
    "first": date(2026, 11, 12),
    "last": date(2026, 12, 31),
    "today": date(2026, 11, 12),
    "owners": ["Li", "Mei"],
    "reason": "nobody renews by themselves",
    "token": TOKEN,
}
_REPLACED = {
    "label": "GRO-2",
    "title": "Self-serve renewals",
    "new_label": "GRO-6",
    "new_title": "Lower refunds",
    "new_token": TOKEN,
    "aim": "0.5% → 0.2%",
    "first": date(2026, 11, 12),
    "last": date(2026, 12, 31),
    "today": date(2026, 11, 12),
    "categories": _CATEGORIES,
    "token": TOKEN,
}


class _Objective:
    def __init__(self, title: str) -> None:
        self.title, self.token = title, TOKEN


CARDS: dict[str, list[dict[str, Any]]] = {
    "kr_edited": [
        _EDITED,
        {**_EDITED, "label": "", "more": "", "categories": [], "notes": []},
        {**_EDITED, "advice": [VANITY, VANITY]},
        {**_EDITED, "undone": True, "token": "", "categories": []},
        *({**_EDITED, "title": text[:32], "lines": [text[:300]] * 6} for text in HOSTILE.values()),
    ],
    "edit_overtaken": [
        {
            "label": "GRO-2",
            "lines": ["Target: Mei made it 48% while your form was open; you wrote 45%."],
            "token": TOKEN,
        },
        *({"label": "GRO-2", "lines": [text[:300]] * 3, "token": TOKEN} for text in HOSTILE.values()),
    ],
    "which_objective": [
        {"objectives": [_Objective("Be the trusted supplier"), _Objective("Be loved")], "action": "edit_objective"},
        *({"objectives": [_Objective(text[:140])] * 2, "action": "show_objective"} for text in HOSTILE.values()),
    ],
    "delete_draft": [
        {"label": "GRO-6", "title": "Lower refunds", "token": TOKEN},
        *({"label": "GRO-6", "title": text[:32], "token": TOKEN} for text in HOSTILE.values()),
    ],
    "replace_preview": [
        _PREVIEW,
        {**_PREVIEW, "owners": []},
        *(
            {**_PREVIEW, "title": text[:32], "new_title": text[:140], "owners": [text[:20]], "reason": text[:200]}
            for text in HOSTILE.values()
        ),
    ],
    "kr_replaced": [
        _REPLACED,
        {**_REPLACED, "categories": [], "token": ""},
        *({**_REPLACED, "title": text[:32], "new_title": text[:32]} for text in HOSTILE.values()),
    ],
}
_FORM = {
    "token": f"{TOKEN}:target=12345678",
    "label": "GRO-2",
    "title": "Self-serve renewals",
    "fields": _FIELDS,
    "draft": False,
    "because": "",
    "categories": _CATEGORIES,
}
_REPLACE = {
    "token": TOKEN,
    "label": "GRO-2",
    "title": "Self-serve renewals",
    "line": "",
    "because": "",
    "categories": _CATEGORIES,
}


def _fields(text: str) -> list[dict[str, Any]]:
    return [{**_TARGET, "initial": text[:60]}, {**_STEPS, "initial": text[:3000]}]


FORMS: dict[str, list[dict[str, Any]]] = {
    "edit_form": [
        _FORM,
        {**_FORM, "draft": True},
        *({**_FORM, "title": text[:32], "because": text[:200], "fields": _fields(text)} for text in HOSTILE.values()),
    ],
    "edit_objective_form": [
        {**_FORM, "fields": [_TARGET]},
        {**_FORM, "fields": [_TARGET], "draft": True},
        *({**_FORM, "title": text[:140], "fields": _fields(text)} for text in HOSTILE.values()),
    ],
    "replace_form": [
        _REPLACE,
        *({**_REPLACE, "title": text[:32], "line": text[:140], "because": text[:200]} for text in HOSTILE.values()),
    ],
}
