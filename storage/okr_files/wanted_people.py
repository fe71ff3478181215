"""The rows that a file wants of who and when: workspace, people, teams, meetings, cycles."""

from collections.abc import Iterator

from storage import models as m
from storage.okr_files.cells import Cell, Cells, Wanted, person_ref, team_ref
from storage.okr_files.identities import Meant, Moved
from storage.okr_files.schema import CycleEntry, MeetingEntry, OkrFile, PersonEntry, TeamEntry, WorkspaceEntry
from storage.okr_files.stored import Kind, Ref, Stored


def workspace_row(entry: WorkspaceEntry) -> Wanted:
    cell = Cells(entry)
    return Wanted(
        Kind.WORKSPACE,
        (entry.name,),
        entry.line,
        (
            cell("name", entry.name),
            cell("mission", entry.mission),
            cell("vision", entry.vision),
            cell("strategy", entry.strategy),
            cell("timezone", entry.timezone),
            cell("language", entry.language, "default_lang"),
            cell("score_mode", entry.score_mode),
            cell("thresholds", {one.name: one.value for one in entry.thresholds}),
            cell("score_objectives", entry.score_objectives),
            cell("holiday_calendar", entry.holiday_calendar),
            cell("quiet_hours", entry.quiet_from, "quiet_from"),
            cell("quiet_hours", entry.quiet_to, "quiet_to"),
            cell("freeze", [[one.first.isoformat(), one.last.isoformat()] for one in entry.freeze]),
            cell("personal_okrs", entry.personal_okrs),
            cell("retention_days", entry.retention_days),
        ),
    )


def installation_row(file: OkrFile, platform: m.Platform) -> Wanted:
    cells = (
        Cell("platform", "platform", platform),
        # Only for one that is made here: a connected workspace keeps the platform's own id.
        Cell("external_id", "id", file.workspace.name, given=False),
    )
    return Wanted(Kind.INSTALLATION, (platform.value,), file.workspace.line, cells)


def person_row(entry: PersonEntry, workspace: WorkspaceEntry) -> Wanted:
    cell = Cells(entry)
    return Wanted(
        Kind.PERSON,
        (entry.handle,),
        entry.line,
        (
            cell("handle", entry.handle),
            cell("name", entry.name, "display_name"),
            cell("short_name", entry.short_name),
            cell("e_mail", entry.e_mail),
            cell("timezone", entry.timezone),
            cell("language", entry.language or workspace.language, "lang"),
            cell("number_style", entry.number_style),
            cell("working_days", list(entry.working_days)),
            cell("holiday_calendar", entry.holiday_calendar),
            cell("check_in_day", entry.check_in_day, "check_in_weekday"),
            cell("check_in_time", entry.check_in_time),
            cell("role", entry.role),
            cell("active", entry.active),
            cell("muted_until", entry.muted_until),
        ),
        title=entry.name if entry.name != entry.handle else "",
    )


def moved_row(moved: Moved) -> Wanted:
    """Somebody of a directory, who is not the file's person of that handle."""
    name = moved.member.display_name
    cells = (Cell("handle", "handle", moved.handle),)
    return Wanted(Kind.PERSON, (moved.handle,), moved.entry.line, cells, name if name != moved.handle else "")


def doubled_rows(doubled: Meant) -> Iterator[Wanted]:
    """The addresses that go over to the file's person, where the file does not give them itself."""
    given = {(one.platform.value, one.external_id) for one in doubled.entry.addresses}
    for place in doubled.places:
        if place not in given:
            cells = (Cell("person_id", "person", person_ref(doubled.entry.handle)),)
            yield Wanted(Kind.ADDRESS, place, doubled.entry.line, cells, doubled.entry.handle)


def rows_of_person(entry: PersonEntry, platforms: tuple[m.Platform, ...]) -> Iterator[Wanted]:
    for address in entry.addresses:
        if address.platform in platforms:
            platform = address.platform.value
            cells = (
                Cell("person_id", "person", person_ref(entry.handle)),
                Cell("installation_id", "platform", Ref(Kind.INSTALLATION, (platform,))),
                Cell("external_id", "id", address.external_id),
            )
            yield Wanted(Kind.ADDRESS, (platform, address.external_id), address.line, cells, entry.handle)
    for away in entry.away:
        cell = Cells(away)
        yield Wanted(
            Kind.AWAY,
            (entry.handle, away.first.isoformat()),
            away.line,
            (
                Cell("person_id", "person", person_ref(entry.handle)),
                Cell("first_day", "from", away.first),
                Cell("last_day", "to", away.last),
                cell("delegate", person_ref(away.delegate), "delegate_id"),
            ),
        )


