"""Sample data of what teams agree on: cards, and the forms that ask and answer."""

from typing import Any

from bot.views.agreements import Tap
from tests.cards.hostile import HOSTILE

VALUE = "Zm9yIGEgc2FtcGxlIG9ubHk:12:from"
ASKED = "Growth asks: 'Phone script for online orders' by 20 Nov, for their GRO-2 Phone support calls."
TAPS = (
    Tap("agreement_yes", VALUE, "Agree", "primary"),
    Tap("agreement_words", VALUE, "Change wording"),
    Tap("agreement_talk", VALUE, "Talk first"),
    Tap("agreement_no", VALUE, "Decline"),
)

CARDS: dict[str, list[dict[str, Any]]] = {
    "agreement": [
        {"lines": [ASKED], "taps": TAPS, "label": "GRO-2"},
        {"lines": ["Tom of Support says no.", ASKED, "Support said no: no time"], "taps": (), "label": "Growth"},
        *({"lines": [text, text * 3], "taps": TAPS, "label": text[:20]} for text in HOSTILE.values()),
    ],
}


def _forms(**more: str) -> list[dict[str, Any]]:
    usual = {"token": VALUE, "label": "GRO-2", "title": "Phone support calls", "text": "Phone script"} | more
    empty = {**usual, **dict.fromkeys(("text", *more), "")}
    hostile = [
        {**usual, "title": text, "text": text[:140], **dict.fromkeys(more, text[:40])} for text in HOSTILE.values()
    ]
    return [usual, empty, *hostile]


FORMS: dict[str, list[dict[str, Any]]] = {
    "depends_form": _forms(team="SUP", by="20 Nov"),
    "align_form": _forms(target="CO-1"),
    "conflict_form": _forms(target="SAL-3"),
    "agreement_words_form": [
        {"token": VALUE, "text": "Phone script", "by": "2026-11-20", "has_day": True},
        {"token": VALUE, "text": "", "by": "", "has_day": False},
        *({"token": VALUE, "text": text[:140], "by": "", "has_day": True} for text in HOSTILE.values()),
    ],
    "agreement_no_form": [{"token": VALUE}],
    "agreement_slip_form": [{"token": VALUE}],
}
