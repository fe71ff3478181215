"""The one verb behind every answer: write down what a person said about key results, and all that follows from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import col

from bot.handlers.showing import ITEMS_KNOWN, Asked, show_next_steps, show_wins, touched
from bot.intake.conversation import Turn
from bot.okr.access import may_update
from bot.okr.model import CheckInKind, CheckInSource
from bot.views.next_meeting import next_meeting
from bot.views.person import PersonView, answering_view, person_view
from bot.views.rights import actor_of
from bot.views.team import KRView
from bot.views.wins import plan_thanks
from storage import agendas, check_ins, conversations, deliveries, next_steps, unanswered
from storage import models as m
from storage.asked import closes_for_others
from storage.check_ins import Origin, Said


class NotAllowedError(Exception):
    """This person may not write to this key result; who may is told by name."""

    def __init__(self, view: KRView) -> None:
        super().__init__(view.kr.key)
        self.view = view


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be written about one key result."""

    view: KRView
    said: Said
    item: m.PromptItem | None = None
    supersedes_id: int | None = None
    measured: m.Reading | None = None
    """The reading whose value was only copied from the superseded row: it keeps its moment."""
    next_step: str | None = None
    next_step_due: date | None = None
    win: str | None = None
    waits: bool = False
    """A question about the rest of the reply is open: so is what was asked of this key result."""


def record_all(
    turn: Turn, told: Sequence[Told], source: CheckInSource, *, inbox_id: int | None = None, raw_text: str | None = None
) -> list[m.CheckIn]:
    """Write everything one reply said, in the turn's transaction. Raises `NotAllowedError` before anything is written.

    `inbox_id` is the reply it belongs to, where an answer to a question back completes an earlier one.
    """
    _only_what_is_allowed(turn, told)
    if inbox_id is None and raw_text is None:
        # What was not understood before is idle once a button is pressed instead.
        conversations.close_unread(turn.session, turn.person.id, turn.now)
    kr_ids = {one.view.row.id for one in told}
    asked = agendas.items_about(turn.session, kr_ids, turn.now - ITEMS_KNOWN)
    waiting = unanswered.open_about(turn.session, kr_ids, turn.person.id)
    rows = []
    for one in told:
        idle = [question for question in waiting if question.kr_id == one.view.row.id]
        row = _record(turn, one, source, inbox_id or turn.inbox.id, raw_text, asked, idle)
        if row is not None:
            rows.append(row)
    touched(turn, {one.view.row.team_id for one in told}, kr_ids, asked)
    for team_id in sorted({one.view.row.team_id for one in told if one.next_step}):
        show_next_steps(turn, team_id)
    return rows


def _only_what_is_allowed(turn: Turn, told: Sequence[Told]) -> None:
    """Raises `NotAllowedError`. Whoever answers for all of it need not have their roles looked up."""
    strange = [one.view for one in told if not one.view.owned_by(turn.person.id)]
    if not strange:
        return
    actor = actor_of(turn.session, turn.person, turn.now)
    for view in strange:
        if not may_update(actor, [owner.id for owner in view.owners], view.row.team_id):
            raise NotAllowedError(view)


def _record(
    turn: Turn,
    one: Told,
    source: CheckInSource,
    inbox_id: int,
    raw_text: str | None,
    asked: Sequence[Asked],
    idle: Sequence[m.Clarification],
) -> m.CheckIn | None:
    """`idle`: this person's open questions about the key result, which the new answer overtakes."""
    session, view = turn.session, one.view
    item = one.item or _own_item(turn, view)
    step = _add_next_step(turn, one, inbox_id)
    if one.win:
        _add_win(turn, one, one.win, inbox_id)
    if one.said == Said():
        return None
    newest = turn.knew(view.row.current.last_check_in_at)
    # Read again, when something newer counts, it is kept in its place, and closes nothing.
    if not newest or one.said.kind is CheckInKind.SKIP:
        idle = ()
    lead = view.owners[0].id if view.owners else None
    origin = Origin(
        by_id=turn.person.id,
        at=_moment(turn, view),
        source=source,
        inbox_id=inbox_id,
        prompt_id=None if item is None else item.prompt_id,
        raw_text=raw_text,
        on_behalf_of_id=None if view.owned_by(turn.person.id) else lead,
        after_meeting=_after_meeting(turn, item),
        told_in_id=turn.inbox.id,
    )
    said = _with_words(one.said, idle)
    row = check_ins.record(session, view.row, view.kr, said, origin, view.today, one.supersedes_id, one.measured)
    if step is not None:
        row.next_step_id = step.id
        session.add(row)
    if not newest:
        return row
    if not one.waits:
        _settle_items(turn, view, row, item, asked)
    for question in idle:
        conversations.close_question(session, question, turn.now, None)
    return row


