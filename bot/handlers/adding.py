"""`/okr add`: objectives, key results and sprint results are written by a line, a form or a button (spec/06 §11.1)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bot.handlers import jotting
from bot.handlers.edit_sentences import UNREADABLE
from bot.handlers.form_values import Fields, one_line
from bot.handlers.line_people import owned_line
from bot.handlers.naming import NotOneError, labels_of, the_key_result
from bot.handlers.objective_named import objective_in
from bot.handlers.order import MINE, Order, Topic
from bot.handlers.people_fields import read_people
from bot.handlers.recording import NotAllowedError, fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.starting import no_cycle
from bot.handlers.verbs import KR_WORDS, OBJECTIVE_WORDS, SPRINT_WORDS, Verb, folded, label_at_start
from bot.handlers.writing_for import IN_NO_TEAM, ONLY_READING, team_in, teams_of_admin, writing_teams
from bot.handlers.written import begin, team_day
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr import writing
from bot.okr.access import may_draft, may_publish, may_update
from bot.okr.days import read_day
from bot.okr.drafts import TITLE, KRDraft, StepDraft, kr_draft_of
from bot.okr.edit_values import Cannot
from bot.okr.edit_words import split_reason, unquoted
from bot.okr.kr_due import Due, due_in
from bot.okr.kr_lines import KRLine, is_too_large, read_kr_line
from bot.okr.line_parts import line_parts
from bot.okr.line_steps import WithSteps, with_steps
from bot.okr.model import IN_FORCE, Commitment, KRType
from bot.views.person import PersonView
from bot.views.rights import actor_of
from bot.views.team import by_id, team_view
from storage import conversations, drafts, okrs
from storage import models as m
from storage.draft_messages import show_draft

LONG = N_("A key result is one sentence of at most {most} characters, and this has {n}. Nothing was saved.")
WHICH_PARENT = N_(
    'Which key result does it serve? Say for example: add sprint KR2 "Interview 10 customers". Yours: {list}'
)
NO_CHAIN = N_("{kr} is a sprint result itself, so it has none of its own. Which key result does it serve?")
OBJECTIVE_GONE = N_("That objective is gone; nothing was saved.")
MOST_REASON, MOST_WHY = 200, 300
_WHAT = re.compile(
    rf"(?:(?:an?|the|new|one)\s+)*(?P<what>{'|'.join((*OBJECTIVE_WORDS, *KR_WORDS, *SPRINT_WORDS))})"
    r"(?![a-z0-9])\s*[:：]?\s*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”„「『](?P<title>[^\"“”„「」『』]+)[\"“”」』]\s*")
_MUST = re.compile(r"[,，;；]?\s*(?:\b(?:committed|must have)\b|承诺型?|必须达成)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was typed: its words, the people it names, the reason; and what stands behind a quoted title."""

    title: str
    people: tuple[m.Person, ...] = ()
    reason: str = ""
    due: str = ""
    committed: bool = False
    weight: Decimal | None = None
    steps: tuple[StepDraft, ...] = ()


def add(order: Order) -> Reply:
    """What is to be added is said first; alone, all that can be. Raises `NotOneError`."""
    found = _WHAT.match(order.raw)
    if found is None:
        return Answer("add_what", {"unknown": bool(order.rest)})
    what, rest = found["what"].casefold(), order.raw[found.end() :].strip()
    if what in OBJECTIVE_WORDS:
        return add_objective(order.turn, order.view, rest)
    return _add_sprint(order, rest) if what in SPRINT_WORDS else add_kr(order.turn, order.view, rest)


# --- where ----------------------------------------------------------------------------------------------


def cycles_of(turn: Turn, teams: Sequence[m.Team]) -> Mapping[int, m.Cycle]:
    """Their running cycles, by team. Raises `NotOneError` that leads to the form of a cycle where none has one."""
    days = {one.id: team_day(turn, one) for one in teams}
    found = okrs.active_cycles(turn.session, turn.person.workspace_id, days)
    running = {team: cycle for team, cycle in found.items() if cycle is not None}
    if not running:
        without = no_cycle(turn, teams[0])
        raise NotOneError(without or notice(IN_NO_TEAM))
    return running


# --- an objective -----------------------------------------------------------------------------------------


