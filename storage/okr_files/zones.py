"""Whose wall clock a moment in the file is read on, before and after the import."""

from storage import models as m
from storage.okr_files.schema import KeyResultEntry, OkrFile
from storage.okr_files.stored import Key, Kind, Stored


class Zones:
    """Time zones as they will be once the file is in: what it says goes before what is stored."""

    def __init__(self, file: OkrFile, stored: Stored) -> None:
        self._stored = stored
        self._people = {one.handle: one for one in file.people}
        self._teams = {one.key: one for one in file.teams}
        workspace = stored.workspace
        said = file.workspace.gives("timezone") or workspace is None
        self.workspace = file.workspace.timezone if said or workspace is None else workspace.timezone

    def person(self, handle: str) -> str:
        """Where someone lives by the clock."""
        entry, row = self._people.get(handle), self._stored.row(Kind.PERSON, (handle,))
        if entry is not None and (entry.gives("timezone") or row is None):
            return entry.timezone or self.workspace
        return (row.timezone if row is not None else None) or self.workspace

    def team(self, key: str) -> str:
        """Team time."""
        entry, row = self._teams.get(key), self._stored.row(Kind.TEAM, (key,))
        if entry is not None and (entry.gives("timezone") or row is None):
            return entry.timezone or self.workspace
        return (row.timezone if row is not None else None) or self.workspace

    def key_result(self, entry: KeyResultEntry, row: m.KeyResult | None) -> str:
        """The lead owner's zone; the team's where nobody answers for the key result."""
        owner = self.owner(entry, row)
        return self.team(entry.ref.team) if owner is None else self.person(owner)

    def owner(self, entry: KeyResultEntry, row: m.KeyResult | None) -> str | None:
        """The handle of the lead owner."""
        if entry.gives("owner") or row is None:
            return entry.owner
        return self._stored.person(row.lead_owner_id) or None

    def once(self, entry: KeyResultEntry, row: m.KeyResult | None) -> tuple[str, ...]:
        """Every zone in which the history of a key result may have been read at an earlier import, the present first.

        People move and owners change; the same line of the file must still find the row it once made.
        """
        found = [self.key_result(entry, row), self.workspace, self.team(entry.ref.team)]
        workspace = self._stored.workspace
        if workspace is not None:
            found.append(workspace.timezone)
        if row is not None:
            found.append(self._stored_zone(Kind.PERSON, (self._stored.person(row.lead_owner_id),)))
        if entry.owner is not None:
            found += [self.person(entry.owner), self._stored_zone(Kind.PERSON, (entry.owner,))]
            said = self._people[entry.owner].timezone
            found.append(said or self.workspace)
        found.append(self._stored_zone(Kind.TEAM, (entry.ref.team,)))
        return tuple(dict.fromkeys(found))

    def _stored_zone(self, kind: Kind, key: Key) -> str:
        row = self._stored.row(kind, key)
        return (row.timezone if row is not None else None) or self.workspace
