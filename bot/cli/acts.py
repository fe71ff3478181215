"""A part of a story: the file as it stands at its beginning, when it begins, and what happens."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.cli.telling import Teller
from storage.okr_files import OkrFile


@dataclass(frozen=True, slots=True)
class Act:
    """One act, played in a database of its own."""

    file: OkrFile
    start: datetime
    play: Callable[[Teller], Awaitable[None]]
