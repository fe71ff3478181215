"""Who is on a platform is known here, once, under a name of their own, and what people set themselves stays."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.clock import MovableClock
from bot.delivery.directory import AGAIN_AFTER_TROUBLE, READ_EVERY, Directory
from bot.delivery.news import ChannelChange, ChannelNews, Follows, News, PersonNews, RemovedNews
from bot.delivery.port import ChatError, NotDelivered, Profile, Status, Unreachable, Why, why_of
from bot.rituals.absence import status_changed
from bot.rituals.boards import channel_opened
from bot.rituals.meeting import meeting_began
from storage import models as m
from storage.session import Database, DatabaseBusy
from tests.queries import statements_of
from tests.storage.databases import MORNING, Company, found_company, held, new_database, url_of

FOLLOWS = Follows(status_changed, channel_opened, meeting_began)
"""What follows, as `app` composes it."""
PAGE = 200


@dataclass
class Listing:
    """A platform that lists its people; a page may be trouble instead."""

    pages: list[Sequence[Profile] | ChatError] = field(default_factory=list)
    read: int = 0

    async def people(self, _installation_id: int) -> AsyncIterator[list[Profile]]:
        self.read += 1
        for page in self.pages:
            if isinstance(page, ChatError):
                raise page
            yield list(page)


@dataclass
class Office:
    """A directory over a company whose people are on the console: Mei, Li and Ana."""

    db: Database
    clock: MovableClock
    company: Company
    listing: Listing
    directory: Directory

    async def lists(self, *profiles: Profile) -> None:
        """The platform lists these people, and they are read."""
        self.listing.pages = [profiles]
        await self.reads()

    async def reads(self) -> int:
        """Okra starts anew, and reads everybody."""
        self.directory = Directory(self.db, self.clock, {"console": self.listing}, FOLLOWS)
        return await self.directory.look()

    async def tells(self, profile: Profile) -> None:
        await self.directory.hear(PersonNews("console", "console", profile))

    def person(self, handle: str) -> m.Person:
        return self.db.read_now(lambda session: session.exec(select(m.Person).where(m.Person.handle == handle)).one())

    def people(self) -> list[str]:
        """All handles, in the order in which they came."""
        return self.db.read_now(lambda session: list(session.exec(select(m.Person.handle).order_by(col(m.Person.id)))))

    def at(self, external_id: str) -> tuple[str, m.Address] | None:
        """Whose address this is."""

        def look(session: Session) -> tuple[str, m.Address] | None:
            row = session.exec(select(m.Address).where(m.Address.external_id == external_id)).first()
            return None if row is None else (session.get_one(m.Person, row.person_id).handle, row)

        return self.db.read_now(look)

    def name_at(self, external_id: str) -> str | None:
        found = self.at(external_id)
        return None if found is None else found[0]

    def change(self, handle: str, **values: object) -> None:
        """Somebody sets something, or a file does."""

        def work(session: Session) -> None:
            person = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
            for name, value in values.items():
                setattr(person, name, value)
            session.add(person)

        self.db.write_now(work)


@pytest.fixture(autouse=True)
def _on_each(each_database: object) -> None:
    """Every test here runs on both databases."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = MovableClock(MORNING)
    db = new_database(tmp_path, clock)
    company = db.write_now(found_company)
    listing = Listing()
    yield Office(db, clock, company, listing, Directory(db, clock, {"console": listing}, FOLLOWS))
    db.close()


def somebody(external_id: str = "U1", name: str = "Kim Sun", **more: object) -> Profile:
    given: dict[str, object] = {"short_name": name.split()[0] if name.split() else "", "handle": external_id.lower()}
    return Profile(external_id, name, **{**given, **more})  # type: ignore[arg-type]


# --- becoming known ---------------------------------------------------------------------------------------


