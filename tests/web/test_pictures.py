"""Pictures behind a link: drawn for whoever may see them then; what is over, forged or gone tells nothing."""

import asyncio
import shutil
import struct
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import Session, SQLModel, select

from bot.cards import chart_png
from bot.cards.chart_png import HEIGHT, WIDTH, draw
from bot.cards.model import Chart
from bot.cards.render import Cards
from bot.clock import MovableClock
from bot.okr.model import KRState, KRType, ReadingSource
from bot.views.answers import render_answer
from bot.views.chart_pictures import Asked
from bot.views.file_links import FileLinks
from bot.views.picture_links import PictureLinks
from bot.web import pictures
from bot.web.pictures import NOT_HERE, NOT_NOW, OVER, picture_routes
from storage import models as m
from storage.check_ins import record_reading
from storage.okrs import definition, parts_of
from storage.session import Database
from tests.storage.okr_files.files import NOW, example, importing

SECRET = "a secret of thirty-two characters"
LINKS = PictureLinks("https://okra.example/base", SECRET)
OTHER = PictureLinks("https://okra.example/base", "another secret of the same length")


class Door:
    """A server with a company behind it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = MovableClock(NOW)
        self.db = Database(f"sqlite:///{folder / 'okra.db'}", self.clock)
        app = web.Application()
        app.add_routes(picture_routes(LINKS, self.db, self.clock))
        self.client = TestClient(TestServer(app))
        self.cards = Cards()
        self.cards.picture_of = LINKS.address

    def shown(self, handle: str, key: str = "GRO-1") -> Chart:
        """The chart of what this person is answered."""

        def answer(session: Session) -> Chart:
            row = key_result(session, key)
            card = render_answer(session, self.cards, person(session, handle), "show", {"kr": row.id}, self.clock.now())
            return next(block for block in card.blocks if isinstance(block, Chart))

        return self.db.read_now(answer)

    def path(self, handle: str, key: str = "GRO-1") -> str:
        """Where its picture is, behind the proxy."""
        return path_of(self.shown(handle, key).picture)

    def reads(self, value: str, day: date, key: str = "GRO-1") -> None:
        def store(session: Session) -> None:
            row = key_result(session, key)
            kr = definition(row, session.get_one(m.Team, row.team_id), parts_of(session, [row.id]))
            at = datetime.combine(day, NOW.timetz())
            record_reading(session, row, kr, value=Decimal(value), at=at, day=day, source=ReadingSource.AUTO)

        self.db.write_now(store)

    async def status(self, path: str) -> int:
        return (await self.client.get(path)).status

    async def says(self, path: str) -> tuple[int, str]:
        answer = await self.client.get(path)
        return answer.status, await answer.text()


def path_of(address: str) -> str:
    return urlsplit(address).path.removeprefix("/base")


def person(session: Session, handle: str) -> m.Person:
    return session.exec(select(m.Person).where(m.Person.handle == handle)).one()


def key_result(session: Session, key: str) -> m.KeyResult:
    team, _, number = key.partition("-")
    wanted = select(m.KeyResult).join(m.Team).where(m.Team.key == team, m.KeyResult.number == int(number))
    return session.exec(wanted).one()


def within_the_team(session: Session) -> None:
    row = key_result(session, "GRO-1")
    session.get_one(m.Objective, row.objective_id).visibility = m.Visibility.TEAM


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with TeeBee in it, to be copied."""
    folder = tmp_path_factory.mktemp("company")
    db = Database(f"sqlite:///{folder / 'okra.db'}", MovableClock(NOW))
    SQLModel.metadata.create_all(db.engine)
    importing(db, example("teebee.yaml"))
    db.close()
    return folder


@pytest.fixture
async def door(tmp_path: Path, company: Path) -> AsyncIterator[Door]:
    shutil.copytree(company, tmp_path, dirs_exist_ok=True)
    one = Door(tmp_path)
    async with one.client:
        yield one
    one.db.close()


async def test_what_was_answered_is_what_is_drawn(door: Door) -> None:
    chart = door.shown("mei")

    answer = await door.client.get(path_of(chart.picture))

    png = await answer.read()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT)
    assert png == await asyncio.to_thread(draw, chart)


