"""From the reading of a reply to rows: what is clear is stored, what is not is asked, and the follow-ups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import col

from bot.handlers import slow_start
from bot.handlers.recording import Told, record_all
from bot.intake.conversation import Turn
from bot.okr.kept import clear_part, without_words
from bot.okr.model import Band, CheckInKind, CheckInSource, KRType, ScoreMode
from bot.okr.noted import read_noted
from bot.okr.replies import Ask, AskFacts, Code, Segment
from bot.views.asking import Question, proposal_of, question_of, unchanged_weeks
from bot.views.person import PersonView
from bot.views.team import KRView, with_said
from storage import check_ins, conversations, deliveries
from storage import models as m
from storage.check_ins import Said

EXPIRES_WITHOUT_PROMPT = timedelta(hours=48)
PROMPT_STANDS = timedelta(days=14)
"""A weekly question stands for a week, or for two."""
LOW_SELF_SCORE = Decimal("0.4")


@dataclass(frozen=True, slots=True)
class Stored:
    """What one reply led to."""

    rows: tuple[m.CheckIn, ...]
    next_steps: tuple[tuple[str, date | None], ...] = ()
    """Each with the day that was said, if one was."""
    wins: tuple[str, ...] = ()


def store_segments(
    turn: Turn,
    view: PersonView,
    segments: Sequence[Segment],
    source: CheckInSource,
    *,
    raw_text: str | None = None,
    inbox_id: int | None = None,
    supersedes: m.CheckIn | None = None,
    in_prompt: m.PromptItem | None = None,
) -> Stored:
    """Store what is clear in one transaction, then ask about the rest and follow up. Raises `NotAllowedError`.

    What is clear beside a question about the same key result is stored as well; its answer completes it.

    `supersedes`: the check-in this answers a question about; it is replaced by one that copies what it said.
    `in_prompt`: the item that was tapped; questions then stand inside the prompt.
    """
    by_label = labelled(view)
    told = []
    for segment in segments:
        one = by_label.get(segment.label)
        if one is None:
            continue
        clear = None if segment.ask is None else clear_part(segment.ask)
        if clear is not None:
            told.append(replace(_told(turn, one, clear, supersedes, view.tz), waits=True))
        elif segment.stores_something or (segment.ask is None and supersedes is not None and segment.note):
            told.append(_told(turn, one, segment, supersedes, view.tz))
    rows = record_all(turn, told, source, inbox_id=inbox_id, raw_text=raw_text) if told else []
    waiting = {one.view.row.id for one in told if one.waits}
    stored = {row.kr_id: row for row in rows if row.kr_id in waiting}
    for segment in segments:
        if segment.ask is None:
            continue
        about = by_label.get(segment.label)
        ask = segment.ask if clear_part(segment.ask) is None else without_words(segment.ask)
        check_in = None if about is None else stored.get(about.row.id)
        ask_back(turn, view, ask, inbox_id=inbox_id, in_prompt=in_prompt, note=segment.note, check_in=check_in)
    follow_up(turn, view, [row for row in rows if row.kr_id not in waiting], inbox_id=inbox_id, in_prompt=in_prompt)
    return Stored(
        tuple(rows),
        tuple((one.next_step, one.next_step_due) for one in told if one.next_step),
        tuple(one.win for one in told if one.win),
    )


def labelled(view: PersonView) -> dict[str, KRView]:
    """Every key result a reply of this person may name, by the label the reader uses."""
    return {view.label(one): one for one in (*view.by_id.values(), *view.own)}


def said_of(one: KRView, segment: Segment) -> Said:
    """A clear segment as what is written down; a 👍 copies what was shown (spec/02 §4.7)."""
    said = Said(
        value=segment.value if segment.baseline_set is None else segment.baseline_set,
        self_score=segment.self_score,
        confidence=segment.confidence,
        status_said=segment.status,
        done=segment.done,
        blocked=segment.blocked,
        blocker=segment.blocker,
        help_wanted=segment.help_wanted,
        note=segment.note,
        approx=segment.approx,
    )
    if segment.skip:
        return Said(kind=CheckInKind.SKIP, note=segment.skip_reason or segment.note)
    if segment.agree or segment.no_change:
        said = _confirmed(one, said)
    return said


def _confirmed(one: KRView, said: Said) -> Said:
    current = one.state.current
    said = replace(said, kind=CheckInKind.CONFIRM)
    match question_of(one):
        case Question.HOW_LIKELY:
            return replace(said, confidence=said.confidence if said.confidence is not None else current.confidence)
        case Question.LOOKS_RIGHT:
            score = said.self_score if said.self_score is not None else proposal_of(one)
            return replace(said, self_score=score)
        case _:
            value = current.value if said.value is None and one.kr.is_number else said.value
            score = current.self_score if said.self_score is None else said.self_score
            return replace(said, value=value, self_score=score)


def _told(turn: Turn, one: KRView, segment: Segment, supersedes: m.CheckIn | None, tz: ZoneInfo) -> Told:
    said = said_of(one, segment)
    corrected = supersedes
    measured = None
    if corrected is not None and corrected.kr_id == one.row.id:
        copied = said.value is None or said.value == corrected.value
        measured = check_ins.reading_of(turn.session, corrected.id) if copied else None
        said = _completed(corrected, said)
    else:
        corrected = _own_last(turn, one) if segment.amend else None
        if corrected is not None and said != Said() and said.kind is not CheckInKind.SKIP:
            said = replace(said, note=said.note or corrected.note)  # another number takes no words back
    step, due = _step(turn, one, segment.next_step, tz)
    return Told(
        view=one,
        said=said,
        supersedes_id=None if corrected is None else corrected.id,
        measured=measured,
        next_step=step,
        next_step_due=due,
        win=segment.win,
    )


def _step(turn: Turn, one: KRView, line: str | None, tz: ZoneInfo) -> tuple[str | None, date | None]:
    """The words of a next step and its day, as `/okr next` reads them; a day that is over is left in the words."""
    if line is None:
        return None, None
    today = turn.now.astimezone(tz).date()
    noted = read_noted(line, today, (one.kr.key.rpartition("-")[0],))
    if not noted.text or (noted.day is not None and noted.day < today):
        return line, None
    # A label in it names what the step is about; the words would read oddly without it.
    return (noted.text if noted.label is None else line), noted.day


def _completed(row: m.CheckIn, said: Said) -> Said:
    """What the check-in said already, with what was added now."""
    told_more = row.value is not None or row.self_score is not None
    return Said(
        kind=row.kind if told_more or said.kind is not CheckInKind.CONFIRM else said.kind,
        value=row.value if said.value is None else said.value,
        self_score=row.self_score if said.self_score is None else said.self_score,
        confidence=row.confidence if said.confidence is None else said.confidence,
        status_said=row.status_said if said.status_said is None else said.status_said,
        done=row.done if said.done is None else said.done,
        steps_done=tuple(row.steps_done) if said.steps_done is None and row.steps_done is not None else said.steps_done,
        blocked=row.blocked if said.blocked is None else said.blocked,
        blocker=said.blocker or row.blocker,
        help_wanted=said.help_wanted or row.help_wanted,
        note=said.note or row.note,
        approx=row.approx or said.approx,
    )


def _own_last(turn: Turn, one: KRView) -> m.CheckIn | None:
    """What "actually …" corrects: this person's last word on the key result, within a day."""
    mine = [row for row in one.recent if row.by_id == turn.person.id and row.at > turn.now - timedelta(hours=24)]
    return mine[-1] if mine else None


