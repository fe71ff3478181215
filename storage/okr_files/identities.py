"""Who of a file is whom of a platform's directory: the same address, else the same e-mail, else the same handle.

Only people whom the directory made and no file has named yet are looked at here; whoever a file named once is known
by their handle.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from storage import models as m
from storage.okr_files.schema import PersonEntry

Place = tuple[str, str]
"""A platform and the id of somebody there."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A member of a platform whom an entry of the file means."""

    entry: PersonEntry
    member: m.Person
    places: tuple[Place, ...]
    by_handle: bool = False
    """The handle alone tells: neither an address nor an e-mail does."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A member who gives up their handle, because the file's person of that handle is somebody else."""

    entry: PersonEntry
    member: m.Person
    handle: str


@dataclass(slots=True)
class Identities:
    """What the file and the directory know of each other."""

    claimed: list[Meant] = field(default_factory=list)
    """They become the person of the file."""
    doubled: list[Meant] = field(default_factory=list)
    """The person of the file is here too: the member becomes one with them."""
    moved: list[Moved] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    """Handles that people have once the file is in, by key; only those that change."""

    @property
    def doubles(self) -> set[int]:
        """The keys of those who become one with somebody else."""
        return {one.member.id for one in self.doubled}


def recognise(
    entries: Sequence[PersonEntry], people: Sequence[m.Person], addresses: Iterable[tuple[str, m.Address]]
) -> Identities:
    """Whom the entries mean. `addresses` come with the name of their platform."""
    return _Recognising(entries, people, addresses).done()


class _Recognising:
    def __init__(
        self, entries: Sequence[PersonEntry], people: Sequence[m.Person], addresses: Iterable[tuple[str, m.Address]]
    ) -> None:
        self._entries = entries
        self._by_handle = {one.handle: one for one in people}
        self._free = {one.id: one for one in people if one.from_directory}
        self._by_e_mail: dict[str, list[m.Person]] = {}
        for one in sorted(self._free.values(), key=lambda one: (not one.active, one.id)):
            if one.e_mail is not None:
                self._by_e_mail.setdefault(one.e_mail.lower(), []).append(one)
        self._places: dict[int, list[Place]] = {}
        self._by_place: dict[Place, m.Person] = {}
        self._accounts: dict[int, set[int]] = {}
        """On which installations somebody has an account that is on."""
        for platform, address in addresses:
            place = (platform, address.external_id)
            self._places.setdefault(address.person_id, []).append(place)
            if address.person_id in self._free:
                self._by_place[place] = self._free[address.person_id]
            if address.profile.get("active", True):
                self._accounts.setdefault(address.person_id, set()).add(address.installation_id)
        self._found: dict[str, m.Person] = {}
        """Who is meant, by the file's handle."""
        self._taken = {*(one.lower() for one in self._by_handle), *(one.handle.lower() for one in entries)}
        self._result = Identities()

    def done(self) -> Identities:
        for entry in self._entries:
            stored = self._by_handle.get(entry.handle)
            if stored is not None and not stored.from_directory:
                self._found[entry.handle] = stored
        self._claim(self._with_address)
        self._claim(self._with_e_mail_and_handle)
        self._claim(self._with_e_mail)
        self._claim(self._with_handle, by_handle=True)
        for entry in self._entries:
            self._join(entry)
        for entry in self._entries:
            self._make_room(entry)
        return self._result

    def _claim(self, meant: Callable[[PersonEntry], Iterator[m.Person]], *, by_handle: bool = False) -> None:
        for entry in self._entries:
            if entry.handle in self._found:
                continue
            member = next((one for one in meant(entry) if one.id in self._free), None)
            if member is not None:
                self._found[entry.handle] = self._free.pop(member.id)
                self._result.claimed.append(self._meant(entry, member, by_handle=by_handle))
                if member.handle != entry.handle:
                    self._result.names[member.id] = entry.handle

    def _meant(self, entry: PersonEntry, member: m.Person, *, by_handle: bool = False) -> Meant:
        return Meant(entry, member, tuple(self._places.get(member.id, ())), by_handle)

    def _with_address(self, entry: PersonEntry) -> Iterator[m.Person]:
        for place in _places_of(entry):
            if place in self._by_place:
                yield self._by_place[place]

    def _with_e_mail(self, entry: PersonEntry) -> Iterator[m.Person]:
        yield from self._by_e_mail.get((entry.e_mail or "").lower(), ())

    def _with_e_mail_and_handle(self, entry: PersonEntry) -> Iterator[m.Person]:
        yield from (one for one in self._with_e_mail(entry) if one.handle == entry.handle)

    def _with_handle(self, entry: PersonEntry) -> Iterator[m.Person]:
        """Who has the handle, unless the file's e-mail or address is another than theirs."""
        member = self._by_handle.get(entry.handle)
        if member is None or (entry.e_mail and member.e_mail):
            return
        platforms = dict(_places_of(entry))
        if not any(platform in platforms for platform, _ in self._places.get(member.id, ())):
            yield member

    def _join(self, entry: PersonEntry) -> None:
        """Other members who are the same human as one who is here: they have no second life of their own."""
        person = self._found.get(entry.handle)
        if person is None:
            return
        given = dict(_places_of(entry))
        for member in (*self._with_address(entry), *self._with_e_mail(entry)):
            places = self._places.get(member.id, [])
            goes_over = bool(places) and set(places) <= set(given.items())
            is_elsewhere = not any(platform in given for platform, _ in places) and not (
                self._accounts.get(person.id, set()) & self._accounts.get(member.id, set())
            )
            if member.id in self._free and (goes_over or is_elsewhere):
                del self._free[member.id]
                self._accounts.setdefault(person.id, set()).update(self._accounts.get(member.id, ()))
                self._result.doubled.append(self._meant(entry, member))
                if member.handle in {one.handle for one in self._entries}:
                    self._result.names[member.id] = self._free_handle(member.handle)

    def _make_room(self, entry: PersonEntry) -> None:
        """Whoever has the handle of another human's entry gets a new one."""
        member = self._by_handle.get(entry.handle)
        if member is not None and member.id in self._free:
            handle = self._free_handle(entry.handle)
            self._result.moved.append(Moved(entry, member, handle))
            self._result.names[member.id] = handle

    def _free_handle(self, handle: str) -> str:
        number = 2
        while f"{handle[:70]}-{number}".lower() in self._taken:
            number += 1
        self._taken.add(f"{handle[:70]}-{number}".lower())
        return f"{handle[:70]}-{number}"


def _places_of(entry: PersonEntry) -> Iterator[Place]:
    yield from ((one.platform.value, one.external_id) for one in entry.addresses)


def handle_of(person: m.Person, names: Mapping[int, str]) -> str:
    """The handle that somebody has once the file is in."""
    return names.get(person.id, person.handle)
