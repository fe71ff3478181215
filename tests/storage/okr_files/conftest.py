"""A database for each test of the import, made from the models."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from bot.clock import MovableClock
from storage.session import Database
from tests.storage.okr_files.files import NOW


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'okra.db'}", MovableClock(NOW))
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()
