"""The schema comes from migrations alone, and they say what the models say."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlmodel import Session, SQLModel, select

from bot.clock import MovableClock
from storage import agendas
from storage import models as m
from storage.engine import make_engine, sqlite_file
from storage.schema import alembic_config, bring_up_to_date
from storage.session import Database
from tests.storage import postgres
from tests.storage.databases import MORNING, Kind, bare_url, found_company, on


def dump(url: str) -> dict[str, str]:
    """Every table and index as the database holds it; the order of constraints within a table says nothing."""
    file = sqlite_file(url)
    return _of_server(url) if file is None else _of_file(file)


def _of_file(path: Path) -> dict[str, str]:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    finally:
        connection.close()
    return {name: _normal(sql) for name, sql in found if name != "alembic_version"}


COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
AND conrelid::regclass::text <> 'alembic_version'
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


def _of_server(url: str) -> dict[str, str]:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            columns = connection.execute(sa.text(COLUMNS)).all()
            constraints = connection.execute(sa.text(CONSTRAINTS)).all()
            indexes = connection.execute(sa.text(INDEXES)).all()
    finally:
        engine.dispose()
    found = {f"{row[0]}.{row[1]}": str(tuple(row[2:])) for row in columns}
    found |= {f"{row[0]}:{row[1]}": row[2] for row in constraints}
    return found | {row[0]: row[1] for row in indexes}


def _normal(sql: str) -> str:
    sql = re.sub(r"\s+", " ", sql.replace('"', "")).strip()
    if not sql.startswith("CREATE TABLE"):
        return sql
    head, body = sql.split("(", 1)
    parts, depth, part = [], 0, ""
    for character in body.rsplit(")", 1)[0]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += character
    parts.append(part.strip())
    columns = [part for part in parts if not part.startswith("CONSTRAINT")]
    return head + "|".join(columns) + "|" + "|".join(sorted(set(parts) - set(columns)))


def migrated(folder: Path) -> str:
    url = bare_url(folder)
    bring_up_to_date(url)
    return url


def created(folder: Path) -> str:
    url = bare_url(folder)
    engine = make_engine(url)
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    return url


def test_migrations_and_models_say_the_same(tmp_path: Path) -> None:
    """Sees what `alembic check` is blind to: the text of constraints, the members of an enum, a partial index."""
    by_migrations, by_models = dump(migrated(tmp_path)), dump(created(tmp_path))

    assert len(by_models) > 60
    assert by_migrations.keys() == by_models.keys()
    for name, sql in by_models.items():
        assert by_migrations[name] == sql, name


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE t (a TEXT, CONSTRAINT c CHECK (a IN ('x', 'y')))",
        "CREATE TABLE t (a TEXT, b TEXT, CONSTRAINT c CHECK (a IN ('x')))",
        "CREATE TABLE t (a TEXT NOT NULL, CONSTRAINT c CHECK (a IN ('x')))",
        "CREATE TABLE t (a VARCHAR(3), CONSTRAINT c CHECK (a IN ('x')))",
        "CREATE TABLE t (a TEXT, CONSTRAINT c CHECK (a IN ('x')), CONSTRAINT u UNIQUE (a))",
    ],
)
def test_the_comparison_sees_a_difference(change: str) -> None:
    table = "CREATE TABLE t (a TEXT, CONSTRAINT c CHECK (a IN ('x')))"
    assert _normal(change) != _normal(table)
    assert _normal(table.replace(", ", ",\n\t")) == _normal(table)


@pytest.mark.sqlite_only  # it asks for its server itself
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE agenda DROP CONSTRAINT ck_agenda_ritual_kind",
        "ALTER TABLE person ALTER COLUMN handle TYPE VARCHAR(90)",
        "ALTER TABLE prompt ALTER COLUMN health DROP NOT NULL",
        "DROP INDEX ix_delivery_outdated",
    ],
)
def test_the_comparison_of_a_server_sees_a_difference(change: str) -> None:
    with on(Kind.POSTGRESQL):
        url = postgres.new()
        before = dump(url)
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text(change))
        engine.dispose()
        assert dump(url) != before


def test_alembic_itself_finds_nothing_to_do(tmp_path: Path) -> None:
    command.check(alembic_config(migrated(tmp_path)))


def test_every_migration_can_be_taken_back(tmp_path: Path) -> None:
    url = migrated(tmp_path)
    config = alembic_config(url)
    newest = dump(url)

    command.downgrade(config, "base")
    assert dump(url) == {}
    bring_up_to_date(url)
    assert dump(url) == newest


def test_the_newest_migration_keeps_what_people_have(tmp_path: Path) -> None:
    """A database of the first version, with a company in it, is brought up to date and down again."""
    url = bare_url(tmp_path)
    config = alembic_config(url)
    command.upgrade(config, "head")
    with company_in(url):
        pass
    command.downgrade(config, "0001")
    before = counts(url)

    bring_up_to_date(url)

    assert counts(url) == before
    db = Database(url, MovableClock(MORNING))
    try:
        kinds = db.read_now(lambda session: {row.kind for row in session.exec(select(m.Agenda))})
    finally:
        db.close()
    assert kinds == set(m.RitualKind)


def test_object_ids_of_entra_are_spelled_one_way_from_the_fourth_version_on(tmp_path: Path) -> None:
    """Capital letters that a file gave become small, but for somebody who is there in both spellings."""
    url = bare_url(tmp_path)
    config = alembic_config(url)
    command.upgrade(config, "head")
    twice = "0f8fad5b-d9cb-469f-a165-70867728950e"

    def in_teams(session: Session) -> None:
        company = found_company(session)
        place = session.get_one(m.Installation, company.console)
        place.platform = m.Platform.TEAMS
        for name in ("7C9E6679-7425-40DE-944B-E07FC1F90AE7", twice.upper(), twice, "29:AbC"):
            session.add(
                m.Address(
                    workspace_id=company.workspace, person_id=company.mei, installation_id=place.id, external_id=name
                )
            )

    db = Database(url, MovableClock(MORNING))
    try:
        db.write_now(in_teams)
        command.downgrade(config, "0003")
        bring_up_to_date(url)
        kept = db.read_now(lambda session: set(session.exec(select(m.Address.external_id))))
    finally:
        db.close()
    assert kept >= {"7c9e6679-7425-40de-944b-e07fc1f90ae7", twice.upper(), twice, "29:AbC"}


@pytest.mark.sqlite_only
def test_bringing_up_to_date_again_changes_nothing(tmp_path: Path) -> None:
    url = migrated(tmp_path)
    with company_in(url):
        pass
    file = sqlite_file(url)
    assert file is not None
    before = file.read_bytes()

    bring_up_to_date(url)

    assert file.read_bytes() == before


@contextmanager
def company_in(url: str) -> Iterator[Database]:
    db = Database(url, MovableClock(MORNING))
    company = db.write_now(found_company)
    db.write_now(lambda session: agendas.open_agenda(session, session.get_one(m.Team, company.team), MORNING))
    try:
        yield db
    finally:
        db.close()


BATCH = '''
"""a later migration"""
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {work}


def downgrade() -> None:
    pass
'''


def with_later_migration(tmp_path: Path, url: str, work: str) -> Config:
    """The project's migrations and one more, for the database at `url`."""
    config = alembic_config(url)
    own = config.get_main_option("script_location")
    engine = make_engine(url)
    with engine.connect() as connection:
        head = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    engine.dispose()
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "later.py").write_text(BATCH.format(head=head, work=work))
    config.set_main_option("version_locations", f"{own}/versions:{folder}")
    return config