def _with_words(said: Said, idle: Sequence[m.Clarification]) -> Said:
    """A note that came with a question is attached to the next answer, however that is given (spec/05 §10.8); so are
    words that were in doubt, which are no value."""
    words = [text for question in idle if (text := unanswered.words_of(question)) is not None]
    notes = [said.note, *(text for text in words if text not in (said.note or ""))]
    return replace(said, note=", ".join(note for note in notes if note) or None) if words else said


def _moment(turn: Turn, view: KRView) -> datetime:
    """When it was said; a clock that was set back must not put what is said now before what was said then."""
    if turn.read_at is not None:
        return turn.now
    current = view.row.current
    return max(turn.now, current.last_check_in_at or turn.now, current.measured_at or turn.now)


def _own_item(turn: Turn, view: KRView) -> m.PromptItem | None:
    return turn.standing.item_of(view.row.id)


def _after_meeting(turn: Turn, item: m.PromptItem | None) -> bool:
    if item is None:
        return False
    run = turn.session.get_one(m.RitualRun, item.run_id)
    return run.meeting_at is not None and turn.now >= run.meeting_at


def _add_next_step(turn: Turn, one: Told, inbox_id: int) -> m.NextStep | None:
    if not one.next_step:
        return None
    team = turn.session.get_one(m.Team, one.view.row.team_id)
    due, meeting_id = one.next_step_due, None
    if due is None:
        due, meeting_id = next_meeting(turn.session, team, turn.now)
    return next_steps.add_step(
        turn.session,
        team,
        one.next_step[:140],
        owner_id=turn.person.id,
        kr_id=one.view.row.id,
        due=due,
        meeting_id=meeting_id,
        inbox_id=inbox_id,
        now=turn.now,
    )


def _add_win(turn: Turn, one: Told, text: str, inbox_id: int) -> None:
    win = m.Win(
        workspace_id=one.view.row.workspace_id,
        team_id=one.view.row.team_id,
        kr_id=one.view.row.id,
        text=text[:200],
        by_id=turn.person.id,
        inbox_id=inbox_id,
        at=turn.now,
    )
    turn.session.add(win)
    plan_thanks(turn.session, win, turn.now)


def _settle_items(turn: Turn, view: KRView, row: m.CheckIn, item: m.PromptItem | None, asked: Sequence[Asked]) -> None:
    """The answerer's item holds the answer; with `answer_policy any` it closes the others' open ones too."""
    skipped = row.kind is CheckInKind.SKIP
    if item is not None and item.kr_id == view.row.id:
        item.state = m.ItemState.SKIPPED if skipped else m.ItemState.ANSWERED
        item.checkin_id = row.id
        turn.session.add(item)
    if not skipped and closes_for_others(view.row, row.by_id):
        for other, prompt in asked:
            elsewhere = other.kr_id != view.row.id or prompt.person_id == turn.person.id
            if not elsewhere and turn.knew(prompt.created_at) and other.state is m.ItemState.OPEN:
                other.state = m.ItemState.ANSWERED_BY_OTHER
                other.checkin_id = row.id
                turn.session.add(other)
    turn.session.flush()


