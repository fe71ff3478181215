"""The channels of the teams that Okra is in, by name: what is said in a channel tells its id alone."""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.delivery.news import ChatNews
from bot.delivery.port import Rejected, Unreachable
from bot.platforms.teams.connector import Connector, Operation
from bot.platforms.teams.inbound import PLATFORM
from bot.platforms.teams.places import Places
from storage import models as m

logger = logging.getLogger(__name__)


async def channels_of(connector: Connector, places: Places, installation_id: int, tenant: str) -> list[ChatNews]:
    """Every channel of every team, as Teams lists them; the first one of a team has no name there.

    A team that is gone, or that we may not read any more, does not stop the others. Raises `ChatError` for the rest.
    """
    found: list[ChatNews] = []
    for roster in await places.rosters(installation_id):
        if not roster.team:
            continue
        url = roster.ref["service_url"]
        try:
            team = await connector.call(url, _read("/v3/teams/{}", roster.team))
            listed = await connector.call(url, _read("/v3/teams/{}/conversations", roster.team))
        except (Unreachable, Rejected) as error:
            logger.info("The channels of %s cannot be read: %s", roster.team, error)
            continue
        for one in _list(listed.get("conversations")):
            channel = _text(one.get("id"))
            if channel:
                found.append(
                    ChatNews(
                        platform=PLATFORM,
                        installation=tenant,
                        chat=channel,
                        kind=m.ChatKind.CHANNEL,
                        ref={**roster.ref, "conversation_id": channel},
                        parent=roster.team,
                        name=_text(one.get("name")),
                        parent_name=_text(team.get("name")),
                    )
                )
    return found


def _read(path: str, team: str) -> Operation:
    """A reading that the SDK has for its blocking client alone."""

    async def read(calls: Any) -> Mapping[str, Any]:
        client = calls._client  # the SDK keeps what its calls go through to itself
        request = client.get(client.format_url(path.format(quote(team, safe=""))), {}, {"Accept": "application/json"})
        answer = await client.async_send(request, stream=False)
        try:
            body = json.loads(answer.text())
        except ValueError:
            body = None
        return body if isinstance(body, Mapping) else {}

    return read


def _list(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
