"""Changing what a key result is: typed or in a form, with its reason, one line in the channel, and a way back.

A draft is changed without a reason and without a line (spec/06 §11.1, spec/09 §15.2).
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from sqlmodel import select

from bot.handlers import changing_objectives, owning, pausing
from bot.handlers.change_posts import mark_undone, plan_post
from bot.handlers.draft_names import key_result_or_draft
from bot.handlers.edit_reading import Target, read, style_of, the_target
from bot.handlers.naming import mentions
from bot.handlers.order import Order, Topic
from bot.handlers.saying import N_, notice, sentence
from bot.handlers.showing import ITEMS_KNOWN
from bot.handlers.verbs import Verb, folded, label_at_start
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.edit_values import OF_KEY_RESULT, Known, Unreadable, alone, changed, phases_in, read_part
from bot.okr.edit_words import OF_OBJECTIVE, Edit, Part, field_meant, name_before_fields, read_edit, split_reason
from bot.okr.model import KRType
from bot.okr.pace import time_fraction
from bot.views import changing as shown
from bot.views.reasons import CATEGORIES
from storage import agendas, changes, conversations, deliveries, unanswered
from storage import models as m
from storage.changes import Plain
from storage.models.base import new_token
from storage.pauses import Category, Decision
from storage.shown import ENTITY, last_readings

KEPT = "edit_kept"
"""The kind of a line that is never sent: what a form brought that somebody else had overtaken."""
NEAR_THE_END = N_("Near the end of the cycle; the retro will show both targets.")
GONE = pausing.NOT_THERE
SAME = N_("{kr} is so already, so nothing was changed.")
NO_FIELD = N_("There is no such field. What can be changed: {names}")
MORE_WORDS = ("more", "更多")
_LATE = 0.75
_MOST_TYPED = 900
_MEASURES = frozenset(
    ("type", "unit", "baseline", "target", "anchor_03", "anchor_10", "range_lo", "range_hi", "steps", "metric")
)
"""What an open question about a number may depend on."""


# --- typed ------------------------------------------------------------------------------------------------


def _edit(order: Order) -> Reply:
    """`KR2 target 55k because …`; `objective title …`; without a field, or a reason where one is needed: the form."""
    if changing_objectives.is_meant(order.raw):
        return changing_objectives.edit(order)
    if not order.rest:
        own = ", ".join(order.view.label(one) for one in order.view.own) or "–"
        return notice(N_("Which one? Yours: {list}. For example: /okr edit KR2 target 55k because …"), list=own)
    name, rest = _named(order.raw)
    one = the_target(order.turn, key_result_or_draft(order.turn, order.view, name, "edit_kr"))
    edit = read_edit(rest)
    if len(edit.reason) > pausing.MOST_REASON:
        return notice(pausing.TOO_LONG, most=pausing.MOST_REASON)
    handed = _hand_over(order, one, edit)
    if handed is not None:
        return handed
    if folded(edit.rest).casefold() in MORE_WORDS:
        return _form(order.turn, one, shown.REST, {}, edit.reason)
    parts, because = _with_the_rest(order.turn, one, edit)
    # A form asks for the phases in a field of their own, beside which the pace need not be chosen.
    parts = [
        (Part.PHASES, phases_in(words)) if part is Part.PACE and phases_in(words) else (part, words)
        for part, words in parts
    ]
    nearly = None if parts or not edit.rest else field_meant(edit.rest)
    if nearly is not None and nearly.part in OF_KEY_RESULT:
        meant = {"word": nearly.word, "part": nearly.part.value, "words": nearly.words, "because": edit.reason}
        return Answer("field_meant", {"kr": one.row.id, **meant})
    if any(part in OF_OBJECTIVE and part not in OF_KEY_RESULT for part, _ in parts):
        names = " · ".join(order.turn.say(shown.LABELS[part]) for part in OF_KEY_RESULT)
        return notice(NO_FIELD, names=names)
    empty = [part for part, words in parts if not words]
    typed = {part: words for part, words in parts if words}
    if not parts or empty or (not edit.reason and not one.is_draft):
        return _form(order.turn, one, _asked_parts(one, [part for part, _ in parts]), typed, because)
    values, wrong = read(order.turn, one, parts)
    if wrong:
        return notice("{text}", text=" ".join(dict.fromkeys(wrong.values())))
    return _changed(order.turn, one, values, Decision(order.turn.person.id, order.turn.now, edit.reason or None))


def _named(raw: str) -> tuple[str, str]:
    """The name of the key result, and what follows it."""
    for words in (raw.strip(), folded(raw)):
        label = label_at_start(words)
        if label is not None:
            behind = words[len(label) :].removeprefix("'s").removeprefix("’s")
            return label, behind.lstrip(" ,，:：的")
    words = raw.strip()
    name, _ = name_before_fields(split_reason(words)[0])
    return name, words[len(name) :].strip()


def _hand_over(order: Order, one: Target, edit: Edit) -> Reply | None:
    """Owners change hands in their own way; of a draft the co-owners are written down."""
    owners = [(part, words) for part, words in edit.parts if part in (Part.OWNER, Part.CO_OWNERS)]
    if not owners:
        return None
    if len(edit.parts) > 1:
        return notice(N_("Please change the owner by itself: /okr own {kr} @name"), kr=one.kr.key)
    part, words = owners[0]
    lead = None if one.row.lead_owner_id is None else order.turn.session.get(m.Person, one.row.lead_owner_id)
    named = " ".join(mentions(words)) or words
    if part is Part.CO_OWNERS and lead is not None:
        named = f"@{lead.handle} {named}"
    return owning.own(Order(order.turn, order.view, f"{one.kr.key} {named}".strip()))


def _with_the_rest(turn: Turn, one: Target, edit: Edit) -> tuple[list[tuple[Part, str]], str]:
    """Words whose field was not said: taken where they can be of one field only, else likely the reason."""
    parts = list(edit.parts)
    if not edit.rest:
        return parts, edit.reason
    sure = alone(edit.rest)
    if sure is not None:
        return [(sure[0], sure[1])], edit.reason
    known = Known(one.draft, one.steps, style_of(turn), one.today)
    numbers = Part.RANGE if one.row.type is KRType.RANGE else Part.TARGET
    for part in (Part.DUE, numbers):
        if part is Part.TARGET and one.row.type not in (KRType.INCREASE, KRType.DECREASE):
            continue
        try:
            read_part(part, edit.rest, known)
        except Unreadable:
            continue
        # A day is when it is due; a bare number may be a target or a reading, so the form asks.
        bare = [(Part.BASELINE, "")] if part is Part.TARGET else []
        return [(part, edit.rest), *bare], edit.reason
    return [], edit.reason or edit.rest[: pausing.MOST_REASON]


# --- the form ---------------------------------------------------------------------------------------------


def edit_button(turn: Turn, value: str) -> Reply:
    """[Change]: the form of a key result; `token:more`, `token:target,due`, `token:target=55k` say what it asks."""
    token, _, spec = value.partition(":")
    row = conversations.key_result_by_token(turn.session, token)
    if row is None or row.workspace_id != turn.person.workspace_id:
        return notice(GONE)
    one = the_target(turn, row)
    if spec == "more":
        return _form(turn, one, shown.REST, {}, "")
    typed: dict[Part, str] = {}
    because = ""
    for piece in filter(None, spec.split(",")):
        name, _, words = piece.partition("=")
        if name == "because":
            because = unquote(words)
        elif name in tuple(Part):
            typed[Part(name)] = unquote(words)
    return _form(
        turn, one, _asked_parts(one, list(typed)), {part: text for part, text in typed.items() if text}, because
    )


def _asked_parts(one: Target, named: Sequence[Part]) -> tuple[Part, ...]:
    """What the form asks: what was named with what belongs to it; without any the most usual."""
    main = shown.MAIN[one.row.type]
    if one.draft.anchors is not None:
        main = tuple(Part.ANCHORS if part is Part.TARGET else part for part in main)
    if not named:
        return main
    if Part.TYPE in named:
        return (*shown.MEASURE, *(part for part in named if part not in shown.MEASURE and part in OF_KEY_RESULT))
    return tuple(dict.fromkeys(part for part in named if part in OF_KEY_RESULT)) or main


def _form(turn: Turn, one: Target, parts: Sequence[Part], typed: Mapping[Part, str], because: str) -> FormRequest:
    now = shown.shown_now(parts, one.draft, one.steps, style_of(turn))
    marks = ",".join(f"{part.value}={shown.mark_of(text)}" for part, text in now.items())
    pieces = [f"{part.value}={quote(typed.get(part, ''))}" for part in parts]
    pieces += [f"because={quote(because)}"] if because else []
    value = f"{one.row.token}:{','.join(pieces)}"
    fewer = ",".join(part.value for part in parts)
    data = {
        "token": f"{one.row.token}:{marks}",
        "label": one.kr.key,
        "title": one.row.short_title,
        "fields": shown.fields_of(parts, now, typed, turn.say),
        "draft": one.is_draft,
        "because": because,
        "categories": [[kind.value, turn.say(words)] for kind, words in CATEGORIES.items()],
    }
    return FormRequest(
        "edit_form", data, action="edit_kr", value=value if len(value) <= _MOST_TYPED else f"{one.row.token}:{fewer}"
    )


def _submitted(turn: Turn, what: Submitted) -> Reply:
    """Only what somebody wrote anew is changed; what others changed meanwhile is never written over unasked."""
    token, _, spec = what.token.partition(":")
    row = conversations.key_result_by_token(turn.session, token)
    if row is None or row.workspace_id != turn.person.workspace_id:
        return notice(GONE)
    one = the_target(turn, row)
    marks = {Part(name): mark for name, _, mark in (piece.partition("=") for piece in spec.split(",") if piece)}
    now = shown.shown_now(list(marks), one.draft, one.steps, style_of(turn))
    written = {part: _text_of(what.values.get(part.value)) for part in marks}
    mine = {part: text for part, text in written.items() if shown.mark_of(text) != marks[part]}
    clashes = [
        part for part, text in mine.items() if shown.mark_of(now[part]) != marks[part] and text.strip() != now[part]
    ]
    values, wrong = read(turn, one, [(part, text) for part, text in mine.items() if text.strip() != now[part]])
    errors = {part.value: text for part, text in wrong.items()}
    if not mine and not errors:
        return notice(SAME, kr=one.kr.key)
    decision = Decision(turn.person.id, turn.now)
    if not one.is_draft:
        decision = pausing.decision_of(turn, what, errors)
    if errors:
        return FormErrors(errors)
    if clashes:
        return _overtaken(turn, one, mine, clashes, now, decision)
    return _changed(turn, one, values, decision)


def _text_of(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


# --- two people at the same one ----------------------------------------------------------------------------


def _overtaken(
    turn: Turn,
    one: Target,
    mine: Mapping[Part, str],
    clashes: Sequence[Part],
    now: Mapping[Part, str],
    decision: Decision,
) -> Reply:
    """Nothing is changed: who changed what, and one tap to have one's own after all."""
    told = [
        {"part": part.value, "theirs": now[part], "yours": mine[part], "name": _changed_last(turn, one, part)}
        for part in clashes
    ]
    subject, period = f"kr:{one.row.id}:by:{turn.person.id}", f"by:{turn.inbox.id}"
    deliveries.plan_delivery(
        turn.session,
        workspace_id=one.row.workspace_id,
        kind=KEPT,
        subject=subject,
        period=period,
        due_at=turn.now,
        now=turn.now,
        person_id=turn.person.id,
        data={
            "kr": one.row.id,
            "mine": {part.value: text for part, text in mine.items()},
            "seen": {part.value: now[part] for part in clashes},
            "reason": decision.reason,
            "category": None if decision.category is None else decision.category.value,
        },
        skipped="it waits for a tap",
    )
    kept = deliveries.delivery_of(turn.session, KEPT, subject, period)
    data = {"kept": None if kept is None else kept.id, "clashes": told, "label": one.kr.key}
    return Answer("edit_overtaken", data)


