"""Pages of a person's own: shown at exactly one address, at once to whoever waits, in their turn to others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.cards.model import Card
from bot.delivery.backoff import Wrong
from bot.delivery.kinds import MessageKind, Surface
from bot.delivery.port import (
    Address,
    ChatError,
    MessageRef,
    NotDelivered,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unreachable,
)
from bot.delivery.updating import PAGES_PER_MINUTE
from storage import deliveries, homes
from storage import models as m
from tests.delivery.office import Office, open_office, text_of
from tests.fakes.port import RecordingPort

PAGE_TRIES = Wrong.PAGE.value.most or 0


class PagesPort(RecordingPort):
    """A pretend platform with pages; `trouble` lets the next ones go wrong, in this order."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.clock)
        self.pages: list[tuple[str, str]] = []
        self.trouble: list[ChatError] = []

    async def show_home(self, address: Address, card: Card) -> MessageRef:
        if self.trouble:
            raise self.trouble.pop(0)
        self.pages.append((address.external_id, text_of(card)))
        return MessageRef(address.installation_id, address.external_id, "home")


class Pages:
    """Mei and the others open their pages on the console, which has some; the playground has none."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.port = PagesPort(office)
        office.console = self.port
        office.registry["home"] = MessageKind(office._compose, updates_per_minute=1, surface=Surface.HOME)
        office.pump = office.new_pump()

    async def opened(self, person: int, installation: int | None = None) -> str:
        """They open it, and it is shown. Returns its subject."""
        subject = self.opens(person, installation)
        await self.office.until_quiet()
        return subject

    def opens(self, person: int, installation: int | None = None) -> str:
        address = self.office.address(installation or self.office.company.console, person)
        self.office.db.write_now(homes.open_page, address, self.office.clock.now())
        return homes.subject_of(address)

    def acts(self, person: int) -> None:
        self.office.db.write_now(homes.show_at_once, person, self.office.clock.now())

    def team_changes(self) -> None:
        self.office.db.write_now(homes.show_teams, [self.office.company.team], self.office.clock.now())

    def everything_changes(self) -> None:
        self.office.db.write_now(homes.show_everybody, self.office.company.workspace, self.office.clock.now())

    @property
    def shown(self) -> list[tuple[str, str]]:
        return self.port.pages


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    office = open_office(tmp_path)
    yield Pages(office)
    office.db.close()


def name_of(pages: Pages, person: int, installation: int | None = None) -> str:
    return pages.office.address(installation or pages.office.company.console, person).external_id


async def test_people_are_heard_while_a_page_is_composed_and_what_they_say_then_is_shown_next(pages: Pages) -> None:
    """Composing must not occupy SQLite's only writer."""
    office, mei = pages.office, pages.office.company.mei

    def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
        shown = office._compose(session, row, now)
        if office.words == "before":
            office.words = "after"
            pages.acts(mei)
        return shown

    office.registry["home"] = replace(office.registry["home"], compose=compose)
    office.words = "before"
    await pages.opened(mei)

    assert [words for _, words in pages.shown] == ["before", "after"]


async def test_a_page_that_another_process_takes_while_it_is_composed_is_left_to_that_one(pages: Pages) -> None:
    office, mei = pages.office, pages.office.company.mei

    def compose(session: Session, row: m.Delivery, now: datetime) -> Card:
        assert office.db.write_now(deliveries.claim_update, row.id, row.fence, lease=75) is not None
        return office._compose(session, row, now)

    office.registry["home"] = replace(office.registry["home"], compose=compose)
    pages.opens(mei)
    await office.pump.run_once()

    assert pages.shown == []


async def test_a_page_is_shown_when_it_is_opened_and_each_time_again(pages: Pages) -> None:
    mei = pages.office.company.mei
    await pages.opened(mei)
    pages.office.words = "newer"
    await pages.opened(mei)

    name = name_of(pages, mei)
    assert pages.shown == [(name, "hello"), (name, "newer")]
    assert pages.office.console.posted == []
    rows = pages.office.db.read_now(lambda session: session.exec(select(m.Delivery)).all())
    assert [(row.kind, row.state.value, row.shown_rev == row.wanted_rev) for row in rows] == [("home", "sent", True)]


