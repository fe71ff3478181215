"""The fakes with faults at random, and a ledger of every message that reached them: by its key, counted at the door."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.clock import Clock
from tests.crash.child import KEY
from tests.crash.faults import Faults, Kind, for_teams
from tests.fakes.http import Trouble
from tests.fakes.slack import Answer, SlackFake
from tests.fakes.slack.deliveries import Unacknowledged
from tests.fakes.slack.state import Ask
from tests.fakes.teams import Garbled, TeamsFake

SLACK_METHODS = frozenset({"chat.postMessage", "chat.update", "chat.delete", "conversations.history"})
TEAMS_OPERATIONS = frozenset({"send", "reply", "create", "update", "delete"})

AWAY = 0.01
"""Seconds that every call is under way: so much of a process's time something has left and is not answered."""

_fault: ContextVar[Kind | None] = ContextVar("fault", default=None)
"""What goes wrong with the call that is being answered."""


@dataclass
class Ledger:
    """What reached a platform: for each key the messages that were posted with it, and those taken away again."""

    posted: dict[str, list[str]] = field(default_factory=dict)
    deleted: dict[str, list[str]] = field(default_factory=dict)
    without_key: list[str] = field(default_factory=list)
    _keys: dict[str, str] = field(default_factory=dict)

    def post(self, key: str | None, message: str) -> None:
        """A message stands there."""
        if key is None:
            self.without_key.append(message)
            return
        self.posted.setdefault(key, []).append(message)
        self._keys[message] = key

    def delete(self, message: str) -> None:
        """A message is gone."""
        if (key := self._keys.get(message)) is not None:
            self.deleted.setdefault(key, []).append(message)

    def received(self, key: str) -> int:
        """How many copies ever arrived."""
        return len(self.posted.get(key, ()))

    def standing(self, key: str) -> int:
        """How many copies stand now."""
        return self.received(key) - len(self.deleted.get(key, ()))

    @property
    def keys(self) -> Iterable[str]:
        return self.posted.keys()


class FaultySlack(SlackFake):
    """A Slack where calls go wrong, and that remembers each message by its key."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._faults = faults
        self.ledger = Ledger()
        self.made: list[Unacknowledged] = []
        """Events that were made and not sent: whoever pretends to be Slack sends them, as often as it takes."""
        super().__init__(clock)

    async def _event(self, event: Unacknowledged) -> Answer:
        self.made.append(event)
        return Answer(0, "")

    async def _api(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(AWAY)
        kind = self._faults.draw() if request.match_info["method"] in SLACK_METHODS else None
        if kind is not None and kind.trouble is None:
            with suppress(ConnectionResetError):
                await request.read()
            await asyncio.sleep(self._faults.late())
        token = _fault.set(kind)
        try:
            return await super()._api(request)
        except ConnectionResetError:  # its sender was killed half-way: it never arrived
            return web.Response()
        finally:
            _fault.reset(token)

    def _trouble(self, method: str) -> Trouble | None:
        kind = _fault.get()
        return super()._trouble(method) if kind is None else kind.trouble

    def _do(self, method: str, ask: Ask | None, arguments: dict[str, Any], authorization: str) -> dict[str, Any]:
        answer = super()._do(method, ask, arguments, authorization)
        if method == "chat.postMessage":
            key = ((arguments.get("metadata") or {}).get("event_payload") or {}).get("key")
            self.ledger.post(key, f"{answer['channel']} {answer['ts']}")
        elif method == "chat.delete":
            self.ledger.delete(f"{arguments['channel']} {arguments['ts']}")
        return answer


class FaultyTeams(TeamsFake):
    """A Teams where calls go wrong, and that remembers each message by its key."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._faults = faults
        self.ledger = Ledger()
        super().__init__(clock)

    async def _connector(self, request: web.Request, operation: str) -> web.StreamResponse:
        await asyncio.sleep(AWAY)
        kind = self._faults.draw() if operation in TEAMS_OPERATIONS else None
        if kind is not None and kind.trouble is None:
            await asyncio.sleep(self._faults.late())
        token = _fault.set(kind)
        try:
            return await super()._connector(request, operation)
        except ConnectionResetError:  # its sender was killed half-way: it never arrived
            return web.Response()
        finally:
            _fault.reset(token)

    def _trouble(self, *names: str) -> Trouble | Garbled | None:
        kind = _fault.get()
        return super()._trouble(*names) if kind is None else for_teams(kind.trouble)

    def _answer(self, request: web.Request, operation: str, body: dict[str, Any]) -> web.Response:
        response = super()._answer(request, operation, body)
        if response.status not in (200, 201):
            return response
        activity = body.get("activity") if operation == "create" else body
        if (
            operation in ("send", "reply", "create")
            and isinstance(activity, dict)
            and activity.get("type") == "message"
        ):
            data = activity.get("channelData") or {}
            self.ledger.post(data.get(KEY), self._newest())
        elif operation == "delete":
            self.ledger.delete(request.match_info["activity"])
        return response

    def _newest(self) -> str:
        """The id of the message that was posted last: ids only grow."""
        return str(self._state._newest)