async def test_who_works_there_is_known_from_the_first_reading_on(office: Office) -> None:
    await office.lists(
        somebody("U1", "Kim Sun", handle="kim.sun", e_mail="kim@example.com", timezone="Asia/Seoul", locale="de-DE"),
        somebody("U2", "王 芳", handle="wang", locale="zh-CN"),
    )

    kim, wang = office.person("kim.sun"), office.person("wang")
    assert office.name_at("U1") == "kim.sun"
    assert (kim.display_name, kim.short_name, kim.e_mail) == ("Kim Sun", "Kim", "kim@example.com")
    assert (kim.timezone, kim.lang, kim.number_style) == ("Asia/Seoul", m.Language.EN, m.NumberStyle.COMMA)
    assert (kim.active, kim.welcomed_at) == (True, None)
    assert (wang.lang, wang.number_style, wang.timezone) == (m.Language.ZH, m.NumberStyle.DOT, None)


async def test_guests_bots_and_who_has_left_are_not_made_known(office: Office) -> None:
    before = office.people()

    await office.lists(
        somebody("U1", is_guest=True),
        somebody("U2", is_bot=True),
        somebody("U3", active=False),
        somebody("", name="Nobody"),
        somebody("U" * 200),
    )

    assert office.people() == before


async def test_a_guest_who_was_named_stays_known(office: Office) -> None:
    await office.lists(somebody("mei", "Mei Lin", is_guest=True))

    assert office.name_at("mei") == "mei"
    assert office.person("mei").active


async def test_the_e_mail_tells_who_of_the_file_it_is(office: Office) -> None:
    office.db.write_now(_forget_address, "mei")
    office.change("mei", e_mail="Mei@Example.com", timezone="Europe/Madrid")
    before = office.people()

    await office.lists(somebody("U1MEI", "Mei Lin", handle="meilin", e_mail="mei@example.COM", timezone="Asia/Tokyo"))

    assert office.name_at("U1MEI") == "mei"
    assert office.people() == before
    assert (office.person("mei").timezone, office.person("mei").display_name) == ("Europe/Madrid", "Mei")


async def test_a_guest_is_not_taken_for_who_has_the_same_e_mail(office: Office) -> None:
    office.db.write_now(_forget_address, "mei")
    office.change("mei", e_mail="mei@example.com")

    await office.lists(somebody("U1", "Mei Other", e_mail="mei@example.com", is_guest=True))

    assert office.at("U1") is None


async def test_who_has_an_account_is_not_given_a_second_one_by_their_e_mail(office: Office) -> None:
    office.change("mei", e_mail="mei@example.com")

    await office.lists(somebody("U9", "Mei Chen", handle="mei.chen", e_mail="mei@example.com"))

    assert office.name_at("U9") == "mei.chen"
    assert office.name_at("mei") == "mei"


async def test_the_same_e_mail_in_two_workspaces_is_two_people(office: Office) -> None:
    def another(session: Session) -> None:
        workspace = m.Workspace(name="Another")
        session.add(workspace)
        session.flush()
        session.add(
            m.Person(
                workspace_id=workspace.id,
                handle="kim",
                display_name="Kim",
                short_name="Kim",
                e_mail="kim@example.com",
            )
        )

    office.db.write_now(another)

    await office.lists(somebody("U1", "Kim Sun", handle="kim", e_mail="kim@example.com"))

    found = office.at("U1")
    assert found is not None
    assert found[1].workspace_id == office.company.workspace


async def test_a_handle_that_is_taken_gets_a_number(office: Office) -> None:
    await office.lists(
        *(somebody(f"U{number}", "Mei", handle="MEI") for number in range(7)), somebody("U8", "Mei", handle="")
    )

    names = [office.name_at(f"U{number}") for number in range(7)]
    assert names[:4] == ["mei-2", "mei-3", "mei-4", "mei-5"]
    assert len({*names, office.name_at("U8")}) == 8


