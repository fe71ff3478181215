"""Storing for many at once is storing for each, with fewer waits for the disk."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.clock import MovableClock
from bot.intake.together import Together
from storage import models as m
from tests.storage.databases import MORNING, new_database

pytestmark = pytest.mark.usefixtures("each_database")


def note(session: Session, what: str) -> str:
    session.add(m.AuditEvent(what=what, at=MORNING))
    session.flush()
    if what == "bad":
        raise ValueError("this one cannot be stored")
    return what.upper()


def noted(session: Session) -> list[str]:
    return list(session.exec(select(m.AuditEvent.what).order_by(col(m.AuditEvent.what))))


async def test_each_gets_its_own_outcome_and_one_transaction_serves_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = new_database(tmp_path, MovableClock(MORNING))
    transactions: list[Any] = []
    write = db.write

    async def counted(*given: Any) -> Any:
        transactions.append(given)
        return await write(*given)

    monkeypatch.setattr(db, "write", counted)
    try:
        together = Together(db, note)
        words = [f"word {number:02}" for number in range(40)]
        assert await asyncio.gather(*map(together, words)) == [word.upper() for word in words]
        assert db.read_now(noted) == words
        assert len(transactions) == 1
    finally:
        db.close()


async def test_one_that_cannot_be_stored_spoils_nobody_elses(tmp_path: Path) -> None:
    db = new_database(tmp_path, MovableClock(MORNING))
    try:
        together = Together(db, note)
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
        together = Together(db, note)
        gone, there = asyncio.create_task(together("gone")), asyncio.create_task(together("there"))
        await asyncio.sleep(0)
        gone.cancel()
        assert await there == "THERE"
        assert db.read_now(noted) == ["gone", "there"]
    finally:
        db.close()
