"""Forms: opening them with what is known, and reading what comes back; errors stand beside their field."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.cards.figures import amount_exact, likelihood, self_score
from bot.handlers.answering import follow_up, show_what_came_of, store_segments
from bot.handlers.buttons import show_newest
from bot.handlers.next_steps import next_step_form
from bot.handlers.recording import NotAllowedError, Told, fresh_view, record_all
from bot.handlers.said_again import says_already
from bot.handlers.saying import N_, NOT_WORKED_ON, echo, not_allowed, notice, sentence
from bot.handlers.showing import stands_on
from bot.handlers.topics import FORMS
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Nothing, Submitted
from bot.okr.access import may_update
from bot.okr.model import IN_FORCE, CheckInKind, CheckInSource, KRState
from bot.okr.replies import (
    Ask,
    Code,
    Opens,
    ReplyContext,
    ReplyKR,
    Segment,
    parse_number_field,
    parse_score_field,
    read_reply,
)
from bot.views.person import PersonView, reply_context, reply_kr
from bot.views.rights import actor_of
from bot.views.team import KRView
from bot.views.update_form import update_data
from storage import conversations
from storage import models as m
from storage.check_ins import Said

UNKNOWN_FORM = N_("I do not know that form; nothing was recorded.")
KR_GONE = N_("That key result is gone; nothing was recorded.")
NOT_YOURS_ANY_MORE = N_("This one is not yours to answer any more. Empty the field to save the others.")
MEANWHILE = N_("While your form was open, {name} said {said}. Both are kept; yours is newer and counts.")
NOTICES = ("stale", "nudge")
"""The messages besides the weekly question in which a form may stand."""
_FIGURES = ("value", "self_score", "confidence")

# --- opening ------------------------------------------------------------------------------------------


def update_form(turn: Turn, view: PersonView, one: KRView, *, blocked: bool = False) -> FormRequest:
    """The form of one key result. Raises `NotAllowedError` before anything is typed in vain."""
    if not may_update(actor_of(turn.session, turn.person, turn.now), [o.id for o in one.owners], one.row.team_id):
        raise NotAllowedError(one)
    return FormRequest("update_form", update_data(view, one, blocked=blocked), action="form_kr", value=one.row.token)


def update_all_form(view: PersonView) -> Reply:
    """One line per key result this person answers for."""
    mine = [one for one in view.own if one.kr.state is KRState.ACTIVE]
    if not mine:
        return notice(N_("You own no key results in this cycle."))
    return FormRequest(
        "update_all_form",
        {
            "token": "all",
            "rows": [
                {
                    "name": one.row.token,
                    "label": view.label(one),
                    "title": one.kr.short_title,
                    "kr_id": one.row.id,
                }
                for one in mine[:20]
            ],
        },
        action="form_all",
        value="",
    )


def help_form(view: PersonView, one: KRView, question: m.Clarification) -> Reply:
    """What would help: a line that stands beside the key result on the board."""
    return FormRequest("help_form", {"token": question.token, "label": view.label(one)}, "form_kr", one.row.token)


def opened_by(turn: Turn, view: PersonView, question: m.Clarification, opens: Opens) -> Reply | None:
    """The form a ready button opens; None for one that opens none."""
    one = view.by_id.get(question.kr_id) if question.kr_id is not None else None
    if one is None:
        return None
    match opens:
        case Opens.UPDATE_FORM | Opens.STEPS_FORM:
            return update_form(turn, view, one)
        case Opens.NEXT_STEP_FORM:
            return next_step_form(turn, f"kr:{one.row.token}")
        case Opens.ASK_TEAM:
            return help_form(view, one, question)
        case _:
            return None


# --- reading ------------------------------------------------------------------------------------------


def submitted(turn: Turn, what: Submitted) -> Reply:
    """Store what a form says, or send it back with one sentence beside each field that cannot be read."""
    try:
        if what.form in FORMS:
            return FORMS[what.form](turn, what)
        match what.form:
            case "update":
                return _update(turn, what)
            case "update_all":
                return _update_all(turn, what)
            case "help_wanted":
                return _help_wanted(turn, what)
            case _:
                return _kept_open(turn, what, UNKNOWN_FORM)
    except NotAllowedError as error:
        return not_allowed(error)


@dataclass
class _Typed:
    """The fields of a form, read one by one; problems gather beside their field."""

    turn: Turn
    values: Mapping[str, object]
    kr: ReplyKR
    context: ReplyContext
    problems: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, most: int) -> str | None:
        value = self.values.get(name)
        text = value.strip() if isinstance(value, str) else ""
        if len(text) > most:
            self.problems[name] = self.turn.say(N_("That is longer than {most} characters."), most=most)
        return text or None

    def number(self, name: str) -> Decimal | None:
        text = self.text(name, 200)
        if text is None:
            return None
        read = parse_number_field(text, self.kr, self.context)
        if isinstance(read, Ask):
            self.problems[name] = _field_problem(self.turn, read, text)
            return None
        return read

    def score(self, name: str) -> Decimal | None:
        text = self.text(name, 200)
        if text is None:
            return None
        read = parse_score_field(text)
        if isinstance(read, Ask):
            self.problems[name] = self.turn.say(N_("Please give a number from 0 to 1, such as 0.7."))
            return None
        return read

    def likelihood(self, name: str) -> Decimal | None:
        text = self.text(name, 200)
        if text is None:
            return None
        reply = read_reply(text, self.context)
        only = reply.segments[0] if len(reply.segments) == 1 else None
        if only is None or only.ask is not None or only.confidence is None:
            self.problems[name] = self.turn.say(N_("Please give a number from 0 to 10, such as 7/10."))
            return None
        return only.confidence


def _field_problem(turn: Turn, ask: Ask, text: str) -> str:
    match ask.code:
        case Code.Q_OUTLIER:
            return turn.say(
                N_("{text} is far from the last number. If it is right, send it to me as a message and I ask once."),
                text=text[:40],
            )
        case Code.Q_CURRENCY:
            return turn.say(N_("Please give it in the unit of this key result."))
        case Code.Q_SEPARATOR:
            return turn.say(N_("I can read {text} in two ways; please write it without a separator."), text=text[:40])
        case _:
            return turn.say(N_("I cannot read {text} as a number; try 45k, 31% or 1.2万."), text=text[:40])


def _update(turn: Turn, what: Submitted) -> Reply:
    token, _, seen = what.token.partition(":")
    row = conversations.key_result_by_token(turn.session, token)
    view = fresh_view(turn)
    one = None if row is None else view.by_id.get(row.id)
    if one is None:
        return _kept_open(turn, what, KR_GONE)
    if one.kr.state not in IN_FORCE:
        return _kept_open(turn, what, NOT_WORKED_ON, kr=view.label(one))
    context = reply_context(view, [one.row.id], one.row.id)
    typed = _Typed(turn, what.values, reply_kr(view, one), context)
    said = _read_update(typed, one, what.values)
    next_step = typed.text("next_step", 140)
    if typed.problems:
        return _to_correct(turn, what, view, one, typed.problems)
    if said == Said() and next_step is None:
        return FormErrors({_first_field(one): turn.say(N_("Nothing is filled in yet, so there is nothing to save."))})
    prompt = turn.standing.prompt
    stands_here = what.within is not None and _is_shown_by(stands_on(turn), prompt, turn.person)
    if stands_here and _said_already(turn, one, said, seen):
        show_newest(turn)
        return Nothing()
    # Within its question it is answered like a tap: what was recorded stands there, and nowhere else.
    source = CheckInSource.BUTTON if stands_here else CheckInSource.MODAL
    rows = record_all(turn, [Told(one, said, next_step=next_step)], source)
    item = turn.standing.item_of(one.row.id)
    if item is not None or not stands_here:  # a notice has no place for a question back
        follow_up(turn, view, rows, in_prompt=item)
    meanwhile = _said_meanwhile(turn, one, said, seen)
    if stands_here:
        return Answer("notice", meanwhile[0]) if meanwhile else Nothing()
    extra = [sentence(N_("Next step noted: {text}"), text=next_step)] if next_step else []
    return echo(turn.inbox.id, extra=[*extra, *meanwhile])


def _to_correct(turn: Turn, what: Submitted, view: PersonView, one: KRView, problems: dict[str, str]) -> Reply:
    """The form stays open; one within a message cannot, so the whole form opens with what was typed into it."""
    if what.within is None:
        return FormErrors(problems)
    return replace(update_form(turn, view, one), typed=what.values, errors=problems)


def _is_shown_by(standing: m.Delivery | None, prompt: m.Prompt | None, person: m.Person) -> bool:
    """Whether the message is this person's own and shows what is said to it: the question that stands, or a notice."""
    if standing is None or standing.person_id != person.id:
        return False
    if standing.kind in NOTICES:
        return True
    return standing.kind == "check_in" and prompt is not None and standing.prompt_id == prompt.id


