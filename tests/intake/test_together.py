"""Storing for many at once is storing for each, with fewer waits for the disk."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.clock import MovableClock
from bot.intake.together import Together
from storage import models as m
from storage.session import Database, DatabaseBusy
from tests.storage.databases import MORNING, held, new_database, url_of

pytestmark = pytest.mark.usefixtures("each_database")


def note(session: Session, what: str) -> str:
    session.add(m.AuditEvent(what=what, at=MORNING))
    session.flush()
    if what == "bad":
        raise ValueError("this one cannot be stored")
    return what.upper()


def note_all(session: Session, words: Sequence[str]) -> list[str | None]:
    return [None if word.startswith("odd") else note(session, word) for word in words]


def noting(db: Database) -> Together[str, str]:
    """What is odd is left out by the many; the last letter says whose it is."""
    return Together(db, note_all, note, lambda word: word[-1])


def noted(session: Session) -> list[str]:
    return list(session.exec(select(m.AuditEvent.what).order_by(col(m.AuditEvent.what))))


async def test_each_gets_its_own_outcome_and_one_transaction_serves_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = new_database(tmp_path, MovableClock(MORNING))
    transactions: list[Any] = []
    write = db.write_in_turn

    async def counted(*given: Any) -> Any:
        transactions.append(given)
        return await write(*given)

    monkeypatch.setattr(db, "write_in_turn", counted)
    try:
        together = noting(db)
        words = [f"word {number:02}" for number in range(40)]
        assert await asyncio.gather(*map(together, words)) == [word.upper() for word in words]
        assert db.read_now(noted) == words
        assert len(transactions) == 1
    finally:
        db.close()


async def test_one_that_cannot_be_stored_spoils_nobody_elses(tmp_path: Path) -> None:
    db = new_database(tmp_path, MovableClock(MORNING))
    try:
        together = noting(db)
        outcomes = await asyncio.gather(*map(together, ("one", "bad", "two")), return_exceptions=True)
        assert [outcomes[0], outcomes[2]] == ["ONE", "TWO"]
        assert isinstance(outcomes[1], ValueError)
        assert db.read_now(noted) == ["one", "two"]
        with pytest.raises(ValueError, match="this one"):
            await together("bad")
        assert await together("three") == "THREE"
    finally:
        db.close()


async def test_who_goes_away_meanwhile_holds_up_nobody(tmp_path: Path) -> None:
    db = new_database(tmp_path, MovableClock(MORNING))
    try:
        together = noting(db)
        gone, there = asyncio.create_task(together("gone")), asyncio.create_task(together("there"))
        await asyncio.sleep(0)
        gone.cancel()
        assert await there == "THERE"
        assert db.read_now(noted) == ["gone", "there"]
    finally:
        db.close()


async def test_what_is_left_out_is_done_alone_and_in_turn_with_what_is_of_the_same(tmp_path: Path) -> None:
    db = new_database(tmp_path, MovableClock(MORNING))
    order: list[str] = []

    async def say(together: Together[str, str], word: str) -> str:
        done = await together(word)
        order.append(word)
        return done

    try:
        together = noting(db)
        first = [asyncio.create_task(say(together, word)) for word in ("odd a", "one b", "odd c", "odd a")]
        await first[1]
        later = asyncio.create_task(say(together, "two a"))
        assert await asyncio.gather(*first, later) == ["ODD A", "ONE B", "ODD C", "ODD A", "TWO A"]
        assert order[0] == "one b"
        assert [word for word in order if word.endswith("a")] == ["odd a", "odd a", "two a"]
        assert len(db.read_now(noted)) == 5
    finally:
        db.close()


async def test_a_database_that_is_held_is_told_to_all(tmp_path: Path) -> None:
    db = new_database(tmp_path, MovableClock(MORNING))
    try:
        together = noting(db)
        with held(url_of(db)):
            outcomes = await asyncio.gather(*map(together, ("one", "two", "three")), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [DatabaseBusy] * 3
        assert db.read_now(noted) == []
        assert await together("one") == "ONE"
    finally:
        db.close()
