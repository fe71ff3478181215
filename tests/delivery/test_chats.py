"""Where Okra was let in is kept, followed when it changes, and known of people before they are."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.clock import MovableClock
from bot.delivery.directory import A_WHILE, READ_EVERY, SOON, Directory
from bot.delivery.news import ChannelChange, ChannelNews, ChatNews, Follows, MemberNews
from bot.delivery.port import ChatError, Profile, RateLimited, Why
from storage import chats
from storage import models as m
from storage.session import Database
from tests.queries import statements_of
from tests.storage.databases import MORNING, Company, found_company, new_database

TEAM, PLANS, OLD = "team", "plans", "old"


@dataclass
class Listing:
    """A platform that lists its people; a page may be trouble instead."""

    pages: list[Sequence[Profile] | ChatError] = field(default_factory=list)
    begun: int = 0

    def people(self, _installation_id: int) -> AsyncIterator[list[Profile]]:
        self.begun += 1
        return _Reading(list(self.pages))


@dataclass
class _Reading:
    left: list[Sequence[Profile] | ChatError]

    def __aiter__(self) -> AsyncIterator[list[Profile]]:
        return self

    async def __anext__(self) -> list[Profile]:
        if not self.left:
            raise StopAsyncIteration
        page = self.left.pop(0)
        if isinstance(page, ChatError):
            raise page
        return list(page)


@dataclass
class Office:
    """A directory over a company, and the channels that can be posted in again."""

    db: Database
    clock: MovableClock
    company: Company
    listing: Listing = field(default_factory=Listing)
    opened: list[tuple[str, tuple[Why, ...]]] = field(default_factory=list)
    directory: Directory = field(init=False)

    def __post_init__(self) -> None:
        follows = Follows(lambda *_: None, self._opened, lambda *_: None)
        self.directory = Directory(self.db, self.clock, {"console": self.listing}, follows)

    def _opened(self, _s: Session, _p: m.Installation, channel: str, why: tuple[Why, ...], _now: datetime) -> None:
        self.opened.append((channel, why))

    def passes(self, time: timedelta) -> None:
        self.clock.move_to(self.clock.now() + time)

    async def hears(self, chat: str, kind: m.ChatKind = m.ChatKind.CHANNEL, **more: object) -> None:
        """News of a chat or channel."""
        ref = {"conversation_id": chat, "service_url": "https://one.example/"}
        given = {"ref": ref, "parent": TEAM if kind is m.ChatKind.CHANNEL else "", **more}
        await self.directory.hear(ChatNews("console", "console", chat, kind, **given))  # type: ignore[arg-type]

    async def hears_from(self, person: str, **more: object) -> None:
        """News of somebody's own chat."""
        await self.hears(f"a:{person}", m.ChatKind.PERSONAL, person=person, **more)

    async def happens(self, channel: str, change: ChannelChange) -> None:
        await self.directory.hear(ChannelNews("console", "console", channel, change))

    async def lists(self, *profiles: Profile) -> None:
        """All people are read now, and these are they."""
        self.listing.pages = [profiles]
        self.passes(READ_EVERY)
        await self.directory.look()

    def chat(self, name: str) -> m.Chat | None:
        return self.db.read_now(chats.chat, self.company.console, name)

    def open_chats(self) -> list[str]:
        rows = self.db.read_now(lambda session: session.exec(select(m.Chat).order_by(col(m.Chat.id))).all())
        return [row.external_id for row in rows if row.left_at is None]

    def at(self, external_id: str) -> m.Address:
        return self.db.read_now(
            lambda session: session.exec(
                select(m.Address).where(
                    m.Address.external_id == external_id, m.Address.installation_id == self.company.console
                )
            ).one()
        )

    def person(self, handle: str) -> m.Person:
        return self.db.read_now(lambda session: session.exec(select(m.Person).where(m.Person.handle == handle)).one())

    def change(self, handle: str, **values: object) -> None:
        def work(session: Session) -> None:
            person = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
            for name, value in values.items():
                setattr(person, name, value)
            session.add(person)

        self.db.write_now(work)

    def channel_of_growth(self, channel: str) -> None:
        """The team's boards go there."""

        def work(session: Session) -> None:
            team = session.get_one(m.Team, self.company.team)
            team.channel_ref = {"channel": channel, "shared": "allowed"}
            session.add(team)

        self.db.write_now(work)


