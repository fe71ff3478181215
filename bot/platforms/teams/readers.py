"""What is known of who reads a channel or chat of Teams, so that no board is shown to guests or strangers unasked."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.clock import Monotonic
from bot.delivery.news import MemberNews, News
from bot.delivery.port import NotDelivered, OutcomeUnknown, RateLimited, Rejected, Unreachable, Why
from bot.platforms.teams.connector import LONGEST_FOR_ALL, Connector
from bot.platforms.teams.people import is_outsider, pages_of
from bot.platforms.teams.places import CHANNEL_TYPE, SHARED_CHANNEL, Places, Roster
from storage.settings import SHARED_ALLOWED

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS = 600.0
"""How long a place is taken to be as it was: a board is brought up to date more often than its members are read. News
of members reach one process alone, and not for certain."""

_NOT_IN_IT = "BotNotInConversationRoster"
"""Teams' word where Okra is not in the place at all; nothing to do with who may be seen."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What reading the members of a place told."""

    has_outsiders: bool
    team: str
    """What it is in, or itself; empty where nobody told."""
    until: float


class Readers:
    """Reads who is in a place, page by page, and again after some minutes or news of it. What is not told is refused.

    A reading ends with the first who is not of the company.
    """

    def __init__(self, connector: Connector, places: Places, monotonic: Monotonic = time.monotonic) -> None:
        self._connector = connector
        self._places = places
        self._monotonic = monotonic
        self._known: dict[str, _Known] = {}

    async def must_be_ours(self, installation_id: int, place: Roster, ref: Mapping[str, str]) -> None:
        """Raises `Unreachable` for a place that others than colleagues read, unless its team allows it (`ref`).

        That is `Why.SHARED`, and `Why.UNSEEN` where Okra may not see who reads it. Also whatever asking Teams raises;
        nothing was sent then.
        """
        if ref.get("shared") == SHARED_ALLOWED:
            return
        if ref.get(CHANNEL_TYPE) == SHARED_CHANNEL:
            raise Unreachable("It is a shared channel, which another company may read.", Why.SHARED)
        known = self._known.get(place.conversation)
        if known is None or self._monotonic() >= known.until:
            team = await self._places.team_of(installation_id, place.conversation)
            has_outsiders = await self._read(place)
            known = _Known(has_outsiders, team, self._monotonic() + REMEMBERED_SECONDS)
            self._known[place.conversation] = known
        if known.has_outsiders:
            raise Unreachable("A guest or somebody of another company is in it.", Why.SHARED)

    def hear(self, news: News) -> None:
        """Somebody came or went: what was known of that place, or of one that may be in it, counts no more."""
        if isinstance(news, MemberNews):
            self._known = {key: one for key, one in self._known.items() if one.team not in ("", news.place)}

    async def _read(self, place: Roster) -> bool:
        """Whether anybody there is not of the company. A refusal to say it is `Why.UNSEEN`: it may be anybody's."""
        try:
            async for members in pages_of(self._connector, place):
                if any(is_outsider(one, place.ref.get("tenant_id", "")) for one in members):
                    return True
        except OutcomeUnknown as error:
            raise NotDelivered(f"Nothing was sent yet: {error}") from error
        except RateLimited as error:
            if error.retry_after <= LONGEST_FOR_ALL:
                raise
            # It is about this place alone: nobody else's messages wait for it.
            raise NotDelivered(f"Nothing was sent yet: {error}", error.retry_after) from error
        except Unreachable as error:
            if error.why is not Why.NOT_MEMBER or _NOT_IN_IT in error.said:
                raise
            raise _unseen(place, error.said) from error
        except Rejected as error:
            raise _unseen(place, str(error)) from error
        return False


def _unseen(place: Roster, problem: str) -> Unreachable:
    logger.warning("Who reads %s cannot be seen: %s", place.conversation, problem)
    return Unreachable(f"Who reads it cannot be seen: {problem}", Why.UNSEEN)
