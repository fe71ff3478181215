"""What people tap: one small function per button, looked up by its name (spec/07 §12.1-12.5)."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import col

from bot.handlers import forms, habits, notices, snoozing
from bot.handlers.answered import apply_answer, form_of
from bot.handlers.answering import follow_up, show_what_came_of
from bot.handlers.buttons import CLOSED, GONE, NOT_YOURS, number_of, overtaken, show_newest
from bot.handlers.commands import pressed_command
from bot.handlers.not_pasted import said_after_all
from bot.handlers.order_meant import as_order, as_update
from bot.handlers.recording import NotAllowedError, Told, fresh_answering, fresh_view, record_all, take_back
from bot.handlers.said_again import says_already
from bot.handlers.saying import ECHO, N_, echo, not_allowed, notice
from bot.handlers.showing import stands_on, touched
from bot.handlers.topics import BUTTONS
from bot.intake.conversation import Answer, Reply, Turn
from bot.intake.inbound import Nothing, Pressed
from bot.okr.model import CheckInKind, CheckInSource
from bot.okr.replies import Ask, apply_option
from bot.views.asking import Question, proposal_of, question_of, shown_of
from bot.views.person import PersonView, reply_context
from bot.views.prompt import all_shown, one_tap_items
from bot.views.team import KRView
from storage import agendas, check_ins, conversations, deliveries, homes
from storage import models as m
from storage.check_ins import UNDO_WITHIN, Said

ALL_OVERTAKEN = N_(
    "Something has changed since that was shown, so nothing was recorded. The message above is up to date."
)


@dataclass(frozen=True, slots=True)
class Tap:
    """A pressed button on an item of a prompt, resolved and allowed."""

    turn: Turn
    view: PersonView
    item: m.PromptItem
    prompt: m.Prompt
    one: KRView
    argument: str


def pressed(turn: Turn, what: Pressed) -> Reply:
    """Do what a button means. A button of somebody else, of an old prompt, or of nothing at all records nothing."""
    token, _, argument = what.value.partition(":")
    if what.action in _ON_ITEMS:
        return _on_item(turn, what.action, token, argument)
    if what.action == "form_all":
        return forms.update_all_form(fresh_view(turn))
    if what.action in _ON_PROMPTS:
        return _on_prompt(turn, what.action, token, argument)
    if what.action in notices.ACTIONS:
        return notices.on_key_result(turn, what.action, token, argument)
    if what.action in BUTTONS:
        return BUTTONS[what.action](turn, what.value)
    match what.action:
        case "undo":
            return _undo(turn, token)
        case "answer":
            return _answer(turn, token, argument)
        case "paste_update":
            return said_after_all(turn, what.value)
        case "as_order":
            return as_order(turn, what.value)
        case "as_update":
            return as_update(turn, what.value)
        case _:
            return pressed_command(turn, what.action, what.value) or notice(GONE)


# --- one key result of a prompt --------------------------------------------------------------------


def _on_item(turn: Turn, action: str, token: str, argument: str) -> Reply:
    found = conversations.item_by_token(turn.session, token)
    if found is None:
        return notice(GONE)
    item, prompt = found
    if prompt.person_id != turn.person.id:
        return notice(NOT_YOURS)
    newest = turn.standing.prompt
    if newest is not None and newest.id > prompt.id:
        return notice(CLOSED)
    view = fresh_view(turn) if action in _SHOW_MORE else fresh_answering(turn, item.kr_id)
    if item.kr_id not in view.by_id:
        return notice(GONE)
    tap = Tap(turn, view, item, prompt, view.by_id[item.kr_id], argument)
    try:
        return _ON_ITEMS[action](tap)
    except NotAllowedError as error:
        return not_allowed(error)


def _store(tap: Tap, said: Said) -> Reply:
    if _stands_already(tap, said):
        show_newest(tap.turn)
        return Nothing()
    rows = record_all(tap.turn, [Told(tap.one, said, tap.item)], CheckInSource.BUTTON)
    follow_up(tap.turn, tap.view, rows, in_prompt=tap.item)
    return Nothing()


def _stands_already(tap: Tap, said: Said) -> bool:
    """Whether just that is this person's answer to this question, and nobody said anything since."""
    newest = tap.one.recent[-1] if tap.one.recent else None
    if newest is None or newest.by_id != tap.turn.person.id or newest.prompt_id != tap.prompt.id:
        return False
    return says_already(newest, said)


