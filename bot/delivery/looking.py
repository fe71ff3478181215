"""What looking for messages in doubt and looking for second copies have in common: neither holds others up."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.delivery.addresses import address_from
from bot.delivery.backoff import Wrong
from bot.delivery.means import Means, about
from bot.delivery.port import ChatError, ChatPort, RateLimited
from bot.where import what_and_where
from storage import deliveries
from storage import models as m
from storage.session import StorageProblem

log = structlog.get_logger()

Page = Callable[[m.Delivery | None], Awaitable[Sequence[m.Delivery]]]
"""The next of the rows to look for, behind the one that is given; none: that was all."""
Look = Callable[[m.Delivery, int, ChatPort], Awaitable[int]]
"""Look for one message of an installation. Returns how much was done."""


async def look_for_each(means: Means, active: Mapping[int, str], page: Page, look: Look) -> int:
    """Look for each message whose platform is connected. Returns how much was done. Raises `StorageProblem`.

    Installations do not wait for each other: what goes wrong in one is raised when all have ended.
    """
    found: dict[int, list[m.Delivery]] = {}
    after: m.Delivery | None = None
    while rows := await page(after):
        after = rows[-1]
        for row in rows:
            if row.address is not None:
                found.setdefault(address_from(row.address).installation_id, []).append(row)
    ended = await asyncio.gather(
        *(
            _of_one_installation(means, some, key, means.ports[active[key]], look)
            for key, some in found.items()
            if active.get(key) in means.ports
        ),
        return_exceptions=True,
    )
    for result in ended:
        if isinstance(result, BaseException):
            raise result
    return sum(result for result in ended if isinstance(result, int))


async def _of_one_installation(
    means: Means, rows: Sequence[m.Delivery], installation_id: int, port: ChatPort, look: Look
) -> int:
    await means.pacer.look(installation_id)
    done = 0
    for row in rows:
        if means.must_end(installation_id):
            break
        done += await look(row, installation_id, port)
    return done


@dataclass(frozen=True, slots=True)
class Again:
    """When to look for a message once more."""

    after: float | None
    """Real seconds; None: it went wrong too often."""
    tries: int
    """How often in a row it went wrong by now."""


async def met(means: Means, row: m.Delivery, installation_id: int, wrong: Wrong, error: Exception) -> Again:
    """What follows where a platform could not be asked about a message. Raises the `StorageProblem` that `error` is."""
    tries = deliveries.tries_of(row)
    match error:
        case StorageProblem():
            raise error
        case RateLimited(retry_after=seconds):
            await means.pacer.pause(installation_id, seconds)
            return Again(means.backoff.asked(seconds), tries)
        case ChatError():
            log.info(wrong.name.lower(), **about(row), problem=str(error))
        case _:  # a mistake of ours in the platform must not stop the others
            log.error(wrong.name.lower(), **about(row), error=what_and_where(error))
    return Again(means.backoff.after(wrong, tries + 1), tries + 1)
