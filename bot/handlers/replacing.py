"""Replacing a key result: the old one is dropped, a new one stands in for it, in one act (spec/09 §15.2)."""

import re
from dataclasses import replace
from datetime import date

from sqlmodel import select

from bot.handlers import pausing
from bot.handlers.draft_names import key_result_or_draft
from bot.handlers.edit_sentences import impossible
from bot.handlers.form_values import Fields, one_line
from bot.handlers.naming import NotOneError
from bot.handlers.order import Order, Topic
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import Verb, folded, label_at_start
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.drafts import TITLE, KRDraft, kr_draft_of, problems
from bot.okr.edit_words import split_reason, unquoted
from bot.okr.kr_lines import KRLine, Need, read_kr_line
from bot.okr.model import KRState
from bot.views.reasons import CATEGORIES
from bot.views.team import KRView
from storage import conversations, deliveries, drafts, pauses
from storage import models as m
from storage.pauses import Decision

KEPT = "replace_kept"
"""The kind of a line that is never sent: what was understood of a replacement and waits for its tap."""
GONE = pausing.GONE
FORGOTTEN = N_("I have kept its words no longer, so nothing was changed. Please send the replacement once more.")
EDIT_INSTEAD = N_("{kr} is a draft, so there is nothing to replace: /okr edit {kr} …")
BY_HOW_MUCH = N_("From what to what? Please give the two numbers rather than the change.")
TWO_UNITS = N_("The two numbers have units that I cannot bring together; please write both in one.")
_WITH = re.compile(r"(?:^|\s)(?:with|by)(?:\s+|$)|\s*(?:换成|替换为|改为|为|用)\s*[:：]?\s*", re.IGNORECASE)
_QUOTES = re.compile(r"[\"“”„「『].+[\"“”」』]")


def _replace(order: Order) -> Reply:
    """`KR3 with "…" because …`: shows what is understood, with one tap; what is missing is asked in the form."""
    if not order.rest:
        own = ", ".join(order.view.label(one) for one in order.view.own) or "–"
        return notice(N_('Which one? Yours: {list}. For example: /okr replace KR3 with "…" because …'), list=own)
    head, reason = split_reason(order.raw)
    name, line = _name_and_line(head)
    if len(reason) > pausing.MOST_REASON:
        return notice(pausing.TOO_LONG, most=pausing.MOST_REASON)
    one = _the_one(order, name)
    if not line or not reason:
        return _form(order.turn, one, line, reason)
    draft, wrong = _drafted(order.turn, one, line, one.today)
    if wrong:
        return notice("{text}", text=" ".join(wrong.values()))
    return _preview(order.turn, one, draft, line, reason)


def _name_and_line(head: str) -> tuple[str, str]:
    """The key result that goes, and the line of the one that comes; empty where not said."""
    label = label_at_start(folded(head))
    quoted = _QUOTES.search(head)
    if label is not None:
        rest = folded(head)[len(label) :] if quoted is None else quoted[0]
        found = _WITH.match(rest)
        return label, unquoted(rest[found.end() :] if found is not None and quoted is None else rest)
    found = _WITH.search(head if quoted is None else head[: quoted.start()])
    if found is None:
        return head.strip(), ""
    return head[: found.start()].strip(), unquoted(head[found.end() :])


def _the_one(order: Order, name: str) -> KRView:
    """Raises `NotOneError` and `NotAllowedError`."""
    row = key_result_or_draft(order.turn, order.view, name, "replace_form")
    if row.state is KRState.DRAFT:
        team = order.turn.session.get_one(m.Team, row.team_id)
        raise NotOneError(notice(EDIT_INSTEAD, kr=f"{team.key}-{row.number}"))
    one = pausing.allowed(order.turn, order.view.by_id.get(row.id) or pausing.view_of(order.turn, row))
    if one.kr.state not in (KRState.ACTIVE, KRState.PAUSED):
        raise NotOneError(pausing.over(order.turn, one))
    return one


def _drafted(turn: Turn, one: KRView, line: str, start: date) -> tuple[KRDraft, dict[str, str]]:
    """What the line would become in place of the old one, and a sentence where it cannot be."""
    read = read_kr_line(line, turn.person.number_style.value)
    old = drafts.draft_of(turn.session, one.row)
    new = kr_draft_of(read, start=start, due=max(old.due, start), lead_owner=old.lead_owner)
    draft = replace(
        new,
        tag=old.tag,
        weight=old.weight,
        stretch=old.stretch,
        cadence=old.cadence,
        answer_policy=old.answer_policy,
        co_owners=old.co_owners,
        parent_kr_id=old.parent_kr_id,
    )
    return draft, _wrong(turn, read, draft, one.today)


def _wrong(turn: Turn, read: KRLine, draft: KRDraft, today: date) -> dict[str, str]:
    if Need.UNIT in read.needs:
        return {"line": turn.say(TWO_UNITS)}
    if read.relative is not None:
        return {"line": turn.say(BY_HOW_MUCH)}
    found: dict[str, str] = {}
    for name, problem in problems(draft, today).items():
        beside = "start" if name == "due" else "line"
        found.setdefault(beside, impossible(turn, problem, draft, today))
    return found


