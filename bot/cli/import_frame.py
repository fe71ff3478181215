"""Where the objectives of a table or a text go: what storage knows, and what the options of `import` add."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from bot.cli.output import CommandProblem
from bot.okr.localtime import local_day
from storage import installations
from storage.okr_files.drafting_frame import (
    Frame,
    FrameCycle,
    FramePerson,
    FrameTeam,
    calendar_cycle,
    find_person,
    find_team,
    frame_from_storage,
    same_cycle,
)
from storage.okr_files.scalars import Unreadable, day, handle, one_line, team_key

NOBODY_YET = (
    "There is no workspace here yet. Name one with --workspace and its team with --team (and --lead), "
    "or first import an OKR file with people, a team and a cycle (docs/okr-file.md)."
)
NO_TEAM = "Name the team of the new workspace with --team, such as --team GRO."
BOTH_DAYS = "A new cycle needs --first-day and --last-day, both such as 2026-10-01, and its name with --cycle."
NEW_CYCLE = "There is no cycle '{cycle}' here; name one with --cycle ({known}), or give its --first-day and --last-day."


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says of a file that does not say it itself."""

    team: str | None = None
    cycle: str | None = None
    workspace: str | None = None
    lead: str | None = None
    first_day: str | None = None
    last_day: str | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The options that were given, as they are written."""
        pairs = (
            ("--team", self.team),
            ("--cycle", self.cycle),
            ("--workspace", self.workspace),
            ("--lead", self.lead),
            ("--first-day", self.first_day),
            ("--last-day", self.last_day),
        )
        return tuple(name for name, value in pairs if value is not None)


def frame_of(session: Session, options: Options, now: datetime) -> Frame:
    """The workspace as it stands with what the options add to it. Raises `CommandProblem` with one sentence."""
    try:
        return _frame(session, _readable(options), now)
    except Unreadable as error:
        raise CommandProblem(str(error)) from None


def _readable(options: Options) -> Options:
    """The options as a file could hold them. Raises `Unreadable`."""
    return replace(
        options,
        team=None if options.team is None else one_line(60)(options.team),
        cycle=None if options.cycle is None else one_line(20)(options.cycle),
        workspace=None if options.workspace is None else one_line(80)(options.workspace),
        lead=None if options.lead is None else one_line(200)(options.lead),
    )


def _frame(session: Session, options: Options, now: datetime) -> Frame:
    rows = installations.workspaces(session)
    mine = next((row for row in rows if row.name == options.workspace), rows[0] if len(rows) == 1 else None)
    today = local_day(now, mine.timezone if mine is not None else "UTC")
    if not rows:
        return _new_workspace(options, today)
    frame = frame_from_storage(session, today, options.workspace)
    if isinstance(frame, list):
        raise CommandProblem(frame[0].sentence)
    return _with_cycle(_with_team(frame, options), options)


def _new_workspace(options: Options, today: date) -> Frame:
    """Nothing is stored: the options say everything but the objectives."""
    if options.workspace is None:
        raise CommandProblem(NOBODY_YET)
    if options.team is None:
        raise CommandProblem(NO_TEAM)
    key = team_key(options.team)
    lead = None if options.lead is None else handle(options.lead)
    people = () if lead is None else (FramePerson(lead),)
    frame = Frame(options.workspace, today, people, (FrameTeam(key, key, lead),), team=key)
    return _with_cycle(frame, options)


def _with_team(frame: Frame, options: Options) -> Frame:
    """The team that was named. One that is new needs somebody to lead it."""
    if options.team is None:
        return frame
    lead = None
    if options.lead is not None:
        person = find_person(frame.people, options.lead)
        if person is None:
            known = ", ".join(one.handle for one in frame.people[:20])
            raise CommandProblem(f"There is nobody '{options.lead}' here; name one with --lead: {known}.")
        lead = person.handle
    found = find_team(frame.teams, options.team)
    if found is not None:
        if lead is None:
            return replace(frame, team=found.key)
        teams = tuple(replace(one, lead=lead) if one is found else one for one in frame.teams)
        return replace(frame, team=found.key, teams=teams)
    if lead is None:
        known = ", ".join(one.key for one in frame.teams)
        raise CommandProblem(
            f"There is no team '{options.team}' here; name one with --team: {known}, or say with --lead who leads it."
        )
    key = team_key(options.team)
    return replace(frame, team=key, teams=(*frame.teams, FrameTeam(key, key, lead)))


def _with_cycle(frame: Frame, options: Options) -> Frame:
    """The cycle that was named. One that is new needs its days, unless its name is that of a quarter."""
    days = (options.first_day, options.last_day)
    if options.cycle is None:
        if any(days):
            raise CommandProblem(BOTH_DAYS)
        return frame
    known = next((one for one in frame.cycles if same_cycle(one.name, options.cycle)), None)
    if known is not None and not any(days):
        return replace(frame, cycle=known.name)
    if any(days):
        if options.first_day is None or options.last_day is None:
            raise CommandProblem(BOTH_DAYS)
        new = FrameCycle(known.name if known else options.cycle, day(options.first_day), day(options.last_day))
    else:
        quarter = calendar_cycle(options.cycle, frame.today)
        if quarter is None:
            names = ", ".join(dict.fromkeys(one.name for one in frame.cycles)) or "there is none yet"
            raise CommandProblem(NEW_CYCLE.format(cycle=options.cycle, known=names))
        new = quarter
    others = tuple(one for one in frame.cycles if one is not known)
    if known is not None:
        new = replace(known, first_day=new.first_day, last_day=new.last_day)
    return replace(frame, cycles=(*others, new), cycle=new.name)