# --- questions back ----------------------------------------------------------------------------


def ask_back(
    turn: Turn,
    view: PersonView,
    ask: Ask,
    *,
    inbox_id: int | None = None,
    in_prompt: m.PromptItem | None = None,
    note: str | None = None,
    check_in: m.CheckIn | None = None,
) -> m.Clarification:
    """Put one question to the person; it is shown when those before it are closed (spec/05 §10.10)."""
    about = labelled(view).get(ask.label) if ask.label else None
    prompt = turn.standing.prompt
    question = m.Clarification(
        workspace_id=turn.person.workspace_id,
        person_id=turn.person.id,
        kr_id=None if about is None else about.row.id,
        prompt_item_id=None if in_prompt is None else in_prompt.id,
        inbox_id=inbox_id or turn.inbox.id,
        checkin_id=None if check_in is None else check_in.id,
        code=ask.code.value,
        ask=dict(ask.to_json()),
        note=note,
        in_prompt=in_prompt is not None,
        asked_at=turn.present,
        expires_at=_expires(turn, prompt),
    )
    turn.session.add(question)
    turn.session.flush()
    return question


def _expires(turn: Turn, prompt: m.Prompt | None) -> datetime:
    """With its prompt, which stays open until the next one closes it; 48 hours where there is none."""
    return turn.present + (EXPIRES_WITHOUT_PROMPT if prompt is None else PROMPT_STANDS)


