"""What importing an OKR file would change, with one tap to do it, and what became of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.views.shapes import Data, View
from storage import models as m

FORGOTTEN = N_("What stood here is forgotten by now. Please send the file again.")
SET_ASIDE = N_("Set aside; nothing of {file} is imported.")
CHANGED = N_("Something here has changed since, so please look at it once more.")
HEADS = {
    "new": N_("New: {list}"),
    "changed": N_("Changed: {list}"),
    "same": N_("As it stands here: {list}"),
    "only_stored": N_("Not in the file, and left as it is: {list}"),
}
NEW_ROW = N_("New: {what} {label}")
CHANGED_ROW = N_("Changed: {what} {label}: {changes}")
ONE = {
    "workspace": N_("workspace"),
    "installation": N_("connection"),
    "holiday": N_("own date"),
    "person": N_("person"),
    "address": N_("address"),
    "away": N_("time away"),
    "team": N_("team"),
    "membership": N_("membership"),
    "meeting": N_("meeting"),
    "cycle": N_("cycle"),
    "objective": N_("objective"),
    "key_result": N_("key result"),
    "step": N_("step"),
    "checkpoint": N_("checkpoint"),
    "co_owner": N_("co-owner"),
    "next_step": N_("next step"),
    "win": N_("win"),
    "health": N_("health metric"),
    "agreement": N_("agreement"),
    "reading": N_("reading"),
    "check_in": N_("check-in"),
    "change": N_("change"),
}
"""What a row of a file is called, by its kind (`storage.okr_files.kinds`)."""


def import_card(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """The preview, and once it is imported or set aside, what became of it."""
    lang: Lang = person.lang.value
    row = session.get_one(m.Delivery, data["record"])
    if "rows" not in (row.data.get("import") or {}) or "file" not in row.data:
        return cards.card("notice", lang, text=cards.text(FORGOTTEN, lang))
    if row.data.get("dropped"):
        return cards.card("notice", lang, text=cards.text(SET_ASIDE, lang, file=row.data["file"]))
    told = row.data["import"]
    return cards.card(
        "import_preview",
        lang,
        file=row.data["file"],
        note=cards.text(CHANGED, lang) if row.data.get("changed") else "",
        counts=_counts(cards, lang, told["counts"]),
        rows=[_row(cards, lang, one) for one in told["rows"]],
        more=told["more"],
        # They are told in English alone, as the importer tells them.
        notes=told["notes"] if lang == "en" else [],
        done=row.data["done"] is not None,
        token=row.token,
    )


def _counts(cards: Cards, lang: Lang, counts: Sequence[Sequence[Any]]) -> list[str]:
    lines = []
    for effect, head in HEADS.items():
        listed = [f"{cards.text(ONE[kind], lang)} × {n}" for told, kind, n in counts if told == effect]
        if listed:
            lines.append(cards.text(head, lang, list=", ".join(listed)))
    return lines


def _row(cards: Cards, lang: Lang, one: Mapping[str, Any]) -> str:
    what = cards.text(ONE[one["kind"]], lang)
    if one["effect"] == "new":
        return cards.text(NEW_ROW, lang, what=what, label=one["label"])
    return cards.text(CHANGED_ROW, lang, what=what, label=one["label"], changes=", ".join(one["changes"]))


ANSWERS: Mapping[str, View] = {"import_preview": import_card}
