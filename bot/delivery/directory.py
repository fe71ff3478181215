"""The directory: who is on a platform, known here from the first day on and kept up to date."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.cards.graphemes import clip
from bot.clock import Clock
from bot.delivery import channels, chats
from bot.delivery.early import EarlyNews
from bot.delivery.news import (
    ChannelNews,
    ChatNews,
    Follows,
    ListsChannels,
    MeetingNews,
    MemberNews,
    News,
    PersonNews,
    RemovedNews,
)
from bot.delivery.port import ChatError, HasDirectory, Profile, RateLimited, TellsWho
from bot.delivery.profiles import (
    SHORT_NAME,
    Said,
    columns_of,
    flow_into,
    handles_of,
    is_somebody,
    number_style_of,
    said_of,
)
from storage import agendas, directory, identity, installations, setting_up, ways
from storage import models as m
from storage.session import Database, StorageProblem

log = structlog.get_logger()

READ_EVERY = timedelta(hours=24)
"""News of people come at once; a whole reading finds what was missed."""
AGAIN_AFTER_TROUBLE = timedelta(minutes=10)
SOON = timedelta(minutes=1)
"""After a reading: the next one, where people are in a team that Okra was just let into."""
A_WHILE = timedelta(minutes=15)
"""After somebody came or went: all of them are read in one go. A company of many teams has such news every minute."""
AT_ONCE = 250
"""People in one transaction."""


class Directory:
    """Reads whole directories now and then, and hears what changes in between."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        ports: Mapping[str, object],
        follows: Follows,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._ports = ports
        self._follows = follows
        self._wake = wake
        self._next: dict[int, datetime] = {}
        self._read_at: dict[int, datetime] = {}
        """When a reading began last."""
        self._wanted: dict[int, datetime] = {}
        """From when on a reading is worth it before the day is over."""
        self._begun: dict[int, AsyncIterator[list[Profile]]] = {}
        """Readings that a rate limit holds up, to be gone on with."""
        self._met: set[tuple[str, str, str]] = set()
        """Whose own chats were heard of, by the platform's ids: who they are is asked once."""
        self._early = EarlyNews()
        self._writing = asyncio.Lock()

    async def look(self) -> int:
        """Read those that were not read for a day: after a start, and where Okra was just let in, too.

        A reading that breaks off has changed nothing wrongly; it is begun anew some minutes later. One that a rate
        limit holds up goes on when that is over, and holds up no other. Returns how many people were read. Raises
        `StorageProblem`.
        """
        await self._hear_early()
        active = await self._db.read(ways.active_installations)
        self._next = {key: at for key, at in self._next.items() if key in active}
        self._begun = {key: reading for key, reading in self._begun.items() if key in active}
        self._wanted = {key: at for key, at in self._wanted.items() if key in active}
        count = 0
        for installation_id, platform in active.items():
            port, now = self._ports.get(platform), self._clock.now()
            if not isinstance(port, HasDirectory) or not self._is_due(installation_id, now):
                continue
            self._next[installation_id] = now + AGAIN_AFTER_TROUBLE
            reading = self._begun.pop(installation_id, None)
            if reading is None:
                reading = port.people(installation_id)
                self._read_at[installation_id] = now
                self._wanted.pop(installation_id, None)
            try:
                count += await self._read(installation_id, reading)
                await self._read_channels(installation_id, port)
            except RateLimited as error:
                self._begun[installation_id] = reading
                self._next[installation_id] = self._clock.now() + timedelta(seconds=error.retry_after)
            except ChatError as error:
                log.warning("directory", installation=installation_id, problem=str(error))
            else:
                self._next[installation_id] = now + READ_EVERY
        return count

    async def _read_channels(self, installation_id: int, port: object) -> None:
        """What can be chosen for boards, on a platform that lists it."""
        if isinstance(port, ListsChannels):
            listed = await port.list_channels(installation_id)
            async with self._writing:
                await self._db.write(chats.hear_listed, installation_id, listed)

    async def hear(self, news: News) -> None:
        """Write news down. Raises `StorageProblem`: then nothing of it was, and it must be told again.

        Where Okra is let in before there is a workspace, that is remembered until there is one.
        """
        await self._hear_early()
        if not await self._hear(news):
            self._early.keep(news)
        elif isinstance(news, ChatNews):
            await self._meet(news)

    async def _hear(self, news: News) -> bool:
        """False where there is no place yet that it is about."""
        async with self._writing:
            heard = await self._db.write(hear_news, news, self._follows, self._clock.now())
        if heard.fresh is not None:
            self._want(heard.fresh, heard.after)
        self._wake()
        return heard.is_here

    async def _meet(self, news: ChatNews) -> None:
        """Whoever brings Okra into a workspace in which nobody made a team yet is known at once.

        Where the platform does not say now who they are, the next reading finds them.
        """
        who = (news.platform, news.installation, news.person)
        if news.kind is not m.ChatKind.PERSONAL or not news.is_open or who in self._met:
            return
        self._met.add(who)
        installation_id = await self._db.read(_brought_by_a_stranger, news)
        port = self._ports.get(news.platform)
        if installation_id is None or not isinstance(port, TellsWho):
            return
        try:
            profile = await port.person(installation_id, news.person)
        except ChatError as error:
            log.warning("directory", installation=installation_id, problem=str(error))
            return
        if profile is not None:
            await self._hear(PersonNews(news.platform, news.installation, profile))

    def _want(self, installation_id: int, after: timedelta) -> None:
        """A reading, `after` so long, and never right after the last one; one that is wanted earlier comes earlier."""
        now = self._clock.now()
        at = max(now + after, self._read_at.get(installation_id, now - SOON) + SOON)
        self._wanted[installation_id] = min(at, self._wanted.get(installation_id, at))

    async def _hear_early(self) -> None:
        """Write down what came too early, if its time has come."""
        if not self._early.places:
            return
        here = await self._db.read(_that_are_here, self._early.places)
        waiting = self._early.take(here)
        while waiting:
            try:
                await self._hear(waiting[0])
            except StorageProblem:
                for news in waiting:
                    self._early.keep(news)
                raise
            waiting.pop(0)

    def _is_due(self, installation_id: int, now: datetime) -> bool:
        """Where people are, soon: they often come one by one, and are read together."""
        if installation_id not in self._begun and self._wanted.get(installation_id, now + SOON) <= now:
            return True
        return self._next.get(installation_id, now) <= now

    async def _read(self, installation_id: int, reading: AsyncIterator[list[Profile]]) -> int:
        count = 0
        async for page in reading:
            for first in range(0, len(page), AT_ONCE):
                async with self._writing:
                    part = page[first : first + AT_ONCE]
                    await self._db.write(hear_people_of, installation_id, part, self._follows, self._clock.now())
            count += len(page)
        log.info("directory", installation=installation_id, people=count)
        return count


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of news."""

    is_here: bool
    """There is a place that it is about."""
    fresh: int | None = None
    """The installation whose people are worth reading before the day is over."""
    after: timedelta = timedelta(0)
    """How long to wait with that for more of the kind."""


def _that_are_here(session: Session, places: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    return [one for one in places if installations.installation(session, m.Platform(one[0]), one[1]) is not None]


def _brought_by_a_stranger(session: Session, news: ChatNews) -> int | None:
    """The installation, if somebody unknown opened their own chat there and no team is set up yet."""
    place = installations.installation(session, m.Platform(news.platform), news.installation)
    if place is None or setting_up.has_teams(session, place.workspace_id):
        return None
    return place.id if installations.address(session, place.id, news.person) is None else None


def hear_news(session: Session, news: News, follows: Follows, now: datetime) -> Heard:
    """What a platform told about its people, its channels or itself; of a place that is not ours, nothing."""
    place = installations.installation(session, m.Platform(news.platform), news.installation)
    if place is None:
        return Heard(is_here=False)
    after = _hear(session, place, news, follows, now)
    return Heard(is_here=True) if after is None else Heard(is_here=True, fresh=place.id, after=after)


def _hear(session: Session, place: m.Installation, news: News, follows: Follows, now: datetime) -> timedelta | None:
    """Returns after what time its people are worth reading, if they are before the day is over."""
    match news:
        case PersonNews(profile=profile):
            if place.state is m.InstallationState.ACTIVE:
                hear_people(session, place, [profile], follows, now)
        case ChannelNews():
            channels.hear(session, place, news, follows.channel_opened, now)
        case MemberNews():
            chats.hear_of_members(session, place, news)
            return A_WHILE
        case RemovedNews(at=at):
            installations.revoke(session, place.platform, place.external_id, now, at)
        case ChatNews():
            return timedelta(0) if chats.hear(session, place, news, follows, now) else None
        case MeetingNews(chat=chat, at=at):
            if place.state is m.InstallationState.ACTIVE:
                follows.meeting_began(session, place, chat, at, now)
    return None


def hear_people_of(
    session: Session, installation_id: int, profiles: Sequence[Profile], follows: Follows, now: datetime
) -> None:
    """`hear_people` by the installation's key; Okra may have been taken out of it while it was read."""
    place = session.get_one(m.Installation, installation_id)
    if place.state is m.InstallationState.ACTIVE:
        hear_people(session, place, profiles, follows, now)


