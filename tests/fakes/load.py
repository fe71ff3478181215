"""A busy workspace: signed slash commands at a steady rate, and how long each took to be acknowledged."""

import asyncio
import hashlib
import hmac
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack import SECRET, TEAM

_triggers = itertools.count(1)


def signature(stamp: str, body: str) -> str:
    """Slack's name under a request (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    return "v0=" + hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()


def signed(body: str) -> dict[str, str]:
    """The headers of a form that Slack sends now."""
    stamp = str(int(time.time()))
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(stamp, body),
    }


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Seconds from the moment when a command was due, and whether the acknowledgement said something."""

    seconds: float
    spoken: bool


@dataclass(frozen=True, slots=True)
class Load:
    """Commands of `people` in turn, so many a second for some seconds."""

    text: str
    people: Sequence[str]
    a_second: int
    seconds: float

    async def put_on(self, app_url: str) -> list[Acknowledged]:
        """Send each command when it is due, whether those before it were answered or not. Raises if one is refused."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            began = time.perf_counter()
            sending: list[asyncio.Task[Acknowledged]] = []
            for number in range(int(self.a_second * self.seconds)):
                due = began + number / self.a_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                user = self.people[number % len(self.people)]
                sending.append(asyncio.create_task(self._send(session, app_url, user, due)))
            return await asyncio.gather(*sending)

    async def _send(self, session: aiohttp.ClientSession, app_url: str, user: str, due: float) -> Acknowledged:
        form = {
            "command": "/okr",
            "text": self.text,
            "team_id": TEAM,
            "user_id": user,
            "channel_id": "C1SALES",
            "trigger_id": f"{next(_triggers)}.load",
            "response_url": "http://127.0.0.1:9/nobody",
        }
        body = urlencode(form)
        headers = signed(body)
        async with session.post(f"{app_url}/slack/events", data=body, headers=headers) as answer:
            text = await answer.text()
            assert answer.status == 200, f"{answer.status} {text}"
        return Acknowledged(time.perf_counter() - due, bool(text))
