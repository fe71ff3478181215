"""Reads a channel back as fast as Slack lets us: some apps get 15 messages a minute, others a thousand pages.

Slack limits each method on its own, so that its history is exhausted says nothing about sending: never `RateLimited`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.delivery.port import OutcomeUnknown, RateLimited
from bot.platforms.slack.api import SlackApi

LEFT_FOR = 24 * 3600.0
"""Seconds after which nobody goes on with a search that was cut short."""
PAGE = 200
MOST_PAGES = 25
"""How many pages are read in one go."""

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Left:
    cursor: str
    at: float
    """Loop time."""


class History:
    """Searches channels. A search that Slack cuts short goes on where it was the next time it is asked for."""

    def __init__(self) -> None:
        self._closed_until: dict[int, float] = {}
        """Loop time until which an installation's history is not asked for."""
        self._left_at: dict[str, _Left] = {}
        """Where each search that was cut short goes on, by its key."""

    async def search(
        self,
        api: SlackApi,
        method: str,
        wanted: Callable[[Message], bool],
        *,
        installation_id: int,
        key: str,
        **where: Any,
    ) -> Message | None:
        """The first message that is `wanted`, or None after all were seen. Raises `ChatError`: half proves nothing."""
        seconds = self._closed_until.get(installation_id, 0.0) - asyncio.get_running_loop().time()
        if seconds > 0:
            raise OutcomeUnknown(f"Slack lets its history be read again in {seconds:.0f} s.")
        left = self._left_at.pop(key, None)
        cursor = None if left is None else left.cursor
        for _ in range(MOST_PAGES):
            try:
                page = await api.read(method, limit=PAGE, cursor=cursor, **where)
            except RateLimited as error:
                self._close(installation_id, error.retry_after)
                self._leave(key, cursor)
                raise OutcomeUnknown(f"Slack lets its history be read again in {error.retry_after:g} s.") from error
            for message in page.get("messages", ()):
                if wanted(message):
                    return message  # type: ignore[no-any-return]
            cursor = page.get("response_metadata", {}).get("next_cursor") or None
            if cursor is None:
                return None
        self._leave(key, cursor)
        raise OutcomeUnknown(f"Slack's {method} has more pages than are read in one go.")

    def _close(self, installation_id: int, seconds: float) -> None:
        self._closed_until[installation_id] = asyncio.get_running_loop().time() + seconds

    def _leave(self, key: str, cursor: str | None) -> None:
        if cursor is None:
            return
        now = asyncio.get_running_loop().time()
        for old in [one for one, left in self._left_at.items() if now - left.at >= LEFT_FOR]:
            del self._left_at[old]
        self._left_at[key] = _Left(cursor, now)
