"""What people set: their own ways and their team's, as plain data before and after, with who changed it when."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.okr.planning import ON_BY_DEFAULT
from storage import models as m

Values = Mapping[str, Any]
"""Settings by their name, as JSON holds them."""

SHARED_ALLOWED = "allowed"
"""In a team's `channel_ref` under `shared`: its boards may be read by another company that is in the channel."""

ARCHIVED = "archived"
"""Beside a team's rituals: it is not worked with any more, and does none of them."""
RITUALS = ("weekly_checkin", "digest", "next_steps", "wins", "health", "standing_board")
"""What a team can switch on and off, in the order in which it is shown."""


def is_on(team: m.Team, ritual: str) -> bool:
    """Whether a team does this; what it never said is as spec/10 §18 has it. One that is archived does nothing."""
    return not is_archived(team) and team.rituals.get(ritual, ritual in ON_BY_DEFAULT)


def is_archived(team: m.Team) -> bool:
    """Whether a team is not worked with any more."""
    return team.rituals.get(ARCHIVED, False)


def switch(session: Session, team: m.Team, ritual: str, *, on: bool) -> None:
    """Switch one of a team's rituals."""
    team.rituals = {**team.rituals, ritual: on}
    session.add(team)
    session.flush()


def of_person(person: m.Person) -> Values:
    """What a person has set."""
    return {
        "lang": person.lang.value,
        "timezone": person.timezone,
        "ask_day": person.check_in_weekday,
        "ask_time": None if person.check_in_time is None else f"{person.check_in_time:%H:%M}",
        "working_days": sorted(person.working_days),
        "holidays": person.holiday_calendar,
        "numbers": person.number_style.value,
        "percents": person.percent_means.value,
        "away_from_status": person.away_from_status,
    }


def forget_status(session: Session, person_id: int) -> None:
    """What platforms said of a person's status is nobody's business any more: it is not kept."""
    for address in session.exec(select(m.Address).where(m.Address.person_id == person_id)):
        if "status" in address.profile:
            address.profile = {name: value for name, value in address.profile.items() if name != "status"}
            session.add(address)
    session.flush()


def of_meeting(meeting: m.Meeting | None) -> Values:
    """What is set of a meeting; of none, every value is None."""
    if meeting is None:
        names = ("title", "meeting_days", "meeting_time", "meeting_zone", "every", "lead_minutes", "duration")
        return dict.fromkeys(names)
    return {
        "title": meeting.title,
        "meeting_days": sorted(meeting.weekdays),
        "meeting_time": f"{meeting.time:%H:%M}",
        "meeting_zone": meeting.timezone,
        "every": meeting.every,
        "lead_minutes": meeting.lead_minutes,
        "duration": meeting.duration,
    }


def of_team(team: m.Team) -> Values:
    """What a team has set, its meetings aside."""
    return {
        "cadence": team.cadence.value,
        "reminders": team.reminders,
        "team_lang": team.lang.value,
        "team_timezone": team.timezone,
        "team_holidays": team.holiday_calendar,
        "channel": (team.channel_ref or {}).get("channel"),
        "shared": (team.channel_ref or {}).get("shared") == SHARED_ALLOWED,
        **{ritual: is_on(team, ritual) for ritual in RITUALS},
    }


def changed(before: Values, after: Values) -> list[list[Any]]:
    """(name, before, after) of everything that differs, as a JSON list."""
    return [[name, before[name], value] for name, value in after.items() if before[name] != value]


def note(
    session: Session, workspace_id: int, who_id: int, what: str, before: Values, after: Values, now: datetime
) -> None:
    """File it for administrators: who changed what, when, from what to what."""
    names = [name for name, _, _ in changed(before, after)]
    session.add(
        m.AuditEvent(
            workspace_id=workspace_id,
            who_id=who_id,
            what=what,
            at=now,
            before={name: before[name] for name in names},
            after={name: after[name] for name in names},
        )
    )
    session.flush()


def mark_of(meeting: m.Meeting) -> str:
    """What a button calls a meeting: no key of ours."""
    return sha256(f"meeting {meeting.id} of {meeting.team_id}".encode()).hexdigest()[:16]


def remove_meeting(session: Session, meeting: m.Meeting) -> None:
    """A meeting that is held no more; what was posted for it and planned in it stays, without it."""
    for table in (m.RitualRun, m.Digest, m.NextStep):
        session.execute(sa.update(table).where(col(table.meeting_id) == meeting.id).values(meeting_id=None))
    session.delete(meeting)
    session.flush()
