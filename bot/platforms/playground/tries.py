"""How often somebody may guess the passphrase: a few times a minute from one address, some more from all together."""

from collections import OrderedDict, deque

from bot.clock import Monotonic

WINDOW = 60.0
"""Real seconds after which a wrong guess no longer counts."""
MOST_OF_ONE = 5
MOST_OF_ALL = 30
MOST_ADDRESSES = 1000
"""Addresses that are remembered; when more come, the guesses of all together still count."""


class Tries:
    """Remembers wrong guesses for a minute."""

    def __init__(self, now: Monotonic) -> None:
        self._now = now
        self._of_one: OrderedDict[str, deque[float]] = OrderedDict()
        self._of_all: deque[float] = deque()

    def wait(self, address: str) -> float:
        """Seconds until that address may guess again; 0 if it may now."""
        mine = self._of_one.get(address, deque())
        return max(self._pause(mine, MOST_OF_ONE), self._pause(self._of_all, MOST_OF_ALL))

    def wrong(self, address: str) -> None:
        """That guess was wrong."""
        now = self._now()
        self._of_one.setdefault(address, deque()).append(now)
        self._of_one.move_to_end(address)
        self._of_all.append(now)
        while len(self._of_one) > MOST_ADDRESSES:
            self._of_one.popitem(last=False)

    def right(self, address: str) -> None:
        """Whoever knows it may mistype it again."""
        self._of_one.pop(address, None)

    def _pause(self, guesses: deque[float], most: int) -> float:
        while guesses and guesses[0] <= self._now() - WINDOW:
            guesses.popleft()
        return 0.0 if len(guesses) < most else guesses[0] + WINDOW - self._now()
