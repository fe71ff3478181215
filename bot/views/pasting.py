"""A pasted set of OKRs as it was understood: what would be saved, what is left out and why, and what was saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.moments import day
from bot.cards.render import Cards
from bot.okr.draft_data import from_data
from bot.okr.drafts import MOST_STEPS, Problem
from bot.okr.localtime import local_day
from bot.okr.writing import Asks
from bot.views.adding import PROBLEMS, QUESTIONS, Press
from bot.views.left_out import reason
from bot.views.shapes import Data, View
from bot.views.understood import understood
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.teams import person_zone

UNITS_DIFFER = "units"
"""Why a key result is left out: its two numbers have units that cannot be made one."""
MOST_SHOWN = 30
MOST_BUTTONS, MOST_CHOICES = 3, 40
MOST_UNREAD = 20
UNKNOWN_OWNER = N_("I don't know {name} here, so you own it for now.")
FORGOTTEN = N_("What stood here is forgotten by now. Please paste it again.")


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One key result as it was understood; `wrong` says why it is left out."""

    title: str
    facts: str
    wrong: str
    note: str


@dataclass(frozen=True, slots=True)
class PastedObjective:
    title: str
    why: str
    lines: tuple[PastedLine, ...]


def pasted_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """The preview, and once it is saved or set aside, what became of it."""
    lang: Lang = person.lang.value
    row = session.get_one(m.Delivery, data["record"])
    if "paste" not in row.data:
        return cards.card("notice", lang, text=cards.text(FORGOTTEN, lang))
    if row.data.get("dropped"):
        return cards.card("notice", lang, text=cards.text(N_("Set aside; nothing of it is saved as OKRs."), lang))
    if row.data["saved"] is not None:
        return _saved(session, cards, lang, row, now)
    today = local_day(now, person_zone(person, session.get_one(m.Workspace, person.workspace_id)))
    objectives = [
        PastedObjective(
            one["title"], one["why"], tuple(_line(session, cards, lang, person, each, today) for each in one["krs"])
        )
        for one in row.data["paste"]
    ]
    wrong = sum(1 for one in objectives for line in one.lines if line.wrong)
    count = sum(len(one.lines) for one in objectives) - wrong
    unread = row.data["unread"]
    teams = [session.get_one(m.Team, one) for one in row.data["teams"]][:MOST_CHOICES]
    return cards.card(
        "pasted",
        lang,
        note=cards.text(N_("Taken back; nothing is saved."), lang) if row.data.get("undone") else "",
        file=row.data.get("file", ""),
        unsure=bool(row.data.get("unsure")),
        objectives=objectives,
        count=count,
        wrong=wrong,
        unread=[_unread(cards, lang, one) for one in unread[:MOST_UNREAD]],
        more=max(0, len(unread) - MOST_UNREAD),
        presses=_presses(cards, lang, row, teams if len(teams) <= MOST_BUTTONS else ()),
        menu=[(one.name, f"{row.token}:{one.key}") for one in teams] if len(teams) > MOST_BUTTONS else [],
    )


def _presses(cards: Cards, lang: Lang, row: m.Delivery, teams: Sequence[m.Team]) -> list[Press]:
    """A button for each team it may be saved for, where they are few; more stand in a menu."""
    if len(teams) == 1:
        save = [Press(cards.text(N_("Save as draft"), lang), "paste_save", f"{row.token}:{teams[0].key}", "primary")]
    else:
        save = [
            Press(cards.text(N_("Save for {team}"), lang, team=one.key), "paste_save", f"{row.token}:{one.key}")
            for one in teams
        ]
    forget = Press(cards.text(N_("Forget it"), lang), "paste_forget", row.token)
    if row.data.get("file"):  # an answer comes in words
        return [*save, forget]
    update = Press(cards.text(N_("It's an update"), lang), "paste_update", row.token)
    return [update, *save, forget] if row.data.get("unsure") else [*save, update, forget]


def _line(
    session: Session, cards: Cards, lang: Lang, person: m.Person, kept: Mapping[str, Any], today: Any
) -> PastedLine:
    draft = from_data(kept["draft"])
    wrong = ""
    if kept["wrong"] == UNITS_DIFFER:
        wrong = cards.text(QUESTIONS[Asks.UNITS], lang)
    elif kept["wrong"] is not None:
        filled: dict[str, str | int] = {
            "due": day(draft.due, lang),
            "start": day(draft.start, lang),
            "most": MOST_STEPS,
        }
        wrong = cards.text(PROBLEMS[Problem(kept["wrong"])], lang, **filled)
    unknown = kept["unknown_owner"]
    not_known = N_("I don't know {name} here.") if kept.get("owned") else UNKNOWN_OWNER
    note = cards.text(not_known, lang, name=unknown) if unknown else ""
    return PastedLine(draft.title, understood(session, cards, lang, draft, person, today), wrong, note)


def _unread(cards: Cards, lang: Lang, one: Mapping[str, Any]) -> str:
    """Its line, its words, and why it is left out."""
    said = cards.text(N_("Line {n} is left out: {text}"), lang, n=one["line"], text=one["text"])
    why = reason(cards, lang, one["why"]).rstrip(".。")
    return f"{said}（{why}）" if lang == "zh" else f"{said} ({why})"


def _saved(session: Session, cards: Cards, lang: Lang, row: m.Delivery, now: datetime) -> Card:
    saved = row.data["saved"]
    team = session.get_one(m.Team, saved["team"])
    krs = session.exec(
        select(m.KeyResult).where(col(m.KeyResult.id).in_(saved["krs"])).order_by(col(m.KeyResult.number))
    ).all()
    is_open = datetime.fromisoformat(row.data["saved_at"]) > now - UNDO_WITHIN
    return cards.card(
        "pasted_saved",
        lang,
        team=team.name,
        key=team.key,
        objectives=len({one.objective_id for one in krs} | set(saved["objectives"])),
        krs=[f"{team.key}-{one.number} {one.title}" for one in krs][:MOST_SHOWN],
        token=row.token if is_open else "",
    )


def _import_how(_session: Session, cards: Cards, person: m.Person, _data: Data, _now: datetime) -> Card:
    """How OKRs come in: by pasting, and by a file."""
    return cards.card("import_how", person.lang.value)


ANSWERS: Mapping[str, View] = {"pasted": pasted_card, "import_how": _import_how}
