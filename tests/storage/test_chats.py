"""Chats and channels by what is asked of them: which are open, whose they are, and which tell who is there."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.clock import MovableClock
from storage import chats
from storage import models as m
from storage.session import Database
from tests.storage.databases import MORNING, Company, found_company, new_database

LATER = MORNING + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _on_each(each_database: object) -> None:
    """Every test here runs on both databases."""


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MORNING)


@pytest.fixture
def db(tmp_path: Path, clock: MovableClock) -> Iterator[Database]:
    one = new_database(tmp_path, clock)
    yield one
    one.close()


@pytest.fixture
def company(db: Database) -> Company:
    return db.write_now(found_company)


def keep(db: Database, company: Company, chat: str, kind: m.ChatKind = m.ChatKind.CHANNEL, **more: object) -> None:
    def work(session: Session) -> None:
        place = session.get_one(m.Installation, company.console)
        chats.keep(session, place, chat, kind, {"conversation_id": chat}, **more)  # type: ignore[arg-type]

    db.write_now(work)


def names(rows: Sequence[m.Chat]) -> list[str]:
    return [row.external_id for row in rows]


def test_every_team_and_group_chat_is_one_roster_while_okra_is_in_it(db: Database, company: Company) -> None:
    keep(db, company, "general", parent="team")
    keep(db, company, "plans", parent="team")
    keep(db, company, "chat", m.ChatKind.GROUP)
    keep(db, company, "a:mei", m.ChatKind.PERSONAL, person="mei")
    keep(db, company, "left", parent="other", left_at=MORNING)
    assert names(db.read_now(chats.with_rosters, company.console)) == ["general", "chat"]
    assert db.read_now(chats.with_rosters, company.playground) == []


def test_the_channels_of_a_team_are_found_by_it(db: Database, company: Company) -> None:
    keep(db, company, "team")
    keep(db, company, "plans", parent="team")
    keep(db, company, "elsewhere", parent="other")
    keep(db, company, "chat", m.ChatKind.GROUP, parent="team")
    assert names(db.read_now(chats.inside, company.console, "team")) == ["team", "plans"]


def test_a_personal_chat_is_found_by_its_person_while_it_is_open_and_the_newest_counts(
    db: Database, company: Company, clock: MovableClock
) -> None:
    keep(db, company, "a:1", m.ChatKind.PERSONAL, person="mei")
    clock.move_to(LATER)
    keep(db, company, "a:2", m.ChatKind.PERSONAL, person="mei")
    found = db.read_now(chats.personal, company.console, "mei")
    assert found is not None
    assert found.external_id == "a:2"

    keep(db, company, "a:2", m.ChatKind.PERSONAL, left_at=LATER)
    found = db.read_now(chats.personal, company.console, "mei")
    assert found is not None
    assert found.external_id == "a:1"
    assert db.read_now(chats.personal, company.console, "li") is None


def test_what_was_heard_last_is_the_newest_and_what_says_nothing_new_is_not_written(
    db: Database, company: Company, clock: MovableClock
) -> None:
    assert db.read_now(chats.newest, company.console) is None
    keep(db, company, "one", name="One")
    clock.move_to(LATER)
    keep(db, company, "two")
    clock.move_to(LATER + timedelta(hours=1))
    keep(db, company, "one")
    newest = db.read_now(chats.newest, company.console)
    assert newest is not None
    assert newest.external_id == "two"

    keep(db, company, "one", name="Another")
    newest = db.read_now(chats.newest, company.console)
    assert newest is not None
    assert (newest.external_id, newest.name, newest.updated_at) == ("one", "Another", LATER + timedelta(hours=1))


def test_a_chat_that_was_left_is_the_newest_only_where_there_is_no_other(
    db: Database, company: Company, clock: MovableClock
) -> None:
    keep(db, company, "one")
    clock.move_to(LATER)
    keep(db, company, "two", left_at=LATER)
    newest = db.read_now(chats.newest, company.console)
    assert newest is not None
    assert newest.external_id == "one"

    keep(db, company, "one", left_at=LATER)
    newest = db.read_now(chats.newest, company.console)
    assert newest is not None
    assert newest.external_id == "two"


def test_when_a_chat_was_left_is_kept_until_it_is_open_again(db: Database, company: Company) -> None:
    keep(db, company, "one", left_at=MORNING)
    keep(db, company, "one", left_at=LATER)
    row = db.read_now(chats.chat, company.console, "one")
    assert row is not None
    assert row.left_at == MORNING

    keep(db, company, "one")
    row = db.read_now(chats.chat, company.console, "one")
    assert row is not None
    assert row.left_at is None


def test_a_name_that_is_too_long_is_cut(db: Database, company: Company) -> None:
    keep(db, company, "one", name="x" * 300, parent_name="y" * 300)
    row = db.read_now(chats.chat, company.console, "one")
    assert row is not None
    assert (len(row.name), len(row.parent_name)) == (200, 200)


def test_channels_that_only_a_file_named_are_those_that_nobody_told_of(db: Database, company: Company) -> None:
    assert db.read_now(chats.channels_nobody_told_of, company.console) == ["growth"]
    keep(db, company, "growth")
    assert db.read_now(chats.channels_nobody_told_of, company.console) == []
