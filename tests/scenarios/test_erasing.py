"""Somebody who left is erased: nothing in the database names them, and the numbers stay."""

from dataclasses import replace

from sqlmodel import Session, col, select

from bot.cli.export import exported
from bot.rituals.lead import nobody_answers
from storage import erasing, homes
from storage import models as m
from storage.erasing import FORMER, Erased
from tests.scenarios.test_forgetting import opens_page
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


def zerafinda(session: Session) -> m.Person:
    return session.exec(select(m.Person).where(m.Person.handle == "zerafinda")).one()


def would_erase(session: Session) -> Erased:
    return erasing.would_erase(session, zerafinda(session))


def names_of_zerafinda(session: Session) -> list[str]:
    return erasing.names_of(session, zerafinda(session))


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

    told, names = week.look(would_erase), week.look(names_of_zerafinda)
    outcome = week.stage.db.write_now(erase)

    assert holding(week.stage.db, *WHO) == set()
    assert week.look(lambda session: erasing.where_named(session, names)) == []
    assert told == replace(outcome, found=[]), "what would be done is what is done"
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

    told, names = week.look(would_erase), week.look(names_of_zerafinda)

    erase_zerafinda(week)

    found = week.look(lambda session: erasing.where_named(session, names))
    assert {place for place, _ in found} >= {"check_in.blocker", "inbox.body"}
    assert told.found == found


async def test_to_look_what_would_be_erased_waits_for_nobody_who_writes(week: Week) -> None:
    await week.at("2026-11-12 10:00")
    week.change(becomes_zerafinda)

    with week.locked():
        told = week.look(would_erase)

    assert told.key_results == ["GRO-2"]
    assert holding(week.stage.db, *WHO) >= {"person.display_name", "address.external_id"}


def erase_zerafinda(week: Week) -> Erased:
    def erase(session: Session) -> Erased:
        person = session.exec(select(m.Person).where(m.Person.handle == "zerafinda")).one()
        outcome = erasing.erase(session, person, week.clock.now())
        nobody_answers(session, outcome.key_results, person.workspace_id, week.clock.now())
        return outcome

    return week.stage.db.write_now(erase)


def pages_by_handle(session: Session) -> dict[str, m.Delivery]:
    rows = session.exec(select(m.Delivery).where(m.Delivery.kind == homes.KIND))
    return {session.get_one(m.Person, row.person_id).handle: row for row in rows}


async def test_a_page_of_somebody_else_says_the_name_no_more_and_is_shown_anew(week: Week) -> None:
    await week.at("2026-11-12 10:00")
    week.change(lambda session: opens_page(session, week, "mei", f"{WHO[0]} was told."))
    week.change(lambda session: opens_page(session, week, "li", "That was noted."))
    week.change(becomes_zerafinda)

    erase_zerafinda(week)

    assert holding(week.stage.db, *WHO) == set()
    pages = week.look(pages_by_handle)
    mei, gone = pages.pop("mei"), next(iter(pages.values()))
    assert mei.state is m.DeliveryState.SENT
    assert "said" not in mei.data
    assert mei.wanted_rev > mei.shown_rev, "it is shown anew, without the name"
    assert gone.state is m.DeliveryState.SKIPPED
    await week.at("2026-11-13 12:00")


def files(session: Session) -> list[str]:
    return [exported(session, kind, None, None).decode() for kind in ("json", "csv")]


async def test_nothing_dangles_and_nothing_shows_them_afterwards(week: Week, li: Pretend, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await li.types("KR2 32%, 0.4")
    week.change(becomes_zerafinda)

    erase_zerafinda(week)
    await week.at("2026-11-13 12:00")
    await mei.types("/okr board")

    shown = [mei.newest(), *week.look(files)]
    assert "KR2" in shown[0]
    for text in shown:
        assert not [name for name in WHO if name.casefold() in text.casefold()]
    assert await week.stage.house.auditor.look() == 0
    assert week.look(lambda session: session.get_one(m.KeyResult, 2)).lead_owner_id is None
    mei.sees("Nobody answers for GRO-2 any more", "/okr own GRO-2 @name")
    await mei.types("/okr own GRO-2 @jack")
    assert week.look(lambda session: session.get_one(m.KeyResult, 2)).lead_owner_id is not None
