"""A message that is to stay at hand is pinned once it stands, and never at the price of the message."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.cards.render import Cards
from bot.delivery.kinds import MessageKind
from bot.delivery.port import MessageRef, NotDelivered, RateLimited, Rejected
from bot.rituals.company import kinds
from storage import models as m
from tests.delivery.office import Office, open_office
from tests.fakes.port import RecordingPort


class Killed(BaseException):
    """The process ends here."""


class PinningPort(RecordingPort):
    """A platform that can pin."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.clock)
        self.pins: list[MessageRef] = []
        self.tries = 0
        self.troubles: list[BaseException] = []

    async def pin(self, ref: MessageRef) -> None:
        self.tries += 1
        if self.troubles:
            raise self.troubles.pop(0)
        self.pins.append(ref)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = open_office(tmp_path)
    office.console = PinningPort(office)
    kept: MessageKind = replace(office.registry["board"], pinned=True)
    office.registry["kept"] = kept
    office.pump = office.new_pump()
    yield office
    office.db.close()


def port(office: Office) -> PinningPort:
    assert isinstance(office.console, PinningPort)
    return office.console


async def stands(office: Office) -> None:
    office.plan("board", kind="kept")
    office.plan("other", kind="board")
    await office.until_quiet()


async def test_what_is_to_stay_at_hand_is_pinned_once_after_it_was_sent(office: Office) -> None:
    await stands(office)
    office.changed("board")
    office.later(minutes=2)
    await office.until_quiet()

    assert [ref.message_id for ref in port(office).pins] == [office.row("board").message_id]
    assert port(office).tries == 1


async def test_a_refusal_costs_nothing_and_is_tried_again_after_a_day(office: Office) -> None:
    port(office).troubles = [NotDelivered("Slack: missing_scope"), LookupError("a mistake of ours")]

    await stands(office)
    assert (office.state("board"), port(office).tries) == ("sent", 1)
    office.later(hours=23)
    await office.until_quiet()
    assert port(office).tries == 1
    office.later(hours=1)
    await office.until_quiet()
    assert (port(office).tries, port(office).pins) == (2, [])
    office.later(hours=24)
    await office.until_quiet()

    assert (port(office).tries, len(port(office).pins)) == (3, 1)


async def test_a_rate_limit_is_waited_out(office: Office) -> None:
    port(office).troubles = [RateLimited(30)]

    await stands(office)
    assert port(office).pins == []
    office.later(seconds=31)
    await office.until_quiet()

    assert len(port(office).pins) == 1


async def test_a_stop_between_sending_and_pinning_loses_nothing(office: Office) -> None:
    port(office).troubles = [Killed()]
    office.plan("board", kind="kept")
    with pytest.raises(Killed):
        await office.pump.run_once()

    office.pump = office.new_pump()
    await office.until_quiet()

    assert len(port(office).posted) == len(port(office).pins) == 1


async def test_what_rests_is_not_pinned_any_more(office: Office) -> None:
    port(office).troubles = [Rejected("Slack: not_pinnable")]
    await stands(office)

    def rests(_session: Session, _row: m.Delivery, _now: object) -> bool:
        return True

    office.registry["kept"] = replace(office.registry["kept"], frozen=rests)
    office.later(days=2)
    await office.until_quiet()

    assert port(office).tries == 1


async def test_a_platform_that_cannot_pin_is_not_asked(office: Office) -> None:
    office.console = RecordingPort(office.clock)
    office.pump = office.new_pump()

    await stands(office)

    assert office.states() == {"board": "sent", "other": "sent"}


def test_the_standing_board_alone_is_pinned() -> None:
    assert [name for name, kind in kinds(Cards()).items() if kind.pinned] == ["standing_board"]