def parents_first(teams: tuple[TeamEntry, ...]) -> list[TeamEntry]:
    """Reading has refused circles, so every round finds some."""
    left, placed, result = list(teams), set[str](), list[TeamEntry]()
    while left:
        ready = [one for one in left if one.parent is None or one.parent in placed]
        result += ready
        placed.update(one.key for one in ready)
        left = [one for one in left if one.key not in placed]
    return result


def team_row(entry: TeamEntry, workspace: WorkspaceEntry, platforms: tuple[m.Platform, ...]) -> Wanted:
    cell = Cells(entry)
    channel = entry.channel
    connected = channel is not None and channel.platform in platforms
    where = (
        (
            Cell("installation_id", "platform", Ref(Kind.INSTALLATION, (channel.platform.value,))),
            Cell("channel_ref", "channel", {"channel": channel.external_id}),
        )
        if channel is not None and connected
        else ()
    )
    if channel is None and entry.gives("channel"):
        where = (Cell("installation_id", "platform", None), Cell("channel_ref", "channel", None))
    return Wanted(
        Kind.TEAM,
        (entry.key,),
        entry.line,
        (
            cell("key", entry.key),
            cell("name", entry.name),
            cell("language", entry.language or workspace.language, "lang"),
            cell("timezone", entry.timezone),
            cell("holiday_calendar", entry.holiday_calendar),
            cell("parent", team_ref(entry.parent), "parent_team_id"),
            cell("kind", entry.kind),
            cell("cadence", entry.cadence),
            cell("reminders", entry.reminders),
            cell("review_every_weeks", entry.review_every_weeks),
            cell("rituals", {one.name: one.on for one in entry.rituals}),
            *where,
        ),
        title=entry.name if entry.name != entry.key else "",
    )


def membership_rows(entry: TeamEntry, stored: Stored) -> Iterator[Wanted]:
    """Who is in the team; the lead comes last, so that whoever led it before has stepped back by then."""
    present = _stored_lead(entry.key, stored)
    for handle in entry.members:
        if not (handle == present and not entry.gives("lead")):
            yield _membership(entry, handle, m.TeamRole.MEMBER)
    for handle in entry.viewers:
        yield _membership(entry, handle, m.TeamRole.VIEWER)
    if entry.gives("lead"):
        named = (entry.lead, *entry.members, *entry.viewers)
        if present is not None and present not in named:
            yield _membership(entry, present, m.TeamRole.MEMBER)
    if entry.lead is not None:
        yield _membership(entry, entry.lead, m.TeamRole.LEAD)


def _stored_lead(team: str, stored: Stored) -> str | None:
    leads = (
        str(ref.key[1])
        for ref, row in stored.rows.items()
        if isinstance(row, m.Membership) and row.role is m.TeamRole.LEAD and ref.key[0] == team
    )
    return next(leads, None)


def _membership(entry: TeamEntry, handle: str, role: m.TeamRole) -> Wanted:
    cells = (
        Cell("person_id", "person", person_ref(handle)),
        Cell("team_id", "team", team_ref(entry.key)),
        Cell("role", "role", role),
    )
    return Wanted(Kind.MEMBERSHIP, (entry.key, handle), entry.line, cells, role.value)


def meeting_row(team: TeamEntry, entry: MeetingEntry) -> Wanted:
    cell = Cells(entry)
    return Wanted(
        Kind.MEETING,
        (team.key, entry.title),
        entry.line,
        (
            Cell("team_id", "team", team_ref(team.key)),
            cell("title", entry.title),
            cell("weekdays", list(entry.weekdays)),
            cell("time", entry.time),
            cell("timezone", entry.timezone),
            cell("every", entry.every),
            cell("lead_minutes", entry.lead_minutes),
            cell("duration", entry.duration),
            cell("main", entry.main),
        ),
    )


def cycle_row(entry: CycleEntry) -> Wanted:
    cell = Cells(entry)
    cells = (
        Cell("team_id", "team", team_ref(entry.team)),
        cell("name", entry.name),
        cell("first_day", entry.first_day),
        cell("last_day", entry.last_day),
        cell("state", entry.state),
    )
    return Wanted(Kind.CYCLE, (entry.team or "", entry.name), entry.line, cells)