@pytest.mark.parametrize(
    ("name", "short", "handle"),
    [
        ("X" * 300, "Y" * 300, "z" * 300),
        ("👩‍👩‍👧‍👦" * 60, "🦄" * 40, "🦄"),
        ("שלום עולם", "שלום", "שלום"),
        ("", "", ""),
        ("  \u202e\x00 ", "\x00", "@@ .. --"),
        ("Ana\nMaría de los Ángeles Fernández", "Ana María de los Ángeles", "ana maría"),
        ("O'Neill <b>&", "O'Neill", "o'neill"),
    ],
)
async def test_a_name_of_any_kind_is_kept_fit_to_show(office: Office, name: str, short: str, handle: str) -> None:
    await office.lists(Profile("U1", name, short, handle=handle))

    found = office.name_at("U1")
    assert found
    person = office.person(found)
    assert 0 < len(person.display_name) <= 200
    assert 0 < len(person.short_name) <= 20
    assert found == found.strip(".-")
    assert len(found) <= 80
    assert not any(sign.isspace() for sign in found)
    assert "\n" not in person.display_name


async def test_ten_thousand_people_are_a_handful_of_statements_a_page(office: Office) -> None:
    everybody = [
        somebody(f"U{number}", f"Person {number}", e_mail=f"p{number}@example.com", timezone="Europe/Madrid")
        for number in range(10_000)
    ]
    office.listing.pages = [everybody[first : first + PAGE] for first in range(0, len(everybody), PAGE)]

    with statements_of(office.db.engine) as first:
        assert await office.reads() == 10_000
    assert len(office.people()) == 10_003
    assert len(first) / len(office.listing.pages) <= 10

    office.listing.pages = office.listing.pages[:2]
    with statements_of(office.db.engine) as again:
        await office.reads()
    moved = [replace(one, timezone="Europe/Rome", updated=1) for one in everybody[: 2 * PAGE]]
    office.listing.pages = [moved[:PAGE], moved[PAGE:]]
    with statements_of(office.db.engine) as changed:
        await office.reads()

    assert len(again) <= 1 + 2 * 4
    assert len(changed) <= 1 + 2 * 10


# --- what changes -----------------------------------------------------------------------------------------


async def test_a_change_on_the_platform_is_taken_over(office: Office) -> None:
    await office.lists(somebody("U1", "Kim Sun", handle="kim", timezone="Asia/Seoul", locale="en-US"))

    await office.tells(
        somebody("U1", "Kim Sun-Berg", handle="kim", short_name="Kimmy", timezone="Europe/Rome", locale="zh-TW")
    )

    kim = office.person("kim")
    assert (kim.display_name, kim.short_name) == ("Kim Sun-Berg", "Kimmy")
    assert (kim.timezone, kim.lang) == ("Europe/Rome", m.Language.ZH)


async def test_what_people_set_here_is_never_overwritten(office: Office) -> None:
    await office.lists(somebody("U1", "Kim Sun", handle="kim", timezone="Asia/Seoul", locale="en-US"))
    office.change("kim", timezone="Europe/Paris", lang=m.Language.ZH, display_name="Kim S.", short_name="K")

    await office.tells(
        somebody("U1", "Kim Berg", handle="kim", short_name="Kimmy", timezone="Europe/Rome", locale="en-GB")
    )

    kim = office.person("kim")
    assert (kim.timezone, kim.lang) == ("Europe/Paris", m.Language.ZH)
    assert (kim.display_name, kim.short_name) == ("Kim S.", "K")


async def test_a_zone_that_was_emptied_here_stays_empty_until_the_platform_changes_it(office: Office) -> None:
    kim = somebody("U1", "Kim Sun", handle="kim", timezone="Asia/Seoul")
    await office.lists(kim)
    office.change("kim", timezone=None)

    await office.lists(kim)
    assert office.person("kim").timezone is None

    await office.lists(replace(kim, timezone="Europe/Rome"))
    assert office.person("kim").timezone == "Europe/Rome"


