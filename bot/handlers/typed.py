"""What people type: an answer to the open question, a command in plain words, or a fresh reply (spec/05 §10.8)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import col

from bot.handlers import habits, health, snoozing
from bot.handlers.answered import SEND_AGAIN, apply_answer, doubt_left, form_of, noted_in
from bot.handlers.answering import ask_back, labelled, store_segments
from bot.handlers.asked_about import question_about
from bot.handlers.asking_away import AT_FIRST, answered_with_days, ask_away
from bot.handlers.draft_words import said_of_draft
from bot.handlers.naming import by_full_key
from bot.handlers.recording import NotAllowedError, fresh_view, take_back, take_back_steps, take_back_words
from bot.handlers.saying import N_, NOT_ALLOWED, echo, not_allowed, notice, sentence
from bot.handlers.undoing import team_done_lately, undo_change
from bot.handlers.verbs import folded
from bot.intake.conversation import ANSWER_KIND, Answer, Reply, Turn
from bot.okr.model import CheckInSource
from bot.okr.replies import (
    Ask,
    Code,
    Intent,
    ReplyContext,
    Segment,
    answer,
    read_afresh,
    read_reply,
)
from bot.okr.replies import Reply as Reading
from bot.views.counts import FOLLOW_UPS
from bot.views.person import PersonView, reply_context
from storage import agendas, check_ins, conversations, deliveries, okrs
from storage import models as m

_TEAM_OF_LABEL = re.compile(r"(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9]{1,4})-[0-9]{1,4}(?![0-9A-Za-z])")
_OF_THE_WHOLE = (Code.Q_DROP, Code.Q_OWNER, Code.Q_AWAY)


def reply_in_words(turn: Turn, text: str, *, focus: int | None = None, source: CheckInSource | None = None) -> Reply:
    """A reply in the person's own words, from a DM, a thread or after `/okr`."""
    return reply_to(turn, fresh_view(turn), text, open_question(turn), focus=focus, source=source)


def open_question(turn: Turn) -> m.Clarification | None:
    """The question that was open when this was said."""
    question = conversations.current_question(turn.session, turn.person.id, turn.now)
    return question if question is not None and turn.knew(question.asked_at) else None


def reply_to(
    turn: Turn,
    view: PersonView,
    text: str,
    question: m.Clarification | None,
    *,
    focus: int | None = None,
    source: CheckInSource | None = None,
) -> Reply:
    """The same, with the question that it may answer; None where it was said with none before it."""
    asked_about = question_about(turn, view, text)
    if asked_about is not None:
        return asked_about
    of_draft = said_of_draft(turn, view, text)
    if of_draft is not None:
        return of_draft
    source = source or CheckInSource.DM
    context = _read_against(turn, view, text, focus)
    elsewhere = focus is not None and question is not None and question.kr_id not in (None, focus)
    if question is not None and not elsewhere:
        answered = answer_question(turn, view, context, question, text, source)
        if answered is not None:
            return answered
    asked = None if question is None or elsewhere else Ask.from_json(question.ask)
    doubted = asked if asked is not None and asked.code not in FOLLOW_UPS and asked.label is not None else None
    if doubted is not None:
        reading = read_afresh(doubted, text, context)
    else:
        reading = read_reply(text, context)
        if not _is_clear(reading):
            reading = _correction(turn, view, text, focus) or reading
    if reading.defect is not None:
        raise reading.defect  # the text is kept, its writer is told so, and it is read again when this is mended
    line = health.typed_line(turn, text) if source is CheckInSource.DM and _only_words(view, reading, text) else None
    if line is not None:
        return line
    left_out: list[dict[str, object]] = []
    if question is not None and _overtakes(view, reading, question):
        conversations.close_question(turn.session, question, turn.now, None)
        left_out = _left_out(question, reading)
    return _act(turn, view, reading, source, text, left_out)


def _read_against(turn: Turn, view: PersonView, text: str, focus: int | None) -> ReplyContext:
    """What a reply is read against, with the teams whose labels it names: what is said of theirs is never one's own."""
    keys = {found[1].upper() for found in _TEAM_OF_LABEL.finditer(folded(text))}
    context = reply_context(view, turn.standing.open_ids, focus)
    return replace(context, elsewhere=okrs.keys_of_teams(turn.session, turn.person.workspace_id, keys))


