"""An edited message is a correction: what it had told is taken back, and its new words are read instead.

The correction counts from the moment it was made, in the period of what it corrects. What others said since, a newer
weekly question, and what was taken back already stay as they are; the person hears so, and how to correct it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import col

from bot.handlers import habits
from bot.handlers.answering import show_what_came_of
from bot.handlers.naming import NotOneError
from bot.handlers.recording import NotAllowedError, fresh_view, take_back, take_back_words
from bot.handlers.saying import N_, NOT_WORKED_ON, echo, not_allowed, sentence
from bot.handlers.showing import show_next_steps, show_wins
from bot.handlers.undoing import taken_back
from bot.handlers.verbs import Verb, split, without_prefix
from bot.handlers.words import read_words
from bot.intake.conversation import ANSWER_KIND, Answer, Reply, Turn
from bot.intake.inbound import Command, Edited, Nothing, Typed
from bot.intake.stored import from_json
from storage import agendas, check_ins, conversations, deliveries, editing, inbox
from storage import models as m
from storage.check_ins import UNDO_WITHIN, Origin, Said
from storage.undoing import changes_by

EDITED = N_("You edited this message, so what it told me is taken back. My answer to the new words stands below.")
READ_ANEW = N_("You edited this message. My answer to the new words stands below.")
TOO_LATE = N_(
    "You edited a message that is more than 24 hours old, so nothing has changed. To correct it: /okr update {kr} …"
)
OVERTAKEN = N_("Something newer counts for {kr}, so your edit changed nothing. To correct it: /okr update {kr} …")
NEXT_WEEK = N_("I have asked you anew since, so your edit changed nothing. To correct it: /okr update {kr} …")
UNDONE = N_("What that message told me was taken back before, so your edit changed nothing. Please send it anew.")
TICKED = N_("That next step is ticked off, so your edit changed nothing. Please send what is new as a new message.")
CHANGED_SINCE = N_("That was changed again since, so your edit changed nothing. Please send it as a new message.")
WITHOUT_WORDS = N_("No words are left in that message. What it told me stays; Undo stands beside my answer to it.")
TAKEN_BACK = N_("Taken back: {text}")
REFUSED = "refused"
ADDED = ("value", "self_score", "confidence", "status_said", "done", "blocked", "blocker", "help_wanted", "note")


def is_overtaken(turn: Turn) -> bool:
    """True for a message that comes in after it was edited: its new words were read instead."""
    if turn.inbox.message_id is None:
        return False
    return any(_is_edit(row) for row in inbox.of_message(turn.session, turn.inbox))


def edited(turn: Turn, what: Edited) -> Reply:
    """Read the new words instead of the old. Raises `NotAllowedError` and `NotOneError` as reading them does."""
    others = [inbox.held(turn.session, row.id) for row in reversed(inbox.of_message(turn.session, turn.inbox))]
    if any(_is_edit(row) and (row.at, row.id) > (turn.inbox.at, turn.inbox.id) for row in others):
        return Nothing()  # a later edit came in before this one
    # Not every platform tells when it was first said; what is kept of it does.
    what = replace(what, said_at=min([what.said_at, *(row.at for row in others)]))
    last = _last_read(turn, others)
    if last is not None and _words_of(last) == what.text:
        return Nothing()
    for row in others:
        if row.state is not m.InboxState.DONE:  # it is read once, with its new words
            row.state = m.InboxState.DONE
            turn.session.add(row)
    late = turn.inbound.at - what.said_at > UNDO_WITHIN
    if last is None:
        if late and not others:
            return _refused(turn, TOO_LATE, kr="KR2")
        return read_words(turn, what.text, _question_before(turn, turn.inbox), what.reply_to)
    return _Correction(turn, what, last, {row.id for row in others}, late=late).made()


class _Correction:
    """One message that was read, and its new words."""

    def __init__(self, turn: Turn, what: Edited, last: m.Inbox, versions: set[int], *, late: bool) -> None:
        self.turn, self.what, self.last, self.versions, self.late = turn, what, last, versions, late
        self.view = fresh_view(turn)
        self.told = editing.told_in(turn.session, last.id)
        self.rows = [row for row in self.told.rows if row.undone_at is None]
        since = what.said_at - timedelta(days=1)
        changes = changes_by(turn.session, turn.person, since, last.id - 1)
        self.changes = [row for row in changes if row.data.get("inbox") == last.id]

    def made(self) -> Reply:
        """The answer to the new words, or why nothing was changed."""
        told = self.told
        anything = bool(told.rows or told.steps or told.wins or told.answered or told.asked or self.changes)
        if not self.what.text:
            return _refused(self.turn, WITHOUT_WORDS) if anything else Nothing()
        if not anything:
            self._point_below(READ_ANEW)
            return self._reply(_question_before(self.turn, self.last))
        why = self._why_not()
        if why is not None:
            return why
        if not self._undone_changes():
            return _refused(self.turn, CHANGED_SINCE)
        added = [(rows[-1], _added(rows[0], rows[-1])) for rows in self._by_kr().values()]
        restored, words = self._taken_back()
        self._point_below(EDITED if restored or words or self.changes else READ_ANEW)
        if _takes_back(self.what.text):
            reply: Reply = echo(None, restored=restored, extra=[sentence(TAKEN_BACK, text=one) for one in words])
        else:
            reply = self._reply(self._reopened() or _question_before(self.turn, self.last))
        for row, known in added:
            self._keep(row, known)
        if self.told.answered is not None:
            show_what_came_of(self.turn, self.told.answered)
        return reply

    def _reply(self, question: m.Clarification | None) -> Reply:
        """The answer to the new words. A refusal is an answer too: the old words are no more all the same."""
        try:
            return read_words(self.turn, self.what.text, question, self.what.reply_to)
        except NotAllowedError as error:
            return not_allowed(error)
        except NotOneError as error:
            return error.reply

    # --- what stands in the way -----------------------------------------------------------------------

    def _why_not(self) -> Reply | None:
        turn, told = self.turn, self.told
        label = self._label(told.rows[0].kr_id) if told.rows else "KR2"
        if self.late:
            return _refused(turn, TOO_LATE, kr=label)
        steps_left = [step for step in told.steps if step.state is not m.NextStepState.DROPPED]
        if (told.rows or told.steps) and not (self.rows or steps_left or told.wins):
            return _refused(turn, UNDONE)
        if any(step.state is m.NextStepState.DONE for step in told.steps):
            return _refused(turn, TICKED)
        gone = next((row.kr_id for row in self.rows if row.kr_id not in self.view.by_id), None)
        if gone is not None:
            return _refused(turn, NOT_WORKED_ON, kr=self._label(gone))
        overtaken = editing.overtaken(turn.session, self.rows, self.versions, turn.person.id, turn.now)
        if overtaken is not None:
            return _refused(turn, OVERTAKEN, kr=self._label(overtaken))
        prompt = agendas.newest_prompt(turn.session, turn.person.id)
        asked = None if prompt is None else agendas.sent_at(turn.session, prompt.id)
        if self.rows and asked is not None and asked > self.last.at:
            return _refused(turn, NEXT_WEEK, kr=label)
        return None

    def _label(self, kr_id: int) -> str:
        one = self.view.by_id.get(kr_id)
        if one is not None:
            return self.view.label(one)
        row = self.turn.session.get_one(m.KeyResult, kr_id)
        return f"{self.turn.session.get_one(m.Team, row.team_id).key}-{row.number}"

    # --- taking back ------------------------------------------------------------------------------------

    def _undone_changes(self) -> bool:
        """Take back what it had changed of key results; False where somebody has changed that again."""
        backs = [taken_back(self.turn, change) for change in self.changes]
        return None not in backs

    def _taken_back(self) -> tuple[Sequence[int], Sequence[str]]:
        """Take back what the old words told, as Undo does. Returns the key results, and the words of steps and wins."""
        turn, answered = self.turn, self.told.answered
        for question in self.told.asked:
            turn.session.delete(question)
        restored = take_back(turn, self.view, self.rows, with_words=False)
        words = take_back_words(turn, self.last.id) if answered is None else self._take_back_kept_words()
        return restored, words

    def _by_kr(self) -> dict[int, list[m.CheckIn]]:
        by_kr: dict[int, list[m.CheckIn]] = {}
        for row in self.rows:
            by_kr.setdefault(row.kr_id, []).append(row)
        return by_kr

    def _take_back_kept_words(self) -> list[str]:
        """The next step and the win that an answer completed; others of the same reply stay."""
        session = self.turn.session
        steps = [step for step in self.told.steps if step.state is m.NextStepState.OPEN]
        for step in steps:
            step.state = m.NextStepState.DROPPED
            session.add(step)
            show_next_steps(self.turn, step.team_id)
        for win in self.told.wins:
            session.delete(win)
            show_wins(self.turn, win)
        session.flush()
        return [*(step.text for step in steps), *(win.text for win in self.told.wins)]

    def _keep(self, row: m.CheckIn, added: Mapping[str, Any]) -> None:
        """What other messages added to the old words (where it lands, what would help) was no part of them, and stays
        where the new ones say nothing else."""
        session, one = self.turn.session, fresh_view(self.turn).by_id[row.kr_id]
        new = editing.told_in(session, self.turn.inbox.id).rows
        told = {name for name in ADDED for each in new if each.kr_id == row.kr_id and getattr(each, name) is not None}
        said = Said(**{name: known for name, known in added.items() if name not in told})
        if said == Said():
            return
        current = one.row.current
        kept = check_ins.record(
            session,
            one.row,
            one.kr,
            said,
            Origin(
                by_id=row.by_id,
                at=max(self.turn.now, current.last_check_in_at or self.turn.now),
                source=row.source,
                inbox_id=row.inbox_id,
                prompt_id=row.prompt_id,
                raw_text=row.raw_text,
                on_behalf_of_id=row.on_behalf_of_id,
                after_meeting=row.after_meeting,
                told_in_id=row.told_in_id,
            ),
            one.today,
        )
        for item in agendas.items_of(session, row.prompt_id) if row.prompt_id is not None else ():
            if item.kr_id == row.kr_id and item.state is m.ItemState.OPEN:
                item.state, item.checkin_id = m.ItemState.ANSWERED, kept.id
                session.add(item)
        session.flush()

    def _reopened(self) -> m.Clarification | None:
        """The question that the old words had answered; what they taught of how the person writes is forgotten."""
        turn, question = self.turn, self.told.answered
        if question is None or question.expires_at <= turn.now:
            return None
        question.closed_at = question.answered = question.answered_in_id = None
        habits.forget(turn, question)
        turn.session.add(question)
        turn.session.flush()
        return question

    def _point_below(self, msgid: str) -> None:
        """The answer to the old words says that they are no more."""
        subject = f"reply:{self.last.id}"
        old = deliveries.delivery_of(self.turn.session, ANSWER_KIND, subject, "once")
        if old is None:
            return
        old.data = {"name": "notice", "data": sentence(msgid), "inbox_id": self.last.id}
        self.turn.session.add(old)
        self.turn.session.flush()
        deliveries.want_newest(self.turn.session, col(m.Delivery.id) == old.id)


def _last_read(turn: Turn, versions: Sequence[m.Inbox]) -> m.Inbox | None:
    """The version that counts: the last that was read; one that says the same again was not."""
    last: m.Inbox | None = None
    for row in sorted(versions, key=lambda row: (_is_edit(row), row.at, row.id)):
        is_read = row.state is m.InboxState.DONE and not _was_refused(turn, row)
        if is_read and (last is None or _words_of(last) != _words_of(row)):
            last = row
    return last


def _added(first: m.CheckIn, last: m.CheckIn) -> dict[str, Any]:
    """What the later of two rows says that the earlier, of the message itself, did not."""
    return {
        name: getattr(last, name)
        for name in ADDED
        if first is not last and getattr(first, name) is None and getattr(last, name) is not None
    }


def _question_before(turn: Turn, row: m.Inbox) -> m.Clarification | None:
    """The open question, where it stood there already when this was said."""
    question = conversations.current_question(turn.session, turn.person.id, turn.now)
    return question if question is not None and (question.inbox_id or 0) < row.id else None


def _takes_back(text: str) -> bool:
    spoken = split(without_prefix(text))
    return spoken.verb is Verb.UNDO and not spoken.rest


def _refused(turn: Turn, msgid: str, **params: str) -> Answer:
    """One sentence; the old words go on to count."""
    return Answer("notice", {**sentence(msgid, **params), "inbox_id": turn.inbox.id, REFUSED: True})


def _was_refused(turn: Turn, row: m.Inbox) -> bool:
    if not _is_edit(row):
        return False
    said = deliveries.delivery_of(turn.session, ANSWER_KIND, f"reply:{row.id}", "once")
    return said is not None and REFUSED in said.data["data"]


def _is_edit(row: m.Inbox) -> bool:
    return bool(row.body["what"]["kind"] == "edited")


def _words_of(row: m.Inbox) -> str:
    what = from_json(row.body).what
    return what.text if isinstance(what, Typed | Edited | Command) else ""