def hear_people(
    session: Session, place: m.Installation, profiles: Iterable[Profile], follows: Follows, now: datetime
) -> None:
    """Bring people up to date, and make those known who work there: about ten statements, however many they are.

    Guests, people of other companies and bots are never made known; who is known stays so, whatever they are.
    """
    told = {profile.external_id: profile for profile in profiles if is_somebody(profile)}
    known = directory.known(session, place.id, told)
    heard: list[tuple[m.Address, m.Person, Said]] = []
    for external_id, (address, person) in known.items():
        profile = told.pop(external_id)
        if profile.updated == 0 or profile.updated >= address.profile.get("updated", 0):
            heard.append((address, person, address.profile))
            said = said_of(profile, address.profile)
            if not person.away_from_status:
                said.pop("status", None)  # nobody's business until they allow the question
            address.profile = said
        if _found_a_way(address, profile):
            session.add(address)
    changed = {person.id for address, person, before in heard if _brought_up(session, address, person, before)}
    changed |= _switched_off(session, heard)
    changed |= _recognised(session, place, heard)
    strangers = [one for one in told.values() if one.active and not one.is_guest]
    changed |= _made_known(session, place, strangers, now)
    session.flush()
    if changed:
        agendas.look_again(session, directory.teams_of(session, changed), now)
    follows.people_came(session, place, [one.external_id for one in strangers], now)
    for address, person, before in heard:
        if address.profile.get("status") != before.get("status"):
            follows.status_changed(session, person, address.profile.get("status"), now)


