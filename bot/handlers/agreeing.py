"""Asking another team: what a key result supports, needs, or is in conflict with (spec/06 §11.1, spec/09 §15.3)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from bot.handlers.agreed import read_by, shown
from bot.handlers.form_values import Fields, one_line
from bot.handlers.naming import UNKNOWN_TEAM, NotOneError, the_key_result, visible_teams
from bot.handlers.order import Order, Topic
from bot.handlers.recording import NotAllowedError, fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.showing import touched
from bot.handlers.verbs import Verb, begins_with_label, folded
from bot.intake.conversation import FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr import agreements as rules
from bot.okr.access import Sight, may_set_team, may_update, sight_of
from bot.okr.agreement_words import Asked, read_align, read_conflict, read_depends
from bot.okr.agreements import MOST_TEXT, Agreement, Side, State
from bot.okr.model import IN_FORCE, KRState
from bot.views import agreement_news as news
from bot.views.agreements import may_speak, speaker
from bot.views.person import PersonView
from bot.views.prompt import kr_view
from bot.views.rights import actor_of
from storage import agreements, conversations, okrs
from storage import models as m
from storage.agreements import End, Ends
from storage.okrs import ON_BOARDS
from storage.settings import is_archived

K = m.AlignmentKind
ARCHIVED = N_("{team} is archived, so nobody there can be asked. Nothing was recorded.")
GONE = N_("That key result is gone; nothing was recorded.")
NOT_WORKED_ON = N_("{kr} is not worked on any more, so nothing was recorded.")
SAY_WHAT = N_('Say for example: depends KR2 on @SUP "Phone script for online orders" by 20 Nov')
SAY_WHOM = N_("Say for example: align KR2 supports CO-1")
SAY_WITH = N_('Say for example: conflict KR2 with SAL-3 "both need the same callers"')
TOO_LONG = N_("An agreement has at most {most} characters; nothing was asked.")
OWN_TEAM = N_("{kr} cannot depend on its own team; a next step does that: /okr next")
OWN_CONFLICT = N_("{kr} and {other} are of one team; talk it over at your meeting.")
WITHIN_TEAM = N_("{kr} is kept within its team, so no other team can be asked about it. Nothing was recorded.")
CIRCLE = N_("{other} leads back to {kr} already, so that would go in a circle. Nothing was recorded.")
ITSELF = N_("{kr} cannot support itself. Nothing was recorded.")
OWN_OBJECTIVE = N_("{kr} is a part of that objective already. Nothing was recorded.")
NOT_LEAD = N_("Only the lead of {team} can link its objective. Nothing was recorded.")
NO_OBJECTIVE = N_("{team} has no objective that I could link. Name one, such as CO O1 or CO-1.")
WHICH_OBJECTIVE = N_("Which one: {keys}?")
_OBJECTIVE = re.compile(r"(?:objective|目标|o)\s*(?P<number>\d{1,4})?", re.IGNORECASE)
_OF_TEAM = re.compile(r"(?P<key>[a-z]{2,5})[\s-]*(?:objective|目标|o)\s*(?P<number>\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Near:
    """The end that somebody speaks for: their key result, or an objective of their team."""

    team: m.Team
    objective: m.Objective
    row: m.KeyResult | None = None

    @property
    def label(self) -> str:
        number = f"-{self.row.number}" if self.row is not None else f" O{self.objective.number}"
        return f"{self.team.key}{number}"

    @property
    def title(self) -> str:
        return self.objective.title if self.row is None else self.row.short_title

    @property
    def token(self) -> str:
        return (self.row.token if self.row is not None else self.objective.token) or ""

    @property
    def end(self) -> End:
        return End(kr_id=self.row.id) if self.row is not None else End(objective_id=self.objective.id)


# --- typed ----------------------------------------------------------------------------------------------


def _depends(order: Order) -> Reply:
    if not order.rest:
        return notice(SAY_WHAT)
    asked = read_depends(order.raw)
    near = _near(order.turn, order.view, asked.source, "depends_kr")
    if not asked.target or not asked.text or not asked.by:
        return _depends_form(near, asked)
    team = _team(order.turn, order.view, asked.target)
    day, problem = read_by(order.turn, asked.by)
    if len(asked.text) > MOST_TEXT:
        return notice(TOO_LONG, most=MOST_TEXT)
    if problem is not None:
        return notice(problem)
    return _refused_depends(near, team) or _asked(
        order.turn, near, K.DEPENDS_ON, End(team_id=team.id), rules.ask(asked.text, day)
    )


def _align(order: Order) -> Reply:
    if not order.rest:
        return notice(SAY_WHOM)
    asked = read_align(order.raw)
    near = _near(order.turn, order.view, asked.source, "align_kr")
    if not asked.target:
        return _align_form(near, asked)
    if len(asked.text) > MOST_TEXT:
        return notice(TOO_LONG, most=MOST_TEXT)
    return _linked(order.turn, near, _far(order.turn, order.view, asked.target), asked.text)


def _conflict(order: Order) -> Reply:
    if not order.rest:
        return notice(SAY_WITH)
    asked = read_conflict(order.raw)
    near = _near(order.turn, order.view, asked.source, "conflict_kr")
    if not asked.target or not asked.text:
        return _conflict_form(near, asked)
    if len(asked.text) > MOST_TEXT:
        return notice(TOO_LONG, most=MOST_TEXT)
    return _in_conflict(order.turn, near, the_key_result(order.turn, order.view, asked.target), asked.text)


# --- what is named --------------------------------------------------------------------------------------


def _near(turn: Turn, view: PersonView, name: str, asks: str) -> Near:
    """What somebody may speak for by this name. Raises `NotOneError` and `NotAllowedError`."""
    objective = _OBJECTIVE.fullmatch(folded(name)) or _OF_TEAM.fullmatch(folded(name))
    if objective is None or begins_with_label(name):
        return _of_key_result(turn, the_key_result(turn, view, name, asks))
    named = objective.groupdict()
    team = None
    if named.get("key"):
        team = _team(turn, view, named["key"])
    else:
        led = [one.team for one in view.teams if one.rows.lead_id == turn.person.id]
        own = led or [one.team for one in view.teams]
        team = own[0] if own else None
    if team is None:
        raise NotOneError(notice(N_("You are in no team yet, so nothing was recorded.")))
    return _of_objective(turn, _objective(turn, team, named.get("number")))


def _of_key_result(turn: Turn, row: m.KeyResult) -> Near:
    team = turn.session.get_one(m.Team, row.team_id)
    near = Near(team, turn.session.get_one(m.Objective, row.objective_id), row)
    if row.state not in (*IN_FORCE, KRState.DRAFT):
        raise NotOneError(notice(NOT_WORKED_ON, kr=near.label))
    owners = okrs.owners_of(row, okrs.parts_of(turn.session, [row.id]))
    if not may_update(actor_of(turn.session, turn.person, turn.now), owners, team.id):
        if row.state is KRState.DRAFT:
            raise NotOneError(notice(GONE))
        raise NotAllowedError(kr_view(turn.session, row.id, turn.now))
    return near


def _of_objective(turn: Turn, objective: m.Objective) -> Near:
    team = turn.session.get_one(m.Team, objective.team_id)
    actor = actor_of(turn.session, turn.person)
    owns = objective.owner_id == turn.person.id and team.id in actor.works_in
    if not owns and not may_set_team(actor, team.id):
        raise NotOneError(notice(NOT_LEAD, team=team.name))
    if objective.token is None:
        objective.token = m.new_token()
        turn.session.add(objective)
        turn.session.flush()
    return Near(team, objective)


def _team(turn: Turn, view: PersonView, name: str) -> m.Team:
    """The one team of this key or name. Raises `NotOneError`."""
    name = folded(name).lstrip("@")
    found = [one for one in visible_teams(turn, view, name) if one.kind is not m.TeamKind.PERSONAL] if name else []
    if len(found) == 1 and is_archived(found[0]):
        raise NotOneError(notice(ARCHIVED, team=found[0].name))
    if len(found) == 1:
        return found[0]
    if found:
        raise NotOneError(notice(WHICH_OBJECTIVE, keys=", ".join(one.key for one in found[:10])))
    raise NotOneError(notice(UNKNOWN_TEAM, name=name[:40]))


def _objective(turn: Turn, team: m.Team, number: str | None) -> m.Objective:
    """The objective of this number that the person may see; without one the team's only one. Raises `NotOneError`."""
    session = turn.session
    actor = actor_of(session, turn.person)
    rows = session.exec(
        select(m.Objective)
        .join(m.Cycle, col(m.Cycle.id) == col(m.Objective.cycle_id))
        .where(m.Objective.team_id == team.id, col(m.Objective.state).in_(ON_BOARDS))
        .where(col(m.Cycle.state).in_((m.CycleState.ACTIVE, m.CycleState.CLOSING)))
        .order_by(col(m.Cycle.first_day).desc(), col(m.Objective.number))
    ).all()
    seen = [one for one in rows if sight_of(actor, one.visibility.value, team.id) is Sight.ALL]
    seen = [one for one in seen if one.cycle_id == seen[0].cycle_id]
    found = [one for one in seen if number is None or one.number == int(number)]
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(f"{team.key} O{one.number}" for one in found[:10])
        raise NotOneError(notice(WHICH_OBJECTIVE, keys=keys))
    raise NotOneError(notice(NO_OBJECTIVE, team=team.name))


