"""What the modules of the fake Slack hand each other: ids, calls, answers, messages, refusals."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TOKEN = "xoxb-pretend"
APP_TOKEN = "xapp-pretend"
SECRET = "signing-secret"
TEAM = "T0PRETEND"
BOT_USER = "U0OKRA"
BOT_ID = "B0OKRA"
APP_ID = "A1"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API, as it arrived."""

    method: str
    arguments: Mapping[str, Any]
    team: str = TEAM


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered to one of our requests; status 0 where nothing came within Slack's three seconds."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Json:
        """The JSON of an acknowledgement; empty where there was none."""
        body = json.loads(self.text) if self.text else {}
        assert isinstance(body, dict)
        return body

    @property
    def acknowledged(self) -> bool:
        """Whether Slack counts it as taken."""
        return 200 <= self.status < 300


@dataclass(slots=True)
class Message:
    """A message that stands in a channel. `user` is None for the app's own."""

    ts: str
    text: str
    blocks: list[Json]
    metadata: Json | None = None
    thread_ts: str | None = None
    edits: int = 0
    user: str | None = None
    files: list[Json] = field(default_factory=list)


class Refusal(Exception):
    """`ok: false` with a code; `more` stands beside it in the answer."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.more = more