@pytest.fixture(autouse=True)
def _on_each(each_database: object) -> None:
    """Every test here runs on both databases."""


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MORNING)


@pytest.fixture
def office(tmp_path: Path, clock: MovableClock) -> Iterator[Office]:
    db = new_database(tmp_path, clock)
    yield Office(db, clock, db.write_now(found_company))
    db.close()


def colleague(external_id: str, name: str = "Kim Sun", **more: object) -> Profile:
    ref = {"service_url": "https://one.example/", "user_id": f"29:{external_id}"}
    return Profile(external_id, name, name.split()[0], handle=external_id, **{"ref": ref, **more})  # type: ignore[arg-type]


# --- channels and teams -----------------------------------------------------------------------------------


async def test_a_channel_is_kept_by_what_was_heard_of_it_and_what_is_empty_stays(office: Office) -> None:
    await office.hears(PLANS, name="Plans", parent_name="Growth")
    await office.hears(PLANS, ref={"service_url": "https://two.example/"})

    row = office.chat(PLANS)
    assert row is not None
    assert (row.kind, row.parent, row.name, row.parent_name) == (m.ChatKind.CHANNEL, TEAM, "Plans", "Growth")
    assert row.ref == {"conversation_id": PLANS, "service_url": "https://two.example/"}


async def test_hearing_the_same_again_writes_nothing_and_takes_a_handful_of_queries(office: Office) -> None:
    office.channel_of_growth(PLANS)
    await office.hears(PLANS)
    await office.hears_from("mei", locale="en-US", timezone="Asia/Shanghai")
    office.passes(timedelta(hours=1))
    for again in (office.hears(PLANS), office.hears_from("mei", locale="en-US", timezone="Asia/Shanghai")):
        with statements_of(office.db.engine) as asked:
            await again
        assert all(text.lstrip().upper().startswith("SELECT") for text in asked.texts), asked
        assert len(asked) <= 4, asked


async def test_how_a_channel_is_written_to_is_kept_with_its_team_beside_what_was_there(office: Office) -> None:
    office.channel_of_growth(PLANS)
    await office.hears(PLANS)

    team = office.db.read_now(lambda session: session.get_one(m.Team, office.company.team))
    assert team.channel_ref == {
        "channel": PLANS,
        "shared": "allowed",
        "conversation_id": PLANS,
        "service_url": "https://one.example/",
    }


async def test_out_of_a_team_means_out_of_all_its_channels_and_back_means_back_in_all(office: Office) -> None:
    await office.hears(TEAM, whole=True)
    await office.hears(PLANS)
    await office.hears("elsewhere", parent="another")
    office.opened.clear()

    await office.hears(TEAM, whole=True, is_open=False)
    assert office.open_chats() == ["elsewhere"]
    assert office.opened == []

    await office.hears(TEAM, whole=True)
    assert office.open_chats() == [TEAM, PLANS, "elsewhere"]
    refused = (Why.NOT_MEMBER, Why.GONE, Why.ARCHIVED)
    assert office.opened[:2] == [(TEAM, refused), (PLANS, refused)]


async def test_a_team_that_okra_comes_into_may_hold_a_channel_that_a_file_named_and_nobody_told_of(
    office: Office,
) -> None:
    await office.hears(TEAM, whole=True)
    assert [channel for channel, _ in office.opened] == [TEAM, "growth"]


async def test_a_message_proves_that_okra_is_in_a_channel(office: Office) -> None:
    await office.hears(PLANS)
    await office.happens(PLANS, ChannelChange.LEFT)
    assert office.open_chats() == []
    office.opened.clear()

    await office.hears(PLANS)
    assert office.open_chats() == [PLANS]
    assert [channel for channel, _ in office.opened] == [PLANS]


async def test_a_channel_that_was_deleted_stays_so_when_okra_comes_back_into_its_team(office: Office) -> None:
    await office.hears(TEAM, whole=True)
    await office.hears(OLD)
    await office.happens(OLD, ChannelChange.DELETED)
    office.passes(timedelta(hours=1))
    await office.hears(TEAM, whole=True, is_open=False)
    await office.hears(TEAM, whole=True)
    assert office.open_chats() == [TEAM]

    await office.hears(OLD, name="Old, restored")
    row = office.chat(OLD)
    assert row is not None
    assert (row.left_at, row.deleted_at, row.name) == (None, None, "Old, restored")


