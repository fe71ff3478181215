"""The moment at which a request leaves: whoever writes its first byte asks here, whoever waits for it ends it here."""

import threading

from bot.delivery.port import Fence, FencePassed


class Departure:
    """One request. It leaves before its fence and while somebody waits for it, or it never leaves.

    The two sides may be different threads: what writes may hang in a look-up for minutes after its caller gave up.
    """

    def __init__(self, fence: Fence) -> None:
        self._fence = fence
        self._lock = threading.Lock()
        self._is_over = False
        self._has_left = False
        self.refusal: FencePassed | None = None
        """Why it may not leave, once it was refused: what carries requests wraps this in errors of its own."""

    def leave(self) -> None:
        """To be asked when the very next thing is to write the first byte. Raises `FencePassed`: then write nothing."""
        with self._lock:
            try:
                if self._is_over:
                    raise FencePassed("Nobody waited for it any more, so it was not sent.")
                self._fence.hold()
            except FencePassed as refusal:
                self._is_over, self.refusal = True, refusal
                raise
            self._has_left = True

    def end(self) -> bool:
        """Nobody waits for it from now on: what has not left never will. Returns whether it had begun to leave."""
        with self._lock:
            self._is_over = True
            return self._has_left
