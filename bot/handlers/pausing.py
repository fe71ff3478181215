"""Pausing and resuming a key result, with its reason; what all such decisions share (spec/06 §11.1, spec/09 §15.2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, or_

from bot.handlers.draft_names import key_result_or_draft
from bot.handlers.form_values import one_line
from bot.handlers.naming import NotOneError, listed
from bot.handlers.objective_names import objective_at_start
from bot.handlers.order import Order, Topic
from bot.handlers.recording import NotAllowedError
from bot.handlers.saying import N_, notice
from bot.handlers.showing import ITEMS_KNOWN, touched
from bot.handlers.verbs import Verb, folded, label_at_start, without_filler
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.access import may_update
from bot.okr.days import read_day
from bot.okr.model import KRState
from bot.views.reasons import CATEGORIES
from bot.views.rights import actor_of
from bot.views.team import KRView, by_id, team_view
from storage import agendas, conversations, deliveries, pauses
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.pauses import Category, Decision

MOST_REASON = 200
LONGEST = timedelta(days=366)
GONE = N_("That key result is of another cycle, so nothing was changed.")
NOT_THERE = N_("That key result is gone; nothing was changed.")
MEMBERS_ONLY = N_("Only members of {team} change what it is still writing. Nothing was changed.")
NOT_A_DRAFT = N_("{kr} is a draft: nobody is asked about it yet, so there is nothing to pause or resume.")
ONLY_KEY_RESULTS = N_("An objective is not paused, its key results are, each by itself: {list}")
WITH_OBJECTIVE = N_("The objective of {kr} was dropped, so it stays under Dropped, too.")
NO_SUCH_DAY = N_("I cannot read that day; try Fri, 1 Dec or 2026-12-01.")
DAY_OVER = N_("That day is over; please give one to come.")
TOO_FAR = N_("That is more than a year away; please give a nearer day, or none.")
_BECAUSE = re.compile(r"(?:^|[\s,，;；])because\b(?:\s+of\b)?\s*[:：]?\s*|[,，;；]?\s*因为\s*[:：]?\s*", re.IGNORECASE)
_MOST_OF_A_DAY = 5
_UNTIL = re.compile(r"(?<!\S)(?:until|till|til)\s+|\s*(?:直到|到|至)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What follows the verb: the key result's name, the day, and the reason; as typed, empty where not said."""

    name: str
    until: str
    reason: str
    perhaps: str = ""
    """Words behind the label that are likely the reason: the form that asks for it has them ready."""


def read_asked(raw: str) -> Asked:
    """`KR3 until 1 Dec because …`, `KR3 到 12月1日 因为 …`, `KR3 waiting for legal`.

    A 到 within a name is no day, so it is left in the name.
    """
    parts = _BECAUSE.split(raw, maxsplit=1)
    head, reason = folded(parts[0]), " ".join(parts[1].split()) if len(parts) > 1 else ""
    for found in reversed(list(_UNTIL.finditer(head))):
        tail = head[found.end() :]
        if found[0].strip().isascii() or read_day(tail, date(2028, 1, 1)) is not None:
            return _label_first(head[: found.start()].strip(" ,"), tail.strip(), reason)
    return _label_first(head.strip(" ,"), "", reason)


def _label_first(name: str, until: str, reason: str) -> Asked:
    """What follows a label is no part of a name; where no reason is given, it likely is that."""
    name = without_filler(name)
    label = label_at_start(name)
    if label is None:
        return Asked(name, until, reason)
    until, behind = _day_first(until)
    perhaps = "" if reason else f"{name[len(label) :]} {behind}".strip(" ,，:：-–—")
    return Asked(label, until, reason, perhaps[:MOST_REASON])


def _day_first(words: str) -> tuple[str, str]:
    """`1 Dec waiting for legal`: the day, and what stands behind it; all of it where no day stands first."""
    parts = words.split(" ")
    for count in range(min(len(parts), _MOST_OF_A_DAY), 0, -1):
        if read_day(" ".join(parts[:count]), date(2028, 1, 1)) is not None:
            return " ".join(parts[:count]), " ".join(parts[count:])
    return words, ""


# --- typed ------------------------------------------------------------------------------------------------


