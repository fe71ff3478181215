"""Which team and which cycle the objectives of a draft go to; what cannot be known is asked in one sentence."""

from dataclasses import dataclass, field

from storage.okr_files.drafting_frame import (
    Frame,
    FrameCycle,
    FrameTeam,
    calendar_cycle,
    find_team,
    same_cycle,
)
from storage.okr_files.drafts import Draft, DraftObjective, Unread
from storage.okr_files.schema import Note, Problem

Taken = tuple[DraftObjective, tuple[FrameTeam, FrameCycle]]
"""An objective and where it goes."""
OTHER_CYCLE = "of another cycle; import it with --cycle"


@dataclass(slots=True)
class Places:
    """The team and cycle of every objective that is taken over."""

    taken: list[Taken] = field(default_factory=list)
    left: list[Unread] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def places_of(draft: Draft, frame: Frame) -> Places | list[Problem]:
    """Where each objective goes, or why that cannot be known."""
    found, problems = Places(), list[Problem]()
    elsewhere: dict[str, dict[str, int]] = {}
    cycles = [one.cycle for one in draft.objectives if one.cycle]
    several = any(not same_cycle(one, cycles[0]) for one in cycles)
    for objective in draft.objectives:
        team = _team_of(objective, frame)
        if team is None:
            return [_which_team(objective, frame)]
        if objective.team and find_team(frame.teams, objective.team) is None:
            elsewhere.setdefault(team.key, {}).setdefault(objective.team, objective.line)
        cycle = _cycle_of(objective, team, frame, several=several)
        if cycle is not None:
            found.taken.append((objective, (team, cycle)))
            continue
        count = len(objective.key_results)
        below = f", with {count} key result{'' if count == 1 else 's'}" if count else ""
        found.left.append(Unread(objective.line, f"{objective.title}{below}", OTHER_CYCLE))
        problems.append(_which_cycle(objective, team, frame))
    if not found.taken and problems:
        return problems[:1]
    for key, names in elsewhere.items():
        listed = ", ".join(f"'{name}'" for name in names)
        first = next(iter(names.values()))
        found.notes.append(Note(first, f"No team here is called {listed}; what stands there goes to {key}."))
    return found


def _team_of(objective: DraftObjective, frame: Frame) -> FrameTeam | None:
    """The team that the source names, if it is one here; else the one that the person named; else the only one."""
    written = find_team(frame.teams, objective.team) if objective.team else None
    if written is not None:
        return written
    if frame.team is not None:
        return find_team(frame.teams, frame.team)
    return frame.teams[0] if len(frame.teams) == 1 else None


def _which_team(objective: DraftObjective, frame: Frame) -> Problem:
    keys = ", ".join(one.key for one in frame.teams)
    if not frame.teams:
        return Problem(objective.line, "", "There is no team here whose objectives these could be; add one first.")
    if objective.team:
        return Problem(
            objective.line, "", f"There is no team '{objective.team}' here; name one with --team: {keys}, or add it."
        )
    return Problem(objective.line, "", f"Which team's objectives are these? Name it with --team: {keys}.")


def _cycle_of(objective: DraftObjective, team: FrameTeam, frame: Frame, *, several: bool) -> FrameCycle | None:
    """A team's own cycle goes before the workspace's. What the person named decides, then what the source says.

    Of a source with `several` cycles only the one that the person named is taken.
    """
    mine = [one for one in frame.cycles if one.team == team.key] + [one for one in frame.cycles if one.team is None]
    written = objective.cycle
    if frame.cycle is not None:
        named = next((one for one in mine if same_cycle(one.name, frame.cycle)), None)
        return named if written is None or not several or same_cycle(written, frame.cycle) else None
    if written is not None:
        found = next((one for one in mine if same_cycle(one.name, written)), None)
        if found is not None or frame.is_stored or frame.cycles:
            return found
    open_ones = [one for one in mine if one.is_open]
    if len(open_ones) == 1:
        return open_ones[0]
    return calendar_cycle(written, frame.today) if not frame.cycles and not frame.is_stored else None


def _which_cycle(objective: DraftObjective, team: FrameTeam, frame: Frame) -> Problem:
    names = ", ".join(dict.fromkeys(one.name for one in frame.cycles if one.team in (None, team.key)))
    if objective.cycle and frame.cycle:
        return Problem(
            objective.line, "", f"The objectives here are of several cycles, and none of them is {frame.cycle}."
        )
    if not names:
        return Problem(objective.line, "", f"{team.key} has no cycle here; add one first (docs/okr-file.md#cycles).")
    if objective.cycle:
        return Problem(
            objective.line,
            "",
            f"There is no cycle '{objective.cycle}' here; add it, or name one with --cycle: {names}.",
        )
    return Problem(objective.line, "", f"For which cycle are these objectives? Name it with --cycle: {names}.")
