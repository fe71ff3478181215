"""What is known of Slack's channels: who else reads them, so that a board is not shown to another company unasked."""

import time
from dataclasses import dataclass

import structlog

from bot.clock import Monotonic
from bot.delivery.port import Address, NotDelivered, OutcomeUnknown, Rejected, Unreachable, Why
from bot.platforms.slack.api import SlackApi
from storage.settings import SHARED_ALLOWED

log = structlog.get_logger()

REMEMBERED_SECONDS = 60.0
"""How long a channel is taken to be as it was. News of it reach one process alone, and not for certain."""

MAY_NOT_ASK = "missing_scope"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as Slack describes it."""

    name: str
    is_shared: bool
    """Somebody of another company is in it, or was asked to come."""


class Channels:
    """Asks Slack about a channel once, and again after a minute or news of it. What Slack does not tell is refused."""

    def __init__(self, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._known: dict[str, tuple[Channel, float]] = {}

    async def must_be_ours(self, api: SlackApi, address: Address) -> None:
        """Raises `Unreachable` for a channel that another company reads, unless its team allows it.

        That is `Why.SHARED`, and `Why.UNSEEN` where Okra may not see who reads it. Also whatever asking Slack raises;
        nothing was sent then.
        """
        if address.is_person or address.ref.get("shared") == SHARED_ALLOWED:
            return
        channel = address.ref.get("channel", address.external_id)
        found = await self._of(api, channel)
        if found.is_shared:
            raise Unreachable(f"{channel} is shared with another company", Why.SHARED, found.name)

    def with_name(self, address: Address, error: Unreachable) -> Unreachable:
        """The same refusal, with the channel's name if it is known. It is asked about anew next time."""
        channel = address.ref.get("channel", address.external_id)
        found, _ = self._known.pop(channel, (None, 0.0))
        return Unreachable(error.said, error.why, error.place or ("" if found is None else found.name))

    def forget(self, channel: str) -> None:
        """Something happened to it: what was known of it counts no more."""
        self._known.pop(channel, None)

    async def _of(self, api: SlackApi, channel: str) -> Channel:
        found, until = self._known.get(channel, (None, 0.0))
        if found is None or self._monotonic() >= until:
            found = await _asked(api, channel)
            self._known[channel] = (found, self._monotonic() + REMEMBERED_SECONDS)
        return found


async def _asked(api: SlackApi, channel: str) -> Channel:
    """What Slack says of a channel now. A refusal to say it is `Why.UNSEEN`: it may be anybody's channel."""
    try:
        told = (await api.read("conversations.info", channel=channel)).get("channel")
    except OutcomeUnknown as error:
        raise NotDelivered(f"Nothing was sent yet: {error}") from error
    except (NotDelivered, Rejected) as error:
        if isinstance(error, NotDelivered) and MAY_NOT_ASK not in str(error):
            raise
        raise _unseen(channel, str(error)) from error
    if not isinstance(told, dict):
        raise _unseen(channel, "Slack answered without a channel")
    name = told.get("name")
    shared = any(told.get(flag) is True for flag in ("is_ext_shared", "is_pending_ext_shared"))
    return Channel(name if isinstance(name, str) else "", shared)


def _unseen(channel: str, problem: str) -> Unreachable:
    log.warning("cannot tell whether a channel is shared", channel=channel, problem=problem)
    return Unreachable(f"who reads {channel} cannot be seen: {problem}", Why.UNSEEN)
