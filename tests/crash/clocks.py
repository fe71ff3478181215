"""One business time for all processes of a run: it passes by itself, and the conductor moves it on."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import real_seconds

_VALUES = struct.Struct("dd")
"""Which moment it was when real time stood at zero, and how far the conductor has moved it since; both in seconds."""


class SharedClock:
    """Business time that stands in a small file, so that every process sees it move at the same moment."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), _VALUES.size)

    @classmethod
    def begin(cls, file: Path, moment: datetime) -> "SharedClock":
        """A clock that shows `moment` now."""
        file.write_bytes(_VALUES.pack(moment.timestamp() - real_seconds(), 0.0))
        return cls(file)

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        zero, moved = _VALUES.unpack_from(self._memory)
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=zero + moved + real_seconds())

    def move_to(self, moment: datetime) -> None:
        """It is then, for everybody."""
        zero, moved = _VALUES.unpack_from(self._memory)
        _VALUES.pack_into(self._memory, 0, zero, moved + (moment - self.now()).total_seconds())

    def close(self) -> None:
        self._memory.close()
