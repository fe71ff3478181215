"""What was read of a key result that is being written, what is left open, and what can be done (spec/04 §9.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from bot.cards.figures import digits
from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.moments import day
from bot.cards.render import Cards
from bot.cards.words import join_names
from bot.okr.access import may_publish
from bot.okr.draft_data import from_data
from bot.okr.drafts import MOST_STEPS, KRDraft, Problem, problems
from bot.okr.kr_due import is_no_day_to_come
from bot.okr.localtime import local_day
from bot.okr.model import KRState, KRType
from bot.okr.quality import KRFacts, Moment, check_key_result
from bot.okr.short_titles import without_day
from bot.okr.writing import Asks, Left, asks, left_from, says_what_to_do
from bot.views.advice import (
    AdviceLine,
    Told,
    advice_on_key_result,
    lines_of,
    told_of,
)
from bot.views.advice_facts import loaded
from bot.views.asked_next import asked_next
from bot.views.reasons import CATEGORIES
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from bot.views.understood import understood
from storage import drafts, okrs
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.teams import lead_of, people_by_id, team_zone

PROBLEMS: Mapping[Problem, str] = {
    Problem.NO_TITLE: N_("It cannot be empty."),
    Problem.LONG: N_("That is too long."),
    Problem.NO_TARGET: N_("What number would be full success by {due}?"),
    Problem.WRONG_WAY: N_("The direction and the numbers do not go together. Which is right?"),
    Problem.SAME: N_("Start and target are the same. To hold a level use 'keep above' or 'keep between'."),
    Problem.NOT_IN_ORDER: N_("0.3, 0.7 and 1.0 must lie in order between start and best."),
    Problem.NO_BOUNDS: N_("A range needs a lower end, an upper end, or both."),
    Problem.UPSIDE_DOWN: N_("The lower end is above the upper end."),
    Problem.NOT_ABOVE_ZERO: N_("It must be above 0."),
    Problem.DUE_BEFORE_START: N_("It would be due before its first day, {start}."),
    Problem.DUE_OVER: N_("The due date {due} is over; please give one to come."),
    Problem.STEPS_ELSEWHERE: N_("Only a milestone has steps."),
    Problem.MANY_STEPS: N_("At most {most} steps, please."),
    Problem.NO_PHASES: N_("Please say what is expected by when, growing: 15 Nov 30%, 1 Dec 60%."),
    Problem.NO_CONFIDENCE: N_("A confidence is a number from 0 to 10."),
}
"""What is impossible, in words."""
QUESTIONS: Mapping[Asks, str] = {
    Asks.START: N_("Where is it today? Without a starting number progress can't be shown."),
    Asks.UNITS: N_("The two numbers have different units. Please give both in one."),
    Asks.MEASURE: N_("How will you measure this? A key result needs a number: from what to what?"),
}
MOST_OBJECTIVES = 10
MOST_ADVICE = 3
"""So many pieces stand in the card; `/okr check` has them all."""
ASKED_ANYWAY = frozenset(("K01", "K02", "K03", "K10", "K23", "K24"))
"""Advice that the card gives as its question, with the buttons that answer it."""


@dataclass(frozen=True, slots=True)
class Press:
    """One button below a card."""

    label: str
    action: str
    value: str
    style: str = "default"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a key result that is being written."""

    session: Session
    cards: Cards
    lang: Lang
    person: m.Person
    row: m.Delivery
    draft: KRDraft
    left: Left
    now: datetime

    def text(self, msgid: str, **params: str | int) -> str:
        return self.cards.text(msgid, self.lang, **params)

    def press(self, msgid: str, action: str, argument: str = "", style: str = "default") -> Press:
        return Press(self.text(msgid), action, self.value(argument), style)

    def value(self, argument: str = "") -> str:
        token = f"{self.row.token}:{self.row.data['rev']}"
        return f"{token}:{argument}" if argument else token

    @property
    def objective(self) -> m.Objective | None:
        found = self.row.data.get("objective")
        return None if found is None else self.session.get(m.Objective, found)

    @property
    def parent(self) -> m.KeyResult | None:
        found = self.draft.parent_kr_id
        return None if found is None else self.session.get(m.KeyResult, found)


