"""When a team meets next: by then a next step is due unless it says otherwise (spec/02 §4.8)."""

from datetime import date, datetime

from sqlmodel import Session

from bot.okr.localtime import local_day
from bot.okr.planning.meetings import NEXT_DIGEST_WITHIN, digest_occurrences, has_digest
from bot.views.facts import team_facts
from storage import models as m


def next_meeting(session: Session, team: m.Team, now: datetime) -> tuple[date | None, int | None]:
    """The day of the team's next meeting and which of its meetings it is; without one the day of its next board.

    Nothing where none is in sight, or the cycle ends before.
    """
    facts = team_facts(session, team, now)
    today = local_day(now, facts.zone)
    coming = digest_occurrences(facts, today, today + NEXT_DIGEST_WITHIN)
    found = next((one for one in coming if one.at > now and has_digest(facts, one)), None)
    return (None, None) if found is None else (found.day, found.meeting_id)