def _found_a_way(address: m.Address, profile: Profile) -> bool:
    """Keep what it takes to write to somebody. Where nothing was known of it yet, whoever works there can be reached.

    Whoever took Okra out of their own chat, or is in no team with it any more, was known by all of it and stays so.
    """
    newest = {**address.dm_ref, **profile.ref}
    if address.dm_ref == newest:
        return False
    if not profile.ref.keys() <= address.dm_ref.keys() and profile.active and not profile.is_guest:
        address.reachable = True
    address.dm_ref = newest
    return True


def _brought_up(session: Session, address: m.Address, person: m.Person, before: Said) -> bool:
    """True where plans may depend on what is new."""
    if address.profile == before:
        return False
    session.add(address)
    columns = flow_into(person, before, address.profile)
    is_back = _is_colleague(address.profile) and not _is_colleague(before)
    if is_back:
        address.reachable = person.active = True
    if columns or is_back:
        session.add(person)
    return is_back or "timezone" in columns


def _is_colleague(said: Said) -> bool:
    """An account that is on, of somebody who works there; of whom nothing was said yet, it is taken to be so."""
    return bool(said.get("active", True)) and not said.get("guest", False)


def _switched_off(session: Session, heard: Sequence[tuple[m.Address, m.Person, Said]]) -> set[int]:
    """Whose account is off from now on and who can be written to nowhere else.

    So is that of somebody who became a guest and has no part in any team: guests read nothing.
    """
    gone = [
        (address, person)
        for address, person, before in heard
        if (before.get("active", True) and not address.profile.get("active", True))
        or (_became_guest(before, address.profile) and not directory.teams_of(session, [person.id]))
    ]
    for address, _ in gone:
        address.reachable = False
        session.add(address)
    session.flush()
    left = directory.ways_to(session, [person.id for _, person in gone])
    off = [person for _, person in gone if person.active and person.id not in left]
    for person in off:
        person.active = False
        session.add(person)
    return {person.id for person in off}