def counts(url: str) -> dict[str, int]:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            tables = ("workspace", "installation", "person", "address", "team")
            return {one: connection.execute(sa.text(f"SELECT count(*) FROM {one}")).scalar_one() for one in tables}  # noqa: S608 - our own words
    finally:
        engine.dispose()


def test_changing_a_table_keeps_the_rows_that_refer_to_it(tmp_path: Path) -> None:
    """SQLite changes a table by copying and dropping it, which with foreign keys on fails, or empties other tables."""
    url = migrated(tmp_path)
    with company_in(url):
        pass
    before, tables = counts(url), dump(url)
    work = "with op.batch_alter_table('person') as t: t.alter_column('display_name', type_=sa.String(300))"

    command.upgrade(with_later_migration(tmp_path, url, work), "head")

    assert counts(url) == before
    changed = {name for name, sql in dump(url).items() if sql != tables[name]}
    assert changed in ({"person"}, {"person.display_name"})


@pytest.mark.sqlite_only
def test_a_migration_that_would_leave_rows_without_their_parent_is_undone(tmp_path: Path) -> None:
    url = migrated(tmp_path)
    with company_in(url):
        pass
    before = counts(url)

    with pytest.raises(ValueError, match="refer to nothing"):
        command.upgrade(with_later_migration(tmp_path, url, "op.execute('DELETE FROM person')"), "head")

    assert counts(url) == before
    bring_up_to_date(url)


def test_a_migration_that_breaks_off_leaves_nothing_half_done(tmp_path: Path) -> None:
    url = migrated(tmp_path)
    before = dump(url)
    work = "op.create_table('half', sa.Column('id', sa.Integer())); op.execute('SELECT nothing')"

    with pytest.raises((sa.exc.OperationalError, sa.exc.ProgrammingError)):
        command.upgrade(with_later_migration(tmp_path, url, work), "head")

    assert dump(url) == before
    bring_up_to_date(url)
