"""Does for everybody who waits what is done for one, in one transaction: one wait for the disk serves them all."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from sqlmodel import Session

from storage.session import Database, DatabaseBusy, StorageProblem

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
_Waiting = tuple[Item, asyncio.Future[Outcome]]

MOST_AT_ONCE = 50
MOST_ALONE = 2
"""So many of the database's few writers may wait for what somebody else holds; the others write on."""


class Together(Generic[Item, Outcome]):
    """Work for one item at a time, as callers see it. Whoever comes while it runs is in the next transaction.

    `many` does it for all of them; each of its statements sees what was committed before it (`write_in_turn`). What it
    leaves out (None) is done alone, by `one` in a transaction as any other, a few at a time. Nobody waits for that,
    except what is left out as well, and what comes from the same (`whose`): that is done in turn.
    """

    def __init__(
        self,
        db: Database,
        many: Callable[[Session, Sequence[Item]], Sequence[Outcome | None]],
        one: Callable[[Session, Item], Outcome],
        whose: Callable[[Item], Hashable],
    ) -> None:
        self._db = db
        self._many = many
        self._one = one
        self._whose = whose
        self._waiting: list[_Waiting[Item, Outcome]] = []
        self._alone: dict[Hashable, deque[_Waiting[Item, Outcome]]] = {}
        """What is left out and not done yet, and whose it is."""
        self._free = asyncio.Semaphore(MOST_ALONE)
        self._running: asyncio.Task[None] | None = None
        self._each: set[asyncio.Task[None]] = set()

    async def __call__(self, item: Item) -> Outcome:
        """What the work returned, now on disk. Raises what it raises, and `StorageProblem`; others are not touched."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, outcome))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run(), name="storing what came in")
        return await outcome

    async def _run(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            batch = [one for one in taken if self._whose(one[0]) not in self._alone]
            self._leave_out(one for one in taken if self._whose(one[0]) in self._alone)
            if batch:
                await self._all(batch)

    async def _all(self, batch: Sequence[_Waiting[Item, Outcome]]) -> None:
        try:
            outcomes = await self._db.write_in_turn(self._many, [item for item, _ in batch])
        except StorageProblem as problem:
            if len(batch) > 1 and isinstance(problem, DatabaseBusy) and not self._db.is_sqlite:
                self._leave_out(batch)  # somebody holds what one of them needs, and it may be one alone
            else:
                for _, waits in batch:
                    _fail(waits, problem)
        except Exception:  # noqa: BLE001 - it may be about one of them alone, who meets it again
            self._leave_out(batch)
        else:
            self._leave_out(one for one, outcome in zip(batch, outcomes, strict=True) if outcome is None)
            for (_, waits), outcome in zip(batch, outcomes, strict=True):
                if outcome is not None:
                    _end(waits, outcome)

    def _leave_out(self, items: Iterable[_Waiting[Item, Outcome]]) -> None:
        for one in items:
            whose = self._whose(one[0])
            if whose in self._alone:
                self._alone[whose].append(one)
                continue
            self._alone[whose] = deque((one,))
            task = asyncio.create_task(self._in_turn(whose), name="storing what came in, alone")
            self._each.add(task)
            task.add_done_callback(self._each.discard)

    async def _in_turn(self, whose: Hashable) -> None:
        queue = self._alone[whose]
        while queue:
            item, waits = queue[0]
            try:
                async with self._free:
                    outcome = await self._db.write(self._one, item)
                _end(waits, outcome)
            except Exception as error:  # noqa: BLE001 - it goes to its caller
                _fail(waits, error)
            queue.popleft()
        del self._alone[whose]


def _end(waits: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not waits.done():
        waits.set_result(outcome)


def _fail(waits: asyncio.Future[Outcome], error: Exception) -> None:
    if not waits.done():
        waits.set_exception(error)