def _changed_last(turn: Turn, one: Target, part: Part) -> str:
    """Who changed a field last, by name; empty where nobody is known to."""
    names = {Part.RANGE: "range_lo", Part.ANCHORS: "anchor_10", Part.ALIASES: "alias"}
    change = changes.newest_of(turn.session, ENTITY, one.row.id, names.get(part, part.value))
    person = None if change is None or change.by_id is None else turn.session.get(m.Person, change.by_id)
    return "" if person is None else person.short_name


def _use_mine(turn: Turn, token: str) -> Reply:
    """What one wrote counts after all; if it was changed once more, that is told first."""
    kept = turn.session.exec(select(m.Delivery).where(m.Delivery.token == token, m.Delivery.kind == KEPT)).first()
    if kept is None or kept.person_id != turn.person.id:
        return notice(GONE)
    if kept.data.get("used"):
        return notice(N_("That is done already."))
    row = turn.session.get(m.KeyResult, kept.data["kr"])
    if row is None:
        return notice(GONE)
    one = the_target(turn, row)
    mine = {Part(name): text for name, text in kept.data["mine"].items()}
    now = shown.shown_now(list(mine), one.draft, one.steps, style_of(turn))
    category = kept.data["category"]
    decision = Decision(turn.person.id, turn.now, kept.data["reason"], None if category is None else Category(category))
    again = [Part(name) for name, text in kept.data["seen"].items() if now[Part(name)] != text]
    again = [part for part in again if now[part] != mine[part].strip()]
    if again:
        return _overtaken(turn, one, mine, again, now, decision)
    values, wrong = read(turn, one, [(part, text) for part, text in mine.items() if text.strip() != now[part]])
    if wrong:
        return notice("{text}", text=" ".join(dict.fromkeys(wrong.values())))
    kept.data = {**kept.data, "used": True}
    turn.session.add(kept)
    return _changed(turn, one, values, decision)


