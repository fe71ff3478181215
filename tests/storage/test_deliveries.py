"""The outbox: a message is planned once, whatever happens."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from bot.clock import MovableClock
from storage import deliveries, outbox, ways
from storage import models as m
from storage.session import Database
from tests.queries import statements_of
from tests.storage.databases import MORNING, Company, found_company, new_database

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = new_database(tmp_path, MovableClock(MORNING))
    yield opened
    opened.close()


@pytest.fixture
def company(db: Database) -> Company:
    return db.write_now(found_company)


def plan(session: Session, /, company: Company, subject: str = "mei", **more: Any) -> bool:
    given: dict[str, Any] = {"kind": "prompt", "period": "w46", "due_at": MORNING, "person_id": company.mei} | more
    return deliveries.plan_delivery(session, workspace_id=company.workspace, subject=subject, now=MORNING, **given)


def row(session: Session, subject: str = "mei") -> m.Delivery:
    found = deliveries.delivery_of(session, "prompt", subject, "w46")
    assert found is not None
    return found


def put(session: Session, /, **values: Any) -> None:
    """Let Mei's message have got further."""
    found = row(session)
    for name, value in values.items():
        setattr(found, name, value)
    session.add(found)


async def test_the_same_message_is_planned_once(db: Database, company: Company) -> None:
    assert sorted(await asyncio.gather(*(db.write(plan, company) for _ in range(5)))) == [False] * 4 + [True]
    assert await db.write(plan, company, period="w47") is True
    assert await db.write(plan, company, kind="reminder") is True
    assert db.read_now(deliveries.delivery_of, "prompt", "mei", "w48") is None


def test_planning_again_moves_what_is_still_planned(db: Database, company: Company) -> None:
    db.write_now(plan, company)
    assert db.write_now(plan, company, due_at=LATER) is False

    assert db.read_now(row).due_at == LATER


def test_what_stands_says_beforehand_whether_planning_again_changes_anything(db: Database, company: Company) -> None:
    mine, other = ("prompt", "mei", "w46"), ("prompt", "li", "w47")
    db.write_now(plan, company)
    db.write_now(plan, company, subject="li", period="w47", skipped="away")

    found = db.read_now(deliveries.standing, [mine, other, ("prompt", "mei", "w47"), ("prompt", "li", "w46")])

    assert set(found) == {mine, other}
    assert (found[mine].is_skipped, found[other].is_skipped) == (False, True)
    assert found[mine].keeps(MORNING)
    assert not found[mine].keeps(LATER)
    assert found[other].keeps(LATER)
    db.write_now(put, attempts=1)
    assert db.read_now(deliveries.standing, [mine])[mine].keeps(LATER)


@pytest.mark.parametrize("state", [state for state in m.DeliveryState if state is not m.DeliveryState.PLANNED])
def test_planning_again_leaves_what_went_further_alone(db: Database, company: Company, state: m.DeliveryState) -> None:
    db.write_now(plan, company)
    db.write_now(put, state=state)

    assert db.write_now(plan, company, due_at=LATER) is False

    assert (db.read_now(row).state, db.read_now(row).due_at) == (state, MORNING)


def test_planning_again_does_not_hurry_a_message_that_waits_for_its_next_try(db: Database, company: Company) -> None:
    db.write_now(plan, company)
    db.write_now(put, attempts=1)

    db.write_now(plan, company, due_at=LATER)

    assert db.read_now(row).due_at == MORNING


def test_a_message_that_is_not_to_be_sent_is_kept_with_its_reason(db: Database, company: Company) -> None:
    assert db.write_now(plan, company, skipped="away") is True

    found = db.read_now(row)
    assert (found.state, found.reason) == (m.DeliveryState.SKIPPED, "away")
    assert db.write_now(plan, company) is False, "and stays so"


@pytest.mark.parametrize("addressees", [{"person_id": None}, {"team_id": 1}])
def test_a_message_has_exactly_one_addressee(db: Database, company: Company, addressees: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="one_addressee"):
        db.write_now(plan, company, **addressees)


def test_what_is_due_comes_oldest_first_and_goes_on_behind_what_was_seen(db: Database, company: Company) -> None:
    for number in (3, 1, 2):
        db.write_now(plan, company, f"s{number}", due_at=MORNING - timedelta(minutes=number))
    db.write_now(plan, company, "same", due_at=MORNING - timedelta(minutes=2))
    db.write_now(plan, company, "later", due_at=LATER)

    def seen(session: Session) -> list[int]:
        found: list[int] = []
        after: outbox.Due | None = None
        while page := outbox.due_through(session, company.console, now=MORNING, limit=1, after=after):
            (after,) = page
            found.append(after.id)
        return found

    ids = [db.read_now(row, subject).id for subject in ("s3", "s2", "same", "s1")]
    assert db.read_now(seen) == ids


