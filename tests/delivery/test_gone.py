"""Once a person is erased, or an operator lets a message be, nothing is written back and no sweep takes a copy away."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from bot.cards.model import Card
from bot.delivery.port import NO_FENCE, Address, Fence, MessageRef
from storage import dead_letters, doubts, erasing, forgetting
from storage import models as m
from storage.forgetting import Until
from tests.delivery.office import Office
from tests.delivery.test_leases import set_row
from tests.fakes.port import RecordingPort


def erase_mei(session: Session, office: Office) -> None:
    erasing.erase(session, session.get_one(m.Person, office.company.mei), office.clock.now())


def sweeps(office: Office) -> list[int]:
    """What a sweep would see to by the end of time, as good as."""
    office.later(days=1)
    return [row.id for row in office.db.read_now(doubts.to_sweep, 20)]


@pytest.mark.parametrize("state", ["planned", "sending", "unknown"])
async def test_what_is_under_way_to_somebody_who_is_erased_is_over(office: Office, state: str) -> None:
    office.plan("now")
    moment = office.time.now()
    set_row(office, "now", state=state, fence=3, lease_until=moment, doubtful_since=moment, sweep_at=moment)

    office.db.write_now(erase_mei, office)

    row = office.row("now")
    assert (row.state.value, row.reason, row.fence) == ("skipped", erasing.REASON, 4)
    assert (row.lease_until, row.doubtful_since, row.sweep_at, row.address) == (None, None, None, None)
    office.later(hours=1)
    await office.pump.recover_lapsed()
    await office.pump.reconcile()
    await office.until_quiet()
    assert (office.state("now"), office.console.posted) == ("skipped", [])


class ErasesMeanwhile(RecordingPort):
    """While it sends, the person is erased."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.clock)
        self._office = office

    async def send(self, address: Address, card: Card, key: str, fence: Fence = NO_FENCE) -> MessageRef:
        ref = await super().send(address, card, key, fence)
        await self._office.db.write(erase_mei, self._office)
        return ref


async def test_a_sender_under_way_writes_nothing_of_somebody_who_is_erased_back(office: Office) -> None:
    office.console = ErasesMeanwhile(office)
    office.pump = office.new_pump()
    office.plan("now")

    await office.until_quiet()

    row = office.row("now")
    assert len(office.console.posted) == 1
    assert (row.state.value, row.address, row.message, row.message_id) == ("skipped", None, None, None)


async def sent_and_to_be_swept(office: Office) -> int:
    office.plan("now", team=office.company.team)
    await office.until_quiet()
    set_row(office, "now", state="sent", data={"told": "Mei"}, sweep_at=office.time.now() + timedelta(minutes=5))
    return office.row("now").id


async def test_a_message_that_named_somebody_who_is_erased_is_not_swept_away(office: Office) -> None:
    await sent_and_to_be_swept(office)

    office.db.write_now(erase_mei, office)

    assert office.row("now").message is None
    assert sweeps(office) == []


async def test_a_message_whose_words_were_forgotten_is_not_swept_away(office: Office) -> None:
    number = await sent_and_to_be_swept(office)
    (sort,) = (one for one in forgetting.SORTS if one.forget is forgetting.forget_deliveries)
    later = office.clock.now() + timedelta(days=1)
    until = Until(office.company.workspace, later, later.date())

    assert office.db.write_now(forgetting.forget, sort, until, [number]) == 1

    assert office.row("now").message is None
    assert sweeps(office) == []


@pytest.mark.parametrize(
    ("state", "is_swept"), [("unknown", False), ("sending", False), ("failed", True), ("planned", True)]
)
async def test_what_an_operator_saw_standing_there_stays(office: Office, state: str, is_swept: bool) -> None:
    """Discarded because it stands there: then that copy is the only one. What certainly failed has no such copy."""
    office.plan("now")
    set_row(office, "now", state=state, fence=1, lease_until=None, sweep_at=office.time.now())
    if state == "sending":
        set_row(office, "now", lease_until=office.time.now() - timedelta(minutes=1))
    number = office.row("now").id

    office.db.write_now(dead_letters.discard, [number], now=office.clock.now())

    assert office.state("now") == "skipped"
    assert sweeps(office) == ([number] if is_swept else [])


async def test_what_was_changed_is_looked_through_by_pages_in_the_persons_own_workspace(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "PAGE", 2)

    def write(session: Session) -> None:
        other = m.Workspace(name="Elsewhere")
        session.add(other)
        session.flush()
        for workspace in (*[office.company.workspace] * 5, None, other.id):
            for name in ("Mei", "Ana"):
                session.add(m.AuditEvent(workspace_id=workspace, what="changed", at=office.clock.now(), before=name))
                session.flush()

    office.db.write_now(write)

    office.db.write_now(erase_mei, office)

    def left(session: Session) -> list[object]:
        changed = select(m.AuditEvent.before).where(m.AuditEvent.what == "changed").order_by(col(m.AuditEvent.id))
        return list(session.exec(changed))

    assert office.db.read_now(left) == [None, "Ana"] * 6 + ["Mei", "Ana"]
