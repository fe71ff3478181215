"""A week of any company: who answers how is fixed by the order of the file, so that it is the same every time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlmodel import Session, col, select

from bot.cli import words
from bot.cli.acts import Act
from bot.cli.own_people import OwnPeople
from bot.cli.telling import Teller
from bot.okr.localtime import instant
from bot.okr.model import KRState
from bot.okr.planning import Message
from bot.rituals.planner import look_ahead
from storage import models as m
from storage import teams
from storage.okr_files import OkrFile
from storage.okr_files.schema import CycleEntry, KeyResultEntry, ObjectiveEntry

RUNNING = (m.CycleState.ACTIVE, m.CycleState.CLOSING)
SECOND_WEEK = timedelta(days=7)
AT_LEAST = timedelta(days=9)
"""A week with a digest fits into so many days; a story begins no later before its cycle ends."""
MORNING = time(7, 0)
LONGEST = timedelta(days=15)
"""Teams that meet less often than every two weeks are not waited for."""
AFTER_DIGEST = timedelta(minutes=15)


def own_acts(file: OkrFile) -> list[Act]:
    """One act; none where no key result in a running cycle has an owner."""
    file = _with_running_cycle(file)
    asked = [one for one in file.key_results if _is_asked(one, file)]
    if not asked:
        return []
    start = _beginning(file, asked)
    return [Act(_as_of(file, start), start, live)]


async def live(week: Teller) -> None:
    """From the next question until just after the first digest of each team."""
    week.says(words.OWN_BEGINS)
    for sentence, given in await week.stage.db.read(_gaps):
        week.says(sentence, **given)
    await OwnPeople(week).live(await week.stage.db.read(_end, week.stage.clock.now()))


# --- when ------------------------------------------------------------------------------------------------


def _with_running_cycle(file: OkrFile) -> OkrFile:
    """The file with a cycle that runs: where all are over, the last one is lived as if it were still running."""
    if not file.cycles or any(one.state in RUNNING for one in file.cycles):
        return file
    last = max(file.cycles, key=lambda one: one.last_day)
    cycles = tuple(replace(one, state=m.CycleState.ACTIVE) if one is last else one for one in file.cycles)
    return replace(file, cycles=cycles)


def _is_asked(kr: KeyResultEntry, file: OkrFile) -> bool:
    cycle = _cycle_of(kr, file)
    return kr.state is KRState.ACTIVE and kr.owner is not None and cycle is not None and cycle.state in RUNNING


def _cycle_of(kr: KeyResultEntry, file: OkrFile) -> CycleEntry | None:
    wanted = (kr.ref.cycle_team, kr.ref.cycle)
    return next((one for one in file.cycles if (one.team, one.name) == wanted), None)


def _beginning(file: OkrFile, asked: Sequence[KeyResultEntry]) -> datetime:
    """The morning after the last thing that is known, or of the cycle's second week; never too close to its end."""
    zone = file.workspace.timezone
    cycles = [cycle for kr in asked if (cycle := _cycle_of(kr, file)) is not None]
    told = [entry.at.local_day(zone) for kr in asked for entry in kr.history]
    first = max(cycle.first_day for cycle in cycles)
    begins = max(told) + timedelta(days=1) if told else first + SECOND_WEEK
    latest = max(cycle.last_day for cycle in cycles) - AT_LEAST
    return instant(max(first, min(begins, latest)), MORNING, zone)


def _as_of(file: OkrFile, start: datetime) -> OkrFile:
    """The file without what is yet to come at `start`."""
    zone = file.workspace.timezone
    return replace(
        file,
        objectives=tuple(_objective_as_of(one, start, zone) for one in file.objectives),
        next_steps=tuple(one for one in file.next_steps if one.at.instant(zone) < start),
        wins=tuple(one for one in file.wins if one.at.instant(zone) < start),
        agreements=tuple(one for one in file.agreements if one.asked.instant(zone) < start),
    )


def _objective_as_of(entry: ObjectiveEntry, start: datetime, zone: str) -> ObjectiveEntry:
    return replace(
        entry,
        key_results=tuple(
            replace(kr, history=tuple(one for one in kr.history if one.at.instant(zone) < start))
            for kr in entry.key_results
        ),
    )


def _end(session: Session, now: datetime) -> datetime:
    """Just after the first digest of each team; a team that has none to come is not waited for."""
    return max(_first_digests(session, now), default=now + timedelta(days=7))


def _first_digests(session: Session, now: datetime) -> list[datetime]:
    found = []
    for team in session.exec(select(m.Team).order_by(col(m.Team.id))):
        digests = [
            one.meeting_at or one.due_at + AFTER_DIGEST
            for one in look_ahead(session, team, now, now + LONGEST)
            if one.message is Message.DIGEST and one.skip is None
        ]
        found += digests[:1]
    return [one + timedelta(minutes=1) for one in found]


# --- what is not there --------------------------------------------------------------------------------------


Sentence = tuple[words.Both, dict[str, str]]


def _gaps(session: Session) -> list[Sentence]:
    """A sentence for each team without a channel, a meeting or people."""
    found: list[Sentence] = []
    for team in session.exec(select(m.Team).order_by(col(m.Team.id))):
        members = session.exec(select(m.Membership.id).where(m.Membership.team_id == team.id)).first()
        if members is None:
            found.append((words.NO_PEOPLE, {"team": team.name}))
        if team.channel_ref is None:
            found.append((words.NO_CHANNEL, {"team": team.name}))
        if not teams.meetings_of(session, team.id):
            found.append((words.NO_MEETING, {"team": team.name}))
    return found