def test_what_is_due_goes_through_the_address_that_was_answered_from_last(db: Database, company: Company) -> None:
    db.write_now(plan, company, "ana", person_id=company.ana)
    db.write_now(plan, company, "team", person_id=None, team_id=company.team)

    def due(session: Session, installation: int | None) -> list[str]:
        found = outbox.due_through(session, installation, now=MORNING, limit=9)
        return [session.get_one(m.Delivery, one.id).subject for one in found]

    def change(session: Session, /, **values: Any) -> None:
        address = session.get_one(m.Address, 4)
        assert (address.external_id, address.installation_id) == ("ana", company.playground)
        for name, value in values.items():
            setattr(address, name, value)

    where = (company.console, company.playground, None)
    assert [db.read_now(due, one) for one in where] == [["ana", "team"], [], []]
    db.write_now(change, last_answer_at=MORNING)
    assert [db.read_now(due, one) for one in where] == [["team"], ["ana"], []]
    db.write_now(change, reachable=False)
    assert [db.read_now(due, one) for one in where] == [["ana", "team"], [], []]


def test_messages_without_a_way_are_found(db: Database, company: Company) -> None:
    def cut_off(session: Session) -> None:
        for installation in (company.console, company.playground):
            session.get_one(m.Installation, installation).state = m.InstallationState.REVOKED

    db.write_now(plan, company)
    db.write_now(plan, company, "team", person_id=None, team_id=company.team)
    db.write_now(cut_off)

    assert len(db.read_now(outbox.due_through, None, now=MORNING, limit=9)) == 2
    assert db.read_now(ways.active_installations) == {}


def test_what_is_due_elsewhere_hides_nothing(db: Database, company: Company) -> None:
    """Behind a long line of one installation: what goes through the other one, and what goes nowhere."""
    for number in range(2 * outbox.WINDOW):
        db.write_now(plan, company, f"s{number}", due_at=MORNING - timedelta(minutes=number))
    db.write_now(plan, company, "ana", person_id=company.ana)
    db.write_now(plan, company, "ana again", person_id=company.ana)
    db.write_now(plan, company, "team", person_id=None, team_id=company.team)

    def move(session: Session) -> None:
        session.get_one(m.Address, 4).last_answer_at = MORNING
        session.get_one(m.Team, company.team).installation_id = None

    def due(session: Session, installation: int | None, limit: int) -> list[str]:
        found: list[str] = []
        after: outbox.Due | None = None
        while page := outbox.due_through(session, installation, now=MORNING, limit=limit, after=after):
            after = page[-1]
            found += [session.get_one(m.Delivery, one.id).subject for one in page]
        return found

    db.write_now(move)
    line = [f"s{number}" for number in reversed(range(2 * outbox.WINDOW))]
    for limit in (1, 7, 1000):
        assert db.read_now(due, company.console, limit) == line
        assert db.read_now(due, company.playground, limit) == ["ana", "ana again"]
        assert db.read_now(due, None, limit) == ["team"]


def test_only_one_claim_wins(db: Database, company: Company) -> None:
    db.write_now(plan, company)
    stale = db.read_now(row)

    def take(session: Session, owner: str) -> int | None:
        return deliveries.claim(session, stale, owner=owner, address={}, now=MORNING, lease=75)

    assert (db.write_now(take, "one"), db.write_now(take, "two")) == (1, None)
    assert db.read_now(row).lease_owner == "one"


def test_asking_for_the_newest_counts_up_where_a_message_stands_or_may(db: Database, company: Company) -> None:
    for state in m.DeliveryState:
        db.write_now(plan, company, state.value)

    def prepare(session: Session) -> None:
        for state in m.DeliveryState:
            row(session, state.value).state = state

    db.write_now(prepare)
    db.write_now(deliveries.want_newest, col(m.Delivery.period) == "w46")

    revs = {state.value: db.read_now(row, state.value).wanted_rev for state in m.DeliveryState}
    assert revs == {"planned": 1, "sending": 1, "sent": 1, "unknown": 1, "failed": 0, "skipped": 0}


def test_statements_are_counted_per_session_and_per_engine(db: Database, company: Company) -> None:
    with Session(db.engine) as session, Session(db.engine) as other:
        with statements_of(session) as asked, statements_of(db.engine) as everybody:
            row_or_none = deliveries.delivery_of(session, "prompt", "nobody", "w46")
            deliveries.delivery_of(other, "prompt", "nobody", "w46")
        deliveries.delivery_of(session, "prompt", "nobody", "w46")

    assert row_or_none is None
    assert (len(asked), len(everybody)) == (1, 2), str(everybody)
    assert "FROM delivery" in str(asked)
    with statements_of(db.engine) as quiet:
        db.write_now(lambda session: None)
    assert len(quiet) == 0, "the begin and end of a transaction are no questions"
