"""Does for everybody who waits what is done for one, in one transaction: one wait for the disk serves them all."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlmodel import Session

from storage.session import Database

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MOST_AT_ONCE = 50


class Together(Generic[Item, Outcome]):
    """`work` for one item at a time, as callers see it. Whoever comes while it runs is in the next transaction."""

    def __init__(self, db: Database, work: Callable[[Session, Item], Outcome]) -> None:
        self._db = db
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Outcome:
        """What `work` returned, now on disk. Raises what it raises, and `StorageProblem`; others are not touched."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, outcome))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run(), name="storing what came in")
        return await outcome

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            try:
                outcomes = await self._db.write(self._all, [item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - it may be about one of them alone, and goes to its caller
                await self._each(batch, error)
            else:
                for (_, waits), outcome in zip(batch, outcomes, strict=True):
                    if not waits.done():
                        waits.set_result(outcome)

    async def _each(self, batch: Sequence[tuple[Item, "asyncio.Future[Outcome]"]], error: Exception) -> None:
        for item, waits in batch:
            if len(batch) > 1:
                try:
                    (outcome,) = await self._db.write(self._all, [item])
                except Exception as own:  # noqa: BLE001 - it goes to its caller
                    error = own
                else:
                    if not waits.done():
                        waits.set_result(outcome)
                    continue
            if not waits.done():
                waits.set_exception(error)

    def _all(self, session: Session, items: Sequence[Item]) -> list[Outcome]:
        return [self._work(session, item) for item in items]