def kr_draft_card(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """The one card of a key result that is being written: read, then saved, then perhaps taken back."""
    row = session.get_one(m.Delivery, data["record"])
    lang: Lang = person.lang.value
    if "kr" not in row.data:  # its words are forgotten by now
        return cards.card("notice", lang, text=cards.text(FORGOTTEN, lang))
    it = _Kept(session, cards, lang, person, row, from_data(row.data["kr"]), left_from(row.data["left"]), now)
    saved = row.data.get("saved")
    if saved is not None:
        return _saved(it, session.get(m.KeyResult, saved))
    objective = it.objective
    note = _note(it, older=bool(data.get("older")))
    told: tuple[Told, ...] = ()
    choices: list[str] = []
    if objective is None:
        choices = [f"{one.label} {one.hint}" for one in _which_objective(it)]
        presses, question = _which_objective(it), it.text(N_("Which objective is it for?"))
    elif data.get("proposed") or row.data.get("proposed_to"):
        question, presses = _proposed(it), []
    else:
        told = advice_on_draft(session, it.draft, objective, now)
        question, presses = _asked(it, objective, told)
    question = _joined(it, _which_day(it, objective), question)
    return cards.card(
        "kr_draft",
        lang,
        note=note,
        head=_head(it, objective),
        title=it.draft.title,
        facts=understood(session, cards, lang, it.draft, person, _today(it, objective)),
        sentence=_sentence(it),
        steps=[one.title for one in it.draft.steps],
        advice=lines_of(cards, told[:MOST_ADVICE], lang),
        question=question,
        choices=choices,
        presses=presses,
    )


def advice_on_draft(session: Session, draft: KRDraft, objective: m.Objective, now: datetime) -> tuple[Told, ...]:
    """What strikes about a key result that has no row yet, beside the others of its objective; what is asked is not."""
    found = loaded(session, session.get_one(m.Team, objective.team_id), now)
    mine = next((one for one in found.objectives if one.row.id == objective.id), None)
    cycle = session.get_one(m.Cycle, objective.cycle_id)
    owner = None if draft.lead_owner is None else session.get(m.Person, draft.lead_owner)
    facts = KRFacts(draft, cycle=(cycle.first_day, cycle.last_day), owner_active=owner is None or owner.active)
    siblings = [] if mine is None else [one for _row, one in mine.key_results]
    told = told_of(check_key_result(facts, siblings, Moment.DRAFT), Moment.DRAFT)
    return tuple(one for one in told if one.check not in ASKED_ANYWAY)


FORGOTTEN = N_("What stood here is forgotten by now. Write it again: /okr add kr …")


def _note(it: _Kept, *, older: bool) -> str:
    if older:
        return it.text(N_("That card was an older one. This is how it stands now, and nothing is saved yet."))
    if it.row.data.get("undone"):
        return it.text(N_("Taken back; nothing is saved."))
    by = it.row.data.get("proposed_by")
    person = None if by is None else it.session.get(m.Person, by)
    return "" if person is None else it.text(N_("{name} proposes this key result."), name=person.short_name)


def _head(it: _Kept, objective: m.Objective | None) -> str:
    parent = it.parent
    if parent is not None:
        team = it.session.get_one(m.Team, parent.team_id)
        return it.text(
            N_("New sprint result for {kr} {title}"), kr=f"{team.key}-{parent.number}", title=parent.short_title
        )
    if objective is None:
        return it.text(N_("New key result"))
    team = it.session.get_one(m.Team, objective.team_id)
    named: dict[str, str | int] = {"n": objective.number, "title": objective.title, "team": team.name}
    if objective.state in drafts.BEING_WRITTEN:
        return it.text(N_("New key result for O{n} {title} ({team}, a draft)"), **named)
    return it.text(N_("New key result for O{n} {title} ({team}, published)"), **named)


def _sentence(it: _Kept) -> str:
    """`By the end of 25 Nov, Mei will interview 10 customers.` for a sprint result (spec/07 §12.9)."""
    if it.parent is None:
        return ""
    ids = [one for one in (it.draft.lead_owner, *it.draft.co_owners) if one is not None]
    people = people_by_id(it.session, ids)
    names = join_names([people[one].short_name for one in ids if one in people], it.lang) or "?"
    words = without_day(it.draft.title).rstrip(" .。")
    if words[1:2].islower():
        words = words[0].lower() + words[1:]
    said = N_("By the end of {date}, {people} will {one_result}.") if says_what_to_do(words) else RESULT
    return it.text(said, date=day(it.draft.due, it.lang, _today(it, None)), people=names, one_result=words)


RESULT = N_("By the end of {date}, {people}: {one_result}.")
"""Where a result is named and not what is done for it: `20 customers interviewed`."""


def _which_day(it: _Kept, objective: m.Objective | None) -> str:
    """A day that was named and may be several is asked about; until then the usual one holds."""
    words = it.row.data.get("which_day")
    if not words:
        return ""
    today = _today(it, objective)
    said = N_("'{text}' may be several days, so for now it is due {day}. Which day is it? [Change] sets it.")
    if is_no_day_to_come(words, today):
        said = N_("'{text}' is no day to come, so for now it is due {day}. Which day is it? [Change] sets it.")
    return it.text(said, text=words, day=day(it.draft.due, it.lang, today))


def _today(it: _Kept, objective: m.Objective | None) -> date:
    team = it.session.get_one(m.Team, it.row.data["team"] if objective is None else objective.team_id)
    return local_day(it.now, team_zone(team, it.session.get_one(m.Workspace, team.workspace_id)))


# --- what is asked, and what can be pressed ----------------------------------------------------------------


def _which_objective(it: _Kept) -> list[Press]:
    """The objectives of the teams in question, by number; with several teams, by key as well."""
    rows = [it.session.get(m.Objective, one) for one in it.row.data.get("choices", ())]
    known = [one for one in rows if one is not None][:MOST_OBJECTIVES]
    several = len({one.team_id for one in known}) > 1
    presses = []
    for one in known:
        team = it.session.get_one(m.Team, one.team_id)
        label = f"{team.key} O{one.number}" if several else f"O{one.number}"
        presses.append(
            Press(label, "kr_for", it.value(drafts.token_of(it.session, one)), hint=f"{team.name}: {one.title}")
        )
    return presses


def _proposed(it: _Kept) -> str:
    lead = it.session.get(m.Person, it.row.data["proposed_to"])
    return it.text(
        N_("I sent it to {name}, who can add it with one tap."), name="" if lead is None else lead.short_name
    )


def _asked(it: _Kept, objective: m.Objective, told: Sequence[Told]) -> tuple[str, list[Press]]:
    """The question that comes next with its ready buttons, and always a way to change everything."""
    change = [it.press(N_("Change"), "kr_change"), it.press(N_("More"), "kr_more")]
    next_question = asks(it.draft, it.left)
    wrong = problems(it.draft, _today(it, objective))
    match next_question:
        case Asks.CHANGE:
            return _which_change(it, change)
        case Asks.START if it.left.relative is not None:
            enter = it.press(N_("Enter"), "kr_enter", style="primary")
            unknown = it.press(N_("Don't know: make a baseline KR first"), "kr_baseline_first")
            return it.text(QUESTIONS[Asks.START]), [enter, unknown, *change]
        case Asks.UNITS:
            return it.text(QUESTIONS[Asks.UNITS]), change
    if wrong:
        filled: dict[str, str | int] = {
            "due": day(it.draft.due, it.lang),
            "start": day(it.draft.start, it.lang),
            "most": MOST_STEPS,
        }
        said = [it.text(PROBLEMS[one], **filled) for one in dict.fromkeys(wrong.values())]
        return " ".join(said), [it.press(N_("Change"), "kr_change", style="primary"), change[1]]
    if any(one.blocks for one in told):  # what is impossible stands above, as advice that cannot be set aside
        return "", [it.press(N_("Change"), "kr_change", style="primary"), change[1]]
    question, saving = _saving(it, objective)
    if next_question is not None and len(saving) > 1:
        question, saving = "", [it.press(N_("Leave it open"), "kr_leave")]
    match next_question:
        case Asks.START:
            falls = it.draft.type is KRType.DECREASE  # what falls never begins at 0
            asked = [
                *([] if falls else [it.press(N_("It's 0"), "kr_zero")]),
                it.press(N_("Enter"), "kr_enter"),
                it.press(N_("Don't know: make a baseline KR first"), "kr_baseline_first"),
            ]
            return _joined(it, it.text(QUESTIONS[Asks.START]), question), [*asked, *saving, change[0]]
        case Asks.MEASURE:
            yes_no = it.press(N_("It's done or not"), "kr_yes_no")
            numbers = it.press(N_("Give it numbers"), "kr_change")
            asked_above = any(one.check == "K08" for one in told)  # it asks from what to what
            measure = "" if asked_above else it.text(QUESTIONS[Asks.MEASURE])
            return _joined(it, measure, question), [numbers, yes_no, *saving]
    return question, [*saving, *change]


def _joined(it: _Kept, *sentences: str) -> str:
    return ("" if it.lang == "zh" else " ").join(one for one in sentences if one)


def _which_change(it: _Kept, change: Sequence[Press]) -> tuple[str, list[Press]]:
    amount = it.left.relative or Decimal(0)
    sign = "+" if amount > 0 else "-"
    shown = digits(abs(amount))
    question = it.text(N_("{n}% of what? Is that relative, or percentage points?"), n=shown)
    factor = digits(1 + amount / 100)
    relative = Press(it.text(N_("Relative: ×{factor}"), factor=factor), "kr_relative", it.value("relative"))
    points = Press(it.text(N_("Percentage points: {n}"), n=f"{sign}{shown}"), "kr_relative", it.value("points"))
    return question, [relative, points, *change]


def _saving(it: _Kept, objective: m.Objective) -> tuple[str, list[Press]]:
    """Into a draft with one tap; what is published is told the channel, so one of four taps says why."""
    save = it.press(N_("Save"), "kr_save", style="primary")
    if objective.state in drafts.BEING_WRITTEN:
        return "", [save]
    team = it.session.get_one(m.Team, objective.team_id)
    if not may_add_to_published(it.session, it.person, objective, it.parent):
        lead = lead_of(it.session, team.id)
        if lead is None:
            return it.text(N_("This objective is published, so only an admin can add to it.")), []
        said = N_("This objective is published, so only {lead} or an admin can add to it. Nothing is lost.")
        return it.text(said, lead=lead.short_name), [it.press(N_("Propose it"), "kr_propose", style="primary")]
    if it.parent is not None or it.row.data.get("reason"):
        return it.text(N_("It is asked about from now on, and the team's channel is told.")), [save]
    said = N_("The objective is published: from now on it is asked about, and the team's channel is told. Why now?")
    return it.text(said), [
        it.press(words, "kr_save", category.value, "primary" if not number else "default")
        for number, (category, words) in enumerate(CATEGORIES.items())
    ]


def may_add_to_published(
    session: Session, person: m.Person, objective: m.Objective, parent: m.KeyResult | None = None
) -> bool:
    """The lead and admins, a member who owns the objective, and for a sprint result who answers for its key result."""
    actor = actor_of(session, person)
    owns = objective.owner_id == person.id and objective.team_id in actor.works_in
    if owns or may_publish(actor, objective.team_id):
        return True
    return parent is not None and person.id in okrs.owners_of(parent, okrs.parts_of(session, [parent.id]))


# --- saved --------------------------------------------------------------------------------------------------


def _saved(it: _Kept, row: m.KeyResult | None) -> Card:
    if row is None:
        return it.cards.card("notice", it.lang, text=it.text(N_("That key result is gone.")))
    team = it.session.get_one(m.Team, row.team_id)
    saved_at = datetime.fromisoformat(it.row.data["saved_at"])
    is_draft = row.state is KRState.DRAFT
    label = f"{team.key}-{row.number}"
    if is_draft:
        text = it.text(N_("{kr} is saved as a draft; nobody is asked about it yet."), kr=label)
    else:
        asked = asked_next(it.session, it.cards, it.lang, team, [row.id], it.now)
        text = " ".join((it.text(N_("{kr} is part of the published OKRs now."), kr=label), asked)).strip()
    undo = Press(
        it.text(N_("Undo")), "undo_added", it.row.token, hint=it.text(N_("Take back what I changed of {kr}"), kr=label)
    )
    add = Press(it.text(N_("Add another")), "add_kr", _objective_token(it, row))
    look = Press(it.text(N_("See the draft")), "draft", _objective_token(it, row))
    open_for_undo = saved_at > it.now - UNDO_WITHIN
    return it.cards.card(
        "kr_draft",
        it.lang,
        note=text,
        head="",
        title=row.title,
        facts=understood(it.session, it.cards, it.lang, drafts.draft_of(it.session, row), it.person, _today(it, None)),
        sentence="",
        steps=[one.title for one in it.draft.steps],
        advice=_advice_when_saved(it, row),
        question="",
        choices=[],
        presses=[*_numbers(it, row), *([add, look] if is_draft else []), *([undo] if open_for_undo else [])],
    )


def _numbers(it: _Kept, row: m.KeyResult) -> list[Press]:
    """What is done or not may be given numbers still, as long as it is a draft."""
    if row.state is not KRState.DRAFT or row.type is not KRType.MILESTONE or it.draft.steps:
        return []
    ends = f"{row.token}:type={KRType.INCREASE.value},baseline=,target="
    return [Press(it.text(N_("Give it numbers")), "edit_kr", ends)]


def _advice_when_saved(it: _Kept, row: m.KeyResult) -> list[AdviceLine]:
    """What there is to think about still, each with the button that sets it aside; only while it is a draft."""
    if row.state is not KRState.DRAFT:
        return []
    told = advice_on_key_result(it.session, row, it.now, Moment.DRAFT)
    return lines_of(it.cards, [one for one in told if one.label][:MOST_ADVICE], it.lang)


def _objective_token(it: _Kept, row: m.KeyResult) -> str:
    return drafts.token_of(it.session, it.session.get_one(m.Objective, row.objective_id))


ANSWERS: Mapping[str, View] = {"kr_draft": kr_draft_card}
