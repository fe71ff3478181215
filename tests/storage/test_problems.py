"""A database that cannot be used says so in one sentence, and nothing is lost."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.clock import MovableClock
from storage import models as m
from storage.engine import place_of, sqlite_file
from storage.session import Database, DatabaseBusy, StorageProblem, bring_up_to_date
from tests.storage.databases import MORNING, new_file

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_file(tmp_path)


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    opened = Database(url, MovableClock(MORNING), busy_seconds=0.1)
    yield opened
    opened.close()


def add(session: Session, name: str = "Teebee") -> None:
    session.add(m.Workspace(name=name))
    session.flush()


def names(session: Session) -> list[str]:
    return list(session.exec(select(m.Workspace.name)))


def one_sentence(problem: StorageProblem) -> str:
    text = str(problem)
    assert text.endswith(".")
    assert "\n" not in text
    assert "Error" not in text
    assert "sqlite3" not in text
    return text


async def test_a_locked_database_is_busy_and_works_again_afterwards(db: Database, url: str) -> None:
    blocker = sqlite3.connect(str(sqlite_file(url)), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseBusy) as raised:
        await db.write(add)
    assert "locked" in one_sentence(raised.value)
    assert await db.read(names) == [], "it can still be read"

    blocker.execute("ROLLBACK")
    blocker.close()
    await db.write(add)
    assert await db.read(names) == ["Teebee"]


def test_a_locked_database_cannot_be_migrated_yet(tmp_path: Path) -> None:
    blocker = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")

    with pytest.raises(DatabaseBusy):
        bring_up_to_date(f"sqlite:///{tmp_path}/new.db", busy_seconds=0.1)
    blocker.execute("ROLLBACK")
    blocker.close()

    bring_up_to_date(f"sqlite:///{tmp_path}/new.db")


async def test_a_read_only_database_can_be_read_and_says_why_nothing_is_saved(db: Database, url: str) -> None:
    """Opened with SQLite's own `mode=ro`, because file modes do not bind an administrator."""
    await db.write(add)
    read_only = Database(f"sqlite:///file:{sqlite_file(url)}?mode=ro&uri=true", MovableClock(MORNING))
    try:
        with pytest.raises(StorageProblem) as raised:
            await read_only.write(add, "Second")
        assert "read-only" in one_sentence(raised.value)
        assert not isinstance(raised.value, DatabaseBusy)
        assert await read_only.read(names) == ["Teebee"]
    finally:
        read_only.close()


