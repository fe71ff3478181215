"""Whether this process is ready to be sent requests: its database, the schema, its platforms, and that it goes on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.web.ready import Ready
from storage.problems import StorageProblem
from storage.session import Database
from storage.standing import Standing, standing_of

HEARD_WITHIN = 5.0
"""Seconds that a stop waits for a load balancer to ask once more; none where nobody ever asked."""
PATIENCE = 5.0
"""Seconds for which a platform may be asked; longer than that is no answer."""
STOPPING = "Okra is stopping; send nothing more here."
TOO_OLD = (
    "The database stands at an older version than this Okra; restart this process, so that it is brought up to date."
)
SLOW = "{platform} did not answer within {seconds:.0f} seconds."

Problem = Callable[[], Awaitable[str | None]]
"""None while all is well with a platform, else one sentence."""


class Readiness:
    """Asked for each request, and by the stop. `platforms`: by the name that the answer gives it, what is wrong."""

    def __init__(self, db: Database, platforms: Mapping[str, Problem]) -> None:
        self._db = db
        self._platforms = platforms
        self._stopping = False
        self._was_asked = False
        self._refused = asyncio.Event()

    async def look(self) -> Ready:
        """How it is now."""
        self._was_asked = True
        if self._stopping:
            self._refused.set()
            return Ready({"process": "stopping"}, STOPPING)
        try:
            schema = await self._db.read(standing_of)
        except StorageProblem as trouble:
            return Ready({"database": "unreachable"}, str(trouble))
        parts: dict[str, str] = {"database": "reachable", "schema": schema.value}
        problems: list[str] = []
        refused = self._db.refuses()
        if refused is not None:
            parts["database"] = "saves nothing"
            problems.append(refused)
        if schema is Standing.OLDER:
            problems.append(TOO_OLD)
        for name, problem in self._platforms.items():
            said = await wrong_with(name, problem)
            parts[name] = "connected" if said is None else "disconnected"
            problems += [] if said is None else [said]
        return Ready(parts, problems[0] if problems else None)

    async def stop(self) -> None:
        """From now on it is not ready; return when whoever asks now and then has heard so."""
        self._stopping = True
        if not self._was_asked:
            return
        try:
            async with asyncio.timeout(HEARD_WITHIN):
                await self._refused.wait()
        except TimeoutError:  # nobody asks any more
            return


async def wrong_with(name: str, problem: Problem) -> str | None:
    """What is wrong with a platform, in one sentence; one that does not answer in time is not well."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await problem()
    except TimeoutError:
        return SLOW.format(platform=name.title(), seconds=PATIENCE)
    except StorageProblem as trouble:
        return str(trouble)