def _score(tap: Tap) -> Reply:
    number = number_of(tap.argument)
    if number is None or not 0 <= number <= 1:
        return notice(GONE)
    kind = CheckInKind.CONFIRM if number == proposal_of(tap.one) else CheckInKind.UPDATE
    return _store(tap, Said(kind=kind, self_score=number))


def _sure(tap: Tap) -> Reply:
    number = number_of(tap.argument)
    if number is None or not 0 <= number <= 10:
        return notice(GONE)
    return _store(tap, Said(confidence=number))


def _done(tap: Tap) -> Reply:
    return _store(tap, Said(done=True))


def same_said(one: KRView) -> Said | None:
    """What 👍 says about a key result: what was shown, again; None where nothing was."""
    current = one.state.current
    match question_of(one):
        case Question.HOW_LIKELY:
            if current.confidence is None:
                return None
            return Said(kind=CheckInKind.CONFIRM, confidence=current.confidence)
        case Question.LOOKS_RIGHT:
            return Said(kind=CheckInKind.CONFIRM, self_score=proposal_of(one))
        case Question.LANDS:
            value = current.value if one.kr.is_number and not one.kr.is_automated else None
            if value is None and current.self_score is None:
                return None
            return Said(kind=CheckInKind.CONFIRM, value=value, self_score=current.self_score)
        case _:
            return None


def _same(tap: Tap) -> Reply:
    said = same_said(tap.one)
    if said is None:
        return notice(GONE)
    if tap.argument != shown_of(tap.one):
        return overtaken(tap.turn, tap.view, tap.one, tap.argument)
    return _store(tap, said)


def _still(tap: Tap) -> Reply:
    current = tap.one.state.current
    if current.value is None or not tap.one.kr.is_number:
        return notice(GONE)
    if number_of(tap.argument) != current.value:
        return overtaken(tap.turn, tap.view, tap.one, tap.argument)
    return _store(tap, Said(kind=CheckInKind.CONFIRM, value=current.value))


def _value(tap: Tap) -> Reply:
    number = number_of(tap.argument)
    if number is None or not tap.one.kr.is_number:
        return notice(GONE)
    return _store(tap, Said(value=number))


def _skip(tap: Tap) -> Reply:
    return _store(tap, Said(kind=CheckInKind.SKIP))


def _no_data(tap: Tap) -> Reply:
    return _store(tap, Said(kind=CheckInKind.SKIP, note="no data yet"))


def _later(tap: Tap) -> Reply:
    return snoozing.later(tap.turn, tap.view, "later", tap.prompt)


def _not_mine(tap: Tap) -> Reply:
    return snoozing.not_mine(tap.turn, tap.one, tap.item)


def _form(tap: Tap) -> Reply:
    return forms.update_form(tap.turn, tap.view, tap.one)


def _blocked(tap: Tap) -> Reply:
    return forms.update_form(tap.turn, tap.view, tap.one, blocked=True)


_ON_ITEMS: dict[str, Callable[[Tap], Reply]] = {
    "score": _score,
    "sure": _sure,
    "done": _done,
    "same": _same,
    "still": _still,
    "value": _value,
    "skip": _skip,
    "no_data": _no_data,
    "later": _later,
    "not_mine": _not_mine,
    "form": _form,
    "blocked": _blocked,
}
_SHOW_MORE = ("later", "form", "blocked")
"""What goes by more of a person's teams than the key result it is pressed on."""


# --- a whole prompt ----------------------------------------------------------------------------------


def _on_prompt(turn: Turn, action: str, token: str, argument: str) -> Reply:
    prompt = conversations.prompt_by_token(turn.session, token)
    if prompt is None:
        return notice(GONE)
    if prompt.person_id != turn.person.id:
        return notice(NOT_YOURS)
    newest = turn.standing.prompt
    if newest is not None and newest.id > prompt.id:
        return notice(CLOSED)
    view = fresh_view(turn)
    match action:
        case "all_same":
            return _all_same(turn, view, prompt, argument)
        case "skip_all":
            return _skip_all(turn, view, prompt)
        case _:
            return snoozing.later(turn, view, "later", prompt)


