"""Rate limits: per method and workspace in windows of a minute, and one message a second in each channel.

Tiers: docs.slack.dev/apis/web-api/rate-limits.
"""

import math
from collections import deque
from datetime import datetime

from bot.clock import Clock
from tests.fakes.slack.state import Ask

_TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
_MANY = 300
"""What Slack calls several hundred a minute."""

_TIER_OF = {
    "apps.connections.open": 1,
    "bots.info": 3,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "files.info": 4,
    "oauth.v2.access": 4,
    "pins.add": 2,
    "pins.list": 2,
    "pins.remove": 2,
    "users.conversations": 2,
    "users.info": 4,
    "users.list": 2,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
    "auth.revoke": 3,
}
"""Methods that stand here not at all are special: several hundred a minute."""

_HISTORY = ("conversations.history", "conversations.replies")


class Limits:
    """Counts calls once it is switched on; `clock` is the fake's own, so that a test moves the minutes."""

    def __init__(self, clock: Clock) -> None:
        self.on = False
        self._clock = clock
        self._calls: dict[tuple[str, ...], deque[datetime]] = {}

    def wait(self, method: str, team: str, ask: Ask | None) -> int:
        """How many seconds this call has to wait; 0 where it may pass, and then it is counted."""
        if not self.on:
            return 0
        most = _TIERS[_TIER_OF[method]] if method in _TIER_OF else _MANY
        if ask is not None and method in _HISTORY and not ask.state.marketplace:
            most = 1
        windows: list[tuple[tuple[str, ...], int, float]] = [((method, team), most, 60.0)]
        if method == "chat.postMessage" and ask is not None:
            windows.append(((method, team, ask.text("channel")), 1, 1.0))
        seconds = max(self._left(*window) for window in windows)
        if seconds == 0:
            for key, _, _ in windows:
                self._calls[key].append(self._clock.now())
        return seconds

    def _left(self, key: tuple[str, ...], most: int, window: float) -> int:
        calls = self._calls.setdefault(key, deque())
        now = self._clock.now()
        while calls and (now - calls[0]).total_seconds() >= window:
            calls.popleft()
        if len(calls) < most:
            return 0
        return math.ceil(window - (now - calls[-most]).total_seconds())
