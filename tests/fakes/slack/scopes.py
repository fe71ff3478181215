"""Which scope each method needs (docs.slack.dev/reference/methods)."""

from tests.fakes.slack.state import Ask
from tests.fakes.slack.values import Refusal

_SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "users.list": "users:read",
    "bots.info": "users:read",
    "pins.add": "pins:write",
    "pins.remove": "pins:write",
    "pins.list": "pins:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
}

_OF_CONVERSATIONS = {
    "conversations.info": "read",
    "conversations.members": "read",
    "conversations.list": "read",
    "users.conversations": "read",
    "conversations.history": "history",
    "conversations.replies": "history",
}
"""The kind of conversation stands before it: channels, groups or im."""


def check(ask: Ask, method: str) -> None:
    """Refuse a method that the token's scopes do not allow."""
    provided = ask.token.scopes
    if provided is None:
        return
    needed = _SCOPES.get(method)
    if method in _OF_CONVERSATIONS:
        needed = f"{_kind(ask)}:{_OF_CONVERSATIONS[method]}"
    if needed is not None and needed not in provided:
        raise Refusal("missing_scope", needed=needed, provided=",".join(sorted(provided)))


def _kind(ask: Ask) -> str:
    channel = ask.text("channel") or ask.text("types")
    known = ask.workspace.channels.get(channel)
    if channel.startswith(("D", "U")):
        return "im"
    return "groups" if channel == "private_channel" or (known is not None and known.is_private) else "channels"
