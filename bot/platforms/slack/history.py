"""Reads a channel back as fast as Slack lets us: some apps get 15 messages a minute, others a thousand pages.

Slack limits each method on its own, so that its history is exhausted says nothing about sending: never `RateLimited`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.delivery.port import OutcomeUnknown, RateLimited
from bot.platforms.slack.api import SlackApi

LEFT_FOR = 24 * 3600.0
"""Seconds after which nobody goes on with a search that was cut short."""
PAGE = 200
MOST_PAGES = 25
"""How many pages are read in one go."""

Message = Mapping[str, Any]
Wanted = Callable[[Message], bool]


@dataclass(frozen=True, slots=True)
class Where:
    """What is searched: a method of Slack's, and its arguments but for the page."""

    installation_id: int
    method: str
    arguments: Mapping[str, Any]
    oldest: str
    """The ts after which messages are looked at."""


@dataclass(slots=True)
class _Search:
    """How far a search has come. It reads in rounds: after one that was cut short, what arrived meanwhile is read."""

    oldest: str
    """The ts after which this round reads. (A ts has a fixed width, so its text is in the order of time.)"""
    newest: str
    """The newest ts that was seen."""
    cursor: str | None = None
    """The next page of this round; None where it has not begun."""
    was_cut: bool = False
    """Whether this round says nothing of what arrived since it began."""
    found: dict[str, Message] = field(default_factory=dict)
    """By ts."""
    at: float = 0.0
    """Loop time when it was left."""


class History:
    """Searches channels. A search that Slack cuts short goes on where it was the next time it is asked for."""

    def __init__(self) -> None:
        self._closed_until: dict[int, float] = {}
        """Loop time until which an installation's history is not asked for."""
        self._left: dict[str, _Search] = {}
        """The searches that were cut short, by name."""

    async def first(self, api: SlackApi, wanted: Wanted, name: str, where: Where) -> Message | None:
        """A message that is `wanted`; None: when this was asked there was none. Raises `ChatError`.

        Half a history proves nothing, so a search that is cut short raises, and is gone on with under its `name`.
        """
        found = await self._search(api, wanted, f"first {name}", where, is_one_enough=True)
        return found[0] if found else None

    async def every(self, api: SlackApi, wanted: Wanted, name: str, where: Where) -> list[Message]:
        """All messages that are `wanted` and were there when this was asked, oldest first. Raises `ChatError`."""
        return await self._search(api, wanted, f"every {name}", where, is_one_enough=False)

    async def _search(
        self, api: SlackApi, wanted: Wanted, name: str, where: Where, *, is_one_enough: bool
    ) -> list[Message]:
        loop = asyncio.get_running_loop()
        seconds = self._closed_until.get(where.installation_id, 0.0) - loop.time()
        if seconds > 0:
            raise OutcomeUnknown(f"Slack lets its history be read again in {seconds:.0f} s.")
        search = self._left.pop(name, None) or _Search(where.oldest, where.oldest)
        for _ in range(MOST_PAGES):
            try:
                await _read_page(api, wanted, where, search)
            except RateLimited as error:
                self._closed_until[where.installation_id] = loop.time() + error.retry_after
                self._leave(name, search)
                raise OutcomeUnknown(f"Slack lets its history be read again in {error.retry_after:g} s.") from error
            if search.found and is_one_enough:
                break
            if search.cursor is None:
                if not search.was_cut:
                    break
                search.oldest, search.was_cut = search.newest, False
        else:
            self._leave(name, search)
            raise OutcomeUnknown(f"Slack's {where.method} has more pages than are read in one go.")
        return [search.found[ts] for ts in sorted(search.found)]

    def _leave(self, name: str, search: _Search) -> None:
        search.at = asyncio.get_running_loop().time()
        search.was_cut = search.cursor is not None
        for old in [one for one, left in self._left.items() if search.at - left.at >= LEFT_FOR]:
            del self._left[old]
        self._left[name] = search


async def _read_page(api: SlackApi, wanted: Wanted, where: Where, search: _Search) -> None:
    page = await api.read(where.method, limit=PAGE, cursor=search.cursor, oldest=search.oldest, **where.arguments)
    for message in page.get("messages", ()):
        search.newest = max(search.newest, message["ts"])
        if wanted(message):
            search.found[message["ts"]] = message
    search.cursor = page.get("response_metadata", {}).get("next_cursor") or None
