"""Shared by the tests of views: templates built once, and one database whose changes are thrown away."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from bot.cards.render import Cards
from storage.session import Database
from tests.views.asked import ASKED_AT, CHINESE, ENGLISH, Office, Words
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


@pytest.fixture
def office(db: Database, cards: Cards) -> Iterator[Office]:
    """A team that is asked and answers in English; gone after the test."""
    yield from _office(db, cards, ENGLISH)


@pytest.fixture
def office_zh(db: Database, cards: Cards) -> Iterator[Office]:
    """The same in Chinese."""
    yield from _office(db, cards, CHINESE)


def _office(db: Database, cards: Cards, words: Words) -> Iterator[Office]:
    with Session(db.engine, expire_on_commit=False, info={"now": ASKED_AT}) as session:
        session.connection().exec_driver_sql("BEGIN")
        yield Office(session, cards, words)