# --- doing it ---------------------------------------------------------------------------------------------


def _changed(turn: Turn, one: Target, values: Mapping[str, Any], decision: Decision) -> Reply:
    """Change it, close what was asked of what it was, tell the channel in one line and whoever did it what holds."""
    session, row = turn.session, one.row
    before = changes.plain_of(session, row)
    made = changes.change_key_result(session, row, values, decision)
    was, now = changes.differing(before, changes.plain_of(session, row))
    if not was:
        return notice(SAME, kr=one.kr.key)
    if one.view is None:
        return Answer("draft_edited", {"entity": ENTITY, "id": row.id, "before": was, "after": now})
    notes = _notes(turn, one, was, now)
    _questions_follow(turn, one, made, now)
    post = plan_post(turn, row, f"kr:{row.id}", made, was, now, late=_is_lowered_late(one, now))
    pausing.refresh(turn, one.view)
    return Answer("kr_edited", {"delivery": post.id, "notes": notes, "inbox_id": turn.inbox.id})


def _questions_follow(turn: Turn, one: Target, made: Sequence[m.Change], now: Plain) -> None:
    """Questions about what it was are closed, with a word to others who were asked; old buttons attest nothing."""
    session = turn.session
    if _MEASURES.isdisjoint(now):
        return
    asked = {question.person_id for question in unanswered.open_about(session, [one.row.id])}
    conversations.close_questions_of(session, one.row.id, turn.now)
    for person_id in sorted(asked - {turn.person.id}):
        deliveries.plan_delivery(
            session,
            workspace_id=one.row.workspace_id,
            kind="changed_since",
            subject=f"kr:{one.row.id}:person:{person_id}",
            period=f"change:{made[0].id}",
            due_at=turn.now,
            now=turn.now,
            person_id=person_id,
            data={"changes": [change.id for change in made], "team": one.row.team_id},
        )
    if not {"type", "unit"}.isdisjoint(now):
        for item, _prompt in agendas.items_about(session, [one.row.id], turn.now - ITEMS_KNOWN):
            item.token = new_token()  # what stands on the old buttons is a number in the old unit
            session.add(item)
        session.flush()


