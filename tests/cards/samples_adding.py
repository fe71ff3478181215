"""Sample data for what writing OKRs in the chat says."""

from datetime import date
from typing import Any

from bot.views.adding import Press
from bot.views.advice import AdviceLine
from bot.views.pasting import PastedLine, PastedObjective
from tests.cards.hostile import HOSTILE

TOKEN = "0123456789abcdef012345"
LONG = list(HOSTILE.values())
SAVE = Press("Save", "kr_save", f"{TOKEN}:3", "primary")
ADVICE = AdviceLine("K05", "W", "KR2", "Logins", "'logins' mostly goes up by itself.", ())
DRAFT: dict[str, Any] = {
    "note": "",
    "head": "New key result for O1 Become the shop (Growth, a draft)",
    "title": "Lower refund rate from 0.5% to 0.2%",
    "facts": "decrease, 0.5% → 0.2%, stretch, due 31 Dec, owner you",
    "sentence": "",
    "steps": [],
    "advice": [],
    "question": "",
    "choices": [],
    "presses": [SAVE, Press("Change", "kr_change", f"{TOKEN}:3"), Press("More", "kr_more", f"{TOKEN}:3")],
}
FIELDS: list[dict[str, Any]] = [
    {
        "name": "title",
        "label": "Title",
        "initial": "Lower refund rate",
        "hint": "",
        "options": (),
        "most": 140,
        "multiline": False,
    },
    {
        "name": "type",
        "label": "Kind",
        "initial": "decrease",
        "hint": "",
        "options": (("increase", "increase"), ("decrease", "decrease")),
        "most": 60,
        "multiline": False,
    },
    {
        "name": "steps",
        "label": "Steps, one a line",
        "initial": LONG[0][:100],
        "hint": "1. Title (15 Dec)",
        "options": (),
        "most": 3000,
        "multiline": True,
    },
]
CHOICES = [{"value": TOKEN, "label": "O1 Become the shop"}, {"value": f"{TOKEN}2", "label": f"O2 {LONG[0][:140]}"}]
CARDS: dict[str, list[dict[str, Any]]] = {
    "field_meant": [
        {
            "text": "There is no field 'traget'. Did you mean Target?",
            "label": "Target",
            "value": f"{TOKEN}:target=5",
        },
        *({"text": text, "label": "Target", "value": f"{TOKEN}:target=5"} for text in LONG),
    ],
    "order_meant": [
        {"text": text, "change": "Change it", "update": "It's an update", "token": TOKEN}
        for text in ("Shall I change that, or is it an update? “KR2 target 210”", *LONG)
    ],
    "kr_draft": [
        DRAFT,
        {**DRAFT, "note": "Taken back; nothing is saved.", "advice": [ADVICE], "question": "Where is it today?"},
        {**DRAFT, "sentence": "By the end of 25 Nov, Mei will interview 10 customers.", "steps": ["Design", "Launch"]},
        {
            **DRAFT,
            "question": "The objective is published: from now on it is asked about. Why now?",
            "presses": [
                Press(words, "kr_save", f"{TOKEN}:3:{value}")
                for words, value in (
                    ("We learned something", "learned"),
                    ("The market moved", "market"),
                    ("Other priorities", "priority"),
                    ("It was a mistake", "mistake"),
                    ("Change", ""),
                    ("More", "x"),
                )
            ],
        },
        {**DRAFT, "presses": [], "question": "Which objective is it for?", "choices": ["O1 Grow", *LONG]},
        *({**DRAFT, "title": text[:140], "steps": [text[:140]] * 3, "presses": []} for text in LONG),
    ],
    "add_what": [{"unknown": False}, {"unknown": True}],
    "no_objective": [
        {"team": "Growth", "key": "GRO", "cycle": "2026 Q4"},
        *({"team": text[:60], "key": "GRO", "cycle": text[:20]} for text in LONG),
    ],
    "objective_drafted": [
        {
            "label": "O2",
            "title": title[:140],
            "why": why[:300],
            "team": "Growth",
            "cycle": "2026 Q4",
            "lines": [ADVICE],
            "token": TOKEN,
            "is_draft": is_draft,
        }
        for title, why, is_draft in (
            ("Become the shop", "", True),
            ("Win", "It pays.", False),
            *((t, t, True) for t in LONG),
        )
    ],
    "pasted": [
        {
            "note": note,
            "file": title[:80] if why else "",
            "unsure": not note,
            "objectives": [
                PastedObjective(
                    title[:140],
                    why[:300],
                    (
                        PastedLine(title[:140], "increase, 5% → 15%, stretch, due 31 Dec, owner you", "", ""),
                        PastedLine(
                            title[:140], "", "What number would be full success by 31 Dec?", "I don't know X here."
                        ),
                    ),
                )
            ],
            "count": 1,
            "wrong": 1,
            "unread": ["Line 5 is left out: call the baker", title[:80]],
            "more": 3,
            "presses": [Press("Save as draft", "paste_save", f"{TOKEN}:GRO", "primary")] * (not why),
            "menu": [(title[:80], f"{TOKEN}:G{number}") for number in range(40)] if why else [],
        }
        for note, title, why in (
            ("", "Win", ""),
            ("Taken back; nothing is saved.", "Win", "It pays"),
            *(("", text, text) for text in LONG),
        )
    ],
    "pasted_saved": [
        {
            "team": "Growth",
            "key": "GRO",
            "objectives": 1,
            "krs": ["GRO-1 NPS from 30 to 45", *LONG[:2]],
            "token": TOKEN,
        },
        {"team": LONG[0][:60], "key": "GRO", "objectives": 1, "krs": [], "token": ""},
    ],
    "import_how": [{}],
}
FORMS: dict[str, list[dict[str, Any]]] = {
    "objective_form": [
        {"token": "GRO", "team": "Growth", "title": "", "why": ""},
        *({"token": "GRO:x", "team": text[:60], "title": text[:140], "why": text[:300]} for text in LONG),
    ],
    "kr_line_form": [{"choices": []}, {"choices": CHOICES[:1]}, {"choices": CHOICES}],
    "kr_start_form": [{"token": TOKEN, "title": text[:140]} for text in ("Renewals", *LONG)],
    "kr_change_form": [{"token": TOKEN, "title": "Renewals", "fields": FIELDS, "owner": "Mei", "co_owners": ""}],
    "kr_more_form": [
        {"token": TOKEN, "title": title[:140], "fields": FIELDS, "owner": owner[:40], "co_owners": "@li, @ana"}
        for title, owner in (("Renewals", "Mei"), ("Renewals", ""), *((text, text) for text in LONG))
    ],
    "sprint_form": [
        {
            "token": TOKEN,
            "label": "GRO-2",
            "title": title[:32],
            "due": date(2026, 11, 25),
            "due_typed": "2026-11-25",
            "name": title[:40],
        }
        for title in ("Renewals", *LONG)
    ],
}
