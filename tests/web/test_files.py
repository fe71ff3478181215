"""Files behind a link: one click, one file; what is over, forged or gone is one sentence and tells nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, select

from bot.clock import MovableClock
from bot.views.exports import Asked, Format
from bot.views.file_links import FileLinks
from bot.web.files import NOT_HERE, OVER, file_routes
from storage import models as m
from storage.session import Database
from tests.storage.okr_files.files import NOW, example, importing

LINKS = FileLinks("https://okra.example/base", "a secret of thirty-two characters")
OTHER = FileLinks("https://okra.example/base", "another secret of the same length")


class Door:
    """A server with a company behind it."""

    def __init__(self, folder: Path) -> None:
        self.clock = MovableClock(NOW)
        self.db = Database(f"sqlite:///{folder / 'okra.db'}", self.clock)
        SQLModel.metadata.create_all(self.db.engine)
        importing(self.db, example("small.yaml"))
        app = web.Application()
        app.add_routes(file_routes(LINKS, self.db, self.clock))
        self.client = TestClient(TestServer(app))

    def person(self, handle: str) -> int:
        def find(session: Session) -> int:
            return session.exec(select(m.Person).where(m.Person.handle == handle)).one().id

        return self.db.read_now(find)

    def path(self, asked: Asked, links: FileLinks = LINKS) -> str:
        """Where the file is, behind the proxy."""
        return urlsplit(links.address(asked.text, self.clock.now())).path.removeprefix("/base")


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    one = Door(tmp_path)
    async with one.client:
        yield one
    one.db.close()


async def test_a_click_fetches_the_file_as_an_attachment(door: Door) -> None:
    asked = Asked(door.person("mei"), Format.CSV, None)

    answer = await door.client.get(door.path(asked))

    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="okrs-all.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (await answer.read()).startswith("\ufeffrecord,".encode())


async def test_after_a_quarter_of_an_hour_it_is_over(door: Door) -> None:
    path = door.path(Asked(door.person("mei"), Format.JSON, None))
    door.clock.move_to(NOW + timedelta(minutes=14, seconds=59))
    assert (await door.client.get(path)).status == 200
    door.clock.move_to(NOW + timedelta(minutes=15))

    answer = await door.client.get(path)

    assert (answer.status, await answer.text()) == (410, OVER)


async def test_the_rights_are_those_of_the_moment(door: Door) -> None:
    path = door.path(Asked(door.person("jack"), Format.JSON, None))

    def leaves(session: Session) -> None:
        session.exec(select(m.Person).where(m.Person.handle == "jack")).one().active = False

    door.db.write_now(leaves)

    answer = await door.client.get(path)
    assert (answer.status, await answer.text()) == (404, NOT_HERE)


@pytest.mark.parametrize("word", ["", "x", "A" * 60, "A" * 5000, "../../etc/passwd", "%00", "Zm9v", "é"])
async def test_guesses_find_nothing(door: Door, word: str) -> None:
    answer = await door.client.get(f"/files/{word}")

    assert answer.status == 404


async def test_another_secret_opens_nothing(door: Door) -> None:
    answer = await door.client.get(door.path(Asked(door.person("mei"), Format.JSON, None), OTHER))

    assert (answer.status, await answer.text()) == (404, NOT_HERE)


async def test_an_address_tells_nothing_of_what_is_behind_it(door: Door) -> None:
    path = door.path(Asked(door.person("mei"), Format.JSON, None))

    assert "json" not in path
    assert len(path) < 120


@given(st.text(max_size=80), st.integers(0, 200), st.integers(1, 255))
def test_a_sealed_word_says_what_it_was_made_of_and_no_other_does(text: str, place: int, change: int) -> None:
    word = LINKS.seal(text, NOW)

    opened = LINKS.open(word, NOW - timedelta(seconds=1))
    assert opened is not None
    assert (opened.text, opened.is_over) == (text, False)
    at = place % (len(word) - 1)  # the last sign may hold bits that say nothing
    other = chr((ord(word[at]) + change) % 128)
    assert other == word[at] or LINKS.open(word[:at] + other + word[at + 1 :], NOW) is None