async def test_what_is_left_out_of_the_news_stays(office: Office) -> None:
    kim = somebody("U1", "Kim Sun", handle="kim", timezone="Asia/Seoul", locale="zh-CN", e_mail="kim@example.com")
    await office.lists(kim)

    await office.tells(replace(kim, timezone=None, locale=None, e_mail=None))

    told = office.person("kim")
    assert (told.timezone, told.lang, told.e_mail) == ("Asia/Seoul", m.Language.ZH, "kim@example.com")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "x" * 300, "Asia/Seoul\x00"])
async def test_a_zone_that_nobody_knows_is_ignored(office: Office, zone: str) -> None:
    await office.lists(somebody("U1", handle="kim", timezone=zone))

    assert office.person("kim").timezone in (None, "Asia/Seoul")


async def test_a_new_zone_plans_the_teams_anew(office: Office) -> None:
    def agenda(session: Session) -> None:
        team = office.company.team
        session.add(m.Membership(workspace_id=office.company.workspace, person_id=office.company.mei, team_id=team))
        session.add(
            m.Agenda(
                workspace_id=office.company.workspace,
                team_id=team,
                kind=m.RitualKind.DIGEST,
                next_due_at=MORNING + timedelta(days=3),
            )
        )

    office.db.write_now(agenda)

    await office.tells(somebody("mei", "Mei", timezone="Asia/Tokyo"))

    due = office.db.read_now(lambda session: session.exec(select(m.Agenda.next_due_at)).one())
    assert due == MORNING


async def test_two_people_who_swap_their_e_mail_stay_who_they_are(office: Office) -> None:
    kim, sam = somebody("U1", "Kim", handle="kim", e_mail="a@example.com"), somebody("U2", "Sam", handle="sam")
    await office.lists(kim, replace(sam, e_mail="b@example.com"))

    await office.lists(replace(kim, e_mail="b@example.com"), replace(sam, e_mail="a@example.com"))

    assert (office.name_at("U1"), office.name_at("U2")) == ("kim", "sam")
    assert (office.person("kim").e_mail, office.person("sam").e_mail) == ("b@example.com", "a@example.com")
    assert len(office.people()) == 5


async def test_news_that_come_late_or_twice_change_nothing(office: Office) -> None:
    old = somebody("U1", "Kim Sun", handle="kim", timezone="Asia/Seoul", updated=100)
    new = replace(old, timezone="Europe/Rome", updated=200)
    await office.tells(new)

    await office.tells(old)
    await office.tells(new)
    await office.tells(new)

    assert office.person("kim").timezone == "Europe/Rome"
    assert office.people().count("kim") == 1


# --- leaving and coming back ------------------------------------------------------------------------------


async def test_an_account_that_is_off_is_not_written_to_any_more(office: Office) -> None:
    await office.tells(somebody("mei", "Mei Lin", active=False))

    found = office.at("mei")
    assert found is not None
    assert (office.person("mei").active, found[1].reachable) == (False, False)
    assert office.person("mei").display_name == "Mei"


async def test_who_is_on_another_platform_too_stays_active(office: Office) -> None:
    await office.tells(somebody("ana", "Ana", active=False))

    assert office.person("ana").active


async def test_an_account_that_is_on_again_is_written_to_again(office: Office) -> None:
    await office.tells(somebody("mei", "Mei", active=False, updated=1))
    await office.tells(somebody("mei", "Mei", updated=2))

    found = office.at("mei")
    assert found is not None
    assert (office.person("mei").active, found[1].reachable) == (True, True)


async def test_who_was_switched_off_here_is_not_switched_on_by_the_platform(office: Office) -> None:
    office.change("mei", active=False)

    await office.tells(somebody("mei", "Mei"))

    assert not office.person("mei").active


async def test_a_colleague_who_becomes_a_guest_reads_nothing_any_more_until_they_are_back(office: Office) -> None:
    kim = somebody("U1", "Kim Sun", handle="kim")
    await office.tells(kim)

    await office.tells(replace(kim, is_guest=True))
    assert not office.person("kim").active

    await office.tells(kim)
    assert office.person("kim").active


