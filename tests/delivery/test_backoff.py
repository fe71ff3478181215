"""What went wrong rests: in the row, so that every process and every restart keeps to it, and a little by chance."""

import pytest

from bot.delivery.backoff import JITTER, NOT_DELIVERED_WAITS, Backoff, Wrong
from bot.delivery.port import NotDelivered, OutcomeUnknown, RateLimited, Unreachable
from tests.delivery.office import Office


def test_each_rest_is_longer_and_the_last_one_repeats() -> None:
    backoff = Backoff(lambda: 0.0)

    assert [backoff.after(Wrong.NOT_DELIVERED, tries) for tries in range(1, 9)] == [*NOT_DELIVERED_WAITS, None]
    assert [backoff.after(Wrong.LOOK, tries) for tries in (1, 4, 5, 99)] == [60.0, 2500.0, 2500.0, 2500.0]


@pytest.mark.parametrize("wrong", Wrong)
def test_chance_makes_a_rest_longer_and_never_shorter(wrong: Wrong) -> None:
    shortest, longest = Backoff(lambda: 0.0).after(wrong, 2), Backoff(lambda: 1.0).after(wrong, 2)

    assert shortest is not None
    assert longest == pytest.approx(shortest * (1 + JITTER))


async def test_a_restart_does_not_forget_that_a_message_rests(office: Office) -> None:
    office.plan("now")
    office.console.play(*[NotDelivered("refused")] * 2)
    await office.until_quiet()
    await office.pump.run_once()
    assert len(office.console.attempts) == 2

    office.pump = office.new_pump()
    await office.until_quiet()
    assert (len(office.console.attempts), office.state("now")) == (2, "planned")
    office.later(seconds=4)
    await office.until_quiet()
    assert len(office.console.attempts) == 2
    office.later(seconds=1)
    await office.until_quiet()
    assert (len(office.console.attempts), office.state("now")) == (3, "sent")


async def test_a_rest_is_real_time(office: Office) -> None:
    office.plan("now")
    office.console.play(*[NotDelivered("refused")] * 2)
    await office.until_quiet()
    await office.until_quiet()

    office.clock.move_to(office.clock.now().replace(year=2027))
    await office.until_quiet()

    assert (len(office.console.attempts), office.state("now")) == (2, "planned")


async def test_restarts_do_not_make_the_tries_more(office: Office) -> None:
    office.plan("now")
    office.console.play(*[NotDelivered("refused")] * 99)

    for wait in (*NOT_DELIVERED_WAITS, 0, 0):
        office.pump = office.new_pump()
        await office.until_quiet()
        office.later(seconds=wait)

    assert (office.state("now"), len(office.console.attempts)) == ("failed", len(NOT_DELIVERED_WAITS) + 1)


async def test_after_it_went_well_it_begins_anew(office: Office) -> None:
    office.plan("now")
    office.console.play(NotDelivered("refused"))
    await office.until_quiet()
    await office.until_quiet()

    row = office.row("now")
    assert (row.state.value, row.data, row.not_before) == ("sent", {}, None)


async def test_an_update_that_rests_rests_for_every_process(office: Office) -> None:
    office.plan("now")
    await office.until_quiet()
    office.changed("now")
    office.console.play_update(*[OutcomeUnknown("time-out")] * 2)
    await office.until_quiet()
    await office.until_quiet()
    assert office.row("now").shown_rev == 0

    office.pump = office.new_pump()
    await office.until_quiet()
    assert office.row("now").shown_rev == 0
    office.later(seconds=5)
    await office.until_quiet()
    assert office.row("now").shown_rev == 1


async def test_a_look_that_went_wrong_rests_for_every_process(office: Office) -> None:
    office.plan("now")
    office.console.play(OutcomeUnknown("time-out"))
    office.console.play_find(Unreachable("archived"))
    await office.until_quiet()
    await office.pump.reconcile()

    office.pump = office.new_pump()
    await office.pump.reconcile()
    assert len(office.console.looks) == 1
    office.later(seconds=60)
    await office.pump.reconcile()
    assert len(office.console.looks) == 2


async def test_the_grace_period_counts_from_the_doubt_whoever_looks(office: Office) -> None:
    """A restart does not begin it anew, and a look that began too early proves nothing."""
    office.plan("now")
    office.console.play(OutcomeUnknown("time-out"))
    await office.until_quiet()
    assert await office.pump.reconcile() == 0

    office.later(seconds=office.timing.grace)
    assert await office.new_pump().reconcile() == 1
    assert office.state("now") == "planned"


async def test_a_message_that_was_limited_rests_by_itself_as_long_as_the_platform_said(office: Office) -> None:
    office.plan("now")
    office.console.play(RateLimited(30))
    await office.until_quiet()

    row = office.row("now")
    assert row.not_before is not None
    assert (row.not_before - office.time.now()).total_seconds() == 30.0