def _is_lowered_late(one: Target, now: Plain) -> bool:
    """The target became easier after three quarters of the time."""
    goal = changed(one.draft, {}).goal
    new = one.row.target
    if "target" not in now or goal is None or new is None or "type" in now:
        return False
    easier = new < goal if one.row.type is KRType.INCREASE else new > goal
    return easier and time_fraction(one.kr, one.today) >= _LATE


def _notes(turn: Turn, one: Target, was: Plain, now: Plain) -> list[dict[str, object]]:
    """What follows from the change and may surprise."""
    found: list[dict[str, object]] = []
    row = one.row
    if _is_lowered_late(one, now):
        found.append(sentence(NEAR_THE_END))
    if "type" in now and last_readings(turn.session, row.id, 1):
        found.append(
            sentence(N_("What was read before stays in its history; the score is worked out anew from now on."))
        )
    elif "unit" in now and last_readings(turn.session, row.id, 1):
        found.append(sentence(N_("What was read before stays as it was, and counts in the new unit.")))
    if was.get("steps") and not now.get("steps", True):
        found.append(sentence(N_("Its steps are gone from it; what was said about them stays in its history.")))
    elif _lost_done_steps(one, now):
        found.append(sentence(N_("A step that was done is no part of it any more.")))
    if "target" in now and row.current.value is not None and row.current.value == row.target:
        found.append(sentence(N_("It stands at that number already, so it counts as reached.")))
    if "due" in now and row.due.weekday() >= 5:
        found.append(sentence(N_("The due day is on a weekend.")))
    if one.team.channel_ref is None:
        found.append(sentence(N_("The team has no channel, so nobody else was told.")))
    return found