def _said_already(turn: Turn, one: KRView, said: Said, seen: str) -> bool:
    """Whether this person sent just that since they saw the form: a second press of its button says nothing new."""
    if not seen.isdecimal():
        return False
    mine = [row for row in one.recent if row.id > int(seen) and row.by_id == turn.person.id]
    return bool(mine) and says_already(mine[-1], said)


def _said_meanwhile(turn: Turn, one: KRView, said: Said, seen: str) -> list[dict[str, object]]:
    """What somebody else said while the form was open, where this says something else about the same."""
    if not seen.isdecimal():
        return []  # a form of an earlier version
    newer = [row for row in one.recent if row.id > int(seen) and row.by_id != turn.person.id]
    both = [row for row in newer if row.kind is not CheckInKind.SKIP and _of_the_same(row, said)]
    if not both:
        return []
    name = turn.session.get_one(m.Person, both[-1].by_id).short_name
    return [sentence(MEANWHILE, name=name, said=_in_short(turn, one, both[-1]))]


def _of_the_same(row: m.CheckIn, said: Said) -> bool:
    return any(getattr(row, name) is not None and getattr(said, name) is not None for name in _FIGURES)


def _in_short(turn: Turn, one: KRView, row: m.CheckIn) -> str:
    told = [] if row.value is None else [amount_exact(row.value, one.kr.unit, turn.person.lang.value)]
    told += [] if row.self_score is None else [self_score(row.self_score)]
    told += [] if row.confidence is None else [likelihood(row.confidence)]
    return " · ".join(told)