async def test_who_has_a_part_in_a_team_stays_though_they_become_a_guest(office: Office) -> None:
    def join(session: Session) -> None:
        mine = office.company
        session.add(m.Membership(workspace_id=mine.workspace, person_id=mine.mei, team_id=mine.team))

    office.db.write_now(join)
    await office.tells(somebody("mei", "Mei"))

    await office.tells(somebody("mei", "Mei", is_guest=True))

    assert office.person("mei").active


async def test_the_status_of_those_who_did_not_allow_the_question_is_not_kept(office: Office) -> None:
    status = Status("Vacation", "palm_tree")
    await office.tells(somebody("U1", handle="kim", status=status))
    await office.tells(somebody("mei", "Mei", status=status))
    office.change("li", away_from_status=True)
    await office.tells(somebody("li", "Li", status=status))

    kept = {external_id: office.at(external_id) for external_id in ("U1", "mei", "li")}
    assert [found[1].profile.get("status") is not None for found in kept.values() if found] == [False, False, True]


async def test_who_returns_under_a_new_id_is_the_same_person(office: Office) -> None:
    kim = somebody("U1", "Kim Sun", handle="kim", e_mail="kim@example.com")
    await office.tells(kim)
    await office.tells(replace(kim, active=False, updated=1))
    assert not office.person("kim").active

    await office.tells(replace(kim, external_id="U2", handle="kim2"))

    assert office.name_at("U2") == "kim"
    assert office.person("kim").active
    assert office.people().count("kim") == 1


# --- when it is read, and trouble -------------------------------------------------------------------------


async def test_it_is_read_at_once_and_once_a_day(office: Office) -> None:
    office.listing.pages = [[]]
    await office.directory.look()
    await office.directory.look()
    assert office.listing.read == 1

    office.clock.move_to(MORNING + READ_EVERY)
    await office.directory.look()
    assert office.listing.read == 2


async def test_a_reading_that_breaks_off_keeps_what_was_read_and_begins_again(office: Office) -> None:
    office.listing.pages = [[somebody("U1", handle="kim")], NotDelivered("no network"), [somebody("U2", handle="sam")]]
    await office.directory.look()
    assert office.name_at("U1") == "kim"

    office.listing.pages = [[somebody("U1", handle="kim")], [somebody("U2", handle="sam")]]
    await office.directory.look()
    assert office.at("U2") is None
    office.clock.move_to(MORNING + AGAIN_AFTER_TROUBLE)
    await office.directory.look()

    assert (office.name_at("U1"), office.name_at("U2")) == ("kim", "sam")
    assert office.people().count("kim") == 1


async def test_a_place_that_is_set_up_again_is_read_again(office: Office) -> None:
    office.listing.pages = [[]]
    await office.directory.look()
    office.db.write_now(_state, m.InstallationState.REVOKED)
    await office.directory.look()
    office.db.write_now(_state, m.InstallationState.ACTIVE)

    await office.directory.look()

    assert office.listing.read == 2


async def test_news_that_cannot_be_written_down_are_to_be_told_again(office: Office) -> None:
    with held(url_of(office.db)), pytest.raises(DatabaseBusy):
        await office.tells(somebody("U1", handle="kim"))
    assert office.at("U1") is None

    await office.tells(somebody("U1", handle="kim"))
    assert office.name_at("U1") == "kim"


@pytest.mark.parametrize(
    "news",
    [
        PersonNews("console", "elsewhere", somebody("U1")),
        ChannelNews("console", "elsewhere", "growth", ChannelChange.JOINED),
        RemovedNews("slack", "elsewhere"),
        ChannelNews("console", "console", "nowhere", ChannelChange.NEW_ID, new_id="there"),
        ChannelNews("console", "console", "growth", ChannelChange.RENAMED, name="grow"),
    ],
)
async def test_news_of_what_nobody_knows_change_nothing(office: Office, news: News) -> None:
    before = office.people()

    await office.directory.hear(news)

    assert office.people() == before