def _far(turn: Turn, view: PersonView, name: str) -> m.KeyResult | m.Objective:
    """The key result or objective that something supports. Raises `NotOneError`."""
    words = folded(name)
    of_team = _OF_TEAM.fullmatch(words)
    if of_team is not None:
        return _objective(turn, _team(turn, view, of_team["key"]), of_team["number"])
    own = _OBJECTIVE.fullmatch(words)
    if own is not None:
        return _near(turn, view, name, "").objective
    if begins_with_label(words):
        return the_key_result(turn, view, words)
    return _objective(turn, _team(turn, view, words), None)


# --- asking ---------------------------------------------------------------------------------------------


def _refused_depends(near: Near, team: m.Team) -> Reply | None:
    if team.id == near.team.id:
        return notice(OWN_TEAM, kr=near.label)
    return _kept_within(near)


def _kept_within(near: Near) -> Reply | None:
    if near.objective.visibility is not m.Visibility.WORKSPACE:
        return notice(WITHIN_TEAM, kr=near.label)
    return None


def _linked(turn: Turn, near: Near, far: m.KeyResult | m.Objective, text: str) -> Reply:
    """What supports what: the other side is asked whether it sees it so, unless the asker speaks for it, too."""
    is_kr = isinstance(far, m.KeyResult)
    end = End(kr_id=far.id) if is_kr else End(objective_id=far.id)
    team = turn.session.get_one(m.Team, far.team_id)
    other = f"{team.key}-{far.number}" if is_kr else f"{team.key} O{far.number}"
    if end == near.end:
        return notice(ITSELF, kr=near.label)
    if near.row is not None and not is_kr and near.row.objective_id == far.id:
        return notice(OWN_OBJECTIVE, kr=near.label)
    if is_kr and isinstance(far, m.KeyResult) and far.state not in IN_FORCE:
        return notice(NOT_WORKED_ON, kr=other)
    if team.id != near.team.id and near.objective.visibility is not m.Visibility.WORKSPACE:
        return notice(WITHIN_TEAM, kr=near.label)
    lines = agreements.supports(turn.session, near.team.workspace_id)
    for kr in (near.row, far):
        if isinstance(kr, m.KeyResult):
            lines.setdefault(("kr", kr.id), []).append(("objective", kr.objective_id))
    if rules.closes_a_circle(lines, near.end.node, end.node):
        return notice(CIRCLE, kr=near.label, other=other)
    return _asked(turn, near, K.SUPPORTS, end, rules.ask(text, None))


