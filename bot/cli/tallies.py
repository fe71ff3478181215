"""What this process counts of itself as it writes its log: problems by room, and how often a platform throttled it."""

import sys
from collections import Counter
from pathlib import Path
from threading import Lock
from types import FrameType

from structlog.typing import EventDict, WrappedLogger

PAUSED = "paused"
"""What the log says where a platform asked to wait."""
_ROOT = Path(__file__).parents[2]
_LEVELS = {"warning": "warning", "warn": "warning", "error": "error", "exception": "error", "critical": "error"}


class Tallies:
    """A processor of structlog: it changes nothing. Other threads may write to the log, too."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._problems: Counter[tuple[str, str]] = Counter()
        self._throttled = 0

    def __call__(self, _logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Count one line of the log."""
        level = _LEVELS.get(method)
        with self._lock:
            if event.get("event") == PAUSED:
                self._throttled += 1
            if level is not None:
                self._problems[_room(), level] += 1
        return event

    @property
    def problems(self) -> dict[tuple[str, str], int]:
        """Lines of the log since the start, by room and level."""
        with self._lock:
            return dict(self._problems)

    @property
    def throttled(self) -> int:
        """How often a platform asked to wait since the start."""
        with self._lock:
            return self._throttled


TALLIES = Tallies()
"""Of this process, as its log is."""


def _room() -> str:
    """The room that writes the present line: `bot.delivery`, `storage`; `elsewhere` where none of ours does."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(_ROOT):
            parts = file.relative_to(_ROOT).parts
            if parts[0] == "storage":
                return "storage"
            if parts[0] == "bot":
                return f"bot.{parts[1].removesuffix('.py')}"
        frame = frame.f_back
    return "elsewhere"