def _recognised(session: Session, place: m.Installation, heard: list[tuple[m.Address, m.Person, Said]]) -> set[int]:
    """Whoever was made known before their e-mail was told becomes one with whom a file means by it."""
    made = {
        person.e_mail.lower(): number
        for number, (address, person, before) in enumerate(heard)
        if person.from_directory and person.e_mail and address.profile.get("email") != before.get("email")
    }
    found = set()
    for e_mail, candidates in directory.without_account(session, place, made).items():
        meant = next((person for person, _ in candidates if not person.from_directory), None)
        if meant is not None:
            address, double, before = heard[made[e_mail]]
            identity.merge(session, double, meant)
            heard[made[e_mail]] = (address, meant, before)
            found.add(meant.id)
    return found


def _became_guest(before: Said, now: Said) -> bool:
    return before.get("guest") is False and now.get("guest") is True


def _made_known(session: Session, place: m.Installation, strangers: Sequence[Profile], now: datetime) -> set[int]:
    """Give an address to those whom the e-mail tells, and make new people of the others. Returns who was there."""
    said = {one.external_id: said_of(replace(one, status=None), {}) for one in strangers}
    refs = {one.external_id: dict(one.ref) for one in strangers}
    mails = {str(one["email"]).lower() for one in said.values() if one.get("email")}
    matching = directory.without_account(session, place, mails)
    found: dict[str, int] = {}
    for external_id, words in said.items():
        candidates = matching.pop(str(words.get("email", "")).lower(), [])
        if candidates:
            person, was_here = candidates[0]
            flow_into(person, {}, words)
            person.active = person.active or was_here
            session.add(person)
            found[external_id] = person.id
    session.flush()
    new = _new_people(session, place, {key: words for key, words in said.items() if key not in found}, now)
    addresses = [
        m.Address(
            workspace_id=place.workspace_id,
            person_id=person_id,
            installation_id=place.id,
            external_id=external_id,
            dm_ref=refs[external_id],
            profile=said[external_id],
        )
        for external_id, person_id in (*found.items(), *new.items())
    ]
    directory.add_addresses(session, addresses, now)
    return set(found.values())


def _new_people(
    session: Session, place: m.Installation, said: Mapping[str, Mapping[str, object]], now: datetime
) -> dict[str, int]:
    """A new person for each. Returns their keys by the platform's id."""
    if not said:
        return {}
    workspace = session.get_one(m.Workspace, place.workspace_id)
    wanted = {external_id: list(handles_of(words, external_id)) for external_id, words in said.items()}
    taken = directory.taken_handles(session, workspace.id, {one for names in wanted.values() for one in names})
    found: dict[str, m.Person] = {}
    for external_id, words in said.items():
        handle = next((one for one in wanted[external_id] if one not in taken), None)
        if handle is None:
            log.warning("directory", problem="no handle is left", person=external_id)
            continue
        taken.add(handle)
        locale = words.get("locale")
        values = {
            "display_name": handle,
            "short_name": clip(handle, SHORT_NAME),
            "lang": workspace.default_lang,
            "number_style": number_style_of(locale if isinstance(locale, str) else None),
            **columns_of(words),
        }
        found[external_id] = m.Person(workspace_id=workspace.id, handle=handle, from_directory=True, **values)
    keys = directory.add_people(session, list(found.values()), now)
    return {external_id: keys[person.handle] for external_id, person in found.items()}