async def test_a_place_that_okra_was_taken_out_of_is_revoked(office: Office) -> None:
    await office.directory.hear(RemovedNews("console", "console"))
    await office.directory.hear(RemovedNews("console", "console"))
    await office.tells(somebody("U1", handle="kim"))

    state = office.db.read_now(lambda session: session.get_one(m.Installation, office.company.console).state)
    assert state is m.InstallationState.REVOKED
    assert office.at("U1") is None


# --- channels ---------------------------------------------------------------------------------------------


async def test_a_channel_with_a_new_id_is_followed(office: Office) -> None:
    _post_a_board(office)

    await office.directory.hear(ChannelNews("console", "console", "growth", ChannelChange.NEW_ID, new_id="C2"))

    team = office.db.read_now(lambda session: session.get_one(m.Team, office.company.team))
    row = office.db.read_now(lambda session: session.exec(select(m.Delivery)).one())
    assert team.channel_ref == {"channel": "C2"}
    assert row.message is not None
    assert row.address is not None
    assert (row.message["channel"], row.address["external_id"], row.address["ref"]) == ("C2", "C2", {"channel": "C2"})


@pytest.mark.parametrize("change", [ChannelChange.JOINED, ChannelChange.UNARCHIVED, ChannelChange.UNSHARED])
async def test_a_board_that_stands_catches_up_once_its_channel_is_open_again(
    office: Office, change: ChannelChange
) -> None:
    _post_a_board(office)

    await office.directory.hear(ChannelNews("console", "console", "growth", change))

    row = office.db.read_now(lambda session: session.exec(select(m.Delivery)).one())
    assert (row.state, row.shown_rev, row.wanted_rev) == (m.DeliveryState.SENT, 0, 1)


@pytest.mark.parametrize(
    ("error", "why", "place"),
    [
        (Unreachable("Slack: not_in_channel", Why.NOT_MEMBER, "growth"), Why.NOT_MEMBER, "growth"),
        (Unreachable("Slack: is_archived", Why.ARCHIVED), Why.ARCHIVED, ""),
        (Unreachable("shared", Why.SHARED, "销售-团队"), Why.SHARED, "销售-团队"),
        (Unreachable("Teams answered 403", Why.NOT_MEMBER, "Q3: plans"), Why.NOT_MEMBER, "Q3: plans"),
        (Unreachable("a: b", Why.GONE, '"Best" of \\: \n#1'), Why.GONE, '"Best" of \\: \n#1'),
        (Unreachable("user_disabled"), Why.OTHER, ""),
        (ValueError("not_member #growth: Slack: not_in_channel"), Why.NOT_MEMBER, "growth"),
        (None, Why.OTHER, ""),
    ],
)
def test_the_reason_that_is_kept_tells_why(error: Exception | None, why: Why, place: str) -> None:
    assert why_of(None if error is None else str(error)[:200]) == (why, place)


def _forget_address(session: Session, external_id: str) -> None:
    session.delete(session.exec(select(m.Address).where(m.Address.external_id == external_id)).one())


def _state(session: Session, state: m.InstallationState) -> None:
    row = session.exec(select(m.Installation).where(m.Installation.external_id == "console")).one()
    row.state = state
    session.add(row)


def _post_a_board(office: Office) -> None:
    """A board that stands in Growth's channel."""

    def posted(session: Session) -> None:
        session.add(
            m.Delivery(
                workspace_id=office.company.workspace,
                kind="digest",
                subject="team:1",
                period="2026-11-13",
                team_id=office.company.team,
                state=m.DeliveryState.SENT,
                due_at=MORNING,
                address={
                    "installation_id": 1,
                    "external_id": "growth",
                    "is_person": False,
                    "ref": {"channel": "growth"},
                },
                message={"installation_id": 1, "channel": "growth", "message_id": "m1", "ref": {}},
            )
        )

    office.db.write_now(posted)
