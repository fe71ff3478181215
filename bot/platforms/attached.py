"""Files that come with a message: fetched before it is stored, within a bound of their number, size and time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import aiohttp

from bot.intake.inbound import Attached, FileProblem
from bot.where import what_and_where

logger = logging.getLogger(__name__)

MOST_FILES = 3
MOST_BYTES = 1024 * 1024
SECONDS = 1.5
"""For all files of a message together: the platform waits three seconds in all for its acknowledgement."""
KINDS = frozenset(
    (
        "", ".md", ".markdown", ".mdown", ".txt", ".csv", ".tsv", ".tab",
        ".xlsx", ".xlsm", ".xltx", ".xls", ".yaml", ".yml", ".json",
    )
)  # fmt: skip
"""How the names of files end that OKRs are read from. Whatever ends otherwise is not fetched."""
_CHUNK = 64 * 1024


class NotFetched(Exception):
    """A file is not to be had, and why."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Offered:
    """A file as a platform announces it. `fetch` brings its bytes, or raises `NotFetched`."""

    name: str
    size: int | None
    fetch: Callable[[], Awaitable[bytes]]


async def fetched(offered: Sequence[Offered], seconds: float = SECONDS) -> tuple[Attached, ...]:
    """All files of a message, those that could not be had as well. Never raises, and ends in time."""
    taken = [asyncio.create_task(_one(one)) for one in offered[:MOST_FILES]]
    if taken:
        done, late = await asyncio.wait(taken, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=0.1)
    else:
        done = set()
    found = [
        task.result() if task in done else Attached(_name(one), None, FileProblem.NOT_FETCHED)
        for task, one in zip(taken, offered, strict=False)
    ]
    left = [Attached(_name(one), None, FileProblem.TOO_MANY) for one in offered[MOST_FILES : 2 * MOST_FILES]]
    return (*found, *left)


def held(name: str, content: bytes) -> Attached:
    """A file whose bytes are here already, within the same bound."""
    if not is_readable(name):
        return Attached(name, None, FileProblem.OTHER_KIND)
    return Attached(name, None, FileProblem.TOO_LARGE) if len(content) > MOST_BYTES else Attached(name, content)


def is_readable(name: str) -> bool:
    """Whether a file of this name may hold OKRs."""
    return PurePath(name).suffix.casefold() in KINDS


async def bytes_of(answer: aiohttp.ClientResponse) -> bytes:
    """The body of an answer, read no further than is taken. Raises `NotFetched`."""
    if (answer.content_length or 0) > MOST_BYTES:
        raise NotFetched(FileProblem.TOO_LARGE)
    found = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        found += chunk
        if len(found) > MOST_BYTES:  # packed, it may have said that it is smaller
            raise NotFetched(FileProblem.TOO_LARGE)
    return bytes(found)


async def _one(offered: Offered) -> Attached:
    name = _name(offered)
    if not is_readable(name):
        return Attached(name, None, FileProblem.OTHER_KIND)
    if offered.size is not None and offered.size > MOST_BYTES:
        return Attached(name, None, FileProblem.TOO_LARGE)
    try:
        return Attached(name, await offered.fetch())
    except NotFetched as error:
        return Attached(name, None, error.problem)
    except Exception as error:  # noqa: BLE001 - whatever it is: the message itself must not be lost for its file
        logger.warning("A file that came with a message was not fetched: %s", what_and_where(error))
        return Attached(name, None, FileProblem.NOT_FETCHED)


def _name(offered: Offered) -> str:
    return offered.name.replace("\\", "/").rpartition("/")[2] or "file"
