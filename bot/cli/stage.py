"""A company on the console: a database of its own, the file imported, its people in a room, the clock in our hands."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from bot.cards.i18n import Lang
from bot.cli.house import House
from bot.cli.types import BuildHouse
from bot.clock import MovableClock
from bot.delivery.port import Profile
from bot.okr.localtime import instant
from bot.platforms.console.platform import ConsolePlatform
from bot.platforms.console.room import OnEvent, Room, ignore
from storage import models as m
from storage.okr_files import OkrFile, Preview, apply
from storage.okr_files.schema import AddressEntry, PersonEntry, TeamEntry
from storage.session import Database, bring_up_to_date
from storage.teams import person_zone, team_zone

CONSOLE = m.Platform.CONSOLE


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a channel as the stage knows it."""

    name: str
    zone: str
    lang: Lang
    id: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone and every channel, by their id in the room."""

    people: dict[str, Actor]
    channels: dict[str, Actor]
    zone: str
    """The workspace's own."""
    installation: str
    installation_id: int


@dataclass
class Stage:
    """What a story and a test play on."""

    url: str
    db: Database
    clock: MovableClock
    room: Room
    house: House
    console: ConsolePlatform
    cast: Cast
    imported: Preview

    async def acts(self) -> None:
        """What follows from what somebody did, until nothing more is due at this moment."""
        await self.house.tick()

    def moment(self, text: str, zone: str | None = None) -> datetime:
        """`2026-11-12 10:00` on the wall clocks of `zone`, or of the workspace."""
        wall = datetime.fromisoformat(text)
        return instant(wall.date(), wall.time(), zone or self.cast.zone)

    def close(self) -> None:
        """Close the database."""
        self.db.close()


def set_up(build_house: BuildHouse, file: OkrFile, folder: Path, start: datetime, on_event: OnEvent = ignore) -> Stage:
    """Import `file` into a new database in `folder` as of `start`, with everyone on the console."""
    url = f"sqlite:///{folder / 'okra.db'}"
    bring_up_to_date(url)
    clock = MovableClock(start)
    db = Database(url, clock)
    imported = db.write_now(apply, on_the_console(file), start)
    room = Room(clock, on_event)
    return enter(build_house, url, db, clock, room, imported)


def enter(build_house: BuildHouse, url: str, db: Database, clock: MovableClock, room: Room, imported: Preview) -> Stage:
    """Start Okra over a database that is there, beside a room that may have been there before: a restart."""
    cast = db.read_now(cast_of)
    fill(room, db.read_now(profiles), cast)
    house = build_house(db, clock, sends_per_second=0)
    console = ConsolePlatform(
        room,
        accept=house.intake.accept,
        clock=clock,
        installation=cast.installation,
        installation_id=cast.installation_id,
    )
    house.ports[CONSOLE.value] = console.port
    return Stage(url, db, clock, room, house, console, cast, imported)


# --- the file ------------------------------------------------------------------------------------------


def on_the_console(file: OkrFile) -> OkrFile:
    """The same company with everyone on the console, whatever platforms the file names; nobody else is written to."""
    return put_on(file, CONSOLE)


def put_on(file: OkrFile, platform: m.Platform) -> OkrFile:
    """The same company with everyone on one platform, under the names they have there or on the console."""
    taken = {one.external_id for person in file.people if (one := _known_as(person, platform)) is not None}
    return replace(
        file,
        people=tuple(_person(one, platform, taken) for one in file.people),
        teams=tuple(_team(one, platform) for one in file.teams),
    )


def _known_as(entry: PersonEntry, platform: m.Platform) -> AddressEntry | None:
    known = {one.platform: one for one in reversed(entry.addresses)}
    return known.get(platform) or known.get(CONSOLE)


def _person(entry: PersonEntry, platform: m.Platform, taken: set[str]) -> PersonEntry:
    here = _known_as(entry, platform)
    if here is None:
        name = entry.handle
        while name in taken:
            name += "+"
        taken.add(name)
        here = AddressEntry(line=entry.line, platform=platform, external_id=name)
    return replace(entry, addresses=(replace(here, platform=platform),), given=entry.given | {"address"})


def _team(entry: TeamEntry, platform: m.Platform) -> TeamEntry:
    if entry.channel is None:
        return entry
    return replace(entry, channel=replace(entry.channel, platform=platform))


# --- the room ------------------------------------------------------------------------------------------


def cast_of(session: Session, platform: m.Platform = CONSOLE) -> Cast:
    """Everyone on a platform. Raises LookupError where nobody is there."""
    place = session.exec(select(m.Installation).where(m.Installation.platform == platform)).first()
    if place is None:
        raise LookupError(f"Nobody is on the {platform.value}.")
    workspace = session.get_one(m.Workspace, place.workspace_id)
    people: dict[str, Actor] = {}
    for address, person in session.exec(
        select(m.Address, m.Person)
        .join(m.Person, col(m.Person.id) == col(m.Address.person_id))
        .where(m.Address.installation_id == place.id)
        .order_by(col(m.Person.id))
    ):
        zone = person_zone(person, workspace)
        people[address.external_id] = Actor(person.short_name, zone, _lang(person.lang), person.id)
    channels: dict[str, Actor] = {}
    for team in session.exec(select(m.Team).order_by(col(m.Team.id))):
        if team.channel_ref and team.installation_id == place.id:
            name = str(team.channel_ref["channel"])
            channels.setdefault(name, Actor(name, team_zone(team, workspace), _lang(team.lang), team.id))
    return Cast(people, channels, workspace.timezone, place.external_id, place.id)


def profiles(session: Session, platform: m.Platform = CONSOLE) -> dict[str, Profile]:
    """The people of a platform as it describes them."""
    rows = session.exec(
        select(m.Address, m.Person)
        .join(m.Person, col(m.Person.id) == col(m.Address.person_id))
        .join(m.Installation, col(m.Installation.id) == col(m.Address.installation_id))
        .where(m.Installation.platform == platform)
        .order_by(col(m.Person.id))
    )
    return {
        address.external_id: Profile(
            external_id=address.external_id,
            display_name=person.display_name,
            short_name=person.short_name,
            timezone=person.timezone,
            locale="zh-CN" if person.lang is m.Language.ZH else "en-GB",
        )
        for address, person in rows
    }


def fill(room: Room, people: dict[str, Profile], cast: Cast) -> None:
    """Let everyone come in who is not there yet; all people are in all channels."""
    for name, profile in people.items():
        room.people.setdefault(name, profile)
    for channel in cast.channels:
        room.channels.setdefault(channel, list(people))


def _lang(lang: m.Language) -> Lang:
    return "zh" if lang is m.Language.ZH else "en"
