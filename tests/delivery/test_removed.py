"""Where Okra was removed nothing is sent; what is still wanted leaves when it is installed again."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.delivery.kinds import Skip
from storage import installations, ways
from storage import models as m
from tests.delivery.office import Office
from tests.storage.databases import MORNING

CONSOLE = m.Platform.CONSOLE


def remove(office: Office) -> None:
    """Okra is taken out of the console."""
    office.db.write_now(installations.revoke, CONSOLE, "console", office.clock.now())


def install(office: Office) -> None:
    """And comes back."""
    office.db.write_now(
        installations.connect, office.company.workspace, CONSOLE, "console", office.clock.now(), "the bot"
    )


async def test_what_is_due_waits_with_its_reason_and_leaves_after_installing(office: Office) -> None:
    remove(office)
    office.plan("question")
    office.plan("board", team=office.company.team, kind="board")

    assert await office.pump.run_once() == 2
    assert await office.pump.run_once() == 0

    assert office.states() == {"question": "planned", "board": "planned"}
    assert office.row("question").reason == office.row("board").reason == ways.NOT_INSTALLED
    assert (office.row("question").attempts, office.console.attempts) == (0, [])

    install(office)
    await office.until_quiet()
    assert office.states() == {"question": "sent", "board": "sent"}
    assert office.row("question").reason is None


async def test_it_is_not_looked_at_again_and_again(office: Office) -> None:
    asked = 0

    def verdict(_session: Session, _row: m.Delivery, _now: datetime) -> None:
        nonlocal asked
        asked += 1

    office.verdict = verdict
    remove(office)
    office.plan("question")
    for _ in range(5):
        await office.pump.run_once()
        office.later(hours=1)

    assert asked == 1


async def test_what_is_no_longer_wanted_after_installing_is_left_out(office: Office) -> None:
    remove(office)
    office.plan("question")
    await office.pump.run_once()

    office.verdict = lambda _session, _row, _now: Skip("answered already")
    install(office)
    await office.until_quiet()

    assert office.states() == {"question": "skipped"}
    assert office.console.posted == []


async def test_nothing_waits_for_more_than_a_week(office: Office) -> None:
    remove(office)
    office.plan("question")
    await office.pump.run_once()

    office.later(days=7)
    await office.until_quiet()

    assert office.states() == {"question": "failed"}
    assert office.row("question").reason == "there is no way to reach this person or channel"
    assert office.outcomes["question", "failed"] == 1


async def test_whoever_has_another_way_hears_there(office: Office) -> None:
    remove(office)
    office.plan("question", person=office.company.ana)

    await office.until_quiet()

    assert office.states() == {"question": "sent"}
    assert len(office.playground.posted) == 1


async def test_somebody_without_any_address_does_not_wait(office: Office) -> None:
    remove(office)
    address = office.address(office.company.console, office.company.mei)

    def gone(session: Session) -> None:
        session.delete(session.get_one(m.Address, address.id))

    office.db.write_now(gone)
    office.plan("question")
    await office.until_quiet()

    assert office.states() == {"question": "failed"}


async def test_a_removal_between_the_turn_and_the_claim_loses_nothing(office: Office) -> None:
    office.plan("first")
    office.plan("second", due=MORNING - timedelta(minutes=1))

    office.console.on_send = lambda _address, _card, _key: remove(office)
    await office.pump.run_once()

    assert office.states() == {"second": "sent", "first": "planned"}
    assert office.row("first").reason == ways.NOT_INSTALLED