def _kept_open(turn: Turn, what: Submitted, msgid: str, **params: str) -> Reply:
    """Nothing is recorded; what was typed stays in the form, so that it can be taken elsewhere."""
    first = next(iter(what.values), None)
    return notice(msgid, **params) if first is None else FormErrors({first: turn.say(msgid, **params)})


def _read_update(typed: _Typed, one: KRView, values: Mapping[str, object]) -> Said:
    done = {"yes": True, "no": False}.get(str(values.get("done", "")))
    blocked = {"yes": True, "no": False}.get(str(values.get("blocked", "")))
    blocker = typed.text("blocker", 140)
    current = one.state.current
    if blocked is None and blocker and blocker != current.blocker:
        blocked = True
    if blocked is True and current.blocked and blocker == current.blocker:
        blocked, blocker = None, None  # it was shown and left as it is: nothing new was said
    if blocked is False and not current.blocked:
        blocked, blocker = None, None
    steps = values.get("steps")
    ticked = _ticked(one, steps) if one.kr.steps else None
    if ticked is not None and set(ticked) == set(current.steps_done):
        ticked = None
    return Said(
        value=typed.number("value"),
        self_score=typed.score("self_score"),
        confidence=typed.likelihood("confidence"),
        done=done,
        steps_done=ticked,
        blocked=blocked,
        blocker=blocker if blocked else None,
        help_wanted=typed.text("help", 140),
        note=typed.text("note", 500),
    )


def _ticked(one: KRView, steps: object) -> tuple[int, ...]:
    """The numbers of its steps that are ticked; what was not offered is none."""
    ticked = {steps} if isinstance(steps, str) else set(steps) if isinstance(steps, tuple | list) else set()
    return tuple(sorted(step.number for step in one.kr.steps if str(step.number) in ticked))


def _first_field(one: KRView) -> str:
    if one.kr.is_binary:
        return "confidence"
    return "steps" if one.kr.steps else "value"


def _update_all(turn: Turn, what: Submitted) -> Reply:
    """Every line is read as a reply about its key result; one that is not clear comes back, and nothing is stored."""
    view = fresh_view(turn)
    by_token = {one.row.token: one for one in view.own if one.kr.state in IN_FORCE}
    problems: dict[str, str] = {}
    segments: list[Segment] = []
    for name, value in what.values.items():
        text = value.strip() if isinstance(value, str) else ""
        one = by_token.get(name)
        if not text:
            continue
        if one is None:
            problems[name] = turn.say(NOT_YOURS_ANY_MORE)
            continue
        reading = read_reply(text, reply_context(view, [one.row.id], one.row.id))
        unclear = reading.ask is not None or not reading.segments
        if unclear or any(part.ask is not None or part.label != view.label(one) for part in reading.segments):
            problems[name] = turn.say(
                N_("I cannot read that clearly; try 45k, 0.7, 7/10 or no change, or send it to me as a message.")
            )
            continue
        segments += reading.segments
    if problems:
        return FormErrors(problems)
    if not segments:
        first = next(iter(by_token), "")
        return FormErrors({first: turn.say(N_("Nothing is filled in yet, so there is nothing to save."))})
    store_segments(turn, view, segments, CheckInSource.MODAL)
    return echo(turn.inbox.id)


def _help_wanted(turn: Turn, what: Submitted) -> Reply:
    question = conversations.question_by_token(turn.session, what.token)
    text = _plain(what.values.get("help"))
    if question is None or question.person_id != turn.person.id or question.kr_id is None:
        return notice(N_("That question is closed; nothing was recorded."))
    if not text or len(text) > 140:
        return FormErrors({"help": turn.say(N_("Please say in one short line what would help."))})
    view = fresh_view(turn)
    one = view.by_id.get(question.kr_id)
    if one is None:
        return notice(N_("That key result is gone; nothing was recorded."))
    was_open = question.closed_at is None
    record_all(turn, [Told(one, Said(help_wanted=text))], CheckInSource.MODAL)
    if was_open:
        conversations.close_question(turn.session, question, turn.now, "ask_team")
        show_what_came_of(turn, question)
    return echo(turn.inbox.id)


def _plain(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