async def test_a_full_disk_says_so_and_what_was_there_stays(db: Database) -> None:
    await db.write(add)

    def too_much(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite's own way to have a full disk
        session.add(m.AuditEvent(what="x", at=MORNING, before="y" * 100_000))
        session.flush()

    with pytest.raises(StorageProblem) as raised:
        await db.write(too_much)
    assert "disk is full" in one_sentence(raised.value)
    assert await db.read(names) == ["Teebee"]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(url: str) -> None:
    with sqlite3.connect(str(sqlite_file(url))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(StorageProblem) as raised:
        bring_up_to_date(url)

    assert "newer version" in one_sentence(raised.value)
    connection = sqlite3.connect(str(sqlite_file(url)))
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    connection.close()


@pytest.mark.parametrize("text", [b"not a database at all, but long enough to look like one" * 40, b"\x00" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(text)

    with pytest.raises(StorageProblem) as raised:
        bring_up_to_date(f"sqlite:///{path}")

    assert "is not a SQLite database" in one_sentence(raised.value)
    assert str(path) in str(raised.value)
    assert path.read_bytes() == text


async def test_a_database_opened_without_bringing_it_up_to_date_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"not a database at all, but long enough to look like one" * 40)
    db = Database(f"sqlite:///{tmp_path}/notes.txt", MovableClock(MORNING))
    with pytest.raises(StorageProblem, match="is not a SQLite database"):
        await db.read(names)
    with pytest.raises(StorageProblem, match="is not a SQLite database"):
        await db.write(add)
    db.close()


async def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    """Making it would hide that a volume is not mounted: Okra would begin anew and ask everyone again."""
    url = f"sqlite:///{tmp_path}/volume/okra.db"

    with pytest.raises(StorageProblem) as raised:
        bring_up_to_date(url)
    assert str(tmp_path / "volume") in one_sentence(raised.value)
    assert not (tmp_path / "volume").exists()

    db = Database(url, MovableClock(MORNING))
    with pytest.raises(StorageProblem, match="cannot be opened"):
        await db.write(add)
    db.close()


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageProblem, match="cannot be opened"):
        bring_up_to_date(f"sqlite:///{tmp_path}")


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "places.db")
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.commit()

    with pytest.raises(StorageProblem, match="another program"):
        bring_up_to_date(f"sqlite:///{tmp_path}/places.db")

    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    connection.close()


@pytest.mark.parametrize("replaced", [True, False])
async def test_a_file_that_was_moved_away_is_noticed(db: Database, url: str, tmp_path: Path, replaced: bool) -> None:
    """SQLite itself would go on, and every answer would be gone with the next start."""
    await db.write(add)
    (tmp_path / "okra.db").rename(tmp_path / "moved.db")
    if replaced:
        new_file(tmp_path)

    with pytest.raises(StorageProblem) as raised:
        await db.write(add, "Second")
    assert "moved or replaced" in one_sentence(raised.value)

    (tmp_path / "moved.db").rename(tmp_path / "okra.db")
    await db.write(add, "Third")
    assert await db.read(names) == ["Teebee", "Third"]


def test_a_damaged_file_is_named(url: str) -> None:
    path = Path(str(sqlite_file(url)))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))

    with pytest.raises(StorageProblem) as raised:
        bring_up_to_date(url)
    assert "damaged" in one_sentence(raised.value)


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true", "sqlite:///file:x?mode=memory&uri=true"],
)
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(StorageProblem, match="in memory"):
        bring_up_to_date(url)


@pytest.mark.parametrize("url", ["okra.db", "", "nosql://secret@host/x"])
def test_an_address_that_makes_no_sense_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StorageProblem, match="DATABASE_URL") as raised:
        bring_up_to_date(url)
    assert "secret" not in one_sentence(raised.value)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StorageProblem, match="cannot be reached") as raised:
        bring_up_to_date("postgresql://okra:secret@127.0.0.1:1/okra?connect_timeout=2")
    assert "secret" not in one_sentence(raised.value)
    assert "127.0.0.1" in str(raised.value)


def test_every_way_to_write_a_file_names_the_same_file() -> None:
    assert str(sqlite_file("sqlite:///okra.db")) == "okra.db"
    assert str(sqlite_file("sqlite:////data/okra.db")) == "/data/okra.db"
    assert str(sqlite_file("sqlite:///file:/data/okra%20x.db?uri=true")) == "/data/okra x.db"
    assert sqlite_file("postgresql://127.0.0.1/okra") is None
    assert place_of("sqlite:////data/okra.db") == "/data/okra.db"


async def test_a_mistake_of_ours_is_no_storage_problem(db: Database) -> None:
    await db.write(add)
    with pytest.raises(Exception, match="UNIQUE") as raised:
        await db.write(add, "Teebee")
    assert not isinstance(raised.value, StorageProblem)


async def test_a_constraint_named_after_a_lock_is_no_lock(db: Database) -> None:
    def offend(session: Session) -> None:
        session.connection().exec_driver_sql("CREATE TABLE t (x INTEGER CONSTRAINT locked_or_busy CHECK (x > 0))")
        session.connection().exec_driver_sql("INSERT INTO t VALUES (0)")

    with pytest.raises(Exception, match="locked_or_busy") as raised:
        await db.write(offend)
    assert not isinstance(raised.value, StorageProblem)