async def test_nothing_is_shown_while_nothing_has_changed(pages: Pages) -> None:
    await pages.opened(pages.office.company.mei)
    await pages.office.until_quiet()

    assert len(pages.shown) == 1


async def test_whoever_acts_sees_it_at_once_however_often(pages: Pages) -> None:
    mei = pages.office.company.mei
    await pages.opened(mei)
    for _ in range(5):
        pages.acts(mei)
        await pages.office.until_quiet()

    assert len(pages.shown) == 6


async def test_a_page_is_shown_where_it_was_opened_and_nowhere_else(pages: Pages) -> None:
    """Ana answers from the playground; the page she opened on the console stays there."""
    company = pages.office.company
    await pages.opened(company.ana)
    pages.office.answers_from(company.playground, company.ana)
    pages.acts(company.ana)
    await pages.office.until_quiet()

    assert [name for name, _ in pages.shown] == [name_of(pages, company.ana)] * 2
    assert pages.office.playground.posted == []


async def test_what_others_do_is_shown_once_a_minute(pages: Pages) -> None:
    """Two hundred check-ins in a minute are one update of each page."""
    mei = pages.office.company.mei
    await pages.opened(mei)
    pages.office.later(minutes=2)
    for number in range(200):
        pages.office.words = f"answer {number}"
        pages.everything_changes()
    await pages.office.until_quiet()
    pages.everything_changes()
    await pages.office.until_quiet()
    assert [words for _, words in pages.shown] == ["hello", "answer 199"]

    pages.office.later(seconds=60)
    await pages.office.until_quiet()
    assert len(pages.shown) == 3


async def test_a_page_that_nobody_opened_for_two_weeks_is_left_alone(pages: Pages) -> None:
    mei = pages.office.company.mei
    await pages.opened(mei)
    pages.office.later(days=15)
    pages.acts(mei)
    pages.everything_changes()
    await pages.office.until_quiet()
    assert len(pages.shown) == 1

    await pages.opened(mei)
    pages.acts(mei)
    await pages.office.until_quiet()
    assert len(pages.shown) == 3


async def test_an_outcome_that_is_unknown_is_tried_again_and_nothing_is_looked_for(pages: Pages) -> None:
    pages.port.trouble = [OutcomeUnknown("no answer")]
    subject = await pages.opened(pages.office.company.mei)
    pages.office.later(seconds=10)
    await pages.office.until_quiet()
    await pages.office.pump.reconcile()

    assert len(pages.shown) == 1
    assert pages.office.state(subject) == "sent"
    assert pages.office.console.looks == []


async def test_a_page_that_never_works_is_given_up_with_its_reason_until_it_is_opened_again(pages: Pages) -> None:
    mei = pages.office.company.mei
    pages.port.trouble = [NotDelivered("refused")] * PAGE_TRIES
    subject = await pages.opened(mei)
    for _ in range(PAGE_TRIES):
        pages.office.later(minutes=20)
        await pages.office.until_quiet()
    assert (pages.office.state(subject), pages.office.row(subject).reason) == ("failed", "refused")
    assert pages.port.trouble == []

    await pages.opened(mei)
    assert (pages.office.state(subject), len(pages.shown)) == ("sent", 1)


@pytest.mark.parametrize("error", [Unreachable("account_inactive"), Rejected("invalid_blocks")], ids=str)
async def test_a_page_that_is_refused_is_not_asked_for_again_and_its_person_is_still_written_to(
    pages: Pages, error: ChatError
) -> None:
    company = pages.office.company
    pages.port.trouble = [error]
    subject = await pages.opened(company.mei)
    pages.acts(company.mei)
    await pages.office.until_quiet()

    assert (pages.office.state(subject), pages.office.row(subject).reason) == ("failed", str(error))
    assert pages.shown == []
    assert pages.office.address(company.console, company.mei).reachable


