"""What an answer to a question back does: it is stored, opens a form, is remembered, or asks the next thing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.cards.figures import amount_exact
from bot.handlers import dropping, forms, habits, pausing, slow_start, snoozing
from bot.handlers.answering import Stored, ask_back, show_what_came_of, store_segments, tell_beside
from bot.handlers.away import note_away
from bot.handlers.owning import change_owner
from bot.handlers.saying import N_, echo, notice, sentence
from bot.handlers.showing import touched
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.model import CheckInSource
from bot.okr.replies import Answer as Given
from bot.okr.replies import Ask, Intent, Opens, Segment, unrecorded
from bot.views.echo import NEXT_STEP_NOTED, NEXT_STEP_NOTED_BY, WIN_NOTED
from bot.views.person import PersonView
from bot.views.team import KRView
from storage import conversations, unanswered
from storage import models as m
from storage.teams import lead_of

NOT_RECORDED = N_("Not recorded: {raw}.")
SEND_AGAIN = N_("Not recorded: '{text}'. If it still holds, send it again with its KR.")
TARGET_STAYS = N_(
    "The target of {kr} stays {target} for now: I cannot change targets yet. {name} decides, and whoever runs Okra "
    "writes it into the OKR file. Your words are kept."
)
YOUR_TARGET_STAYS = N_(
    "The target of {kr} stays {target} for now: I cannot change targets yet. Whoever runs Okra writes it into the OKR "
    "file. Your words are kept."
)
AWAY_OVER = N_("Those days are over, so I noted nothing.")


def form_of(turn: Turn, view: PersonView, question: m.Clarification, given: Given | Ask) -> Reply | None:
    """The form that an answer opens instead of storing something; None for one that opens none."""
    one = None if question.kr_id is None else view.by_id.get(question.kr_id)
    if isinstance(given, Ask) or given.opens is None or one is None:
        return None
    match given.opens:
        case Opens.DROP_FORM:
            return None if given.reason else dropping.drop_button(turn, one.row.token)
        case Opens.PAUSE_FORM:
            return pausing.pause_button(turn, one.row.token)
        case Opens.OWNER_PICKER:
            return change_owner(turn, one.row.token)
        case _:
            pass
    opened = forms.opened_by(turn, view, question, given.opens)
    if opened is not None and given.opens is Opens.NEXT_STEP_FORM:
        # The step is the answer; what helps is told by its own form, which closes the question then.
        conversations.close_question(turn.session, question, turn.now, given.opens.value)
        show_what_came_of(turn, question)
    return opened


def apply_answer(
    turn: Turn,
    view: PersonView,
    question: m.Clarification,
    given: Given | Ask,
    source: CheckInSource,
    raw_text: str | None = None,
) -> Reply:
    """Do what answering a question means: store, remember a habit, or ask the next thing.

    Raises `NotAllowedError` for a key result that is not the person's to answer for any more.
    """
    question.answered_in_id = turn.inbox.id
    conversations.close_question(turn.session, question, turn.now, raw_text[:40] if raw_text else "button")
    item = turn.session.get_one(m.PromptItem, question.prompt_item_id) if question.prompt_item_id else None
    in_prompt = item if question.in_prompt and raw_text is None else None
    if isinstance(given, Ask):
        completes = _completed_by(turn, question)
        ask_back(
            turn, view, given, inbox_id=question.inbox_id, in_prompt=in_prompt, note=question.note, check_in=completes
        )
        return _shown(turn, view, question, ())
    one = None if question.kr_id is None else view.by_id[question.kr_id]
    habits.remember(turn, question, given)
    if given.starts_slowly and one is not None:
        return slow_start.use(turn, one)
    if given.intent is Intent.AWAY:
        return _away(turn, question, stand_in=given.stand_in)
    if given.opens is Opens.DROP_FORM and one is not None:
        return dropping.drop_because(turn, one, given.reason or "")
    segments = given.segments
    if question.note:
        segments = tuple(_with_note(each, question.note) for each in segments)
    stored = store_segments(
        turn,
        view,
        segments,
        source,
        raw_text=_typed_in_all(question, raw_text),
        inbox_id=question.inbox_id,
        supersedes=_completed_by(turn, question),
        in_prompt=in_prompt,
    )
    if given.asks is not None:
        ask_back(turn, view, given.asks, inbox_id=question.inbox_id, in_prompt=in_prompt, note=question.note)
    if given.intent is Intent.SNOOZE:
        kept = Ask.from_json(question.ask).kept
        if kept is not None and kept.note and not stored.rows:
            unanswered.keep_as_note(turn.session, question, kept.note)
        return snoozing.later(turn, view, given.snooze_until_text or "later", nothing=snoozing.NOTHING_TO_REMIND_OF)
    if given.opens is Opens.ASK_LEAD and one is not None:
        return snoozing.not_mine(turn, one, item)
    said = _said_beside(turn, question, given, one)
    if question.kr_id is None:
        # It was asked whom the reply is about, so what it noted has been told nowhere yet.
        told = noted_in(stored)
        if raw_text is None and told:
            tell_beside(turn, question, told)
        said = [*told, *said] if raw_text is not None else said
    if raw_text is None and said:
        _shown(turn, view, question, stored.rows)
        return Answer("notice", said[0])
    left = doubt_left(Ask.from_json(question.ask), segments) if raw_text is not None else []
    return _shown(turn, view, question, stored.rows, [*said, *left])


def _completed_by(turn: Turn, question: m.Clarification) -> m.CheckIn | None:
    """The check-in that a follow-up asks about: one row then says it all, and one line echoes it."""
    asked_about = turn.session.get_one(m.CheckIn, question.checkin_id) if question.checkin_id else None
    return asked_about if asked_about is not None and asked_about.undone_at is None else None


def _away(turn: Turn, question: m.Clarification, *, stand_in: bool) -> Reply:
    facts = Ask.from_json(question.ask).facts
    today = turn.now.date()
    first = today if facts.first is None else date.fromisoformat(facts.first)
    last = today if facts.until is None else date.fromisoformat(facts.until)
    if last < today:
        return notice(AWAY_OVER)
    delegate = turn.session.get(m.Person, facts.person) if stand_in and facts.person is not None else None
    if delegate is not None and not delegate.active:
        return notice(N_("{name} is no longer here, so I noted nothing."), name=delegate.short_name)
    return Answer("away", note_away(turn, min(first, last), last, delegate))


def _said_beside(turn: Turn, question: m.Clarification, given: Given, one: KRView | None) -> list[dict[str, object]]:
    """What is told beside what was stored: what was not recorded, or who may change a target."""
    if given.unrecorded is not None:
        if question.kr_id is None:
            return [sentence(SEND_AGAIN, text=given.unrecorded)]
        return [sentence(NOT_RECORDED, raw=given.unrecorded)]
    goal = None if one is None else one.kr.target
    if given.opens is not Opens.CHANGE_FORM or one is None or goal is None:
        return []
    target = amount_exact(goal, one.kr.unit, turn.person.lang.value)
    lead = lead_of(turn.session, one.row.team_id)
    if lead is None or lead.id == turn.person.id:
        return [sentence(YOUR_TARGET_STAYS, kr=one.kr.key, target=target)]
    return [sentence(TARGET_STAYS, kr=one.kr.key, target=target, name=lead.short_name)]


def noted_in(stored: Stored) -> list[dict[str, object]]:
    """The next steps and the wins that a reply led to, as sentences."""
    return [_step_noted(text, due) for text, due in stored.next_steps] + [
        sentence(WIN_NOTED, text=win) for win in stored.wins
    ]


def _step_noted(text: str, due: date | None) -> dict[str, object]:
    if due is None:
        return sentence(NEXT_STEP_NOTED, text=text)
    return sentence(NEXT_STEP_NOTED_BY, text=text, day=due.isoformat())


def doubt_left(ask: Ask, segments: Sequence[Segment]) -> list[dict[str, object]]:
    """The number that was in doubt, where what was said instead is none."""
    raw = unrecorded(ask, segments)
    return [] if raw is None else [sentence(NOT_RECORDED, raw=raw)]


def _typed_in_all(question: m.Clarification, answer: str | None) -> str | None:
    """What was typed of the number that was asked about, and the answer where that was typed too."""
    return "\n".join(part for part in (Ask.from_json(question.ask).facts.raw, answer) if part) or None


def _shown(
    turn: Turn,
    view: PersonView,
    question: m.Clarification,
    rows: tuple[m.CheckIn, ...],
    extra: Sequence[dict[str, object]] = (),
) -> Answer:
    about = {row.kr_id for row in rows} | ({question.kr_id} if question.kr_id else set())
    touched(turn, {view.by_id[one].row.team_id for one in about if one in view.by_id}, about)
    return echo(question.inbox_id, extra=extra)


def _with_note(segment: Segment, note: str) -> Segment:
    """A note that came with the reply that had to be asked about is attached to the answer."""
    return segment if segment.note or not segment.stores_something else replace(segment, note=note)
