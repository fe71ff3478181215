"""Changing an objective: its title, why it matters, whom it serves, who sees it (spec/09 §15.2, spec/04 C02)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.handlers import pausing
from bot.handlers.change_posts import mark_undone, plan_post
from bot.handlers.edit_sentences import unreadable
from bot.handlers.form_values import one_line
from bot.handlers.objective_names import is_seen, objectives_of
from bot.handlers.order import Order, Topic
from bot.handlers.saying import N_, notice
from bot.handlers.showing import touched
from bot.handlers.telling import which_objective
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.access import may_draft, may_set_team
from bot.okr.drafts import TITLE
from bot.okr.edit_values import SERVES, WHY, Cannot, Unreadable, read_choice
from bot.okr.edit_words import OF_OBJECTIVE, Part, read_edit, unquoted
from bot.views import changing as shown
from bot.views.reasons import CATEGORIES
from bot.views.rights import actor_of
from storage import agendas, changes, drafts, okrs, teams
from storage import models as m
from storage.pauses import Decision

OVER = N_("That objective was dropped, so nothing was changed. Its reason stands on the board.")
GONE = N_("That objective is gone; nothing was changed.")
SAME = N_("It is so already, so nothing was changed.")
_MOST: Mapping[Part, int] = {Part.TITLE: TITLE, Part.WHY: WHY, Part.SERVES: SERVES}
_NAMED = re.compile(
    r"\s*(?:the |our |my )?(?:objective|o(?P<number>[1-9])?|目标(?!值)\s*(?P<zh>[1-9])?)(?![a-z0-9-])\s*"
    r"(?:of\s+|的\s*)?(?:(?P<team>[a-z]{2,5})(?=\s+(?:title|why|serves|visib|wording|name)|$))?\s*[:：]?\s*",
    re.IGNORECASE,
)


def is_meant(raw: str) -> bool:
    """True for `objective …`, `O2 …`, `目标 …`: what stands first is no key result."""
    return _NAMED.match(raw) is not None


def edit(order: Order) -> Reply:
    """`objective title … because …`; without a field, or a reason where one is needed: the form."""
    found = _NAMED.match(order.raw)
    rest = order.raw if found is None else order.raw[found.end() :]
    number = None if found is None else found["number"] or found["zh"]
    named = "" if found is None or found["team"] is None else found["team"]
    several = objectives_of(order.turn, order.view, named, None if number is None else int(number))
    if not several:
        return notice(N_("I know no such objective of your team."))
    asked = read_edit(rest)
    if len(several) > 1:
        return which_objective(order.turn, several, "edit_objective")
    row = several[0]
    refused = refused_by(order.turn, row.id)
    if refused:
        return notice(refused)
    if len(asked.reason) > pausing.MOST_REASON:
        return notice(pausing.TOO_LONG, most=pausing.MOST_REASON)
    parts = [(part, words) for part, words in asked.parts if part in OF_OBJECTIVE]
    if not parts and asked.rest and unquoted(asked.rest) != asked.rest.strip():
        parts = [(Part.TITLE, unquoted(asked.rest))]
    typed = {part: words for part, words in parts if words}
    if not typed or (_is_published(row) and not asked.reason):
        return _form(order.turn, row, typed, asked.reason or ("" if parts else asked.rest[: pausing.MOST_REASON]))
    values, wrong = _read(order.turn, parts)
    if wrong:
        return notice("{text}", text=" ".join(wrong.values()))
    return _changed(order.turn, row, values, Decision(order.turn.person.id, order.turn.now, asked.reason or None))


def _is_published(row: m.Objective) -> bool:
    return okrs.is_on_board(row)


def refused_by(turn: Turn, objective_id: int, *, dropped: bool = False) -> str:
    """Why this person may not change it; empty where they may: leads and admins, of a draft all members.

    `dropped`: it may be one that was given up, to take that back.
    """
    row = turn.session.get_one(m.Objective, objective_id)
    if not is_seen(turn, row):
        return GONE
    if row.state is m.ObjectiveState.DROPPED and not dropped:
        return OVER
    actor = actor_of(turn.session, turn.person)
    if may_set_team(actor, row.team_id) or (not _is_published(row) and may_draft(actor, row.team_id)):
        return ""
    lead = teams.lead_of(turn.session, row.team_id)
    if lead is None:
        return turn.say(N_("Only an admin can change the objective. Nothing was changed."))
    return turn.say(N_("Only {lead} or an admin can change the objective. Nothing was changed."), lead=lead.short_name)


# --- the form ---------------------------------------------------------------------------------------------


def _shown(row: m.Objective) -> dict[Part, str]:
    plain = changes.plain_of_objective(row)
    return {part: str(plain[part.value] or "") for part in OF_OBJECTIVE}


def edit_button(turn: Turn, token: str) -> Reply:
    """[Change] of an objective."""
    row = drafts.objective_by_token(turn.session, token)
    if row is None:
        return notice(GONE)
    refused = refused_by(turn, row.id)
    return notice(refused) if refused else _form(turn, row, {}, "")


def _form(turn: Turn, row: m.Objective, typed: Mapping[Part, str], because: str) -> FormRequest:
    now = _shown(row)
    token = drafts.token_of(turn.session, row)
    marks = ",".join(f"{part.value}={shown.mark_of(text)}" for part, text in now.items())
    data = {
        "token": f"{token}:{marks}",
        "title": row.title,
        "fields": shown.fields_of(OF_OBJECTIVE, now, typed, turn.say),
        "draft": not _is_published(row),
        "because": because,
        "categories": [[kind.value, turn.say(words)] for kind, words in CATEGORIES.items()],
    }
    return FormRequest("edit_objective_form", data, action="edit_objective", value=token)


def _submitted(turn: Turn, what: Submitted) -> Reply:
    """Only what was written anew is changed; what others changed meanwhile is told, and stays."""
    token, _, spec = what.token.partition(":")
    row = drafts.objective_by_token(turn.session, token)
    if row is None:
        return notice(GONE)
    refused = refused_by(turn, row.id)
    if refused:
        return notice(refused)
    marks = {Part(name): mark for name, _, mark in (piece.partition("=") for piece in spec.split(",") if piece)}
    now = _shown(row)
    written = {part: one_line(what.values.get(part.value)) for part in marks}
    mine = {part: text for part, text in written.items() if shown.mark_of(text) != marks[part] and text != now[part]}
    values, wrong = _read(turn, list(mine.items()))
    errors = {part.value: text for part, text in wrong.items()}
    for part in mine:
        if shown.mark_of(now[part]) != marks[part]:
            errors.setdefault(part.value, _overtaken(turn, row, part, now[part]))
    decision = Decision(turn.person.id, turn.now)
    if _is_published(row):
        decision = pausing.decision_of(turn, what, errors)
    if errors:
        return FormErrors(errors)
    return _changed(turn, row, values, decision)


def _overtaken(turn: Turn, row: m.Objective, part: Part, now: str) -> str:
    """Who made it what it is now; to have one's own after all, the form is opened anew."""
    change = changes.newest_of(turn.session, changes.OBJECTIVE, row.id, part.value)
    person = None if change is None or change.by_id is None else turn.session.get(m.Person, change.by_id)
    if person is None:
        return turn.say(N_("It became '{now}' while your form was open. Open the form again to change it."), now=now)
    return turn.say(
        N_("{name} made it '{now}' while your form was open. Open the form again to change it."),
        name=person.short_name,
        now=now,
    )