def _all_same(turn: Turn, view: PersonView, prompt: m.Prompt, shown: str) -> Reply:
    if all(item.state is m.ItemState.ANSWERED for item in agendas.items_of(turn.session, prompt.id)):
        show_newest(turn)  # a second press: the receipts say what there is to say
        return Nothing()
    if shown != all_shown(turn.session, view, prompt):
        show_newest(turn)
        return notice(ALL_OVERTAKEN)
    told = []
    for item, one in one_tap_items(turn.session, view, prompt):
        said = same_said(one)
        if said is not None:
            told.append(Told(one, said, item))
    if not told:
        return notice(
            N_("Some of these need a look of their own, so nothing was recorded. Please answer them one by one.")
        )
    rows = record_all(turn, told, CheckInSource.BUTTON)
    follow_up(turn, view, rows)
    return Nothing()


def _skip_all(turn: Turn, view: PersonView, prompt: m.Prompt) -> Reply:
    skip = Said(kind=CheckInKind.SKIP)
    items = agendas.items_of(turn.session, prompt.id)
    told = [
        Told(view.by_id[item.kr_id], skip, item)
        for item in items
        if item.state is m.ItemState.OPEN and item.kr_id in view.by_id
    ]
    if not told and not all(item.state is m.ItemState.SKIPPED for item in items):
        return notice(GONE)
    record_all(turn, told, CheckInSource.BUTTON)
    return notice(N_("Skipped for this week. It shows as not updated."))


_ON_PROMPTS = ("all_same", "skip_all", "later_all")


# --- questions back, and undo ------------------------------------------------------------------------


def _answer(turn: Turn, token: str, option: str) -> Reply:
    question = conversations.question_by_token(turn.session, token)
    if question is None:
        return notice(GONE)
    if question.person_id != turn.person.id:
        return notice(NOT_YOURS)
    if question.closed_at is not None or question.expires_at <= turn.now:
        return notice(N_("That question is closed, and nothing was recorded. Send me a line if something changed."))
    view = fresh_view(turn)
    if question.kr_id is not None and question.kr_id not in view.by_id:
        return notice(GONE)
    context = reply_context(view, turn.standing.open_ids)
    given = apply_option(Ask.from_json(question.ask), option, context)
    if given is None:
        return notice(GONE)
    opened = form_of(turn, view, question, given)
    if opened is not None:
        return opened
    try:
        told = apply_answer(turn, view, question, given, CheckInSource.BUTTON)
    except NotAllowedError as error:
        return not_allowed(error)
    show_what_came_of(turn, question)
    # What stands in no receipt (an absence, a pace, when it is asked again) is said.
    return Nothing() if isinstance(told, Answer) and told.name == ECHO else told


def _undo(turn: Turn, token: str) -> Reply:
    row = conversations.check_in_by_token(turn.session, token)
    if row is None:
        return notice(GONE)
    if row.by_id != turn.person.id:
        return notice(NOT_YOURS)
    if row.undone_at is not None:
        return notice(N_("That is taken back already."))
    if row.at <= turn.now - UNDO_WITHIN:
        return notice(N_("That was more than 24 hours ago, so it stays. Send the new number instead."))
    rows = [row] if row.inbox_id is None else check_ins.rows_of_inbox(turn.session, row.inbox_id)
    view = fresh_view(turn)
    forgotten = habits.forget_with(turn, rows)
    kr_ids = take_back(turn, view, rows)
    subject = f"reply:{row.inbox_id}"
    shown = deliveries.delivery_of(turn.session, "answer", subject, "once")
    touched(turn, {view.by_id[one].row.team_id for one in kr_ids}, set(kr_ids))
    if shown is None:
        # Its receipt in the question is taken back in place; a private answer stays as it is, so the word is here.
        standing = stands_on(turn)
        in_place = standing is not None and (row.prompt_id is not None or standing.kind == homes.KIND)
        return Nothing() if in_place else echo(None, restored=kr_ids, extra=forgotten)
    deliveries.want_newest(turn.session, col(m.Delivery.id) == shown.id)
    return Nothing()
