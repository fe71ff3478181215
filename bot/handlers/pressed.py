"""What people tap: one small function per button, looked up by its name (spec/07 §12.1-12.5)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from sqlmodel import col

from bot.cards.figures import amount_exact, likelihood, self_score
from bot.handlers import forms, snoozing
from bot.handlers.answering import follow_up, open_ids, show_what_came_of
from bot.handlers.commands import pressed_command
from bot.handlers.recording import NotAllowedError, Told, fresh_view, record_all, take_back
from bot.handlers.saying import N_, echo, not_allowed, notice
from bot.handlers.showing import stands_on, touched
from bot.handlers.topics import BUTTONS
from bot.handlers.typed import apply_answer, form_of
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Nothing, Pressed
from bot.okr.model import CheckInKind, CheckInSource
from bot.okr.replies import Ask, apply_option
from bot.views.asking import Question, proposal_of, question_of, shown_of
from bot.views.person import PersonView, reply_context
from bot.views.prompt import all_shown, one_tap_items
from bot.views.rights import actor_of
from bot.views.team import KRView
from storage import agendas, check_ins, conversations, deliveries
from storage import models as m
from storage.check_ins import UNDO_WITHIN, Said

GONE = N_("That button has nothing to do any more; nothing was recorded. Send me a line instead, or use /okr.")
NOT_YOURS = N_("That question went to someone else, so nothing was recorded. /okr shows what you answer for.")
OVERTAKEN = N_("{kr} is at {now} now, so nothing was recorded. To tell me something newer: /okr update {kr}.")
JUDGED_SINCE = N_(
    "The self-score of {kr} is {now} now, so nothing was recorded. To tell me something newer: /okr update {kr}."
)
HEADS_ELSEWHERE = N_("I would say {now} for {kr} now, so nothing was recorded. To tell me yourself: /okr update {kr}.")
ALL_OVERTAKEN = N_(
    "Something has changed since that was shown, so nothing was recorded. The message above is up to date."
)
CLOSED = N_("That check-in is closed, and nothing was recorded. Your newest one is below, or use /okr update.")


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
    if what.action in _ON_KEY_RESULTS:
        return _on_key_result(turn, what.action, token, argument)
    if what.action in BUTTONS:
        return BUTTONS[what.action](turn, what.value)
    match what.action:
        case "undo":
            return _undo(turn, token)
        case "answer":
            return _answer(turn, token, argument)
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
    newest = agendas.newest_prompt(turn.session, turn.person.id)
    if newest is not None and newest.id > prompt.id:
        return notice(CLOSED)
    view = fresh_view(turn)
    if item.kr_id not in view.by_id:
        return notice(GONE)
    tap = Tap(turn, view, item, prompt, view.by_id[item.kr_id], argument)
    try:
        return _ON_ITEMS[action](tap)
    except NotAllowedError as error:
        return not_allowed(error)


def _store(tap: Tap, said: Said) -> Reply:
    rows = record_all(tap.turn, [Told(tap.one, said, tap.item)], CheckInSource.BUTTON)
    follow_up(tap.turn, rows, in_prompt=tap.item)
    return Nothing()


def _score(tap: Tap) -> Reply:
    number = _number(tap.argument)
    if number is None or not 0 <= number <= 1:
        return notice(GONE)
    kind = CheckInKind.CONFIRM if number == proposal_of(tap.one) else CheckInKind.UPDATE
    return _store(tap, Said(kind=kind, self_score=number))


def _sure(tap: Tap) -> Reply:
    number = _number(tap.argument)
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
        return _overtaken(tap.turn, tap.view, tap.one, tap.argument)
    return _store(tap, said)


def _still(tap: Tap) -> Reply:
    current = tap.one.state.current
    if current.value is None or not tap.one.kr.is_number:
        return notice(GONE)
    if _number(tap.argument) != current.value:
        return _overtaken(tap.turn, tap.view, tap.one, tap.argument)
    return _store(tap, Said(kind=CheckInKind.CONFIRM, value=current.value))


def _overtaken(turn: Turn, view: PersonView, one: KRView, shown: str) -> Reply:
    """What a button shows does not count any more: it attests nothing, and its message shows the newest."""
    _show_newest(turn)
    current, question = one.state.current, question_of(one)
    told = shown.partition(";")[0]
    if question is Question.LOOKS_RIGHT:
        return notice(HEADS_ELSEWHERE, kr=view.label(one), now=self_score(proposal_of(one) or Decimal(0)))
    if question is Question.HOW_LIKELY and current.confidence is not None:
        return notice(OVERTAKEN, kr=view.label(one), now=likelihood(current.confidence))
    if current.value is not None and one.kr.is_number and _number(told) != current.value:
        now = amount_exact(current.value, one.kr.unit, turn.person.lang.value)
        return notice(OVERTAKEN, kr=view.label(one), now=now)
    if current.self_score is not None:
        return notice(JUDGED_SINCE, kr=view.label(one), now=self_score(current.self_score))
    return notice(GONE)


def _show_newest(turn: Turn) -> None:
    """The message whose button was pressed shows what is true now."""
    row = stands_on(turn)
    if row is not None:
        deliveries.want_newest(turn.session, col(m.Delivery.id) == row.id)


def _value(tap: Tap) -> Reply:
    number = _number(tap.argument)
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


# --- a whole prompt ----------------------------------------------------------------------------------


def _on_prompt(turn: Turn, action: str, token: str, argument: str) -> Reply:
    prompt = conversations.prompt_by_token(turn.session, token)
    if prompt is None:
        return notice(GONE)
    if prompt.person_id != turn.person.id:
        return notice(NOT_YOURS)
    newest = agendas.newest_prompt(turn.session, turn.person.id)
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
    if shown != all_shown(turn.session, view, prompt):
        _show_newest(turn)
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
    follow_up(turn, rows)
    return Nothing()


def _skip_all(turn: Turn, view: PersonView, prompt: m.Prompt) -> Reply:
    skip = Said(kind=CheckInKind.SKIP)
    told = [
        Told(view.by_id[item.kr_id], skip, item)
        for item in agendas.items_of(turn.session, prompt.id)
        if item.state is m.ItemState.OPEN and item.kr_id in view.by_id
    ]
    record_all(turn, told, CheckInSource.BUTTON)
    return notice(N_("Skipped for this week. It shows as not updated.")) if told else notice(GONE)


_ON_PROMPTS = ("all_same", "skip_all", "later_all")


# --- a key result outside a prompt -----------------------------------------------------------------


NOTICES = ("stale", "nudge", "dark")
NOTICE_ANSWERABLE = timedelta(days=14)
"""For how long the buttons of a notice mean what they say."""


def _on_key_result(turn: Turn, action: str, token: str, argument: str) -> Reply:
    refused = _refused(turn, action)
    if refused is not None:
        return notice(refused)
    row = conversations.key_result_by_token(turn.session, token)
    view = fresh_view(turn)
    if row is None or row.id not in view.by_id:
        return notice(GONE)
    one = view.by_id[row.id]
    try:
        match action:
            case "still_kr":
                return _still_of(turn, view, one, argument)
            case "not_mine_kr":
                return snoozing.not_mine(turn, one, None)
            case "nudge":
                return _nudge(turn, one)
            case _:
                return forms.update_form(turn, view, one)
    except NotAllowedError as error:
        return not_allowed(error)


def _refused(turn: Turn, action: str) -> str | None:
    """Why a button outside a prompt does nothing: its message went to somebody else, or is of another time.

    A form that is opened from a list shows what is true now, whatever the age of the list.
    """
    row = stands_on(turn)
    if row is None or (row.kind not in NOTICES and action == "form_kr"):
        return None
    if row.person_id is not None and row.person_id != turn.person.id:
        return NOT_YOURS
    too_old = row.sending_at is not None and row.sending_at < turn.now - NOTICE_ANSWERABLE
    return CLOSED if too_old else None


def _still_of(turn: Turn, view: PersonView, one: KRView, shown: str) -> Reply:
    if one.state.current.value is None or not one.kr.is_number:
        return notice(GONE)
    if _number(shown) != one.state.current.value:
        return _overtaken(turn, view, one, shown)
    said = Said(kind=CheckInKind.CONFIRM, value=one.state.current.value)
    record_all(turn, [Told(one, said)], CheckInSource.BUTTON)
    return Nothing()


def _nudge(turn: Turn, one: KRView) -> Reply:
    """The lead asks the owner through Okra: once per silence."""
    actor = actor_of(turn.session, turn.person)
    if one.row.team_id not in actor.leads and not actor.is_admin:
        raise NotAllowedError(one)
    if not one.owners:
        return notice(N_("{kr} has no owner to ask."), kr=one.kr.key)
    since = one.state.freshness.updated_on or one.state.freshness.counted_from or one.kr.start
    asked = deliveries.plan_delivery(
        turn.session,
        workspace_id=one.row.workspace_id,
        kind="nudge",
        subject=f"kr:{one.row.id}",
        period=f"since:{since.isoformat()}",
        due_at=turn.now,
        now=turn.now,
        person_id=one.owners[0].id,
        data={"krs": [one.row.id], "by": turn.person.id, "team": one.row.team_id},
    )
    deliveries.want_newest(turn.session, col(m.Delivery.kind) == "dark", col(m.Delivery.subject) == f"kr:{one.row.id}")
    sentence = N_("I'll ask {name}.") if asked else N_("{name} was asked already.")
    return notice(sentence, name=one.owners[0].short_name)


_ON_KEY_RESULTS = ("still_kr", "form_kr", "not_mine_kr", "nudge")


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
    context = reply_context(view, open_ids(turn))
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
    # A pace that was changed stands in no receipt, so what came of it is said.
    return told if not isinstance(given, Ask) and given.starts_slowly else Nothing()


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
    kr_ids = take_back(turn, view, rows)
    subject = f"reply:{row.inbox_id}"
    shown = deliveries.delivery_of(turn.session, "answer", subject, "once")
    touched(turn, {view.by_id[one].row.team_id for one in kr_ids}, set(kr_ids))
    if shown is None:
        # Its receipt in the question is taken back in place; a private answer stays as it is, so the word is here.
        in_place = row.prompt_id is not None and stands_on(turn) is not None
        return Nothing() if in_place else echo(None, restored=kr_ids)
    deliveries.want_newest(turn.session, col(m.Delivery.id) == shown.id)
    return Nothing()


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
