"""What is said when a key result or an objective is changed: the form with what it is now, and before → after."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.drafts import KRDraft
from bot.okr.edit_values import CHOICES, Unreadable, read_choice, shown_part
from bot.okr.edit_words import Part
from bot.okr.localtime import local_day
from bot.okr.model import KRType, Step
from bot.okr.replies.context import NumberStyle
from bot.views.advice import lines_after_edit
from bot.views.reasons import CATEGORIES
from bot.views.shapes import Data, View
from bot.views.show_changes import WORDS, change_lines
from bot.views.title_says import title_says
from storage import changes, okrs
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.teams import person_zone

LABELS: Mapping[Part, str] = {
    Part.TITLE: N_("Title"),
    Part.SHORT_TITLE: N_("Short title"),
    Part.TYPE: N_("Kind"),
    Part.METRIC: N_("What is measured"),
    Part.UNIT: N_("Unit"),
    Part.TAG: N_("Tag"),
    Part.BASELINE: N_("Starts at"),
    Part.TARGET: N_("Target"),
    Part.ANCHORS: N_("Values of 0.3 / 0.7 / 1.0"),
    Part.RANGE: N_("Range"),
    Part.TOLERANCE: N_("Tolerance"),
    Part.STRICT: N_("One reading outside makes it 0"),
    Part.STRETCH: N_("Stretch or committed"),
    Part.WEIGHT: N_("Weight"),
    Part.START: N_("First day"),
    Part.DUE: N_("Due"),
    Part.PACE: N_("Pace"),
    Part.PHASES: N_("Phases, if the pace goes in phases"),
    Part.CADENCE: N_("The question comes"),
    Part.ANSWERS: N_("Who answers"),
    Part.STEPS: N_("Steps, one a line"),
    Part.ALIASES: N_("Other names"),
    Part.WHY: N_("Why it matters"),
    Part.SERVES: N_("Whom it serves"),
    Part.VISIBILITY: N_("Who sees it"),
}
HINTS: Mapping[Part, str] = {
    Part.TARGET: N_("Type it as you would say it: 45k, 31%, 1.2万"),
    Part.RANGE: N_("70-80%, at least 40, below 5"),
    Part.DUE: N_("15 Dec or 2026-12-15"),
    Part.STEPS: N_("1. Title (15 Dec); a step keeps its number"),
    Part.PHASES: N_("What is expected by when: 15 Nov 30%, 1 Dec 60%"),
    Part.ANCHORS: N_("Three values in order; empty for none"),
}
_ALSO: Mapping[str, str] = {"yes": N_("yes"), "no": N_("no")}
MOST: Mapping[Part, int] = {
    Part.TITLE: 140, Part.SHORT_TITLE: 32, Part.METRIC: 60, Part.UNIT: 12, Part.TAG: 12, Part.STEPS: 3000,
    Part.WHY: 300, Part.SERVES: 140, Part.ALIASES: 200, Part.PHASES: 200,
}  # fmt: skip
MAIN: Mapping[KRType, tuple[Part, ...]] = {
    KRType.INCREASE: (Part.TITLE, Part.TARGET, Part.BASELINE, Part.DUE),
    KRType.DECREASE: (Part.TITLE, Part.TARGET, Part.BASELINE, Part.DUE),
    KRType.RANGE: (Part.TITLE, Part.RANGE, Part.DUE),
    KRType.MILESTONE: (Part.TITLE, Part.STEPS, Part.DUE),
    KRType.BASELINE: (Part.TITLE, Part.DUE),
}
"""What is asked first; the rest stands in the second form."""
REST = (Part.SHORT_TITLE, Part.START, Part.WEIGHT, Part.STRETCH, Part.PACE, Part.PHASES, Part.CADENCE, Part.ANSWERS)
MEASURE = (Part.TYPE, Part.UNIT, Part.BASELINE, Part.TARGET, Part.RANGE)
"""What belongs to a change of type: it is asked together."""
Say = Callable[..., str]


def fields_of(
    parts: Sequence[Part], shown: Mapping[Part, str], typed: Mapping[Part, str], say: Say
) -> list[dict[str, Any]]:
    """The fields of a form with what each holds now; what somebody typed already stands in its place."""
    found = []
    for part in parts:
        options = tuple((str(value), say(_word(str(value)))) for value in CHOICES.get(part, {}))
        initial = typed.get(part, shown[part])
        if options and initial not in {value for value, _ in options}:
            initial = _chosen(part, initial) or shown[part]
        hint = say(HINTS[part]) if part in HINTS else ""
        found.append(
            {
                "name": part.value,
                "label": say(LABELS[part]),
                "initial": initial,
                "hint": hint,
                "options": options,
                "most": MOST.get(part, 60),
                "multiline": part in (Part.STEPS, Part.WHY),
            }
        )
    return found


def _chosen(part: Part, words: str) -> str:
    """The choice that somebody's words name; empty where they name none."""
    try:
        return str(read_choice(part, words))
    except Unreadable:
        return ""


def _word(value: str) -> str:
    return WORDS.get(value) or _ALSO[value]


def shown_now(parts: Sequence[Part], draft: KRDraft, steps: Sequence[Step], style: NumberStyle) -> dict[Part, str]:
    """What each field of a key result holds, as text."""
    return {part: shown_part(part, draft, steps, style) for part in parts}


def mark_of(text: str) -> str:
    """What a form carries of a value that it showed."""
    return sha256(text.strip().encode()).hexdigest()[:8]


