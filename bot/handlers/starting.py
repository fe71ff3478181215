"""Starting a cycle for a team that has none (spec/07 §12.10)."""

from collections.abc import Sequence

from sqlmodel import col, or_, select

from bot.handlers.form_values import Fields
from bot.handlers.order import Topic
from bot.handlers.saying import N_
from bot.handlers.showing import show_on_pages
from bot.handlers.team_settings import on_team, refused
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.intake.inbound import FormErrors, Submitted
from bot.okr.localtime import local_day
from bot.okr.model import LEAST_WEEKS, MOST_WEEKS
from storage import agendas, okrs, setting_up
from storage import models as m
from storage.teams import team_zone

MOST_NAME = 20


def no_cycle(turn: Turn, team: m.Team) -> Answer | None:
    """The sentence and the button for a team without a cycle; None for one that has one."""
    workspace = turn.session.get_one(m.Workspace, team.workspace_id)
    if okrs.active_cycle(turn.session, team, local_day(turn.now, team_zone(team, workspace))) is not None:
        return None
    return Answer("no_cycle", {"team": team.id})


def _form(_turn: Turn, team: m.Team) -> Reply:
    return FormRequest("cycle_form", {"team": team.id}, action="start_cycle", value=team.key)


def _submitted(turn: Turn, what: Submitted) -> Reply:
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, what.token)
    if team is None:
        return Answer("notice", {"msgid": N_("That team is gone; nothing was changed.")})
    no = refused(turn, team)
    if no is not None:
        return no
    workspace = turn.session.get_one(m.Workspace, team.workspace_id)
    today = local_day(turn.now, team_zone(team, workspace))
    fields = Fields(turn, what.values)
    name, first, last = fields.text("name", MOST_NAME), fields.day("first", today), fields.day("last", today)
    cycles = _cycles(turn, team)
    if not name:
        fields.problem("name", N_("Please give it a name, such as 2026 Q4."))
    elif any(one.name.casefold() == name.casefold() and one.team_id == team.id for one in cycles):
        fields.problem("name", N_("There is a cycle of that name already."))
    if first is None or last is None or fields.problems:
        return FormErrors(fields.problems)
    weeks = ((last - first).days + 1) // 7
    if last < first:
        fields.problem("last", N_("The last day lies before the first one."))
    elif not LEAST_WEEKS <= weeks <= MOST_WEEKS:
        fields.problem(
            "last", N_("A cycle has {least} to {most} weeks; this is {n}."), least=LEAST_WEEKS, most=MOST_WEEKS, n=weeks
        )
    elif last < today:
        fields.problem("last", N_("That day is over; please give one to come."))
    other = next((one for one in cycles if _is_running(one) and one.first_day <= last and first <= one.last_day), None)
    if other is not None:
        fields.problem("first", N_("It overlaps with {name}; please begin after it."), name=other.name)
    if fields.problems:
        return FormErrors(fields.problems)
    row = m.Cycle(workspace_id=team.workspace_id, team_id=team.id, name=name, first_day=first, last_day=last)
    turn.session.add(row)
    turn.session.flush()
    _file(turn, team, row)
    agendas.look_again(turn.session, [team.id], turn.now)
    show_on_pages(turn, team.id)
    setting_up.steps_follow(turn.session, team.workspace_id, turn.now)
    return Answer("cycle_started", {"team": team.id, "cycle": row.id, "weeks": weeks})


def _cycles(turn: Turn, team: m.Team) -> Sequence[m.Cycle]:
    return turn.session.exec(
        select(m.Cycle)
        .where(m.Cycle.workspace_id == team.workspace_id)
        .where(or_(col(m.Cycle.team_id) == team.id, col(m.Cycle.team_id).is_(None)))
        .order_by(col(m.Cycle.first_day))
    ).all()


def _is_running(cycle: m.Cycle) -> bool:
    return cycle.state in (m.CycleState.ACTIVE, m.CycleState.CLOSING)


def _file(turn: Turn, team: m.Team, row: m.Cycle) -> None:
    after = {"team": team.key, "name": row.name, "first_day": f"{row.first_day}", "last_day": f"{row.last_day}"}
    turn.session.add(
        m.AuditEvent(
            workspace_id=team.workspace_id, who_id=turn.person.id, what="cycle started", at=turn.now, after=after
        )
    )
    turn.session.flush()


TOPIC = Topic(buttons={"start_cycle": on_team(_form)}, forms={"cycle": _submitted})