def link_objectives(turn: Turn, own: m.Objective, above: m.Objective) -> Reply:
    """One objective helps another: the button below the advice that asks which."""
    try:
        return _linked(turn, _of_objective(turn, own), above, "")
    except NotOneError as error:
        return error.reply


def _in_conflict(turn: Turn, near: Near, far: m.KeyResult, text: str) -> Reply:
    team = turn.session.get_one(m.Team, far.team_id)
    other = f"{team.key}-{far.number}"
    if team.id == near.team.id:
        return notice(OWN_CONFLICT, kr=near.label, other=other)
    if far.state not in IN_FORCE:
        return notice(NOT_WORKED_ON, kr=other)
    nobody_yet = Agreement(text, None, State.PROPOSED, rev=1, from_yes=None, to_yes=None)
    return _kept_within(near) or _asked(turn, near, K.CONFLICTS, End(kr_id=far.id), nobody_yet)


def _asked(turn: Turn, near: Near, kind: m.AlignmentKind, end: End, one: Agreement) -> Reply:
    """Draw the line and ask the other side; what was asked before is shown as it stands."""
    session = turn.session
    same = _same(agreements.between(session, kind, near.end, end), one)
    if same is not None:
        ends = agreements.ends_of(session, same.id)
        return notice(GONE) if ends is None else shown(ends, _my_side(near, ends), "was_asked")
    row = agreements.add(session, near.team.workspace_id, kind, near.end, end, one, by_id=turn.person.id, now=turn.now)
    ends = agreements.ends_of(session, row.id)
    if ends is None:
        raise LookupError("a line without ends")
    touched(turn, {ends.from_team.id, ends.to_team.id}, ends.kr_ids)
    if kind is K.SUPPORTS and (near.team.id == ends.to_team.id or _speaks_for_both(turn, ends)):
        both = rules.agree(one, Side.TO, one.rev)
        if isinstance(both, Agreement):
            agreements.keep(session, row, both, turn.person.id, turn.now)
        return shown(ends, Side.FROM, "linked")
    news.ask(session, ends, Side.TO, turn.now, by=turn.person)
    if kind is K.CONFLICTS:
        news.ask_lead(session, ends, Side.FROM, turn.person, turn.now)
    found = speaker(session, ends, Side.TO)
    return shown(ends, Side.FROM, "asked" if found is not None else "kept")


