"""Rate limits: per conversation and operation, and per tenant for the whole app (Teams: rate limits for bots)."""

import math
from collections import deque
from datetime import datetime

from bot.clock import Clock

_SENDING = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))
"""Seconds, and how many calls they hold."""

_READING = tuple((seconds, 2 * most) for seconds, most in _SENDING)

_TENANT = ((1.0, 50),)

_WINDOWS = {
    "send": _SENDING,
    "reply": _SENDING,
    "create": _SENDING,
    "update": _SENDING,
    "delete": _SENDING,
    "members": _READING,
    "member": _READING,
    "channels": _READING,
    "team": _READING,
}

_ONE_BUDGET = {"reply": "send", "update": "send", "delete": "send"}
"""What is counted with what. That updates count as sends is the cautious reading."""


class Limits:
    """Counts calls once it is switched on; `clock` is the fake's own, so that a test moves the seconds."""

    def __init__(self, clock: Clock) -> None:
        self.on = False
        self.refused = 0
        self.clock = clock
        self._calls: dict[tuple[str, str], deque[datetime]] = {}

    def wait(self, operation: str, conversation: str) -> int:
        """How many seconds this call has to wait; 0 where it may pass, and then it is counted."""
        if not self.on:
            return 0
        ours = (_ONE_BUDGET.get(operation, operation), conversation)
        tenant = ("", "")
        now = self.clock.now()
        left = max(
            [self._left(ours, *window, now) for window in _WINDOWS[operation]]
            + [self._left(tenant, *window, now) for window in _TENANT]
        )
        if left > 0:
            self.refused += 1
            return left
        for key in (ours, tenant):
            self._calls[key].append(now)
        return 0

    def _left(self, key: tuple[str, str], seconds: float, most: int, now: datetime) -> int:
        calls = self._calls.setdefault(key, deque())
        within = [each for each in calls if (now - each).total_seconds() < seconds]
        if len(within) < most:
            return 0
        return math.ceil(seconds - (now - within[-most]).total_seconds())