def _edited(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """To whoever changed it: before → after, what follows from it, the kind of reason, and the way back for a day."""
    lang: Lang = person.lang.value
    post = session.get_one(m.Delivery, data["delivery"])
    made = [session.get_one(m.Change, one) for one in post.data["changes"]]
    undone = bool(post.data.get("undone"))
    workspace = session.get_one(m.Workspace, person.workspace_id)
    today = local_day(now, person_zone(person, workspace))
    token, more, says = "", "", list[str]()
    if made[0].entity == changes.OBJECTIVE:
        objective = session.get_one(m.Objective, made[0].entity_id)
        label, title, kr, stands = "", objective.title, None, changes.objective_holds(objective, post.data["after"])
    else:
        row = session.get_one(m.KeyResult, made[0].entity_id)
        team = session.get_one(m.Team, row.team_id)
        kr = okrs.definition(row, team, okrs.parts_of(session, [row.id]))
        label, title, stands = kr.key, row.short_title, changes.holds(session, row, post.data["after"])
        more = "" if undone else f"{row.token}:more"
        says = title_says(cards, person, row, label, post.data["before"], post.data["after"])
    is_open = stands and not undone and made[0].at > now - UNDO_WITHIN
    token = post.token if is_open else ""
    asks_why = is_open and made[0].category is None
    return cards.card(
        "kr_edited",
        lang,
        label=label,
        title=title,
        undone=undone,
        lines=change_lines(session, cards, lang, kr, made, today),
        notes=[]
        if undone
        else [*(cards.text(one["msgid"], lang, **one.get("params", {})) for one in data["notes"]), *says],
        categories=[(one.value, cards.text(text, lang)) for one, text in CATEGORIES.items()] if asks_why else [],
        token=token,
        more=more,
        advice=[] if undone else lines_after_edit(session, cards, lang, made[0].entity, made[0].entity_id, now),
    )


def _draft_edited(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """A draft is changed without a reason: what it was, and what it is."""
    lang: Lang = person.lang.value
    workspace = session.get_one(m.Workspace, person.workspace_id)
    today = local_day(now, person_zone(person, workspace))
    entity = data["entity"]
    made = [
        m.Change(
            workspace_id=person.workspace_id,
            entity=entity,
            entity_id=data["id"],
            field=name,
            old=data["before"][name],
            new=data["after"][name],
            at=now,
        )
        for name in data["before"]
    ]
    kr, more, says = None, "", list[str]()
    if entity == changes.OBJECTIVE:
        label, title = "", session.get_one(m.Objective, data["id"]).title
    else:
        row = session.get_one(m.KeyResult, data["id"])
        kr = okrs.definition(row, session.get_one(m.Team, row.team_id), okrs.parts_of(session, [row.id]))
        label, title, more = kr.key, row.short_title, f"{row.token}:more"
        says = title_says(cards, person, row, label, data["before"], data["after"])
    return cards.card(
        "kr_edited",
        lang,
        label=label,
        title=title,
        undone=False,
        lines=change_lines(session, cards, lang, kr, made, today),
        notes=says,
        categories=[],
        token="",
        more=more,
        advice=lines_after_edit(session, cards, lang, entity, data["id"], now),
    )


def _overtaken(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """A form showed what somebody has changed meanwhile: who, to what, and one tap to have one's own after all."""
    lang: Lang = person.lang.value
    kept = session.get_one(m.Delivery, data["kept"])
    lines = [
        cards.text(
            N_("{field}: {name} made it {theirs} while your form was open; you wrote {yours}.") if one["name"]
            else N_("{field}: it became {theirs} while your form was open; you wrote {yours}."),
            lang,
            field=cards.text(LABELS[Part(one["part"])], lang),
            theirs=_told(cards, lang, Part(one["part"]), one["theirs"]),
            yours=_told(cards, lang, Part(one["part"]), one["yours"]),
            **({"name": one["name"]} if one["name"] else {}),
        )
        for one in data["clashes"]
    ]  # fmt: skip
    return cards.card("edit_overtaken", lang, label=data["label"], lines=lines, token=kept.token)


def _told(cards: Cards, lang: Lang, part: Part, text: str) -> str:
    """A choice by its words, anything else as it stands."""
    if part in CHOICES and text in {**WORDS, **_ALSO}:
        return cards.text(_word(text), lang)
    return text.replace("\n", "; ") or "–"


def changed_word_card(session: Session, cards: Cards, row: m.Delivery, now: datetime) -> Card:
    """To somebody who was asked about it: it was changed, so the question that stood open is closed."""
    person = session.get_one(m.Person, row.person_id)
    lang: Lang = person.lang.value
    made = [session.get_one(m.Change, one) for one in row.data["changes"]]
    key_result = session.get_one(m.KeyResult, made[0].entity_id)
    team = session.get_one(m.Team, key_result.team_id)
    kr = okrs.definition(key_result, team, okrs.parts_of(session, [key_result.id]))
    by = None if made[0].by_id is None else session.get_one(m.Person, made[0].by_id)
    today = local_day(now, person_zone(person, session.get_one(m.Workspace, person.workspace_id)))
    text = cards.text(
        N_("{name} changed {kr} ({change}), so my question about it is closed. If something is still open, tell me."),
        lang,
        name="Okra" if by is None else by.short_name,
        kr=kr.key,
        change="; ".join(change_lines(session, cards, lang, kr, made, today)),
    )
    return cards.card("notice", lang, text=text)


def _which_objective(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """One question with a button each."""
    objectives = [session.get_one(m.Objective, one) for one in data["objectives"]]
    return cards.card(
        "which_objective", person.lang.value, objectives=objectives, action=data.get("action", "edit_objective")
    )


ANSWERS: Mapping[str, View] = {
    "kr_edited": _edited,
    "draft_edited": _draft_edited,
    "edit_overtaken": _overtaken,
    "which_objective": _which_objective,
}