async def test_a_rate_limit_of_pages_does_not_hold_messages_back(pages: Pages) -> None:
    mei = pages.office.company.mei
    pages.port.trouble = [RateLimited(30)]
    pages.opens(mei)
    pages.office.plan("a message")
    await pages.office.until_quiet()
    assert (pages.office.state("a message"), pages.shown) == ("sent", [])

    pages.office.later(seconds=31)
    await pages.office.until_quiet()
    assert len(pages.shown) == 1


async def test_a_platform_without_pages_is_skipped_with_the_reason(pages: Pages) -> None:
    company = pages.office.company
    subject = await pages.opened(company.ana, company.playground)

    row = pages.office.row(subject)
    assert (row.state.value, row.reason) == ("skipped", "this platform shows no page of a person's own")


async def test_nothing_is_shown_where_okra_was_removed(pages: Pages) -> None:
    company = pages.office.company
    await pages.opened(company.mei)

    def removed(session: Session) -> None:
        row = session.get_one(m.Installation, company.console)
        row.state = m.InstallationState.REVOKED
        session.add(row)

    pages.office.db.write_now(removed)
    pages.acts(company.mei)
    await pages.office.until_quiet()

    assert len(pages.shown) == 1


async def test_an_address_that_is_somebody_elses_now_does_not_show_the_page_of_the_one_before(pages: Pages) -> None:
    company = pages.office.company
    subject = await pages.opened(company.mei)

    def moved(session: Session) -> m.Address:
        here = session.exec(select(m.Address).where(m.Address.person_id == company.mei)).one()
        here.person_id = company.li
        session.add(here)
        return here

    address = pages.office.db.write_now(moved)
    pages.acts(company.mei)
    await pages.office.until_quiet()
    assert len(pages.shown) == 1

    pages.office.db.write_now(homes.open_page, address, pages.office.clock.now())
    await pages.office.until_quiet()
    assert (len(pages.shown), pages.office.row(subject).person_id) == (2, company.li)


async def test_pages_that_somebody_waits_for_go_before_a_queue_of_messages(pages: Pages) -> None:
    order: list[str] = []
    pages.office.console.on_send = lambda _address, _card, _key: order.append("message")
    show_home = pages.port.show_home

    async def showing(address: Address, card: Card) -> MessageRef:
        order.append("page")
        return await show_home(address, card)

    pages.port.show_home = showing  # type: ignore[method-assign]  # only to see the order
    for number in range(5):
        pages.office.plan(f"message {number}")
    await pages.opened(pages.office.company.mei)

    assert order[0] == "page"


async def test_pages_that_nobody_waits_for_keep_within_what_the_platform_takes(pages: Pages) -> None:
    """Many pages of one workspace share a minute; the rest follows in the next."""
    many = PAGES_PER_MINUTE + 15

    def join(session: Session) -> list[m.Address]:
        found = []
        company = pages.office.company
        for number in range(many):
            person = m.Person(
                workspace_id=company.workspace, handle=f"n{number}", display_name="Somebody", short_name="Somebody"
            )
            session.add(person)
            session.flush()
            address = m.Address(
                workspace_id=company.workspace,
                person_id=person.id,
                installation_id=company.console,
                external_id=f"n{number}",
            )
            session.add(address)
            session.flush()
            found.append(address)
        return found

    for address in pages.office.db.write_now(join):
        pages.office.db.write_now(homes.open_page, address, pages.office.clock.now())
    await pages.office.until_quiet()
    assert len(pages.shown) == many

    pages.office.clock.move_to(pages.office.clock.now() + timedelta(minutes=5))
    pages.everything_changes()
    for _ in range(60):
        await pages.office.until_quiet()
        pages.office.later(seconds=1)
    assert many + PAGES_PER_MINUTE - 2 <= len(pages.shown) <= many + PAGES_PER_MINUTE

    for _ in range(60):
        await pages.office.until_quiet()
        pages.office.later(seconds=1)
    assert len(pages.shown) == 2 * many
