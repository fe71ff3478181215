"""What an operator plans anew leaves once; what stands there already is brought up to date instead."""

from bot.delivery.kinds import Skip
from bot.delivery.port import Rejected
from storage import dead_letters
from tests.delivery.office import Office
from tests.delivery.test_leases import left_by_another, set_row


def retry(office: Office, subject: str, **how: bool) -> None:
    office.db.write_now(dead_letters.retry, [office.row(subject).id], now=office.clock.now(), **how)


async def test_what_failed_leaves_once_it_is_mended(office: Office) -> None:
    office.plan("now")
    office.console.play(Rejected("channel_not_found"))
    await office.until_quiet()
    assert office.state("now") == "failed"

    retry(office, "now")
    await office.until_quiet()

    assert office.state("now") == "sent"
    assert len(office.console.to("mei")) == 1


async def test_whether_it_is_still_wanted_is_asked_of_its_kind(office: Office) -> None:
    office.plan("now")
    office.console.play(Rejected("channel_not_found"))
    await office.until_quiet()
    office.later(hours=9)
    office.verdict = lambda *_: Skip("too late")

    retry(office, "now")
    await office.until_quiet()

    assert (office.state("now"), office.row("now").reason, office.console.posted) == ("skipped", "too late", [])


async def test_a_frozen_sender_that_lost_its_message_to_an_operator_writes_nothing(office: Office) -> None:
    left_by_another(office, "now", lease_until=office.time.now())
    office.later(seconds=1)
    late = office.row("now").fence

    retry(office, "now", even_if_it_arrived=True)
    await office.until_quiet()

    assert office.state("now") == "sent"
    assert office.row("now").fence > late
    assert office.row("now").sweep_at is not None


async def test_what_stands_there_is_not_sent_a_second_time(office: Office) -> None:
    office.plan("now")
    await office.until_quiet()
    set_row(office, "now", state="failed", wanted_rev=2, shown_rev=1)
    office.words = "newer"

    retry(office, "now")
    await office.until_quiet()

    assert office.state("now") == "sent"
    assert (len(office.console.posted), office.console.posted[0].edits) == (1, 1)
