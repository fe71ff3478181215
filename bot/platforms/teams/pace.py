"""How fast conversations are written to: just below Teams' limits, so that Teams need not refuse anything."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bot.clock import Monotonic
from bot.delivery.lines import Sleep
from bot.delivery.port import NotDelivered
from bot.platforms.teams.config import Limit, Limits
from bot.platforms.teams.ids import without_thread

LONGEST_TO_WRITE = 3.0
"""Seconds that a message waits here, while its lease runs and others could leave in its place."""
LONGEST_TO_READ = 35.0
"""Nothing waits behind whoever reads members."""

_FORGET_EVERY = 3600.0
"""Seconds between two looks for conversations that nothing is remembered of any more."""


@dataclass(frozen=True, slots=True)
class Where:
    """What a call is about: the service it goes to, and the conversation; a thread counts with its channel."""

    service: str
    conversation: str


def where_to(url: str, body: object = None) -> Where:
    """Where a call goes, by its address; one that begins a thread or a chat says in its body in what, or with whom."""
    split = urlsplit(url)
    base, _, rest = split.path.partition("/v3/")
    _, _, named = rest.partition("conversations/")
    conversation = without_thread(unquote(named.partition("/")[0]))
    return Where(f"{split.netloc}{base}", conversation or _begun(body))


def _begun(body: object) -> str:
    if not isinstance(body, str | bytes):
        return ""
    try:
        asked = json.loads(body)
        channel = asked.get("channelData", {}).get("channel", {}).get("id")
        return str(channel or asked["members"][0]["id"])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return ""


class Pace:
    """Turns for calls, per conversation and for all together, in real time.

    A conversation whose budget is used up for longer is no rate limit to delivery, which would hold up everybody for
    it: that message alone counts as not delivered, and is tried again later and later, for more than an hour.

    It counts what this process does. What all replicas send together is held below the same limits by delivery's pacer,
    which gives each channel and each tenant their turns from rows that they share (docs/decisions/0012).
    """

    def __init__(self, limits: Limits, monotonic: Monotonic = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._sleep = sleep
        self._writing: dict[str, _Budget] = {}
        self._reading: dict[str, _Budget] = {}
        self._together: dict[str, _Budget] = {}
        self._refused: set[str] = set()
        """Conversations in which Teams refused the last call."""
        self._forget_at = monotonic() + _FORGET_EVERY

    async def turn(self, where: Where, *, reads: bool) -> None:
        """Wait until this may be asked of Teams. Raises `NotDelivered` where that is too long."""
        await self._wait(self._of(self._together, where.service, self._limits.together), LONGEST_TO_READ)
        if reads:
            await self._wait(self._of(self._reading, where.conversation, self._limits.reading), LONGEST_TO_READ)
        else:
            await self._wait(self._of(self._writing, where.conversation, self._limits.writing), LONGEST_TO_WRITE)
        self._forget()

    def pause(self, where: Where, seconds: float) -> bool:
        """Teams asks to leave a conversation alone for so long. Returns whether it did so the last time, too."""
        is_again = where.conversation in self._refused
        self._refused.add(where.conversation)
        until = self._monotonic() + seconds
        for budgets, limits in ((self._writing, self._limits.writing), (self._reading, self._limits.reading)):
            self._of(budgets, where.conversation, limits).pause(until)
        return is_again

    def taken(self, where: Where) -> None:
        """Teams took a call."""
        self._refused.discard(where.conversation)

    async def _wait(self, budget: "_Budget", longest: float) -> None:
        now = self._monotonic()
        at = budget.free_at(now)
        if at - now > longest:
            raise NotDelivered(f"Teams takes no more here just now; there is room in {at - now:.0f} s.", at - now)
        budget.take(at)
        if at > now:
            await self._sleep(at - now)
            if (more := budget.paused_until - self._monotonic()) > 0:
                if more > longest:
                    raise NotDelivered(f"Teams asks to leave this conversation alone for {more:.0f} s.", more)
                await self._sleep(more)

    def _of(self, budgets: "dict[str, _Budget]", name: str, limits: Sequence[Limit]) -> "_Budget":
        budget = budgets.get(name)
        if budget is None:
            budget = budgets[name] = _Budget(limits)
        return budget

    def _forget(self) -> None:
        now = self._monotonic()
        if now < self._forget_at:
            return
        self._forget_at = now + _FORGET_EVERY
        for budgets in (self._writing, self._reading, self._together):
            for name in [name for name, budget in budgets.items() if budget.is_over(now)]:
                del budgets[name]


class _Budget:
    """When calls were made, and when the next one may be."""

    def __init__(self, limits: Sequence[Limit]) -> None:
        self._limits = limits
        self._longest = max((seconds for _, seconds in limits), default=0.0)
        self._taken: deque[float] = deque(maxlen=max((most for most, _ in limits), default=1))
        self.paused_until = float("-inf")

    def free_at(self, now: float) -> float:
        """The first moment from `now` on at which one more call breaks no limit."""
        at = max(now, self.paused_until, self._taken[-1] if self._taken else now)
        for most, seconds in self._limits:
            if len(self._taken) >= most:
                at = max(at, self._taken[-most] + seconds)
        return at

    def take(self, at: float) -> None:
        """A call is made at that moment."""
        self._taken.append(at)

    def pause(self, until: float) -> None:
        """No call before that moment; a longer pause that runs already stays."""
        self.paused_until = max(self.paused_until, until)

    def is_over(self, now: float) -> bool:
        """Whether all that is remembered is too old to matter."""
        newest = self._taken[-1] if self._taken else float("-inf")
        return newest + self._longest < now and self.paused_until < now
