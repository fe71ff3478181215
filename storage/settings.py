"""What people set: their own ways and their team's, as plain data before and after, with who changed it when."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.okr.model import DEFAULT_THRESHOLDS
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


def _lines(*values: Decimal) -> str:
    return "/".join(f"{one}" for one in values)


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
        "review_every": team.review_every_weeks,
        "team_lang": team.lang.value,
        "team_timezone": team.timezone,
        "team_holidays": team.holiday_calendar,
        "channel": (team.channel_ref or {}).get("channel"),
        "shared": (team.channel_ref or {}).get("shared") == SHARED_ALLOWED,
        **{ritual: is_on(team, ritual) for ritual in RITUALS},
    }


OF_TIME = ("ws_name", "ws_timezone", "ws_lang", "ws_holidays", "quiet", "freeze")
OF_SCORES = ("score_mode", "stretch", "committed", "outcome", "early_pace", "score_objectives")
OF_RULES = ("approval", "grace", "dark_factor", "personal_okrs", "retention")
"""The settings of a workspace by the form they stand in."""
_USUAL = {
    "stretch": _lines(DEFAULT_THRESHOLDS.stretch.ahead, DEFAULT_THRESHOLDS.stretch.on_track,
                      DEFAULT_THRESHOLDS.stretch.at_risk),
    "committed": _lines(DEFAULT_THRESHOLDS.committed.ahead, DEFAULT_THRESHOLDS.committed.on_track,
                        DEFAULT_THRESHOLDS.committed.at_risk),
    "outcome": _lines(DEFAULT_THRESHOLDS.outcome_met, DEFAULT_THRESHOLDS.outcome_exceeded),
    "early_pace": f"{DEFAULT_THRESHOLDS.early_pace}",
    "grace_days": f"{DEFAULT_THRESHOLDS.grace_days}",
    "dark_factor": f"{DEFAULT_THRESHOLDS.dark_factor}",
}  # fmt: skip


def of_workspace(workspace: m.Workspace) -> Values:
    """What holds for everybody: all rows of spec/10 §18 that are the workspace's."""
    own = {**_USUAL, **workspace.thresholds}
    has_quiet = workspace.quiet_from != workspace.quiet_to
    return {
        "ws_name": workspace.name,
        "ws_timezone": workspace.timezone,
        "ws_lang": workspace.default_lang.value,
        "ws_holidays": workspace.holiday_calendar,
        "quiet": f"{workspace.quiet_from:%H:%M}-{workspace.quiet_to:%H:%M}" if has_quiet else "none",
        "freeze": [f"{first} – {last}" for first, last in workspace.freeze],
        "score_mode": workspace.score_mode.value,
        **{name: own[name] for name in ("stretch", "committed", "outcome", "early_pace")},
        "score_objectives": workspace.score_objectives,
        "approval": (workspace.approval or m.ApprovalRule.NOTIFY).value,
        "grace": own["grace_days"],
        "dark_factor": own["dark_factor"],
        "personal_okrs": workspace.personal_okrs,
        "retention": workspace.retention_days,
    }


def with_thresholds(own: Mapping[str, str], read: Mapping[str, str]) -> dict[str, str]:
    """The workspace's own lines with those of a form: what is as usual, and was never said, stays unsaid."""
    return {**own, **{name: value for name, value in read.items() if name in own or not _is_usual(name, value)}}


def _is_usual(name: str, value: str) -> bool:
    return [Decimal(one) for one in value.split("/")] == [Decimal(one) for one in _USUAL[name].split("/")]


def fingerprint(values: Values, names: Sequence[str]) -> str:
    """What a form carries of what it showed: it is no longer the newest where this differs."""
    shown = [[name, values[name]] for name in names]
    return sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:16]


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