def _pause(order: Order) -> Reply:
    if not order.rest:
        return which_of_mine(order, N_("Which one? Yours: {list}. To pause my questions to you: away 3-14 Dec."))
    asked = read_asked(order.raw)
    one = named(order, asked.name, "pause_form")
    refused = _cannot_pause(order.turn, one)
    if refused is not None:
        return refused
    until, problem = _until(one, asked.until)
    if problem is not None:
        return notice(problem)
    if len(asked.reason) > MOST_REASON:
        return notice(TOO_LONG, most=MOST_REASON)
    if not asked.reason:
        return ask_why(order.turn, one, "pause_form", asked.until, asked.perhaps)
    return _paused(order.turn, one, until, Decision(order.turn.person.id, order.turn.now, asked.reason))


def _resume(order: Order) -> Reply:
    if not order.rest:
        return which_of_mine(order, N_("Which one? Yours: {list}"))
    return _resumed(order.turn, named(order, read_asked(order.raw).name, "resume_kr"))


def which_of_mine(order: Order, msgid: str) -> Reply:
    return notice(msgid, list=", ".join(order.view.label(one) for one in order.view.own) or "–")


def named(order: Order, name: str, asks: str) -> KRView:
    """The key result of that name; where it is not sure, buttons ask that do `asks`.

    Raises `NotOneError`, and `NotAllowedError` for who may not change it.
    """
    about = objective_at_start(order.turn, order.view, name)
    if about is not None and not about.rest:
        raise NotOneError(_not_an_objective(order, about.found))
    row = key_result_or_draft(order.turn, order.view, name, asks)
    if row.state is KRState.DRAFT:
        key = f"{order.turn.session.get_one(m.Team, row.team_id).key}-{row.number}"
        raise NotOneError(notice(NOT_A_DRAFT, kr=key))
    one = order.view.by_id.get(row.id) or view_of(order.turn, row)
    return allowed(order.turn, one)


def _not_an_objective(order: Order, found: Sequence[m.Objective]) -> Reply:
    """What is paused are key results: which there are."""
    ids = {one.id for one in found}
    krs = [one.kr.key for one in order.view.by_id.values() if one.row.objective_id in ids]
    return notice(ONLY_KEY_RESULTS, list=listed(order.turn, sorted(krs)) or "–")


TOO_LONG = N_("Please give the reason in at most {most} characters; nothing was changed.")


# --- pressed ----------------------------------------------------------------------------------------------


def pause_button(turn: Turn, token: str) -> Reply:
    one = pressed(turn, token)
    return notice(GONE) if one is None else _cannot_pause(turn, one) or ask_why(turn, one, "pause_form")


def _resume_button(turn: Turn, token: str) -> Reply:
    one = pressed(turn, token)
    return notice(GONE) if one is None else _resumed(turn, one)


def pressed(turn: Turn, token: str) -> KRView | None:
    row = conversations.key_result_by_token(turn.session, token)
    one = None if row is None else view_of(turn, row)
    return None if one is None else allowed(turn, one)


def view_of(turn: Turn, row: m.KeyResult) -> KRView | None:
    """As it stands on its team's board; None for one of a cycle that is over, or of another workspace."""
    if row.workspace_id != turn.person.workspace_id:
        return None
    return by_id(team_view(turn.session, turn.session.get_one(m.Team, row.team_id), turn.now)).get(row.id)


def allowed(turn: Turn, one: KRView | None) -> KRView:
    """For its owners, the team's lead and admins. Raises `NotAllowedError` for others."""
    if one is None:
        raise LookupError("a key result that was named is on no board")
    if not may_update(actor_of(turn.session, turn.person), [owner.id for owner in one.owners], one.row.team_id):
        raise NotAllowedError(one)
    return one


# --- forms ------------------------------------------------------------------------------------------------


def ask_why(turn: Turn, one: KRView, name: str, until: str = "", because: str = "") -> FormRequest:
    choices = [[value.value, turn.say(words)] for value, words in CATEGORIES.items()]
    data = {
        "token": one.row.token,
        "label": one.kr.label,
        "title": one.kr.short_title,
        "until": until,
        "because": because,
        "categories": choices,
    }
    return FormRequest(name, data, action=name, value=one.row.token)


def _pause_submitted(turn: Turn, what: Submitted) -> Reply:
    one = pressed(turn, what.token)
    if one is None:
        return notice(GONE)
    refused = _cannot_pause(turn, one)
    if refused is not None:
        return refused
    until, problem = _until(one, one_line(what.values.get("until")))
    problems = {} if problem is None else {"until": turn.say(problem)}
    decision = decision_of(turn, what, problems)
    return FormErrors(problems) if problems else _paused(turn, one, until, decision)


