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
from sqlmodel import SQLModel

from bot.clock import MovableClock
from storage.engine import make_engine
from storage.schema import alembic_config, bring_up_to_date
from storage.session import Database
from tests.storage.databases import MORNING, found_company


def dump(path: Path) -> dict[str, str]:
    """Every table and index as the database holds it; the order of constraints within a table says nothing."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    finally:
        connection.close()
    return {name: _normal(sql) for name, sql in found if name != "alembic_version"}


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


def migrated(path: Path) -> Path:
    bring_up_to_date(f"sqlite:///{path}")
    return path


def created(path: Path) -> Path:
    engine = make_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    return path


def test_migrations_and_models_say_the_same(tmp_path: Path) -> None:
    """Sees what `alembic check` is blind to: the text of constraints, the members of an enum, a partial index."""
    by_migrations, by_models = dump(migrated(tmp_path / "a.db")), dump(created(tmp_path / "b.db"))

    assert by_migrations.keys() == by_models.keys()
    for name, sql in by_models.items():
        assert by_migrations[name] == sql, name


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


def test_alembic_itself_finds_nothing_to_do(tmp_path: Path) -> None:
    path = migrated(tmp_path / "okra.db")

    command.check(alembic_config(f"sqlite:///{path}"))


def test_every_migration_can_be_taken_back(tmp_path: Path) -> None:
    path = migrated(tmp_path / "okra.db")
    config = alembic_config(f"sqlite:///{path}")
    newest = dump(path)

    command.downgrade(config, "base")
    assert dump(path) == {}
    bring_up_to_date(f"sqlite:///{path}")
    assert dump(path) == newest


def test_bringing_up_to_date_again_changes_nothing(tmp_path: Path) -> None:
    path = migrated(tmp_path / "okra.db")
    with company_in(path):
        pass
    before = path.read_bytes()

    bring_up_to_date(f"sqlite:///{path}")

    assert path.read_bytes() == before


@contextmanager
def company_in(path: Path) -> Iterator[Database]:
    db = Database(f"sqlite:///{path}", MovableClock(MORNING))
    db.write_now(found_company)
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


def with_later_migration(tmp_path: Path, work: str) -> Config:
    """The project's migrations and one more, for the database `okra.db` in `tmp_path`."""
    config = alembic_config(f"sqlite:///{tmp_path}/okra.db")
    own = config.get_main_option("script_location")
    connection = sqlite3.connect(tmp_path / "okra.db")
    (head,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "later.py").write_text(BATCH.format(head=head, work=work))
    config.set_main_option("version_locations", f"{own}/versions:{folder}")
    return config


def counts(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    try:
        tables = ("workspace", "installation", "person", "address", "team")
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608
    finally:
        connection.close()


def test_changing_a_table_keeps_the_rows_that_refer_to_it(tmp_path: Path) -> None:
    """SQLite changes a table by copying and dropping it, which with foreign keys on fails, or empties other tables."""
    path = migrated(tmp_path / "okra.db")
    with company_in(path):
        pass
    before = counts(path)

    command.upgrade(
        with_later_migration(
            tmp_path,
            "with op.batch_alter_table('person') as t: t.alter_column('display_name', type_=sa.String(300))",
        ),
        "head",
    )

    assert counts(path) == before
    assert "display_name VARCHAR(300)" in dump(path)["person"]


def test_a_migration_that_would_leave_rows_without_their_parent_is_undone(tmp_path: Path) -> None:
    path = migrated(tmp_path / "okra.db")
    with company_in(path):
        pass
    before = counts(path)

    with pytest.raises(ValueError, match="refer to nothing"):
        command.upgrade(with_later_migration(tmp_path, "op.execute('DELETE FROM person')"), "head")

    assert counts(path) == before
    bring_up_to_date(f"sqlite:///{path}")


def test_a_migration_that_breaks_off_leaves_nothing_half_done(tmp_path: Path) -> None:
    path = migrated(tmp_path / "okra.db")
    before = dump(path)
    work = "op.create_table('half', sa.Column('id', sa.Integer())); op.execute('SELECT nothing')"

    with pytest.raises(sa.exc.OperationalError):
        command.upgrade(with_later_migration(tmp_path, work), "head")

    assert dump(path) == before
    bring_up_to_date(f"sqlite:///{path}")
