"""Shared by the tests of views: templates built once, and one database whose changes are thrown away."""

from collections.abc import Iterator

import pytest

from bot.cards.render import Cards
from storage.session import Database
from tests.views.tea import open_database


@pytest.fixture(scope="session")
def cards() -> Cards:
    return Cards()


@pytest.fixture(scope="session")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty database; what a test does on it with `db.read_now` is gone when it returns."""
    opened = open_database(tmp_path_factory.mktemp("views"))
    yield opened
    opened.close()