def _left_out(question: m.Clarification, reading: Reading) -> list[dict[str, object]]:
    """What the overtaken question was about and what no key result got: it is told, never lost in silence."""
    ask = Ask.from_json(question.ask)
    if question.kr_id is None and ask.facts.text:
        return [sentence(SEND_AGAIN, text=ask.facts.text)]
    return doubt_left(ask, reading.segments)


def _only_words(view: PersonView, reading: Reading, text: str) -> bool:
    """True for words that are no answer about any key result, no wish, and no thanks."""
    if reading.intent not in (None, Intent.UPDATE):
        return False
    if reading.ask is not None and reading.ask.code is Code.Q_WHICH_KR and view.own:
        # It has no label; whether it is more than words shows where it is read as being about one.
        one = view.own[0].row.id
        reading = read_reply(text, reply_context(view, [one], one))
    asks = [reading.ask] if reading.ask is not None else [one.ask for one in reading.segments]
    return all(ask is not None and ask.code in (Code.Q_UNKNOWN, Code.Q_NOTE_ONLY) for ask in asks)


def _is_clear(reading: Reading) -> bool:
    """True where it is known of what, and no word says that it corrects something."""
    if reading.ask is not None or not reading.segments:
        return False
    return all(one.ask is None and not one.amend for one in reading.segments)


def _correction(turn: Turn, view: PersonView, text: str, focus: int | None) -> Reading | None:
    """ "actually 46k" without a label is about what was said last; None if the reply corrects nothing."""
    last = check_ins.last_entry(turn.session, turn.person.id, turn.now)
    about = {row.kr_id for row in last}
    if focus is not None or len(about) != 1:
        return None
    reading = read_reply(text, _read_against(turn, view, text, about.pop()))
    corrects = bool(reading.segments) and reading.ask is None and all(one.amend for one in reading.segments)
    return reading if corrects else None


def answer_question(
    turn: Turn, view: PersonView, context: ReplyContext, question: m.Clarification, text: str, source: CheckInSource
) -> Reply | None:
    """The reply as the answer to the open question; None if it is not one and must be read afresh."""
    given = answer(Ask.from_json(question.ask), text, context)
    if given is None:
        return answered_with_days(turn, view, question, text)
    try:
        return form_of(turn, view, question, given) or apply_answer(turn, view, question, given, source, text)
    except NotAllowedError as error:
        return not_allowed(error)


def _overtakes(view: PersonView, reading: Reading, question: m.Clarification) -> bool:
    """True if a fresh reply makes the open question idle: it is about the same key result, or the question was about
    something stored already, or about the reply as a whole. One about another key result waits on."""
    if not reading.segments and reading.ask is None:
        return False
    if question.kr_id is None or Code(question.code) in (*FOLLOW_UPS, Code.Q_UNKNOWN):
        return True
    by_label = labelled(view)
    about = {one.label for one in reading.segments} | ({reading.ask.label} if reading.ask is not None else set())
    return any(by_label[label].row.id == question.kr_id for label in about if label in by_label)


def _act(
    turn: Turn,
    view: PersonView,
    reading: Reading,
    source: CheckInSource,
    text: str,
    left_out: Sequence[dict[str, object]],
) -> Reply:
    match reading.intent:
        case Intent.UNDO:
            return undo_last(turn, view)
        case Intent.HELP | Intent.QUESTION:
            return Answer("help", {})
        case Intent.NOTHING_OPEN:
            return notice(
                N_("Nothing is open for you now. To change a key result, name it, for example: KR2 no change")
            )
        case Intent.THANKS:
            return notice(N_("You're welcome."))
        case Intent.SNOOZE:
            return snoozing.later(turn, view, reading.snooze_until_text or "later")
        case Intent.STOP | Intent.AWAY:
            at_first = AT_FIRST if reading.intent is Intent.STOP else None
            return ask_away(turn, view, text, at_first=at_first) or echo(turn.inbox.id)
        case _:
            pass
    stranger = _somebody_elses(turn, view, reading)
    if stranger is not None:
        return Answer(NOT_ALLOWED, {"kr": stranger})
    segments = [part for one in reading.segments for part in _apart(one)]
    asked = [one for one in segments if one.ask is None or one.ask.code is not Code.Q_AWAY]
    try:
        stored = store_segments(turn, view, asked, source, raw_text=text)
    except NotAllowedError as error:
        return not_allowed(error)
    if len(asked) < len(segments):
        ask_away(turn, view, text)
    if reading.ask is not None:
        _ask_whole(turn, view, reading.ask)
    return echo(turn.inbox.id, extra=[*noted_in(stored), *left_out], truncated=reading.truncated)