async def test_a_team_that_is_deleted_takes_its_channels_with_it_and_brings_them_back(office: Office) -> None:
    await office.hears(TEAM, whole=True)
    await office.hears(PLANS)
    await office.hears(OLD)
    await office.happens(OLD, ChannelChange.DELETED)
    office.passes(timedelta(hours=1))
    await office.happens(TEAM, ChannelChange.DELETED)
    assert office.open_chats() == []

    await office.hears(TEAM, whole=True)
    assert office.open_chats() == [TEAM, PLANS]


async def test_a_team_that_can_be_written_in_again_opens_every_channel(office: Office) -> None:
    await office.hears(TEAM, whole=True)
    await office.hears(PLANS)
    office.opened.clear()
    await office.happens(TEAM, ChannelChange.ARCHIVED)
    await office.happens(TEAM, ChannelChange.UNARCHIVED)
    assert office.opened == [(TEAM, (Why.ARCHIVED,)), (PLANS, (Why.ARCHIVED,))]


async def test_where_okra_may_not_speak_nothing_is_sent_after_all(office: Office) -> None:
    def revoke(session: Session) -> None:
        session.get_one(m.Installation, office.company.console).state = m.InstallationState.REVOKED

    office.db.write_now(revoke)
    await office.hears(TEAM, whole=True)
    assert office.opened == []


# --- people -----------------------------------------------------------------------------------------------


async def test_who_takes_okra_away_is_out_of_reach_until_it_is_back(office: Office) -> None:
    await office.hears_from("mei")
    assert (office.at("mei").reachable, office.at("mei").dm_ref["conversation_id"]) == (True, "a:mei")

    await office.hears_from("mei", is_open=False)
    assert not office.at("mei").reachable

    await office.hears_from("mei")
    assert office.at("mei").reachable


async def test_what_was_learned_by_sending_stays_beside_what_is_heard(office: Office) -> None:
    def opened(session: Session) -> None:
        row = session.exec(select(m.Address).where(m.Address.external_id == "mei")).one()
        row.dm_ref = {"channel": "a:mei"}
        session.add(row)

    office.db.write_now(opened)
    await office.hears_from("mei")
    assert office.at("mei").dm_ref["channel"] == "a:mei"


async def test_the_chat_of_somebody_unknown_is_kept_until_they_are_known(office: Office) -> None:
    await office.hears_from("kim")
    assert office.open_chats() == ["a:kim"]

    await office.lists(colleague("kim"))
    assert office.at("kim").reachable
    row = office.db.read_now(chats.personal, office.company.console, "kim")
    assert row is not None
    assert row.ref["conversation_id"] == "a:kim"


async def test_a_roster_tells_what_it_takes_to_open_a_chat_and_keeps_the_one_that_is_open(office: Office) -> None:
    await office.hears_from("mei")
    await office.lists(colleague("mei", "Mei Lin"), colleague("kim"))

    assert office.at("kim").dm_ref == {"service_url": "https://one.example/", "user_id": "29:kim"}
    assert office.at("mei").dm_ref == {
        "conversation_id": "a:mei",
        "service_url": "https://one.example/",
        "user_id": "29:mei",
    }


async def test_who_could_not_be_reached_before_okra_came_is_reached_once_a_roster_tells_how(office: Office) -> None:
    def refused(session: Session) -> None:
        row = session.exec(select(m.Address).where(m.Address.external_id == "mei")).one()
        row.reachable = False
        session.add(row)

    office.db.write_now(refused)
    await office.lists(colleague("mei", "Mei Lin"))
    assert office.at("mei").reachable


async def test_who_took_okra_away_stays_out_of_reach_although_a_roster_lists_them(office: Office) -> None:
    ref = {"conversation_id": "a:mei", "service_url": "https://one.example/", "user_id": "29:mei"}
    await office.hears_from("mei", ref=ref)
    await office.hears_from("mei", ref=ref, is_open=False)
    await office.lists(colleague("mei", "Mei Lin"))
    assert not office.at("mei").reachable


