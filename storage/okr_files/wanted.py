"""From a file to the rows that it wants, each after those it refers to."""

from collections.abc import Iterator

from storage import models as m
from storage.okr_files import wanted_okrs as okrs
from storage.okr_files import wanted_people as people
from storage.okr_files.cells import Cell, Cells, Wanted
from storage.okr_files.schema import OkrFile
from storage.okr_files.stored import Key, Kind, Stored
from storage.okr_files.zones import Zones

OWN_PLATFORMS = (m.Platform.CONSOLE, m.Platform.PLAYGROUND)
"""Platforms that are part of Okra: an import connects the workspace to them by itself."""


def wanted_rows(file: OkrFile, stored: Stored, zones: Zones) -> Iterator[Wanted]:
    """All rows but the history, in an order in which each finds those it refers to."""
    workspace = people.workspace_row(file.workspace)
    yield workspace
    platforms = usable_platforms(file, stored)
    for platform in platforms:
        yield people.installation_row(file, platform)
    for day in file.workspace.holidays:
        cells = Cells(day)
        key: Key = (day.calendar, day.day.isoformat())
        fixed = (Cell("calendar", "calendar", day.calendar), Cell("day", "day", day.day))
        yield Wanted(Kind.HOLIDAY, key, day.line, (*fixed, cells("kind", day.kind), cells("name", day.name)), day.name)
    for moved in stored.identities.moved:
        yield people.moved_row(moved)
    for person in file.people:
        yield people.person_row(person, file.workspace)
    for doubled in stored.identities.doubled:
        yield from people.doubled_rows(doubled)
    for person in file.people:
        yield from people.rows_of_person(person, platforms)
    for team in people.parents_first(file.teams):
        yield people.team_row(team, file.workspace, platforms)
    for team in file.teams:
        yield from people.membership_rows(team, stored)
        for meeting in team.meetings:
            yield people.meeting_row(team, meeting)
    for cycle in file.cycles:
        yield people.cycle_row(cycle)
    for objective in file.objectives:
        yield okrs.objective_row(objective)
    for serving in (False, True):  # what others serve comes first
        for objective in file.objectives:
            for kr in objective.key_results:
                if (kr.serves is not None) is serving:
                    yield okrs.key_result_row(kr, objective)
    for kr in file.key_results:
        yield from okrs.rows_of_key_result(kr)
    for step in file.next_steps:
        yield okrs.next_step_row(step, zones.team(step.team), stored)
    for win in file.wins:
        yield okrs.win_row(win, zones.team(win.team), stored)
    for health in file.health:
        yield okrs.health_row(health, zones.team(health.team))
    for agreement in file.agreements:
        yield okrs.agreement_row(agreement, zones.team(agreement.source.team))


def usable_platforms(file: OkrFile, stored: Stored) -> tuple[m.Platform, ...]:
    """The platforms that the file names and the workspace is, or can be, connected to."""
    named = {address.platform for person in file.people for address in person.addresses}
    named |= {team.channel.platform for team in file.teams if team.channel is not None}
    return tuple(
        one
        for one in m.Platform
        if one in named and (one in OWN_PLATFORMS or stored.row(Kind.INSTALLATION, (one.value,)) is not None)
    )