def add_objective(turn: Turn, view: PersonView, text: str) -> Reply:
    """Save it as a draft at once, for it can be taken back; without words the form."""
    text, named = team_in(turn, text)
    teams = writing_teams(turn, view, named)
    cycles = cycles_of(turn, teams)
    running = [one for one in teams if one.id in cycles]
    if len(running) > 1:
        return jotting.which_team(turn, "objective_team", running)
    title = unquoted(" ".join(text.split()))
    if not title or len(title) > TITLE:
        return objective_form(running[0], title)
    return save_objective(turn, running[0], cycles[running[0].id], title)


def objective_form(team: m.Team, title: str = "", row: m.Objective | None = None) -> FormRequest:
    """The form of a new objective, or of a draft that is there."""
    data = {"team": team.id, "title": title[:TITLE], "objective": None if row is None else row.id}
    return FormRequest("objective_form", data, action="add_objective", value=team.key)


def save_objective(turn: Turn, team: m.Team, cycle: m.Cycle, title: str, why: str | None = None) -> Reply:
    """Write the draft; what was said in this message before is not written twice."""
    known = [one for one in drafts.open_objectives(turn.session, {team.id: cycle.id}) if one.title == title]
    mine = [one for one in known if one.drafted_by_id == turn.person.id and one.state is m.ObjectiveState.DRAFT]
    row = (
        mine[-1]
        if mine
        else drafts.draft_objective(turn.session, team, cycle, title, why=why, by_id=turn.person.id, now=turn.now)
    )
    return Answer("objective_drafted", {"objective": row.id, "again": bool(mine)})


def _objective_button(turn: Turn, value: str) -> Reply:
    """[Add an objective] for the team of this key, or for mine."""
    if value in ("", MINE):
        return add_objective(turn, fresh_view(turn), "")
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, value)
    if team is None:
        return notice(N_("That team is gone; nothing was saved."))
    if not may_draft(actor_of(turn.session, turn.person), team.id):
        return notice(ONLY_READING, team=team.name)
    cycles_of(turn, [team])
    return objective_form(team)


def _objective_of_team(turn: Turn, value: str) -> Reply:
    """Someone in several teams said whose objective it is; it is read again as it was typed then."""
    said = jotting.said_before(turn, value)
    if said is None:
        return notice(N_("That button has nothing to do any more; nothing was saved."))
    _inbox, team, raw = said
    if not may_draft(actor_of(turn.session, turn.person), team.id):
        return notice(ONLY_READING, team=team.name)
    cycles = cycles_of(turn, [team])
    found = _WHAT.match(raw)
    title = unquoted(" ".join(raw[found.end() if found else 0 :].split()))
    if not title or len(title) > TITLE:
        return objective_form(team, title)
    return save_objective(turn, team, cycles[team.id], title)


# --- a key result -----------------------------------------------------------------------------------------


def add_kr(
    turn: Turn, view: PersonView, text: str, objective: m.Objective | None = None, named: m.Team | None = None
) -> Reply:
    """Read the line and show what was understood; without words the form. Raises `NotOneError`."""
    if objective is None:
        text, told = team_in(turn, text)
        named = named or told
        teams = writing_teams(turn, view, named)
        cycles = cycles_of(turn, teams)
        choices = drafts.open_objectives(turn.session, {team: cycle.id for team, cycle in cycles.items()})
        running = [one for one in teams if one.id in cycles]
        if not choices:
            team = running[0]
            if len(running) > 1 and teams_of_admin(turn):
                return jotting.which_team(turn, "kr_team", running)
            return Answer("no_objective", {"team": team.id, "cycle": cycles[team.id].name})
        text, choices = objective_in(turn, text, choices)
        whose = {one.team_id for one in choices}
        if len(whose) > 1 and teams_of_admin(turn):
            return jotting.which_team(turn, "kr_team", [one for one in running if one.id in whose])
    else:
        choices = [objective]
    if not text:
        again = ("add_kr", MINE) if named is None else ("kr_team", f"{turn.inbox.id}:{named.key}")
        return FormRequest("kr_line_form", {"objectives": [one.id for one in choices]}, *again)
    line = read_line(turn, text)
    refused = _cannot_be(turn, line)
    if refused:
        return notice("{text}", text=refused)
    chosen = choices[0] if len(choices) == 1 else None
    return _read(turn, line, choices, chosen)


def _kr_of_team(turn: Turn, value: str) -> Reply:
    """An admin said whose key result it is; it is read again as it was typed then."""
    said = jotting.said_before(turn, value)
    if said is None:
        return notice(N_("That button has nothing to do any more; nothing was saved."))
    _inbox, team, raw = said
    found = _WHAT.match(raw)
    return add_kr(turn, fresh_view(turn), raw[found.end() if found else 0 :].strip(), named=team)


