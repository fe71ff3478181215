"""Migrations in trouble: several at once, one that fails, and a version that does not fit the database."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config

from storage import migration_locks, revisions, schema
from storage.engine import make_engine, sqlite_file
from storage.problems import DatabaseBusy, StorageProblem
from storage.schema import bring_up_to_date
from tests.storage.databases import Kind, bare_url, blocker
from tests.storage.test_migrations import company_in, counts, dump, migrated, with_later_migration

ROOT = Path(__file__).resolve().parents[2]
PROCESS = "import sys; from storage.schema import bring_up_to_date as go; print('begins', flush=True); go(sys.argv[1])"
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
LONG = 30.0


def waiting(url: str) -> int:
    """How many processes stand before PostgreSQL's lock."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return int(connection.execute(sa.text(LOCKS)).scalar_one())
    finally:
        engine.dispose()


def begun(url: str) -> subprocess.Popen[str]:
    """Another process that is about to bring the database up to date."""
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", PROCESS, url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n"
    return process


def test_one_migrates_and_the_others_wait_for_it(tmp_path: Path) -> None:
    url, expected = bare_url(tmp_path), dump(migrated(tmp_path))
    with blocker(url) as other:
        if sqlite_file(url) is not None:
            other.sees("PRAGMA journal_mode = WAL")
            other.lock()
        else:
            other.sees(f"SELECT 1 FROM (SELECT pg_advisory_lock({0x6F6B7261})) AS held")  # noqa: S608 - our own words
        processes = [begun(url) for _ in range(3)]
        until = time.monotonic() + LONG
        while sqlite_file(url) is None and waiting(url) < len(processes) and time.monotonic() < until:
            time.sleep(0.05)
        assert all(process.poll() is None for process in processes)

    told = [process.communicate(timeout=LONG)[1] for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0], told
    assert dump(url) == expected


def with_later(monkeypatch: pytest.MonkeyPatch, folder: Path, url: str, work: str) -> None:
    """From now on this version has one migration more."""
    config = with_later_migration(folder, url, work)
    places = config.get_main_option("version_locations")
    plain, known = schema.alembic_config, revisions.known_revisions()

    def with_one_more(url: str) -> Config:
        config = plain(url)
        config.set_main_option("version_locations", str(places))
        return config

    monkeypatch.setattr(schema, "alembic_config", with_one_more)
    monkeypatch.setattr(schema, "known_revisions", lambda: known | {"later"})
    monkeypatch.setattr(schema, "newest_revision", lambda: "later")


@contextmanager
def reading(url: str) -> Iterator[sa.Connection]:
    """Another program that reads a table and does not come to an end."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT count(*) FROM win"))
            yield connection
    finally:
        engine.dispose()


HALF = "op.create_table('half', sa.Column('id', sa.Integer())); "


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        ("op.execute('SELECT nothing')", "nothing"),
        ('op.execute("UPDATE team SET installation_id = 99999")', "refer"),
        (
            "with op.batch_alter_table('person') as t: t.drop_column('handle')\n    raise LookupError('half-way')",
            "half-way",
        ),
    ],
)
def test_a_migration_that_fails_says_so_and_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str, reason: str
) -> None:
    url = migrated(tmp_path)
    with company_in(url):
        pass
    before, rows = dump(url), counts(url)
    with monkeypatch.context() as meanwhile:
        with_later(meanwhile, tmp_path, url, HALF + "op.drop_column('win', 'text')\n    " + work)

        with pytest.raises(StorageProblem) as raised:
            bring_up_to_date(url)

    told = str(raised.value)
    assert told.startswith("The database could not be brought from version 0006 to later (")
    assert told.endswith("nothing of it was changed, so start the version of Okra that ran before, and report this.")
    assert "\n" not in told
    assert reason in told or "foreign key" in told
    assert (dump(url), counts(url)) == (before, rows)
    bring_up_to_date(url)  # the version before works on


@pytest.mark.postgresql_only  # SQLite has one lock for all
def test_who_reads_for_long_is_waited_for_in_tries_and_stops_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, each_database: Kind
) -> None:
    url = migrated(tmp_path)
    with company_in(url):
        pass
    monkeypatch.setattr(migration_locks, "LOCK_SECONDS", 0.1)
    with_later(monkeypatch, tmp_path, url, HALF + "op.add_column('win', sa.Column('more', sa.Integer()))")
    rests: list[int] = []
    with reading(url) as reader, blocker(url) as anybody:

        def rest() -> None:
            anybody.sees("SELECT count(*) FROM win")  # it does not stand behind the migration
            rests.append(1)
            if len(rests) == 2:
                reader.rollback()

        monkeypatch.setattr(migration_locks, "rest", rest)
        bring_up_to_date(url)
        assert anybody.sees("SELECT more FROM win LIMIT 0") == []

    assert len(rests) == 2


@pytest.mark.postgresql_only  # SQLite has one lock for all
def test_who_never_lets_go_is_told_of_in_one_sentence_and_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, each_database: Kind
) -> None:
    url = migrated(tmp_path)
    with company_in(url):
        pass
    before, rows = dump(url), counts(url)
    monkeypatch.setattr(migration_locks, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(migration_locks, "REST_SECONDS", 0)
    with monkeypatch.context() as newer:
        with_later(newer, tmp_path, url, HALF + "op.drop_column('win', 'text')")
        with reading(url), pytest.raises(DatabaseBusy) as raised:
            bring_up_to_date(url)

    told = str(raised.value)
    assert told.startswith("The database could not be brought up to date, because another program has kept a table")
    assert told.endswith("end and start Okra again.")
    assert (dump(url), counts(url)) == (before, rows)
    bring_up_to_date(url)  # the version before works on


def test_an_older_version_refuses_what_a_newer_one_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = migrated(tmp_path)
    with company_in(url):
        pass
    with monkeypatch.context() as newer:
        with_later(newer, tmp_path, url, HALF)
        bring_up_to_date(url)
    before = dump(url)

    with pytest.raises(StorageProblem, match="written by a newer version of Okra; start that version"):
        bring_up_to_date(url)

    assert dump(url) == before


def test_tables_without_a_version_are_left_alone(tmp_path: Path) -> None:
    """Somebody took the version away, or a copy was cut short: nothing is guessed."""
    url = migrated(tmp_path)
    with company_in(url):
        pass
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
    engine.dispose()
    before, rows = dump(url), counts(url)

    with pytest.raises(StorageProblem, match="could not be brought from version nothing to"):
        bring_up_to_date(url)

    assert (dump(url), counts(url)) == (before, rows)
