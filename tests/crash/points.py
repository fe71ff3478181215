"""Named points in a running process, made from outside: functions of Okra are wrapped, and nothing in them knows of it.

At the n-th pass of the point that a child was told of, it kills itself or stands still until the conductor wakes it.
"""

import math
import os
import signal
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

import alembic.op
from sqlalchemy import event
from sqlalchemy.orm import Session

import app
import bot.rituals.planner
import storage.arrivals
import storage.deliveries
import storage.inbox
import storage.schema
from bot.delivery.port import Fence
from bot.platforms.slack.port import SlackPort
from bot.platforms.teams.port import TeamsPort
from tests.crash.orders import Fate, Orders, Point

_NEXT = "crash points behind the commit"
"""In a session's `info`: what is passed once its transaction is committed."""

Told = Callable[[Point], None]


class Points:
    """Counts how often the ordered point is passed, and lets happen there what was ordered."""

    def __init__(self, orders: Orders, told: Told) -> None:
        self._orders = orders
        self._told = told
        self._passes = 0
        self._lock = threading.Lock()

    def passed(self, point: Point) -> None:
        """The process is at a point. Does not return where it is to be killed there."""
        if point is not self._orders.point:
            return
        with self._lock:
            self._passes += 1
            if self._passes != self._orders.nth:
                return
            self._told(point)
            os.kill(os.getpid(), signal.SIGKILL if self._orders.fate is Fate.KILLED else signal.SIGSTOP)

    def wrap(self) -> None:
        """Put every point in its place. Raises `AttributeError` where Okra has changed and a point has none."""
        event.listen(Session, "after_commit", self._committed)
        event.listen(Session, "after_soft_rollback", _rolled_back)
        self._around(storage.deliveries, "claim", Point.BEFORE_CLAIM, Point.IN_CLAIM, Point.AFTER_CLAIM)
        self._around(storage.deliveries, "finish", None, Point.IN_RECORD, Point.AFTER_RECORD)
        self._around(storage.arrivals, "store_all", None, None, Point.AFTER_STORE)
        self._around(storage.inbox, "store", None, None, Point.AFTER_STORE)
        self._around(bot.rituals.planner, "plan_teams", None, Point.IN_TICK, Point.AFTER_TICK)
        self._around(app, "handle", None, Point.IN_HANDLING, Point.AFTER_HANDLING)
        for operation in ("add_column", "create_index", "create_table"):
            self._before(alembic.op, operation, Point.IN_MIGRATION)
        self._after(storage.schema, "_revision", Point.BEFORE_MIGRATION)
        self._around_the_fence()
        for port in (SlackPort, TeamsPort):
            self._behind_the_answer(port)

    def _around(self, module: Any, name: str, before: Point | None, inside: Point | None, behind: Point) -> None:
        """Around a function that gets a session, or a turn that has one: before, inside and behind the transaction."""
        original = getattr(module, name)

        @wraps(original)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if before is not None:
                self.passed(before)
            result = original(*args, **kwargs)
            if inside is not None:
                self.passed(inside)
            session: Session = getattr(args[0], "session", args[0])
            session.info.setdefault(_NEXT, []).append(behind)
            return result

        setattr(module, name, wrapped)

    def _before(self, owner: Any, name: str, point: Point) -> None:
        original = getattr(owner, name)

        @wraps(original)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.passed(point)
            return original(*args, **kwargs)

        setattr(owner, name, wrapped)

    def _after(self, owner: Any, name: str, point: Point) -> None:
        original = getattr(owner, name)

        @wraps(original)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            self.passed(point)
            return result

        setattr(owner, name, wrapped)

    def _around_the_fence(self) -> None:
        """Before and after it is asked; what may leave at any time has none."""
        fence: Any = Fence
        original = fence.hold

        @wraps(original)
        def hold(asked: Fence) -> None:
            if math.isfinite(asked.until):
                self.passed(Point.AT_THE_WIRE)
            original(asked)
            if math.isfinite(asked.until):
                self.passed(Point.BEHIND_THE_FENCE)

        fence.hold = hold

    def _behind_the_answer(self, port: Any) -> None:
        original = port.send

        @wraps(original)
        async def send(*args: Any, **kwargs: Any) -> Any:
            result = await original(*args, **kwargs)
            self.passed(Point.AFTER_SEND)
            return result

        port.send = send

    def _committed(self, session: Session) -> None:
        if session.in_nested_transaction():
            return
        for point in session.info.pop(_NEXT, ()):
            self.passed(point)


def _rolled_back(session: Session, _previous: object) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_NEXT, None)