def read_line(turn: Turn, text: str) -> Line:
    """The words, whom they mention, and behind a quoted title a reason, a day and `committed`. Raises `NotOneError`."""
    owned = owned_line(turn, text)
    parts = line_parts(owned.text, turn.now.date())
    plain = parts.text
    quoted = _QUOTED.match(plain)
    if quoted is None:
        head, reason = split_reason(plain)
        title, tail = (plain, "") if not head else (head, "")
    else:
        title, (tail, reason) = quoted["title"].strip(), split_reason(plain[quoted.end() :])
    must = _MUST.search(tail or title)
    committed = must is not None or parts.committed is True
    if must is not None and tail:
        tail = tail[: must.start()]
    elif must is not None and title[: must.start()].strip():
        title = title[: must.start()].strip()
    today = turn.now.date()
    listed = with_steps(title.strip(" ,，;；"), today)
    if tail and not listed.steps:
        behind = with_steps(f"· {tail}", today)
        if behind.steps:
            listed, tail = replace(behind, title=listed.title), behind.title.strip(" ·")
    due = parts.due or tail.strip(" ,，")
    line = Line(title.strip(" ,，;；"), owned.people, reason[:MOST_REASON], due, committed, parts.weight)
    return _with_its_steps(line, listed)


def _cannot_be(turn: Turn, line: Line) -> str:
    """Why a line cannot be a key result at all, in one sentence; empty where it can."""
    if len(line.title) > TITLE:
        return turn.say(LONG, most=TITLE, n=len(line.title))
    return turn.say(UNREADABLE[Cannot.TOO_LARGE]) if is_too_large(line.title) else ""


def _with_its_steps(line: Line, listed: WithSteps) -> Line:
    """Steps belong to what is done or not: where the words before them go from one number to another they stay."""
    if not listed.steps:
        return line
    read = read_kr_line(listed.title)
    counted = read.kind is KRType.INCREASE and read.from_ == 0
    if read.kind not in (None, KRType.MILESTONE) and not counted:
        return line
    return replace(line, title=listed.title, steps=listed.steps)


def read_of(turn: Turn, line: Line) -> KRLine:
    """What the words of a line mean as a key result; with steps it is a milestone."""
    if line.steps:
        return KRLine(line.title, KRType.MILESTONE)
    return read_kr_line(line.title, turn.person.number_style.value)


def _read(turn: Turn, line: Line, choices: Sequence[m.Objective], chosen: m.Objective | None) -> Reply:
    place = chosen or choices[0]
    cycle = turn.session.get_one(m.Cycle, place.cycle_id)
    today = team_day(turn, turn.session.get_one(m.Team, place.team_id))
    read = read_of(turn, line)
    draft = drafted(turn, line, read, begins(place, cycle, today), cycle.last_day, today, cycle.name)
    due = due_of(line, today, cycle.name, cycle.last_day)
    return begin(
        turn,
        draft,
        left=writing.as_data(writing.left_of(read)),
        team=place.team_id,
        objective=None if chosen is None else chosen.id,
        choices=[one.id for one in choices],
        reason=line.reason,
        which_day="" if due is None or due.day is not None else due.words,
    )


def begins(objective: m.Objective, cycle: m.Cycle, today: date) -> date:
    """With its cycle; what is added to a published objective later begins when it is added."""
    if objective.state in drafts.BEING_WRITTEN:
        return cycle.first_day
    return min(max(cycle.first_day, today), cycle.last_day)


def drafted(turn: Turn, line: Line, read: KRLine, start: date, last: date, today: date, cycle: str = "") -> KRDraft:
    """The key result of a line; who is mentioned owns it, the first leads, else whoever writes it."""
    owners = [one.id for one in line.people] or [turn.person.id]
    draft = kr_draft_of(read, start=start, due=last, lead_owner=owners[0])
    due = due_of(line, today, cycle, last)
    return replace(
        draft,
        steps=line.steps,
        co_owners=tuple(owners[1:]),
        due=draft.due if due is None or due.day is None else due.day,
        stretch=Commitment.COMMITTED if line.committed else Commitment.STRETCH,
        weight=draft.weight if line.weight is None else line.weight,
    )


