"""What a team's lead is told when a ritual cannot do its work: privately, in one sentence, at most once a month."""

from datetime import datetime

from sqlmodel import Session

from bot.cards.i18n import N_
from bot.okr.localtime import local_day
from storage import deliveries, teams
from storage import models as m
from storage.zones import known_zone

CANNOT_REACH = N_("I cannot write to {name}, so their key results are not asked about. Please look into their account.")
CANNOT_POST = N_("I cannot post in the channel of {team}, so its board was not shown. Please check that I am in it.")
NO_CHANNEL = N_("{team} has no channel yet, so its board was not posted. Name one and the next board goes there.")


def cannot_reach(session: Session, team: m.Team, person_id: int, now: datetime) -> None:
    """An owner whose account is off or who cannot be written to."""
    person = session.get_one(m.Person, person_id)
    tell_lead(session, team, f"person:{person.id}", CANNOT_REACH, now, name=person.short_name)


def tell_lead(session: Session, team: m.Team, subject: str, msgid: str, now: datetime, /, **params: str) -> None:
    """Put the sentence into the outbox for the lead; a team without one tells nobody, and `plan` shows it."""
    lead = teams.lead_of(session, team.id)
    if lead is None or subject == f"person:{lead.id}":
        return
    workspace = session.get_one(m.Workspace, team.workspace_id)
    deliveries.plan_delivery(
        session,
        workspace_id=team.workspace_id,
        kind="lead_notice",
        subject=f"{subject}:lead:{lead.id}",
        period=f"{local_day(now, known_zone(workspace.timezone)):%Y-%m}",
        due_at=now,
        now=now,
        person_id=lead.id,
        data={"msgid": msgid, "params": params, "team": team.id},
    )