async def test_it_is_kept_shortly_by_its_reader_alone_and_not_fetched_twice(door: Door) -> None:
    path = door.path("mei")
    first = await door.client.get(path)

    again = await door.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    other = await door.client.get(door.path("mei", "GRO-2"), headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "private, max-age=300"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert other.status == 200


async def test_its_head_says_how_long_it_is(door: Door) -> None:
    path = door.path("mei")

    answer = await door.client.head(path)

    assert (answer.status, answer.headers["Content-Type"], await answer.read()) == (200, "image/png", b"")
    assert int(answer.headers["Content-Length"]) == len(await (await door.client.get(path)).read())


async def test_it_holds_for_a_month_and_the_same_link_for_a_day(door: Door) -> None:
    path = door.path("mei")
    door.clock.move_to(NOW + timedelta(hours=14))
    assert door.path("mei") == path
    door.clock.move_to(NOW + timedelta(days=30))
    assert (await door.client.get(path)).status == 200
    door.clock.move_to(NOW + timedelta(days=31))

    assert await door.says(path) == (410, OVER)


async def test_what_was_read_after_the_answer_is_not_in_its_picture(door: Door) -> None:
    path, before = door.path("mei"), door.shown("mei")
    door.reads("59000", date(2026, 11, 11))

    answer = await door.client.get(path)

    assert door.path("mei") != path
    assert await answer.read() == await asyncio.to_thread(draw, before)


async def test_the_rights_are_those_of_the_moment(door: Door) -> None:
    inside, outside = door.path("jack"), door.path("tom")
    assert (await door.client.get(outside)).status == 200

    door.db.write_now(within_the_team)

    assert await door.says(outside) == (404, NOT_HERE)
    assert (await door.client.get(inside)).status == 200


async def test_who_stands_in_for_an_owner_sees_it_while_they_do(door: Door) -> None:
    path = door.path("tom")
    door.db.write_now(within_the_team)

    def stands_in(session: Session) -> None:
        mei, today = person(session, "mei"), NOW.date()
        until = today + timedelta(days=2)
        away = m.Away(workspace_id=mei.workspace_id, person_id=mei.id, first_day=today, last_day=until)
        away.delegate_id = person(session, "tom").id
        session.add(away)

    door.db.write_now(stands_in)
    assert (await door.client.get(path)).status == 200

    door.clock.move_to(NOW + timedelta(days=3))
    assert await door.says(path) == (404, NOT_HERE)


async def test_who_is_switched_off_sees_nothing(door: Door) -> None:
    path = door.path("jack")

    def leaves(session: Session) -> None:
        person(session, "jack").active = False

    door.db.write_now(leaves)

    assert await door.says(path) == (404, NOT_HERE)


async def test_what_is_being_drafted_again_or_has_no_values_any_more_has_no_picture(door: Door) -> None:
    drafted, milestone = door.path("mei", "GRO-1"), door.path("mei", "GRO-2")

    def change(session: Session) -> None:
        key_result(session, "GRO-1").state = KRState.DRAFT
        key_result(session, "GRO-2").type = KRType.MILESTONE

    door.db.write_now(change)

    assert await door.says(drafted) == (404, NOT_HERE)
    assert await door.says(milestone) == (404, NOT_HERE)


@pytest.mark.parametrize("asked", [Asked(1, 999_999, 1), Asked(999_999, 1, 1), Asked(1, 1, 0)])
async def test_what_is_gone_is_not_here(door: Door, asked: Asked) -> None:
    path = path_of(LINKS.address(asked.text, door.clock.now()))

    assert await door.says(path) == (404, NOT_HERE)


@pytest.mark.parametrize("word", ["x", "A" * 60, "A" * 5000, "../../etc/passwd", "%00", "Zm9v", "é", "%2e%2e"])
async def test_guesses_find_nothing(door: Door, word: str) -> None:
    assert (await door.client.get(f"/charts/{word}.png")).status == 404


async def test_what_is_not_in_the_word_changes_nothing(door: Door) -> None:
    path = door.path("mei")

    assert (await door.client.get(f"{path}?person=1&kr=2&{'q' * 4000}=%00")).status == 200
    assert (await door.client.get(f"{path}?{'q' * 20_000}")).status == 400
    assert (await door.client.post(path)).status == 405


async def test_the_link_of_a_file_opens_no_picture_and_another_secret_opens_nothing(door: Door) -> None:
    asked = Asked(1, 1, 10).text
    file = FileLinks("https://okra.example", SECRET).seal(asked, NOW + timedelta(days=1))

    assert await door.says(f"/charts/{file}.png") == (404, NOT_HERE)
    assert await door.says(path_of(OTHER.address(asked, NOW))) == (404, NOT_HERE)


async def test_an_address_tells_nothing_of_what_is_behind_it_and_no_sign_of_it_can_be_changed(door: Door) -> None:
    path = door.path("mei")
    word = path.removeprefix("/charts/").removesuffix(".png")

    assert len(path) < 120
    for place in range(len(word) - 1):  # the last sign may hold bits that say nothing
        changed = word[:place] + ("A" if word[place] != "A" else "B") + word[place + 1 :]
        assert LINKS.open(changed, NOW) is None


async def test_when_too_many_want_one_at_once_some_are_asked_to_come_back(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_WAITING", 2)
    path = door.path("mei")

    answers = await asyncio.gather(*(door.status(path) for _ in range(6)))

    assert set(answers) == {200, 503}
    assert (await door.client.get(path)).status == 200


async def test_a_picture_that_came_out_too_big_is_not_here(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_png, "MOST_BYTES", 100)

    assert await door.says(door.path("mei")) == (404, NOT_HERE)


async def test_without_its_database_it_says_so(door: Door) -> None:
    path = door.path("mei")
    door.db.engine.dispose()
    for file in door.folder.glob("okra.db*"):
        file.write_bytes(b"not a database")

    assert await door.says(path) == (503, NOT_NOW)
