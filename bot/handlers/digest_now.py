"""`/okr digest now`: the lead posts the board at once, as the coming meeting's where that is near, else as an extra."""

from datetime import datetime, timedelta

from bot.handlers.saying import N_, notice
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.access import may_post_digest
from bot.okr.localtime import local_day
from bot.okr.planning import Planned, Ritual, TeamFacts, plan
from bot.okr.planning.meetings import is_in_cycle
from bot.views.facts import team_facts
from bot.views.rights import actor_of
from storage import agendas, boards, deliveries, teams
from storage import models as m

EARLY = timedelta(hours=24)
"""A digest that is due within this goes out early, and no second one is posted; before, an extra one is."""
_NOT_POSTED = (m.DeliveryState.PLANNED, m.DeliveryState.FAILED, m.DeliveryState.SKIPPED)
"""It surely does not stand in the channel (it waits, was refused, or left out), and may be tried again."""


def digest_now(turn: Turn, team: m.Team) -> Reply:
    """Post the team's board now; whether the coming meeting's still goes out is said."""
    session = turn.session
    if not may_post_digest(actor_of(session, turn.person), team.id):
        lead = teams.lead_of(session, team.id)
        if lead is None:
            return notice(N_("Only an admin can post it: {team} has no lead."), team=team.name)
        return notice(N_("Only {lead} can post the board of {team} now."), lead=lead.short_name, team=team.name)
    if team.channel_ref is None:
        return notice(N_("{team} has no channel yet, so there is nowhere to post its board."), team=team.name)
    facts = team_facts(session, team, turn.now)
    if not is_in_cycle(facts, local_day(turn.now, facts.zone)):
        return notice(N_("{team} has no active cycle, so there is no board to post."), team=team.name)
    coming = _coming(facts, turn.now)
    return _extra(turn, team) if coming is None else _early(turn, team, coming)


def _early(turn: Turn, team: m.Team, coming: Planned) -> Reply:
    """The coming meeting's digest, under the key it would have gone out with."""
    if not boards.send_early(turn.session, team, coming, turn.now, if_it_is=_NOT_POSTED):
        return notice(N_("That board is posted already; it follows every answer until the meeting starts."))
    return Answer("digest_posted", {"team": team.name, "until": coming.due_at.isoformat()})


def _extra(turn: Turn, team: m.Team) -> Reply:
    """A board between two meetings: as things stand now, and in nobody's place."""
    period = f"{m.EXTRA_DIGEST}{turn.inbox.id}"
    agendas.open_run(
        turn.session, team, m.RitualKind.DIGEST, period, meeting_id=None, meeting_at=None, digest_at=turn.now
    )
    deliveries.plan_delivery(
        turn.session,
        workspace_id=team.workspace_id,
        kind="digest",
        subject=f"team:{team.id}",
        period=period,
        due_at=turn.now,
        now=turn.now,
        team_id=team.id,
        data={"team": team.id},
    )
    return notice(
        N_("The board of {team} goes out now, as it stands. The next meeting's goes out as usual."), team=team.name
    )


def _coming(facts: TeamFacts, now: datetime) -> Planned | None:
    """The digest that is due within a day, or whose meeting has not begun; none on days without one."""
    found = plan(facts, Ritual.DIGEST, now, now + EARLY).messages
    future = [one for one in found if one.due_at <= now + EARLY and (one.meeting_at or one.due_at) > now]
    return min(future, key=lambda one: one.due_at, default=None)
