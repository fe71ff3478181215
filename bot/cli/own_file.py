"""Any OKR file as a story needs it: a cycle that runs, nothing of the future, and no more than can be told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.okr.localtime import instant
from bot.okr.model import KRState
from storage import models as m
from storage.okr_files import OkrFile
from storage.okr_files.schema import CycleEntry, KeyResultEntry, NextStepEntry, ObjectiveEntry, TeamEntry

RUNNING = (m.CycleState.ACTIVE, m.CycleState.CLOSING)
MOST_OWNERS = 20
"""A week of so many people is told in well under a minute."""
SECOND_WEEK = timedelta(days=7)
AT_LEAST = timedelta(days=9)
"""A week with a digest fits into so many days; a story begins no later before its cycle ends."""
MORNING = time(7, 0)


def with_running_cycle(file: OkrFile) -> OkrFile:
    """Where all cycles are over, the last one is lived as if it were still running."""
    if not file.cycles or any(one.state in RUNNING for one in file.cycles):
        return file
    last = max(file.cycles, key=lambda one: one.last_day)
    cycles = tuple(replace(one, state=m.CycleState.ACTIVE) if one is last else one for one in file.cycles)
    return replace(file, cycles=cycles)


def asked(file: OkrFile) -> list[KeyResultEntry]:
    """The key results that somebody is asked about."""
    return [one for one in file.key_results if _is_asked(one, file)]


def cycle_of(kr: KeyResultEntry, file: OkrFile) -> CycleEntry | None:
    """The cycle a key result belongs to."""
    wanted = (kr.ref.cycle_team, kr.ref.cycle)
    return next((one for one in file.cycles if (one.team, one.name) == wanted), None)


def first_teams(file: OkrFile) -> OkrFile:
    """The first teams, as many as have `MOST_OWNERS` owners together, and one at least; the rest is left out."""
    kept: list[str] = []
    owners: set[str] = set()
    for team in file.teams:
        more = {name for kr in asked(file) if kr.ref.team == team.key for name in (kr.owner, *kr.co_owners) if name}
        if kept and len(owners | more) > MOST_OWNERS:
            break
        kept.append(team.key)
        owners |= more
    return file if len(kept) == len(file.teams) else _only(file, frozenset(kept))


def beginning(file: OkrFile, known: Sequence[KeyResultEntry]) -> datetime:
    """The morning after the last thing that is known, or of the cycle's second week; never too close to its end."""
    zone = file.workspace.timezone
    cycles = [cycle for kr in known if (cycle := cycle_of(kr, file)) is not None]
    said = [entry.at.local_day(zone) for kr in known for entry in kr.history]
    first = max(cycle.first_day for cycle in cycles)
    begins = max(said) + timedelta(days=1) if said else first + SECOND_WEEK
    latest = max(cycle.last_day for cycle in cycles) - AT_LEAST
    return instant(max(first, min(begins, latest)), MORNING, zone)


def as_of(file: OkrFile, start: datetime) -> OkrFile:
    """The file without what is yet to come at `start`."""
    zone = file.workspace.timezone
    return replace(
        file,
        objectives=tuple(_objective_as_of(one, start, zone) for one in file.objectives),
        next_steps=tuple(_step_as_of(one, start, zone) for one in file.next_steps if one.at.instant(zone) < start),
        wins=tuple(one for one in file.wins if one.at.instant(zone) < start),
        agreements=tuple(one for one in file.agreements if one.asked.instant(zone) < start),
    )


def _is_asked(kr: KeyResultEntry, file: OkrFile) -> bool:
    cycle = cycle_of(kr, file)
    return kr.state is KRState.ACTIVE and kr.owner is not None and cycle is not None and cycle.state in RUNNING


def _objective_as_of(entry: ObjectiveEntry, start: datetime, zone: str) -> ObjectiveEntry:
    return replace(
        entry,
        key_results=tuple(
            replace(kr, history=tuple(one for one in kr.history if one.at.instant(zone) < start))
            for kr in entry.key_results
        ),
    )


def _step_as_of(entry: NextStepEntry, start: datetime, zone: str) -> NextStepEntry:
    is_to_come = entry.done_at is not None and entry.done_at.instant(zone) >= start
    return replace(entry, state=m.NextStepState.OPEN, done_at=None) if is_to_come else entry


def _only(file: OkrFile, kept: frozenset[str]) -> OkrFile:
    """The file as if there were no other teams; what refers to one of those is left out, too."""
    return replace(
        file,
        teams=tuple(_team(one, kept) for one in file.teams if one.key in kept),
        cycles=tuple(one for one in file.cycles if one.team is None or one.team in kept),
        objectives=tuple(_objective(one, kept) for one in file.objectives if one.team in kept),
        next_steps=tuple(one for one in file.next_steps if one.team in kept),
        wins=tuple(
            replace(one, thanks=one.thanks if one.thanks in kept else None) for one in file.wins if one.team in kept
        ),
        health=tuple(one for one in file.health if one.team in kept),
        agreements=tuple(
            one
            for one in file.agreements
            if one.source.team in kept
            and (one.to_team is None or one.to_team in kept)
            and (one.to is None or one.to.team in kept)
        ),
    )


def _team(entry: TeamEntry, kept: frozenset[str]) -> TeamEntry:
    return replace(entry, parent=entry.parent if entry.parent in kept else None)


def _objective(entry: ObjectiveEntry, kept: frozenset[str]) -> ObjectiveEntry:
    return replace(
        entry,
        key_results=tuple(
            replace(kr, serves=None) if kr.serves is not None and kr.serves.team not in kept else kr
            for kr in entry.key_results
        ),
    )