def _apart(segment: Segment) -> list[Segment]:
    """What is asked of a key result as a whole does not put in doubt what was said of it: that is stored at once."""
    ask = segment.ask
    if ask is None or ask.code not in _OF_THE_WHOLE or ask.kept is None or not ask.kept.stores_something:
        return [segment]
    return [ask.kept, Segment(segment.label, ask=replace(ask, kept=None))]


def _somebody_elses(turn: Turn, view: PersonView, reading: Reading) -> int | None:
    """The key result of another that is all a reply is about: who may change it is told by name (spec/06 §11.3)."""
    if len(reading.segments) != 1 or reading.segments[0].ask is None:
        return None
    only = reading.segments[0]
    if only.ask is None or only.ask.code is not Code.Q_NO_SUCH_KR:
        return None
    named = only.label.upper()
    for one in view.by_id.values():
        if named in (one.kr.key.upper(), view.label(one).upper()):
            return one.row.id
    row = by_full_key(turn, named.lower())
    return None if row is None else row.id


def _ask_whole(turn: Turn, view: PersonView, ask: Ask) -> None:
    """A question about the reply as a whole. With nothing owned there is nothing to ask about."""
    if ask.code is Code.Q_OWNER and ask.label is None and len(view.own) == 1:
        ask = Ask(ask.code, view.label(view.own[0]), ask.facts, ask.kept)
    ask_back(turn, view, ask)


def undo_last(turn: Turn, view: PersonView) -> Reply:
    """Take back the last entry, with the next step and the win it named, if it is not older than 24 hours."""
    inbox_id = check_ins.last_inbox(turn.session, turn.person.id, turn.now)
    changed = undo_change(turn, inbox_id)
    if changed is not None:
        return changed
    if inbox_id is None:
        return team_done_lately(turn) or notice(
            N_("There is nothing to take back: no entry of yours in the last 24 hours.")
        )
    said = check_ins.rows_of_inbox(turn.session, inbox_id)
    rows = check_ins.brought_last(said)
    # What an answer to a question brought is taken back alone; the reply that was asked about stays.
    words = take_back_words(turn, inbox_id) if len(rows) == len(said) else take_back_steps(turn, rows)
    forgotten = habits.forget_with(turn, rows)
    kr_ids = take_back(turn, view, rows, with_words=False)
    deliveries.want_newest(
        turn.session, col(m.Delivery.kind) == "answer", col(m.Delivery.subject) == f"reply:{inbox_id}"
    )
    extra = [sentence(N_("Taken back: {text}"), text=one) for one in words]
    return echo(None, restored=kr_ids, extra=[*extra, *forgotten])


def focus_of(turn: Turn, message_id: str | None) -> int | None:
    """The key result a reply in a thread is about, if the message it answers asks about, or echoes, just one."""
    if message_id is None:
        return None
    row = conversations.delivery_of_message(turn.session, turn.inbox.installation_id, message_id, turn.inbound.channel)
    if row is None or row.person_id != turn.person.id:
        return None
    if row.prompt_id is not None:
        items = agendas.items_of(turn.session, row.prompt_id)
        return items[0].kr_id if len(items) == 1 else None
    krs = row.data.get("krs") or _echoed(turn, row)
    return int(krs[0]) if len(krs) == 1 else None


def _echoed(turn: Turn, row: m.Delivery) -> Sequence[int]:
    """What an answer of ours is about: the key results of the reply that it echoes, or those that were restored."""
    said = row.data.get("data") if row.kind == ANSWER_KIND else None
    if not isinstance(said, dict) or said.get("inbox_id") is None:
        return [] if not isinstance(said, dict) else list(said.get("restored") or ())
    return sorted({one.kr_id for one in check_ins.rows_of_inbox(turn.session, said["inbox_id"])})