# --- doing it ---------------------------------------------------------------------------------------------


def _read(turn: Turn, parts: Sequence[tuple[Part, str]]) -> tuple[dict[str, Any], dict[Part, str]]:
    values: dict[str, Any] = {}
    wrong: dict[Part, str] = {}
    for part, words in parts:
        text = unquoted(" ".join(words.split()))
        try:
            if part is Part.VISIBILITY:
                values[part.value] = read_choice(part, text)
            elif len(text) > _MOST[part]:
                raise Unreadable(Cannot.LONG, most=_MOST[part])
            elif part is Part.TITLE and not text:
                raise Unreadable(Cannot.EMPTY)
            else:
                values[part.value] = text or None
        except Unreadable as why:
            wrong[part] = unreadable(turn, why)
    return values, wrong


def _changed(turn: Turn, row: m.Objective, values: Mapping[str, Any], decision: Decision) -> Reply:
    before = changes.plain_of_objective(row)
    made = changes.change_objective(turn.session, row, dict(values), decision)
    was, now = changes.differing(before, changes.plain_of_objective(row))
    if not was:
        return notice(SAME)
    if not _is_published(row):
        return Answer("draft_edited", {"entity": changes.OBJECTIVE, "id": row.id, "before": was, "after": now})
    post = plan_post(turn, row, f"objective:{row.id}", made, was, now)
    _follow(turn, row)
    return Answer("kr_edited", {"delivery": post.id, "notes": [], "inbox_id": turn.inbox.id})


def _follow(turn: Turn, row: m.Objective) -> None:
    """Boards and pages show the newest; who may read what is asked is worked out anew."""
    touched(turn, {row.team_id}, {one.id for one in drafts.key_results_of(turn.session, row.id)})
    agendas.look_again(turn.session, [row.team_id], turn.now)


def stands_still(turn: Turn, post: m.Delivery) -> bool:
    """False for what somebody has changed again since."""
    change = turn.session.get_one(m.Change, post.data["change"])
    row = turn.session.get_one(m.Objective, change.entity_id)
    return changes.objective_holds(row, post.data["after"])


def take_back(turn: Turn, post: m.Delivery) -> Reply:
    """As it was before; the line in the channel says so."""
    change = turn.session.get_one(m.Change, post.data["change"])
    row = turn.session.get_one(m.Objective, change.entity_id)
    refused = refused_by(turn, row.id)
    if refused:
        return notice(refused)
    changes.change_objective(turn.session, row, post.data["before"], Decision(turn.person.id, turn.now))
    mark_undone(turn, post)
    _follow(turn, row)
    return Answer("kr_edited", {"delivery": post.id, "notes": [], "inbox_id": turn.inbox.id})


TOPIC = Topic(buttons={"edit_objective": edit_button}, forms={"edit_objective": _submitted})