def decision_of(turn: Turn, what: Submitted, problems: dict[str, str]) -> Decision:
    """Why, and what kind of reason: as a form has it; what is missing is a sentence beside its field."""
    reason, category = one_line(what.values.get("because")), one_line(what.values.get("category"))
    if not reason:
        problems["because"] = turn.say(N_("Please give the reason in one line; it stands beside the change."))
    elif len(reason) > MOST_REASON:
        problems["because"] = turn.say(N_("That is longer than {most} characters."), most=MOST_REASON)
    if category not in tuple(Category):
        problems["category"] = turn.say(N_("Please choose what kind of reason it is."))
        return Decision(turn.person.id, turn.now, reason)
    return Decision(turn.person.id, turn.now, reason, Category(category))


def _until(one: KRView, text: str) -> tuple[date | None, str | None]:
    """The last day of the pause (None: until it is resumed), or the sentence that says what is wrong with it."""
    if not text:
        return None, None
    day = read_day(text, one.today)
    if day is None:
        return None, NO_SUCH_DAY
    if day < one.today:
        return None, DAY_OVER
    return (None, TOO_FAR) if day > one.today + LONGEST else (day, None)


# --- doing it ---------------------------------------------------------------------------------------------


def _cannot_pause(turn: Turn, one: KRView) -> Reply | None:
    match one.kr.state:
        case KRState.PAUSED:
            return notice(N_("{kr} is paused already. To start it again: /okr resume {kr}"), kr=one.kr.key)
        case KRState.ACTIVE:
            return None
        case _:
            return over(turn, one)


def over(_turn: Turn, one: KRView) -> Reply:
    """What is dropped or closed is not changed any more."""
    if one.kr.state is KRState.DROPPED:
        return notice(N_("{kr} is dropped already; the board shows it under Dropped."), kr=one.kr.key)
    return notice(N_("{kr} is closed, so nothing was changed."), kr=one.kr.key)


def _paused(turn: Turn, one: KRView, until: date | None, decision: Decision) -> Reply:
    was = pauses.before(one.row)
    change = pauses.pause(turn.session, one.row, one.today, until, decision)
    return told(turn, one, change, was, None if until is None else until.isoformat())


def _resumed(turn: Turn, one: KRView) -> Reply:
    match one.kr.state:
        case KRState.PAUSED:
            was = pauses.before(one.row)
            decision = Decision(turn.person.id, turn.now)
            return told(turn, one, pauses.resume(turn.session, one.row, one.today, decision), was)
        case KRState.DROPPED if _went_with_objective(turn, one):
            return notice(WITH_OBJECTIVE, kr=one.kr.key)
        case KRState.DROPPED:
            return _reopened(turn, one)
        case KRState.ACTIVE:
            return notice(N_("{kr} is not paused, so nothing was changed."), kr=one.kr.key)
        case _:
            return over(turn, one)


def _went_with_objective(turn: Turn, one: KRView) -> bool:
    return turn.session.get_one(m.Objective, one.row.objective_id).state is m.ObjectiveState.DROPPED


def _reopened(turn: Turn, one: KRView) -> Reply:
    """Within a day what was dropped can be resumed; later it stays where everybody has seen it go."""
    change = pauses.newest_turn(turn.session, one.row.id)
    post = (
        None if change is None else deliveries.delivery_of(turn.session, pauses.POST, subject_of(one), _period(change))
    )
    if change is None or post is None or change.at <= turn.now - UNDO_WITHIN:
        return notice(
            N_("{kr} was dropped more than 24 hours ago, so it stays under Dropped. Its reason stands on the board."),
            kr=one.kr.key,
        )
    return _put_back(turn, one, post)


def told(
    turn: Turn,
    one: KRView,
    change: m.Change,
    was: dict[str, object],
    until: str | None = None,
    **more: int,
) -> Answer:
    """Close what was asked about it, tell the channel in one line, and whoever did it what holds now."""
    closed = [] if change.new == KRState.ACTIVE.value else close_items(turn, one.row.id)
    subject, period = subject_of(one), _period(change)
    data = {
        "change": change.id,
        "until": until,
        "before": was,
        "items": closed,
        "team": one.row.team_id,
        "inbox": turn.inbox.id,
        **more,
    }
    deliveries.plan_delivery(
        turn.session,
        workspace_id=one.row.workspace_id,
        kind=pauses.POST,
        subject=subject,
        period=period,
        due_at=turn.now,
        now=turn.now,
        team_id=one.row.team_id,
        data=data,
    )
    refresh(turn, one)
    post = deliveries.delivery_of(turn.session, pauses.POST, subject, period)
    return Answer("kr_changed", {"delivery": None if post is None else post.id, "inbox_id": turn.inbox.id})


