"""One turn: what a person said is stored, then Teams hears "ok", and the answer comes afterwards."""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.delivery.news import Hear
from bot.delivery.port import ChatError
from bot.intake.inbound import Inbound
from bot.platforms.edge import AcceptEarly, Afterwards, answered_soon, for_the_log
from bot.platforms.teams.answer import Answers
from bot.platforms.teams.inbound import Heard
from bot.platforms.teams.news import news_of

logger = logging.getLogger(__name__)

TELL_SECONDS = 10.0
"""How long it is tried to tell a person that nothing was kept."""
_REMEMBERED = 4096

_Key = tuple[str, str, str]
"""One delivery: two presses of a form's button are one thing to record (`Inbound.key`), and are heard one by one."""


@dataclass
class _Turn:
    """What one delivery set going; a second delivery of the same joins it."""

    stored: asyncio.Event = field(default_factory=asyncio.Event)
    work: "asyncio.Task[int] | None" = None


class Turns:
    """Takes what was said, and answers with the status for Teams as soon as it is known to be kept.

    Teams sends again what takes longer than 15 s, or ends with an error. A second delivery of what is in hand waits for
    the same outcome; one of what a person was asked to say again is not stored behind their back.
    """

    def __init__(self, accept: AcceptEarly, hear: Hear, answers: Answers, after: Afterwards) -> None:
        self._accept = accept
        self._hear = hear
        self._answers = answers
        self._after = after
        self._in_hand: dict[_Key, _Turn] = {}
        self._given_back: OrderedDict[_Key, None] = OrderedDict()

    async def news(self, heard: Heard) -> int:
        """Something happened that nobody said; 500 lets Teams send it again."""
        try:
            for news in news_of(heard):
                await self._hear(news)
        except Exception as error:  # noqa: BLE001 - whatever the reason, Teams is to send it again
            logger.error("An activity of kind %s was not stored: %s", heard.kind, for_the_log(error))
            return 500
        return 200

    async def take(self, heard: Heard, inbound: Inbound) -> int:
        """Somebody said something; 500 lets Teams send it again."""
        key = _key(heard, inbound)
        if key in self._given_back:
            return 200
        turn = self._in_hand.get(key)
        if turn is None or turn.work is None:
            turn = self._in_hand[key] = _Turn()
            turn.work = self._after.start(self._turn(turn, heard, inbound), "hearing a person")
            turn.work.add_done_callback(lambda _: self._in_hand.pop(key, None))
        if await answered_soon(turn.work, turn.stored, 0):
            return turn.work.result()
        return 200

    async def _turn(self, turn: _Turn, heard: Heard, inbound: Inbound) -> int:
        try:
            for news in news_of(heard):
                await self._hear(news)
            result = await self._accept(inbound, turn.stored.set)
        except Exception as error:  # noqa: BLE001 - whatever the reason, the person must be told that nothing was kept
            logger.error("An activity of kind %s was not stored: %s", heard.kind, for_the_log(error))
            return await self._not_stored(heard, inbound)
        self._answers.answer(heard, inbound, result)
        return 200

    async def _not_stored(self, heard: Heard, inbound: Inbound) -> int:
        try:
            async with asyncio.timeout(TELL_SECONDS):
                await self._answers.not_saved(heard, inbound)
        except (ChatError, TimeoutError) as error:
            logger.warning("Nor could the person be told: %s", error)
            return 500
        # They were told to try again; a second delivery by Teams must not record it behind their back.
        self._given_back[_key(heard, inbound)] = None
        if len(self._given_back) > _REMEMBERED:
            self._given_back.popitem(last=False)
        return 200


def _key(heard: Heard, inbound: Inbound) -> _Key:
    return inbound.installation, inbound.key, heard.key
