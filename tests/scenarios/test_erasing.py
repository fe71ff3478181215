"""Somebody who left is erased: nothing in the database names them, and the numbers stay."""

from sqlmodel import Session, col, select

from storage import erasing
from storage import models as m
from storage.erasing import FORMER, Erased
from tests.scenarios.week import Pretend, Week
from tests.storage.searching import holding

WHO = ("Zerafinda Quux", "zerafinda", "zerafinda@example.com", "U0ZERA77")


def becomes_zerafinda(session: Session) -> int:
    """Li gets a name that stands nowhere else."""
    person = session.exec(select(m.Person).where(m.Person.handle == "li")).one()
    person.handle, person.display_name, person.short_name, person.e_mail = "zerafinda", WHO[0], "Zerafinda", WHO[2]
    session.add(person)
    for address in session.exec(select(m.Address).where(m.Address.person_id == person.id)):
        address.external_id = WHO[3]
        address.profile = {"name": WHO[0]}
        session.add(address)
    return person.id


def numbers(session: Session) -> list[object]:
    rows = session.exec(select(m.CheckIn).order_by(col(m.CheckIn.id)))
    return [(row.kr_id, row.by_id, row.at, row.value, row.self_score, row.blocked) for row in rows]


async def test_nothing_names_somebody_who_was_erased(week: Week, li: Pretend, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await li.types("KR2 32%, 0.4, blocked by legal")
    await li.types("next: call the lawyers")
    await mei.types("/okr away until 20 Nov")
    await week.at("2026-11-13 12:00")
    person_id = week.change(becomes_zerafinda)
    values = week.look(numbers)

    def erase(session: Session) -> Erased:
        person = erasing.person_by_handle(session, session.exec(select(m.Workspace.id)).one(), "@zerafinda")
        assert person is not None
        return erasing.erase(session, person, week.clock.now())

    outcome = week.stage.db.write_now(erase)

    assert holding(week.stage.db, *WHO) == set()
    assert outcome.found == []
    assert outcome.key_results == ["GRO-2"]
    assert outcome.messages >= 2
    left = week.look(lambda session: session.get_one(m.Person, person_id))
    assert left.display_name == FORMER[m.Language.EN]
    assert not left.active
    assert week.look(numbers) == values
    notes = week.look(lambda session: session.exec(select(m.CheckIn.blocker).where(m.CheckIn.by_id == person_id)).all())
    assert "legal" in notes

    await mei.types("/okr board")
    await week.at("2026-11-20 12:00")  # the next week is planned, asked and told without them
    await mei.types("/okr show KR2")


async def test_what_others_wrote_is_named_and_left(week: Week, li: Pretend, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    week.change(becomes_zerafinda)
    await mei.types("KR1 46k, blocked by Zerafinda")

    outcome = week.stage.db.write_now(
        lambda session: erasing.erase(
            session, session.exec(select(m.Person).where(m.Person.handle == "zerafinda")).one(), week.clock.now()
        )
    )

    assert {place for place, _ in outcome.found} >= {"check_in.blocker", "inbox.body"}