# --- the tap, and the form ----------------------------------------------------------------------------------


def _preview(turn: Turn, one: KRView, draft: KRDraft, line: str, reason: str) -> Reply:
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
        data={"kr": one.row.id, "line": line, "reason": reason},
        skipped="it waits for a tap",
    )
    kept = deliveries.delivery_of(turn.session, KEPT, subject, period)
    return Answer("replace_preview", {"kept": None if kept is None else kept.id, "start": draft.start.isoformat()})


def _tapped(turn: Turn, token: str) -> Reply:
    kept = turn.session.exec(select(m.Delivery).where(m.Delivery.token == token, m.Delivery.kind == KEPT)).first()
    if kept is None or kept.person_id != turn.person.id:
        return notice(GONE)
    row = turn.session.get(m.KeyResult, kept.data["kr"])
    if row is None or "line" not in kept.data:
        return notice(FORGOTTEN)
    one = _of_row(turn, row)
    if isinstance(one, Answer):
        return one
    draft, wrong = _drafted(turn, one, kept.data["line"], one.today)
    if wrong:
        return notice("{text}", text=" ".join(wrong.values()))
    return _replaced(turn, one, draft, Decision(turn.person.id, turn.now, kept.data["reason"]))


def _form_button(turn: Turn, value: str) -> Reply:
    """[Replace] beside a key result, or [Change…] below what was understood: `token`, or what is kept."""
    kept = turn.session.exec(select(m.Delivery).where(m.Delivery.token == value, m.Delivery.kind == KEPT)).first()
    if kept is not None and kept.person_id == turn.person.id:
        old = turn.session.get(m.KeyResult, kept.data["kr"])
        if old is None or "line" not in kept.data:
            return notice(FORGOTTEN)
        one = _of_row(turn, old)
        return one if isinstance(one, Answer) else _form(turn, one, kept.data["line"], kept.data["reason"])
    row = conversations.key_result_by_token(turn.session, value)
    found = notice(GONE) if row is None else _of_row(turn, row)
    return found if isinstance(found, Answer) else _form(turn, found, "", "")


def _of_row(turn: Turn, row: m.KeyResult) -> KRView | Answer:
    """It, if it is worked on and theirs to change. Raises `NotAllowedError`."""
    one = pausing.view_of(turn, row)
    if one is None:
        return notice(GONE)
    pausing.allowed(turn, one)
    if one.kr.state not in (KRState.ACTIVE, KRState.PAUSED):
        return notice(N_("{kr} is not worked on any more, so nothing was changed."), kr=one.kr.key)
    return one


def _form(turn: Turn, one: KRView, line: str, because: str) -> FormRequest:
    data = {
        "token": one.row.token,
        "label": one.kr.key,
        "title": one.row.short_title,
        "line": line,
        "because": because,
        "categories": [[kind.value, turn.say(words)] for kind, words in CATEGORIES.items()],
    }
    return FormRequest("replace_form", data, action="replace_form", value=one.row.token)


def _submitted(turn: Turn, what: Submitted) -> Reply:
    row = conversations.key_result_by_token(turn.session, what.token)
    one = notice(GONE) if row is None else _of_row(turn, row)
    if isinstance(one, Answer):
        return one
    errors: dict[str, str] = {}
    line = unquoted(one_line(what.values.get("line")))
    start = one.today
    if one_line(what.values.get("start")):
        fields = Fields(turn, what.values)
        start = fields.day("start", one.today) or one.today
        errors |= fields.problems
    if not line:
        errors["line"] = turn.say(N_("What stands in for it? One line, such as: Lower refunds from 0.5% to 0.2%"))
    elif len(line) > TITLE:
        errors["line"] = turn.say(N_("That is longer than {most} characters."), most=TITLE)
    draft, wrong = _drafted(turn, one, line, start)
    errors = {**wrong, **errors}
    decision = pausing.decision_of(turn, what, errors)
    return FormErrors(errors) if errors else _replaced(turn, one, draft, decision)


def _replaced(turn: Turn, one: KRView, draft: KRDraft, decision: Decision) -> Reply:
    """Drop the one and begin the other: one line in the channel, and one way back."""
    session, old = turn.session, one.row
    objective = session.get_one(m.Objective, old.objective_id)
    new = drafts.draft_key_result(session, objective, draft, by_id=turn.person.id, now=turn.now, state=KRState.ACTIVE)
    new.replaces_id = old.id
    pauses.begin(session, new, decision)
    was = pauses.before(old)
    answer = pausing.told(turn, one, pauses.drop(session, old, decision), was, new=new.id)
    return Answer("kr_replaced", answer.data)


TOPIC = Topic(
    verbs={Verb.REPLACE: _replace},
    buttons={"replace_kr": _tapped, "replace_form": _form_button},
    forms={"replace": _submitted},
)