def due_of(line: Line, today: date, cycle: str, last: date) -> Due | None:
    """The day that a line names as its last, `… by 15 Dec`, `…，12月15日前`; or the words that may be several days."""
    day = read_day(line.due, today) if line.due else None
    if day is not None:
        return Due(line.due, day)
    named = [one for one in (due_in(text, today, cycle, last) for text in (line.due, line.title)) if one is not None]
    return next((one for one in named if one.day is not None), named[0] if named else None)


def _kr_button(turn: Turn, value: str) -> Reply:
    """[Add a key result] for the objective of this token, or for mine."""
    objective = _theirs_by_token(turn, value) if value not in ("", MINE) else None
    if objective is None and value not in ("", MINE):
        return notice(OBJECTIVE_GONE)
    return add_kr(turn, fresh_view(turn), "", objective)


def _theirs_by_token(turn: Turn, token: str) -> m.Objective | None:
    """The objective of a button or a form, for whoever writes in its team; for others it is none."""
    row = drafts.objective_by_token(turn.session, token)
    if row is None or row.workspace_id != turn.person.workspace_id:
        return None
    return row if may_draft(actor_of(turn.session, turn.person), row.team_id) else None


# --- a sprint result ----------------------------------------------------------------------------------------


def _add_sprint(order: Order, text: str) -> Reply:
    """A result of two weeks that serves a key result. Raises `NotOneError` and `NotAllowedError`."""
    label = label_at_start(text)
    if label is None:
        return notice(WHICH_PARENT, list=labels_of(order.turn, order.view))
    rest = text[len(label) :].strip(" :：,，")
    parent = the_key_result(order.turn, order.view, folded(label), asks="add_sprint")
    return add_sprint(order.turn, parent, rest)


def add_sprint(turn: Turn, parent: m.KeyResult, text: str) -> Reply:
    """Read the line as a child of this key result; without words the form."""
    refused = _no_parent(turn, parent)
    if refused is not None:
        return refused
    if not text:
        return FormRequest("sprint_form", {"kr": parent.id}, action="add_sprint", value=parent.token)
    line = read_line(turn, text)
    problem = _cannot_be(turn, line)
    if problem:
        return notice("{text}", text=problem)
    return read_sprint(turn, parent, line)


def _no_parent(turn: Turn, parent: m.KeyResult) -> Reply | None:
    """Why it can have no sprint result; None where it can. Raises `NotAllowedError` for who may not change it."""
    team = turn.session.get_one(m.Team, parent.team_id)
    one = by_id(team_view(turn.session, team, turn.now)).get(parent.id)
    label = f"{team.key}-{parent.number}"
    if one is None or parent.state not in IN_FORCE:
        return notice(N_("{kr} is not worked on any more, so nothing was saved."), kr=label)
    if not may_update(actor_of(turn.session, turn.person), [owner.id for owner in one.owners], team.id):
        raise NotAllowedError(one)
    return None if parent.parent_kr_id is None else notice(NO_CHAIN, kr=label)


def read_sprint(turn: Turn, parent: m.KeyResult, line: Line, due: date | None = None) -> Answer:
    """What was understood of a sprint result: two weeks from today, for whoever writes it."""
    today = team_day(turn, turn.session.get_one(m.Team, parent.team_id))
    read = read_of(turn, line)
    last = writing.sprint_due(today, parent.due)
    draft = replace(drafted(turn, line, read, today, last, today), parent_kr_id=parent.id)
    if read.kind is KRType.BASELINE and due_of(line, today, "", last) is None:
        draft = replace(draft, due=last)
    return begin(
        turn,
        draft if due is None else replace(draft, due=due),
        left=writing.as_data(writing.left_of(read)),
        team=parent.team_id,
        objective=parent.objective_id,
        choices=[parent.objective_id],
        reason=line.reason,
    )


def _sprint_button(turn: Turn, value: str) -> Reply:
    return add_sprint(turn, the_key_result(turn, fresh_view(turn), value), "")


# --- forms ------------------------------------------------------------------------------------------------


