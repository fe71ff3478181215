"""Messages that are brought up to date in place: the newest, not too often, and never as a new message."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, col

from bot.cards.model import Card
from bot.delivery.port import MessageRef, NotDelivered, OutcomeUnknown, RateLimited
from storage import deliveries
from storage import models as m
from tests.delivery.office import Office, text_of
from tests.fakes.port import Accepted
from tests.storage.databases import MORNING


def shown(office: Office) -> list[str]:
    """What the updates brought, in order."""
    return [text_of(card) for _, card in office.console.updates]


async def stands(office: Office, kind: str = "prompt", subject: str = "now") -> None:
    """A message was sent and stands on the console."""
    office.plan(subject, kind=kind)
    await office.until_quiet()


async def test_the_newest_is_shown_in_place_and_not_as_a_new_message(office: Office) -> None:
    await stands(office)
    office.words = "newer"
    office.changed("now")

    await office.until_quiet()

    assert shown(office) == ["newer"]
    assert len(office.console.posted) == len(office.console.attempts) == 1
    assert (office.state("now"), office.outcomes) == ("sent", {("now", "sent"): 1})
    row = office.row("now")
    assert (row.wanted_rev, row.shown_rev, row.attempts) == (1, 1, 1)


async def test_a_burst_of_answers_is_one_update_that_shows_the_last(office: Office) -> None:
    await stands(office)
    for number in range(5):
        office.words = f"answer {number}"
        office.changed("now")

    await office.until_quiet()

    assert shown(office) == ["answer 4"]


@pytest.mark.parametrize("which", ["real time", "business time", "both"])
async def test_a_board_changes_at_most_once_a_minute(office: Office, which: str) -> None:
    """Either time will do: in the demo only business time goes on, in the playground it may stand still."""

    def later(seconds: int) -> None:
        if which != "real time":
            office.clock.move_to(office.clock.now() + timedelta(seconds=seconds))
        if which != "business time":
            office.time.seconds += seconds

    await stands(office, "board")
    for number in range(6):
        office.words = f"answer {number}"
        office.changed("now")
        await office.until_quiet()
        later(20)
    await office.until_quiet()

    assert shown(office) == ["answer 3", "answer 5"]
    assert len(office.console.posted) == 1


async def test_when_a_board_was_shown_is_not_remembered_for_ever(office: Office) -> None:
    for week in range(5):
        await stands(office, "board", f"week {week}")
        office.changed(f"week {week}")
        await office.until_quiet()
        office.later(minutes=2)
        await office.until_quiet()
        office.later(hours=2)

    assert len(shown(office)) == 5
    assert len(office.pump._updater._last) == 1


async def test_what_is_no_board_changes_at_once(office: Office) -> None:
    await stands(office)
    for number in range(3):
        office.words = f"answer {number}"
        office.changed("now")
        await office.until_quiet()

    assert shown(office) == ["answer 0", "answer 1", "answer 2"]


async def test_many_boards_that_wait_do_not_starve_another_message(office: Office) -> None:
    boards = [f"board{number}" for number in range(25)]
    for board in boards:
        office.plan(board, kind="board")
    await office.until_quiet()
    await stands(office, subject="now")
    office.changed(*boards, "now")

    await office.until_quiet()

    assert len(office.console.updates) == 1
    assert office.row("now").shown_rev == 1


async def test_a_change_while_it_is_being_sent_is_shown_afterwards(office: Office) -> None:
    office.plan("now")

    def change(*_: object) -> None:
        office.words = "newer"
        office.changed("now")

    office.console.on_send = change
    await office.until_quiet()

    assert shown(office) == ["newer"]


async def test_a_change_before_it_is_sent_needs_no_update(office: Office) -> None:
    office.plan("now")
    office.changed("now")

    await office.until_quiet()

    assert office.state("now") == "sent"
    assert office.console.updates == []


async def test_a_change_while_it_is_being_updated_is_shown_next(office: Office) -> None:
    await stands(office)
    office.words = "newer"
    office.changed("now")

    def change(_ref: MessageRef, _card: Card) -> None:
        office.console.on_update = None
        office.words = "newest"
        office.changed("now")

    office.console.on_update = change
    await office.until_quiet()

    assert shown(office) == ["newer", "newest"]


@pytest.mark.parametrize(
    "error", [NotDelivered("refused"), OutcomeUnknown("time-out"), Accepted(OutcomeUnknown("time-out")), KeyError("x")]
)
async def test_an_update_in_doubt_is_simply_made_again(office: Office, error: Exception) -> None:
    await stands(office)
    office.changed("now")
    office.console.play_update(error)

    await office.until_quiet()
    await office.until_quiet()

    assert office.row("now").shown_rev == 1
    assert len(office.console.posted) == 1


async def test_an_update_that_does_not_work_is_tried_ever_more_rarely(office: Office) -> None:
    await stands(office)
    office.changed("now")
    tries = 0

    def count(*_: object) -> None:
        nonlocal tries
        tries += 1
        raise NotDelivered("refused")

    office.console.on_update = count
    for _ in range(30):
        await office.pump.run_once()
        office.later(minutes=2)
    assert 5 <= tries <= 12

    office.console.on_update = None
    office.later(minutes=10)
    await office.until_quiet()
    assert office.row("now").shown_rev == 1


async def test_a_message_that_was_taken_away_is_not_updated_again_and_again(office: Office) -> None:
    await stands(office)
    office.console.posted = []
    office.changed("now")
    looks = 0

    def count(*_: object) -> None:
        nonlocal looks
        looks += 1

    office.console.on_update = count
    for _ in range(5):
        await office.pump.run_once()
        office.later(hours=1)

    assert looks == 1
    assert office.state("now") == "sent"


async def test_a_rate_limit_holds_updates_back_too(office: Office) -> None:
    await stands(office)
    office.changed("now")
    office.plan("next", due=MORNING)
    office.console.play_update(RateLimited(30))

    await office.until_quiet()
    assert office.states() == {"now": "sent", "next": "planned"}
    assert office.row("now").shown_rev == 0

    office.later(seconds=30)
    await office.until_quiet()
    assert office.states() == {"now": "sent", "next": "sent"}
    assert office.row("now").shown_rev == 1


async def test_an_update_that_cannot_be_composed_does_not_stop_the_others(office: Office) -> None:
    await stands(office, subject="bad")
    await stands(office, subject="good")
    office.unfit = {"bad"}
    office.changed("bad", "good")

    await office.until_quiet()
    assert (office.row("bad").shown_rev, office.row("good").shown_rev) == (0, 1)

    office.unfit = set()
    office.later(minutes=10)
    await office.until_quiet()
    assert office.row("bad").shown_rev == 1


async def test_a_message_of_a_kind_that_is_gone_does_not_stop_the_others(office: Office) -> None:
    await stands(office, kind="board", subject="old")
    await stands(office, subject="good")
    del office.registry["board"]
    office.changed("old", "good")

    await office.until_quiet()

    assert office.row("good").shown_rev == 1


async def test_two_pumps_that_update_at_once_end_with_the_newest(office: Office) -> None:
    await stands(office)
    other = office.new_pump()
    office.words = "older"
    office.changed("now")

    async def overtaken(_ref: MessageRef, _card: Card) -> None:
        """While the older version is on its way, for all too long, another process shows the newer one."""
        office.console.on_update = None
        office.words = "newer"
        office.changed("now")
        await other.run_once()
        assert shown(office) == [], "as long as it may still be on its way, nobody else shows it"
        office.later(seconds=office.timing.lease)
        await other.run_once()

    office.console.on_update = overtaken
    await office.pump.run_once()
    await office.until_quiet()

    assert shown(office) == ["newer", "older", "newer"], "the older one arrived last, so the newer is shown once more"
    assert text_of(office.console.posted[0].card) == "newer"


async def test_a_write_after_the_fence_moved_writes_nothing(office: Office) -> None:
    await stands(office)
    before = office.row("now")

    def late(session: Session, fence: int) -> tuple[bool, bool]:
        finished = deliveries.finish(
            session,
            before.id,
            fence=fence,
            was=m.DeliveryState.SENT,
            state=m.DeliveryState.FAILED,
            now=office.clock.now(),
            reason="too late",
        )
        return finished, deliveries.claim_update(session, before.id, fence, lease=75) is not None

    assert office.db.write_now(late, before.fence - 1) == (False, False)
    assert office.row("now").model_dump() == before.model_dump()


async def test_updates_and_sends_share_the_rate_of_their_platform(office: Office) -> None:
    await stands(office)
    office.pump = office.new_pump(rate=1)
    office.changed("now")
    office.plan("next")
    began = office.time()

    await office.pump.run_once()

    assert office.time() - began == pytest.approx(1.0, rel=0.05)


async def test_nothing_is_asked_for_by_accident(office: Office) -> None:
    with pytest.raises(ValueError, match="which messages"):
        office.db.write_now(deliveries.want_newest)


async def test_what_is_skipped_or_failed_is_not_brought_up_to_date(office: Office) -> None:
    office.plan("bad")
    office.unfit = {"bad"}
    await office.until_quiet()

    office.db.write_now(deliveries.want_newest, col(m.Delivery.subject) == "bad")
    await asyncio.gather(office.pump.run_once(), office.pump.run_once())

    assert office.row("bad").wanted_rev == 0
    assert office.console.updates == []
