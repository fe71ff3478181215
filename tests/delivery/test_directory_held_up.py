"""A platform that holds up the reading of one place: the others are read, and that one goes on where it was."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from bot.clock import MovableClock
from bot.delivery.directory import Directory
from bot.delivery.port import Profile, RateLimited
from storage import models as m
from tests.delivery.test_directory import FOLLOWS
from tests.storage.databases import MORNING, found_company, new_database


class Reading:
    """Two pages; the second is refused once."""

    def __init__(self, pages: list[list[Profile] | RateLimited]) -> None:
        self._left = pages

    def __aiter__(self) -> AsyncIterator[list[Profile]]:
        return self

    async def __anext__(self) -> list[Profile]:
        if not self._left:
            raise StopAsyncIteration
        page = self._left.pop(0)
        if isinstance(page, RateLimited):
            raise page
        return page


class Listing:
    """A platform with two places, the first of which is held up for a minute in the middle."""

    def __init__(self) -> None:
        self.begun: list[int] = []

    def people(self, installation_id: int) -> AsyncIterator[list[Profile]]:
        self.begun.append(installation_id)
        if len(self.begun) > 1:
            return Reading([[Profile("V1", "Vera", "Vera", handle="vera")]])
        one, two = (Profile(f"U{n}", f"Kim {n}", "Kim", handle=f"kim{n}") for n in (1, 2))
        return Reading([[one], RateLimited(60.0), [two]])


def handles(session: Session) -> set[str]:
    """Everybody who came by the readings."""
    return {one for one in session.exec(select(m.Person.handle)) if one.startswith(("kim", "vera"))}


async def test_a_place_that_is_held_up_goes_on_in_its_time_and_holds_up_no_other(tmp_path: Path) -> None:
    clock = MovableClock(MORNING)
    db = new_database(tmp_path, clock)
    db.write_now(found_company)
    db.write_now(_second_place)
    listing = Listing()
    directory = Directory(db, clock, {"console": listing}, FOLLOWS)

    await directory.look()
    await directory.look()
    assert db.read_now(handles) == {"kim1", "vera"}

    clock.move_to(MORNING + timedelta(seconds=60))
    await directory.look()
    assert db.read_now(handles) == {"kim1", "kim2", "vera"}
    assert len(listing.begun) == 2, "nothing was begun anew"
    db.close()


def _second_place(session: Session) -> None:
    first = session.exec(select(m.Installation).order_by(col(m.Installation.id))).first()
    assert first is not None
    session.add(
        m.Installation(
            workspace_id=first.workspace_id, platform=first.platform, external_id="second", installed_at=MORNING
        )
    )
