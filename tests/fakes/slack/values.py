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
CLIENT_ID = "11.22"
CLIENT_SECRET = "client-secret"
SLACKS_SECONDS = 3.0
"""How long Slack waits for an acknowledgement, and how long a trigger opens a form, unless a test says otherwise."""


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
    """A message that stands in a channel. `user` is None for the app's own; `only_for` alone sees an ephemeral one."""

    ts: str
    text: str
    blocks: list[Json]
    metadata: Json | None = None
    thread_ts: str | None = None
    edits: int = 0
    user: str | None = None
    only_for: str | None = None
    files: list[Json] = field(default_factory=list)
    edited: Json | None = None
    mrkdwn: bool = True
    """Whether the signs of Slack's markup in `text` format."""


@dataclass(slots=True)
class Channel:
    """A channel or a direct message; `user` is whose direct message it is."""

    id: str
    name: str = ""
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_member: bool = True
    user: str | None = None
    pins: list[str] = field(default_factory=list)

    def shown(self) -> Json:
        """The channel as `conversations.info` has it."""
        if self.user is not None:
            return {"id": self.id, "is_im": True, "is_archived": self.is_archived, "user": self.user}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_member": self.is_member,
        }


@dataclass(slots=True)
class File:
    """An uploaded file. Slack tells its type only after it was processed: after so many looks at it here."""

    id: str
    name: str
    length: int
    alt_text: str = ""
    data: bytes | None = None
    title: str = ""
    complete: bool = False
    looks: int = 0
    channel: str | None = None
    user: str | None = None
    """Who sent it; None for the app's own."""
    leads_to: str | None = None
    """Where its address sends on to."""


class Refusal(Exception):
    """`ok: false` with a code; `more` stands beside it in the answer."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.more = more


def faults(code: str, problems: list[str]) -> Refusal:
    """A refusal that names each fault, as Slack does for blocks and views."""
    return Refusal(code, response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]})