def take_back(turn: Turn, view: PersonView, rows: Iterable[m.CheckIn], *, with_words: bool = True) -> list[int]:
    """Undo check-ins: the key results read as before, their questions are open again. Returns the key results.

    `with_words`: the next steps and wins of the replies they belong to are taken back too.
    """
    rows = list(rows)
    session = turn.session
    views = view.by_id
    definitions = {row.kr_id: views[row.kr_id].kr for row in rows if row.kr_id in views}
    rows = [row for row in rows if row.kr_id in definitions]
    check_ins.take_back(session, rows, definitions, turn.now)
    for inbox_id in sorted({row.inbox_id for row in rows if with_words and row.inbox_id is not None}):
        take_back_words(turn, inbox_id)
    taken = {row.id for row in rows}
    kr_ids = sorted({row.kr_id for row in rows})
    asked = agendas.items_about(session, kr_ids, turn.now - ITEMS_KNOWN)
    for item, prompt in asked:
        if item.checkin_id in taken:
            _reopen(turn, item, prompt)
    for kr_id in kr_ids:
        conversations.drop_questions_about(session, turn.person.id, kr_id, turn.now)
    session.flush()
    touched(turn, {views[kr_id].row.team_id for kr_id in kr_ids}, set(kr_ids), asked)
    # What others were told then may have named the answer that is gone ("I kept both").
    told = check_ins.replies_about(session, kr_ids, turn.now - ITEMS_KNOWN)
    deliveries.want_newest(
        session, col(m.Delivery.kind) == "answer", col(m.Delivery.subject).in_([f"reply:{one}" for one in told])
    )
    return kr_ids


def take_back_words(turn: Turn, inbox_id: int) -> list[str]:
    """Take back the next steps and wins that came with one reply, wherever they are shown; returns what they said."""
    words = check_ins.take_back_words(turn.session, inbox_id)
    for team_id in sorted({step.team_id for step in words.steps}):
        show_next_steps(turn, team_id)
    for win in words.wins:
        show_wins(turn, win)
    return [*(step.text for step in words.steps), *(win.text for win in words.wins)]


def take_back_steps(turn: Turn, rows: Iterable[m.CheckIn]) -> list[str]:
    """Take back the next steps that came with these check-ins and are open; returns what they said."""
    steps = [turn.session.get_one(m.NextStep, row.next_step_id) for row in rows if row.next_step_id is not None]
    steps = [step for step in steps if step.state is m.NextStepState.OPEN]
    for step in steps:
        step.state = m.NextStepState.DROPPED
        turn.session.add(step)
        turn.session.flush()
        show_next_steps(turn, step.team_id)
    return [step.text for step in steps]


def _reopen(turn: Turn, item: m.PromptItem, prompt: m.Prompt) -> None:
    """The question is open again, unless something said before to the same prompt, or by another owner, answers it."""
    left = conversations.answer_left(turn.session, item.prompt_id, item.kr_id)
    if left is not None:
        state = m.ItemState.SKIPPED if left.kind is CheckInKind.SKIP else m.ItemState.ANSWERED
    else:
        left = _closed_by(turn, item, prompt)
        state = m.ItemState.OPEN if left is None else m.ItemState.ANSWERED_BY_OTHER
    item.state = state
    item.checkin_id = None if left is None else left.id
    turn.session.add(item)


def _closed_by(turn: Turn, item: m.PromptItem, prompt: m.Prompt) -> m.CheckIn | None:
    """The answer of another that closes this question: any owner's, or with `answer_policy lead` the lead owner's."""
    row = turn.session.get_one(m.KeyResult, item.kr_id)
    only = None if row.answer_policy is m.AnswerPolicy.ANY else row.lead_owner_id
    if only == prompt.person_id:
        return None
    return conversations.answer_of_another(
        turn.session, item.kr_id, prompt.created_at or turn.now, prompt.person_id, only=only
    )


def fresh_view(turn: Turn) -> PersonView:
    """The person and their key results as they stand at this point of the turn."""
    turn.session.flush()
    return person_view(turn.session, turn.person, turn.now)


def fresh_answering(turn: Turn, kr_id: int) -> PersonView:
    """The same as far as it takes to answer for one key result."""
    turn.session.flush()
    return answering_view(turn.session, turn.person, kr_id, turn.now)