def subject_of(one: KRView) -> str:
    """What the line in the channel is about."""
    return f"kr:{one.row.id}"


def _period(change: m.Change) -> str:
    return f"change:{change.id}"


def close_items(turn: Turn, kr_id: int) -> list[int]:
    """Nobody is asked about it any more; the questions that stood open, by their keys."""
    closed = []
    conversations.close_questions_of(turn.session, kr_id, turn.now)
    for item, _prompt in agendas.items_about(turn.session, [kr_id], turn.now - ITEMS_KNOWN):
        if item.state is m.ItemState.OPEN:
            item.state = m.ItemState.SUPPRESSED
            turn.session.add(item)
            closed.append(item.id)
    turn.session.flush()
    return closed


def open_items(turn: Turn, item_ids: Sequence[int]) -> None:
    """What was closed by a decision that is taken back is asked again."""
    for item_id in item_ids:
        item = turn.session.get(m.PromptItem, item_id)
        if item is not None and item.state is m.ItemState.SUPPRESSED:
            item.state = m.ItemState.OPEN
            turn.session.add(item)
    turn.session.flush()


def refresh(turn: Turn, one: KRView) -> None:
    """Questions, notices and boards that show it show what holds now, and its team is planned anew."""
    touched(turn, {one.row.team_id}, {one.row.id})
    about = or_(col(m.Delivery.subject) == subject_of(one), col(m.Delivery.subject).like(f"{subject_of(one)}:%"))
    deliveries.want_newest(turn.session, col(m.Delivery.kind) == "dark", about)


# --- taking back, and the kind of reason ------------------------------------------------------------------


def take_back_decision(turn: Turn, post: m.Delivery) -> Reply | None:
    """Undo a pause, a drop, a replacement, an addition or a resumption by its line for the channel.

    None for what has been changed again since. Raises `NotAllowedError`.
    """
    if not stands_still(turn, post):
        return None
    one = _changed_by(turn, post)
    if one is None:
        return notice(GONE)
    if turn.session.get_one(m.Change, post.data["change"]).at <= turn.now - UNDO_WITHIN:
        return notice(N_("That was more than 24 hours ago, so it stays."))
    new = turn.session.get_one(m.KeyResult, post.data["new"]) if "new" in post.data else None
    if new is not None and new.current.updated_at is not None:  # both would count
        return notice(
            N_("Somebody has answered about {new} since, so {kr} stays replaced by it."),
            new=f"{one.kr.key.rpartition('-')[0]}-{new.number}",
            kr=one.kr.key,
        )
    return _put_back(turn, one, post)


def stands_still(turn: Turn, post: m.Delivery) -> bool:
    """False for what somebody has changed again since."""
    change = turn.session.get_one(m.Change, post.data["change"])
    newest = pauses.newest_turn(turn.session, change.entity_id)
    return newest is not None and newest.id == change.id


def _put_back(turn: Turn, one: KRView, post: m.Delivery) -> Reply:
    pauses.put_back(turn.session, one.row, post.data["before"], Decision(turn.person.id, turn.now))
    if one.row.state is KRState.DRAFT:  # an addition: nobody is asked about it any more
        one.row.published_on = None
        close_items(turn, one.row.id)
    if "new" in post.data:
        pauses.withdraw(turn.session, turn.session.get_one(m.KeyResult, post.data["new"]))
    open_items(turn, post.data["items"])
    post.data = {**post.data, "undone": True}
    turn.session.add(post)
    turn.session.flush()
    deliveries.want_newest(turn.session, col(m.Delivery.id) == post.id)
    refresh(turn, one)
    return Answer("kr_changed", {"delivery": post.id, "inbox_id": turn.inbox.id})


def _changed_by(turn: Turn, post: m.Delivery) -> KRView | None:
    change = turn.session.get_one(m.Change, post.data["change"])
    one = view_of(turn, turn.session.get_one(m.KeyResult, change.entity_id))
    return None if one is None else allowed(turn, one)


TOPIC = Topic(
    verbs={Verb.PAUSE: _pause, Verb.RESUME: _resume},
    buttons={"pause_form": pause_button, "resume_kr": _resume_button},
    forms={"pause": _pause_submitted},
)