async def test_who_leaves_a_team_is_not_written_to_through_it_and_does_not_leave_the_company(office: Office) -> None:
    await office.hears_from("mei")
    await office.lists(colleague("mei", "Mei Lin"), colleague("kim"))
    await office.directory.hear(MemberNews("console", "console", ("mei", "kim", "nobody")))

    assert office.at("kim").dm_ref == {}
    assert office.at("mei").dm_ref["conversation_id"] == "a:mei"
    assert (office.at("kim").reachable, office.person("kim").active) == (True, True)

    await office.lists(colleague("mei", "Mei Lin"))
    assert office.person("kim").active
    await office.lists(colleague("kim"))
    assert office.at("kim").dm_ref["user_id"] == "29:kim"


async def test_guests_are_not_made_known_until_they_work_there(office: Office) -> None:
    await office.hears_from("kim")
    await office.lists(colleague("kim", is_guest=True))
    assert office.db.read_now(lambda session: session.exec(select(m.Address.external_id)).all()).count("kim") == 0

    await office.lists(colleague("kim"))
    assert office.at("kim").reachable


async def test_a_guest_of_one_day_is_no_colleague_any_more_and_comes_back_as_one(office: Office) -> None:
    await office.lists(colleague("kim"))
    await office.lists(colleague("kim", is_guest=True))
    assert not office.at("kim").reachable
    await office.lists(colleague("kim"))
    assert (office.at("kim").reachable, office.person("kim").active) == (True, True)


# --- language and time zone -------------------------------------------------------------------------------


async def test_a_message_tells_zone_and_language_of_who_was_made_known_by_a_roster(office: Office) -> None:
    await office.lists(colleague("kim"))
    await office.hears_from("kim", locale="zh-CN", timezone="Asia/Shanghai")
    kim = office.person("kim")
    assert (kim.timezone, kim.lang) == ("Asia/Shanghai", m.Language.ZH)

    await office.hears_from("kim", locale="en-US", timezone="Europe/Berlin")
    kim = office.person("kim")
    assert (kim.timezone, kim.lang, kim.display_name) == ("Europe/Berlin", m.Language.EN, "Kim Sun")


async def test_what_a_person_set_here_or_a_file_named_stays(office: Office) -> None:
    await office.lists(colleague("kim"))
    await office.hears_from("kim", locale="zh-CN", timezone="Asia/Shanghai")
    office.change("kim", timezone="Europe/Madrid", lang=m.Language.EN)
    office.change("mei", timezone="Europe/Madrid")
    await office.hears_from("kim", locale="zh-TW", timezone="Asia/Taipei")
    await office.hears_from("mei", locale="zh-CN", timezone="Asia/Taipei")

    kim, mei = office.person("kim"), office.person("mei")
    assert (kim.timezone, kim.lang) == ("Europe/Madrid", m.Language.EN)
    assert (mei.timezone, mei.lang) == ("Europe/Madrid", m.Language.EN)


@pytest.mark.parametrize(
    ("locale", "timezone"),
    [("", ""), ("fr-FR", "Mars/Olympus"), ("klingon", "x" * 300), ("-", "../../etc/passwd"), ("\ud800", "W. Europe")],
)
async def test_zones_and_languages_that_nobody_knows_are_not_heard(office: Office, locale: str, timezone: str) -> None:
    await office.lists(colleague("kim"))
    before = office.at("kim").profile
    await office.hears_from("kim", locale=locale, timezone=timezone)
    assert office.at("kim").profile == before
    assert office.person("kim").timezone is None


async def test_a_message_says_nothing_of_names_and_guests_and_a_roster_nothing_of_zones(office: Office) -> None:
    await office.lists(colleague("kim", e_mail="kim@example.com"))
    await office.hears_from("kim", locale="zh-CN", timezone="Asia/Shanghai")
    await office.lists(colleague("kim", e_mail="kim@example.com"))

    said = office.at("kim").profile
    assert (said["name"], said["guest"], said["email"]) == ("Kim Sun", False, "kim@example.com")
    assert (said["tz"], said["locale"]) == ("Asia/Shanghai", "zh-CN")
    assert office.person("kim").timezone == "Asia/Shanghai"


