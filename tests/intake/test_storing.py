"""What many people do at the same moment is stored as if each had been alone, only in fewer statements."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.intake.accept import UNKNOWN_INSTALLATION, UNKNOWN_PERSON
from bot.intake.inbound import FormErrors, Nothing, Opened, Place, Pressed, Result, Submitted
from bot.intake.storing import Storing
from storage import models as m
from storage.arrivals import Stored
from storage.session import Database
from tests.intake.desk import Desk, inbound, said
from tests.queries import statements_of
from tests.storage.databases import MORNING, Company, url_of


async def test_each_of_many_is_told_what_it_would_be_told_alone(desk: Desk) -> None:
    desk.reply = FormErrors({"value": "Not a number."})
    form = Submitted("update", "token", {"value": "x"})
    await desk.intake.accept(inbound(form, key="form:1"))
    desk.reply = Nothing()

    results = await asyncio.gather(
        desk.intake.accept(inbound("one", key="event:1")),
        desk.intake.accept(inbound(form, key="form:1")),
        desk.intake.accept(inbound("two", key="event:2", person="stranger")),
        desk.intake.accept(inbound("three", key="event:3", installation="elsewhere")),
        desk.intake.accept(inbound("four", key="event:4", person="mei\x00")),
        desk.intake.accept(inbound("five", key="event:5")),
        desk.intake.accept(inbound("five", key="event:5")),
    )

    assert results[0] == results[5] == results[6] == Nothing()
    assert results[1] == FormErrors({"value": "Not a number."})
    assert [said(result) for result in results[2:5]] == [
        f"en {UNKNOWN_PERSON}",
        f"en {UNKNOWN_INSTALLATION}",
        f"en {UNKNOWN_PERSON}",
    ]
    assert [row.key.partition(":")[0] for row in desk.rows()] == ["form", "event", "event"]
    assert [turn.key for turn in desk.turns] == ["form:1", "event:1", "event:5"]


async def test_many_are_stored_in_the_order_they_came_and_with_as_many_statements_as_one(desk: Desk) -> None:
    storing = Storing(desk.db, desk.clock, desk.conversations())

    async def asked(count: int, of: str) -> tuple[int, list[Stored | Result]]:
        with statements_of(desk.db.engine) as statements:
            stored = await asyncio.gather(
                *(storing(inbound(Pressed("score", "0.7", "m1"), key=f"{of}:{number}")) for number in range(count))
            )
        return len(statements), stored

    alone, _ = await asked(1, "one")
    together, stored = await asked(40, "many")
    assert together == alone <= 3
    ids = [one.inbox_id for one in stored if isinstance(one, Stored)]
    assert ids == sorted(ids)
    assert [row.key for row in desk.rows()] == ["one:0", *(f"many:{number}" for number in range(40))]


@pytest.mark.parametrize(
    ("what", "place", "heard"),
    [
        (Pressed("score", "0.7"), Place.DM, True),
        (Pressed("score", "0.7"), Place.CHANNEL, False),
        (Opened(), Place.HOME, False),
    ],
)
async def test_only_who_speaks_with_okra_can_be_written_to_there(
    desk: Desk, what: Pressed | Opened, place: Place, heard: bool
) -> None:
    def of_mei(session: Session) -> m.Address:
        return session.exec(select(m.Address).where(m.Address.external_id == "mei")).one()

    def lost(session: Session) -> None:
        of_mei(session).reachable = False

    desk.change(lost)
    await desk.intake.accept(inbound(what, place=place))
    address = desk.db.read_now(of_mei)
    assert (address.reachable, address.last_answer_at) == ((True, MORNING) if heard else (False, None))


@pytest.mark.postgresql_only
async def test_whose_address_another_program_holds_keeps_nobody_else_waiting(desk: Desk) -> None:
    patient = Database(url_of(desk.db), desk.clock, busy_seconds=30)
    storing = Storing(patient, desk.clock, desk.conversations())
    try:
        with desk.db.engine.begin() as other:
            other.execute(sa.select(m.Address).where(col(m.Address.external_id) == "mei").with_for_update())
            held = [asyncio.create_task(storing(inbound(f"{n}", key=f"mei:{n}"))) for n in range(2)]
            assert isinstance(await storing(inbound("45k", key="li", person="li")), Stored)
            assert not any(one.done() for one in held)
        await asyncio.gather(*held)
    finally:
        patient.close()
    assert [row.key for row in desk.rows()] == ["li", "mei:0", "mei:1"]


def forty_people(session: Session, company: Company) -> None:
    for number in range(40):
        handle = f"p{number}"
        person = m.Person(workspace_id=company.workspace, handle=handle, display_name=handle, short_name=handle)
        session.add(person)
        session.flush()
        session.add(
            m.Address(
                workspace_id=company.workspace,
                person_id=person.id,
                installation_id=company.console,
                external_id=handle,
            )
        )


@pytest.mark.postgresql_only
async def test_however_many_addresses_are_held_what_others_say_is_stored_at_once(desk: Desk) -> None:
    """As by another process that was frozen while it stored what all of them said."""
    desk.db.write_now(forty_people, desk.company)
    patient = Database(url_of(desk.db), desk.clock, busy_seconds=30)
    storing = Storing(patient, desk.clock, desk.conversations())
    try:
        with desk.db.engine.begin() as other:
            other.execute(sa.select(m.Address).where(col(m.Address.external_id).startswith("p")).with_for_update())
            told = [inbound("45k", key=f"held:{number}", person=f"p{number}") for number in range(40)]
            held = [asyncio.create_task(storing(one)) for one in told]
            assert isinstance(await storing(inbound("46k", key="with them", person="mei")), Stored)
            assert isinstance(await storing(inbound("47k", key="after them", person="li")), Stored)
            assert not any(one.done() for one in held)
        assert all(isinstance(one, Stored) for one in await asyncio.gather(*held))
    finally:
        patient.close()
    assert [row.key for row in desk.rows()][:2] == ["with them", "after them"]
    assert len(desk.rows()) == 42


@pytest.mark.postgresql_only
@pytest.mark.parametrize("place", list(Place))
async def test_whoever_deletes_an_address_hears_of_what_was_stored_meanwhile(desk: Desk, place: Place) -> None:
    """Somebody is erased while they speak: what they said must not stay behind."""
    with desk.db.engine.connect() as other:
        other = other.execution_options(isolation_level="SERIALIZABLE")
        assert other.execute(sa.select(sa.func.count()).select_from(m.Inbox)).scalar() == 0
        await desk.intake.accept(inbound("45k", place=place))
        with pytest.raises(sa.exc.OperationalError, match="could not serialize"):
            other.execute(sa.delete(m.Address).where(col(m.Address.external_id) == "mei"))
