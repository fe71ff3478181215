"""A database for each test of the import, on both kinds; most tests here only read files, and run once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import MovableClock
from storage.session import Database
from tests.storage.databases import Kind, new_url
from tests.storage.okr_files.files import NOW


@pytest.fixture(autouse=True)
def _on_each() -> None:
    """What asks for no database need not be tried on two."""


@pytest.fixture
def db(each_database: Kind, tmp_path: Path) -> Iterator[Database]:
    """A new database of the present kind."""
    assert each_database
    database = Database(new_url(tmp_path), MovableClock(NOW))
    yield database
    database.close()
