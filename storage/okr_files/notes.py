"""What is allowed in a file and yet worth knowing before it is used: a team without a channel, and the like."""

from collections.abc import Iterator

from bot.okr import model as okr
from storage import models as m
from storage.okr_files.cells import kr_key
from storage.okr_files.identities import Identities, Meant
from storage.okr_files.previews import Note
from storage.okr_files.schema import KeyResultEntry, OkrFile, PersonEntry, TeamEntry
from storage.okr_files.stored import Kind, Stored
from storage.okr_files.zones import Zones
from storage.platforms import TRAITS

ASKED = (okr.KRState.ACTIVE, okr.KRState.PAUSED)


def notes_on(file: OkrFile, stored: Stored, zones: Zones, platforms: tuple[m.Platform, ...]) -> tuple[Note, ...]:
    """The notes in the order of the file. What storage knows already needs no note."""
    found = [
        *(note for team in file.teams for note in _on_team(team, file, stored, platforms)),
        *(note for person in file.people for note in _on_person(person, file, stored, zones, platforms)),
        *_on_identities(stored.identities),
        *(note for kr in file.key_results for note in _on_key_result(kr, file, stored)),
    ]
    return tuple(sorted(found, key=lambda note: note.line))


def _on_team(team: TeamEntry, file: OkrFile, stored: Stored, platforms: tuple[m.Platform, ...]) -> Iterator[Note]:
    row: m.Team | None = stored.row(Kind.TEAM, (team.key,))
    has_channel = row is not None and row.channel_ref is not None and not team.gives("channel")
    if team.channel is not None and team.channel.platform not in platforms:
        yield Note(
            team.channel.line,
            f"There is no connection to {_name_of(team.channel.platform)} yet, so {team.name}'s channel is not stored; "
            "import the file again once there is.",
        )
    elif (
        team.channel is not None
        and TRAITS[team.channel.platform].lets_in
        and team.channel.external_id not in stored.met
    ):
        yield Note(
            team.channel.line,
            f"Okra is not in {team.name}'s channel in {_name_of(team.channel.platform)} yet: add the app to its team "
            "or chat, and its boards go there; the file need not be imported again.",
        )
    elif team.channel is None and not has_channel:
        yield Note(team.line, f"{team.name} has no channel, so its digest cannot be posted.")
    if not team.meetings and not _has_child(stored, Kind.MEETING, team.key):
        yield Note(
            team.line,
            f"{team.name} has no meeting: it is asked on Mondays at 10:00, and its digest is due on Tuesdays.",
        )
    if team.lead is None and not _has_lead(stored, team.key):
        yield Note(team.line, f"{team.name} has no lead, so nobody is told when a key result goes dark.")
    if not any(one.team in (None, team.key) for one in file.cycles) and not _has_cycle(stored, team.key):
        yield Note(team.line, f"{team.name} has no cycle, so nothing is asked and no digest is posted.")


def _on_person(
    person: PersonEntry, file: OkrFile, stored: Stored, zones: Zones, platforms: tuple[m.Platform, ...]
) -> Iterator[Note]:
    row: m.Person | None = stored.row(Kind.PERSON, (person.handle,))
    zone_known = row is not None and row.timezone is not None and not person.gives("timezone")
    if person.timezone is None and not zone_known:
        yield Note(person.line, f"{person.name} has no time zone, so the workspace's is used: {zones.workspace}.")
    for address in person.addresses:
        if address.platform not in platforms:
            yield Note(
                address.line,
                f"There is no connection to {_name_of(address.platform)} yet, so {person.name}'s address there is not "
                "stored; import the file again once there is.",
            )
    has_address = row is not None and any(
        isinstance(one, m.Address) and one.person_id == row.id for one in stored.rows.values()
    )
    has_address = has_address or any(one.entry.handle == person.handle for one in stored.identities.doubled)
    if not person.addresses and not has_address and any(_is_owner(person.handle, kr) for kr in file.key_results):
        e_mail = person.e_mail or (None if row is None else row.e_mail)
        what = (
            "so nothing can be asked yet"
            if e_mail is None
            else f"so Okra looks for {e_mail} in Slack or Teams when it runs there"
        )
        yield Note(person.line, f"{person.name} owns a key result and has no address, {what}.")


def _on_identities(found: Identities) -> Iterator[Note]:
    """Whom the file means, where the handle does not say so by itself; and who is called otherwise from now on."""
    for one in (*found.claimed, *found.doubled):
        if one.by_handle or one.member.handle != one.entry.handle:
            yield Note(one.entry.line, f"{one.entry.name} is the {_member(one)}.")
    for moved in found.moved:
        yield Note(
            moved.entry.line,
            f"'{moved.entry.handle}' was {_called(moved.member)}, who is somebody else than the file's "
            f"{moved.entry.name}, and is called '{moved.handle}' from now on.",
        )


def _member(one: Meant) -> str:
    platforms = [_name_of(m.Platform(platform)) for platform, _ in one.places]
    name = one.member.display_name
    known = f" ({_called(one.member)})" if name not in (one.entry.name, one.member.handle) else ""
    return f"{' '.join((*platforms[:1], 'member'))} {one.member.handle}{known}"


def _called(person: m.Person) -> str:
    return ", ".join(one for one in (person.display_name, person.e_mail) if one)


def _on_key_result(kr: KeyResultEntry, file: OkrFile, stored: Stored) -> Iterator[Note]:
    row: m.KeyResult | None = stored.row(Kind.KEY_RESULT, kr_key(kr.ref))
    has_owner = kr.owner is not None or (row is not None and row.lead_owner_id is not None and not kr.gives("owner"))
    if not has_owner and kr.state in ASKED:
        yield Note(kr.line, f"{kr.ref.label} has no owner, so nobody is asked. Who answers for this one?")
    cycle = next((one for one in file.cycles if (one.team, one.name) == (kr.ref.cycle_team, kr.ref.cycle)), None)
    if cycle is not None and not cycle.first_day <= kr.due <= cycle.last_day:
        yield Note(kr.line, f"{kr.ref.label} is due on {kr.due.isoformat()}, outside its cycle {cycle.name}.")


def _name_of(platform: m.Platform) -> str:
    return TRAITS[platform].name


def _is_owner(handle: str, kr: KeyResultEntry) -> bool:
    return handle == kr.owner or handle in kr.co_owners


def _has_child(stored: Stored, kind: Kind, team: str) -> bool:
    return any(ref.kind is kind and ref.key[0] == team for ref in stored.rows)


def _has_lead(stored: Stored, team: str) -> bool:
    return any(
        isinstance(row, m.Membership) and row.role is m.TeamRole.LEAD and stored.team(row.team_id) == team
        for row in stored.rows.values()
    )


def _has_cycle(stored: Stored, team: str) -> bool:
    return any(ref.kind is Kind.CYCLE and ref.key[0] in ("", team) for ref in stored.rows)
