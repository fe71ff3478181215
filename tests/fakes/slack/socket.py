"""Socket Mode: WebSockets behind one-time tickets, envelopes that wait for their acknowledgement, disconnects."""

import asyncio
import itertools
import json
import uuid
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.http import cut
from tests.fakes.slack.values import APP_ID, Answer, Json

MOST_CONNECTIONS = 10

_WITH_PAYLOAD = ("slash_commands", "view_submission", "block_suggestion")
"""What Slack says accepts a payload in its acknowledgement."""


@dataclass(frozen=True, slots=True, eq=False)
class _Connection:
    socket: web.WebSocketResponse
    request: web.Request


class Sockets:
    """The open connections of the app. `faults` names everything that it sent and Slack would not understand."""

    def __init__(self) -> None:
        self._tickets: set[str] = set()
        self._open: list[_Connection] = []
        self._changed = asyncio.Condition()
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._takes_payload: dict[str, bool] = {}
        self.faults: list[str] = []
        self.received_by: list[int] = []
        """For every envelope, the place of its connection among those that were open, oldest first."""

    def new_ticket(self) -> str:
        """A ticket that opens one connection, once."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    async def connected(self, count: int = 1) -> None:
        """Wait until at least so many connections are open."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._open) >= count)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A connection, from its ticket to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="ticket is unknown or was used")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(timeout=0.5)
        await socket.prepare(request)
        if len(self._open) >= MOST_CONNECTIONS:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        await socket.send_json(_hello(len(self._open) + 1))
        connection = _Connection(socket, request)
        async with self._changed:
            self._open.append(connection)
            self._changed.notify_all()
        try:
            async for message in socket:
                self._heard(message.data if message.type is WSMsgType.TEXT else None)
        finally:
            async with self._changed:
                if connection in self._open:
                    self._open.remove(connection)
                self._changed.notify_all()
        return socket

    async def deliver(self, kind: str, payload: Json, seconds: float, attempt: int, reason: str) -> Answer:
        """Send an envelope by any one connection and wait for its acknowledgement."""
        if not self._open:
            return Answer(0, "")
        envelope_id = str(uuid.uuid4())
        accepts = kind in _WITH_PAYLOAD or payload.get("type") in _WITH_PAYLOAD
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": accepts,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        acknowledged: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id], self._takes_payload[envelope_id] = acknowledged, accepts
        place = next(self._turn) % len(self._open)
        self.received_by.append(place)
        try:
            await self._open[place].socket.send_json(envelope)
            async with asyncio.timeout(seconds):
                return await acknowledged
        except (TimeoutError, ConnectionError):
            return Answer(0, "")
        finally:
            self._waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to go: a `warning` leaves it open for now, every other reason closes it."""
        for connection in list(self._open):
            await connection.socket.send_json(_disconnect(reason))
        if reason != "warning":
            await self.close()

    async def close(self) -> None:
        """Close every connection, without a word."""
        for connection in list(self._open):
            await connection.socket.close()

    def cut(self) -> None:
        """Lose every connection as a broken network does."""
        for connection in list(self._open):
            cut(connection.request)

    def _heard(self, text: Any) -> None:
        try:
            said = json.loads(text)
            envelope_id, payload = said["envelope_id"], said.get("payload")
        except (TypeError, ValueError, KeyError):
            self.faults.append(f"no acknowledgement: {text!r}")
            return
        if envelope_id not in self._takes_payload:
            self.faults.append(f"acknowledges what was not sent: {text}")
            return
        if payload and not self._takes_payload[envelope_id]:
            self.faults.append(f"a payload where none is accepted: {text}")
        waiting = self._waiting.get(envelope_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(Answer(200, json.dumps(payload) if payload else ""))


def _hello(count: int) -> Json:
    return {
        "type": "hello",
        "num_connections": count,
        "debug_info": {"host": "applink-pretend", "build_number": 1, "approximate_connection_time": 18060},
        "connection_info": {"app_id": APP_ID},
    }


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-pretend"}}
