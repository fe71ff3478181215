"""How Slack reaches the app: signed posts to its URL, or envelopes down its WebSockets."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack import values
from tests.fakes.slack.socket import Sockets
from tests.fakes.slack.values import SECRET, Answer, Json

Mode = Literal["http", "socket"]
Kind = Literal["events_api", "slash_commands", "interactive"]


class Wire:
    """Delivers one payload at a time and returns how it was acknowledged."""

    def __init__(self) -> None:
        self.mode: Mode = "http"
        self.app_url = ""
        self.ack_seconds = values.SLACKS_SECONDS
        self.sockets = Sockets()

    async def deliver(self, kind: Kind, payload: Json, attempt: int = 0, reason: str = "") -> Answer:
        """One payload, as the app is set up to receive it. An answer after Slack's three seconds is none."""
        if self.mode == "socket":
            return await self.sockets.deliver(kind, payload, self.ack_seconds, attempt, reason)
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        match kind:
            case "events_api":
                body, content_type = json.dumps(payload), "application/json"
            case "slash_commands":
                body, content_type = urlencode(payload), "application/x-www-form-urlencoded"
            case "interactive":
                body = urlencode({"payload": json.dumps(payload)})
                content_type = "application/x-www-form-urlencoded"
        try:
            async with asyncio.timeout(self.ack_seconds):
                return await self.post(body, content_type=content_type, headers=headers)
        except (aiohttp.ClientError, TimeoutError):
            return Answer(0, "")

    async def post(
        self,
        body: str,
        *,
        content_type: str = "application/x-www-form-urlencoded",
        secret: str = SECRET,
        timestamp: int | None = None,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Post a body to the app, signed as Slack signs it; another secret or time makes it a forgery."""
        stamp = str(int(time.time()) if timestamp is None else timestamp)
        base = f"v0:{stamp}:{body}".encode()
        signed = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
        sent = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signed if signature is None else signature,
            **(headers or {}),
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.app_url}/slack/events", data=body.encode(), headers=sent) as answer,
        ):
            return Answer(answer.status, await answer.text(), dict(answer.headers))