def _lost_done_steps(one: Target, now: Plain) -> bool:
    if "steps" not in now:
        return False
    kept = {step["number"] for step in now["steps"]}
    return any(step.number in one.row.current.steps_done and step.number not in kept for step in one.steps)


# --- taking back ------------------------------------------------------------------------------------------


def stands_still(turn: Turn, post: m.Delivery) -> bool:
    """False for what somebody has changed again since."""
    change = turn.session.get_one(m.Change, post.data["change"])
    return changes.holds(turn.session, turn.session.get_one(m.KeyResult, change.entity_id), post.data["after"])


def take_back(turn: Turn, post: m.Delivery) -> Reply:
    """As it was before; the line in the channel says so."""
    change = turn.session.get_one(m.Change, post.data["change"])
    one = the_target(turn, turn.session.get_one(m.KeyResult, change.entity_id))
    made = changes.put_back(turn.session, one.row, post.data["before"], Decision(turn.person.id, turn.now))
    mark_undone(turn, post)
    _questions_follow(turn, one, made, post.data["before"])
    if one.view is not None:
        pausing.refresh(turn, one.view)
    return Answer("kr_edited", {"delivery": post.id, "notes": [], "inbox_id": turn.inbox.id})


TOPIC = Topic(
    verbs={Verb.EDIT: _edit},
    buttons={"edit_kr": edit_button, "use_mine": _use_mine},
    forms={"edit_kr": _submitted},
)