def _speaks_for_both(turn: Turn, ends: Ends) -> bool:
    """Leads or answers for the other end as well; an admin merely may."""
    found = speaker(turn.session, ends, Side.TO)
    mine = found is not None and found.id == turn.person.id
    return mine and may_speak(turn.session, turn.person, ends, Side.TO, turn.now)


def _my_side(near: Near, ends: Ends) -> Side:
    return Side.FROM if ends.from_team.id == near.team.id else Side.TO


def _same(rows: Iterable[m.Alignment], one: Agreement) -> m.Alignment | None:
    """The line that asks just this and is not over. Of links there is one between two ends, whatever its words."""
    for row in rows:
        if row.kind is K.DEPENDS_ON:
            withdrawn = row.state is m.AlignmentState.DECLINED and not agreements.value_of(row).is_refused
            over = row.state is m.AlignmentState.DONE or withdrawn
            same = folded(row.text).casefold() == folded(one.text).casefold()
        else:
            over, same = row.state in (m.AlignmentState.DONE, m.AlignmentState.DECLINED), True
        if same and not over:
            return row
    return None


# --- forms ----------------------------------------------------------------------------------------------


def _depends_form(near: Near, asked: Asked) -> FormRequest:
    data = {**_form_data(near), "team": asked.target, "text": asked.text[:MOST_TEXT], "by": asked.by}
    return FormRequest("depends_form", data, action="depends_kr", value=near.token)


