"""Handing a file over: into the reader's direct messages, in place of the card that says where it can be had."""

import logging
from collections.abc import Awaitable, Callable

from bot.cards.model import Card, Handout
from bot.delivery.port import ChatError, OutcomeUnknown
from bot.intake.inbound import Inbound
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.files import may_upload, share_file
from bot.platforms.slack.grants import Grant
from bot.platforms.slack.texts import escaped_clip
from bot.views.exports import File
from storage.problems import StorageProblem

logger = logging.getLogger(__name__)

MakeFile = Callable[[str], Awaitable[File | None]]
"""(key of a file) -> the file, with the rights that its reader has now; None where there is none (any more)."""

_MAX_TEXT = 3000


class Handing:
    """Hands files over, where somebody makes them and the workspace takes them."""

    def __init__(self, make: MakeFile | None) -> None:
        self._make = make

    def will_hand(self, grant: Grant, card: Card) -> bool:
        """Whether a file is to be tried for this card."""
        return card.handout is not None and self._make is not None and may_upload(grant)

    async def hand(self, api: SlackApi, grant: Grant, asked: Inbound, handout: Handout) -> bool:
        """Make the file and send it to whoever asked; False where that does not work, and the card is to be shown."""
        if self._make is None or not may_upload(grant):
            return False
        try:
            file = await self._make(handout.key)
            if file is None:
                return False
            channel = await _direct_messages(api, asked.person)
            await share_file(api, file.name, file.data, channel, escaped_clip(handout.words, _MAX_TEXT))
        except (ChatError, StorageProblem) as error:
            logger.warning("A file was not handed over: %s", error)
            return False
        return True


async def _direct_messages(api: SlackApi, person: str) -> str:
    """A file is shared in a channel: that of the direct messages, by its own id."""
    answer = await api.call("conversations.open", users=person)
    channel = (answer.get("channel") or {}).get("id")
    if not isinstance(channel, str):
        raise OutcomeUnknown("Slack opened direct messages and did not name them.")
    return channel