# --- when everybody is read -------------------------------------------------------------------------------


async def test_people_are_read_soon_after_okra_came_into_a_team_and_not_for_every_message(office: Office) -> None:
    await office.directory.look()
    await office.hears(TEAM, whole=True)
    assert (await office.directory.look(), office.listing.begun) == (0, 1)

    office.passes(SOON)
    await office.directory.look()
    assert office.listing.begun == 2

    await office.hears(PLANS)
    await office.hears_from("mei")
    office.passes(SOON)
    await office.directory.look()
    assert office.listing.begun == 2

    await office.hears("chat", m.ChatKind.GROUP)
    await office.directory.look()
    assert office.listing.begun == 3


async def test_many_who_come_one_by_one_are_read_together(office: Office) -> None:
    await office.directory.look()
    office.passes(SOON)
    minutes = A_WHILE // SOON
    for _ in range(minutes):
        await office.directory.hear(MemberNews("console", "console"))
        await office.directory.look()
        assert office.listing.begun == 1
        office.passes(SOON)
    await office.directory.look()
    await office.directory.look()
    assert office.listing.begun == 2


async def test_where_okra_is_let_in_nobody_waits_because_others_came_before(office: Office) -> None:
    await office.directory.look()
    office.passes(SOON)
    await office.directory.hear(MemberNews("console", "console"))
    await office.hears(TEAM, whole=True)
    await office.directory.look()
    assert office.listing.begun == 2
    office.passes(A_WHILE)
    await office.directory.look()
    assert office.listing.begun == 2


async def test_news_do_not_break_into_a_reading_that_a_rate_limit_holds_up(office: Office) -> None:
    office.listing.pages = [[colleague("kim")], RateLimited(300.0), [colleague("ole", "Ole Bo")]]
    await office.directory.look()
    await office.hears(TEAM, whole=True)
    office.passes(SOON)
    await office.directory.look()
    assert office.listing.begun == 1

    office.passes(timedelta(seconds=300))
    await office.directory.look()
    assert office.at("ole").reachable
    office.passes(SOON)
    await office.directory.look()
    assert office.listing.begun == 2


async def test_a_large_roster_is_a_handful_of_statements_for_each_page(office: Office) -> None:
    people = [colleague(f"p{number}", f"Some Body{number}") for number in range(500)]
    await office.lists(*people)
    again = [colleague(one.external_id, one.display_name, ref={**one.ref, "service_url": "x"}) for one in people]
    with statements_of(office.db.engine) as asked:
        await office.lists(*people)
    assert len(asked) <= 10, asked
    with statements_of(office.db.engine) as asked:
        await office.lists(*again)
    assert len(asked) <= 12, asked


# --- before the first import ------------------------------------------------------------------------------


async def test_what_okra_was_let_into_before_there_were_okrs_is_known_once_they_are_there(
    tmp_path: Path, clock: MovableClock
) -> None:
    db = new_database(tmp_path, clock)
    office = Office(db, clock, company=Company(0, 1, 0, 0, 0, 0, 0))
    await office.hears(TEAM, whole=True, parent_name="Growth")
    await office.hears(PLANS)
    await office.hears_from("mei")
    await office.hears_from("li")
    await office.hears_from("li", is_open=False)
    for _ in range(3):
        await office.hears(PLANS, name="Plans")  # whatever is said there meanwhile is remembered once
    await office.directory.look()

    office.company = db.write_now(found_company)
    await office.directory.look()

    assert office.open_chats() == [TEAM, "a:mei", PLANS]
    assert office.chat(TEAM).parent_name == "Growth"  # type: ignore[union-attr]
    assert not office.at("li").reachable
    assert office.listing.begun == 1, "people are read where Okra was let in"
    db.close()


async def test_what_happens_after_the_import_comes_after_what_was_remembered(
    tmp_path: Path, clock: MovableClock
) -> None:
    db = new_database(tmp_path, clock)
    office = Office(db, clock, company=Company(0, 1, 0, 0, 0, 0, 0))
    await office.hears(TEAM, whole=True)
    office.company = db.write_now(found_company)

    await office.hears(TEAM, whole=True, is_open=False)

    assert office.open_chats() == []
    db.close()
