"""Somebody sets the database's clock back by an hour: nothing waits for that hour, and nothing goes out twice."""

from datetime import timedelta

import pytest

from bot.delivery.backoff import Backoff, Wrong
from bot.delivery.pacing import Pacer
from bot.delivery.port import NotDelivered, OutcomeUnknown, RateLimited
from storage import models as m
from storage.real_time import LONGEST_REST
from tests.delivery.office import TIMING, Office
from tests.delivery.test_leases import left_by_another, set_row
from tests.fakes.port import Accepted

HOUR = timedelta(hours=1)


def set_back(office: Office) -> None:
    office.time.set_by -= HOUR


@pytest.mark.parametrize("trouble", [NotDelivered("no route"), RateLimited(1)], ids=lambda it: type(it).__name__)
async def test_what_rests_goes_out(office: Office, trouble: Exception) -> None:
    office.plan("now")
    office.console.play(NotDelivered("no route"), trouble)
    await office.until_quiet()
    assert office.state("now") == "planned"

    set_back(office)
    office.later(seconds=60)
    await office.until_quiet()

    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)


async def test_what_is_outdated_is_shown_where_another_process_broke_off(office: Office) -> None:
    office.plan("now")
    await office.until_quiet()
    office.changed("now")
    set_row(office, "now", not_before=office.time.now() + timedelta(seconds=TIMING.lease))

    set_back(office)
    await office.until_quiet()

    assert len(office.console.updates) == 1


async def test_who_sends_at_that_moment_keeps_its_claim_and_who_is_gone_loses_it(office: Office) -> None:
    left_by_another(office, "now", lease_until=office.time.now() + timedelta(seconds=TIMING.lease))

    set_back(office)
    office.later(seconds=15)
    assert await office.pump.recover_lapsed() == 0
    office.later(seconds=TIMING.lease)
    assert await office.pump.recover_lapsed() == 0
    office.later(seconds=1)
    assert await office.pump.recover_lapsed() == 1

    assert office.state("now") == "unknown"


async def test_a_doubt_lasts_no_longer_than_its_grace(office: Office) -> None:
    office.plan("now")
    office.console.play(OutcomeUnknown("connection lost"))
    await office.until_quiet()
    set_back(office)

    assert await office.pump.reconcile() == 0
    office.later(seconds=TIMING.grace - 1)
    assert await office.pump.reconcile() == 0
    office.later(seconds=TIMING.grace)
    assert await office.pump.reconcile() == 1
    await office.until_quiet()

    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)


async def test_a_look_that_went_wrong_is_made_again(office: Office) -> None:
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("connection lost")))
    office.console.play_find(*[OutcomeUnknown("time-out")] * 4)
    await office.until_quiet()
    for wait in (0, 60, 300, 900):
        office.later(seconds=wait)
        assert await office.pump.reconcile() == 0

    set_back(office)

    assert await office.pump.reconcile() == 1


async def test_what_is_to_be_swept_is_swept(office: Office) -> None:
    office.plan("now")
    set_row(office, "now", state=m.DeliveryState.SKIPPED, sweep_at=office.time.now() + timedelta(seconds=TIMING.sweep))

    set_back(office)
    await office.pump.sweep()

    assert office.row("now").sweep_at is None


async def test_a_pause_of_a_platform_is_over_for_whoever_did_not_hear_of_it(office: Office) -> None:
    async def paused() -> float:
        pacer = Pacer(0.0, office.time, office.time.sleep, db=office.db)
        await pacer.look(office.company.console)
        return pacer.paused_for(office.company.console)

    await Pacer(0.0, office.time, office.time.sleep, db=office.db).pause(office.company.console, 30)
    assert await paused() == 30

    set_back(office)

    assert await paused() == 0


def test_no_rest_is_so_long_that_it_counts_as_over() -> None:
    backoff = Backoff(lambda: 1.0)
    rests = [backoff.after(wrong, tries) for wrong in Wrong for tries in range(1, 10)]
    rests += [backoff.asked(said) for said in (LONGEST_REST, 86_400.0, float("inf"), float("nan"), -1.0)]

    assert all(0 <= rest <= LONGEST_REST for rest in rests if rest is not None)
    assert LONGEST_REST in rests