def show_what_came_of(turn: Turn, question: m.Clarification) -> None:
    """The message in which the question stood shows what came of it; the next open one may stand elsewhere."""
    subject = f"reply:{question.inbox_id}"
    deliveries.want_newest(turn.session, col(m.Delivery.kind) == "answer", col(m.Delivery.subject) == subject)
    newest = conversations.newest_answer(turn.session, turn.person.id)
    if newest is not None and newest.subject != subject:
        deliveries.want_newest(turn.session, col(m.Delivery.id) == newest.id)
    prompt = turn.standing.prompt
    if prompt is not None:
        deliveries.want_newest(turn.session, col(m.Delivery.prompt_id) == prompt.id)


def tell_beside(turn: Turn, question: m.Clarification, told: Sequence[dict[str, object]]) -> None:
    """The message in which the question stood says this as well, from now on."""
    row = deliveries.delivery_of(turn.session, "answer", f"reply:{question.inbox_id}", "once")
    said = None if row is None else row.data.get("data")
    if row is None or not isinstance(said, dict):
        return
    row.data = {**row.data, "data": {**said, "extra": [*said.get("extra", ()), *told]}}
    turn.session.add(row)
    turn.session.flush()


def follow_up(
    turn: Turn,
    view: PersonView,
    rows: Iterable[m.CheckIn],
    *,
    inbox_id: int | None = None,
    in_prompt: m.PromptItem | None = None,
) -> None:
    """One follow-up at most per key result: what makes you hopeful, whether it starts slowly, what would help, what
    moves it, where it lands. `view` is as it was before `rows` were recorded."""
    by_id = view.by_id
    for row in rows:
        before = by_id.get(row.kr_id)
        if before is None or row.by_id != turn.person.id or not before.owned_by(turn.person.id):
            continue
        one = by_id[row.kr_id] = with_said(before, row, view.workspace)
        code = _follow_up_code(turn, one, row)
        if code is None:
            continue
        ask = Ask(code, view.label(one), _facts(turn, one, row, code))
        ask_back(turn, view, ask, inbox_id=inbox_id, in_prompt=in_prompt, check_in=row)


def _facts(turn: Turn, one: KRView, row: m.CheckIn, code: Code) -> AskFacts:
    match code:
        case Code.Q_HOPEFUL:
            return AskFacts(v=one.state.current.value, score=row.self_score, a=one.state.heading)
        case Code.Q_MOVE:
            return AskFacts(v=one.state.current.value, offers_pace=slow_start.may_be_offered(turn, one))
        case Code.Q_SLOW_START:
            return AskFacts()
        case _:
            return AskFacts(v=one.state.current.value, score=row.self_score)


def _follow_up_code(turn: Turn, one: KRView, row: m.CheckIn) -> Code | None:
    if row.kind is CheckInKind.SKIP or row.blocked:
        return None
    if one.state.needs_reason and not row.note and _asked_of_judgement(row):
        return _unless_asked(turn, one, Code.Q_HOPEFUL)
    if row.note and _asked_of_judgement(row) and slow_start.is_due(turn, one):
        return Code.Q_SLOW_START
    forecast = one.state.score_mode is ScoreMode.FORECAST  # in progress mode a low number is just early
    low = (forecast and row.self_score is not None and row.self_score < LOW_SELF_SCORE) or (
        row.status_said is Band.OFF_TRACK
    )
    if low and not row.help_wanted:
        return _unless_asked(turn, one, Code.Q_HELP)
    if row.kind is CheckInKind.CONFIRM:
        stalled = one.kr.is_number and unchanged_weeks(one, turn.now) >= 2
        return _unless_asked(turn, one, Code.Q_MOVE, timedelta(days=21)) if stalled else None
    number_only = row.value is not None and row.self_score is None and row.status_said is None
    if number_only and one.kr.is_number and not one.state.reached and one.kr.type is not KRType.BASELINE:
        said_already = one.state.current.self_score_on is not None and (
            (one.today - one.state.current.self_score_on).days < 5
        )
        return None if said_already else _unless_asked(turn, one, Code.Q_LANDS)
    return None


def _asked_of_judgement(row: m.CheckIn) -> bool:
    return row.self_score is not None or row.confidence is not None or row.status_said is not None


def _unless_asked(turn: Turn, one: KRView, code: Code, within: timedelta = timedelta(days=5)) -> Code | None:
    since = turn.now - within
    asked = conversations.asked_since(turn.session, turn.person.id, one.row.id, code.value, since)
    return None if asked else code