def _align_form(near: Near, asked: Asked) -> FormRequest:
    data = {**_form_data(near), "target": asked.target, "text": asked.text[:MOST_TEXT]}
    return FormRequest("align_form", data, action="align_kr", value=near.token)


def _conflict_form(near: Near, asked: Asked) -> FormRequest:
    data = {**_form_data(near), "target": asked.target, "text": asked.text[:MOST_TEXT]}
    return FormRequest("conflict_form", data, action="conflict_kr", value=near.token)


def _form_data(near: Near) -> dict[str, str]:
    return {"token": near.token, "label": near.label, "title": near.title}


NOTHING_YET = Asked("", "", "")


def _pressed(turn: Turn, token: str) -> Near:
    """What a button or a form stands for: a key result, or an objective. Raises `NotOneError`, `NotAllowedError`."""
    row = conversations.key_result_by_token(turn.session, token)
    if row is not None and row.workspace_id == turn.person.workspace_id:
        return _of_key_result(turn, row)
    objective = turn.session.exec(select(m.Objective).where(m.Objective.token == token)).first() if token else None
    if objective is not None and objective.workspace_id == turn.person.workspace_id:
        return _of_objective(turn, objective)
    raise NotOneError(notice(GONE))


def _opens(form: Callable[[Near, Asked], FormRequest]) -> Callable[[Turn, str], Reply]:
    """The button that opens an empty form of this kind."""

    def pressed(turn: Turn, token: str) -> Reply:
        try:
            return form(_pressed(turn, token), NOTHING_YET)
        except NotOneError as error:
            return error.reply

    return pressed


def _depends_sent(turn: Turn, what: Submitted) -> Reply:
    near = _pressed(turn, what.token)
    fields = Fields(turn, what.values)
    text = fields.text("text", MOST_TEXT)
    if not text:
        fields.problem("text", N_("Please say in a few words what you need."))
    day, problem = read_by(turn, one_line(what.values.get("by")))
    if problem is not None:
        fields.problem("by", problem)
    team = None
    try:
        team = _team(turn, fresh_view(turn), fields.text("team", 60))
    except NotOneError:
        fields.problem("team", N_("I don't know that team. Try its key, such as SUP."))
    if team is not None and team.id == near.team.id:
        fields.problem("team", N_("That is its own team; please name another one."))
    if fields.problems or team is None:
        return FormErrors(fields.problems)
    return _refused_depends(near, team) or _asked(turn, near, K.DEPENDS_ON, End(team_id=team.id), rules.ask(text, day))


def _align_sent(turn: Turn, what: Submitted) -> Reply:
    near = _pressed(turn, what.token)
    fields = Fields(turn, what.values)
    text, target = fields.text("text", MOST_TEXT), fields.text("target", 60)
    try:
        far = _far(turn, fresh_view(turn), target)
    except NotOneError:
        fields.problem("target", N_("I don't know that one. Try CO-1, CO O1 or CO."))
    if fields.problems:
        return FormErrors(fields.problems)
    return _linked(turn, near, far, text)


def _conflict_sent(turn: Turn, what: Submitted) -> Reply:
    near = _pressed(turn, what.token)
    fields = Fields(turn, what.values)
    text, target = fields.text("text", MOST_TEXT), fields.text("target", 60)
    if not text:
        fields.problem("text", N_("Please say why in one line; both leads read it."))
    try:
        far = the_key_result(turn, fresh_view(turn), target)
    except NotOneError:
        fields.problem("target", N_("I don't know that key result. Try its key, such as SAL-3."))
    if fields.problems:
        return FormErrors(fields.problems)
    return _in_conflict(turn, near, far, text)


TOPIC = Topic(
    verbs={Verb.ALIGN: _align, Verb.DEPENDS: _depends, Verb.CONFLICT: _conflict},
    buttons={
        "align_kr": _opens(_align_form),
        "depends_kr": _opens(_depends_form),
        "conflict_kr": _opens(_conflict_form),
    },
    forms={"depends": _depends_sent, "align": _align_sent, "conflict": _conflict_sent},
)