def _objective_submitted(turn: Turn, what: Submitted) -> Reply:
    """A new draft, or other words for one that is there."""
    key, _, token = what.token.partition(":")
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, key)
    if team is None:
        return notice(N_("That team is gone; nothing was saved."))
    if not may_draft(actor_of(turn.session, turn.person), team.id):
        return notice(ONLY_READING, team=team.name)
    fields = Fields(turn, what.values)
    title, why = fields.text("title", TITLE), fields.text("why", MOST_WHY)
    if not title:
        fields.problem("title", N_("Write the objective in one short sentence."))
    if fields.problems:
        return FormErrors(fields.problems)
    if not token:
        return save_objective(turn, team, cycles_of(turn, [team])[team.id], title, why or None)
    row = drafts.objective_by_token(turn.session, token)
    if row is None or row.team_id != team.id or row.state is not m.ObjectiveState.DRAFT:
        return FormErrors({"title": turn.say(N_("It is no draft any more. To change what is published: /okr edit"))})
    row.title, row.why = title, why or None
    turn.session.add(row)
    turn.session.flush()
    show_draft(turn.session, row.id)
    return Answer("objective_drafted", {"objective": row.id})


def _line_submitted(turn: Turn, what: Submitted) -> Reply:
    """The line of a key result, and the objective that was chosen for it."""
    text = one_line(what.values.get("line"))
    if not text:
        return FormErrors({"line": turn.say(N_("Please write the key result in one line."))})
    token = one_line(what.values.get("objective"))
    row = _theirs_by_token(turn, token) if token else None
    try:
        line = read_line(turn, text)
        refused = _cannot_be(turn, line)
        if refused:
            return FormErrors({"line": refused})
        return add_kr(turn, fresh_view(turn), text, row)
    except NotOneError as error:
        told = error.reply
        if isinstance(told, Answer) and told.name == "notice":
            return FormErrors({"line": turn.say(told.data["msgid"], **told.data["params"])})
        return told


def _sprint_submitted(turn: Turn, what: Submitted) -> Reply:
    """`By the end of {date}, {people} will {one result}.` (spec/07 §12.9)."""
    parent = conversations.key_result_by_token(turn.session, what.token)
    if parent is None or parent.workspace_id != turn.person.workspace_id:
        return notice(N_("That key result is gone, so nothing was saved."))
    refused = _no_parent(turn, parent)
    if refused is not None:
        return refused
    fields = Fields(turn, what.values)
    text = fields.text("result", TITLE)
    today = team_day(turn, turn.session.get_one(m.Team, parent.team_id))
    due = fields.day("due", today)
    people = read_people(turn, fields, "people", what)
    if not text:
        fields.problem("result", N_("Please write the one result in a few words."))
    if due is not None and due < today:
        fields.problem("due", N_("That day is over; please give one to come."))
    if fields.problems:
        return FormErrors(fields.problems)
    return read_sprint(turn, parent, Line(text, tuple(people)), due)


def _undo_objective(turn: Turn, token: str) -> Reply:
    """Take a draft back that has no key results yet and that nobody has spoken about."""
    row = drafts.objective_by_token(turn.session, token)
    if row is None or row.workspace_id != turn.person.workspace_id:
        return notice(N_("That draft was taken back; nothing of it is kept."))
    actor = actor_of(turn.session, turn.person)
    if row.drafted_by_id != turn.person.id and not may_publish(actor, row.team_id):
        return notice(N_("Somebody else wrote that one, so it stays."))
    if not drafts.remove_objective(turn.session, row):
        said = N_("O{n} has key results, comments or links by now, so it stays. To give it up: /okr drop O{n}")
        return notice(said, n=row.number)
    return notice(N_("Taken back: {text}"), text=row.title)


def _edit_objective(turn: Turn, token: str) -> Reply:
    """The form with the words of a draft."""
    row = drafts.objective_by_token(turn.session, token)
    if row is None or row.workspace_id != turn.person.workspace_id or row.state is not m.ObjectiveState.DRAFT:
        return notice(N_("It is no draft any more. To change what is published: /okr edit"))
    team = turn.session.get_one(m.Team, row.team_id)
    if not may_draft(actor_of(turn.session, turn.person), team.id):
        return notice(ONLY_READING, team=team.name)
    asked = objective_form(team, row=row)
    return replace(asked, action="edit_draft_objective", value=token)


TOPIC = Topic(
    verbs={Verb.ADD: add},
    buttons={
        "add_objective": _objective_button,
        "objective_team": _objective_of_team,
        "add_kr": _kr_button,
        "kr_team": _kr_of_team,
        "add_sprint": _sprint_button,
        "edit_draft_objective": _edit_objective,
        "undo_objective": _undo_objective,
    },
    forms={"objective": _objective_submitted, "kr_line": _line_submitted, "sprint": _sprint_submitted},
)
