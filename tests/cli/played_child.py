"""A process in which a company is played and that kills itself half-way: `played_child FOLDER DOING POINT NUMBER`.

It dies when it comes to a point for the given time, as if somebody had pulled the plug there.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from multidict import MultiDict, MultiDictProxy

from bot.cli.playing.folder import CompanyFolder, PlayFolder
from bot.cli.playing.world import Playing
from bot.platforms.playground.asked import where_of
from bot.platforms.playground.deeds import Deeds
from bot.platforms.playground.room import PlaygroundRoom
from storage.session import Database
from tests.cli.played import playing

MOMENT: Final = "2026-11-13T12:00"
POINTS: dict[str, tuple[type, str, bool]] = {
    "before a message stands": (PlaygroundRoom, "post", False),
    "after a message stands": (PlaygroundRoom, "post", True),
    "before a moment is begun": (CompanyFolder, "keep_moment", False),
    "after a moment is begun": (CompanyFolder, "keep_moment", True),
    "after a person has written": (PlaygroundRoom, "_hear", True),
    "before a transaction": (Database, "_in_transaction", False),
    "after a transaction": (Database, "_in_transaction", True),
    "before a company counts": (PlayFolder, "enter", False),
    "after a company counts": (PlayFolder, "enter", True),
}
"""Where it may die: of which class, around which method, and whether after it."""


def die_at(point: str, number: int) -> None:
    """Be killed at the `number`th time that this process comes to `point`."""
    where, name, is_after = POINTS[point]
    method: Callable[..., Any] = getattr(where, name)
    times = 0

    def dies(*args: Any, **kwargs: Any) -> Any:
        nonlocal times
        times += 1
        if times == number and not is_after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(*args, **kwargs)
        if times == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(where, name, dies)


async def _play(path: Path, doing: str, point: str, number: int) -> None:
    async with playing(path) as world:
        die_at(point, number)
        await DOING[doing](world)


async def _time_passes(world: Playing) -> None:
    await world.move_to(MOMENT, "Europe/Madrid", "en")


async def _begins_anew(world: Playing) -> None:
    await world.start_over("small", "en")


async def somebody_writes(world: Playing) -> None:
    """What a page sends, and sends again under the same key when it heard nothing of it."""
    li = where_of(world, "li", None)
    await Deeds(world).do(li, MultiDictProxy(MultiDict(do="say", text="31%", key="written-once")), "en")


DOING = {"time passes": _time_passes, "begins anew": _begins_anew, "somebody writes": somebody_writes}


if __name__ == "__main__":
    asyncio.run(_play(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])))
